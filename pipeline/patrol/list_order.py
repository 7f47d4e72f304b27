"""The order of a list as its document has it: which items are pinned, and how far back the others reach."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from connectors.feeds.feed import FeedItem
from events.days import day_of
from events.instants import SECOND_US, to_micros

_ASCENDING = 3

Span = tuple[int, int]
"""When an item was published, in microseconds: a moment twice, or beginning and end of its day."""


def cut(stated: int, look: int, *, by_day: bool) -> int:
    """Return when something was published that stands in a look, in microseconds: by then at the latest."""
    if not by_day:
        return min(stated, look)
    today = day_of(look)[1] - SECOND_US
    return min(stated, today)


def spans_of(items: Sequence[FeedItem], looked_at: datetime) -> list[Span]:
    """Return when each item was published, as a look shows it."""
    look = to_micros(looked_at)
    spans = []
    for item in items:
        at = cut(to_micros(item.published_at), look, by_day=item.date_only)
        spans.append(day_of(at) if item.date_only else (at, at))
    return spans


def pinned_among(spans: Sequence[Span]) -> list[bool]:
    """Tell which items of a document are pinned: those that stand before a newer one.

    A list that ascends throughout is read from its end; of two items the first may as well be pinned.
    """
    if len(spans) >= _ASCENDING and all(one[1] <= other[1] for one, other in pairwise(spans)):
        return [False] * len(spans)
    pinned, newest_behind = [], None
    for begin, end in reversed(spans):
        pinned.append(newest_behind is not None and newest_behind > end)
        newest_behind = begin if newest_behind is None else max(newest_behind, begin)
    return pinned[::-1]


def oldest_of(spans: Sequence[Span], pinned: Sequence[bool]) -> int | None:
    """Return the end of the oldest item that is not pinned: a pinned one says nothing of the length of its list."""
    return min(
        (end for (_, end), is_pinned in zip(spans, pinned, strict=True) if not is_pinned), default=None
    )
