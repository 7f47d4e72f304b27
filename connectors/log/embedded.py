"""The embedded log: a SQLite file, many writer processes, every append durable before it returns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec

from connectors.log.dead_letters import DeadLetter, list_letters, mark_replayed, note
from connectors.log.memory import Memory
from connectors.log.placement import Placed, place
from connectors.log.port import DERIVED, FACTS, LogError
from connectors.log.schema import connect, create_log
from events.base import Payload
from events.codec import Event, encode_event
from events.envelope import Record
from events.instants import to_micros

_STORED = "stored"

Clock = Callable[[], datetime]
FailPoint = Callable[[str], None]


def _no_fail(point: str) -> None:
    del point


class EmbeddedLog(Memory):
    """A log in one file.

    Append time is one running maximum over all partitions and rises with every append, so a marker closes every
    moment before it. Writers take turns by SQLite's write lock; readers never wait.
    """

    def __init__(self, path: Path, *, clock: Clock | None = None, fail_point: FailPoint = _no_fail) -> None:
        if not path.exists():
            raise LogError(f"no log at {path}; make the home with `xuncha init` first")
        self.db = connect(path)
        self._clock = clock or (lambda: datetime.now(UTC))
        self._fail_point = fail_point
        meta = dict(self.db.execute("SELECT key, value FROM meta").fetchall())
        self.partitions = int(meta["partitions"])
        self.incarnation = meta["incarnation"]

    @staticmethod
    def make(path: Path, *, partitions: int) -> None:
        """Make the file of a new log."""
        db = connect(path)
        try:
            create_log(db, partitions=partitions, incarnation=uuid4().hex)
        finally:
            db.close()

    def append(self, events: Iterable[Event[Payload]]) -> int:
        """Append facts in one transaction; returns the number of records."""
        with self.transaction():
            written = self.write_facts(events)
            self._fail_point("append.before_commit")
        self._fail_point("append.after_commit")
        return written

    def grouped(self) -> AbstractContextManager[None]:
        """Do nothing: a transaction costs no round trip here."""
        return nullcontext()

    def write_facts(self, events: Iterable[Event[Payload]]) -> int:
        """Write facts inside a transaction of the caller; returns the number of records."""
        placed = place(events, self.partitions)
        if placed:
            self.write(
                FACTS, {partition: [p.value for p in records] for partition, records in placed.items()}
            )
        return sum(map(len, placed.values()))

    def append_placed(self, placed: Mapping[int, Sequence[Placed]]) -> None:
        """Append facts that another log held, as bytes and in their partitions, in one transaction."""
        with self.transaction():
            self.write(
                FACTS, {partition: [p.value for p in records] for partition, records in placed.items()}
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; commit at the end, roll back on any exception."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # a full disk has rolled back by itself
                self.db.execute("ROLLBACK")
            raise

    def write(self, topic: str, placed: dict[int, list[bytes]]) -> None:
        """Write values to their partitions, inside a transaction of the caller."""
        recorded_at = self._next_recorded_at()
        heads = dict(
            self.db.execute("SELECT part, next_offset FROM heads WHERE topic = ?", (topic,)).fetchall()
        )
        rows: list[tuple[str, int, int, int, bytes]] = []
        ends: list[tuple[str, int, int]] = []
        for partition, values in sorted(placed.items()):
            offset = heads.get(partition, 0)
            rows.extend((topic, partition, offset + i, recorded_at, value) for i, value in enumerate(values))
            ends.append((topic, partition, offset + len(values)))
        self.db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", rows)
        self.db.executemany("INSERT OR REPLACE INTO heads VALUES (?, ?, ?)", ends)

    def write_derived(self, partition: int, events: Iterable[Event[Payload]]) -> None:
        """Write derived events to the partition of the fact they follow from, inside a transaction of the caller."""
        values = [encode_event(event) for event in events]
        if values:
            self.write(DERIVED, {partition: values})

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        rows = self.db.execute(
            "SELECT part, offset, recorded_at, value FROM records"
            " WHERE topic = ? AND part = ? AND offset >= ? ORDER BY offset LIMIT ?",
            (topic, partition, offset, limit),
        )
        return [Record(*row) for row in rows]

    def end_offsets(self, topic: str) -> list[int]:
        heads = dict(
            self.db.execute("SELECT part, next_offset FROM heads WHERE topic = ?", (topic,)).fetchall()
        )
        return [heads.get(partition, 0) for partition in range(self.partitions)]

    def note_letter(self, letter: DeadLetter) -> None:
        note(self.db, letter)

    def letters(self) -> list[DeadLetter]:
        return list_letters(self.db)

    def mark_replayed(self, ids: Iterable[int]) -> None:
        mark_replayed(self.db, ids)

    def note_stored(self, ends: list[int]) -> None:
        """Note up to which offsets the history is whole: the tables of a batch do not fill in one transaction."""
        with self.transaction():
            self.set_meta(_STORED, msgspec.json.encode(ends).decode())

    def stored_offsets(self) -> list[int]:
        return msgspec.json.decode(self.meta(_STORED) or "[]", type=list[int]) or [0] * self.partitions

    def close(self) -> None:
        self.db.close()

    def _next_recorded_at(self) -> int:
        last = int(self.meta("last_recorded_at") or 0)
        recorded_at = max(to_micros(self._clock()), last + 1)
        self.set_meta("last_recorded_at", str(recorded_at))
        return recorded_at
