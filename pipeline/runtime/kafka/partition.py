"""One partition that this process owns: its task, its producer, and how far it has come."""

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog
from aiokafka import TopicPartition

from connectors.kafka.marks import Gap
from connectors.kafka.transaction import Output, PartitionWriter
from connectors.log.clock import ClockError, clock_error, is_gap
from connectors.log.dead_letters import DeadLetter
from connectors.log.port import LogError
from events.envelope import Entry, Record
from events.instants import MILLISECOND_US
from events.messages import message
from pipeline.home.failpoints import fail_point
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.task import Task
from projections.accounts.shard import Flush

SEEKS = 10
"""So many times in a row a partition is set back to its position before the process gives up."""

LINGER_S = 0.2
LINGER_RECORDS = 1_000
"""A batch that nobody waits for may grow so long, and so far: a transaction costs five round trips, however little it
holds, and those of a batch with alerts would wait behind them."""

AHEAD_RECORDS = 50_000
HELD_STATES = 1_000
"""So many records may be taken, or states touched, while the transaction before them is under way; then the loop waits
for its end. A worker that had touched most of a hundred thousand at once held 870 MB."""

_log = structlog.get_logger(__name__)


class Partition:
    """Takes records into the task, and writes each batch of it in one transaction.

    The next records are taken while a transaction is under way: what it holds was handed out. The task finishes them
    only after that transaction is committed, so transactions never overlap, and a task knows that all is written which
    it handed out before. Until then their batch is not due, or the other partitions would wait, too.
    """

    def __init__(
        self,
        place: TopicPartition,
        origin: str,
        task: Task,
        writer: PartitionWriter,
        figures: Figures,
        *,
        max_clock_gap: timedelta | None = None,
    ) -> None:
        self.place = place
        self._max_clock_gap = max_clock_gap
        self._clock_error: ClockError | None = None
        self.figures = figures
        self._retry_at = task.retry_at
        self._writer = writer
        self._writing: asyncio.Task[None] | None = None
        self._origin = origin
        self._task = task
        self._handed_out = task.next_offset
        self._recorded_at = 0
        self._seeks = 0
        self._taken = 0  # since the last batch was finished
        self._taken_from = 0.0

    @property
    def next_offset(self) -> int:
        return self._task.next_offset

    @property
    def full(self) -> bool:
        return self._task.full

    @property
    def lingers(self) -> bool:
        """Tell whether records were taken that no batch holds yet."""
        return self._taken > 0

    @property
    def writing(self) -> "asyncio.Task[None] | None":
        """Return the transaction under way."""
        return self._writing if self._is_writing else None

    @property
    def awaited(self) -> "asyncio.Task[None] | None":
        """Return the transaction under way where something is to be finished after it."""
        waits = self._taken > 0 or self._retry_at is not None
        return self.writing if waits else None

    @property
    def due_at(self) -> float | None:
        """Return when the batch has to be finished, as `time.monotonic` tells time.

        None: not before a record comes, or not before the transaction under way has ended.
        """
        much = self._task.held >= HELD_STATES
        if self._is_writing and self._taken < AHEAD_RECORDS and not much:
            return None
        if not self._taken:
            return self._retry_at
        if self._task.urgent or self._taken >= LINGER_RECORDS or much:
            return self._taken_from
        ends_at = self._taken_from + LINGER_S
        return ends_at if self._retry_at is None else min(ends_at, self._retry_at)

    def is_due(self) -> bool:
        """Tell whether the batch has to be finished now."""
        due_at = self.due_at
        return due_at is not None and due_at <= time.monotonic()

    def take(self, messages: Sequence[Entry], *, contiguous: bool, passed: Collection[Gap] = ()) -> bool:
        """Hand records to the task in order; returns whether the next one is missing.

        `passed` are the gaps in which no record is missing. What stands before the position is passed over, but for
        its time. Behind a record of the future nothing is taken any more: `check` raises once what came before it is
        written.
        """
        if self._clock_error is not None or not messages:
            return False
        missing = False
        if not self._is_plain(messages):
            messages, missing = self._picked(messages, contiguous=contiguous, passed=passed)
        if messages:
            self._hand_over(messages)
            self._taken_from = self._taken_from if self._taken else time.monotonic()
            self._taken += len(messages)
            self.figures.took(len(messages))
            if self._seeks:
                self.figures.healed_gap()
            self._seeks = 0
        return missing

    def _is_plain(self, messages: Sequence[Entry]) -> bool:
        """Tell whether messages are the very next ones, none left out, and none of them of the future."""
        first, last = messages[0], messages[-1]
        if first.offset != self._task.next_offset or last.offset - first.offset + 1 != len(messages):
            return False
        max_gap = self._max_clock_gap
        if max_gap is None:
            return True
        newest = max(entry.timestamp for entry in messages) * MILLISECOND_US
        return not is_gap(self._recorded_at or first.timestamp * MILLISECOND_US, newest, max_gap)

    def _picked(
        self, messages: Sequence[Entry], *, contiguous: bool, passed: Collection[Gap]
    ) -> tuple[list[Entry], bool]:
        """Return those of the messages that are to be taken now, and whether the one behind them is missing."""
        max_gap, next_offset, recorded_at = self._max_clock_gap, self._task.next_offset, self._recorded_at
        picked: list[Entry] = []
        for entry in messages:
            offset = entry.offset
            at = entry.timestamp * MILLISECOND_US
            if offset < next_offset:
                recorded_at = self._recorded_at = max(recorded_at, at)
                continue
            if offset != next_offset and contiguous and (next_offset, offset) not in passed:
                self._note_gap(next_offset, offset)
                return picked, True
            if max_gap is not None and is_gap(recorded_at, at, max_gap):
                self._clock_error = self._refused(offset, recorded_at, at, max_gap)
                break
            recorded_at = max(recorded_at, at)
            picked.append(entry)
            next_offset = offset + 1
        return picked, False

    def _hand_over(self, messages: Sequence[Entry]) -> None:
        """Give messages to the task, all at once where it takes them so."""
        if self._task.take_all is not None:
            self._task.take_all(messages)
            newest = max(entry.timestamp for entry in messages) * MILLISECOND_US
            self._recorded_at = max(self._recorded_at, newest)
            return
        take, partition, recorded_at = self._task.take, self.place.partition, self._recorded_at
        for entry in messages:
            recorded_at = max(recorded_at, entry.timestamp * MILLISECOND_US)
            take(Record(partition, entry.offset, recorded_at, entry.value or b""))
        self._recorded_at = recorded_at

    async def finish(self) -> None:
        """End the batch, and begin the transaction of what it hands out."""
        await self.written()
        flush = await self._task.finish()
        self._taken = 0
        if flush.states or flush.derived or flush.bad or flush.next_offset != self._handed_out:
            self._handed_out = flush.next_offset
            self._writing = asyncio.create_task(self._write(self._output(flush)))
        self._retry_at = self._task.retry_at

    @property
    def _is_writing(self) -> bool:
        return self._writing is not None and not self._writing.done()

    async def written(self) -> None:
        """Wait for the transaction under way; raises what went wrong with it."""
        if self._writing is not None:
            await self._writing
            self._writing = None

    def check(self) -> None:
        """Raise what went wrong with the last transaction, or the record of the future that nothing stands before."""
        if self._writing is not None and self._writing.done():
            self._writing.result()
        if self._clock_error is not None and not self._taken and not self._is_writing:
            raise self._clock_error

    def abandon(self) -> None:
        """Give a transaction up that is still under way; the next owner aborts it."""
        if self._writing is not None:
            self._writing.cancel()
        self.figures.drop()

    async def _write(self, output: Output) -> None:
        fail_point("loop.before_transaction")
        began = time.monotonic()
        await self._writer.write(output)
        fail_point("loop.after_commit")
        self.figures.committed(output.next_offset)
        self.figures.wrote(
            derived=len(output.derived),
            letters=len(output.letters),
            states=len(output.states),
            seconds=time.monotonic() - began,
        )

    def _refused(self, offset: int, last: int, at: int, max_gap: timedelta) -> ClockError:
        return clock_error(
            last,
            at,
            max_gap,
            what=message(
                "{topic}/{partition} offset {offset} was taken at",
                topic=self.place.topic,
                partition=self.place.partition,
                offset=offset,
            ),
            outcome=message('Nothing behind it is folded: docs/operate.md, "A clock that was wrong"'),
        )

    def _note_gap(self, expected: int, came: int) -> None:
        self._seeks += 1
        place = f"{self.place.topic}/{self.place.partition}"
        if self._seeks > SEEKS:
            raise LogError(
                message(
                    "{place}: the record at offset {expected} does not come, {seeks} times {came}"
                    " came instead; records are missing from the log, restore it",
                    place=place,
                    expected=expected,
                    seeks=SEEKS,
                    came=came,
                )
            )
        _log.warning("gap", place=place, expected=expected, came=came)

    def _output(self, flush: Flush) -> Output:
        """Return what a transaction holds of a flush; a dead letter keeps the key of its record."""
        letters = []
        for bad in flush.bad:
            place = f"partition {bad.record.partition} offset {bad.record.offset}"
            _log.warning("dead letter", origin=self._origin, place=place, reason=bad.reason)
            letters.append((bad.key, DeadLetter(self._origin, place, bad.reason, bad.record.value)))
        return Output(flush.derived, letters, flush.states, flush.next_offset)
