"""Objections of owner units to what a round found (异议), and how the office decided them."""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.claim import Act
from events.evidence import Evidence
from events.instants import UtcDatetime


class ObjectionRaised(Payload, frozen=True):
    """A unit objects to a finding, or to being called silent; the subject is the round."""

    type: ClassVar[str] = "objection.raised"

    account: str  # account id
    ground: Literal["finding", "silence"]
    reason: str
    finding_id: UUID | None = None  # None: against silence
    evidence: tuple[Evidence, ...] = ()


class DecisionProposed(Payload, frozen=True):
    """A clerk proposes how an objection is decided; the newest one counts, and another person decides."""

    type: ClassVar[str] = "objection.decision_proposed"

    objection_id: UUID
    outcome: Literal["upheld", "rejected"]
    reason: str
    post_link: str = ""  # of a silence: the post that was overlooked; empty: none
    post_at: UtcDatetime | None = None


class ObjectionDecided(Act, frozen=True):
    """The office upheld or rejected an objection; one that is upheld brings its correction with it."""

    type: ClassVar[str] = "objection.decided"
    version: ClassVar[int] = 2

    objection_id: UUID
    outcome: Literal["upheld", "rejected"]
    reason: str
    correction_id: UUID | None = None  # the withdrawal of the finding, or the post that breaks the silence
