"""Writes a backlog fast, in the batches that a producer makes when it has much to send."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from aiokafka import AIOKafkaProducer

from connectors.kafka.cluster import Cluster
from connectors.log.placement import Placed

_BATCH_BYTES = 1 << 18


def write_backlog(cluster: Cluster, topic: str, placed: Mapping[int, Sequence[Placed]]) -> None:
    """Append records to a topic by partition, each in order; returns once all are acknowledged."""
    asyncio.run(_write(cluster, cluster.topic(topic), placed))


async def _write(cluster: Cluster, topic: str, placed: Mapping[int, Sequence[Placed]]) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=cluster.bootstrap,
        enable_idempotence=True,
        compression_type="lz4",
        max_batch_size=_BATCH_BYTES,
    ) as producer:
        await asyncio.gather(*(_send(producer, topic, p, records) for p, records in placed.items()))


async def _send(producer: AIOKafkaProducer, topic: str, partition: int, records: Iterable[Placed]) -> None:
    batch = producer.create_batch()
    for key, value in records:
        if batch.append(key=key.encode(), value=value, timestamp=None) is None:
            await (await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(key=key.encode(), value=value, timestamp=None)
    await (await producer.send_batch(batch, topic, partition=partition))
