"""Measures: what a rule for websites is judged by, in the one registry of measures (`projections/rules/measures.py`).

Where proof is missing for some columns, a measure still charges what is proven, and clears what the missing ones could
not change; what keeps it from judging it says by a code for each thing that would settle it.
"""

from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from events.days import chinese_day
from events.instants import MICROSECOND
from events.site import ColumnClass
from projections.rules.measures import Case, Charge, Measure, NotJudged
from projections.sites.ages import State, state_at, why_unknown
from projections.sites.facts import ColumnFacts, DayOfVisits, SiteFacts
from projections.sites.limits import Limit
from projections.sites.rules import Availability, Counts, SiteRule, SiteRuleset


class ChargeOfSite(Charge, frozen=True):
    """A rule that is broken, and of what that follows."""

    columns: tuple[str, ...] = ()  # names of columns
    findings: tuple[str, ...] = ()  # ids
    messages: tuple[str, ...] = ()  # references


class LimitParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the home page may stay as it is, or a message without an answer."""

    limit: Limit


class CountsParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many columns make a site fail."""

    counts: Counts


class ClassesParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which columns a rule is about."""

    classes: Annotated[tuple[ColumnClass, ...], msgspec.Meta(min_length=1)]


class AvailabilityParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a site counts as not to be had."""

    availability: Availability


SiteCase = Case[SiteFacts, SiteRule, SiteRuleset]
Outcome = ChargeOfSite | NotJudged | None


def column_limit(one: ColumnFacts, ruleset: SiteRuleset) -> Limit | None:
    """Return the limit of a column: its own, else that of its class, else none."""
    days = one.column.limit_days
    return Limit(days=days) if days else ruleset.limits.get(one.column.column_class)


def column_state(one: ColumnFacts, ruleset: SiteRuleset, t: datetime) -> State:
    """Return how a column stands at T."""
    return state_at(one.age, column_limit(one, ruleset), t)


def last_days(availability: Availability, t: datetime) -> list[date]:
    """Return the whole Chinese days before T that visits are counted over, oldest first."""
    last = chinese_day(t - MICROSECOND) if _is_midnight(t) else chinese_day(t) - timedelta(days=1)
    return [last - timedelta(days=n) for n in reversed(range(availability.days))]


def by_finding(case: SiteCase) -> Outcome:
    """Charge what a person found; nobody looks for what is not there, so nothing found is nothing wrong."""
    found = [one for one in case.facts.findings if one.rule == case.rule.code]
    if not found:
        return None
    return ChargeOfSite(sum(one.count for one in found), findings=tuple(str(one.id) for one in found))


def by_home_page(case: SiteCase) -> Outcome:
    """首页不更新: charge a home page on which nothing is newer than the limit."""
    home = case.facts.home
    state = state_at(home, case.told.limit, case.period.check_point)
    if state is State.OVERDUE:
        return ChargeOfSite()
    return None if state is State.FRESH else _not_judged(f"home:{why_unknown(home)}")


def by_columns(case: SiteCase) -> Outcome:
    """栏目不更新: charge a site for its overdue and empty columns, by any of three counts."""
    counts, columns = case.told.counts, case.facts.columns
    if not columns:
        return _not_judged("columns:none_declared")
    states = [(one, column_state(one, case.ruleset, case.period.check_point)) for one in columns]
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
        return ChargeOfSite(len(broken), columns=tuple(one.column.name for one in broken))
    return _not_judged(*_missing(states)) if unsettled else None


def by_class(case: SiteCase) -> Outcome:
    """Charge a site once for overdue or empty columns of some classes; without such a column there is no charge."""
    states = [
        (one, column_state(one, case.ruleset, case.period.check_point))
        for one in case.facts.columns
        if one.column.column_class in case.told.classes
    ]
    broken = [one for one, state in states if state in (State.OVERDUE, State.EMPTY)]
    if broken:
        return ChargeOfSite(len(broken), columns=tuple(one.column.name for one in broken))
    missing = _missing(states)
    return _not_judged(*missing) if missing else None


def by_availability(case: SiteCase) -> Outcome:
    """站点无法访问: charge a site whose visits over a whole week failed too often."""
    asked: Availability = case.told.availability
    week = [case.facts.days.get(day) for day in last_days(asked, case.period.check_point)]
    full = [day for day in week if day is not None and _counts(day, asked)]
    if len(full) < asked.days:
        return _not_judged(f"availability:{len(full)}_of_{asked.days}_days")
    visits, failures = sum(day.visits for day in full), sum(day.failures for day in full)
    return ChargeOfSite(failures) if failures * 100 >= asked.failing_percent * visits else None


def by_messages(case: SiteCase) -> Outcome:
    """互动回应差: charge valid messages that had no answer for longer than the limit."""
    limit, t = case.told.limit, case.period.check_point
    late = [
        one
        for one in case.facts.messages
        if one.valid and (one.answered_at is None or one.answered_at > t) and limit.passed(one.asked_at, t)
    ]
    charged = [one.reference for one in late if limit.passed(one.asked_at, one.open_until)]
    if charged:
        return ChargeOfSite(len(charged), messages=tuple(charged))
    return _not_judged(*(f"message:{one.reference}" for one in late)) if late else None


MEASURES: dict[str, Measure[SiteFacts, SiteRule, SiteRuleset]] = {
    "finding": Measure(by_finding, title="人工登记的问题", from_facts=False),
    "home_page": Measure(by_home_page, title="首页最新内容", told=LimitParameters),
    "columns": Measure(by_columns, title="各栏目最新内容", told=CountsParameters),
    "class_silent": Measure(by_class, title="某几类栏目最新内容", told=ClassesParameters),
    "availability": Measure(by_availability, title="逐日访问记录", told=AvailabilityParameters),
    "messages": Measure(by_messages, title="留言和答复", told=LimitParameters),
}
"""By the name that a rule says under `by`."""


def _not_judged(*missing: str) -> NotJudged:
    return NotJudged(missing[0], missing)


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
