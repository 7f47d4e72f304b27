"""What a sink has of one partition: where the history of it ends, and what was read of it and is not stored yet."""

import threading
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from connectors.history.heads import Head, Place
from connectors.history.writer import Range
from connectors.kafka.marks import Gap
from connectors.log.clock import clock_error
from events.envelope import Record
from events.messages import message
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.taking import Taking

if TYPE_CHECKING:
    from pipeline.runtime.kafka.work import Work


class Stretch(msgspec.Struct, frozen=True):
    """Records of a partition for an insert; all that stands in the log from `begin` up to before the last one's end."""

    place: Place
    begin: int
    records: Sequence[Record]

    @property
    def end(self) -> int:
        return self.records[-1].offset + 1

    @property
    def range(self) -> Range:
        return Range(self.place[1], self.begin, self.end)

    @property
    def size(self) -> int:
        """The bytes of the records."""
        return sum(len(r.value) for r in self.records)


class Share:
    """One partition that this sink holds, from its assignment until it is revoked."""

    def __init__(self, place: Place, figures: Figures, *, max_clock_gap: timedelta | None = None) -> None:
        self.place = place
        self._max_clock_gap = max_clock_gap
        self.figures = figures
        self.revoked = threading.Event()
        self.work: Work | None = None  # at most one thing is asked of the database at a time
        self.head: Head | None = None  # None: to be asked for
        self.ask_at = 0.0  # monotonic; not before
        self._waiting: list[Record] = []
        self._bytes = 0
        self._since = 0.0
        self._taking = Taking(place, Head())

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def waiting_bytes(self) -> int:
        return self._bytes

    @property
    def since(self) -> float:
        """When the first of the waiting records was read, as `time.monotonic` tells time."""
        return self._since

    def begin_at(self, head: Head) -> None:
        """Go on where the database says."""
        self.head, self._taking = head, Taking(self.place, head)

    def forget(self, ask_at: float = 0.0) -> None:
        """Let go of what was read; the database is asked again, not before `ask_at`."""
        self.head, self.work, self.ask_at = None, None, ask_at
        self._waiting, self._bytes, self._taking = [], 0, Taking(self.place, Head())

    def gaps(self, messages: Sequence[Any]) -> list[Gap]:
        """Return what is missing among the facts before each of these messages, of those that are still taken."""
        return [] if self.refuses else self._taking.gaps(messages)

    def take(self, messages: Sequence[Any], passed: Collection[Gap] = ()) -> None:
        """Take messages of the client; raises `ClusterError` for a gap in the facts.

        `passed` are the gaps in which no record is missing. Behind a record of the future nothing is taken any more:
        `check` raises once what came before it is stored.
        """
        if self.refuses:
            return
        if not self._waiting:
            self._since = time.monotonic()
        records = self._taking.take(messages, passed, self._max_clock_gap)
        self._waiting += records
        self._bytes += sum(len(r.value) for r in records)
        self.figures.took(len(records))

    def check(self) -> None:
        """Raise `ClockError` for a record of the future once all that stands before it is stored."""
        refused, max_gap = self._taking.refused, self._max_clock_gap
        if refused is None or max_gap is None or self.work is not None or self._waiting:
            return
        topic, partition = self.place
        offset, at = refused
        raise clock_error(
            self._taking.recorded_at,
            at,
            max_gap,
            what=message(
                "{topic} partition {partition} offset {offset} was taken at",
                topic=topic,
                partition=partition,
                offset=offset,
            ),
            outcome=message('Nothing behind it is stored: docs/operate.md, "A clock that was wrong"'),
        )

    @property
    def refuses(self) -> bool:
        """Tell whether a record of the future was read, which is never stored."""
        return self._taking.refused is not None

    def is_full(self, records: int, size: int) -> bool:
        """Whether nothing more should be read for now."""
        return len(self._waiting) >= records or self._bytes >= size

    @property
    def is_ready(self) -> bool:
        """Whether something waits that may be stored now."""
        return self.work is None and self.head is not None and bool(self._waiting)

    def next_stretch(self, records: int, size: int) -> Stretch | None:
        """Return what to store next, within limits of which the last record may exceed that of bytes."""
        if self.head is None or not self.is_ready:
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
        self._waiting = self._waiting[len(stretch.records) :]
        self._bytes -= stretch.size
        self._since = time.monotonic() - seconds
        self.head = Head(stretch.end, stretch.records[-1].recorded_at)
