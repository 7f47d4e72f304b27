"""What a look at one account says of its source: up to when it lives, and how late it shows posts."""

from collections.abc import Iterable, Mapping, Sequence

from connectors.feeds.feed import FeedItem
from connectors.log.seen_items import SeenItem, SeenList, item_hash
from events.codec import Event
from events.days import day_of
from events.instants import HOUR_US, to_micros
from events.post import PostPublished
from pipeline.patrol.showing import NEAR_US

_CLOSE_US = 13 * HOUR_US
"""Looks at a canary, twice a day, lie no further apart."""


def alive_by(items: Mapping[bytes, SeenItem], listed: Iterable[FeedItem], look: int) -> int | None:
    """Return the newest publication that a look shows, in microseconds.

    What bears a time within ten minutes of the look may have no date of its own, and a later one was not published yet.
    """
    known = (items[key] for item in listed if (key := item_hash(item.native_key)) in items)
    times = (day_of(item.stated)[0] if item.by_day else item.stated for item in known if not item.dateless)
    return max((at for at in times if at <= look - NEAR_US), default=None)


def is_late(post: Event[PostPublished], last: SeenList | None, look: int, lag_us: int) -> bool:
    """Tell whether the trusted look before, the lag taken off, had not shown a post that lay in its reach."""
    if last is None or last.lowest is None:
        return False
    at = to_micros(post.time)
    published = day_of(at)[1] if post.data.date_only else at
    return last.lowest < published and published + lag_us <= last.at < look


def lateness(posts: Sequence[Event[PostPublished]], last: SeenList | None, look: int) -> tuple[int, ...]:
    """Return for how many hours the look before had left out each new post, 0 where it was not published yet.

    Told only where the two looks lie close enough: after a long pause nobody knows how late a post was shown.
    """
    if last is None or last.lowest is None or look - last.at > _CLOSE_US:
        return ()
    times = (to_micros(post.time) for post in posts if not post.data.date_only)
    return tuple(max(last.at - at, 0) // HOUR_US for at in times if at > last.lowest)
