"""State of one account: what the folds remember of it, and the facts that the scorer reads from it."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from events.base import Payload
from events.codec import Event
from events.facts import AccountFacts, FindingFact, PostMeasures, counts_updates
from events.finding import Severity
from events.instants import DAY_US, SECOND_US, from_micros, to_micros
from events.looks import BY_PEOPLE, Contradiction, Stretch
from events.withdrawal import FactWithdrawn
from projections.accounts.emergencies import EmergencyMark
from projections.accounts.findings import counts_in
from projections.accounts.holds import Hold
from projections.accounts.looks import covered_at, needs_coverage, newest_count, weeks_without_gap
from projections.accounts.recent_posts import Mark, RecentPosts
from projections.accounts.registry_facts import RegistryFacts
from projections.accounts.updates import count_updates
from projections.registry.rulings import (
    NO_RULINGS,
    RulingMark,
    newest_class,
    newest_ruleset,
    ruling_of,
    rulings_at,
)
from projections.rules.period import Period, weeks_touched
from projections.rules.rulesets import Ruleset
from projections.sources.health import SourceHealth
from projections.sources.looks import LookMark, SourceLooks

_WEEK_S = 7 * 86400


class FindingMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A finding as recorded."""

    rule: str
    severity: Severity
    count: int
    found_at: int
    by_day: bool = False


class GapMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A span over which a person saw no gap of more than a week."""

    since: int  # seconds
    at: int  # the look that tells
    by: bytes


class CountMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How many updates a person counted."""

    at: int
    updates: int
    by: bytes


class Episode(msgspec.Struct, array_like=True, gc=False):
    """A silence: what it began with, and how far up the ladder it is."""

    opener_id: bytes
    anchor: int  # newest live post, a day at its end, or the opening
    seen_at: int  # when the opener was known
    level: int = -1  # highest step that was raised or skipped
    due: int = 0  # when the next step falls due; kept here because every fact of the account asks for it
    shown_at: int = 0  # first showing of a newest post that contradicts earlier looks; the limit waits for it
    limit_alert: bytes = b""  # the open alert of the limit
    before_limit: int = -1  # highest step that was open when it was raised
    withdrawal: bytes = b""  # the last withdrawal of an alert of the limit; the next one has an id of its own
    held: int = -1  # highest step that was recorded as held back


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
    damaged_at: int | None = None
    emptied_at: int | None = None
    findings: dict[bytes, FindingMark] = {}
    withdrawn_findings: list[bytes] = []
    episode: Episode | None = None
    projected: tuple[str, str, int | None] | None = None  # verdict, reason, points as last told
    registry: RegistryFacts = msgspec.field(default_factory=RegistryFacts)
    spans: list[LookMark] = []  # rows handed in: the spans that no other covers, and the newest of the others
    contradictions: list[Contradiction] = []
    withdrawn_looks: dict[bytes, int] = {}  # id to when it was taken; a withdrawal may come before its look
    gaps: list[GapMark] = []
    counts: list[CountMark] = []
    rows: SourceLooks = msgspec.field(default_factory=SourceLooks)  # what rows handed in cover
    covered_since: int | None = None  # the earliest second from which any look ever covered
    lowered_by: int = -1  # offset of the look that moved it
    looked: bool = False  # somebody looked in vain, or more often than `looked_by` holds
    open_alerts: dict[bytes, int] = {}  # opener to highest step that was raised and not cleared
    looked_by: list[bytes] = []  # looks that stand, while they are few: each may yet be withdrawn
    holds: list[Hold] = []  # of the present silence
    answered_until: int = 0  # what was asked by then belongs to silences that have ended
    taken_down_at: int = (
        0  # content was said to be gone then, and no look has reached that moment; 0: nothing waits
    )
    emergencies: dict[bytes, EmergencyMark] = {}
    reminded: list[bytes] = []  # newest reminders of rectification that were taken
    rulings: list[RulingMark] = []  # that stand, in log order
    void_rulings: list[bytes] = []  # withdrawn; a withdrawal may come before its fact
    ruled_by: str = ""  # the ruleset that its alerts follow; '': that of the home
    account_class: str = ""  # by which its alerts go

    def closed(self, at: int) -> bool:
        """Tell whether the account is closed at a moment."""
        return self.closed_at is not None and self.closed_at <= at

    def take_registry_fact(self, event: Event[Payload]) -> bool:
        """Take a fact of the registry and reckon anew what stands in it; returns False for a duplicate.

        An account that leaves the registry keeps its name, under which the end of its alerts is told.
        """
        if not self.registry.take(event):
            return False
        entry = self.registry.entry()
        if entry.opened_id is not None:
            self.given_id, self.name, self.platform = entry.given_id, entry.name, entry.platform
            self.owner = entry.owner
        self.opened_id, self.opened_at, self.closed_at = entry.opened_id, entry.opened_at, entry.closed_at
        return True

    def take_ruling(self, event: Event[Payload]) -> bool:
        """Take a fact about its rules, or the withdrawal of one; returns False where nothing changed."""
        if isinstance(event.data, FactWithdrawn):
            about = event.data.corrects.bytes
            if about in self.void_rulings:
                return False
            self.void_rulings = [*self.void_rulings, about]
            self.rulings = [mark for mark in self.rulings if mark.id != about]
        else:
            mark = ruling_of(event)
            if mark is None or mark.id in self.void_rulings or any(mark.id == m.id for m in self.rulings):
                return False
            self.rulings = [*self.rulings, mark]
        self.ruled_by = newest_ruleset(self.rulings)
        self.account_class = newest_class(self.rulings)
        return True

    def in_population(self, at: int) -> bool:
        """Tell whether the account is registered, opened and not closed at a moment."""
        opened = self.opened_id is not None and (self.opened_at is None or self.opened_at <= at)
        return opened and not self.closed(at)

    def first_showing(self, post_id: bytes) -> int | None:
        """Return when a post was first shown that contradicts looks before that, else None."""
        return max((c.until for c in self.contradictions if c.by == post_id), default=None)

    def valid_contradictions(self) -> list[Contradiction]:
        """Return those whose post was not withdrawn."""
        if not self.contradictions:
            return []
        return [c for c in self.contradictions if self.posts.void.get(c.by) != 0]


class Proofs(NamedTuple):
    """The looks of an account that may prove something."""

    marks: list[tuple[str, LookMark]]  # with their sources
    stalled: bool  # a stall took a newer one away


def trusted_looks(
    state: AccountState, health: dict[str, SourceHealth], limit_start: int, *, posted: bool
) -> Proofs:
    """Return the looks that may prove something.

    `limit_start` is T - 14 days in microseconds: rows handed in prove silence only where they are complete from there.
    `posted` tells whether a live post is known: then a list without any item means nothing.
    """
    contradictions = state.valid_contradictions()
    marks: list[tuple[str, LookMark]] = []
    voided = 0
    for source, looks in state.looks.items():
        source_health, before = health.get(source), len(marks)
        mine = [c for c in contradictions if c.source == source] if contradictions else contradictions
        for mark in looks.recent:
            if mine and any(c.takes(source, mark.at, mark.begin) for c in mine):
                continue
            if source_health is not None and source_health.voids(mark.at):
                voided = max(voided, mark.at)
            elif not (mark.empty and posted):
                marks.append((source, mark))
        if len(marks) == before and (grouped := looks.newest_group(mine)):
            marks.append((source, grouped))
    for span in state.spans:
        reaches = span.complete_from is not None and span.complete_from <= limit_start
        if reaches and not any(c.takes(BY_PEOPLE, span.at, span.begin) for c in contradictions):
            marks.append((BY_PEOPLE, span))
    return Proofs(marks, voided > 0 and voided > max((m.at for _, m in marks), default=0))


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
    limit_start = t - ruleset.freshness.limit_days * DAY_US
    rulings = rulings_at(state.rulings, t) if state.rulings else NO_RULINGS
    proofs, stalled = trusted_looks(state, health, limit_start, posted=newest is not None)
    marks = [mark for _, mark in proofs]
    best = max(marks, key=lambda m: (min(m.proves_until, t), -m.at, m.order), default=None)
    proven_until = min(best.proves_until, t) if best else None
    last = max((m.at for m in marks), default=None)
    counts = counts_updates(state.platform, rulings.account_class)
    posts = _measure_posts(state, newest, ruleset, t, period.weeks, counts=counts)
    covered: tuple[Stretch, ...] = ()
    if needs_coverage(posts, state.platform, ruleset, period, rulings.account_class):
        covered = covered_at(stretches_of(state, health), t)
    return AccountFacts(
        account_id=state.account_id,
        given_id=state.given_id,
        name=state.name,
        platform=state.platform,
        owner=state.owner,
        opened_at=_instant(state.opened_at),
        opened_id=_uuid(state.opened_id) if with_ids else None,
        newest_post_at=posts.newest_at,
        newest_post_id=posts.newest_id if with_ids else None,
        newest_by_day=posts.newest_by_day,
        contradicted_until=_instant(state.first_showing(newest.id) if newest else None),
        proven_until=_instant(proven_until),
        look_id=_uuid(best.id) if best and best.id and with_ids else None,
        last_trusted_look_at=_instant(last),
        looked=state.looked or bool(state.looked_by),
        in_stall=stalled,
        damaged=state.damaged_at is not None and (last is None or state.damaged_at > last),
        emptied=state.emptied_at is not None and (last is None or state.emptied_at > last),
        covered=covered,
        weeks_with_posts=posts.weeks | _weeks_without_gap(state, t, period.weeks),
        updates=posts.updates,
        counted=_counted(state, t) if state.counts and counts else None,
        findings=_findings(state, period) if state.findings else (),
        ruleset=rulings.ruleset,
        account_class=rulings.account_class,
        originals=rulings.originals,
    )


def stretches_of(state: AccountState, health: dict[str, SourceHealth]) -> Iterator[Stretch]:
    """Yield the stretches over which posts are known."""
    contradictions = state.valid_contradictions()
    for source, looks in state.looks.items():
        mine = [c for c in contradictions if c.source == source]
        yield from looks.covered(mine, health.get(source))
    yield from state.rows.covered([c for c in contradictions if c.source == BY_PEOPLE], None)


def _measure_posts(
    state: AccountState, newest: Mark | None, ruleset: Ruleset, t: int, weeks: int, *, counts: bool
) -> PostMeasures:
    """Return the newest post, the weeks back from T that hold a post, as bits, and the updates of a service account."""
    posts, t_s = state.posts, t // SECOND_US
    times, days = posts.live_seconds(t), posts.live_days(t)
    bits, end = 0, len(times)
    for week in range(weeks):
        begin = bisect_right(times, t_s - (week + 1) * _WEEK_S, hi=end)
        if begin < end:
            bits |= 1 << week
        end = begin
    for day_end in days:
        bits |= weeks_touched(day_end * SECOND_US - DAY_US, day_end * SECOND_US, t, weeks)
    updates = 0
    if counts and ruleset.weeks is not None:
        updates = _updates_after(times, days, t_s - ruleset.weeks.service_account_days * 86400)
    if newest is None:
        return PostMeasures(weeks=bits, updates=updates)
    return PostMeasures(from_micros(newest.at), _uuid(newest.id), newest.by_day, bits, updates)


def _updates_after(times: list[int], days: list[int], since: int) -> int:
    return count_updates(times[bisect_right(times, since) :], days[bisect_right(days, since) :])


def _weeks_without_gap(state: AccountState, t: int, weeks: int) -> int:
    return weeks_without_gap(((gap.since, gap.at) for gap in state.gaps), t, weeks) if state.gaps else 0


def _counted(state: AccountState, t: int) -> tuple[datetime, int] | None:
    """Return what a person counted, with the updates that posts show since."""
    counted = newest_count(((c.at, c.updates) for c in state.counts), t)
    if counted is None:
        return None
    at, updates = counted
    posts = state.posts
    since = _updates_after(posts.live_seconds(t), posts.live_days(t), to_micros(at) // SECOND_US)
    return at, updates + since


def _findings(state: AccountState, period: Period) -> tuple[FindingFact, ...]:
    return tuple(
        sorted(
            FindingFact(UUID(bytes=i), f.rule, f.severity, f.count, from_micros(f.found_at))
            for i, f in state.findings.items()
            if i not in state.withdrawn_findings and counts_in(f.found_at, f.by_day, period)
        )
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _uuid(packed: bytes | None) -> UUID | None:
    return UUID(bytes=packed) if packed else None
