"""The reference reduction: decoded records to `AccountFacts` at (check point, known at), the plain way.

SQL reduces the posts and looks of a nation; a property test holds the two together. Slow and obvious on purpose.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from events.codec import Event
from events.coverage import covered_since, stretch_of
from events.facts import AccountFacts, LookMeasures, PostMeasures, assemble
from events.ids import database_order
from events.instants import SECOND_US, from_micros, to_micros
from events.known import Known, first_records
from events.patrol import AccountPatrolled, PatrolFailed, SweepCompleted
from events.post import PostDeleted, PostPublished, PostWithdrawn
from projections.findings import findings_at
from projections.period import WEEK, Period
from projections.registry import registry_at
from projections.rulesets import Ruleset
from projections.source_health import SourceHealth, on_sweep
from projections.updates import count_updates


def reduce_facts(
    records: Iterable[Known], ruleset: Ruleset, period: Period, known_at: datetime
) -> list[AccountFacts]:
    """Return the facts of the population at the check point as known at K, sorted by account id."""
    known = first_records(records, to_micros(known_at))
    health = health_of(known)
    by_account: dict[str, list[Known]] = defaultdict(list)
    for k in known:
        by_account[k.event.subject].append(k)
    findings = findings_at(known, period)
    return [
        assemble(
            account,
            entry,
            measure_posts(by_account[account], ruleset, period),
            measure_looks(by_account[account], health, ruleset, period),
            findings.get(account, ()),
        )
        for account, entry in sorted(registry_at(known, period.check_point).items())
    ]


def health_of(known: Iterable[Known]) -> dict[str, SourceHealth]:
    """Return the health of every source, from its sweeps in the lowest partition that holds one of them."""
    return {k.event.subject: health for k, _, health in _swept(known)}


def stall_turns(known: Iterable[Known]) -> list[Known]:
    """Return the sweeps by which a stall of their source began or ended."""
    return [k for k, before, health in _swept(known) if health.stalled != before.stalled]


def _swept(known: Iterable[Known]) -> Iterator[tuple[Known, SourceHealth, SourceHealth]]:
    """Yield each sweep with the health of its source before and after it."""
    sweeps = [k for k in known if isinstance(k.event.data, SweepCompleted)]
    lowest: dict[str, int] = {}
    for k in sweeps:
        lowest[k.event.subject] = min(k.partition, lowest.get(k.event.subject, k.partition))
    health: dict[str, SourceHealth] = {}
    for k in sorted(sweeps, key=lambda k: (k.recorded_at, k.offset)):  # a log made again counts offsets anew
        source = k.event.subject
        if k.partition == lowest[source]:
            before = health.get(source, SourceHealth())
            health[source], _ = on_sweep(before, source, k.event.time, k.event.data)
            yield k, before, health[source]


def measure_posts(known: list[Known], ruleset: Ruleset, period: Period) -> PostMeasures:
    """Reduce one account's posts that are live at T."""
    t = period.check_point
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, PostWithdrawn)}
    deleted = {
        k.event.data.post_id for k in known if isinstance(k.event.data, PostDeleted) and k.event.time < t
    }
    void = withdrawn | deleted
    posts = [
        k.event
        for k in known
        if isinstance(k.event.data, PostPublished) and k.event.time <= t and k.event.id not in void
    ]
    if not posts:
        return PostMeasures()
    newest = max(posts, key=lambda p: (p.time, database_order(p.id)))
    weeks = 0
    for post in posts:
        week = (t - post.time) // WEEK
        if week < period.weeks:
            weeks |= 1 << week
    updates = 0
    if ruleset.weeks is not None:
        service_start = t - timedelta(days=ruleset.weeks.service_account_days)
        updates = count_updates(-(-to_micros(p.time) // SECOND_US) for p in posts if p.time > service_start)
    return PostMeasures(newest.time, newest.id, weeks, updates)


def measure_looks(
    known: list[Known], health: dict[str, SourceHealth], ruleset: Ruleset, period: Period
) -> LookMeasures:
    """Reduce one account's looks: what proves silence at T, and what a stall took away."""
    t = period.check_point
    limit_start = t - ruleset.freshness.limit
    looks = [k.event for k in known if isinstance(k.event.data, AccountPatrolled)]
    failed = [k.event for k in known if isinstance(k.event.data, PatrolFailed)]
    valid: list[Event[AccountPatrolled]] = []
    void: list[Event[AccountPatrolled]] = []
    for look in looks:
        complete_from = look.data.complete_from
        if not look.data.proves_silence or (complete_from is not None and complete_from > limit_start):
            continue
        source = health.get(look.source)
        (void if source is not None and source.voids(to_micros(look.time)) else valid).append(look)
    stretches = [stretch for look in looks if (stretch := stretch_of(look)) is not None]
    damaged = [f.time for f in failed if f.data.reason == "damaged_feed"]
    best = max(
        ((min(v.time - timedelta(seconds=v.data.lag_s), t), to_micros(v.time), v) for v in valid),
        key=lambda p: (p[0], -p[1], database_order(p[2].id)),
        default=None,
    )
    since = covered_since(stretches, to_micros(best[0]) if best else None)
    return LookMeasures(
        proven_until=best[0] if best else None,
        look_id=best[2].id if best else None,
        last_trusted_at=max((v.time for v in valid), default=None),
        looked=bool(looks or failed),
        void_at=max((v.time for v in void), default=None),
        damaged_at=max(damaged, default=None),
        covered_from=None if since is None else from_micros(since),
    )
