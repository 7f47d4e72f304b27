"""Emergencies (应急处置): severe suspicions, from the first word to the review; the subject is the account.

A suspicion is no finding, and no score or bulletin reads anything of this page.
"""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.claim import Act
from events.counterfeit import Authority
from events.evidence import SECRETS, Evidence
from events.finding import SEPARATE_CASE
from events.instants import UtcDatetime
from events.messages import message

HIJACKED = "hijacked"
"""What is suspected where somebody else posts under the account (账号被盗用); no rule speaks of it."""


class EmergencySuspected(Act, frozen=True, kw_only=True):
    """Somebody saw at `time` what cannot wait for a finding; its id is that of the emergency.

    State secrets never come here: the office records them as a separate case (definitions, Severe cases).
    """

    type: ClassVar[str] = "emergency.suspected"

    rule: str  # code of a red line, or `hijacked`
    problem: str  # what people call it
    by: str  # who tells it, a person id or the code of a role: another person confirms
    link: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    post_id: UUID | None = None  # the post that it is about, where the log knows it

    def __post_init__(self) -> None:
        if self.rule in (SECRETS, SEPARATE_CASE):
            raise ValueError(
                message("state secrets are no emergency of this log; the office keeps them apart")
            )


class EmergencyConfirmed(Act, frozen=True, kw_only=True):
    """A second person looked and agrees; the unit is called at once."""

    type: ClassVar[str] = "emergency.confirmed"

    emergency_id: UUID
    by: str  # a person id or the code of a role, other than who suspected
    note: str = ""


class EmergencyTakenDown(Act, frozen=True, kw_only=True):
    """The unit said at `time` that the content is gone, or the account is its own again (已撤下)."""

    type: ClassVar[str] = "emergency.taken_down"

    emergency_id: UUID
    note: str = ""


class EmergencyVerified(Act, frozen=True, kw_only=True):
    """A look after that, or a person, saw at `time` whether it is so."""

    type: ClassVar[str] = "emergency.verified"

    emergency_id: UUID
    gone: bool
    seen_by: UUID | None = None  # the fact of a look that shows it; None: a person looked
    note: str = ""


class EmergencyHandedOver(Act, frozen=True, kw_only=True):
    """An authority was informed at `time`."""

    type: ClassVar[str] = "emergency.handed_over"

    emergency_id: UUID
    to: Authority
    receipt: str = ""


class EmergencyClosed(Act, frozen=True, kw_only=True):
    """The review (复盘) ended it at `time`."""

    type: ClassVar[str] = "emergency.closed"

    emergency_id: UUID
    review: str


class EmergencyDismissed(Act, frozen=True, kw_only=True):
    """It was none, or another one is about the same."""

    type: ClassVar[str] = "emergency.dismissed"

    emergency_id: UUID
    reason: str


class EmergencyAnnounced(Payload, frozen=True, kw_only=True):
    """People are to be informed of a step of an emergency, at once and on every channel."""

    type: ClassVar[str] = "emergency.announced"
    derived: ClassVar[bool] = True

    emergency_id: UUID
    step: Literal["confirmed", "still_there", "verified", "dismissed"]
    rule: str
    problem: str
    suspected_at: UtcDatetime
    name: str = ""
    given_id: str = ""
    owner: str = ""
    replay: bool = False
