"""Measures: what a rule is judged by, each a function from facts, a rule and a check point to a charge.

A rule names its measure, `by`, and tells it what it may be told under `[rules.measure]`. Each kind of subject has a
table of its measures (`MEASURES`: of accounts in `account_measures.py`); whoever judges hands its table in. So a rule
that is judged from facts is a row of a ruleset and one function.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from events.facts import Deduction, FindingFact
from events.messages import joined, message
from projections.rules.period import Period
from projections.rules.rulesets import Rule, Ruleset

F = TypeVar("F")


class Charge(msgspec.Struct, frozen=True, gc=False):
    """A rule is broken: how often, by what evidence."""

    count: int
    evidence: tuple[UUID, ...] = ()
    points: int | None = None  # None: `points_each` for each, `max_points` at most


class NotJudged(NamedTuple):
    """Facts do not settle a rule: it counts neither way, and this says why."""

    reason: str


class Case(NamedTuple, Generic[F]):
    """What a measure is asked."""

    facts: F
    rule: Rule
    ruleset: Ruleset
    period: Period  # its check point is T
    found: tuple[FindingFact, ...] = ()  # findings that name the rule
    told: Any = None  # the rule's [rules.measure], as the struct that the measure names


class Measure(msgspec.Struct, Generic[F], frozen=True):
    """How a kind of rule is judged; None means that nothing of it is broken."""

    judge: Callable[[Case[F]], Charge | NotJudged | None]
    title: str  # what a rule is judged by, for people
    told: type[msgspec.Struct] | None = None  # what a rule tells it; None: nothing
    needs: frozenset[str] = frozenset()  # types of facts that only it reads
    from_facts: bool = True  # False: it says nothing without a finding that names the rule


def outcome_of(case: Case[F], measures: Mapping[str, Measure[F]]) -> Charge | NotJudged | None:
    """Return what the measure of a rule says of a case, with what the rule tells it."""
    measure = measures[case.rule.by]
    if measure.told is not None:
        case = case._replace(told=told_to(case.rule, measures))
    return measure.judge(case)


def deduction(rule: Rule, charge: Charge) -> Deduction:
    """Return what a charge costs; a red line takes no points, it fails."""
    points = charge.points
    if points is None:
        points = min(charge.count * rule.points_each, rule.max_points)
    return Deduction(rule.code, rule.clause, charge.count, points, tuple(sorted(charge.evidence)))


def told_to(rule: Rule, measures: Mapping[str, Measure[F]]) -> Any:
    """Return what a rule tells its measure; raises `msgspec.ValidationError` for what that does not take."""
    kind = measures[rule.by].told
    return None if kind is None else msgspec.convert(rule.measure, kind)


def measure_faults(rule: Rule, measures: Mapping[str, Measure[F]]) -> list[str]:
    """Return what is wrong with how a rule names its measure, each as a sentence about the rule."""
    if rule.by not in measures:
        names = joined(", ", sorted(measures))
        return [
            message("is judged by {by!r}, which is no measure; there are: {names}", by=rule.by, names=names)
        ]
    if measures[rule.by].told is None:
        if rule.measure:
            return [message("tells something under [rules.measure], but {by} takes nothing", by=rule.by)]
        return []
    try:
        told_to(rule, measures)
    except msgspec.ValidationError as e:
        return [message("[rules.measure] of {by}: {error}", by=rule.by, error=e)]
    return []
