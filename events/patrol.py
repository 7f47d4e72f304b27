"""Looks at accounts, and sweeps of whole sources."""

from typing import Annotated, ClassVar, Literal

import msgspec

from events.base import Payload
from events.instants import UtcDatetime

LagSeconds = Annotated[int, msgspec.Meta(ge=0, le=366 * 86400)]
"""How late a source may show posts; beyond a year it would prove nothing about anything."""


class AccountPatrolled(Payload, frozen=True):
    """A look at an account at `time` that worked: everything the source shows was read."""

    type: ClassVar[str] = "account.patrolled"

    new_posts: int = 0
    newest_post_at: UtcDatetime | None = None  # None: the source showed no post
    proves_silence: bool = True  # False for sources known to leave posts out
    lag_s: LagSeconds = 0  # the source may show posts this late
    covers_from: UtcDatetime | None = None  # on the first look of a source: the oldest post it showed
    complete_from: UtcDatetime | None = None  # rows handed in: complete only from here on
    date_only: bool = False  # a person named the day of the look; `time` is the end of that day


class PatrolFailed(Payload, frozen=True):
    """A look at `time` that proves nothing; posts that it showed stand as events of their own."""

    type: ClassVar[str] = "patrol.failed"

    reason: Literal["damaged_feed", "unreadable", "unreachable", "refused"]
    detail: str = ""


class SweepCompleted(Payload, frozen=True):
    """A round of looks over all accounts of a source ended at `time`; the fact that source health rests on."""

    type: ClassVar[str] = "sweep.completed"
    broadcast: ClassVar[bool] = True

    looked: int
    failed: int = 0
    new_posts: dict[int, int] = {}  # hour of publication (hours since the epoch, UTC) to number of new posts
    lag_s: LagSeconds = 0
    replay: bool = False


class SourceStalled(Payload, frozen=True):
    """A source stopped showing anything new although posts were to be expected; one message for people."""

    type: ClassVar[str] = "source.stalled"
    derived: ClassVar[bool] = True

    since: UtcDatetime  # the last look that brought a new post
    expected_posts: float
    accounts: int
    replay: bool = False


class SourceRecovered(Payload, frozen=True):
    """A stalled source showed a new post again."""

    type: ClassVar[str] = "source.recovered"
    derived: ClassVar[bool] = True

    since: UtcDatetime  # when the stall had begun
    replay: bool = False
