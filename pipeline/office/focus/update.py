"""Bringing the focus list up to a check point: entries and exits that the rules propose, recorded together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from connectors.history.rounds import load_rows, load_run
from events.codec import Event
from events.facts import AccountFacts
from events.fields import field
from events.messages import message
from events.runs import Run
from pipeline.home.actor import Actor, signed
from pipeline.home.errors import UsageError
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import NamedRuleset, find_ruleset, update_rules
from pipeline.home.workspace import Workspace
from pipeline.office.focus.focus_list import known_focus
from pipeline.office.rounds.state import list_rounds
from pipeline.scores.scoring import Question, others_of, population_at, population_facts
from projections.focus.focus_list import focus_at
from projections.focus.rules import (
    Due,
    Frequency,
    entries_due,
    entry_event,
    exit_event,
    exits_due,
    frequency_of,
    verdict_causes,
)
from projections.rules.period import WEEK, Period, quarter_of

CLOSED = "账号已关停或注销"


class FocusUpdate(msgspec.Struct, frozen=True):
    """What a check point adds to the list and takes off it."""

    known_at: datetime
    before: int  # size of the list
    after: int
    rows: list[dict[str, Any]]
    events: list[Event[Any]]


def update_focus(
    workspace: Workspace,
    check_point: datetime,
    runs: Sequence[Run],
    weeks: int,
    actor: Actor,
    *,
    ruleset: str | None = None,
    record: bool = True,
) -> FocusUpdate:
    """Propose the entries and exits of T and record them.

    Each is a fact of its own: asking the same again proposes nothing, or what is missing where recording was cut off.
    Whoever failed by silence or slow updates in one of `runs` enters.
    The ruleset (default: the home's) has the average of service accounts.
    Raises `UsageError` for a run whose check point lies after T.
    """
    for run in runs:
        if run.check_point > check_point:
            raise UsageError(
                message(
                    "run {run_id} has its check point at {check_point}, after that of the list; give"
                    " a later {check_point_2}",
                    run_id=run.run_id,
                    check_point=run.check_point.isoformat(),
                    check_point_2=field("check_point"),
                )
            )
    known_at = workspace.close_moment() if record else workspace.offered()
    known = known_focus(workspace, known_at, "finding.recorded")
    population = population_at(workspace.known, check_point, known_at)
    rules = update_rules(workspace.home.path)
    verdicts = [due for run in runs for due in causes_of(workspace, run, rules)]
    due = entries_due(known, verdicts, population, check_point, rules)
    on_list = focus_at(known, check_point)
    named = find_ruleset(ruleset or workspace.home.settings.ruleset, workspace.home.path)
    frequency = frequency_of(weeks, named.ruleset.weeks)
    facts = weekly_facts(
        workspace, known_at, check_point, named, frequency, frozenset(on_list) & population.keys()
    )
    leaving = exits_due(known, facts, frequency, {d.account_id for d in due}, check_point)
    events: list[Event[Any]] = [entry_event(d, check_point) for d in due]
    events += [
        exit_event(entry, weeks, f"连续{weeks}周更新正常", check_point)
        if held
        else exit_event(entry, 0, CLOSED, check_point)
        for entry, held in leaving
    ]
    events = signed(events, actor)
    if record:
        workspace.log.append(events)
        workspace.catch_up()
    new = {d.account_id for d in due} - on_list.keys()
    rows = _rows(workspace, due, events)
    return FocusUpdate(known_at, len(on_list), len(on_list) + len(new) - len(leaving), rows, events)


def runs_of_last_quarter(workspace: Workspace, at: datetime) -> list[Run]:
    """Return the runs that hold of the office's own rounds frozen for the newest quarter up to T, earliest first."""
    frozen = [
        (state.announced.check_point, state.announced.quarter, state.newest.run_id)
        for state in list_rounds(workspace, texts=False)
        if state.newest is not None and not state.announced.office and state.announced.check_point <= at
    ]
    newest = max(frozen, default=None)
    runs = [
        load_run(workspace.client, run_id)
        for _, quarter, run_id in sorted(frozen)
        if newest is not None and quarter == newest[1]
    ]
    return [run for run in runs if run is not None]


def causes_of(workspace: Workspace, run: Run, update_rules: frozenset[str]) -> list[Due]:
    """Return the causes that a run gives, after the practice of its ruleset."""
    practice = find_ruleset(run.ruleset, workspace.home.path).ruleset.focus_after_days
    rows = load_rows(workspace.client, run.run_id)
    return verdict_causes(rows, run.run_id, run.check_point, update_rules, practice)


def weekly_facts(
    workspace: Workspace,
    known_at: datetime,
    check_point: datetime,
    named: NamedRuleset,
    frequency: Frequency,
    accounts: frozenset[str],
) -> dict[str, AccountFacts]:
    """Return the facts of accounts over the weeks of the frequency instead of a quarter."""
    if not accounts:
        return {}
    period = Period(quarter_of(check_point).label, check_point - frequency.weeks * WEEK, check_point)
    rule = named.ruleset.weeks
    if rule is not None:
        rule = replace(rule, service_account_days=7 * frequency.weeks)
    asked = NamedRuleset(replace(named.ruleset, weeks=rule), named.sha256)
    question = Question(period, known_at, asked, dict.fromkeys(others_of(workspace), asked))
    return {f.account_id: f for f in population_facts(workspace.known, question, accounts)}


def _rows(workspace: Workspace, due: list[Due], events: list[Event[Any]]) -> list[dict[str, Any]]:
    entries = registry_now(workspace).entries if events else {}
    causes = [d.cause for d in due] + [None] * (len(events) - len(due))
    return [
        {
            "account_id": entry.given_id if (entry := entries.get(event.subject)) else event.subject,
            "name": entry.name if entry else "",
            "change": "left" if cause is None else "entered",
            "cause": cause,
            "reason": event.data.reason,
            "event_id": str(event.id),
            "subject": event.subject,
        }
        for event, cause in zip(events, causes, strict=True)
    ]
