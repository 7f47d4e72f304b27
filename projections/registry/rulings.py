"""By which rules an account is judged at a moment, its class, and the original pieces that people counted of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any

import msgspec

from events.codec import Event
from events.instants import SHANGHAI, to_micros
from events.originals import OriginalsCounted
from events.ruling import AccountClassed, AccountLined, AccountRuledBy


class RulingKind(IntEnum):
    """What a mark tells of."""

    RULED = 0
    CLASSED = 1
    ORIGINALS = 2
    LINED = 3


class RulingMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One fact about the rules of an account."""

    id: bytes
    kind: RulingKind
    at: int  # microseconds: since when it holds, or when somebody counted
    value: str  # ruleset, class, month
    count: int = 0  # of original pieces
    place: str = ""  # by which it was laid down; '': of the account alone


class Rulings(msgspec.Struct, frozen=True, gc=False):
    """What holds at a moment."""

    ruleset: str = ""  # name@version; '': that of whoever asks
    account_class: str = ""
    line: str = ""  # of a ministry
    originals: tuple[tuple[str, int], ...] = ()  # by month, where a count settles it


NO_RULINGS = Rulings()
RULINGS = frozenset({AccountRuledBy, AccountClassed, AccountLined, OriginalsCounted})
"""Facts that a mark comes of."""


def ruling_of(event: Event[Any]) -> RulingMark | None:
    """Return what a fact tells of the rules of its account, None for any other fact."""
    match event.data:
        case AccountRuledBy() as data:
            return RulingMark(
                event.id.bytes, RulingKind.RULED, to_micros(event.time), data.ruleset, place=data.place
            )
        case AccountClassed() as data:
            return RulingMark(event.id.bytes, RulingKind.CLASSED, to_micros(event.time), data.account_class)
        case AccountLined() as data:
            return RulingMark(event.id.bytes, RulingKind.LINED, to_micros(event.time), data.line)
        case OriginalsCounted() as data:
            at = to_micros(event.time)
            return RulingMark(event.id.bytes, RulingKind.ORIGINALS, at, data.month, data.count)
    return None


def rulings_at(marks: Iterable[RulingMark], at: int) -> Rulings:
    """Return what the marks that stand, in log order, come to at a moment: of those whose time has come the last."""
    newest = dict.fromkeys(RulingKind, "")
    months: dict[str, RulingMark] = {}
    for mark in marks:
        if mark.at > at:
            continue
        if mark.kind is RulingKind.ORIGINALS:
            months[mark.value] = mark
        else:
            newest[mark.kind] = mark.value
    settled = ((month, mark.count) for month, mark in sorted(months.items()) if _settles(mark))
    return Rulings(
        newest[RulingKind.RULED], newest[RulingKind.CLASSED], newest[RulingKind.LINED], tuple(settled)
    )


def newest_ruleset(marks: Sequence[RulingMark]) -> str:
    """Return the ruleset that the last mark names, whatever time it speaks of: warnings follow it once it is known."""
    return next((mark.value for mark in reversed(marks) if mark.kind is RulingKind.RULED), "")


def newest_class(marks: Sequence[RulingMark]) -> str:
    """Return the class that the last mark names, whatever time it speaks of."""
    return next((mark.value for mark in reversed(marks) if mark.kind is RulingKind.CLASSED), "")


def month_end(month: str) -> datetime:
    """Return the end of a month like 2025-04 in Chinese time."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=SHANGHAI)


def _settles(mark: RulingMark) -> bool:
    """Tell whether a count settles its month: none yet does not, while the month runs."""
    return mark.count > 0 or mark.at >= to_micros(month_end(mark.value))
