"""Measures: what a rule is judged by, each a function from facts, a rule and a check point to a charge.

A rule names its measure, `by`, and tells it what it may be told under `[rules.measure]`. Each kind of subject has a
table of its measures, `MEASURES`: of accounts in `account_measures.py`, of websites in `projections/sites/measures.py`.
Whoever judges hands its table in. So a rule that is judged from facts is a row of a ruleset and one function, whichever
the subject.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

import msgspec

from events.facts import Deduction, FindingFact
from events.messages import joined, message
from projections.rules.period import Period
from projections.rules.rulesets import Rule


class Judged(Protocol):
    """What a rule of any subject says of its measure."""

    @property
    def by(self) -> str:
        """Return the name of the measure."""
        ...

    @property
    def measure(self) -> Mapping[str, Any]:
        """Return the table [rules.measure]."""
        ...

    def told(self, fields: Collection[str]) -> Mapping[str, Any]:
        """Return what the rule tells a measure that takes these fields."""
        ...


F = TypeVar("F")  # facts of a subject
R = TypeVar("R", bound=Judged)  # a rule
S = TypeVar("S")  # its ruleset


class Charge(msgspec.Struct, frozen=True, gc=False):
    """A rule is broken: how often, by what evidence; kinds of subjects may say more of it."""

    count: int = 1
    evidence: tuple[UUID, ...] = ()
    points: int | None = None  # None: `points_each` for each, `max_points` at most


class NotJudged(NamedTuple):
    """Facts do not settle a rule: it counts neither way, and this says why."""

    reason: str
    missing: tuple[str, ...] = ()  # a code for each thing that would settle it, where it is told


class Case(NamedTuple, Generic[F, R, S]):
    """What a measure is asked."""

    facts: F
    rule: R
    ruleset: S
    period: Period  # its check point is T
    found: tuple[FindingFact, ...] = ()  # findings that name the rule
    told: Any = None  # the rule's [rules.measure], as the struct that the measure names


class Measure(msgspec.Struct, Generic[F, R, S], frozen=True):
    """How a kind of rule is judged; None means that nothing of it is broken."""

    judge: Callable[[Case[F, R, S]], Charge | NotJudged | None]
    title: str  # what a rule is judged by, for people
    told: type[msgspec.Struct] | None = None  # what a rule tells it; None: nothing
    needs: frozenset[str] = frozenset()  # types of facts that only it reads
    from_facts: bool = True  # False: it says nothing without a finding that names the rule


def outcome_of(case: Case[F, R, S], measures: Mapping[str, Measure[F, R, S]]) -> Charge | NotJudged | None:
    """Return what the measure of a rule says of a case, with what the rule tells it."""
    measure = measures[case.rule.by]
    if measure.told is not None:
        case = case._replace(told=parameters_of(case.rule, measures))
    return measure.judge(case)


def deduction(rule: Rule, charge: Charge) -> Deduction:
    """Return what a charge costs; a red line takes no points, it fails."""
    points = charge.points
    if points is None:
        points = min(charge.count * rule.points_each, rule.max_points)
    return Deduction(rule.code, rule.clause, charge.count, points, tuple(sorted(charge.evidence)))


def parameters_of(rule: R, measures: Mapping[str, Measure[F, R, S]]) -> Any:
    """Return what a rule tells its measure; raises `msgspec.ValidationError` for what that does not take."""
    kind = measures[rule.by].told
    return None if kind is None else msgspec.convert(rule.told(kind.__struct_fields__), kind)


def measure_faults(rule: R, measures: Mapping[str, Measure[F, R, S]]) -> list[str]:
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
        parameters_of(rule, measures)
    except msgspec.ValidationError as e:
        return [message("[rules.measure] of {by}: {error}", by=rule.by, error=e)]
    return []
