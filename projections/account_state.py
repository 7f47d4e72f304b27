"""State of one account: what the folds remember of it, and the facts that the scorer reads from it."""

from bisect import bisect_right
from datetime import datetime
from uuid import UUID

import msgspec

from events.coverage import covered_since
from events.facts import AccountFacts, FindingFact
from events.finding import Severity
from events.instants import DAY_US, SECOND_US, from_micros, to_micros
from events.platforms import SERVICE_ACCOUNT
from projections.period import Period
from projections.recent_posts import RecentPosts
from projections.rulesets import Ruleset
from projections.source_health import SourceHealth
from projections.updates import count_updates

_WEEK_S = 7 * 86400


class LookMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A trusted look: when, how late its source may be, since when it is complete, and its id."""

    at: int
    lag: int  # microseconds
    id: bytes
    complete_from: int | None = None

    @property
    def proves_until(self) -> int:
        return self.at - self.lag


class SourceLooks(msgspec.Struct, array_like=True, gc=False):
    """Looks of one source: the newest, and the newest that no stall declared later can void."""

    latest: LookMark
    confirmed: LookMark | None = None


class FindingMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A finding as recorded."""

    rule: str
    severity: Severity
    count: int
    found_at: int


class Episode(msgspec.Struct, array_like=True, gc=False):
    """A silence: what it began with, and how far up the ladder it is."""

    opener_id: bytes
    anchor: int  # newest live post, or the opening
    seen_at: int  # when the opener was known
    level: int = -1  # highest step that was raised or skipped
    due: int = 0  # when the next step falls due; kept here because every fact of the account asks for it


class AccountState(msgspec.Struct, array_like=True, gc=False):
    """Working copy of an account; a function of its records up to `applied_offset`."""

    account_id: str
    applied_offset: int = -1
    given_id: str = ""
    name: str = ""
    platform: str = ""
    owner: str = ""
    opened_id: bytes | None = None  # None: not in the registry
    opened_at: int | None = None  # None: open since before the records
    closed_at: int | None = None
    clock: int = 0  # latest moment that a look at this account speaks of
    posts: RecentPosts = msgspec.field(default_factory=RecentPosts)
    looks: dict[str, SourceLooks] = {}
    coverage: list[tuple[int, int]] = []  # stretches over which posts are known
    damaged_at: int | None = None
    findings: dict[bytes, FindingMark] = {}
    withdrawn_findings: list[bytes] = []
    episode: Episode | None = None
    projected: tuple[str, str, int | None] | None = None  # verdict, reason, points as last told
    registry_ids: list[bytes] = []  # registry records applied, so that a duplicate changes nothing
    spans: list[LookMark] = []  # rows handed in: the spans that no other span covers
    looked: bool = False  # anybody ever looked, in vain or not
    closings: list[int] = []  # every closing that was told; those of an earlier life do not count
    open_alerts: dict[bytes, int] = {}  # opener to highest step that was raised and not cleared

    def closed(self, at: int) -> bool:
        """Tell whether the account is closed at a moment."""
        return self.closed_at is not None and self.closed_at <= at

    def reckon_closing(self) -> None:
        """Find the closing that counts: the first one that is not before the opening."""
        opened_at = self.opened_at
        self.closed_at = min((c for c in self.closings if opened_at is None or c >= opened_at), default=None)

    def in_population(self, at: int) -> bool:
        """Tell whether the account is registered, opened and not closed at a moment."""
        opened = self.opened_id is not None and (self.opened_at is None or self.opened_at <= at)
        return opened and not self.closed(at)


def trusted_looks(
    state: AccountState, health: dict[str, SourceHealth], limit_start: int
) -> tuple[list[LookMark], bool]:
    """Return each source's newest look that proves something, and whether a stall took a newer one away.

    `limit_start` is T - 14 days in microseconds: rows handed in prove silence only where they are complete from there.
    """
    marks, voided = [], 0
    for source, looks in state.looks.items():
        source_health = health.get(source)
        mark: LookMark | None = looks.latest
        if source_health is not None and source_health.voids(looks.latest.at):
            voided = max(voided, looks.latest.at)
            mark = looks.confirmed
            if mark is not None and source_health.voids(mark.at):
                mark = None
        if mark is not None:
            marks.append(mark)
    marks += [m for m in state.spans if m.complete_from is not None and m.complete_from <= limit_start]
    return marks, voided > 0 and voided > max((m.at for m in marks), default=0)


def facts_of(
    state: AccountState,
    health: dict[str, SourceHealth],
    ruleset: Ruleset,
    period: Period,
    *,
    with_ids: bool = True,
) -> AccountFacts:
    """Return the facts of an account at a check point that lies at a whole second not far behind the clock.

    A provisional score tells no evidence, so it is asked for without the ids.
    """
    t = to_micros(period.check_point)
    newest = state.posts.live_newest(t)
    marks, stalled = trusted_looks(state, health, t - ruleset.freshness.limit_days * DAY_US)
    best = max(marks, key=lambda m: (min(m.proves_until, t), -m.at), default=None)
    proven_until = min(best.proves_until, t) if best else None
    last = max((m.at for m in marks), default=None)
    weeks, updates = _weeks_and_updates(state, ruleset, t, period.weeks)
    return AccountFacts(
        account_id=state.account_id,
        given_id=state.given_id,
        name=state.name,
        platform=state.platform,
        owner=state.owner,
        opened_at=_instant(state.opened_at),
        opened_id=_uuid(state.opened_id) if with_ids else None,
        newest_post_at=from_micros(newest.at) if newest else None,
        newest_post_id=_uuid(newest.id) if newest and with_ids else None,
        proven_until=_instant(proven_until),
        look_id=_uuid(best.id) if best and with_ids else None,
        last_trusted_look_at=_instant(last),
        looked=state.looked,
        in_stall=stalled,
        damaged=state.damaged_at is not None and (last is None or state.damaged_at > last),
        covered_from=_instant(covered_since(state.coverage, proven_until)) if state.coverage else None,
        weeks_with_posts=weeks,
        updates=updates,
        findings=_findings(state, to_micros(period.start), t) if state.findings else (),
    )


def _weeks_and_updates(state: AccountState, ruleset: Ruleset, t: int, weeks: int) -> tuple[int, int]:
    """Return the weeks back from T that hold a post, as bits, and the updates of a service account."""
    times, t_s = state.posts.live_seconds(t), t // SECOND_US
    bits, end = 0, len(times)
    for week in range(weeks):
        begin = bisect_right(times, t_s - (week + 1) * _WEEK_S, hi=end)
        if begin < end:
            bits |= 1 << week
        end = begin
    if state.platform != SERVICE_ACCOUNT or ruleset.weeks is None:
        return bits, 0
    since = t_s - ruleset.weeks.service_account_days * 86400
    return bits, count_updates(times[bisect_right(times, since) :])


def _findings(state: AccountState, start: int, end: int) -> tuple[FindingFact, ...]:
    return tuple(
        sorted(
            FindingFact(UUID(bytes=i), f.rule, f.severity, f.count, from_micros(f.found_at))
            for i, f in state.findings.items()
            if start < f.found_at <= end and i not in state.withdrawn_findings
        )
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _uuid(packed: bytes | None) -> UUID | None:
    return UUID(bytes=packed) if packed else None
