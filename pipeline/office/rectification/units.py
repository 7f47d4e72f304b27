"""Who has answered and who has not, by unit."""

from collections.abc import Iterable
from datetime import date

import msgspec

from pipeline.home.workspace import Workspace
from pipeline.office.columns import day, number, text
from pipeline.office.rectification.listing import TaskView, list_tasks
from pipeline.office.scope import Scope

UNIT_COLUMNS = (
    text("unit", "主办单位"),
    number("tasks", "整改项"),
    number("open", "待答复"),
    number("late", "逾期"),
    number("answered", "待复查"),
    number("closed", "已销号"),
    number("late_answers", "逾期答复"),
    number("repeated", "一年内重复"),
    day("first_due", "最近期限"),
)
OPEN = ("late", "again", "waiting")
"""States in which the unit has to do something."""


class UnitTasks(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit has to put right, in numbers of tasks."""

    unit: str
    tasks: int
    open: int  # wait for an answer
    late: int  # of these, behind their last day
    answered: int  # wait for a recheck
    closed: int
    late_answers: int  # came behind the last day
    repeated: int  # same account and rule within a year
    first_due: date | None  # of what is open; None: nothing is, or no last day was set


def list_units(workspace: Workspace, today: date, scope: Scope = Scope()) -> list[UnitTasks]:  # noqa: B008 (frozen)
    """Return the units that have tasks, those that are late first."""
    return units_of(list_tasks(workspace, today, scope))


def units_of(tasks: Iterable[TaskView]) -> list[UnitTasks]:
    """Return tasks as numbers by unit."""
    by_unit: dict[str, list[TaskView]] = {}
    for task in tasks:
        by_unit.setdefault(task.unit, []).append(task)
    found = [_numbers(unit, of_it) for unit, of_it in by_unit.items()]
    return sorted(found, key=lambda u: (not u.late, not u.open, u.first_due or date.max, u.unit))


def _numbers(unit: str, tasks: list[TaskView]) -> UnitTasks:
    waiting = [task for task in tasks if task.state in OPEN]
    return UnitTasks(
        unit=unit,
        tasks=len(tasks),
        open=len(waiting),
        late=sum(task.state == "late" for task in tasks),
        answered=sum(task.state == "answered" for task in tasks),
        closed=sum(task.state == "closed" for task in tasks),
        late_answers=sum(task.answered_at is not None and not task.in_time for task in tasks),
        repeated=sum(bool(task.repeats) for task in tasks),
        first_due=min((task.due for task in waiting if task.due is not None), default=None),
    )
