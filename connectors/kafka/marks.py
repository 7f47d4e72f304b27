"""Offsets that hold no record because transactions took them: their marks, and what was written and then aborted.

Clients pass over both in silence. A reader that has to see every record asks here whether what did not come was one.
"""

from collections.abc import Sequence
from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.memory_records import MemoryRecords

from connectors.kafka.cluster import Cluster, ClusterError
from events.messages import message

_FETCH_BYTES = 1 << 20
_WAIT_MS = 500
_UNCOMMITTED = 0

Gap = tuple[int, int]
"""Offsets from the first up to before the second."""


def gaps(expected: int, offsets: Sequence[int]) -> list[Gap]:
    """Return what is missing in rising offsets that should begin with `expected` and leave none out."""
    offsets = [offset for offset in offsets if offset >= expected]
    if not offsets or offsets[-1] - expected + 1 == len(offsets):
        return []
    begins = [expected, *(offset + 1 for offset in offsets)]
    return [(begin, came) for begin, came in zip(begins, offsets, strict=False) if begin < came]


async def left_by_transactions(
    cluster: Cluster, topic: str, partition: int, wanted: Sequence[Gap]
) -> set[Gap]:
    """Return those gaps between committed records that transactions left: no record is missing there.

    The log is read raw: every offset of such a gap lies in a batch that is a mark, or belongs to a transaction, which
    was aborted then. An offset in a batch of another kind, or in none at all, is a record that is gone.
    """
    explained = set()
    client = AIOKafkaClient(bootstrap_servers=cluster.bootstrap)
    place = TopicPartition(cluster.topic(topic), partition)
    try:
        await client.bootstrap()
        client.add_topic(place.topic)
        await client._wait_on_metadata(place.topic)  # noqa: SLF001 (as the library's own producer does)
        taken: list[Gap] = []  # by transactions, as far as was read
        read_to = 0
        for begin, end in wanted:
            if begin >= read_to:
                taken, read_to = [], begin
            while read_to < end:
                chunk = await _fetch(client, place, read_to)
                taken += [(low, high) for low, high, of_transaction in chunk if of_transaction]
                if not chunk or chunk[-1][1] <= read_to:
                    raise ClusterError(
                        message(
                            "{topic}/{partition} cannot be read at offset {read_to}",
                            topic=place.topic,
                            partition=place.partition,
                            read_to=read_to,
                        )
                    )
                read_to = chunk[-1][1]
            if _covers(taken, begin, end):
                explained.add((begin, end))
    finally:
        await client.close()
    return explained


async def _fetch(client: AIOKafkaClient, place: TopicPartition, offset: int) -> list[tuple[int, int, bool]]:
    """Return the batches from an offset on, as many as one answer holds: begin, end, whether of a transaction."""
    node = client.cluster.leader_for_partition(place)
    request = FetchRequest(
        _WAIT_MS, 1, _FETCH_BYTES, _UNCOMMITTED, [(place.topic, [(place.partition, offset, _FETCH_BYTES)])]
    )
    response = await client.send(node, request)
    batches = []
    for _, partitions in response.topics:
        for _, error, *_, raw in partitions:
            if error:
                raise ClusterError(
                    message(
                        "{topic}/{partition} at offset {offset}: error {error}",
                        topic=place.topic,
                        partition=place.partition,
                        offset=offset,
                        error=error,
                    )
                )
            records: Any = MemoryRecords(raw)
            while records.has_next():
                batch = records.next_batch()
                of_transaction = batch.is_control_batch or batch.is_transactional
                batches.append((batch.base_offset, batch.next_offset, of_transaction))
    return batches


def _covers(taken: Sequence[Gap], begin: int, end: int) -> bool:
    """Tell whether stretches, in rising order, leave no offset of another one out."""
    for low, high in taken:
        if low <= begin < high:
            begin = high
    return begin >= end
