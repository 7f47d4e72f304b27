"""The embedded log: a SQLite file, many writer processes, every append durable before it returns."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count, repeat, starmap
from pathlib import Path
from uuid import uuid4

import msgspec

from connectors.log.clock import clock_error, is_gap
from connectors.log.dead_letters import (
    DeadLetter,
    LettersErased,
    erase_letters,
    list_letters,
    mark_replayed,
    note,
)
from connectors.log.memory import Memory
from connectors.log.placement import Placed, place_values
from connectors.log.port import DERIVED, FACTS, Admission, LogError, admit_all
from connectors.log.schema import connect, create_log
from events.base import Payload
from events.codec import Event, encode_event
from events.envelope import Record
from events.fields import field
from events.instants import to_micros
from events.messages import message

_STORED = "stored"
TIME_BITS = 0xFFFFFFFF
"""Of a time in microseconds these bits are summed up: a sum of whole ones would not fit into 64."""

Clock = Callable[[], datetime]
FailPoint = Callable[[str], None]


def _no_fail(point: str) -> None:
    del point


class EmbeddedLog(Memory):
    """A log in one file.

    Append time is one running maximum over all partitions and rises with every append, so a marker closes every
    moment before it. Writers take turns by SQLite's write lock; readers never wait. A clock further ahead of the last
    record than `max_clock_gap` is refused (`ClockError`): its time could never be taken back; None: any is right.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock | None = None,
        max_clock_gap: timedelta | None = None,
        fail_point: FailPoint = _no_fail,
        admit: Admission = admit_all,
    ) -> None:
        if not path.exists():
            raise LogError(message("no log at {path}; make the home with `xuncha init` first", path=path))
        self.db = connect(path)
        self._clock = clock or (lambda: datetime.now(UTC))
        self._max_clock_gap = max_clock_gap
        self._fail_point = fail_point
        self._admit = admit
        self.facts_written = 0
        meta = dict(self.db.execute("SELECT key, value FROM meta").fetchall())
        self.partitions = int(meta["partitions"])
        self.incarnation: str = meta["incarnation"]

    @staticmethod
    def make(path: Path, *, partitions: int) -> None:
        """Make the file of a new log."""
        db = connect(path)
        try:
            create_log(db, partitions=partitions, incarnation=uuid4().hex)
        finally:
            db.close()

    def admit_for(self, admit: Admission, max_clock_gap: timedelta | None) -> None:
        """See `Log`."""
        self._admit, self._max_clock_gap = admit, max_clock_gap

    def append(self, events: Iterable[Event[Payload]]) -> int:
        """Append facts in one transaction; returns the number of records."""
        facts = self._admit(list(events))
        with self.transaction():
            written = self._write_facts(facts)
            self._fail_point("append.before_commit")
        self._fail_point("append.after_commit")
        return written

    def grouped(self) -> AbstractContextManager[None]:
        """Do nothing: a transaction costs no round trip here."""
        return nullcontext()

    def write_facts(self, events: Iterable[Event[Payload]]) -> int:
        """Write facts inside a transaction of the caller; returns the number of records."""
        facts = self._admit(list(events))
        return self._write_facts(facts)

    def _write_facts(self, facts: Sequence[Event[Payload]]) -> int:
        placed = place_values(facts, self.partitions)
        if placed:
            self.write(FACTS, placed)
        written = sum(map(len, placed.values()))
        self.facts_written += written
        return written

    def append_placed(self, placed: Mapping[int, Sequence[Placed]]) -> None:
        """Append facts that another log held, as bytes and in their partitions, in one transaction."""
        with self.transaction():
            self.write(
                FACTS, {partition: [p.value for p in records] for partition, records in placed.items()}
            )
            self.facts_written += sum(map(len, placed.values()))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; commit at the end, roll back on any exception."""
        self.db.execute("BEGIN IMMEDIATE")
        written = self.facts_written
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            self.facts_written = written
            if self.db.in_transaction:  # a full disk has rolled back by itself
                self.db.execute("ROLLBACK")
            raise

    def write(self, topic: str, placed: Mapping[int, Sequence[bytes]]) -> None:
        """Write values to their partitions, inside a transaction of the caller."""
        recorded_at = self._next_recorded_at()
        heads = dict(
            self.db.execute("SELECT part, next_offset FROM heads WHERE topic = ?", (topic,)).fetchall()
        )
        ends: list[tuple[str, int, int]] = []
        for partition, values in sorted(placed.items()):
            offset = heads.get(partition, 0)
            self.db.executemany(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?)",
                zip(repeat(topic), repeat(partition), count(offset), repeat(recorded_at), values),
            )
            ends.append((topic, partition, offset + len(values)))
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
        return list(starmap(Record, rows.fetchall()))

    def end_offsets(self, topic: str) -> list[int]:
        heads = dict(
            self.db.execute("SELECT part, next_offset FROM heads WHERE topic = ?", (topic,)).fetchall()
        )
        return [heads.get(partition, 0) for partition in range(self.partitions)]

    def time_sum(self, topic: str, partition: int, end: int) -> int:
        """Return `TIME_BITS` of the times of a partition's records before an offset, summed; reads all of them."""
        (total,) = self.db.execute(
            "SELECT ifnull(sum(recorded_at & ?), 0) FROM records WHERE topic = ? AND part = ? AND offset < ?",
            (TIME_BITS, topic, partition, end),
        ).fetchone()
        return int(total)

    def note_letter(self, letter: DeadLetter) -> None:
        note(self.db, letter)

    def letters(self) -> list[DeadLetter]:
        return list_letters(self.db)

    def erase_letters(self, ids: Iterable[int]) -> LettersErased:
        return LettersErased(erase_letters(self.db, ids))

    def mark_replayed(self, ids: Iterable[int]) -> None:
        mark_replayed(self.db, ids)

    def note_stored(self, ends: list[int]) -> None:
        """Note up to which offsets the history is whole: the tables of a batch do not fill in one transaction."""
        with self.transaction():
            self.set_meta(_STORED, msgspec.json.encode(ends).decode())

    def stored_offsets(self) -> list[int]:
        return msgspec.json.decode(self.meta(_STORED) or "[]", type=list[int]) or [0] * self.partitions

    def closed_until(self) -> int:
        """Return when the newest record was taken: whatever comes is later, in whichever partition."""
        return self.last_recorded_at()

    def life(self, topic: str) -> str:
        del topic
        return self.incarnation

    def last_recorded_at(self) -> int:
        """Return when the newest record was taken, in microseconds, 0 for a log without any."""
        return int(self.meta("last_recorded_at") or 0)

    def last_before(self, at: int) -> int | None:
        """Return when the newest record up to a moment was taken, None where there is none; in microseconds.

        Times of a partition never fall, so each is searched by halves.
        """
        found = []
        for topic in (FACTS, DERIVED):
            for partition, end in enumerate(self.end_offsets(topic)):
                place = bisect_right(
                    range(end), at, key=lambda offset: self.read(topic, partition, offset, 1)[0].recorded_at
                )
                if place:
                    found += [record.recorded_at for record in self.read(topic, partition, place - 1, 1)]
        return max(found, default=None)

    def damage(self) -> str | None:
        """Read the whole file and return the first thing that is wrong with its pages, None where nothing is."""
        (found,) = self.db.execute("PRAGMA quick_check(1)").fetchone()
        return None if found == "ok" else str(found)

    def close(self) -> None:
        self.db.close()

    def _next_recorded_at(self) -> int:
        last, now = self.last_recorded_at(), to_micros(self._clock())
        if self._max_clock_gap is not None and is_gap(last, now, self._max_clock_gap):
            raise clock_error(
                last,
                now,
                self._max_clock_gap,
                what=message("the clock of this machine says"),
                outcome=message(
                    "Nothing was written. Set the clock right, or, if it is right and nobody used"
                    " this home for so long, say so once: {clock_is_right}",
                    clock_is_right=field("clock_is_right"),
                ),
            )
        recorded_at = max(now, last + 1)
        self.set_meta("last_recorded_at", str(recorded_at))
        return recorded_at
