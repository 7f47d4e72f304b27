"""Putting right what was found (整改): orders of the office outside a bulletin, and what units answer."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from events.base import Payload
from events.evidence import Evidence


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
