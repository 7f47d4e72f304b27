"""The reference reduction: decoded records to `AccountFacts` at (check point, known at), the plain way.

SQL reduces the posts and looks of a nation; a property test holds the two together. Slow and obvious on purpose.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from events.codec import Event
from events.days import day_of
from events.facts import AccountFacts, LookMeasures, PostMeasures, RegistryEntry, assemble
from events.ids import database_order
from events.instants import DAY_US, SECOND_US, to_micros
from events.known import Known, first_records
from events.looks import Chain, FailedLook, Look, contradiction_of, look_of
from events.patrol import AccountPatrolled, LookContradicted, LookWithdrawn, PatrolFailed, SweepCompleted
from events.post import PostDeleted, PostPublished, PostWithdrawn
from projections.accounts.findings import findings_at
from projections.accounts.looks import measure_looks as measures_of
from projections.accounts.looks import needs_coverage
from projections.accounts.updates import count_updates
from projections.registry.population import registry_at
from projections.rules.period import Period, is_published, weeks_touched
from projections.rules.rulebook import Rulebook, rulebook_of
from projections.rules.rulesets import Ruleset
from projections.sources.health import SourceHealth, on_sweep


def reduce_facts(
    records: Iterable[Known], ruleset: Ruleset | Rulebook, period: Period, known_at: datetime
) -> list[AccountFacts]:
    """Return the facts of the population at the check point as known at K, sorted by account id."""
    known, rulebook = first_records(records, to_micros(known_at)), rulebook_of(ruleset)
    health = health_of(known)
    by_account: dict[str, list[Known]] = defaultdict(list)
    for k in known:
        by_account[k.event.subject].append(k)
    findings = findings_at(known, period)
    facts = []
    for account, entry in sorted(registry_at(known, period.check_point).items()):
        of_account = by_account[account]
        rules = rulebook.of(entry.ruleset)
        posts = measure_posts(of_account, rules, period)
        looks = measure_looks(of_account, health, rules, period, posts, entry)
        until = contradicted_until(of_account, posts.newest_id)
        facts.append(assemble(account, entry, posts, looks, findings.get(account, ()), until))
    return facts


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
    t = to_micros(period.check_point)
    posts = _live_posts(known, period.check_point)
    if not posts:
        return PostMeasures()
    newest = max(posts, key=lambda p: (p.time, database_order(p.id)))
    weeks = 0
    for post in posts:
        weeks |= weeks_touched(*span_of(post), t, period.weeks)
    service = service_updates(posts, t, ruleset)
    return PostMeasures(newest.time, newest.id, newest.data.date_only, weeks, service)


def service_updates(posts: Iterable[Event[PostPublished]], t: int, ruleset: Ruleset) -> int:
    """Return the updates of live posts in the days before T that a service account is judged over."""
    if ruleset.weeks is None:
        return 0
    return updates_after(posts, t - ruleset.weeks.service_account_days * DAY_US)


def updates_after(posts: Iterable[Event[PostPublished]], start: int) -> int:
    """Return the updates of posts after a moment (microseconds), a day as far as it touches what comes after."""
    timed, days = [], []
    for post in posts:
        begin, end = span_of(post)
        if post.data.date_only and end > start:
            days.append(end // SECOND_US)
        elif not post.data.date_only and begin > start:
            timed.append(-(-begin // SECOND_US))
    return count_updates(timed, days)


def span_of(post: Event[PostPublished]) -> tuple[int, int]:
    """Return what is known of the time of a post: a moment twice, or beginning and end of its day (microseconds)."""
    at = to_micros(post.time)
    return day_of(at) if post.data.date_only else (at, at)


def _live_posts(known: list[Known], t: datetime) -> list[Event[PostPublished]]:
    """Return the posts that are live at T; one known by its day alone is, at every moment of that day."""
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, PostWithdrawn)}
    deleted = {
        k.event.data.post_id for k in known if isinstance(k.event.data, PostDeleted) and k.event.time < t
    }
    void = withdrawn | deleted
    at = to_micros(t)
    return [
        k.event
        for k in known
        if isinstance(k.event.data, PostPublished)
        and k.event.id not in void
        and is_published(*span_of(k.event), at)
    ]


def measure_looks(
    known: list[Known],
    health: dict[str, SourceHealth],
    ruleset: Ruleset,
    period: Period,
    posts: PostMeasures,
    entry: RegistryEntry,
) -> LookMeasures:
    """Reduce one account's looks: what proves silence at T, over what posts are known, and what was taken away."""
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, LookWithdrawn)}
    void_posts = {k.event.data.corrects for k in known if isinstance(k.event.data, PostWithdrawn)}
    chains: dict[str, Chain] = defaultdict(Chain)
    looks: list[Look] = []
    failed = []
    for k in known:
        event, data = k.event, k.event.data
        if event.id in withdrawn:
            continue
        if isinstance(data, AccountPatrolled):
            look = look_of(event)
            looks.append(replace(look, shows_from=chains[event.source].take(look)))
        elif isinstance(data, PatrolFailed):
            failed.append(FailedLook(event.source, to_micros(event.time), data.reason))
            chains[event.source].cut(failed[-1].at)
    contradictions = [
        contradiction_of(k.event)
        for k in known
        if isinstance(k.event.data, LookContradicted) and k.event.data.by not in void_posts
    ]
    measures = measures_of(
        looks,
        failed,
        contradictions,
        voids=lambda source, at: source in health and health[source].voids(at),
        ruleset=ruleset,
        period=period,
        posted=posts.newest_at is not None,
        coverage=needs_coverage(posts, entry.platform, ruleset, period, entry.account_class),
    )
    if measures.counted is None:
        return measures
    at, updates = measures.counted
    since = updates_after(_live_posts(known, period.check_point), to_micros(at))
    return replace(measures, counted=(at, updates + since))


def contradicted_until(known: Iterable[Known], post_id: UUID | None) -> datetime | None:
    """Return when the newest post was first shown, where it contradicts looks before that."""
    contradictions = (k.event.data for k in known if isinstance(k.event.data, LookContradicted))
    return max((data.until for data in contradictions if data.by == post_id), default=None)
