"""When the batch of a partition is finished."""

import time

import msgspec
import pytest
from aiokafka import TopicPartition

from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.partition import LINGER_RECORDS, LINGER_S, Partition


class Message(msgspec.Struct):
    offset: int
    timestamp: int = 0
    value: bytes = b""


class Script:
    """A task that asks for what the test wants."""

    def __init__(self) -> None:
        self.next_offset = 0
        self.retry_at: float | None = None
        self.full = False
        self.urgent = False

    def take(self, record) -> None:
        self.next_offset = record.offset + 1


@pytest.fixture
def task():
    return Script()


@pytest.fixture
def partition(task):
    place = TopicPartition("facts", 0)
    made = Partition(place, "facts", task, None, Figures("test", "facts", 0))
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
