"""Where the history of each partition of the log ends, and how tables behind the raw one catch up with it."""

import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import uuid4

import msgspec
from clickhouse_connect.driver.client import Client

Place = tuple[str, int]
"""A topic (`facts` or `derived`) and a partition of it."""


class Head(msgspec.Struct, frozen=True):
    """The end of one partition in the history."""

    next_offset: int = 0  # after the last record of the log's present life
    recorded_at: int = 0  # microseconds; the least that the next record may have


def read_heads(client: Client, incarnations: Mapping[str, str]) -> dict[Place, Head]:
    """Return where the next record of each partition goes; partitions without any record are missing.

    `incarnations` names the present life of each topic. What it records is later than all that an earlier life did,
    so `(recorded_at, offset)` orders the rows of a partition over all of them.
    """
    rows = client.query(
        "SELECT topic, partition, incarnation, max((recorded_at, offset)) AS place,"
        " toUnixTimestamp64Micro(place.1), place.2 FROM records GROUP BY topic, partition, incarnation"
    ).result_rows
    heads: dict[Place, Head] = {}
    for topic, partition, incarnation, _, recorded_at, offset in rows:
        known = heads.get((topic, partition), Head())
        own = incarnation == incarnations.get(topic)
        heads[topic, partition] = Head(
            offset + 1 if own else known.next_offset,
            max(known.recorded_at, recorded_at if own else recorded_at + 1),
        )
    return heads


def next_offsets(client: Client, incarnations: Mapping[str, str]) -> dict[Place, int]:
    """Return the offset after the last stored record of each partition that has one."""
    heads = read_heads(client, incarnations)
    return {place: head.next_offset for place, head in heads.items() if head.next_offset}


def repair_views(
    client: Client, places: Collection[Place] | None = None, *, settled_after_s: float = 0.0
) -> None:
    """Fill each table that hangs off the raw one with what a crash kept from it; None: of every partition.

    A table is behind in the last batch of a partition at most, for whoever stores the next one has repaired before.
    Where another process may have died or slept within an insert, that insert may still be filling the tables: what
    is behind is then looked at again after `settled_after_s` seconds, the longest that an insert takes, until nothing
    moves any more: an engine that is short of processors keeps its limits late.
    """
    found = list(_behind(client, places))
    moving = bool(settled_after_s)
    while found and moving:
        time.sleep(settled_after_s)
        before, found = found, list(_behind(client, places))
        moving = found != before
    for table, select, topic_of, (topic, partition), at, offset in found:
        client.command(
            f"INSERT INTO {table} SELECT * FROM ({select}) WHERE partition = {{p:UInt16}} AND {topic_of} = {{t:String}}"  # noqa: S608 (names of our own migrations)
            " AND (recorded_at, offset) > (fromUnixTimestamp64Micro({a:Int64}, 'UTC'), {o:UInt64})"
            " ORDER BY recorded_at, offset",
            parameters={"p": partition, "t": topic, "a": at, "o": offset},
            settings={"insert_deduplication_token": uuid4().hex},
        )


def _behind(
    client: Client, places: Collection[Place] | None
) -> Iterator[tuple[str, str, str, Place, int, int]]:
    """Yield table, query that feeds it, its topic, place, and the last record that the table has of the place."""
    feeds: Any = client.query(
        "SELECT name, as_select FROM system.tables"
        " WHERE database = currentDatabase() AND engine = 'MaterializedView' ORDER BY name"
    ).result_rows
    for name, select in feeds:
        table = name.removesuffix("_feed")
        topic_of = "topic" if table == "occasional_records" else "'facts'"
        newest = f"SELECT {topic_of} AS t, partition AS p, max((recorded_at, offset)) AS place FROM"
        rows = client.query(
            "SELECT t, p, toUnixTimestamp64Micro(target.place.1), target.place.2"  # noqa: S608 (as above)
            f" FROM ({newest} ({select}) GROUP BY t, p) AS source"
            f" LEFT JOIN ({newest} {table} GROUP BY t, p) AS target USING (t, p) WHERE source.place > target.place"
        ).result_rows
        for topic, partition, at, offset in rows:
            if places is None or (topic, partition) in places:
                yield table, select, topic_of, (topic, partition), at, offset
