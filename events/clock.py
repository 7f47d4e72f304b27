"""Time as facts of the log (design promise 5)."""

from typing import ClassVar

from events.base import Payload


class ClockTicked(Payload, frozen=True):
    """It is now `time`; a tick that is not later than the last in its partition is a duplicate."""

    type: ClassVar[str] = "clock.ticked"
    broadcast: ClassVar[bool] = True

    replay: bool = False  # the time of recorded polls; alerts that follow go to console and file only


class LogMarked(Payload, frozen=True):
    """Close a moment of knowledge in every partition; means nothing to any fold and moves no clock."""

    type: ClassVar[str] = "log.marked"
    broadcast: ClassVar[bool] = True
