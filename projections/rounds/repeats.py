"""Problems that come again within a year (屡改屡犯): of one account, and of one unit."""

from collections.abc import Iterable
from datetime import timedelta

from msgspec.structs import replace

from projections.rounds.tasks import Task

YEAR = timedelta(days=365)
"""A bulletin of 365 days before is within the year, one of 366 is not."""


def as_repeated(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks with the newest earlier bulletin within a year that named the same rule.

    Of the same account, and apart from that of the same unit. Orders of the office repeat nothing, and neither do two
    problems of one bulletin.
    """
    tasks = list(tasks)
    of_account: dict[tuple[str, str], list[Task]] = {}
    of_unit: dict[tuple[str, str], list[Task]] = {}
    for task in sorted((t for t in tasks if t.basis), key=lambda t: (t.begun_on, t.basis)):
        of_account.setdefault((task.account_id, task.rule), []).append(task)
        if task.unit:
            of_unit.setdefault((task.unit, task.rule), []).append(task)
    return [
        replace(
            task,
            repeats=_before(task, of_account.get((task.account_id, task.rule), ())),
            unit_repeats=_before(task, of_unit.get((task.unit, task.rule), ())),
        )
        for task in tasks
    ]


def _before(task: Task, others: Iterable[Task]) -> str:
    """Return the number of the newest bulletin before that of a task, within a year, empty where there is none."""
    if not task.basis:
        return ""
    earlier = [o for o in others if o.begun_on < task.begun_on and task.begun_on - o.begun_on <= YEAR]
    return earlier[-1].basis if earlier else ""
