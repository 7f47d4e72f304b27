"""Work orders from above (上级工单): an office of a higher level asks, by a clock of its own."""

from typing import ClassVar, Literal

from events.base import Payload
from events.evidence import Evidence
from events.instants import UtcDatetime

Level = Literal["national", "province", "city"]
"""Who asks: an office of the State Council, of the province, of the city."""


class WorkOrderReceived(Payload, frozen=True):
    """A work order came at `time`; the subject is `work_order:<number>`, its number as its sender wrote it, folded."""

    type: ClassVar[str] = "work_order.received"

    number: str
    level: Level
    sender: str  # office that asks
    about: str = ""
    account: str = ""  # account id; empty: about no single account
    unit: str = ""  # name of the unit that has to act; empty: none is named
    due_at: UtcDatetime | None = None  # None: no time was set


class WorkOrderAnswered(Payload, frozen=True):
    """The office answered a work order at `time`; the newest answer that stands is the one that is exported."""

    type: ClassVar[str] = "work_order.answered"

    number: str
    text: str
    evidence: tuple[Evidence, ...] = ()


def work_order_subject(folded_number: str) -> str:
    """Return the subject of the facts about a work order."""
    return f"work_order:{folded_number}"
