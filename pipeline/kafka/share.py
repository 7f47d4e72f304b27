"""What a sink has of one partition: where the history of it ends, and what was read of it and is not stored yet."""

import threading
import time
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from datetime import timedelta
from itertools import islice
from typing import Any

import msgspec

from connectors.history.heads import Head, Place
from connectors.kafka.cluster import ClusterError
from connectors.kafka.marks import Gap, gaps
from connectors.log.clock import ClockError, clock_error, is_gap
from connectors.log.port import FACTS
from events.envelope import Record
from pipeline.kafka.figures import Figures

_MS_US = 1000


class Stretch(msgspec.Struct, frozen=True):
    """Records that one insert may store; all that stands in the log from `begin` up to before the last one's end."""

    place: Place
    begin: int
    records: Sequence[Record]

    @property
    def end(self) -> int:
        return self.records[-1].offset + 1

    def up_to(self, end: int) -> "Stretch":
        """Return the part before an offset."""
        return Stretch(self.place, self.begin, [r for r in self.records if r.offset < end])


class Share:
    """One partition that this sink holds, from its assignment until it is revoked."""

    def __init__(self, place: Place, figures: Figures, *, max_clock_gap: timedelta | None = None) -> None:
        self.place = place
        self._max_clock_gap = max_clock_gap
        self._clock_error: ClockError | None = None
        self.figures = figures
        self.revoked = threading.Event()
        self.job: Future[Any] | None = None  # at most one thing is asked of the database at a time
        self.head: Head | None = None  # None: to be asked for
        self.ask_at = 0.0  # monotonic; not before
        self.wanted_end: int | None = None  # the next stretch has to end here: another sink has planned it
        self._waiting: list[Record] = []
        self._bytes = 0
        self._since = 0.0
        self._read_to = 0
        self._recorded_at = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def waiting_bytes(self) -> int:
        return self._bytes

    @property
    def since(self) -> float:
        """When the first of the waiting records was read, as `time.monotonic` tells time."""
        return self._since

    def begin_at(self, head: Head, wanted_end: int | None = None) -> None:
        """Go on where the database says."""
        self.head, self.wanted_end = head, wanted_end
        self._read_to, self._recorded_at = head.next_offset, head.recorded_at

    def forget(self, ask_at: float = 0.0) -> None:
        """Let go of what was read; the database is asked again, not before `ask_at`."""
        self.head, self.wanted_end, self.ask_at = None, None, ask_at
        self._waiting, self._bytes, self._clock_error = [], 0, None

    def gaps(self, messages: Sequence[Any]) -> list[Gap]:
        """Return what is missing among the facts before each of these messages; derived events leave marks anyway."""
        return gaps(self._read_to, [m.offset for m in messages]) if self.place[0] == FACTS else []

    def take(self, messages: Sequence[Any], passed: Collection[Gap] = ()) -> None:
        """Take messages of the client; raises `ClusterError` for a gap in the facts.

        `passed` are the gaps in which no record is missing. Behind a record of the future nothing is taken any more:
        `check` raises once what came before it is stored.
        """
        if not self._waiting:
            self._since = time.monotonic()
        topic, partition = self.place
        for m in messages:
            missed = topic == FACTS and m.offset > self._read_to and (self._read_to, m.offset) not in passed
            if m.offset < self._read_to or missed:
                raise ClusterError(
                    f"{topic} partition {partition}: offset {m.offset} came where {self._read_to} was due"
                )
            if self._is_refused(m):
                return
            value = m.value or b""
            self._recorded_at = max(self._recorded_at, m.timestamp * _MS_US)
            self._waiting.append(Record(partition, m.offset, self._recorded_at, value))
            self._read_to = m.offset + 1
            self._bytes += len(value)
        self.figures.took(len(messages))

    def check(self) -> None:
        """Raise `ClockError` for a record of the future once all that stands before it is stored."""
        if self._clock_error is not None and self.job is None and not self._waiting:
            raise self._clock_error

    @property
    def refuses(self) -> bool:
        """Tell whether a record of the future was read, which is never stored."""
        return self._clock_error is not None

    def _is_refused(self, message: Any) -> bool:
        """Tell whether a message, or one before it, lies further behind its predecessor than a log stands still."""
        at, max_gap = message.timestamp * _MS_US, self._max_clock_gap
        if self._clock_error is None and max_gap is not None and is_gap(self._recorded_at, at, max_gap):
            topic, partition = self.place
            self._clock_error = clock_error(
                self._recorded_at,
                at,
                max_gap,
                what=f"{topic} partition {partition} offset {message.offset} was taken at",
                outcome='Nothing behind it is stored: docs/operate.md, "A clock that was wrong"',
            )
        return self._clock_error is not None

    def is_full(self, records: int, size: int) -> bool:
        """Whether nothing more should be read for now; never while the end that another sink set out for is missing."""
        if self.wanted_end is not None and self._read_to < self.wanted_end:
            return False
        return len(self._waiting) >= records or self._bytes >= size

    def next_stretch(self, records: int, size: int, *, now: float, linger_s: float) -> Stretch | None:
        """Return what to store next, None while more may come."""
        if self.job is not None or self.head is None or not self._waiting:
            return None
        if self.wanted_end is not None:
            if self._read_to < self.wanted_end:
                return None
            return Stretch(self.place, self.head.next_offset, self._waiting).up_to(self.wanted_end)
        if not self.is_full(records, size) and now - self._since < linger_s:
            return None
        count = taken = 0
        for record in islice(self._waiting, records):
            taken += len(record.value)
            count += 1
            if taken >= size:
                break
        return Stretch(self.place, self.head.next_offset, self._waiting[:count])

    def stored(self, stretch: Stretch, seconds: float) -> None:
        """Note that the database has a stretch; what waits behind it came while it was stored, `seconds` long."""
        rest = self._waiting[len(stretch.records) :]
        self._bytes -= sum(len(r.value) for r in stretch.records)
        self._waiting, self._since, self.wanted_end = rest, time.monotonic() - seconds, None
        self.head = Head(stretch.end, stretch.records[-1].recorded_at)
