"""The records of a plan, read from the log by whoever finishes it, also those of partitions that it does not hold."""

import asyncio
from collections.abc import Mapping
from contextlib import closing

from connectors.history.heads import Head, Place
from connectors.history.writer import Range
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.marks import left_by_transactions
from connectors.kafka.reader import Reader
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
                f"a topic was made again: {plan.topic} {plan.life} became {life}; start again to go on in it"
            )
    return stretches


def _read(cluster: Cluster, reader: Reader, topic: str, of: Range, heads: Mapping[Place, Head]) -> Stretch:
    place = (topic, of.partition)
    messages = list(reader.messages(topic, of.partition, of.begin, of.end))
    taking = Taking(place, heads.get(place, Head()))
    missed = taking.gaps(messages)
    passed = asyncio.run(left_by_transactions(cluster, *place, missed)) if missed else set()
    records = []
    for m in messages:
        taking.require_next(m, passed)
        records.append(taking.take(m))
    if taking.read_to != of.end:
        raise ClusterError(
            f"{topic} partition {of.partition}: a sink set out to store up to offset {of.end}, and the log has no"
            f" record there; the last one read was at {taking.read_to - 1}"
        )
    return Stretch(place, of.begin, records)
