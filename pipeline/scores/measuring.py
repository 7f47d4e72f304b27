"""Posts and looks of a population reduced to facts: by SQL, and look by look where a sum cannot stand for them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec
from clickhouse_connect.driver.client import Client
from msgspec.structs import replace

from connectors.history.known_facts import KnownFacts
from connectors.history.measures import (
    AccountKey,
    StallSpan,
    account_keys,
    accounts_apart,
    coverage_of,
    looks_of,
    posts_since,
)
from connectors.history.measures import measure_looks as looks_by_sql
from connectors.history.measures import measure_posts as posts_by_sql
from connectors.history.observations import withdrawn_among
from events.days import day_of
from events.facts import AccountFacts, FindingFact, LookMeasures, PostMeasures, RegistryEntry, assemble
from events.instants import SECOND_US, from_micros, to_micros
from events.looks import Chain, Contradiction, FailedLook, Look, Stretch, contradiction_of
from events.patrol import LookContradicted, LookWithdrawn, SweepCompleted
from pipeline.scores.steps import OnStep, Step, untold
from projections.accounts.looks import COVERED_DAYS, covered_at, measure_looks, needs_coverage
from projections.accounts.reducer import health_of
from projections.accounts.updates import count_updates
from projections.rules.period import Period
from projections.rules.rulesets import Ruleset
from projections.sources.health import SourceHealth

_NO_SERVICE_DAYS = 0
_NO_POSTS, _NO_LOOKS = PostMeasures(), LookMeasures()
_SWEEPS = (SweepCompleted.type,)
_DOUBTS = (LookContradicted.type, LookWithdrawn.type)
_WHOLLY, _COVERAGE = 1, 2
"""What of an account is read look by look."""


class Asked(msgspec.Struct, frozen=True):
    """What facts are asked for, and of whom."""

    period: Period
    known_at: datetime
    ruleset: Ruleset
    registry: Mapping[str, RegistryEntry]
    coverage_of_all: bool = False  # else only of accounts of which a week lacks its update
    alone: bool = False  # they are few among all, so nothing of the others is read


def account_facts(
    known: KnownFacts,
    asked: Asked,
    findings: Mapping[str, tuple[FindingFact, ...]],
    on_step: OnStep = untold,
) -> list[AccountFacts]:
    """Return the facts of accounts at a check point as known at K, sorted by account id.

    SQL sums up the looks of most; of those that looks by hand, contradictions or withdrawals concern, every look is
    read and reduced as the reference reduces it (`projections/accounts/looks.py`).
    """
    client, known_at, period = known.client, asked.known_at, asked.period
    if not asked.registry:
        return []
    subjects = sorted(asked.registry) if asked.alone else None
    keys = account_keys(client, subjects or ())
    population = {account: keys[account] for account in sorted(asked.registry)}
    alone = population if asked.alone else {}
    health = health_of(known.read(_SWEEPS, known_at, texts=False))
    stalls = _stalls(health)
    weeks = asked.ruleset.weeks
    service_days = weeks.service_account_days if weeks else _NO_SERVICE_DAYS
    on_step(Step.POSTS)
    posts = posts_by_sql(
        client,
        period.check_point,
        known_at,
        weeks=period.weeks,
        service_days=service_days,
        alone=alone,
    )
    on_step(Step.LOOKS)
    looks = looks_by_sql(
        client,
        period.check_point,
        known_at,
        limit=asked.ruleset.freshness.limit,
        stalls=stalls,
        population=population,
        alone=alone,
    )
    on_step(Step.ACCOUNTS)
    doubts = _Doubts.read(known, known_at, subjects)
    needing = {
        account
        for account, key in population.items()
        if asked.coverage_of_all
        or needs_coverage(
            posts.get(key, _NO_POSTS),
            asked.registry[account].platform,
            asked.ruleset,
            period,
            asked.registry[account].account_class,
        )
    }
    apart = _read_apart(client, asked, population, needing, posts, doubts, health)
    summed = sorted(population[a] for a in needing - apart.keys())
    covered = _covered(client, summed, asked, stalls)
    first_shown = doubts.first_showing()
    facts = []
    for account, key in population.items():
        of_posts = posts.get(key, _NO_POSTS)
        of_looks = apart.get(account) or looks.get(key, _NO_LOOKS)
        if key in covered and account not in apart:
            of_looks = replace(of_looks, covered=covered[key])
        until = first_shown.get(of_posts.newest_id.bytes) if of_posts.newest_id else None
        entry, found = asked.registry[account], findings.get(account, ())
        facts.append(assemble(account, entry, of_posts, of_looks, found, until))
    return facts


class _Doubts(msgspec.Struct, frozen=True):
    """Contradictions that stand and withdrawals of looks, by account."""

    contradictions: dict[str, list[Contradiction]]
    withdrawn: dict[str, set[bytes]]

    @classmethod
    def read(cls, facts: KnownFacts, known_at: datetime, subjects: Collection[str] | None) -> "_Doubts":
        """Read what is known at K; a contradiction falls with the withdrawal of its post."""
        known = facts.read(_DOUBTS, known_at, subjects=subjects, texts=False)
        contradicting = [k.event for k in known if isinstance(k.event.data, LookContradicted)]
        void = withdrawn_among(facts.client, [event.data.by for event in contradicting], known_at)
        contradictions: dict[str, list[Contradiction]] = defaultdict(list)
        for event in contradicting:
            if event.data.by not in void:
                contradictions[event.subject].append(contradiction_of(event))
        withdrawn: dict[str, set[bytes]] = defaultdict(set)
        for k in known:
            if isinstance(k.event.data, LookWithdrawn):
                withdrawn[k.event.subject].add(k.event.data.corrects.bytes)
        return cls(contradictions, withdrawn)

    def first_showing(self) -> dict[bytes, datetime]:
        """Return when each contradicting post was first shown."""
        return {c.by: from_micros(c.until) for of_account in self.contradictions.values() for c in of_account}


def _read_apart(
    client: Client,
    asked: Asked,
    population: Mapping[str, AccountKey],
    needing: Collection[str],
    posts: Mapping[AccountKey, PostMeasures],
    doubts: _Doubts,
    health: Mapping[str, SourceHealth],
) -> dict[str, LookMeasures]:
    """Return the measures of accounts whose looks are read one by one."""
    flags = accounts_apart(client, asked.known_at, population if asked.alone else {})
    doubted = doubts.contradictions.keys() | doubts.withdrawn.keys()
    apart = {
        account: key
        for account, key in population.items()
        if account in doubted
        or flags.get(key) == _WHOLLY
        or (flags.get(key) == _COVERAGE and account in needing)
    }
    if not apart:
        return {}
    looks = looks_of(client, sorted(apart.values()), asked.known_at)
    measured = {}
    for account, key in apart.items():
        measured[account] = _measure(
            looks.get(key, []),
            asked,
            doubts.withdrawn.get(account, set()),
            doubts.contradictions.get(account, []),
            health,
            posted=posts.get(key, _NO_POSTS).newest_at is not None,
            coverage=account in needing,
        )
    return _with_updates_since(client, asked, apart, measured)


def _measure(
    all_looks: list[Look | FailedLook],
    asked: Asked,
    withdrawn: set[bytes],
    contradictions: list[Contradiction],
    health: Mapping[str, SourceHealth],
    *,
    posted: bool,
    coverage: bool,
) -> LookMeasures:
    chains: dict[str, Chain] = defaultdict(Chain)
    looks: list[Look] = []
    failed: list[FailedLook] = []
    for look in all_looks:
        if isinstance(look, FailedLook):
            failed.append(look)
            chains[look.source].cut(look.at)
        elif look.id.bytes not in withdrawn:
            looks.append(replace(look, shows_from=chains[look.source].take(look)))
    return measure_looks(
        looks,
        failed,
        contradictions,
        voids=lambda source, at: source in health and health[source].voids(at),
        ruleset=asked.ruleset,
        period=asked.period,
        posted=posted,
        coverage=coverage,
    )


def _with_updates_since(
    client: Client,
    asked: Asked,
    keys: Mapping[str, AccountKey],
    measured: dict[str, LookMeasures],
) -> dict[str, LookMeasures]:
    """Add to what people counted the updates that posts show since."""
    counted = {a: m.counted for a, m in measured.items() if m.counted is not None}
    if not counted:
        return measured
    t = asked.period.check_point
    since = min(at for at, _ in counted.values())
    posts = posts_since(client, sorted(keys[a] for a in counted), since, t, asked.known_at)
    for account, (at, updates) in counted.items():
        start = to_micros(at)
        of_account = posts.get(keys[account], [])
        timed = [-(-p // SECOND_US) for p, by_day in of_account if not by_day and p > start]
        days = [end // SECOND_US for p, by_day in of_account if by_day and (end := day_of(p)[1]) > start]
        total = updates + count_updates(timed, days)
        measured[account] = replace(measured[account], counted=(at, total))
    return measured


def _covered(
    client: Client, keys: list[AccountKey], asked: Asked, stalls: list[StallSpan]
) -> dict[AccountKey, tuple[Stretch, ...]]:
    if not keys:
        return {}
    t = asked.period.check_point
    since = t - timedelta(days=COVERED_DAYS + 1)
    found = coverage_of(client, keys, since, asked.known_at, stalls)
    return {key: covered_at(stretches, to_micros(t)) for key, stretches in found.items()}


def _stalls(health: Mapping[str, SourceHealth]) -> list[StallSpan]:
    return [
        StallSpan(source, s.since, s.until) if s.until is not None else StallSpan(source, s.since)
        for source, state in health.items()
        for s in state.stalls
    ]
