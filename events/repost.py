"""Reposts (转载任务): pieces that accounts have to carry by a moment, and who did; one subject an order."""

from typing import ClassVar

from events.base import Payload
from events.claim import folded
from events.instants import UtcDatetime


def repost_subject(number: str) -> str:
    """Return the subject of an order, however its number is written."""
    return f"repost:{folded(number)}"


class RepostOrdered(Payload, frozen=True):
    """The office ordered at `time` that accounts carry a piece; without areas, tiers and accounts all of them."""

    type: ClassVar[str] = "repost.ordered"

    number: str
    title: str  # of the piece
    due_at: UtcDatetime
    source_units: tuple[str, ...] = ()  # whose piece it is
    link: str = ""  # of the piece
    areas: tuple[str, ...] = ()  # only accounts of these
    tiers: tuple[str, ...] = ()  # only accounts of these
    accounts: tuple[str, ...] = ()  # only these


class RepostDone(Payload, frozen=True):
    """An account carried the piece at `time`, as its unit or the office says; the subject is the order."""

    type: ClassVar[str] = "repost.done"

    account: str
    link: str = ""  # of its post
    date_only: bool = False
