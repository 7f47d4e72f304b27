"""What one look at a feed gives: its posts, the items that can't be read, and whether it is whole."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

BadReason = Literal["undated", "unreadable_date", "in_future", "unkeyed", "conflict", "notice"]
UnreadableCode = Literal[
    "not_a_file",
    "empty",
    "too_large",
    "too_many",
    "too_deep",
    "entities",
    "encoding",
    "html",
    "notice",
    "not_xml",
    "not_json",
    "not_a_feed",
    "hidden",
]


class FeedUnreadable(ValueError):  # noqa: N818 -- says what the feed is
    """The bytes are no feed, or one that must not be read; says why, never what they hold."""

    def __init__(self, reason_code: UnreadableCode, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code
        self.message = str(message)


class FeedItem(msgspec.Struct, frozen=True):
    """One post as the feed shows it."""

    native_key: str  # the source's own id, else the link, else a hash; at most 512 printable characters
    published_at: datetime  # UTC, as stated: up to a day after the look
    date_only: bool  # the feed gave a day, `published_at` is its last second
    modified_only: bool  # the item tells no time of publication: `published_at` is that of its last edit
    content_hash: str  # of title and text; another one under the same key: the words changed
    title: str = ""  # at most 200 characters on one line
    link: str = ""  # http or https, at most 1000 characters; else empty
    text: str = ""  # as the feed gives it, at most 10,000 characters; read in memory, never stored


class BadItem(msgspec.Struct, frozen=True):
    """One item that gives no post, for the dead letters."""

    reason: BadReason
    position: int  # among all items of the document, 1 for the first
    detail: str  # the text of the date, or the key in conflict; at most 200 characters
    published_at: datetime | None  # UTC; None if the item has no readable time
    raw: bytes  # the item as far as it was read, UTF-8, at most 4 KB
    mark: (
        str  # hash of key, text of its dates, title and link: the same bad item has it again at the next look
    )
    item: FeedItem | None  # of a conflict: the post that it would be under another key


class Feed(msgspec.Struct, frozen=True):
    """One feed as read at one look."""

    items: tuple[FeedItem, ...]  # newest first; items of one time in document order
    shown: tuple[FeedItem, ...]  # the same in document order: a pinned one stands before newer ones
    bad: tuple[BadItem, ...]  # in document order
    entries: int  # that stood in the document, bad and double ones counted; 0: an empty list
    damaged: str | None  # what is broken in a few words; items may be missing. None: whole
    title: str = ""  # of the whole, at most 200 characters

    def without_texts(self) -> "Feed":
        """Return it without the texts of its items, for whoever does not read them."""
        bare = {id(item): replace(item, text="") for item in self.shown}
        return replace(
            self,
            items=tuple(bare.get(id(item)) or replace(item, text="") for item in self.items),
            shown=tuple(bare.values()),
        )

    @property
    def proves(self) -> bool:
        """Whether it proves what it shows, read for the first time; what it means without an item is another matter."""
        return self.damaged is None and self.hides_nothing(self.bad)

    def hides_nothing(self, unread: Iterable[BadItem]) -> bool:
        """Tell whether nothing newer than `items` can be hidden among bad items (design section 3, Trusted look).

        A bad item hides nothing only if its time is known and not later than the newest good item.
        """
        newest = self.items[0].published_at if self.items else None
        return all(
            newest is not None and bad.published_at is not None and bad.published_at <= newest
            for bad in unread
        )
