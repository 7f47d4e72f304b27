"""The sink: from the log into the history, resuming from the database, one partition a batch."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

import pyarrow as pa
from clickhouse_connect.driver.client import Client

from connectors.history.client import INSERT_SETTINGS, HistoryError
from events.codec import CODEC, UnknownTypeError, UnreadableEventError
from events.envelope import Record
from events.instants import from_micros

BATCH_RECORDS = 50_000
UNREADABLE = "unreadable"
TOPICS = ("facts", "derived")

_SCHEMA = pa.schema(
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
    ]
)
_REPEATS = pa.field("repeats", pa.bool_())
_NO_ID = UUID(int=0).bytes


class ReadableLog(Protocol):
    """What the sink needs of a log."""

    partitions: int
    incarnation: str

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]: ...


class Sink:
    """Copies records into the history in order.

    1. On start it asks the database for the next offset of each partition and lets tables that hang off the raw one
       catch up: a raw insert and its views are not one transaction.
    2. Ids of a batch that an earlier record of the partition has are looked up, and those records marked as repeats:
       the first record of an id counts, and no query has to find it out again.
    3. A batch is one insert of one partition, at most one in flight, with a token of log, range and content, so that
       an insert whose answer was lost is not stored twice.
    4. The database is asked whether it holds as many rows as were sent: `written_rows` of an insert counts those of
       views too, and on some servers those that a token dropped. After an error `catch_up` begins with step 1 again.
    """

    def __init__(
        self, client: Client, log: ReadableLog, *, fail_point: Callable[[str], None] = lambda _: None
    ) -> None:
        self._client = client
        self._log = log
        self._fail_point = fail_point
        self._next: dict[tuple[str, int], int] | None = self._resume()

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Copy everything that the log holds now; returns the number of records copied."""
        offsets, self._next = self._next or self._resume(), None
        copied = 0
        for topic in TOPICS:
            for partition in range(self._log.partitions):
                while count := self._copy(topic, partition, offsets):
                    copied += count
                    progress(count)
        self._next = offsets
        return copied

    def _resume(self) -> dict[tuple[str, int], int]:
        repair_views(self._client)
        return next_offsets(self._client, self._log.incarnation)

    def _copy(self, topic: str, partition: int, offsets: dict[tuple[str, int], int]) -> int:
        begin = offsets.get((topic, partition), 0)
        records = self._log.read(topic, partition, begin, BATCH_RECORDS)
        if not records:
            return 0
        end = records[-1].offset + 1
        token = f"{self._log.incarnation}/{topic}/{partition}/{begin}-{end}/{_content_hash(records)}"
        table = _table(topic, self._log.incarnation, records)
        ids = table.column("id").to_pylist()
        repeats = _repeats(ids, known_ids(self._client, topic, partition, self._log.incarnation, begin, ids))
        self._fail_point("sink.before_insert")
        self._client.insert_arrow(
            "records",
            table.append_column(_REPEATS, pa.array(repeats, _REPEATS.type)),
            settings={**INSERT_SETTINGS, "insert_deduplication_token": token},
        )
        self._fail_point("sink.after_insert")
        stored = self._stored(topic, partition, begin, end)
        if stored != len(records):
            raise HistoryError(
                f"{topic}/{partition}: sent {len(records)} rows from {begin} on, {stored} stored"
            )
        offsets[topic, partition] = end
        return len(records)

    def _stored(self, topic: str, partition: int, begin: int, end: int) -> int:
        rows = self._client.query(
            "SELECT count() FROM records WHERE topic = {t:String} AND partition = {p:UInt16}"
            " AND incarnation = {i:String} AND offset >= {b:UInt64} AND offset < {e:UInt64}",
            parameters={"t": topic, "p": partition, "i": self._log.incarnation, "b": begin, "e": end},
        ).result_rows
        return int(rows[0][0])


def repair_views(client: Client) -> None:
    """Fill each table that hangs off the raw one with what a crash kept from it."""
    feeds = client.query(
        "SELECT name, as_select FROM system.tables"
        " WHERE database = currentDatabase() AND engine = 'MaterializedView' ORDER BY name"
    ).result_rows
    for name, select in feeds:
        table = name.removesuffix("_feed")
        topic = "topic" if table == "occasional_records" else "'facts'"
        behind = client.query(
            f"SELECT t, p, have FROM (SELECT {topic} AS t, partition AS p, max(offset) + 1 AS want"  # noqa: S608 (names of our own migrations)
            f" FROM ({select}) GROUP BY t, p) AS source LEFT JOIN (SELECT {topic} AS t, partition AS p,"
            f" max(offset) + 1 AS have FROM {table} GROUP BY t, p) AS target USING (t, p) WHERE want > have"
        ).result_rows
        for of_topic, partition, have in behind:
            client.command(
                f"INSERT INTO {table} SELECT * FROM ({select}) WHERE partition = {{p:UInt16}}"  # noqa: S608
                f" AND offset >= {{o:UInt64}} AND {topic} = {{t:String}}",
                parameters={"p": partition, "o": have, "t": of_topic},
                settings={"insert_deduplication_token": uuid4().hex},
            )


def next_offsets(client: Client, incarnation: str) -> dict[tuple[str, int], int]:
    """Return the offset after the last stored record of each topic and partition."""
    rows = client.query(
        "SELECT topic, partition, max(offset) + 1 FROM records WHERE incarnation = {i:String}"
        " GROUP BY topic, partition",
        parameters={"i": incarnation},
    ).result_rows
    return {(topic, partition): offset for topic, partition, offset in rows}


def known_ids(
    client: Client, topic: str, partition: int, incarnation: str, begin: int, ids: Sequence[bytes]
) -> set[bytes]:
    """Return which of these ids stand before `begin` in a partition, or in the same one of an earlier log."""
    rows = client.query(
        "SELECT DISTINCT id FROM records WHERE topic = {t:String} AND partition = {p:UInt16}"
        " AND (incarnation != {i:String} OR offset < {o:UInt64})"
        " AND id IN (SELECT reinterpret(arrayJoin({ids:Array(UInt128)}), 'UUID'))",
        parameters={
            "t": topic,
            "p": partition,
            "i": incarnation,
            "o": begin,
            "ids": [_as_number(i) for i in ids],
        },
    ).result_rows
    return {event_id.bytes for (event_id,) in rows}


def _as_number(event_id: bytes) -> int:
    """Return an id as ClickHouse keeps it: numbers bind faster than texts."""
    return int.from_bytes(event_id[8:], "big") << 64 | int.from_bytes(event_id[:8], "big")


def _repeats(ids: Sequence[bytes], known: set[bytes]) -> list[bool]:
    seen = set(known)
    repeats = []
    for event_id in ids:
        repeats.append(event_id in seen and event_id != _NO_ID)
        seen.add(event_id)
    return repeats


def _content_hash(records: Sequence[Record]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for record in records:
        digest.update(record.value)
    return digest.hexdigest()


def _table(topic: str, incarnation: str, records: Sequence[Record]) -> pa.Table:
    count = len(records)
    rows = [_row(record) for record in records]
    ids, types, sources, subjects, times, schemas, data = zip(*rows, strict=True)
    columns = [
        [topic] * count,
        [incarnation] * count,
        [r.partition for r in records],
        [r.offset for r in records],
        [r.recorded_at for r in records],
        ids,
        types,
        sources,
        subjects,
        times,
        schemas,
        data,
    ]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)


def _row(record: Record) -> tuple[bytes, str, str, str, datetime, str, str]:
    """Return the envelope's columns; a dead letter stands as what it is, so that offsets have no gap.

    What the folds cannot read counts for nobody, so SQL meets no data that does not fit its schema. A type that this
    release does not know is kept under its name.
    """
    try:
        e = CODEC.envelope(record.value)
        time = e.time.astimezone(UTC)
        with suppress(UnknownTypeError):
            CODEC.data(e)
    except (UnreadableEventError, OverflowError):
        return _NO_ID, UNREADABLE, "", "", from_micros(record.recorded_at), "", record.value.hex()
    return e.id.bytes, e.type, e.source, e.subject, time, e.dataschema, bytes(e.data).decode()
