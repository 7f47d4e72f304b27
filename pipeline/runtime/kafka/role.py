"""What a partition loop reads and keeps, and the consumer that reads it."""

import os
import platform
from collections.abc import Callable
from datetime import timedelta

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from connectors.kafka.as_parsed import as_parsed
from connectors.kafka.changelog import States
from connectors.kafka.cluster import DEAD_LETTERS, Cluster, ClusterError
from connectors.kafka.one_owner import OneOwner
from connectors.log.port import DERIVED
from events.messages import joined, message

_FETCH_BYTES = 2 << 20


class Role(msgspec.Struct, frozen=True):
    """The work of one consumer group, but for the task itself; names are without the prefix."""

    name: str  # of the group
    source: str
    changelog: str
    transactional: bool  # the source is written in transactions: gaps between its records are no loss
    key_prefix: str = ""  # of the keys in the changelog that belong to this group
    session_timeout_s: float = 10.0
    whole: bool = False  # one process holds all partitions, the others stand by
    max_clock_gap: timedelta | None = None  # a record further behind its predecessor is not taken
    new_states: Callable[[], States] = dict  # what the states of a partition rest in


def new_consumer(cluster: Cluster, role: Role) -> AIOKafkaConsumer:
    """Make the consumer of a role, in the group but with positions that it is told."""
    session_ms = int(role.session_timeout_s * 1000)
    return AIOKafkaConsumer(
        bootstrap_servers=cluster.bootstrap,
        client_id=f"{cluster.group(role.name)}-{platform.node()}-{os.getpid()}",
        group_id=cluster.group(role.name),
        enable_auto_commit=False,
        auto_offset_reset="none",  # a position that is gone must not become another one in silence
        key_deserializer=as_parsed,
        isolation_level="read_committed",  # of facts, too: a foreign producer may write them in transactions
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=session_ms // 5,
        max_partition_fetch_bytes=_FETCH_BYTES,
        partition_assignment_strategy=(OneOwner, RoundRobinPartitionAssignor)
        if role.whole
        else (RoundRobinPartitionAssignor,),
    )


async def require_topics(cluster: Cluster, role: Role, consumer: AIOKafkaConsumer) -> None:
    """Raise `ClusterError` where a topic is missing; the consumer would wait for it in silence."""
    names = (role.source, role.changelog, DERIVED, DEAD_LETTERS)
    missing = {cluster.topic(name) for name in names} - await consumer.topics()
    if missing:
        raise ClusterError(
            message(
                "no topic {missing} on {bootstrap}; make it with `xuncha topics apply`",
                missing=joined(", ", sorted(missing)),
                bootstrap=cluster.bootstrap,
            )
        )
