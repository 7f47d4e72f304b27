"""Judging the year of a unit: vetoes, deductions within limits, a bonus above a mark (昆政办发〔2019〕162号 附件3).

A pure function of what counts and a scheme. The order of grounds does not matter; one that is told twice counts once.
"""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from events.assessment import AssessedKind, Charge, Ground, ItemResult, UnitResult
from projections.year.schemes import Bonus, Clause, Scheme

_encoder = msgspec.json.Encoder()


class QuarterShare(msgspec.Struct, frozen=True):
    """How many of its accounts a unit checked in a quarter that is over; of none, nothing could be checked."""

    ground: Ground  # measure `share`, about the quarter
    checked: int
    accounts: int

    def reaches(self, percent: int) -> bool:
        """Tell whether at least so many percent were checked; nearly is not."""
        return self.checked * 100 >= percent * self.accounts


class UnitYear(msgspec.Struct, frozen=True, kw_only=True):
    """What a year holds of a unit, as far as an assessment asks."""

    unit: str
    name: str
    kind: AssessedKind
    grounds: tuple[Ground, ...] = ()
    shares: tuple[QuarterShare, ...] = ()


def assess(year: UnitYear, scheme: Scheme) -> UnitResult:
    """Return the assessment of a unit.

    Whoever is vetoed fails and is not scored. Of the others whoever keeps less than the pass mark fails; only above
    `bonus_above`, and not at it, are the bonus items added.
    """
    grounds = settled(year.grounds)
    vetoes = tuple(
        Charge(code=veto.code, points=0, grounds=counted)
        for veto in scheme.vetoes
        if _total(counted := _of(grounds, veto.measures)) >= veto.at_least
    )
    if vetoes:
        return UnitResult(unit=year.unit, name=year.name, kind=year.kind, outcome="failed", vetoes=vetoes)
    deductions = _items(_scored(i.code, i.points, i.clauses, grounds) for i in scheme.items)
    left = scheme.full_points - sum(item.points for item in deductions)
    bonuses: tuple[ItemResult, ...] = ()
    if left > scheme.bonus_above:
        bonuses = _items(
            _of_shares(bonus, year.shares)
            if bonus.steps
            else _scored(bonus.code, bonus.points, bonus.clauses, grounds)
            for bonus in scheme.bonuses
        )
    return UnitResult(
        unit=year.unit,
        name=year.name,
        kind=year.kind,
        outcome="failed" if left < scheme.pass_mark else "passed",
        deductions=deductions,
        left=left,
        bonuses=bonuses,
        total=left + sum(item.points for item in bonuses),
    )


def settled(grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    """Return grounds in one order, each once."""
    return tuple(sorted(set(grounds), key=_encoder.encode))


def results_digest(rows: Iterable[UnitResult]) -> str:
    """Return the SHA-256 over results, by unit: everything that a result says and rests on."""
    ordered = sorted(rows, key=lambda row: row.unit)
    return hashlib.sha256(_encoder.encode_lines(ordered)).hexdigest()


def _of(grounds: Sequence[Ground], measures: Sequence[str]) -> tuple[Ground, ...]:
    return tuple(ground for ground in grounds if ground.measure in measures)


def _total(grounds: Iterable[Ground]) -> int:
    return sum(ground.count for ground in grounds)


def _scored(code: str, most: int, clauses: Sequence[Clause], grounds: Sequence[Ground]) -> ItemResult:
    """Return an item: each clause within its own limit, all of them within the item's."""
    charges = []
    for clause in clauses:
        counted = _of(grounds, clause.measures)
        points = min(_total(counted) * clause.each, clause.cap or most)
        if points:
            charges.append(Charge(code=clause.code, points=points, grounds=counted))
    return ItemResult(code=code, points=min(sum(c.points for c in charges), most), charges=tuple(charges))


def _of_shares(bonus: Bonus, shares: Sequence[QuarterShare]) -> ItemResult:
    """Return the points of the first step that every quarter with accounts reaches."""
    asked = [share for share in shares if share.accounts]
    for step in bonus.steps:
        if asked and all(share.reaches(step.at_least) for share in asked):
            points = min(step.points, bonus.points)
            grounds = settled(share.ground for share in asked)
            return ItemResult(
                code=bonus.code,
                points=points,
                charges=(Charge(code=bonus.code, points=points, grounds=grounds),),
            )
    return ItemResult(code=bonus.code, points=0, charges=())


def _items(scored: Iterable[ItemResult]) -> tuple[ItemResult, ...]:
    return tuple(item for item in scored if item.points)
