"""Tasks of rectification that units have not answered in time, from the read model."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from connectors.history.rounds import load_rows
from events.bulletin import BulletinIssued
from events.days import chinese_day
from events.facts import VerdictRow
from events.known import Known
from pipeline.home.folder import Home
from pipeline.home.read_model import ReadModel
from pipeline.home.rulesets import find_ruleset
from pipeline.office.rounds.freeze import applied
from pipeline.office.standing.among import Owners
from pipeline.scores.worded import worded
from projections.patrol.account_line import AccountLine
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES, RoundState, fold_rounds
from projections.rounds.tasks import TASK_TYPES, Task, as_answered, first_issues, tasks_held, tasks_of_orders

_ROUND = "round:"


def overdue_tasks(
    home: Home, model: ReadModel, among: Mapping[str, AccountLine], now: datetime
) -> list[Task]:
    """Return the tasks of accounts of which the last day has passed without an answer, the oldest first."""
    today = chinese_day(now)
    late = [task for task in waiting_tasks(home, model, among) if task.is_late(today)]
    return sorted(late, key=lambda task: (task.due or today, task.unit, task.account_id, task.rule))


def waiting_tasks(home: Home, model: ReadModel, among: Mapping[str, AccountLine]) -> list[Task]:
    """Return the tasks of accounts that wait for an answer."""
    return [task for task in standing_tasks(home, model, among) if task.waits]


def standing_tasks(home: Home, model: ReadModel, among: Mapping[str, AccountLine]) -> list[Task]:
    """Return the tasks of accounts, answered and closed ones too.

    Rows of the run that a bulletin is about are no facts: they are read from the history once, and the model keeps
    them.
    """
    known = counting(model.known((*TASK_TYPES, *ROUND_TYPES, BulletinIssued.type, *CLAIM_TYPES)))
    tasks = tasks_of_orders(known, Owners(among))
    rounds = fold_rounds(known)
    for issue in first_issues(known):
        state = rounds.get(issue.event.subject.removeprefix(_ROUND))
        if state is not None:
            tasks += _tasks_of(home, model, state, issue)
    return [task for task in as_answered(tasks, known) if task.account_id in among]


def _tasks_of(home: Home, model: ReadModel, state: RoundState, issue: Known) -> list[Task]:
    announced = state.announced
    ruleset = applied(find_ruleset(announced.ruleset, home.path), announced.kind).ruleset
    newest = state.newest.run_id if state.newest is not None else issue.event.data.run_id
    published, held = _rows(home, model, issue.event.data.run_id), _rows(home, model, newest)
    return tasks_held(issue, published, held, worded(ruleset, (*published, *held), home.path))


def _rows(home: Home, model: ReadModel, run_id: UUID) -> list[VerdictRow]:
    """Return the rows of a run, all of them, for others read what is kept, too; a run never changes."""

    def load() -> list[VerdictRow]:
        with home.history() as (client, _):
            return load_rows(client, run_id)

    return model.rows_of_run(run_id, load)
