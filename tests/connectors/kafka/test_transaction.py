"""One transaction a batch: all of it or nothing, and only by who owns the partition."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import monotonic

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka.client import admin
from connectors.kafka.cluster import DEAD_LETTERS, FOLD_STATES, Cluster
from connectors.kafka.dead_letters import letters_of
from connectors.kafka.offsets import committed_offsets
from connectors.kafka.reader import Reader
from connectors.kafka.transaction import Output, PartitionWriter
from connectors.log.dead_letters import RAW_LIMIT, DeadLetter
from connectors.log.port import DERIVED, FACTS
from events.codec import encode_event
from tests.connectors.log.facts import a_post

PARTITION = 2


class StoppedError(Exception):
    """The process died here."""


def die(point: str) -> None:
    raise StoppedError(point)


def writer(cluster: Cluster, fail_point=lambda _: None) -> PartitionWriter:
    source = TopicPartition(cluster.topic(FACTS), PARTITION)
    return PartitionWriter(cluster, cluster.group("worker"), source, FOLD_STATES, fail_point=fail_point)


def output(number: int, *, states: int = 1, raw: bytes = b"?") -> Output:
    """Return an output that has something of everything."""
    letter = DeadLetter(FACTS, f"place {number}", "reason", raw)
    rows = [(f"account-{n}", b"state %d" % number * 30) for n in range(states)]
    return Output([a_post(number)], [(b"key", letter)], [*rows, ("", b"%d" % number)], number)


def values(cluster: Cluster, topic: str, partition: int) -> list[bytes]:
    with closing(Reader(cluster)) as reader:
        return [m.value for m in reader.messages(topic, partition)]


def check(cluster: Cluster, *numbers: int) -> None:
    """Assert that the topics hold the outputs with these numbers and no others."""
    assert [encode_event(a_post(n)) for n in numbers] == values(cluster, DERIVED, PARTITION)
    states = values(cluster, FOLD_STATES, PARTITION)
    assert [b"%d" % n for n in numbers] == [state for state in states if state.isdigit()]
    with closing(Reader(cluster)) as reader:
        letters = letters_of((m.offset, m.value, m.headers) for m in reader.messages(DEAD_LETTERS, 0))
    assert [f"place {n}" for n in numbers] == [letter.place for letter in letters]
    assert {PARTITION: numbers[-1]} == committed_offsets(cluster, "worker", FACTS)


def test_batches_are_there_as_a_whole_and_in_order(cluster):
    """Derived events, letters, states with the position last, and the offset of the group; large batches, too."""

    async def write() -> None:
        mine = writer(cluster)
        await mine.open()
        for number in (1, 2, 3):
            await mine.write(output(number, states=2_000))
        await mine.close()

    asyncio.run(write())
    check(cluster, 1, 2, 3)
    assert 3 * 2_001 == len(values(cluster, FOLD_STATES, PARTITION))


def test_nothing_is_seen_of_a_batch_that_was_not_committed(cluster):
    """The next owner aborts what one that died had sent."""

    async def write() -> None:
        dead = writer(cluster, die)
        await dead.open()
        with pytest.raises(StoppedError, match=r"loop\.before_commit"):
            await dead.write(output(1))
        mine = writer(cluster)
        await mine.open()
        await mine.write(output(2))
        await asyncio.gather(mine.close(), dead.close())

    asyncio.run(write())
    check(cluster, 2)


def test_a_former_owner_cannot_write_any_more(cluster):
    """From the moment that the next one opens its producer, not only from its first batch."""

    async def write() -> None:
        former, mine = writer(cluster), writer(cluster)
        await former.open()
        await former.write(output(1))
        await mine.open()
        with pytest.raises(ProducerFenced):
            await former.write(output(2))
        await mine.write(output(3))
        await asyncio.gather(mine.close(), former.close())

    asyncio.run(write())
    check(cluster, 1, 3)


def test_what_a_broker_left_undecided_is_aborted_by_the_next_owner(cluster):
    """A transaction of which no coordinator knows holds up readers for ever; it is neither shown nor committed.

    The broker takes it without asking the coordinator, as one does that lost the mark of an abort while it started.
    """

    async def write() -> None:
        lost, mine = writer(cluster, die), writer(cluster)
        try:
            await lost.open()
            # Its own mark may come late under load, and would decide what is left behind it, too.
            assert await holds(lambda: all(stable == end > 0 for stable, end in ends_of(cluster)))
            await leave_undecided(cluster, lost)
            assert await holds(lambda: all(stable < end for stable, end in ends_of(cluster)))
            await mine.open()
            assert await holds(lambda: all(stable == end for stable, end in ends_of(cluster)))
            await mine.write(output(2))
        finally:
            await asyncio.gather(mine.close(), lost.close())

    with verification_off(cluster):
        asyncio.run(write())
    check(cluster, 2)


@contextmanager
def verification_off(cluster: Cluster) -> Iterator[None]:
    """Let the broker take records of transactions without asking the coordinator about them."""
    name = "transaction.partition.verification.enable"
    with admin(cluster) as brokers:
        brokers.alter_configs([ConfigResource(ConfigResourceType.BROKER, "1", {name: "false"})])
        try:
            yield
        finally:
            brokers.alter_configs([ConfigResource(ConfigResourceType.BROKER, "1", {name: "true"})])


async def leave_undecided(cluster: Cluster, lost: PartitionWriter) -> None:
    """Send a record to each topic in a transaction of which the coordinator is not told."""
    await lost._producer.begin_transaction()
    told_before = lost._producer._txn_manager._txn_partitions
    told_before |= {TopicPartition(cluster.topic(t), PARTITION) for t in (DERIVED, FOLD_STATES)}
    for topic in (DERIVED, FOLD_STATES):
        await lost._producer.send_and_wait(cluster.topic(topic), b"left", key=b"left", partition=PARTITION)


async def holds(seen: Callable[[], bool], seconds: float = 30) -> bool:
    """Return whether something holds within some seconds: a broker under load shows its offsets late."""
    deadline = monotonic() + seconds
    while not seen():
        if monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


def ends_of(cluster: Cluster) -> list[tuple[int, int]]:
    """Return the last stable offset and the end of the partition in each topic of the output."""
    with closing(Reader(cluster)) as reader:
        return [
            (reader.stable_offsets(topic)[PARTITION], reader.end_offsets(topic)[PARTITION])
            for topic in (DERIVED, FOLD_STATES)
        ]


def test_the_largest_dead_letter_goes_through(cluster):
    """A record that nobody can read must not stop the worker by its size; its letter tells where it stands."""

    async def write() -> None:
        mine = writer(cluster)
        await mine.open()
        await mine.write(output(1, raw=b"x" * RAW_LIMIT))
        await mine.close()

    asyncio.run(write())
    check(cluster, 1)
    assert [b""] == values(cluster, DEAD_LETTERS, 0)
