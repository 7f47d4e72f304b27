"""Reminders of tasks that wait: a fact when their day comes, from which the notifier tells the people of the unit."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import msgspec

from events import rectification_ids
from events.codec import Event
from events.days import chinese_day
from events.fields import field
from events.instants import SHANGHAI
from events.messages import message
from events.rectification import RectificationReminded
from events.sources import XUNCHA
from pipeline.home.actor import OFFICE, Actor
from pipeline.home.desk import open_desk
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace
from pipeline.office.rectification.tasks import tasks_now
from projections.rounds.task_reminders import Reminder, reminders_on
from projections.rules.calendar import Days

_FROM, _UNTIL = time(9), time(18)
"""When units are reminded by themselves: in the hours of offices."""


class Remind(msgspec.Struct, frozen=True):
    """Remind units of the tasks that wait."""

    on: date | None = None  # as on this day; None: today
    dry_run: bool = False


class Reminded(msgspec.Struct, frozen=True):
    """What units are reminded of, and what of that is new."""

    reminders: tuple[Reminder, ...]
    new: int


def remind(workspace: Workspace, asked: Remind, actor: Actor) -> Reminded:
    """Record the reminders of a day that were not recorded yet; raises `UsageError` for a day to come.

    A reminder of a unit, last day and step is one fact under one id: recorded twice, by two programs or behind a kill,
    it is told once.
    """
    now = datetime.now(UTC)
    today = asked.on or chinese_day(now)
    if today > chinese_day(now):
        raise UsageError(message("{on} {today} is still to come", on=field("on"), today=today.isoformat()))
    reminders = reminders_on(tasks_now(workspace), today, Days())
    recorded = {
        (d.unit, d.due, d.step)
        for k in workspace.known.read((RectificationReminded.type,))
        if isinstance(d := k.event.data, RectificationReminded)
    }
    new = [r for r in reminders if (r.unit, r.due, r.step) not in recorded]
    if new and not asked.dry_run:
        fail_point("remind.before_facts")
        workspace.log.append([_fact(reminder, now, actor) for reminder in new])
        fail_point("remind.after_facts")
    return Reminded(tuple(reminders), len(new))


def remind_by_itself(home: Home) -> Sequence[Reminder]:
    """Remind units as of now, in the hours of offices; whoever keeps a home running calls it each hour."""
    at = datetime.now(SHANGHAI)
    if not _FROM <= at.time() < _UNTIL or not Days().is_workday(at.date()):
        return ()
    with open_desk(home) as desk:
        return remind(desk, Remind(), OFFICE).reminders


def _fact(reminder: Reminder, now: datetime, actor: Actor) -> Event[RectificationReminded]:
    data = RectificationReminded(
        unit=reminder.unit,
        step=reminder.step,
        due=reminder.due,
        tasks=tuple(task.id for task in reminder.tasks),
        accounts=len({task.account_id for task in reminder.tasks}),
    )
    event_id = rectification_ids.rectification_reminded(
        reminder.subject, reminder.unit, reminder.due, reminder.step
    )
    return Event(event_id, XUNCHA, reminder.subject, now, data, actor.origin())
