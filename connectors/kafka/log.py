"""The log on Kafka as commands use it: facts through an idempotent producer, the connectors' memory beside it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from connectors.kafka.cluster import DEAD_LETTERS, PATIENCE_MS, RECONNECT_MS, Cluster
from connectors.kafka.dead_letters import letter_headers, letters_of, replay_headers
from connectors.kafka.letter_bytes import erase_bytes, with_bytes
from connectors.kafka.offsets import Groups
from connectors.kafka.reader import Reader
from connectors.log.clock import clock_error, is_gap
from connectors.log.dead_letters import DeadLetter, LettersErased, note
from connectors.log.memory import Memory
from connectors.log.placement import Placed, place
from connectors.log.port import DERIVED, FACTS, Admission, LogError, admit_all
from connectors.log.schema import connect, create_memory
from events.base import Payload
from events.codec import Event, encode_event
from events.envelope import Record
from events.instants import HOUR_US, to_micros
from events.messages import message

IN_FLIGHT = 20_000
"""Records sent and not yet acknowledged; a writer waits rather than let them pile up."""

_ACKNOWLEDGED = "acknowledged_at"
_NOTE_EVERY_US = HOUR_US
_MS_US = 1000
GROUP_RECORDS = 2_000
"""A group of transactions is sent when it holds so many: some ten polls of a city, a second's work."""

DELIVERY_S = 60
"""How long a record may take, brokers that are restarted included."""


class KafkaLog(Memory):
    """A log of topics; what the connectors remember lies in a file of this home.

    A transaction of the memory buffers what is to be written. At its end the brokers acknowledge the records, in the
    order of each key, and then the memory commits: a process that dies between the two does the same work again,
    under the same ids. The fact topic is written without transactions of Kafka, so its offsets have no gaps. The
    brokers' clocks tell the time, which is known once a record is acknowledged: one further behind its predecessor
    than `max_clock_gap` stops the writer (`ClockError`).
    """

    def __init__(
        self,
        cluster: Cluster,
        memory: Path,
        *,
        fail_point: Callable[[str], None],
        max_clock_gap: timedelta | None = None,
        admit: Admission = admit_all,
    ) -> None:
        self._cluster = cluster
        self._admit = admit
        self._reader = Reader(cluster)
        self._groups = Groups(cluster)
        self._lazy_producer: KafkaProducer | None = None
        self._fail_point = fail_point
        self._max_clock_gap = max_clock_gap
        self._buffer: list[dict[str, Any]] = []
        self._group: list[dict[str, Any]] | None = None  # of transactions that were ended and not sent
        self.facts_written = 0
        self.partitions = self._reader.partitions(FACTS)
        self.db = connect(memory)
        create_memory(self.db)

    def admit_for(self, admit: Admission, max_clock_gap: timedelta | None) -> None:
        """See `Log`."""
        self._admit, self._max_clock_gap = admit, max_clock_gap

    def append(self, events: Iterable[Event[Payload]]) -> int:
        """Append facts; returns the number of records once all of them are acknowledged."""
        records = self._fact_records(events)
        self._fail_point("append.before_commit")
        self._send(records)
        self._fail_point("append.after_commit")
        return len(records)

    def append_placed(self, placed: Mapping[int, Sequence[Placed]]) -> None:
        """Append facts that another log held, as bytes and in their partitions, each in order."""
        self._send(
            self._record(FACTS, p, record) for p, records in sorted(placed.items()) for record in records
        )

    def write_states(self, topic: str, states: Iterable[tuple[int, Placed]]) -> None:
        """Write states of a compacted topic by partition; returns once all of them are acknowledged."""
        self._send(self._record(topic, partition, state) for partition, state in states)

    @contextmanager
    def grouped(self) -> Iterator[None]:
        """Send and commit the transactions within by the group: acknowledgements are what they cost.

        Those of a group that were not acknowledged are forgotten, and what is done again has the ids it had.
        """
        self._group = []
        try:
            yield
            self._end_group()
        finally:
            self._group = None
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock of the memory; at the end send what was written, then commit the memory."""
        if self._group is not None:
            with self._member_of(self._group):
                yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        self._buffer = []
        try:
            yield
            self._send(self._buffer)
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise
        finally:
            self._buffer = []

    @contextmanager
    def _member_of(self, group: list[dict[str, Any]]) -> Iterator[None]:
        """Add a transaction to a group, whole or not at all; ends the group when it is large enough."""
        if not self.db.in_transaction:
            self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("SAVEPOINT member")
        self._buffer = []
        try:
            yield
            group += self._buffer
        except BaseException:
            self.db.execute("ROLLBACK TO member")
            raise
        finally:
            self.db.execute("RELEASE member")
            self._buffer = []
        if len(group) >= GROUP_RECORDS:
            self._end_group()

    def _end_group(self) -> None:
        """Send a group, then commit the memory."""
        if self._group:
            self._send(self._group)
            self._group.clear()
        if self.db.in_transaction:
            self.db.execute("COMMIT")

    def write_facts(self, events: Iterable[Event[Payload]]) -> int:
        """Buffer facts until the end of the transaction; returns the number of records."""
        records = self._fact_records(events)
        self._buffer += records
        return len(records)

    def write_derived(self, partition: int, events: Iterable[Event[Payload]]) -> None:
        """Buffer derived events until the end of the transaction."""
        self._buffer += [self._record(DERIVED, partition, Placed(e.subject, encode_event(e))) for e in events]

    def note_letter(self, letter: DeadLetter) -> None:
        """Keep the bytes of a dead letter in the memory, and buffer its record until the end of the transaction."""
        note(self.db, letter)
        self._buffer.append(self._letter_record(b"", letter_headers(letter)))

    def letters(self) -> list[DeadLetter]:
        return with_bytes(self._letters_in_topic(), self.db, self._reader.read)

    def erase_letters(self, ids: Iterable[int]) -> LettersErased:
        wanted = set(ids)
        return erase_bytes(self.db, [letter for letter in self._letters_in_topic() if letter.id in wanted])

    def mark_replayed(self, ids: Iterable[int]) -> None:
        now = datetime.now(UTC)
        self._buffer += [self._letter_record(b"", replay_headers(i, now)) for i in ids]

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        return self._reader.read(topic, partition, offset, limit)

    def end_offsets(self, topic: str) -> list[int]:
        return self._reader.end_offsets(topic)

    def closed_until(self) -> None:
        """Return nothing: each partition has the clock of its own broker."""

    def stored_offsets(self) -> list[int]:
        """Return what the sinks have committed: they do so once an insert and its views are answered."""
        stored = self._groups.committed("sink", FACTS)
        return [stored.get(p, 0) for p in range(self.partitions)]

    def life(self, topic: str) -> str:
        """Return what the history calls the present life of a topic."""
        return self._reader.life(topic)

    def holds_nothing(self, topic: str, partition: int, begin: int, end: int) -> bool:
        """Tell whether marks of transactions, and what was aborted, are all that stands in a stretch."""
        return not self._reader.first_waiting(topic, {partition: begin}) and (
            self._reader.stable_offsets(topic)[partition] >= end
        )

    def close(self) -> None:
        if self._lazy_producer is not None:
            self._lazy_producer.close()
        self._reader.close()
        self._groups.close()
        self.db.close()

    def _letters_in_topic(self) -> list[DeadLetter]:
        messages = self._reader.messages(DEAD_LETTERS, 0)
        return letters_of((m.offset, m.value, m.headers) for m in messages)

    def _fact_records(self, events: Iterable[Event[Payload]]) -> list[dict[str, Any]]:
        facts = self._admit(list(events))
        placed = place(facts, self.partitions)
        return [self._record(FACTS, p, record) for p, records in sorted(placed.items()) for record in records]

    def _record(self, topic: str, partition: int, placed: Placed) -> dict[str, Any]:
        return {
            "topic": self._cluster.topic(topic),
            "partition": partition,
            "key": placed.key.encode(),
            "value": placed.value,
        }

    def _letter_record(self, value: bytes, headers: list[tuple[str, bytes]]) -> dict[str, Any]:
        return {
            "topic": self._cluster.topic(DEAD_LETTERS),
            "partition": 0,
            "value": value,
            "headers": headers,
        }

    def _send(self, records: Iterable[dict[str, Any]]) -> None:
        """Send records and wait until every one is acknowledged; raises `LogError` where one was not."""
        waiting: deque[Any] = deque()
        taken = _Taken(self._cluster.topic(FACTS))
        try:
            for record in records:
                waiting.append(self._producer.send(**record))
                if len(waiting) >= IN_FLIGHT:
                    taken.note(waiting.popleft().get(timeout=DELIVERY_S))
            if waiting:
                self._producer.flush(timeout=DELIVERY_S)
            while waiting:
                taken.note(waiting.popleft().get(timeout=DELIVERY_S))
        except KafkaError as e:
            raise LogError(
                message(
                    "Kafka at {bootstrap} did not take all records: {name}: {error}; do the same"
                    " again once the brokers answer, what was taken counts once",
                    bootstrap=self._cluster.bootstrap,
                    name=type(e).__name__,
                    error=e,
                )
            ) from e
        self.facts_written += taken.facts
        if taken.newest:
            self._check_clock(taken)

    def _check_clock(self, taken: "_Taken") -> None:
        """Compare the times of acknowledgements with the last that this home was given, and then with the log.

        The log has to be asked only where this home wrote nothing for long: for the record before the first that was
        sent now, since those that were sent together bear one time. A writer that does its work again finds its own
        record of the future there, so the time of this machine is compared, too.
        """
        max_gap, newest = self._max_clock_gap, max(taken.newest.values())
        if max_gap is None:
            return
        known = int(self.meta(_ACKNOWLEDGED) or 0)
        asked = taken.newest if not known or is_gap(known, newest, max_gap) else {}
        for partition, at in asked.items():
            last, now = self._taken_before(partition, taken.first[partition]), to_micros(datetime.now(UTC))
            if not is_gap(last, at, max_gap) and is_gap(now, at, max_gap):
                last = now
            if is_gap(last, at, max_gap):
                raise clock_error(
                    last,
                    at,
                    max_gap,
                    what=message("the brokers took a record at"),
                    outcome=message(
                        "It stands in the log; workers and sinks stop before it. Set the brokers' clocks"
                        ' right, and see docs/operate.md, "A clock that was wrong"'
                    ),
                )
        if newest - known > _NOTE_EVERY_US:
            self.set_meta(_ACKNOWLEDGED, str(newest))

    def _taken_before(self, partition: int, offset: int) -> int:
        """Return when the record before an offset was taken, in microseconds, 0 where there is none."""
        found = self._reader.read(FACTS, partition, offset - 1, 1) if offset else ()
        return found[0].recorded_at if found else 0

    @property
    def _producer(self) -> KafkaProducer:
        if self._lazy_producer is None:
            self._lazy_producer = KafkaProducer(
                bootstrap_servers=self._cluster.bootstrap.split(","),
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                linger_ms=5,
                batch_size=1 << 18,
                max_request_size=1 << 21,
                delivery_timeout_ms=DELIVERY_S * 1000,
                max_block_ms=DELIVERY_S * 1000,
                bootstrap_timeout_ms=PATIENCE_MS,
                reconnect_backoff_max_ms=RECONNECT_MS,
                allow_auto_create_topics=False,
            )
        return self._lazy_producer


class _Taken:
    """What the brokers said of the facts of one send, by partition: the first offset, and the newest time."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self.first: dict[int, int] = {}
        self.newest: dict[int, int] = {}  # in microseconds
        self.facts = 0

    def note(self, acknowledged: Any) -> None:
        """Note a record of the facts, and pass over any other."""
        if acknowledged.topic != self._topic:
            return
        self.facts += 1
        partition, at = acknowledged.partition, acknowledged.timestamp * _MS_US
        self.first.setdefault(partition, acknowledged.offset)
        self.newest[partition] = max(at, self.newest.get(partition, 0))
