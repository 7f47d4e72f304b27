"""Drawing a sample: whole tiers, the focus list and named accounts for certain, the rest by strata and seed."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil
from uuid import UUID

import msgspec

from events.facts import RegistryEntry
from events.messages import joined, message
from events.round_plan import SamplePlan, Stratum
from projections.rules.digest import accounts_hash

_SEPARATOR = "\x1f"


class SampleError(ValueError):
    """A plan that this population cannot fulfil; says what is wrong and what there is."""


class Sample(msgspec.Struct, frozen=True):
    """The accounts that are checked, and how they came in."""

    accounts: tuple[str, ...]  # sorted
    population: int
    population_sha256: str
    focus: int  # members that stand on the focus list, whichever way they came in
    strata: tuple[Stratum, ...]  # of the rest, sorted by key
    sha256: str


def draw_sample(
    population: Mapping[str, RegistryEntry], focus: frozenset[str], plan: SamplePlan, seed: str = ""
) -> Sample:
    """Draw a sample; the same population, focus list and plan give the same one in whatever order they stand.

    In each stratum the accounts stand in the order of SHA-256 of seed and account id; the numbers of the strata are
    their shares of the rest by largest remainder, so they do not depend on the seed; a share by line is rounded up in
    each, for each line is to have its share. `seed` is that of the log; empty:
    the plan's, which is 0 unless it says another. Raises `SampleError`.
    """
    certain = _certain(population, focus, plan)
    rest = [account for account in population if account not in certain]
    wanted = _wanted(len(population), len(certain), len(rest), plan)
    by_key: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for account in rest:
        by_key[tuple(getattr(population[account], field) for field in plan.strata)].append(account)
    sizes = {key: len(accounts) for key, accounts in by_key.items()}
    numbers = largest_remainder(sizes, wanted)
    if plan.share is not None and "line" in plan.strata:
        numbers = {key: ceil(Fraction(repr(plan.share)) * size) for key, size in sizes.items()}
    drawn = set(certain)
    for key, accounts in by_key.items():
        drawn.update(sorted(accounts, key=lambda a: _chance(seed or str(plan.seed or 0), a))[: numbers[key]])
    return Sample(
        accounts=tuple(sorted(drawn)),
        population=len(population),
        population_sha256=accounts_hash(population),
        focus=len(focus & drawn),
        strata=tuple(Stratum(key, len(by_key[key]), numbers[key]) for key in sorted(by_key)),
        sha256=accounts_hash(drawn),
    )


def seed_of(last: Iterable[tuple[int, UUID]]) -> str:
    """Return the seed that the last records of every partition give, by partition and id: nobody knew them before."""
    lines = "\n".join(f"{partition}{_SEPARATOR}{event_id}" for partition, event_id in sorted(last))
    return hashlib.sha256(lines.encode()).hexdigest()


def largest_remainder(sizes: Mapping[tuple[str, ...], int], wanted: int) -> dict[tuple[str, ...], int]:
    """Share `wanted` out by size: whole parts first, then one each by the largest remainder, ties by key."""
    total = sum(sizes.values())
    if total == 0:
        return {}
    numbers = {key: wanted * size // total for key, size in sizes.items()}
    left = wanted - sum(numbers.values())
    for key in sorted(sizes, key=lambda k: (-(wanted * sizes[k] % total), k))[:left]:
        numbers[key] += 1
    return numbers


def _certain(
    population: Mapping[str, RegistryEntry], focus: frozenset[str], plan: SamplePlan
) -> frozenset[str]:
    strangers = sorted(set(plan.include) - population.keys())
    if strangers:
        raise SampleError(message("{few} is to be checked but not in the population", few=_few(strangers)))
    tiers = {entry.tier for entry in population.values()}
    missing = sorted(set(plan.tiers_whole) - tiers)
    if missing:
        there = _few(sorted(tier or "(none)" for tier in tiers))
        raise SampleError(
            message("no account has the tier {few}; there are: {there}", few=_few(missing), there=there)
        )
    whole = {account for account, entry in population.items() if entry.tier in plan.tiers_whole}
    return frozenset(whole | focus & population.keys() | set(plan.include))


def _wanted(population: int, certain: int, rest: int, plan: SamplePlan) -> int:
    """Return how many of the rest are drawn; a share is rounded half up."""
    if plan.everybody:
        return rest
    if plan.share is not None:
        return int(Fraction(repr(plan.share)) * rest + Fraction(1, 2))
    number = plan.number or 0
    if number > population:
        raise SampleError(
            message(
                "a sample of {number} was asked for, but the population has {population} accounts",
                number=number,
                population=population,
            )
        )
    if number < certain:
        raise SampleError(
            message(
                "a sample of {number} was asked for, but whole tiers, focus list and named"
                " accounts are {certain} already",
                number=number,
                certain=certain,
            )
        )
    return number - certain


def _chance(seed: str, account: str) -> tuple[bytes, str]:
    return hashlib.sha256(f"{seed}{_SEPARATOR}{account}".encode()).digest(), account


def _few(names: Iterable[str], most: int = 5) -> str:
    names = list(names)
    return joined(
        "",
        (
            ", ".join(names[:most]),
            message(" and {names_count} more", names_count=len(names) - most) if len(names) > most else "",
        ),
    )
