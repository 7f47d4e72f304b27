"""Key periods (重要时间节点): spans in which the office looks more often and reports every day; one subject a name."""

from datetime import date
from typing import Annotated, ClassVar

import msgspec

from events.base import Payload
from events.claim import folded

LooksADay = Annotated[int, msgspec.Meta(ge=1, le=24)]


def key_period_subject(name: str) -> str:
    """Return the subject of a period, however its name is written."""
    return f"key_period:{folded(name)}"


class KeyPeriodDeclared(Payload, frozen=True):
    """The office declared a period at `time`; both days belong to it, by the Chinese calendar."""

    type: ClassVar[str] = "key_period.declared"

    name: str
    starts_on: date
    ends_on: date
    areas: tuple[str, ...] = ()  # empty: all
    looks_a_day: LooksADay = 1  # at the least, of every account
    duty: bool = True  # somebody of the office is on duty every day


class KeyPeriodEnded(Payload, frozen=True):
    """The office ended a period at `time`, before its last day; `ends_on` is the last day now."""

    type: ClassVar[str] = "key_period.ended"

    ends_on: date
    reason: str = ""
