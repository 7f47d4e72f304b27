"""Patrol: what a look at a feed becomes; a look, its posts and its memory commit together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from connectors.feeds.feed import Feed, FeedUnreadable
from connectors.feeds.files import read_file
from connectors.feeds.gather import MAX_DETAIL
from connectors.feeds.parser import read_feed
from connectors.log.dead_letters import DeadLetter
from connectors.log.seen_items import Learnt, Seen, SeenList
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.instants import HOUR_US, from_micros, to_micros
from events.patrol import AccountPatrolled, PatrolFailed, SweepCompleted
from events.post import PostPublished
from pipeline.patrol.showing import FindPosts, Shown, mark_of, new_marks, what_is_new, with_times


class Source(msgspec.Struct, frozen=True):
    """Who looks: a name for ever, and what its looks prove."""

    name: str
    lag: timedelta = timedelta(0)  # it may show posts this late
    proves_silence: bool = True
    list_length: int | None = None  # items that its lists hold at most; None: not declared


class Look(msgspec.Struct, frozen=True):
    """One look at one account, as events, dead letters and things to remember."""

    account_id: str
    events: tuple[Event[Payload], ...]  # contradictions, posts newest first, then the look itself
    learnt: Learnt = Learnt()
    hours: tuple[int, ...] = ()  # hour of publication of each new post
    letters: tuple[DeadLetter, ...] = ()

    @property
    def trusted(self) -> bool:
        """Tell whether it read everything that its source shows."""
        return self.learnt.last is not None and self.learnt.last.stands


def look_at_file(
    source: Source, account_id: str, path: Path, looked_at: datetime, seen: Seen, find: FindPosts
) -> Look:
    """Read a feed file as a look at an account; nothing that is bad in it loses what is good.

    `seen` is what the source has shown before; `find` tells the times of posts that an earlier release remembered by
    their keys alone.
    """
    raw = b""
    try:
        raw = read_file(path)
        feed = read_feed(raw, looked_at=looked_at)
    except OSError as e:
        return _failed(source, account_id, path, looked_at, f"cannot be read: {e.strerror}", raw, seen)
    except FeedUnreadable as e:
        return _failed(source, account_id, path, looked_at, str(e), raw, seen)
    seen = with_times(source.name, account_id, seen, feed, find)
    return look_at_list(source, account_id, str(path.absolute()), looked_at, seen, feed, raw)


def _failed(
    source: Source, account_id: str, path: Path, looked_at: datetime, reason: str, raw: bytes, seen: Seen
) -> Look:
    letter = letter_of(source, account_id, str(path.absolute()), looked_at, "file", reason, raw)
    data = PatrolFailed(reason="unreadable", detail=reason[:300])
    learnt = Learnt(last=fallen(seen))
    return Look(account_id, (look_event(source, account_id, looked_at, data),), learnt, letters=(letter,))


def fallen(seen: Seen) -> SeenList | None:
    """Return the last trusted look once another has failed: it is known, and "unchanged" proves nothing any more."""
    return None if seen.last is None else replace(seen.last, stands=False)


def unchanged(source: Source, account_id: str, looked_at: datetime, last: SeenList | None) -> Look:
    """Return the look at an account whose feed shows what it showed at its last trusted look."""
    lag_s, at = int(source.lag.total_seconds()), to_micros(looked_at)
    if last is None:  # of an earlier release, which did not say what the look showed
        data = AccountPatrolled(proves_silence=source.proves_silence, lag_s=lag_s, carries_on=True)
        last = SeenList(at)
    else:
        data = AccountPatrolled(
            newest_post_at=_instant(last.newest),
            proves_silence=source.proves_silence,
            lag_s=lag_s,
            shows_from=_instant(last.shows_from),
            shows_all=last.shows_all,
            empty=last.newest is None,
        )
    learnt = Learnt(last=replace(last, at=max(at, last.at)))
    return Look(account_id, (look_event(source, account_id, looked_at, data),), learnt)


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
    event_id = fact_ids.sweep_completed(source.name, looked_at)
    return Event(event_id, source.name, source.name, looked_at, data)


def post_event(
    source: str, account_id: str, native_key: str, published_at: datetime, data: PostPublished
) -> Event[PostPublished]:
    """Return a post; the source's own key of it is its identity."""
    post_id = fact_ids.post_published(source, account_id, native_key)
    return Event(post_id, source, account_id, published_at, data)


def look_at_list(
    source: Source, account_id: str, origin: str, looked_at: datetime, seen: Seen, feed: Feed, raw: bytes
) -> Look:
    """Return what a list that was read says of an account; `origin` is where its letters say that it came from."""
    fresh = new_marks(feed.bad, seen)
    shown = what_is_new(
        source.name, source.lag, account_id, looked_at, feed, seen, trusted=source.proves_silence
    )
    events: list[Event[Payload]] = [*shown.contradictions, *shown.posts]
    last = fallen(seen)
    look: Payload
    if feed.damaged is not None or not feed.hides_nothing(fresh):
        detail = feed.damaged or f"{len(fresh)} items without a usable time"
        look = PatrolFailed(reason="damaged_feed", detail=detail)
    elif feed.entries == 0 and seen.had_items:
        look = PatrolFailed(reason="emptied", detail=f"{len(seen.items)} items seen before, none now")
    else:
        last = _last(source, to_micros(looked_at), feed, shown, seen)
        look = AccountPatrolled(
            new_posts=len(shown.posts),
            newest_post_at=_instant(shown.newest),
            proves_silence=source.proves_silence,
            lag_s=int(source.lag.total_seconds()),
            shows_from=_instant(shown.shows_from),
            shows_all=_shows_all(source, feed),
            empty=feed.entries == 0,
        )
    events.append(look_event(source, account_id, looked_at, look))
    letters = [
        letter_of(
            source, account_id, origin, looked_at, f"item {b.position}", f"{b.reason}: {b.detail}", b.raw
        )
        for b in fresh
    ]
    letters += [
        letter_of(source, account_id, origin, looked_at, "item", f"conflict: {key[:MAX_DETAIL]}", b"")
        for key in shown.conflicts
    ]
    if feed.damaged is not None:
        letters.append(
            letter_of(source, account_id, origin, looked_at, "file", f"damaged: {feed.damaged}", raw)
        )
    marks = frozenset(mark_of(b) for b in fresh)
    hours = tuple(to_micros(post.time) // HOUR_US for post in shown.posts)
    learnt = Learnt(shown.items, marks, last)
    return Look(account_id, tuple(events), learnt, hours, tuple(letters))


def _last(source: Source, look: int, feed: Feed, shown: Shown, seen: Seen) -> SeenList:
    """Return what is remembered of the last trusted look; a look that is read late leaves it as it is."""
    before = seen.last
    lows = [low for low in (shown.shows_from, before.lowest if before else None) if low is not None]
    lowest = min(lows, default=None)
    if before is not None and look < before.at:
        return replace(before, lowest=lowest)
    return SeenList(look, look, shown.newest, shown.shows_from, _shows_all(source, feed), lowest)


def _shows_all(source: Source, feed: Feed) -> bool:
    return source.list_length is not None and feed.entries < source.list_length


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def look_event(source: Source, account_id: str, looked_at: datetime, data: Payload) -> Event[Payload]:
    """Return the fact of a look."""
    recipe = fact_ids.patrol_failed if isinstance(data, PatrolFailed) else fact_ids.account_patrolled
    event_id = recipe(source.name, account_id, looked_at)
    return Event(event_id, source.name, account_id, looked_at, data)


def letter_of(
    source: Source, account_id: str, origin: str, looked_at: datetime, place: str, reason: str, raw: bytes
) -> DeadLetter:
    """Return a dead letter of a look; its context is what a replay needs."""
    context = {
        "kind": "feed",
        "source": source.name,
        "account_id": account_id,
        "looked_at": looked_at.isoformat(),
        "lag_s": str(int(source.lag.total_seconds())),
    }
    return DeadLetter(origin, place, reason, raw, context)
