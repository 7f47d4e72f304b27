"""What follows a round in a simulated year: its bulletin goes out, units answer, areas report."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from events import fact_ids
from events.codec import Event
from events.days import last_second
from events.instants import SHANGHAI
from events.moments import Moment
from events.rectification import RectificationAnswered
from events.sources import OFFICE as OFFICE_SOURCE
from pipeline.home.actor import OFFICE
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin import draft, issue
from pipeline.office.filled_sheets import filled_sheet
from pipeline.office.rectification.tasks import tasks_now
from pipeline.office.reports.filled import HEADERS
from pipeline.office.reports.self_checks import ImportReport, import_report, quarter_named
from pipeline.office.units import unit_tree
from pipeline.simulate.chance import number
from pipeline.simulate.place import Answers, PlannedRound, SelfChecks
from projections.registry.cards import ACCOUNT_TYPES, cards_at
from projections.reports.reporters import expected_reporters
from projections.rounds.tasks import Task

ANSWER = "已更正，并加强发布审核和日常检查"
_HUNDRED = 100
_LATEST = 12  # days behind the last one
_PASSED = "合格"


def publish_round(workspace: Workspace, planned: PlannedRound, folder: Path | None = None) -> Path | None:
    """Draft and issue the bulletin of a frozen round; returns its DOCX, None where none goes out."""
    if planned.issued is None:
        return None
    draft(workspace, planned.name, OFFICE, extras=planned.issued.extras, folder=folder)
    done = issue(
        workspace,
        planned.name,
        OFFICE,
        number=planned.issued.number,
        issued_on=planned.issued.on,
        folder=folder,
    )
    return done.written.docx


def answer_round(workspace: Workspace, planned: PlannedRound, answers: Answers, seed: int) -> int:
    """Let units answer what the bulletin of a round asks, each account at once; returns the number of answers."""
    if planned.issued is None:
        return 0
    asked: dict[str, list[Task]] = {}
    for task in tasks_now(workspace):
        if task.basis == planned.issued.number:
            asked.setdefault(task.account_id, []).append(task)
    facts = []
    for account, tasks in sorted(asked.items()):
        lot = number(seed, "answers", planned.name, account) % _HUNDRED
        if lot < answers.in_time + answers.late:
            facts.append(_answered(account, tasks, seed, late=lot >= answers.in_time))
    workspace.log.append(facts)
    workspace.catch_up()
    return len(facts)


def report_quarter(workspace: Workspace, reports: SelfChecks, seed: int, ruleset: str) -> int:
    """Hand in the self-checks of whoever has to report on a quarter; returns how many came."""
    rules = find_ruleset(ruleset, workspace.home.path).ruleset
    at = quarter_named(reports.quarter).end
    units, cards = unit_tree(workspace, at), cards_at(workspace.known.read(ACCOUNT_TYPES), at)
    came = 0
    for reporter in expected_reporters(units, cards):
        areas = {cards[account].area for account in reporter.accounts}
        if areas & set(reports.missing):
            continue
        on = reports.late_on if reports.late_on and areas & set(reports.late) else reports.received_on
        checked_on = reports.received_on - timedelta(days=2)
        rows = [_self_check(account, checked_on, reports, seed) for account in sorted(reporter.accounts)]
        with filled_sheet(HEADERS, rows) as path:
            received = Moment(last_second(on), date_only=True)
            asked = ImportReport(path, reporter.name, reports.quarter, rules, received, reports.covers_year)
            import_report(workspace, asked, OFFICE)
        came += 1
    workspace.catch_up()
    return came


def _self_check(account: str, on: date, reports: SelfChecks, seed: int) -> tuple[str, ...]:
    is_left_out = number(seed, "self-check", reports.quarter, account) % _HUNDRED < reports.unchecked
    result = ("", "未检查") if is_left_out else (on.isoformat(), _PASSED)
    return (account, *result, "", "", "", "", "")


def _answered(account: str, tasks: list[Task], seed: int, *, late: bool) -> Event[Any]:
    first = tasks[0]
    due = first.due or first.begun_on + timedelta(days=10)
    drawn = number(seed, "answered", str(first.begun_on), account)
    on = (
        due + timedelta(days=1 + drawn % _LATEST)
        if late
        else first.begun_on + timedelta(days=1 + drawn % max((due - first.begun_on).days, 1))
    )
    at = datetime.combine(on, time(10), SHANGHAI) + timedelta(minutes=drawn % 360)
    ids: tuple[UUID, ...] = tuple(task.id for task in tasks)
    data = RectificationAnswered(
        tasks=ids,
        unit=first.unit,
        text=ANSWER,
        findings=tuple(sorted({finding for task in tasks for finding in task.findings})),
    )
    event_id = fact_ids.rectification_answered(account, ids, ANSWER, ())
    return Event(event_id, OFFICE_SOURCE, account, at, data, OFFICE.origin())
