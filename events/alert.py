"""Alerts for owner units; all derived, with ids that follow from account, opener and level."""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.instants import UtcDatetime


class AlertRaised(Payload, frozen=True):
    """A silent account reached a level of the ladder; `time` is the greater of deadline and proof."""

    type: ClassVar[str] = "alert.raised"
    derived: ClassVar[bool] = True

    level: str
    opener_id: UUID  # the event with which the silence began
    anchor_at: UtcDatetime  # newest live post, or the opening
    deadline: UtcDatetime
    audience: str = ""
    name: str = ""
    given_id: str = ""
    owner: str = ""
    ruleset: str = ""
    replay: bool = False
    unannounced_year: int = 0  # its holidays were not announced, and the deadline knows only its weekends


class AlertSkipped(AlertRaised, frozen=True):
    """A level that was passed at the same moment as a higher one, and so not sent."""

    type: ClassVar[str] = "alert.skipped"


class AlertHeld(AlertSkipped, frozen=True, kw_only=True):
    """A level that was passed while people had asked for silence, and so not sent; `time` is when it was passed.

    Once that ends and the silence goes on, the level is raised under its own id, as of that moment.
    """

    type: ClassVar[str] = "alert.held"

    by: UUID  # the fact that holds it back
    cause: Literal["snooze", "mute", "claim"]
    until: UtcDatetime  # at the latest


class AlertCleared(Payload, frozen=True):
    """The silence that an alert was about ended: a newer post, the account closed, or it was never to be watched."""

    type: ClassVar[str] = "alert.cleared"
    derived: ClassVar[bool] = True

    level: str  # the highest level that had been raised
    opener_id: UUID
    by: UUID  # the event that ended it
    name: str = ""
    given_id: str = ""
    owner: str = ""
    replay: bool = False
    unregistered: bool = False  # its opening was withdrawn: the registry does not know the account


class AlertWithdrawn(Payload, frozen=True):
    """What was told under the id `corrects` does not follow from the facts, and is void.

    The first record of that id after this one, if there is one, counts: it was told rightly later on. Messages of
    sources are withdrawn by it, too; then `subject` is the source.
    """

    type: ClassVar[str] = "alert.withdrawn"
    version: ClassVar[int] = 2
    derived: ClassVar[bool] = True

    corrects: UUID
    reason: str
    cause: UUID | None = None  # the fact that took its proof away; None where the reconciler withdrew it
    level: str = ""  # "" where the message was about a source
    audience: str = ""  # of the alert that lost its proof
    opener_id: UUID | None = None
    name: str = ""
    given_id: str = ""
    owner: str = ""
    replay: bool = False


class AlertComposed(Payload, frozen=True):
    """One message to one person or group that told some derived events together; `subject` is that of the first.

    Each of them has its own `alert.delivered`, unless the home only rehearses.
    """

    type: ClassVar[str] = "alert.composed"
    derived: ClassVar[bool] = True

    channel: str
    destination: str
    unit: str  # as whose the destination was told
    reason: str  # why the destination: staff, leader_in_charge, on_duty, city_office, …
    tells: tuple[UUID, ...]
    kinds: tuple[str, ...]  # of what is told, each once: alert, cleared, …
    renewed: bool = False  # stands in the place of an earlier message
    pilot: bool = False  # would have gone out: the home rehearses


RECTIFICATION = "rectification"
"""Level of an `alert.unreached` about a reminder of tasks: no step of a ladder."""


class AlertUnreached(Payload, frozen=True):
    """An alert, or a reminder of tasks, reached none of those who had to be told; the city office is told so, once."""

    type: ClassVar[str] = "alert.unreached"
    derived: ClassVar[bool] = True

    message_id: UUID
    cause: str  # nobody: no channel has a handle of anybody; refused: every destination was
    level: str = ""  # of the alert; emergency, or rectification for a reminder of tasks
    name: str = ""
    given_id: str = ""
    owner: str = ""


class AlertDelivered(Payload, frozen=True):
    """A message reached a destination on a channel."""

    type: ClassVar[str] = "alert.delivered"
    version: ClassVar[int] = 2
    derived: ClassVar[bool] = True

    message_id: UUID  # the event that was told
    channel: str
    destination: str  # id of a person, or the channel's own name where it has one destination
    summary: bool = False  # told as one line of a summary


class AlertDeliveryFailed(Payload, frozen=True):
    """A channel refused a message to a destination for good, or still refused it after the last try."""

    type: ClassVar[str] = "alert.delivery_failed"
    version: ClassVar[int] = 2
    derived: ClassVar[bool] = True

    message_id: UUID
    channel: str
    destination: str
    reason: str
    attempts: int
