"""States kept in a compacted topic: read whole when their partitions are taken over."""

from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from connectors.kafka.cluster import Cluster

_POLL_MS = 50
# A few answers are in memory at a time, beside the states: large ones would double what a recovery needs.
_PARTITION_BYTES = 1 << 20
_FETCH_BYTES = 8 << 20

States = dict[str, bytes]


async def read_states(
    cluster: Cluster, topic: str, partitions: Iterable[int], *, prefix: str = ""
) -> dict[int, States]:
    """Return the newest state of every key with a prefix, for each partition; a record without a value takes it away.

    Reads what is committed up to the end that stands when the read begins. A transaction that somebody else has open
    there is waited for: what was committed behind it is not shown before it ends.
    """
    states: dict[int, States] = {partition: {} for partition in partitions}
    begins = prefix.encode()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=cluster.bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",  # with "latest", a seek to the beginning loses a race and reads nothing
        isolation_level="read_committed",
        fetch_max_wait_ms=_POLL_MS,
        max_partition_fetch_bytes=_PARTITION_BYTES,
        fetch_max_bytes=_FETCH_BYTES,
    )
    await consumer.start()
    try:
        name = cluster.topic(topic)
        left = {TopicPartition(name, partition) for partition in states}
        ends: dict[TopicPartition, int] = {}
        consumer.assign(left)
        while left:
            for place, messages in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                _take(states[place.partition], messages, begins)
            for place in sorted(left):
                end = ends.setdefault(place, consumer.highwater(place))
                if end is None:
                    del ends[place]  # nothing was fetched yet
                elif await consumer.position(place) >= end:
                    left.remove(place)
                    consumer.pause(place)
    finally:
        await consumer.stop()
    return states


def _take(states: States, messages: Iterable[Any], begins: bytes) -> None:
    for message in messages:
        if not message.key.startswith(begins):
            continue
        key = message.key.decode()
        if message.value:
            states[key] = message.value
        else:
            states.pop(key, None)
