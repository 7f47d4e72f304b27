"""When units are reminded of tasks that wait: three times a last day at most, one reminder a unit for all of them."""

from collections.abc import Iterable
from datetime import date

import msgspec

from events.rectification import ReminderStep
from projections.rounds.deadlines import remind_first_on
from projections.rounds.tasks import Task
from projections.rules.calendar import Days


class Reminder(msgspec.Struct, frozen=True):
    """What a unit is reminded of: its tasks with one last day."""

    unit: str
    step: ReminderStep
    due: date
    subject: str  # the first account of all its tasks of that day, answered or not: it stays the same
    tasks: tuple[Task, ...]  # that wait


def reminders_on(tasks: Iterable[Task], today: date, days: Days) -> list[Reminder]:
    """Return what units are to be reminded of on a day; nobody is on a day of rest.

    A first reminder that was missed goes out on a later day before the last one, that of the last day on it alone, and
    that of a day that passed on the first working day behind it, or later within two weeks.
    """
    if not days.is_workday(today):
        return []
    by_day: dict[tuple[str, date], list[Task]] = {}
    for task in tasks:
        if task.unit and task.due is not None:
            by_day.setdefault((task.unit, task.due), []).append(task)
    found = []
    for (unit, due), among in sorted(by_day.items()):
        step = step_on(due, today, days)
        waiting = tuple(task for task in among if task.waits)
        if step is not None and waiting:
            found.append(Reminder(unit, step, due, min(task.account_id for task in among), waiting))
    return found


def step_on(due: date, today: date, days: Days) -> ReminderStep | None:
    """Return the reminder that a last day has on a day, None for none."""
    if today == due:
        return "due"
    if today < due:
        return "before" if today >= remind_first_on(due, days) else None
    return "late" if (today - due).days <= _LATE_DAYS else None


_LATE_DAYS = 14
"""A last day that passed longer ago is no news: a home that begins reminding now does not remind of the past."""
