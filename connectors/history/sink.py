"""The sink: from the log into the history, resuming from the database, one atomic insert a batch."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from connectors.history.client import INSERT_SETTINGS, HistoryError
from connectors.history.record_table import NO_ID, record_table
from events.envelope import Record

BATCH_RECORDS = 50_000
TOPICS = ("facts", "derived")

_REPEATS = pa.field("repeats", pa.bool_())


class Range(msgspec.Struct, frozen=True):
    """A stretch of one partition: from `begin` up to before `end`."""

    partition: int
    begin: int
    end: int


class ReadableLog(Protocol):
    """What the sink needs of a log."""

    partitions: int
    incarnation: str

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]: ...


class Sink:
    """Copies records into the history in order.

    1. On start it asks the database for the next offset of each partition and lets tables that hang off the raw one
       catch up: a raw insert and its views are not one transaction.
    2. A batch holds the next records of every partition and is one insert, which is atomic: nothing of it is stored
       or all of it. Ids that an earlier record of the same partition has are looked up, and those records marked as
       repeats: the first record of an id counts, and no query has to find it out again.
    3. At most one insert is in flight, with a token of log, ranges and content, so that an insert whose answer was
       lost is not stored twice.
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
            while records := self._next_records(topic, offsets):
                self._store(topic, records, offsets)
                copied += len(records)
                progress(len(records))
        self._next = offsets
        return copied

    def _resume(self) -> dict[tuple[str, int], int]:
        repair_views(self._client)
        return next_offsets(self._client, self._log.incarnation)

    def _next_records(self, topic: str, offsets: dict[tuple[str, int], int]) -> list[Record]:
        records: list[Record] = []
        for partition in range(self._log.partitions):
            room = BATCH_RECORDS - len(records)
            if room > 0:
                records += self._log.read(topic, partition, offsets.get((topic, partition), 0), room)
        return records

    def _store(self, topic: str, records: list[Record], offsets: dict[tuple[str, int], int]) -> None:
        ranges = _ranges(records)
        spans = ",".join(f"{r.partition}:{r.begin}-{r.end}" for r in ranges)
        token = f"{self._log.incarnation}/{topic}/{spans}/{_content_hash(records)}"
        table = record_table(topic, self._log.incarnation, records)
        ids = table.column("id").to_pylist()
        repeats = _repeats(records, ids, self._known_ids(topic, ranges, ids))
        self._fail_point("sink.before_insert")
        self._client.insert_arrow(
            "records",
            table.append_column(_REPEATS, pa.array(repeats, _REPEATS.type)),
            settings={**INSERT_SETTINGS, "insert_deduplication_token": token},
        )
        self._fail_point("sink.after_insert")
        stored = self._stored(topic, ranges)
        if stored != len(records):
            raise HistoryError(f"{topic} {spans}: sent {len(records)} rows, {stored} stored")
        offsets.update({(topic, r.partition): r.end for r in ranges})

    def _known_ids(self, topic: str, ranges: Sequence[Range], ids: Sequence[bytes]) -> set[tuple[int, bytes]]:
        """Return which partitions hold which of these ids before the batch, or from an earlier log."""
        where, parameters = _where(ranges, "(incarnation != {i:String} OR offset < {b:UInt64})")
        parameters |= {"t": topic, "i": self._log.incarnation, "ids": [_as_number(i) for i in ids]}
        rows = self._client.query(
            f"SELECT DISTINCT partition, id FROM records WHERE topic = {{t:String}} AND ({where})"  # noqa: S608
            " AND id IN (SELECT reinterpret(arrayJoin({ids:Array(UInt128)}), 'UUID'))",
            parameters=parameters,
        ).result_rows
        return {(partition, event_id.bytes) for partition, event_id in rows}

    def _stored(self, topic: str, ranges: Sequence[Range]) -> int:
        where, parameters = _where(ranges, "offset >= {b:UInt64} AND offset < {e:UInt64}")
        row = self._client.query(
            "SELECT count() FROM records WHERE topic = {t:String} AND incarnation = {i:String}"  # noqa: S608
            f" AND ({where})",
            parameters={"t": topic, "i": self._log.incarnation, **parameters},
        ).result_rows[0]
        return int(row[0])


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


def _ranges(records: Sequence[Record]) -> list[Range]:
    """Return the stretch of each partition in a batch; records of a partition stand together, in order."""
    ends: dict[int, tuple[int, int]] = {}
    for record in records:
        begin, _ = ends.get(record.partition, (record.offset, 0))
        ends[record.partition] = (begin, record.offset + 1)
    return [Range(partition, begin, end) for partition, (begin, end) in ends.items()]


def _where(ranges: Sequence[Range], condition: str) -> tuple[str, dict[str, Any]]:
    """Return a condition on each partition of a batch, with its own parameters, and their values."""
    parts = []
    parameters: dict[str, Any] = {}
    for n, r in enumerate(ranges):
        own = condition.replace("{b:", f"{{b{n}:").replace("{e:", f"{{e{n}:")
        parts.append(f"partition = {{p{n}:UInt16}} AND {own}")
        parameters |= {f"p{n}": r.partition, f"b{n}": r.begin, f"e{n}": r.end}
    return " OR ".join(f"({part})" for part in parts), parameters


def _as_number(event_id: bytes) -> int:
    """Return an id as ClickHouse keeps it: numbers bind faster than texts."""
    return int.from_bytes(event_id[8:], "big") << 64 | int.from_bytes(event_id[:8], "big")


def _repeats(records: Sequence[Record], ids: Sequence[bytes], known: set[tuple[int, bytes]]) -> list[bool]:
    """Tell of each record whether an earlier one of its partition has its id; a dead letter is nobody's repeat."""
    seen = set(known)
    repeats = []
    for record, event_id in zip(records, ids, strict=True):
        key = (record.partition, event_id)
        repeats.append(key in seen and event_id != NO_ID)
        seen.add(key)
    return repeats


def _content_hash(records: Sequence[Record]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for record in records:
        digest.update(record.value)
    return digest.hexdigest()
