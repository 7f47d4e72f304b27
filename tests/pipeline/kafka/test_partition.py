"""When the batch of a partition is finished."""

import asyncio
import time
from datetime import timedelta

import msgspec
import pytest
from aiokafka import TopicPartition

from connectors.log.clock import ClockError
from connectors.log.port import LogError
from events.envelope import Record
from pipeline.runtime.kafka import partition as partition_module
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.partition import LINGER_RECORDS, LINGER_S, SEEKS, Partition
from projections.accounts.shard import BadRecord, Flush

DAY_MS = 86_400_000
RECORD = Record(0, 0, 0, b"?")


class Message(msgspec.Struct):
    offset: int
    timestamp: int = 0
    value: bytes = b""
    key: bytes | None = None


class Script:
    """A task that asks for what the test wants."""

    take_all = None
    held = 0

    def __init__(self) -> None:
        self.next_offset = 0
        self.retry_at: float | None = None
        self.full = False
        self.urgent = False
        self.taken = []
        self.bad: list[BadRecord] = []

    def take(self, record) -> None:
        self.taken.append((record.offset, record.recorded_at))
        self.next_offset = record.offset + 1

    async def finish(self) -> Flush:
        return Flush([], [("", b"%d" % self.next_offset)], self.bad, self.next_offset)


class Whole(Script):
    """A task that takes what the client has."""

    def take_all(self, entries) -> None:
        self.taken += [(entry.offset, entry.timestamp * 1000) for entry in entries]
        self.next_offset = entries[-1].offset + 1


class Transactions:
    """Where outputs go; each is committed when the test says so."""

    def __init__(self) -> None:
        self.written = []
        self.commit = asyncio.Event()

    async def write(self, output) -> None:
        await self.commit.wait()
        self.commit.clear()
        self.written.append(output)


@pytest.fixture(params=[Script, Whole])
def task(request):
    return request.param()


@pytest.fixture
def partition(task):
    place = TopicPartition("facts", 0)
    figures = Figures("test", "facts", 0)
    made = Partition(place, "facts", task, Transactions(), figures, max_clock_gap=timedelta(days=3))
    yield made
    made.abandon()


def take(partition, count):
    begin = partition.next_offset
    partition.take([Message(begin + n) for n in range(count)], contiguous=True)


def test_nothing_taken_is_never_due(partition):
    """An idle partition begins no transaction."""
    assert partition.due_at is None
    assert not partition.is_due()
    assert not partition.lingers


def test_states_alone_linger(partition):
    """The batch waits from its first record on, and not anew from each."""
    before = time.monotonic()
    take(partition, 3)
    first = partition.due_at
    take(partition, 1)
    assert before + LINGER_S <= first <= time.monotonic() + LINGER_S
    assert first == partition.due_at
    assert partition.lingers


def test_what_somebody_waits_for_is_due_at_once(partition, task):
    """An alert does not wait for the transactions of others."""
    take(partition, 1)
    task.urgent = True
    assert partition.is_due()


@pytest.mark.parametrize(("count", "due"), [(LINGER_RECORDS - 1, False), (LINGER_RECORDS, True)])
def test_many_records_are_due_at_once(partition, count, due):
    """A backlog is worked off in large batches, and not in those of the timer."""
    partition.take([Message(n) for n in range(count)], contiguous=True)
    lingers_until = partition.due_at
    assert due == (lingers_until <= time.monotonic())


def test_a_batch_is_not_due_while_the_one_before_it_is_written(partition, task):
    """Records are taken meanwhile, and the end of the transaction is what is waited for."""

    async def main() -> None:
        take(partition, LINGER_RECORDS)
        await partition.finish()
        assert partition.awaited is None
        take(partition, LINGER_RECORDS)
        task.urgent = True
        writing = partition.awaited
        assert writing is not None
        assert (None, False) == (partition.due_at, partition.is_due())
        await asyncio.sleep(0)
        partition._writer.commit.set()
        await writing
        assert partition.is_due()
        assert partition.awaited is None
        await partition.finish()
        partition._writer.commit.set()
        await partition.written()

    asyncio.run(main())
    assert [LINGER_RECORDS, 2 * LINGER_RECORDS] == [o.next_offset for o in partition._writer.written]


def test_a_task_that_wants_to_be_finished_waits_for_its_transaction(partition, task):
    """Without a record, too: its time may have come, and the end of the transaction wakes the loop."""

    async def main() -> None:
        task.retry_at = 0.0
        take(partition, 1)
        await partition.finish()
        assert partition.awaited is not None
        assert not partition.is_due()
        partition._writer.commit.set()
        await partition.written()
        assert partition.is_due()

    asyncio.run(main())


def test_no_more_is_taken_ahead_than_a_limit(partition, monkeypatch):
    """Memory is bounded: from there on the batch is due, and whoever finishes it waits for the transaction."""

    async def main() -> None:
        take(partition, LINGER_RECORDS)
        await partition.finish()
        take(partition, LINGER_RECORDS)
        assert partition.is_due()
        partition._writer.commit.set()
        await partition.finish()
        partition._writer.commit.set()
        await partition.written()

    monkeypatch.setattr(partition_module, "AHEAD_RECORDS", LINGER_RECORDS)
    asyncio.run(main())


def test_no_more_states_are_touched_ahead_than_a_limit(partition, task):
    """However few records it took: working copies are what a batch costs in memory."""

    async def main() -> None:
        take(partition, LINGER_RECORDS)
        await partition.finish()
        take(partition, 1)
        assert not partition.is_due()
        task.held = partition_module.HELD_STATES
        assert partition.is_due()
        partition._writer.commit.set()
        await partition.finish()
        partition._writer.commit.set()
        await partition.written()

    asyncio.run(main())


def test_a_dead_letter_keeps_the_key_of_its_record(partition, task):
    """The record may have been fetched long before its batch is finished."""

    async def main() -> None:
        take(partition, 1)
        task.bad = [BadRecord(msgspec.structs.replace(RECORD, offset=0), "no event", b"k")]
        await partition.finish()
        partition._writer.commit.set()
        await partition.written()

    asyncio.run(main())
    ((key, letter),) = partition._writer.written[0].letters
    assert (b"k", "partition 0 offset 0", b"?") == (key, letter.place, letter.raw)


def test_what_was_taken_before_is_passed_over(partition, task):
    """Its time is a measure for those behind it all the same."""
    take(partition, 3)
    partition.take([Message(n, 1) for n in range(1, 5)], contiguous=True)
    assert [0, 1, 2, 3, 4] == [offset for offset, _ in task.taken]
    partition.take([Message(4, 10 * DAY_MS), Message(5, 11 * DAY_MS)], contiguous=True)
    assert 6 == partition.next_offset


def test_nothing_behind_a_missing_record_is_taken(partition, task):
    """The partition is set back, a bounded number of times."""
    missing = [Message(0), Message(1), Message(3), Message(4)]
    assert partition.take(missing, contiguous=True)
    assert [0, 1] == [offset for offset, _ in task.taken]
    with pytest.raises(LogError, match="the record at offset 2 does not come"):
        for _ in range(SEEKS + 1):
            partition.take([Message(3)], contiguous=True)


@pytest.mark.parametrize("how", [{"contiguous": False}, {"contiguous": True, "passed": {(2, 5)}}])
def test_gaps_that_miss_nothing_are_passed(partition, task, how):
    """Marks of transactions take offsets."""
    assert not partition.take([Message(0), Message(1), Message(5)], **how)
    assert [0, 1, 5] == [offset for offset, _ in task.taken]


@pytest.mark.parametrize("step", [1, 3, 4])
def test_a_record_of_the_future_and_all_behind_it_are_not_taken(partition, task, step):
    """Three days behind its predecessor are allowed, however many of such steps a batch holds."""
    partition.take([Message(n, (1 + step * n) * DAY_MS) for n in range(4)], contiguous=True)
    if step == 4:
        assert [0] == [offset for offset, _ in task.taken]
        partition.take([Message(1, DAY_MS)], contiguous=True)
        assert 1 == partition.next_offset
        partition.check()
        asyncio.run(written(partition))
        with pytest.raises(ClockError, match="offset 1 was taken at"):
            partition.check()
    else:
        assert 4 == partition.next_offset


async def written(partition) -> None:
    await partition.finish()
    partition._writer.commit.set()
    await partition.written()


def test_times_never_fall(partition, task):
    """A clock that was set back does not make a record older than the one before it, nor the next one a gap."""
    partition.take([Message(0, 2 * DAY_MS), Message(1, DAY_MS)], contiguous=True)
    partition.take([Message(2, 4 * DAY_MS)], contiguous=True)
    assert 3 == partition.next_offset
    if isinstance(task, Whole):
        return
    assert [2, 2, 4] == [at // (DAY_MS * 1000) for _, at in task.taken]
