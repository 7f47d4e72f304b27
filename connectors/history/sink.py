"""The sink: from the log into the history, resuming from the database, one partition a batch."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import pyarrow as pa
from clickhouse_connect.driver.client import Client

from connectors.history.client import INSERT_SETTINGS, HistoryError
from events.codec import CODEC, UnreadableEventError
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
    2. A batch is one insert of one partition, at most one in flight, with a token of log, range and content, so that
       an insert whose answer was lost is not stored twice.
    3. The database must report as many rows as were sent; fewer is an error and the batch is tried again.
    """

    def __init__(
        self, client: Client, log: ReadableLog, *, fail_point: Callable[[str], None] = lambda _: None
    ) -> None:
        self._client = client
        self._log = log
        self._fail_point = fail_point
        repair_views(client)
        self._next = next_offsets(client, log.incarnation)

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Copy everything that the log holds now; returns the number of records copied."""
        copied = 0
        for topic in TOPICS:
            for partition in range(self._log.partitions):
                while count := self._copy(topic, partition):
                    copied += count
                    progress(count)
        return copied

    def _copy(self, topic: str, partition: int) -> int:
        begin = self._next.get((topic, partition), 0)
        records = self._log.read(topic, partition, begin, BATCH_RECORDS)
        if not records:
            return 0
        end = records[-1].offset + 1
        token = f"{self._log.incarnation}/{topic}/{partition}/{begin}-{end}/{_content_hash(records)}"
        self._fail_point("sink.before_insert")
        summary = self._client.insert_arrow(
            "records",
            _table(topic, self._log.incarnation, records),
            settings={**INSERT_SETTINGS, "insert_deduplication_token": token},
        )
        self._fail_point("sink.after_insert")
        if summary.written_rows < len(records):
            raise HistoryError(
                f"{topic}/{partition}: sent {len(records)} rows, {summary.written_rows} written"
            )
        self._next[topic, partition] = end
        return len(records)


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
            )


def next_offsets(client: Client, incarnation: str) -> dict[tuple[str, int], int]:
    """Return the offset after the last stored record of each topic and partition."""
    rows = client.query(
        "SELECT topic, partition, max(offset) + 1 FROM records WHERE incarnation = {i:String}"
        " GROUP BY topic, partition",
        parameters={"i": incarnation},
    ).result_rows
    return {(topic, partition): offset for topic, partition, offset in rows}


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
    """Return the envelope's columns; a dead letter stands as what it is, so that offsets have no gap."""
    try:
        e = CODEC.envelope(record.value)
    except UnreadableEventError:
        return _NO_ID, UNREADABLE, "", "", from_micros(record.recorded_at), "", record.value.hex()
    return e.id.bytes, e.type, e.source, e.subject, e.time, e.dataschema, bytes(e.data).decode()
