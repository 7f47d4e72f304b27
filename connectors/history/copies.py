"""Raw rows of the history out of one and into another, as they stand: the same places, times and ids."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from clickhouse_connect.driver.client import Client

from connectors.history.client import INSERT_SETTINGS, HistoryError
from events.instants import to_micros
from events.messages import message

PAGE_ROWS = 20_000

RECORDS = pa.schema(
    [
        ("topic", pa.string()),
        ("incarnation", pa.string()),
        ("partition", pa.uint16()),
        ("offset", pa.uint64()),
        ("recorded_at", pa.timestamp("us", "UTC")),
        ("id", pa.binary(16)),
        ("type", pa.string()),
        ("source", pa.string()),
        ("subject", pa.string()),
        ("time", pa.timestamp("us", "UTC")),
        ("dataschema", pa.string()),
        ("data", pa.string()),
        ("repeats", pa.bool_()),
        ("actor", pa.string()),
        ("intake", pa.string()),
        ("basis", pa.string()),
    ]
)
ORIGIN = ("actor", "intake", "basis")
"""Columns that an export of an earlier release lacks."""

_COLUMNS = ", ".join(RECORDS.names)


class Stretch(msgspec.Struct, frozen=True):
    """One partition of one life of a topic, up to its last row."""

    topic: str
    incarnation: str
    partition: int
    rows: int
    last_offset: int
    first_recorded_at: int  # microseconds
    last_recorded_at: int
    ids: int  # all ids together by exclusive or, as the database counts them


def stretches(client: Client, until: datetime | None = None) -> list[Stretch]:
    """Return every partition of every life that the history holds, the oldest life first; as recorded by a moment."""
    if until is None:
        found = _stretches(client, "1", {})
    else:
        where = "recorded_at <= fromUnixTimestamp64Micro({u:Int64}, 'UTC')"
        found = _stretches(client, where, {"u": to_micros(until)})
    begun = {(s.topic, s.incarnation): s.first_recorded_at for s in found}
    for s in found:
        key = (s.topic, s.incarnation)
        begun[key] = min(begun[key], s.first_recorded_at)
    return sorted(found, key=lambda s: (s.topic, begun[s.topic, s.incarnation], s.incarnation, s.partition))


def beginning(client: Client, stretch: Stretch, last_offset: int) -> Stretch | None:
    """Return a stretch up to an offset, None where nothing stands there."""
    where = (
        "topic = {t:String} AND partition = {p:UInt16} AND incarnation = {i:String} AND offset <= {e:UInt64}"
    )
    parameters = {"t": stretch.topic, "p": stretch.partition, "i": stretch.incarnation, "e": last_offset}
    return next(iter(_stretches(client, where, parameters)), None)


def _stretches(client: Client, where: str, parameters: dict[str, Any]) -> list[Stretch]:
    rows = client.query(
        "SELECT topic, incarnation, partition, count(), max(offset), toUnixTimestamp64Micro(min(recorded_at)),"  # noqa: S608 (conditions of our own)
        " toUnixTimestamp64Micro(max(recorded_at)), groupBitXor(reinterpretAsUInt128(id)) FROM records"
        f" WHERE {where} GROUP BY topic, incarnation, partition",
        parameters=parameters,
    ).result_rows
    return [Stretch(*row) for row in rows]


def record_pages(client: Client, stretch: Stretch) -> Iterator[pa.Table]:
    """Yield the rows of a stretch in the order of the log."""
    begin = 0
    while begin <= stretch.last_offset:
        page = client.query_arrow(
            f"SELECT {_COLUMNS} FROM records WHERE topic = {{t:String}} AND partition = {{p:UInt16}}"  # noqa: S608
            " AND incarnation = {i:String} AND offset BETWEEN {b:UInt64} AND {e:UInt64}"
            " ORDER BY offset LIMIT {n:UInt32}",
            parameters={
                "t": stretch.topic,
                "p": stretch.partition,
                "i": stretch.incarnation,
                "b": begin,
                "e": stretch.last_offset,
                "n": PAGE_ROWS,
            },
        )
        if not page.num_rows:
            return
        yield page.cast(RECORDS)
        begin = page.column("offset")[-1].as_py() + 1


def rows_held(stretch: Stretch | None, places: Iterable[pa.Table], name: str) -> int:
    """Return how many rows of a file the history holds already; these are its first ones, or it is refused.

    `places` are offsets and ids of the file, in order.
    """
    if stretch is None:
        return 0
    held = ids = 0
    for table in places:
        offsets = table.column("offset")
        inside = pc.less_equal(offsets, pa.scalar(stretch.last_offset, pa.uint64()))
        for event_id in table.column("id").filter(inside).to_pylist():
            held += 1
            ids ^= as_number(event_id)
    if (held, ids) != (stretch.rows, stretch.ids):
        raise HistoryError(
            message(
                "the history holds {rows} other rows where {name} has {held}: {topic} partition"
                " {partition} of log {incarnation}; import into a home with a history of its own",
                rows=stretch.rows,
                name=name,
                held=held,
                topic=stretch.topic,
                partition=stretch.partition,
                incarnation=stretch.incarnation,
            )
        )
    return held


def insert_tables(
    client: Client,
    table_name: str,
    tables: Iterable[pa.Table],
    token: str,
    *,
    page_rows: int = PAGE_ROWS,
    stored: Callable[[int], None],
) -> None:
    """Insert rows in pages, one in flight; `token` names their content, so that a page sent twice is stored once."""
    for number, page in enumerate(_pages(tables, page_rows)):
        settings = {**INSERT_SETTINGS, "insert_deduplication_token": f"{token}/{number}"}
        client.insert_arrow(table_name, page, settings=settings)
        stored(page.num_rows)


def as_number(event_id: bytes) -> int:
    """Return an id as the database turns it into a number."""
    return int.from_bytes(event_id[8:], "big") << 64 | int.from_bytes(event_id[:8], "big")


def _pages(tables: Iterable[pa.Table], page_rows: int) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(t.num_rows for t in waiting) >= page_rows:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).combine_chunks()
