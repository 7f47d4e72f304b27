"""Reading the states of partitions from a compacted topic."""

import asyncio
from contextlib import closing

import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaProducer

from connectors.kafka.changelog import States, lives_header, read_states
from connectors.kafka.cluster import NOTIFIED, Cluster

PARTITIONS = range(4)
LATER_S = 1.0


def write(cluster: Cluster, partition: int, *rows: tuple[str, bytes | None]) -> None:
    with closing(KafkaProducer(bootstrap_servers=cluster.bootstrap)) as producer:
        for key, value in rows:
            producer.send(cluster.topic(NOTIFIED), value, key.encode(), partition=partition)
        producer.flush()


def read(cluster: Cluster, prefix: str = "") -> dict[int, States]:
    stored = asyncio.run(read_states(cluster, NOTIFIED, PARTITIONS, prefix=prefix))
    return {partition: found.states for partition, found in stored.items()}


@pytest.mark.slow
def test_the_newest_state_of_each_key_counts(cluster):
    """A state without value is gone, and one that came after it is there; an empty key is a key."""
    write(
        cluster, 0, ("a", b"1"), ("b", b"2"), ("", b"3"), ("a", b"4"), ("b", None), ("c", b"5"), ("c", None)
    )
    write(cluster, 0, ("c", b"6"))
    write(cluster, 3, ("a", b"7"))
    assert {0: {"a": b"4", "": b"3", "c": b"6"}, 1: {}, 2: {}, 3: {"a": b"7"}} == read(cluster)


def test_keys_of_others_are_left_out(cluster):
    """Groups that share a changelog read their own keys only."""
    write(cluster, 1, ("file\0x", b"1"), ("webhook\0x", b"2"))
    assert {"file\0x": b"1"} == read(cluster, "file\0")[1]


async def transaction(cluster: Cluster, name: str, row: tuple[bytes, bytes]) -> AIOKafkaProducer:
    """Begin a transaction that has written a row."""
    producer = AIOKafkaProducer(
        bootstrap_servers=cluster.bootstrap, transactional_id=f"{cluster.prefix}-{name}"
    )
    await producer.start()
    await producer.begin_transaction()
    await producer.send_and_wait(cluster.topic(NOTIFIED), row[1], row[0], partition=0)
    return producer


def test_what_was_not_committed_is_not_read(cluster):
    """An aborted transaction leaves no state."""

    async def abort() -> None:
        producer = await transaction(cluster, "a", (b"a", b"1"))
        await producer.abort_transaction()
        await producer.stop()

    asyncio.run(abort())
    assert {} == read(cluster)[0]


def test_a_state_that_stands_behind_an_open_transaction_is_waited_for(cluster):
    """What one group has committed is not shown while another group's older transaction is open."""

    async def read_beside_it() -> States:
        older = await transaction(cluster, "older", (b"theirs", b"1"))
        newer = await transaction(cluster, "newer", (b"mine", b"2"))
        await newer.commit_transaction()
        reading = asyncio.create_task(read_states(cluster, NOTIFIED, [0], prefix="mine"))
        await asyncio.sleep(LATER_S)
        assert not reading.done()
        await older.commit_transaction()
        await asyncio.gather(older.stop(), newer.stop())
        return (await reading)[0].states

    assert {"mine": b"2"} == asyncio.run(read_beside_it())


def test_the_position_says_of_which_lives_of_the_topics_it_speaks(cluster):
    """The newest one counts; one without a note takes the note of an older one away."""
    now = {"facts": "f1", "notified": "n1"}
    for partition, notes in enumerate(((now,), (now, None), ({"facts": "f0", "notified": "n1"},), ())):
        with closing(KafkaProducer(bootstrap_servers=cluster.bootstrap)) as producer:
            for note in notes:
                headers = [] if note is None else [lives_header(note)]
                producer.send(cluster.topic(NOTIFIED), b"1", b"mine", headers=headers, partition=partition)
    stored = asyncio.run(read_states(cluster, NOTIFIED, PARTITIONS, prefix="mine"))
    assert [frozenset(), None, {"facts"}, None] == [stored[p].remade(now) for p in PARTITIONS]
