"""Items of any format, as plain texts, made into posts: keys, times, doubles, and faults."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo

import msgspec

from connectors.feeds.dates import read_time
from connectors.feeds.feed import BadItem, BadReason, Feed, FeedItem, FeedUnreadable
from connectors.feeds.notices import is_notice, leads_to_login
from events.messages import message

FUTURE_TOLERANCE = timedelta(
    days=1
)  # a time later than this after the look is a dead letter (design, section 3)
MAX_ITEMS = 10_000
MAX_KEY = 512  # characters
MAX_DETAIL = 200  # characters
MAX_TITLE = 200  # characters
MAX_LINK = 1000  # characters
MAX_TEXT = 10_000  # characters
MAX_RAW = 4096  # bytes
FEW = 3  # a list of so many items may hold nothing but notices
_DAY = timedelta(days=1)


class Entry(msgspec.Struct, frozen=True):
    """One item of a document, free of its format."""

    keys: tuple[str, ...]  # id, then links; "" where there is none
    dates: tuple[str, ...]  # of publication, the best first; "" where there is none
    edits: tuple[str, ...]  # of modification, likewise: asked only where there is none of publication
    title: str
    link: str
    text: Callable[[], str]  # only hashed
    source: Callable[[], bytes]  # asked for when the item is bad

    @property
    def is_notice(self) -> bool:
        """Whether the item asks to log in and leads there, so that it is nobody's post."""
        return leads_to_login(self.link) and is_notice(self.title)


class Document(msgspec.Struct, frozen=True):
    """What a format gives of a document."""

    entries: Iterable[Entry]
    about: str  # title and description of the whole
    damaged: str | None = None
    title: str = ""


class _Fault(msgspec.Struct, frozen=True):
    reason: BadReason
    detail: str
    published_at: datetime | None
    item: FeedItem | None = None


def gather(document: Document, *, looked_at: datetime, zone: tzinfo) -> Feed:
    """Make a feed of the entries of one document.

    Of items with one key the first counts; a later one with another time is a conflict, one with the same time, or
    the day of it, says nothing new. Raise FeedUnreadable for a list of nothing but notices to log in.
    """
    items: dict[str, FeedItem] = {}
    bad: list[BadItem] = []
    damaged = document.damaged
    position = notices = asking = 0
    for position, entry in enumerate(document.entries, 1):
        if position > MAX_ITEMS:
            damaged = damaged or f"more than {MAX_ITEMS} items, the rest was not read"
            break
        if position <= FEW:
            asking += is_notice(entry.title)
        if entry.is_notice:
            notices += 1
            found: FeedItem | _Fault = _Fault("notice", entry.link, None)
        else:
            found = _judge(entry, looked_at + FUTURE_TOLERANCE, zone)
        if isinstance(found, FeedItem):
            first = items.setdefault(found.native_key, found)
            if first is found:
                continue
            if _is_one(first, found):
                items[found.native_key] = _exacter(first, found)
                continue
            found = _Fault("conflict", found.native_key, found.published_at, found)
        bad.append(_bad(found, position, entry))
    _refuse_notices(document, position, max(notices, asking if position <= FEW else 0))
    if notices:
        damaged = damaged or f"{notices} items ask to log in: the source sees less than everybody"
    in_order = tuple(items.values())
    newest_first = sorted(in_order, key=lambda item: item.published_at, reverse=True)
    return Feed(
        items=tuple(newest_first),
        shown=in_order,
        bad=tuple(bad),
        entries=position,
        damaged=damaged,
        title="".join(filter(str.isprintable, document.title[:MAX_DETAIL])),
    )


def _refuse_notices(document: Document, entries: int, notices: int) -> None:
    if notices == entries and (notices or is_notice(document.about)):
        raise FeedUnreadable(
            "notice",
            message(
                "the feed shows no posts but asks to log in or to verify; log in anew where the feed is made"
            ),
        )


def _judge(entry: Entry, limit: datetime, zone: tzinfo) -> FeedItem | _Fault:
    published = [text for text in entry.dates if text]
    dates = published or [text for text in entry.edits if text]
    if not dates:
        return _Fault("undated", "", None)
    time = None
    for text in dates:
        time = read_time(text, zone)
        if time is not None:
            break
    if time is None:
        return _Fault("unreadable_date", dates[0], None)
    if time.at > limit:
        return _Fault("in_future", dates[0], time.at)
    modified_only = not published
    text = entry.text()
    key = _native_key(entry, text, None if modified_only else time.at)
    if key is None:
        return _Fault("unkeyed", "", time.at)
    return FeedItem(
        native_key=key,
        published_at=time.at,
        date_only=time.date_only,
        modified_only=modified_only,
        content_hash=_short_hash(entry.title, text),
        title=_one_line(entry.title),
        link=entry.link if _is_link(entry.link) else "",
        text=text[:MAX_TEXT],
    )


def _one_line(title: str) -> str:
    """Return a title as far as it can be shown on a line."""
    printable = title[: 2 * MAX_TITLE]
    if not printable.isprintable():  # most are
        printable = "".join(c if c.isprintable() else " " for c in printable)
    return " ".join(printable.split())[:MAX_TITLE]


def _is_link(link: str) -> bool:
    return link.startswith(("http://", "https://")) and len(link) <= MAX_LINK and link.isprintable()


def _native_key(entry: Entry, text: str, published_at: datetime | None) -> str | None:
    """Return the key of an item; one that is known by its words alone has its time in it, if that never moves."""
    for key in entry.keys:
        if key:
            return key if len(key) <= MAX_KEY and key.isprintable() else _hashed(key)
    words = entry.title or text
    if not words:
        return None
    return _hashed(f"{words}\n{published_at.isoformat()}" if published_at else words)


def _is_one(first: FeedItem, second: FeedItem) -> bool:
    """Whether two items with one key say the same: an edit moves no post, and a day agrees with a time in it."""
    if first.modified_only or second.modified_only or first.published_at == second.published_at:
        return True
    if first.date_only == second.date_only:
        return False
    day, time = (first, second) if first.date_only else (second, first)
    return day.published_at - _DAY < time.published_at < day.published_at + timedelta(seconds=1)


def _exacter(first: FeedItem, second: FeedItem) -> FeedItem:
    """Return the item that says more of its time, the first where they say as much."""
    return min(first, second, key=lambda item: (item.modified_only, item.date_only))


def _bad(fault: _Fault, position: int, entry: Entry) -> BadItem:
    detail = fault.detail.encode(errors="backslashreplace").decode()[:MAX_DETAIL]
    key = next(filter(None, entry.keys), "")
    dates = " ".join(filter(None, entry.dates)) or " ".join(filter(None, entry.edits))
    return BadItem(
        reason=fault.reason,
        position=position,
        detail=detail,
        published_at=fault.published_at,
        raw=entry.source()[:MAX_RAW],
        mark=_short_hash(key, dates, entry.title, entry.link),
        item=fault.item,
    )


def _hashed(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()


def _short_hash(*texts: str) -> str:
    """Hash texts so that no two lists of them are taken for one."""
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        raw = text.encode(errors="backslashreplace")
        digest.update(len(raw).to_bytes(8))
        digest.update(raw)
    return digest.hexdigest()
