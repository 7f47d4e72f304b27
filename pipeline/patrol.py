"""Patrol: what a look at a feed becomes; a look, its posts and its memory commit together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from connectors.feeds.feed import Feed, FeedUnreadable
from connectors.feeds.files import read_file
from connectors.feeds.parser import read_feed
from connectors.log.dead_letters import DeadLetter
from connectors.log.seen_items import item_hash, was_shown
from events.base import Payload
from events.codec import Event
from events.ids import fact_id
from events.instants import HOUR_US, to_micros
from events.patrol import AccountPatrolled, PatrolFailed, SweepCompleted
from events.post import PostPublished


class Source(msgspec.Struct, frozen=True):
    """Who looks: a name for ever, and what its looks prove."""

    name: str
    lag: timedelta = timedelta(0)  # it may show posts this late
    proves_silence: bool = True


class Look(msgspec.Struct, frozen=True):
    """One look at one account, as events, dead letters and things to remember."""

    account_id: str
    events: tuple[Event[Payload], ...]  # posts newest first, then the look itself
    new_items: tuple[bytes, ...] = ()
    trusted: bool = False
    hours: tuple[int, ...] = ()  # hour of publication of each new post
    letters: tuple[DeadLetter, ...] = ()


def look_at_file(source: Source, account_id: str, path: Path, looked_at: datetime, seen: set[bytes]) -> Look:
    """Read a feed file as a look at an account; nothing that is bad in it loses what is good."""
    raw = b""
    try:
        raw = read_file(path)
        feed = read_feed(raw, looked_at=looked_at)
    except OSError as e:
        return _failed(source, account_id, path, looked_at, f"cannot be read: {e.strerror}", b"")
    except FeedUnreadable as e:
        return _failed(source, account_id, path, looked_at, str(e), raw)
    return _look(source, account_id, path, looked_at, seen, feed, raw)


def _failed(
    source: Source, account_id: str, path: Path, looked_at: datetime, reason: str, raw: bytes
) -> Look:
    letter = _letter(source, account_id, path, looked_at, "file", reason, raw)
    data = PatrolFailed(reason="unreadable", detail=reason[:300])
    return Look(account_id, (_look_event(source, account_id, looked_at, data),), letters=(letter,))


def unchanged(source: Source, account_id: str, looked_at: datetime) -> Look:
    """Return the look at an account whose feed shows what it showed before."""
    data = AccountPatrolled(proves_silence=source.proves_silence, lag_s=int(source.lag.total_seconds()))
    return Look(account_id, (_look_event(source, account_id, looked_at, data),), trusted=True)


def sweep_of(
    source: Source, looked_at: datetime, looks: Iterable[Look], *, replay: bool
) -> Event[SweepCompleted]:
    """Return the sweep that looks of one moment make up."""
    looked = failed = 0
    new_posts: dict[int, int] = {}
    for look in looks:
        looked += 1
        failed += not look.trusted
        for hour in look.hours:
            new_posts[hour] = new_posts.get(hour, 0) + 1
    data = SweepCompleted(
        looked=looked,
        failed=failed,
        new_posts=dict(sorted(new_posts.items())),
        lag_s=int(source.lag.total_seconds()),
        replay=replay,
    )
    event_id = fact_id(source.name, source.name, f"sweep:{looked_at.isoformat()}")
    return Event(event_id, source.name, source.name, looked_at, data)


def post_event(
    source: str, account_id: str, native_key: str, published_at: datetime, data: PostPublished
) -> Event[PostPublished]:
    """Return a post; the source's own key of it is its identity."""
    return Event(fact_id(source, account_id, f"post:{native_key}"), source, account_id, published_at, data)


def _look(
    source: Source, account_id: str, path: Path, looked_at: datetime, seen: set[bytes], feed: Feed, raw: bytes
) -> Look:
    events: list[Event[Payload]] = []
    new_items, hours = [], []
    for item in feed.items:
        item_id = item_hash(item.native_key)
        if item_id in seen:
            continue
        data = PostPublished(observed_at=looked_at, date_only=item.date_only)
        events.append(post_event(source.name, account_id, item.native_key, item.published_at, data))
        new_items.append(item_id)
        hours.append(to_micros(item.published_at) // HOUR_US)
    if feed.proves:
        oldest = min((i.published_at for i in feed.items), default=looked_at)
        look: Payload = AccountPatrolled(
            new_posts=len(new_items),
            newest_post_at=feed.items[0].published_at if feed.items else None,
            proves_silence=source.proves_silence,
            lag_s=int(source.lag.total_seconds()),
            covers_from=None if was_shown(seen) else min(oldest, looked_at),
        )
    else:
        detail = feed.damaged or f"{len(feed.bad)} items without a usable time"
        look = PatrolFailed(reason="damaged_feed", detail=detail)
    events.append(_look_event(source, account_id, looked_at, look))
    letters = tuple(
        _letter(source, account_id, path, looked_at, f"item {b.position}", f"{b.reason}: {b.detail}", b.raw)
        for b in feed.bad
    )
    if feed.damaged is not None:
        letters += (_letter(source, account_id, path, looked_at, "file", f"damaged: {feed.damaged}", raw),)
    return Look(account_id, tuple(events), tuple(new_items), feed.proves, tuple(hours), letters)


def _look_event(source: Source, account_id: str, looked_at: datetime, data: Payload) -> Event[Payload]:
    kind = (
        "failed-look" if isinstance(data, PatrolFailed) else "look"
    )  # read again after mending, it is another fact
    event_id = fact_id(source.name, account_id, f"{kind}:{looked_at.isoformat()}")
    return Event(event_id, source.name, account_id, looked_at, data)


def _letter(
    source: Source, account_id: str, path: Path, looked_at: datetime, place: str, reason: str, raw: bytes
) -> DeadLetter:
    context = {
        "kind": "feed",
        "source": source.name,
        "account_id": account_id,
        "looked_at": looked_at.isoformat(),
        "lag_s": str(int(source.lag.total_seconds())),
    }
    return DeadLetter(str(path.absolute()), place, reason, raw, context)
