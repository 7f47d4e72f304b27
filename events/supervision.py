"""Monthly supervision (月督导): letters that remind a unit (提醒函), orders (督办单), and what it answers.

The subject is `supervision:` and the number of the document.
"""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.claim import Act
from events.evidence import Evidence

SupervisionKind = Literal["letter", "order"]
"""提醒函: reminds of what waits. 督办单: asks again for what is late."""


class SupervisionIssued(Act, frozen=True, kw_only=True):
    """A letter or an order went out to a unit under a number."""

    type: ClassVar[str] = "supervision.issued"

    kind: SupervisionKind
    number: str
    unit: str
    month: str  # that it is about, 2026-08
    issued_on: date
    due: date | None = None  # last day for the answer; None: none was set
    tasks: tuple[UUID, ...] = ()  # of rectification that it names
    accounts: tuple[str, ...] = ()  # that passed the limit in the month
    evidence: tuple[Evidence, ...] = ()  # the document


class SupervisionAnswered(Payload, frozen=True):
    """The unit said at `time` what it did about a letter or an order."""

    type: ClassVar[str] = "supervision.answered"

    answers: UUID
    unit: str
    text: str = ""
    evidence: tuple[Evidence, ...] = ()


class SupervisionWithdrawn(Payload, frozen=True):
    """A letter or an order was issued by mistake: it asks for nothing. Its number stays used."""

    type: ClassVar[str] = "supervision.withdrawn"

    corrects: UUID
    reason: str


SUPERVISION_PREFIX = "supervision:"
