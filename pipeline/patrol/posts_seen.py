"""What successive lists of one source say of posts that it had shown: edited, pinned, posted again, late, deleted.

A list shows the newest posts and drops old ones from its end, so most of what is missing was not deleted. A deletion is
told where the post is missing from inside a list, twice, and what stands around it shows that the list is no older one:

* a post published later, and shown no earlier than it, still stands there: no copy from before the post hides it;
* a post published earlier, and shown no later than it, still stands there unpinned: it would have dropped out before;
* the next trusted list, an hour later or more, shows the same.

Nothing is told of what is pinned, of keys that were used again, or from lists that state times of modification alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec
from msgspec.structs import replace

from connectors.feeds.feed import Feed, FeedItem
from connectors.log.seen_items import Seen, SeenItem, item_hash
from events import fact_ids, patrol_ids
from events.base import Payload
from events.codec import Event
from events.days import day_of
from events.instants import HOUR_US, from_micros
from events.post import PostDeleted, PostEdited, PostPinned, PostPublished
from pipeline.patrol.list_order import cut
from pipeline.patrol.vital_signs import is_late

EDITS_RECORDED = 3
"""Times that a post is told as edited while its title stays: some texts change with every look."""

_APART_US = HOUR_US


class PostsSeen(msgspec.Struct, frozen=True):
    """What becomes of the posts of one look, and what is remembered of them."""

    posts: tuple[Event[PostPublished], ...]  # newest first
    events: tuple[Event[Payload], ...]
    items: Mapping[bytes, SeenItem]


class Lists(msgspec.Struct, frozen=True, dict=True):
    """Two successive lists of a source at an account: what was known, and what a look shows now."""

    source: str
    account_id: str
    looked_at: datetime
    look: int  # the same in microseconds
    feed: Feed
    seen: Seen
    items: Mapping[bytes, SeenItem]  # what is remembered of those shown now
    marks: Sequence[bool]  # which of them, in document order, stand before a newer one

    @cached_property
    def pinned(self) -> set[bytes]:
        """The keys of the items that stand before a newer one."""
        if not any(self.marks):
            return set()
        marked = zip(self.feed.shown, self.marks, strict=True)
        return {item_hash(item.native_key) for item, pinned in marked if pinned}

    def event(self, event_id: UUID, data: Payload, at: datetime | None = None) -> Event[Payload]:
        """Return a fact of this look."""
        return Event(event_id, self.source, self.account_id, at or self.looked_at, data)


def posts_seen(
    lists: Lists, posts: Sequence[Event[PostPublished]], lag_us: int, deleted: Collection[str], *, whole: bool
) -> PostsSeen:
    """Return posts with their titles and links, and what happened to those that were known.

    `deleted` are keys of posts that the platform itself says are gone. Only a `whole` list tells what is missing, and
    one that is read late, behind a later look, nothing but its posts.
    """
    items, last = dict(lists.items), lists.seen.last
    events: list[Event[Payload]] = []
    restored: list[Event[PostPublished]] = []
    if last is None or lists.look >= last.at:
        gone = set(map(item_hash, deleted))
        restored = _restored(lists, items, gone)
        events += _edits(lists, items)
        if whole:
            events += _pins(lists, items)
        events += [
            event for key in sorted(gone) if (event := _deleted_by_platform(lists, items, key)) is not None
        ]
        if whole and lists.seen.items and not any(item.modified_only for item in lists.feed.items):
            events += _missing(lists, items)
    by_post = {
        items[key].post: item for item in lists.feed.items if (key := item_hash(item.native_key)) in items
    }
    published = [
        *(_with_words(lists, post, by_post, late=is_late(post, last, lists.look, lag_us)) for post in posts),
        *(_with_words(lists, post, by_post) for post in restored),
    ]
    return PostsSeen(tuple(published), tuple(events), items)


def _restored(
    lists: Lists, items: dict[bytes, SeenItem], gone: Collection[bytes]
) -> list[Event[PostPublished]]:
    """Publish again what was told as deleted and is shown again: a deletion is never taken back."""
    posts: list[Event[PostPublished]] = []
    if not lists.seen.items:
        return posts
    for item in lists.feed.items:
        key = item_hash(item.native_key)
        known = items.get(key)
        if known is not None and known.missing_at:
            known = items[key] = replace(known, missing_at=0)
        if known is None or not known.gone_at or key in gone:
            continue
        native_key = fact_ids.post_key_again(item.native_key, from_micros(known.gone_at))
        post_id = fact_ids.post_published(lists.source, lists.account_id, native_key)
        at = from_micros(cut(known.stated, lists.look, by_day=known.by_day))
        data = PostPublished(observed_at=lists.looked_at, date_only=known.by_day)
        posts.append(Event(post_id, lists.source, lists.account_id, at, data))
        items[key] = replace(known, post=post_id.bytes, gone_at=0)
    return posts


def _edits(lists: Lists, items: dict[bytes, SeenItem]) -> Iterator[Event[Payload]]:
    for item in lists.feed.items:
        key = item_hash(item.native_key)
        known, now = lists.seen.items.get(key), items.get(key)
        if now is None:
            continue
        content, title = bytes.fromhex(item.content_hash)[:16], title_hash(item.title)
        if known is None or known.post != now.post or not known.shown or now.dateless:
            items[key] = replace(now, shown=content, title=title)
            continue
        if content == known.shown:
            continue
        renamed = title != known.title
        is_recorded = renamed or known.edits < EDITS_RECORDED
        items[key] = replace(
            now, shown=content, title=title, edits=0 if renamed else known.edits + is_recorded
        )
        if is_recorded and now.post:
            post_id = UUID(bytes=now.post)
            event_id = patrol_ids.post_edited(lists.source, lists.account_id, post_id, lists.looked_at)
            yield lists.event(event_id, PostEdited(post_id=post_id, title=item.title, link=item.link))


def _pins(lists: Lists, items: dict[bytes, SeenItem]) -> Iterator[Event[Payload]]:
    pinned = lists.pinned
    before = {key for key, item in lists.seen.items.items() if item is not None and item.pinned}
    for key in sorted(pinned ^ before):
        item = items.get(key) or lists.seen.items.get(key)
        if item is None:
            continue
        items[key] = replace(item, pinned=key in pinned)
        if item.post:
            post_id = UUID(bytes=item.post)
            event_id = patrol_ids.post_pinned(lists.source, lists.account_id, post_id, lists.looked_at)
            yield lists.event(event_id, PostPinned(post_id=post_id, ended=key not in pinned))


def _deleted_by_platform(lists: Lists, items: dict[bytes, SeenItem], key: bytes) -> Event[Payload] | None:
    """Tell a deletion that the platform names."""
    item = items.get(key) or lists.seen.items.get(key)
    if item is None or item.gone_at or not item.post:
        return None
    items[key] = replace(item, gone_at=lists.look)
    return _deletion(lists, item, lists.look, told=True)


def _missing(lists: Lists, items: dict[bytes, SeenItem]) -> Iterator[Event[Payload]]:
    """Tell deletions from what is missing inside the list, and remember what is missing for the first time."""
    listed = {item_hash(item.native_key) for item in lists.feed.shown}
    here = {key: item for key in listed - lists.pinned if (item := items.get(key)) and not item.dateless}
    known = [item for key, item in here.items() if key in lists.seen.items]
    around = [*known, *(item for key, item in here.items() if key not in lists.seen.items and not item.near)]
    oldest = min((_span(item)[1] for item in known), default=None)
    for key, before in lists.seen.items.items():
        item = items.get(key, before)
        if oldest is None or item is None or key in listed or not _may_be_missed(item):
            continue
        if _span(item)[0] < oldest or not _is_framed(item, known, around):
            continue
        if not item.missing_at:
            items[key] = replace(item, missing_at=lists.look)
        elif lists.look - item.missing_at >= _APART_US:
            items[key] = replace(item, gone_at=lists.look)
            yield _deletion(lists, item, item.missing_at, told=False)


def _may_be_missed(item: SeenItem) -> bool:
    return bool(item.post) and not (item.gone_at or item.pinned or item.dateless)


def _is_framed(item: SeenItem, known: Sequence[SeenItem], around: Sequence[SeenItem]) -> bool:
    """Tell whether what stands around an item shows that it neither dropped off nor was hidden by an older list."""
    begin, end = _span(item)
    older = any(
        _span(o)[1] <= begin and o.stated < item.stated and o.first_at <= item.first_at for o in known
    )
    return older and any(
        _span(o)[0] >= end and o.stated > item.stated and o.first_at >= item.first_at for o in around
    )


def _deletion(lists: Lists, item: SeenItem, at: int, *, told: bool) -> Event[Payload]:
    """Return the fact that a post is gone since `at`, the first look that missed it."""
    post_id = UUID(bytes=item.post)
    data = PostDeleted(post_id=post_id, observed_at=lists.looked_at, told=told)
    return lists.event(
        patrol_ids.post_deleted(lists.source, lists.account_id, post_id), data, from_micros(at)
    )


def _with_words(
    lists: Lists, post: Event[PostPublished], by_post: Mapping[bytes, FeedItem], *, late: bool = False
) -> Event[PostPublished]:
    item = by_post.get(post.id.bytes)
    if item is None:
        return replace(post, data=replace(post.data, late=late))
    again = _same_words(lists, item)
    return replace(post, data=replace(post.data, late=late, title=item.title, link=item.link, again=again))


def _same_words(lists: Lists, item: FeedItem) -> UUID | None:
    """Return the first known post with the same title and text under another key."""
    if not (item.title and lists.seen.items):
        return None
    content, key = bytes.fromhex(item.content_hash)[:16], item_hash(item.native_key)
    same = (
        known
        for other, known in lists.seen.items.items()
        if known is not None and other != key and known.post and known.shown == content
    )
    first = min(same, key=lambda known: (known.stated, known.post), default=None)
    return None if first is None else UUID(bytes=first.post)


def title_hash(title: str) -> bytes:
    """Return what is remembered of a title."""
    return item_hash(title)[:8]


def _span(item: SeenItem) -> tuple[int, int]:
    return day_of(item.stated) if item.by_day else (item.stated, item.stated)
