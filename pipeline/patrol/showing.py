"""What a list says anew: its items against those that its source had shown of the account (design section 3)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from connectors.feeds.feed import BadItem, Feed, FeedItem
from connectors.log.seen_items import Seen, SeenItem, item_hash
from events import fact_ids
from events.codec import Event
from events.days import day_of
from events.instants import SECOND_US, from_micros, to_micros
from events.patrol import LookContradicted
from events.post import PostPublished
from pipeline.patrol.list_order import cut, oldest_of, pinned_among, spans_of

NEAR_US = int(timedelta(minutes=10).total_seconds()) * SECOND_US
"""An item that is dated so close to its look, at two looks, has no date of its own."""

_TIMES_KEPT = 8

FindPosts = Callable[[str, list[UUID]], Mapping[UUID, tuple[int, bool]]]
"""Of an account and ids of posts, when each was published (microseconds), and whether by its day alone."""


class ListNews(msgspec.Struct, frozen=True):
    """What a look at a list says."""

    posts: tuple[Event[PostPublished], ...]  # newest first
    contradictions: tuple[Event[LookContradicted], ...]
    items: Mapping[bytes, SeenItem]  # to be remembered
    conflicts: tuple[str, ...] = ()  # keys under which an earlier time was stated, told once
    newest: int | None = None  # microseconds, a day at its last second
    shows_from: int | None = None
    pinned: Sequence[bool] = ()  # which of the items shown stand before a newer one


class _Reader:
    """Takes the items of one look, one after another."""

    def __init__(self, source: str, account_id: str, looked_at: datetime, seen: Seen) -> None:
        self._source, self._account, self._seen = source, account_id, seen
        self._look, self._looked_at = to_micros(looked_at), looked_at
        self.posts: list[Event[PostPublished]] = []
        self.items: dict[bytes, SeenItem] = {}
        self.times: list[int] = []  # of all items, as the look cuts them
        self.conflicts: list[str] = []

    def take(self, item: FeedItem) -> None:
        """Take an item: new, known, or another post under a known key."""
        key = item_hash(item.native_key)
        stated = to_micros(item.published_at)
        self.times.append(cut(stated, self._look, by_day=item.date_only))
        content = bytes.fromhex(item.content_hash)[:16]
        if key not in self._seen.items:
            self.items[key] = self._publish(item, item.native_key, stated, content)
            return
        known = self._seen.items[key]
        if known is None:  # its fact is not to be found: as it states itself now
            post = fact_ids.post_published(self._source, self._account, item.native_key)
            known = SeenItem(stated, item.date_only, content, self._look, self._look, post.bytes)
        self.items[key] = self._again(item, stated, content, known)

    def _again(self, item: FeedItem, stated: int, content: bytes, known: SeenItem) -> SeenItem:
        """Take an item under a known key; only a time that is certainly another one makes another post."""
        kept = replace(
            known, first_at=min(known.first_at, self._look), last_at=max(known.last_at, self._look)
        )
        if known.dateless or item.modified_only or _is_same(known, stated, by_day=item.date_only):
            return kept
        if stated in known.told:
            return kept
        near = abs(self._look - stated) <= NEAR_US
        if known.near and near:
            return replace(kept, dateless=True)
        changed = content != known.content or stated < self._look - NEAR_US
        if stated > known.stated and stated > self._seen.last_seen_at(known) and changed:
            native_key = fact_ids.post_key_again(item.native_key, from_micros(stated))
            other = self._publish(item, native_key, stated, content)
            return replace(other, told=(*known.told, known.stated)[-_TIMES_KEPT:])
        if stated < known.stated:
            self.conflicts.append(item.native_key)
        return replace(kept, told=(*known.told, stated)[-_TIMES_KEPT:])

    def _publish(self, item: FeedItem, native_key: str, stated: int, content: bytes) -> SeenItem:
        """Make a post of an item; what stands in a look was published by it."""
        at = cut(stated, self._look, by_day=item.date_only)
        data = PostPublished(
            observed_at=self._looked_at,
            date_only=item.date_only,
            stated_at=None if at == stated else from_micros(stated),
            modified=item.modified_only,
        )
        post_id = fact_ids.post_published(self._source, self._account, native_key)
        self.posts.append(Event(post_id, self._source, self._account, from_micros(at), data))
        near = abs(self._look - stated) <= NEAR_US
        return SeenItem(stated, item.date_only, content, self._look, self._look, post_id.bytes, near=near)


def what_is_new(
    source: str,
    lag: timedelta,
    account_id: str,
    looked_at: datetime,
    feed: Feed,
    seen: Seen,
    *,
    trusted: bool,
) -> ListNews:
    """Return what a list says against what its source had shown before.

    Only a trusted look contradicts earlier ones, or is itself contradicted by what later ones have shown.
    """
    look, lag_us = to_micros(looked_at), lag // timedelta(microseconds=1)
    reader = _Reader(source, account_id, looked_at, seen)
    for item in feed.items:
        reader.take(item)
    spans = spans_of(feed.shown, looked_at)
    pinned = pinned_among(spans)
    shows_from = oldest_of(spans, pinned)
    contradictions: list[Event[LookContradicted]] = []
    if trusted:
        contradicting = _Contradictions(source, lag_us, account_id, look)
        contradictions = [
            *contradicting.of_new(reader.posts, seen),
            *contradicting.by_later(reader.items.keys(), seen, shows_from),
        ]
    return ListNews(
        posts=tuple(reader.posts),
        contradictions=tuple(contradictions),
        items=reader.items,
        conflicts=tuple(reader.conflicts),
        newest=max(reader.times, default=None),
        shows_from=shows_from,
        pinned=pinned,
    )


class _Contradictions:
    """Makes the facts by which looks are taken back that had left a post out."""

    def __init__(self, source: str, lag: int, account_id: str, look: int) -> None:
        self._source, self._lag, self._account, self._look = source, lag, account_id, look

    def of_new(self, posts: Iterable[Event[PostPublished]], seen: Seen) -> Iterable[Event[LookContradicted]]:
        """Yield what new posts say of looks before; a time that the source had shown already says nothing."""
        last = seen.last
        if last is None or last.lowest is None:
            return
        stated = {item.stated for item in seen.items.values() if item is not None}
        for post in posts:
            published = _published(post)
            known = to_micros(post.data.stated_at or post.time) in stated
            if not known and last.lowest < published and published + self._lag <= last.at < self._look:
                yield self._event(published, post.id, self._look)

    def by_later(
        self, listed: Iterable[bytes], seen: Seen, shows_from: int | None
    ) -> Iterable[Event[LookContradicted]]:
        """Yield what posts say that later looks showed first, where this look was read after them."""
        if seen.last is None or self._look >= seen.last.at:
            return
        here = set(listed)
        for key, item in seen.items.items():
            if item is None or key in here or not item.post:
                continue
            published = day_of(item.stated)[1] if item.by_day else item.stated
            left_out = published + self._lag <= self._look < item.first_at
            if left_out and (shows_from is None or shows_from < published):
                yield self._event(published, UUID(bytes=item.post), item.first_at)

    def _event(self, published: int, post_id: UUID, until: int) -> Event[LookContradicted]:
        data = LookContradicted(
            source=self._source,
            since=from_micros(published + self._lag),
            until=from_micros(until),
            by=post_id,
            published_at=from_micros(published),
        )
        event_id = fact_ids.look_contradicted(self._source, self._account, post_id)
        return Event(event_id, self._source, self._account, from_micros(self._look), data)


def with_times(source: str, account_id: str, seen: Seen, feed: Feed, find: FindPosts) -> Seen:
    """Give items that an earlier release remembered by their key alone the time of their post."""
    untold = {
        fact_ids.post_published(source, account_id, item.native_key): item_hash(item.native_key)
        for item in feed.items
        if seen.items.get(item_hash(item.native_key), _KNOWN) is None
    }
    if not untold:
        return seen
    items = dict(seen.items)
    for post_id, (published, by_day) in find(account_id, list(untold)).items():
        items[untold[post_id]] = SeenItem(published, by_day, post=post_id.bytes, last_at=published)
    return Seen(items, seen.bad, seen.last)


_KNOWN = SeenItem(0)


def new_marks(bad: Iterable[BadItem], seen: Seen) -> list[BadItem]:
    """Return the items that could not be read and were not told before."""
    return [item for item in bad if mark_of(item) not in seen.bad]


def mark_of(item: BadItem) -> bytes:
    """Return what is remembered of an item that could not be read."""
    return bytes.fromhex(item.mark)[:16]


def _is_same(known: SeenItem, stated: int, *, by_day: bool) -> bool:
    """Tell whether two stated times are one; a day is the same as a time of that day."""
    if known.stated == stated:
        return True
    if not (known.by_day or by_day):
        return False
    return day_of(known.stated) == day_of(stated)


def _published(post: Event[PostPublished]) -> int:
    at = to_micros(post.time)
    return day_of(at)[1] if post.data.date_only else at
