"""Putting right what was found (整改): orders of the office outside a bulletin, answers, rechecks, reminders."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.evidence import Evidence

ReminderStep = Literal["before", "due", "late"]
"""Three working days before the last day; on it; on the first working day after it."""


class RectificationOrdered(Payload, frozen=True):
    """The office asks a unit to put a finding right that no bulletin names; the subject is the account."""

    type: ClassVar[str] = "rectification.ordered"

    finding_id: UUID
    due: date | None = None  # last day for the answer; None: none was set
    reason: str = ""


class RectificationAnswered(Payload, frozen=True):
    """A unit said at `time` what it did; the subject is the account. Whether it holds is looked at again later."""

    type: ClassVar[str] = "rectification.answered"

    tasks: tuple[UUID, ...]
    unit: str  # name of the owner
    text: str = ""
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[UUID, ...] = ()  # that the tasks are about


class RectificationRechecked(Payload, frozen=True):
    """Somebody looked at `time` whether it is put right; the subject is the account.

    One that is (`held`) closes the tasks; else they wait again, until a new last day.
    """

    type: ClassVar[str] = "rectification.rechecked"

    tasks: tuple[UUID, ...]
    held: bool
    by: str  # a checker's code or a person id, never a name
    note: str = ""
    due: date | None = None  # new last day for the answer; None: it is put right


class RectificationReminded(Payload, frozen=True):
    """The day of a reminder came while tasks of a unit waited; the subject is the first account of its tasks.

    There is one of each unit, last day and step. From it follows the message (`rectification.announced`).
    """

    type: ClassVar[str] = "rectification.reminded"

    unit: str
    step: ReminderStep
    due: date
    tasks: tuple[UUID, ...]  # that wait
    accounts: int  # how many the tasks are about


class RectificationAnnounced(Payload, frozen=True):
    """The people of a unit are to be told how long tasks still wait for their answer."""

    type: ClassVar[str] = "rectification.announced"
    derived: ClassVar[bool] = True

    unit: str
    step: ReminderStep
    due: date
    count: int  # of tasks that wait
    accounts: int
    name: str = ""  # of the first account
    given_id: str = ""
    replay: bool = False
