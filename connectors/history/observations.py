"""Posts and looks by their ids: what a look said, which posts were withdrawn, and which post a person means."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from events.instants import from_micros, to_micros

_AT_ONCE = 1000
_EVER_US = 1 << 62


class ObservedPost(msgspec.Struct, frozen=True):
    """A post as it was told first."""

    id: UUID
    account_id: str
    published_at: datetime
    date_only: bool = False


class TakenLook(msgspec.Struct, frozen=True):
    """A look that worked, as it was told first."""

    id: UUID
    account_id: str
    source: str
    looked_at: datetime  # when it counts as taken


def look_of_id(client: Client, look_id: UUID) -> TakenLook | None:
    """Return a look that worked, None where there is none of this id."""
    rows = client.query(
        "SELECT toString(event_id), account_id, source, toUnixTimestamp64Micro(looked_at) FROM looks"
        " WHERE event_id = {id:UUID} AND failed = '' ORDER BY recorded_at LIMIT 1",
        parameters={"id": look_id},
    ).result_rows
    return next(_taken(rows), None)


def looks_between(client: Client, account_id: str, first: datetime, last: datetime) -> list[TakenLook]:
    """Return the looks at an account in [first, last] that worked and were not withdrawn, by time."""
    rows = client.query(
        "SELECT toString(event_id), account_id, source, toUnixTimestamp64Micro(looked_at) FROM looks"
        " WHERE account_key = cityHash64({a:String}) AND failed = ''"
        " AND looked_at BETWEEN fromUnixTimestamp64Micro({f:Int64}, 'UTC')"
        " AND fromUnixTimestamp64Micro({l:Int64}, 'UTC')"
        " AND toString(event_id) NOT IN (SELECT JSONExtractString(data, 'corrects') FROM occasional_records"
        " WHERE topic = 'facts' AND type = 'look.withdrawn' AND subject = {a:String})"
        " ORDER BY looked_at, event_id, recorded_at LIMIT 1 BY event_id",
        parameters={"a": account_id, "f": to_micros(first), "l": to_micros(last)},
    ).result_rows
    return list(_taken(rows))


def _taken(rows: Iterable[Sequence[Any]]) -> Iterator[TakenLook]:
    return (
        TakenLook(UUID(look), account, source, from_micros(int(at))) for look, account, source, at in rows
    )


def newest_by_look(client: Client, looks: Iterable[UUID]) -> dict[UUID, datetime | None]:
    """Return the newest post that each known look named, None where it saw none; unknown looks are absent."""
    found: dict[UUID, datetime | None] = {}
    for ids in _parts(looks):
        rows = client.query(
            "SELECT toString(id), toUnixTimestamp64Micro("
            "parseDateTime64BestEffortOrNull(JSONExtractString(data, 'newest_post_at'), 6, 'UTC')) FROM records"
            " WHERE topic = 'facts' AND type = 'account.patrolled' AND id IN {ids:Array(UUID)}"
            " ORDER BY recorded_at LIMIT 1 BY id",
            parameters={"ids": ids},
        ).result_rows
        found |= {UUID(look): None if at is None else from_micros(int(at)) for look, at in rows}
    return found


def withdrawn_among(client: Client, posts: Iterable[UUID], known_at: datetime | None = None) -> set[UUID]:
    """Return which of these posts were withdrawn, by K if one is given: void from the start, not since a deletion."""
    until = to_micros(known_at) if known_at is not None else _EVER_US
    void: set[UUID] = set()
    for ids in _parts(posts):
        rows = client.query(
            "SELECT DISTINCT toString(post_id) FROM post_voids"
            " WHERE void_from = toDateTime64(0, 6, 'UTC') AND post_id IN {ids:Array(UUID)}"
            " AND toUnixTimestamp64Micro(recorded_at) <= {k:Int64}",
            parameters={"ids": ids, "k": until},
        ).result_rows
        void |= {UUID(post) for (post,) in rows}
    return void


def withdrawn_posts(client: Client) -> set[UUID]:
    """Return every post that was withdrawn."""
    rows = client.query(
        "SELECT DISTINCT toString(post_id) FROM post_voids WHERE void_from = toDateTime64(0, 6, 'UTC')"
    ).result_rows
    return {UUID(post) for (post,) in rows}


def posts_of_ids(client: Client, posts: Iterable[UUID]) -> dict[UUID, ObservedPost]:
    """Return the known ones of these posts, withdrawn ones too, as each was told first."""
    found: dict[UUID, ObservedPost] = {}
    for ids in _parts(posts):
        rows = client.query(
            "SELECT toString(id), subject, toUnixTimestamp64Micro(time), JSONExtractBool(data, 'date_only')"
            " FROM records WHERE topic = 'facts' AND type = 'post.published' AND id IN {ids:Array(UUID)}"
            " ORDER BY recorded_at LIMIT 1 BY id",
            parameters={"ids": ids},
        ).result_rows
        for post, account, at, date_only in rows:
            found[UUID(post)] = ObservedPost(UUID(post), account, from_micros(int(at)), bool(date_only))
    return found


def withdrawn_looks_among(client: Client, looks: Iterable[UUID]) -> set[UUID]:
    """Return which of these looks were withdrawn."""
    void: set[UUID] = set()
    for ids in _parts(looks):
        rows = client.query(
            "SELECT DISTINCT JSONExtractString(data, 'corrects') AS look FROM occasional_records"
            " WHERE topic = 'facts' AND type = 'look.withdrawn' AND look IN {ids:Array(String)}",
            parameters={"ids": [str(look) for look in ids]},
        ).result_rows
        void |= {UUID(look) for (look,) in rows}
    return void


def post_of_id(client: Client, post_id: UUID) -> ObservedPost | None:
    """Return a post, None where there is none of this id."""
    rows = client.query(
        "SELECT toString(id), subject, toUnixTimestamp64Micro(time) FROM records"
        " WHERE topic = 'facts' AND type = 'post.published' AND id = {id:UUID} ORDER BY recorded_at LIMIT 1",
        parameters={"id": post_id},
    ).result_rows
    return next(_observed(rows), None)


def deletion_of(client: Client, post_id: UUID) -> tuple[UUID, datetime] | None:
    """Return the first fact that says a post was deleted, and when it was; None where none does."""
    rows = client.query(
        "SELECT toString(event_id), toUnixTimestamp64Micro(void_from) FROM post_voids"
        " WHERE post_id = {id:UUID} AND void_from > toDateTime64(0, 6, 'UTC') ORDER BY recorded_at LIMIT 1",
        parameters={"id": post_id},
    ).result_rows
    return next(((UUID(event), from_micros(int(at))) for event, at in rows), None)


def posted_by(client: Client, account_id: str, until: datetime) -> bool:
    """Tell whether a post of an account that was not withdrawn is known by a moment of the world."""
    rows = client.query(
        "SELECT 1 FROM posts WHERE account_key = cityHash64({a:String})"
        " AND published_at <= fromUnixTimestamp64Micro({u:Int64}, 'UTC')"
        " AND event_id NOT IN (SELECT post_id FROM post_voids"
        " WHERE account_key = cityHash64({a:String}) AND void_from = toDateTime64(0, 6, 'UTC')) LIMIT 1",
        parameters={"a": account_id, "u": to_micros(until)},
    ).result_rows
    return bool(rows)


def last_look_by_hand(client: Client, account_id: str, before: datetime) -> datetime | None:
    """Return when people looked at an account last before a moment, None where they never did."""
    (newest,) = client.query(
        "SELECT maxOrNull(toUnixTimestamp64Micro(looked_at)) FROM looks WHERE account_key = cityHash64({a:String})"
        " AND by_hand AND failed = '' AND looked_at < fromUnixTimestamp64Micro({b:Int64}, 'UTC')",
        parameters={"a": account_id, "b": to_micros(before)},
    ).result_rows[0]
    return None if newest is None else from_micros(int(newest))


def times_of_posts(client: Client, account_id: str, posts: Iterable[UUID]) -> dict[UUID, tuple[int, bool]]:
    """Return when these posts of an account were published (microseconds), and whether by their day alone."""
    found: dict[UUID, tuple[int, bool]] = {}
    for ids in _parts(posts):
        rows = client.query(
            "SELECT toString(event_id), toUnixTimestamp64Micro(published_at), date_only FROM posts"
            " WHERE account_key = cityHash64({a:String}) AND event_id IN {ids:Array(UUID)}"
            " ORDER BY recorded_at LIMIT 1 BY event_id",
            parameters={"a": account_id, "ids": ids},
        ).result_rows
        found |= {UUID(post): (int(at), bool(by_day)) for post, at, by_day in rows}
    return found


def posts_between(client: Client, account_id: str, first: datetime, last: datetime) -> list[ObservedPost]:
    """Return the posts of an account in [first, last] that were not withdrawn, by time."""
    rows = client.query(
        "SELECT toString(event_id), account_id, toUnixTimestamp64Micro(published_at) FROM posts"
        " WHERE account_key = cityHash64({a:String})"
        " AND published_at BETWEEN fromUnixTimestamp64Micro({f:Int64}, 'UTC')"
        " AND fromUnixTimestamp64Micro({l:Int64}, 'UTC')"
        " AND event_id NOT IN (SELECT post_id FROM post_voids"
        " WHERE account_key = cityHash64({a:String}) AND void_from = toDateTime64(0, 6, 'UTC'))"
        " ORDER BY published_at, event_id, recorded_at LIMIT 1 BY event_id",
        parameters={"a": account_id, "f": to_micros(first), "l": to_micros(last)},
    ).result_rows
    return list(_observed(rows))


def _observed(rows: Iterable[Sequence[Any]]) -> Iterator[ObservedPost]:
    return (ObservedPost(UUID(post), account, from_micros(int(at))) for post, account, at in rows)


def _parts(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
