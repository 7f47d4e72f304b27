"""Items of any format, as plain texts, made into posts: keys, times, doubles, and faults."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo

import msgspec

from connectors.feeds.dates import read_time
from connectors.feeds.feed import BadItem, BadReason, Feed, FeedItem

FUTURE_TOLERANCE = timedelta(
    days=1
)  # a time later than this after the look is a dead letter (design, section 3)
MAX_ITEMS = 10_000
MAX_KEY = 512  # characters
MAX_DETAIL = 200  # characters
MAX_RAW = 4096  # bytes


class Entry(msgspec.Struct, frozen=True):
    """One item of a document, free of its format."""

    keys: tuple[str, ...]  # id, then link; "" where there is none
    dates: tuple[str, ...]  # of publication, the best first; "" where there is none
    words: Callable[[], str]  # title, else text: asked for when there is no key, and only hashed
    source: Callable[[], bytes]  # asked for when the item is bad


class _Fault(msgspec.Struct, frozen=True):
    reason: BadReason
    detail: str
    published_at: datetime | None


def gather(entries: Iterable[Entry], *, damaged: str | None, looked_at: datetime, zone: tzinfo) -> Feed:
    """Make a feed of the entries of one document.

    Of items with one key the first counts; a later one with another time is a conflict, one with the same
    time says nothing new.
    """
    items: dict[str, FeedItem] = {}
    bad: list[BadItem] = []
    for position, entry in enumerate(entries, 1):
        if position > MAX_ITEMS:
            damaged = damaged or f"more than {MAX_ITEMS} items, the rest was not read"
            break
        found = _judge(entry, looked_at + FUTURE_TOLERANCE, zone)
        if isinstance(found, FeedItem):
            first = items.setdefault(found.native_key, found)
            if first.published_at == found.published_at:
                continue
            found = _Fault("conflict", found.native_key, found.published_at)
        detail = found.detail.encode(errors="backslashreplace").decode()[:MAX_DETAIL]
        bad.append(BadItem(found.reason, position, detail, found.published_at, entry.source()[:MAX_RAW]))
    newest_first = sorted(items.values(), key=lambda item: item.published_at, reverse=True)
    return Feed(items=tuple(newest_first), bad=tuple(bad), damaged=damaged)


def _judge(entry: Entry, limit: datetime, zone: tzinfo) -> FeedItem | _Fault:
    dates = [text for text in entry.dates if text]
    if not dates:
        return _Fault("undated", "", None)
    time = next((time for text in dates if (time := read_time(text, zone))), None)
    if time is None:
        return _Fault("unreadable_date", dates[0], None)
    if time.at > limit:
        return _Fault("in_future", dates[0], time.at)
    key = _native_key(entry, time.at)
    if key is None:
        return _Fault("unkeyed", "", time.at)
    return FeedItem(native_key=key, published_at=time.at, date_only=time.date_only)


def _native_key(entry: Entry, published_at: datetime) -> str | None:
    for key in entry.keys:
        if key:
            return key if len(key) <= MAX_KEY and key.isprintable() else _hashed(key)
    words = entry.words()
    return _hashed(f"{words}\n{published_at.isoformat()}") if words else None


def _hashed(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()
