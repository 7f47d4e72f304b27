"""Patrol: what a look at a feed becomes; a look, its posts and its memory commit together."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

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
from events.instants import HOUR_US, SECOND_US, from_micros, to_micros
from events.patrol import AccountPatrolled, PatrolFailed, SweepCompleted
from events.post import PostPublished
from pipeline.home.reading_review import Reader
from pipeline.patrol.posts_seen import Lists, PostsSeen, posts_seen
from pipeline.patrol.showing import FindPosts, ListNews, mark_of, new_marks, what_is_new, with_times
from pipeline.patrol.vital_signs import alive_by, lateness
from pipeline.patrol.wording import wording_seen

_NEVER_ALIVE = from_micros(0)
"""A source that has shown nothing yet proves nothing."""


class Source(msgspec.Struct, frozen=True):
    """Who looks: a name for ever, and what its looks prove."""

    name: str
    lag: timedelta = timedelta(0)  # it may show posts this late
    proves_silence: bool = True
    list_length: int | None = None  # items that its lists hold at most; None: not declared
    keeps_posts: bool = False  # titles and links of posts are kept, and what becomes of posts is told
    reader: Reader | None = None  # reads titles and texts; None: nobody does


class Look(msgspec.Struct, frozen=True):
    """One look at one account, as events, dead letters and things to remember."""

    account_id: str
    events: tuple[Event[Payload], ...]  # contradictions, posts newest first, then the look itself
    learnt: Learnt = Learnt()
    hours: tuple[int, ...] = ()  # hour of publication of each new post
    letters: tuple[DeadLetter, ...] = ()
    alive: int | None = (
        None  # newest publication that it shows and that is no later than ten minutes before it
    )
    new_at: tuple[int, ...] = ()  # when each new post was published, seconds
    late: tuple[int, ...] = ()  # hours for which looks before had left new posts out, of those that tell it

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


def planned(look: Look, why: str, alive_at: datetime | None, as_of: datetime | None = None) -> Look:
    """Return a look that somebody planned: which need it served, and up to when its source is known to have lived.

    `why` is the code of the need, `alive_at` the newest publication that the source had shown before, at any account.
    A source that last asked the platform at `as_of` proves nothing that came after.
    """
    before = None if alive_at is None else to_micros(alive_at)
    alive = max((at for at in (look.alive, before) if at is not None), default=None)
    events: list[Event[Payload]] = []
    for event in look.events:
        data = event.data
        if isinstance(data, AccountPatrolled):
            lived_until = _NEVER_ALIVE if alive is None else from_micros(alive)
            lived_until = lived_until if as_of is None else min(lived_until, as_of)
            data = replace(data, why=why, alive_at=lived_until)
        elif isinstance(data, PatrolFailed):
            data = replace(data, why=why)
        events.append(event if data is event.data else replace(event, data=data))
    return msgspec.structs.replace(look, events=tuple(events), alive=alive)


def sweep_of(
    source: Source,
    looked_at: datetime,
    looks: Iterable[Look],
    *,
    replay: bool,
    canaries: Collection[str] = (),
    alive_at: datetime | None = None,
    log_in: Literal["works", "refused"] | None = None,
) -> Event[SweepCompleted]:
    """Return the sweep that looks of one moment make up.

    Of planned looks `alive_at` is the newest publication that the source has shown by the end of them, `canaries` are
    those of the source, and `log_in` what a probe answered; looks that are no facts are among `looks`.
    """
    looked = failed = 0
    new_posts: dict[int, int] = {}
    late: dict[int, int] = {}
    seen: dict[str, tuple[int, ...]] = {}
    for look in looks:
        looked += 1
        failed += not look.trusted
        for hour in look.hours:
            new_posts[hour] = new_posts.get(hour, 0) + 1
        for hours in look.late if alive_at is not None else ():
            late[hours] = late.get(hours, 0) + 1
        if look.account_id in canaries and look.trusted:
            seen[look.account_id] = (*seen.get(look.account_id, ()), *sorted(look.new_at))
    data = SweepCompleted(
        looked=looked,
        failed=failed,
        new_posts=dict(sorted(new_posts.items())),
        lag_s=int(source.lag.total_seconds()),
        replay=replay,
        alive_at=alive_at,
        canaries=dict(sorted(seen.items())),
        late=dict(sorted(late.items())),
        log_in=log_in,
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
    source: Source,
    account_id: str,
    origin: str,
    looked_at: datetime,
    seen: Seen,
    feed: Feed,
    raw: bytes,
    deleted: Collection[str] = (),
) -> Look:
    """Return what a list that was read says of an account; `origin` is where its letters say that it came from.

    `deleted` are keys of posts of which the source says that the platform deleted them.
    """
    at = to_micros(looked_at)
    fresh = new_marks(feed.bad, seen)
    marks = frozenset(mark_of(b) for b in fresh)
    news = what_is_new(
        source.name, source.lag, account_id, looked_at, feed, seen, trusted=source.proves_silence
    )
    last = fallen(seen)
    look: Payload
    worked = feed.damaged is None and feed.hides_nothing(fresh)
    seen_posts = PostsSeen(news.posts, (), news.items)
    if source.keeps_posts:
        lists = Lists(source.name, account_id, looked_at, at, feed, seen, news.items, news.pinned)
        whole = worked and source.proves_silence and feed.entries > 0
        seen_posts = posts_seen(
            lists, news.posts, source.lag // timedelta(microseconds=1), deleted, whole=whole
        )
    events: list[Event[Payload]] = [*news.contradictions, *seen_posts.posts, *seen_posts.events]
    if not worked:
        detail = feed.damaged or f"{len(fresh)} items without a usable time"
        look = PatrolFailed(reason="damaged_feed", detail=detail)
    elif feed.entries == 0 and seen.had_items:
        look = PatrolFailed(reason="emptied", detail=f"{len(seen.items)} items seen before, none now")
    else:
        last = _last(source, at, feed, news, seen)
        look = AccountPatrolled(
            new_posts=len(seen_posts.posts),
            newest_post_at=_instant(news.newest),
            proves_silence=source.proves_silence,
            lag_s=int(source.lag.total_seconds()),
            shows_from=_instant(news.shows_from),
            shows_all=_shows_all(source, feed),
            empty=feed.entries == 0,
        )
    if source.reader is not None:
        suspected = wording_seen(source.reader, source.name, account_id, looked_at, feed, seen)
        events += suspected
        marks |= {event.id.bytes for event in suspected}
    events.append(look_event(source, account_id, looked_at, look))
    letters = [
        letter_of(
            source, account_id, origin, looked_at, f"item {b.position}", f"{b.reason}: {b.detail}", b.raw
        )
        for b in fresh
    ]
    letters += [
        letter_of(source, account_id, origin, looked_at, "item", f"conflict: {key[:MAX_DETAIL]}", b"")
        for key in news.conflicts
    ]
    if feed.damaged is not None:
        letters.append(
            letter_of(source, account_id, origin, looked_at, "file", f"damaged: {feed.damaged}", raw)
        )
    times = [to_micros(post.time) for post in seen_posts.posts]
    return Look(
        account_id,
        tuple(events),
        Learnt(seen_posts.items, marks, last),
        tuple(time // HOUR_US for time in times),
        tuple(letters),
        alive=alive_by(seen_posts.items, feed.items, at),
        new_at=tuple(time // SECOND_US for time in times),
        late=lateness(news.posts, seen.last, at),
    )


def _last(source: Source, look: int, feed: Feed, news: ListNews, seen: Seen) -> SeenList:
    """Return what is remembered of the last trusted look; a look that is read late leaves it as it is."""
    before = seen.last
    lows = [low for low in (news.shows_from, before.lowest if before else None) if low is not None]
    lowest = min(lows, default=None)
    if before is not None and look < before.at:
        return replace(before, lowest=lowest)
    return SeenList(look, look, news.newest, news.shows_from, _shows_all(source, feed), lowest)


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
