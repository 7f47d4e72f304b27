"""The focus list 重点关注名单: flags of the monitoring firm, and the office's entries and exits."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.instants import UtcDatetime

FocusCauseKind = Literal["finding", "flag", "verdict"]


class FocusFlagged(Payload, frozen=True):
    """The monitoring firm told at `time` that an account may soon not be updated in time (风险反馈)."""

    type: ClassVar[str] = "focus.flagged"

    by: str
    reason: str = ""
    date_only: bool = False
    handed_in_at: UtcDatetime | None = None


class FocusEntered(Payload, frozen=True):
    """The office put an account on the focus list at `time`; one event for each cause."""

    type: ClassVar[str] = "focus.entered"

    cause: FocusCauseKind
    cause_id: UUID  # the finding, the flag, or the run with the verdict
    reason: str = ""


class FocusLeft(Payload, frozen=True):
    """The office struck an account off the focus list at `time` (销号)."""

    type: ClassVar[str] = "focus.left"

    weeks: Annotated[int, msgspec.Meta(ge=0)]  # that the update frequency had held; 0: the account was closed
    reason: str = ""
