"""The embedded sink: from the log into the history, resuming from the database, one atomic insert a batch."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

from clickhouse_connect.driver.client import Client

from connectors.history.agreement import require_one_past
from connectors.history.crash_mark import Settled
from connectors.history.heads import Place, repair_views
from connectors.history.known_ids import KnownIds
from connectors.history.writer import BATCH_RECORDS, Batch, Range, Writer
from connectors.log.port import DERIVED, FACTS
from events.envelope import Record

TOPICS = (FACTS, DERIVED)


class ReadableLog(Protocol):
    """What the sink needs of a log."""

    partitions: int
    incarnation: str

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]: ...

    def end_offsets(self, topic: str) -> list[int]: ...


class Sink:
    """Copies records into the history in order; whoever holds it owns the home, so nobody else does.

    1. On start it asks the database for the next offset of each partition, refuses a log that holds other records
       there (`OtherPastError`), and lets tables that hang off the raw one catch up: a raw insert and its views are not
       one transaction. Where `settled` says that no batch was under way, they need not; None: nobody keeps it.
    2. A batch holds the next records of every partition and is one insert (`Writer`), whose token names log, ranges
       and content. At most one is in flight.
    3. After an error `catch_up` begins with step 1 again.
    """

    def __init__(
        self,
        client: Client,
        log: ReadableLog,
        settled: Settled | None = None,
        *,
        fail_point: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._settled = settled
        self._has_to_note = False  # who has neither looked nor stored does not say that all is well
        self._fail_point = fail_point
        self._log = log
        self._next: dict[Place, int] | None = self._resume()

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Copy everything that the log holds now; returns the number of records copied."""
        offsets = self._resume() if self._next is None else self._next
        self._next = None
        copied = 0
        for topic in TOPICS:
            while records := self._next_records(topic, offsets):
                batch = self._batch(topic, records)
                self._begin()
                self._writer.store(batch)
                offsets.update({(topic, r.partition): r.end for r in batch.ranges})
                copied += len(records)
                progress(len(records))
        self._next = offsets
        if self._settled is not None and self._has_to_note:
            self._settled.note()
            self._has_to_note = False
        return copied

    def _begin(self) -> None:
        """Note that a batch is under way."""
        self._has_to_note = True
        if self._settled is not None:
            self._settled.clear()

    def _resume(self) -> dict[Place, int]:
        self._writer = Writer(self._client, known_ids=KnownIds(self._client), fail_point=self._fail_point)
        lives = dict.fromkeys(TOPICS, self._log.incarnation)
        ends = require_one_past(self._client, self._log, lives)
        if self._settled is None or not self._settled.is_noted():
            repair_views(self._client)
            self._has_to_note = True
        return ends

    def _next_records(self, topic: str, offsets: dict[Place, int]) -> list[Record]:
        records: list[Record] = []
        for partition in range(self._log.partitions):
            room = BATCH_RECORDS - len(records)
            if room > 0:
                records += self._log.read(topic, partition, offsets.get((topic, partition), 0), room)
        return records

    def _batch(self, topic: str, records: Sequence[Record]) -> Batch:
        ranges = _ranges(records)
        spans = ",".join(map(str, ranges))
        token = f"{self._log.incarnation}/{topic}/{spans}/{_content_hash(records)}"
        return Batch(topic, self._log.incarnation, ranges, records, token)


def _ranges(records: Sequence[Record]) -> tuple[Range, ...]:
    """Return the stretch of each partition in a batch; records of a partition stand together, in order."""
    ends: dict[int, tuple[int, int]] = {}
    for record in records:
        begin, _ = ends.get(record.partition, (record.offset, 0))
        ends[record.partition] = (begin, record.offset + 1)
    return tuple(Range(partition, begin, end) for partition, (begin, end) in ends.items())


def _content_hash(records: Sequence[Record]) -> str:
    joined = b"".join([record.value for record in records])
    return hashlib.blake2b(joined, digest_size=16).hexdigest()
