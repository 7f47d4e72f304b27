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


class ObservedPost(msgspec.Struct, frozen=True):
    """A post as it was told first."""

    id: UUID
    account_id: str
    published_at: datetime
    date_only: bool = False


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


def withdrawn_among(client: Client, posts: Iterable[UUID]) -> set[UUID]:
    """Return which of these posts were withdrawn: void from the start, not since a deletion."""
    void: set[UUID] = set()
    for ids in _parts(posts):
        rows = client.query(
            "SELECT DISTINCT toString(post_id) FROM post_voids"
            " WHERE void_from = toDateTime64(0, 6, 'UTC') AND post_id IN {ids:Array(UUID)}",
            parameters={"ids": ids},
        ).result_rows
        void |= {UUID(post) for (post,) in rows}
    return void


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


def post_of_id(client: Client, post_id: UUID) -> ObservedPost | None:
    """Return a post, None where there is none of this id."""
    rows = client.query(
        "SELECT toString(id), subject, toUnixTimestamp64Micro(time) FROM records"
        " WHERE topic = 'facts' AND type = 'post.published' AND id = {id:UUID} ORDER BY recorded_at LIMIT 1",
        parameters={"id": post_id},
    ).result_rows
    return next(_observed(rows), None)


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
