"""State of one account: what the folds remember of it, and the facts that the scorer reads from it."""

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
    return marks, voided > max((m.at for m in marks), default=0)


def facts_of(
    state: AccountState, health: dict[str, SourceHealth], ruleset: Ruleset, period: Period
) -> AccountFacts:
    """Return the facts of an account at a check point that lies at a whole second not far behind the clock."""
    t = to_micros(period.check_point)
    limit_us = ruleset.freshness.limit_days * DAY_US
    newest = state.posts.live_newest(t)
    marks, stalled = trusted_looks(state, health, t - limit_us)
    best = max(marks, key=lambda m: (min(m.proves_until, t), -m.at), default=None)
    weeks, updates = 0, set()
    t_s = t // SECOND_US
    service_from = t_s - ruleset.weeks.service_account_days * 86400 if ruleset.weeks else t_s
    for second in state.posts.live_seconds(t):
        weeks |= 1 << (t_s - second) // _WEEK_S
        if second > service_from:
            updates.add(second)
    start, end = to_micros(period.start), t
    findings = tuple(
        sorted(
            FindingFact(UUID(bytes=i), f.rule, f.severity, f.count, from_micros(f.found_at))
            for i, f in state.findings.items()
            if start < f.found_at <= end and i not in state.withdrawn_findings
        )
    )
    last = max((m.at for m in marks), default=None)
    damaged = state.damaged_at is not None and (last is None or state.damaged_at > last)
    return AccountFacts(
        account_id=state.account_id,
        given_id=state.given_id,
        name=state.name,
        platform=state.platform,
        owner=state.owner,
        opened_at=_instant(state.opened_at),
        opened_id=UUID(bytes=state.opened_id) if state.opened_id else None,
        newest_post_at=from_micros(newest.at) if newest else None,
        newest_post_id=UUID(bytes=newest.id) if newest else None,
        proven_until=from_micros(min(best.proves_until, t)) if best else None,
        look_id=UUID(bytes=best.id) if best else None,
        last_trusted_look_at=_instant(last),
        looked=state.looked,
        in_stall=stalled,
        damaged=damaged,
        covered_from=_instant(covered_since(state.coverage, min(best.proves_until, t) if best else None)),
        weeks_with_posts=weeks & ((1 << period.weeks) - 1),
        updates=len(updates) if state.platform == SERVICE_ACCOUNT else 0,
        findings=findings,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
