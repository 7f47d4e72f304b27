"""The records of a plan, read from the log by whoever finishes it, also those of partitions that it does not hold."""

import asyncio
from collections.abc import Mapping
from contextlib import closing

from connectors.history.heads import Head, Place
from connectors.history.writer import Range
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.marks import left_by_transactions
from connectors.kafka.reader import Reader
from events.messages import message
from pipeline.runtime.kafka.plans import Plan
from pipeline.runtime.kafka.share import Stretch
from pipeline.runtime.kafka.taking import Taking


class RemadeError(ClusterError):
    """A topic was made again while something was read of it; whoever starts again finds its present life."""


def read_planned(cluster: Cluster, plan: Plan, heads: Mapping[Place, Head]) -> tuple[Stretch, ...]:
    """Return what a plan holds, record by record what its maker had; `heads` are where it begins.

    Whether a record is of the future was asked by the maker. Raises `ClusterError` where the log does not have it all.
    """
    with closing(Reader(cluster)) as reader:
        stretches = tuple(_read(cluster, reader, plan.topic, r, heads) for r in plan.ranges)
        if (life := reader.life(plan.topic)) != plan.life:
            raise RemadeError(
                message(
                    "a topic was made again: {topic} {life} became {life_2}; start again to go on in it",
                    topic=plan.topic,
                    life=plan.life,
                    life_2=life,
                )
            )
    return stretches


def _read(cluster: Cluster, reader: Reader, topic: str, of: Range, heads: Mapping[Place, Head]) -> Stretch:
    place = (topic, of.partition)
    messages = list(reader.messages(topic, of.partition, of.begin, of.end))
    taking = Taking(place, heads.get(place, Head()))
    missed = taking.gaps(messages)
    passed = asyncio.run(left_by_transactions(cluster, *place, missed)) if missed else set()
    records = taking.take(messages, passed)
    if taking.read_to != of.end:
        raise ClusterError(
            message(
                "{topic} partition {partition}: a sink set out to store up to offset {end}, and"
                " the log has no record there; the last one read was at {read_to}",
                topic=topic,
                partition=of.partition,
                end=of.end,
                read_to=taking.read_to - 1,
            )
        )
    return Stretch(place, of.begin, records)
