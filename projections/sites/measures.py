"""Measures: what a rule for websites is judged by; each a function of facts, rule and check point.

A measure answers with a charge, with what keeps it from judging, or with nothing: the rule holds. Where proof is
missing for some columns, it still charges what is proven, and clears what the missing ones could not change.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from events.days import chinese_day
from events.instants import MICROSECOND
from projections.sites.ages import State, stands, why_unknown
from projections.sites.facts import ColumnFacts, DayOfVisits, SiteFacts
from projections.sites.limits import Limit
from projections.sites.rules import Availability, MeasureName, SiteRule, SiteRuleset


class Charge(msgspec.Struct, frozen=True):
    """A rule that is broken, and of what that follows."""

    count: int = 1
    columns: tuple[str, ...] = ()  # names of columns
    findings: tuple[str, ...] = ()  # ids
    messages: tuple[str, ...] = ()  # references


class NotJudged(msgspec.Struct, frozen=True):
    """A rule for which proof is missing, by a code for each thing that would settle it."""

    missing: tuple[str, ...]


Outcome = Charge | NotJudged | None
Measure = Callable[[SiteFacts, SiteRule, SiteRuleset, datetime], Outcome]


def column_limit(one: ColumnFacts, ruleset: SiteRuleset) -> Limit | None:
    """Return the limit of a column: its own, else that of its class, else none."""
    days = one.column.limit_days
    return Limit(days=days) if days else ruleset.limits.get(one.column.column_class)


def column_state(one: ColumnFacts, ruleset: SiteRuleset, t: datetime) -> State:
    """Return how a column stands at T."""
    return stands(one.age, column_limit(one, ruleset), t)


def last_days(availability: Availability, t: datetime) -> list[date]:
    """Return the whole Chinese days before T that visits are counted over, oldest first."""
    last = chinese_day(t - MICROSECOND) if _is_midnight(t) else chinese_day(t) - timedelta(days=1)
    return [last - timedelta(days=n) for n in reversed(range(availability.days))]


def by_finding(facts: SiteFacts, rule: SiteRule, ruleset: SiteRuleset, t: datetime) -> Outcome:
    """Charge what a person found; nobody looks for what is not there, so nothing found is nothing wrong."""
    del ruleset, t
    found = [one for one in facts.findings if one.rule == rule.code]
    if not found:
        return None
    return Charge(sum(one.count for one in found), findings=tuple(str(one.id) for one in found))


def by_home_page(facts: SiteFacts, rule: SiteRule, ruleset: SiteRuleset, t: datetime) -> Outcome:
    """首页不更新: charge a home page on which nothing is newer than the limit."""
    del ruleset
    state = stands(facts.home, rule.limit, t)
    if state is State.OVERDUE:
        return Charge()
    return None if state is State.FRESH else NotJudged((f"home:{why_unknown(facts.home)}",))


def by_columns(facts: SiteFacts, rule: SiteRule, ruleset: SiteRuleset, t: datetime) -> Outcome:
    """栏目不更新: charge a site for its overdue and empty columns, by any of three counts."""
    counts = rule.counts
    if counts is None or not facts.columns:
        return NotJudged(("columns:none_declared",))
    states = [(one, column_state(one, ruleset, t)) for one in facts.columns]
    together = [s for s in states if s[0].column.column_class in (*counts.dynamic, *counts.slow)]
    broken: list[ColumnFacts] = []
    unsettled = False
    for among, bad, least in (
        (together, State.OVERDUE, counts.together_at_least),
        (states, State.OVERDUE, counts.overdue_at_least),
        (states, State.EMPTY, counts.empty_at_least),
    ):
        proven = [one for one, state in among if state is bad]
        open_ = sum(state is State.UNKNOWN for _, state in among)
        if len(proven) >= least:
            broken += [one for one in proven if one not in broken]
        elif len(proven) + open_ >= least:
            unsettled = True
    if broken:
        return Charge(len(broken), columns=tuple(one.column.name for one in broken))
    return NotJudged(_missing(states)) if unsettled else None


def by_class(facts: SiteFacts, rule: SiteRule, ruleset: SiteRuleset, t: datetime) -> Outcome:
    """Charge a site once for overdue or empty columns of some classes; without such a column there is no charge."""
    states = [
        (one, column_state(one, ruleset, t))
        for one in facts.columns
        if one.column.column_class in rule.classes
    ]
    broken = [one for one, state in states if state in (State.OVERDUE, State.EMPTY)]
    if broken:
        return Charge(len(broken), columns=tuple(one.column.name for one in broken))
    missing = _missing(states)
    return NotJudged(missing) if missing else None


def by_availability(facts: SiteFacts, rule: SiteRule, ruleset: SiteRuleset, t: datetime) -> Outcome:
    """站点无法访问: charge a site whose visits over a whole week failed too often."""
    del ruleset
    asked = rule.availability
    if asked is None:
        return NotJudged(("availability:no_rule",))
    week = [facts.days.get(day) for day in last_days(asked, t)]
    full = [day for day in week if day is not None and _counts(day, asked)]
    if len(full) < asked.days:
        return NotJudged((f"availability:{len(full)}_of_{asked.days}_days",))
    visits, failures = sum(day.visits for day in full), sum(day.failures for day in full)
    return Charge(failures) if failures * 100 >= asked.failing_percent * visits else None


def by_messages(facts: SiteFacts, rule: SiteRule, ruleset: SiteRuleset, t: datetime) -> Outcome:
    """互动回应差: charge valid messages that had no answer for longer than the limit."""
    del ruleset
    limit = rule.limit
    if limit is None:
        return NotJudged(("messages:no_rule",))
    late = [
        one
        for one in facts.messages
        if one.valid and (one.answered_at is None or one.answered_at > t) and limit.passed(one.asked_at, t)
    ]
    charged = [one.reference for one in late if limit.passed(one.asked_at, one.open_until)]
    if charged:
        return Charge(len(charged), messages=tuple(charged))
    return NotJudged(tuple(f"message:{one.reference}" for one in late)) if late else None


MEASURES: Mapping[MeasureName, Measure] = {
    "finding": by_finding,
    "home_page": by_home_page,
    "columns": by_columns,
    "class_silent": by_class,
    "availability": by_availability,
    "messages": by_messages,
}
"""A rule names its measure by `by`."""


def _missing(states: list[tuple[ColumnFacts, State]]) -> tuple[str, ...]:
    return tuple(
        f"column:{one.column.column_id}:{why_unknown(one.age)}"
        for one, state in states
        if state is State.UNKNOWN
    )


def _counts(day: DayOfVisits, asked: Availability) -> bool:
    """Tell whether a day had enough visits, each held to the limit that the rule sets."""
    return day.visits >= asked.visits_a_day and day.limit_s == asked.seconds


def _is_midnight(t: datetime) -> bool:
    return chinese_day(t) != chinese_day(t - MICROSECOND)
