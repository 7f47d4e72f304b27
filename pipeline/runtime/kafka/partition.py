"""One partition that this process owns: its task, its producer, and how far it has come."""

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import structlog
from aiokafka import TopicPartition

from connectors.kafka.marks import Gap
from connectors.kafka.transaction import Output, PartitionWriter
from connectors.log.clock import ClockError, clock_error, is_gap
from connectors.log.dead_letters import DeadLetter
from connectors.log.port import LogError
from events.envelope import Record
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

_MS_US = 1000
_log = structlog.get_logger(__name__)


class Partition:
    """Takes records into the task, and writes each batch of it in one transaction.

    The next records may be taken while a transaction is under way: what it holds was handed out. The task finishes them
    only after that transaction is committed, so transactions never overlap, and a task knows that all is written which
    it handed out before.
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
    def due_at(self) -> float | None:
        """Return when the batch has to be finished, as `time.monotonic` tells time; None: not before a record comes."""
        if not self._taken:
            return self._retry_at
        if self._task.urgent or self._taken >= LINGER_RECORDS:
            return self._taken_from
        ends_at = self._taken_from + LINGER_S
        return ends_at if self._retry_at is None else min(ends_at, self._retry_at)

    def is_due(self) -> bool:
        """Tell whether the batch has to be finished now."""
        due_at = self.due_at
        return due_at is not None and due_at <= time.monotonic()

    def take(self, messages: Sequence[Any], *, contiguous: bool, passed: Collection[Gap] = ()) -> bool:
        """Hand records to the task in order; returns whether the next one is missing.

        `passed` are the gaps in which no record is missing. What stands before the position is passed over, but for
        its time. Behind a record of the future nothing is taken any more: `check` raises once what came before it is
        written.
        """
        if self._clock_error is not None:
            return False
        max_gap = self._max_clock_gap
        take, partition = self._task.take, self.place.partition
        next_offset, recorded_at = self._task.next_offset, self._recorded_at
        taken, missing = 0, False
        for entry in messages:
            offset = entry.offset
            at = entry.timestamp * _MS_US
            if offset < next_offset:
                recorded_at = max(recorded_at, at)
                continue
            if offset != next_offset and contiguous and (next_offset, offset) not in passed:
                self._note_gap(next_offset, offset)
                missing = True
                break
            if max_gap is not None and is_gap(recorded_at, at, max_gap):
                self._clock_error = self._refused(offset, recorded_at, at, max_gap)
                break
            recorded_at = max(recorded_at, at)
            take(Record(partition, offset, recorded_at, entry.value or b""))
            next_offset = offset + 1
            taken += 1
        self._recorded_at = recorded_at
        if taken:
            self._taken_from = self._taken_from if self._taken else time.monotonic()
            self._taken += taken
            self.figures.took(taken)
            if self._seeks:
                self.figures.healed_gap()
            self._seeks = 0
        return missing

    async def finish(self, messages: Sequence[Any]) -> None:
        """End the batch of some messages, and begin the transaction of what it hands out."""
        await self.written()
        flush = await self._task.finish()
        self._taken = 0
        if flush.states or flush.derived or flush.bad or flush.next_offset != self._handed_out:
            self._handed_out = flush.next_offset
            self._writing = asyncio.create_task(self._write(self._output(flush, messages)))
        self._retry_at = self._task.retry_at

    async def written(self) -> None:
        """Wait for the transaction under way; raises what went wrong with it."""
        if self._writing is not None:
            await self._writing
            self._writing = None

    def check(self) -> None:
        """Raise what went wrong with the last transaction, or the record of the future that nothing stands before."""
        if self._writing is not None and self._writing.done():
            self._writing.result()
        if (
            self._clock_error is not None
            and not self._taken
            and (self._writing is None or self._writing.done())
        ):
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

    def _output(self, flush: Flush, messages: Sequence[Any]) -> Output:
        """Return what a transaction holds of a flush; a dead letter keeps the key of its record."""
        letters = []
        if flush.bad:
            keys = {entry.offset: entry.key for entry in messages}
            for bad in flush.bad:
                place = f"partition {bad.record.partition} offset {bad.record.offset}"
                _log.warning("dead letter", origin=self._origin, place=place, reason=bad.reason)
                letter = DeadLetter(self._origin, place, bad.reason, bad.record.value)
                letters.append((keys.get(bad.record.offset), letter))
        return Output(flush.derived, letters, flush.states, flush.next_offset)
