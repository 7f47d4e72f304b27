"""How far each process has come: the only honest sign of life is an offset that moves (`xuncha lag`)."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import msgspec

from connectors.kafka.cluster import Cluster
from connectors.kafka.offsets import group_names, read_group
from connectors.kafka.reader import Reader
from connectors.log.port import DERIVED, FACTS
from events.instants import from_micros

TICKER = "ticker"
"""Group whose positions are the ends of the facts at the last tick, noted with its time."""

WORKER, SINK, NOTIFIER = "worker", "sink", "notifier-"


class Standing(msgspec.Struct, frozen=True):
    """How far a group has come in one partition."""

    group: str
    topic: str
    partition: int
    holder: str | None  # the process that has the partition, None while nobody has
    committed: int
    end: int
    past_last_tick: bool | None  # None: no ticker has noted a tick, or not a group that reads ticks
    waiting_since: datetime | None  # append time of the first record that waits, None where none does


class Lag(msgspec.Struct, frozen=True):
    """Every group of a log, and the last tick."""

    standings: list[Standing]
    last_tick: datetime | None


def measure_lag(cluster: Cluster) -> Lag:
    """Return how far worker, sink and notifiers have come in each partition that they read."""
    with closing(Reader(cluster)) as reader:
        ticked = read_group(cluster, TICKER).committed
        standings = [s for group, topic in _readers(cluster) for s in _of(cluster, reader, group, topic)]
    notes = [c.note for c in ticked.values() if c.note]
    for i, s in enumerate(standings):
        at = ticked.get((s.topic, s.partition))
        if at is not None:
            standings[i] = msgspec.structs.replace(s, past_last_tick=s.committed >= at.offset)
    return Lag(standings, datetime.fromisoformat(max(notes)) if notes else None)


def stuck(lag: Lag, now: datetime, after: timedelta) -> list[Standing]:
    """Return the partitions in which a record has waited for longer than a while."""
    return [s for s in lag.standings if s.waiting_since is not None and now - s.waiting_since > after]


def _readers(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Yield every group that should read, with the topic: worker and sink always, notifiers where they are known."""
    yield WORKER, FACTS
    yield SINK, FACTS
    yield SINK, DERIVED
    for name in group_names(cluster):
        if name.startswith(NOTIFIER):
            yield name, DERIVED


def _of(cluster: Cluster, reader: Reader, name: str, topic: str) -> list[Standing]:
    group = read_group(cluster, name)
    ends = reader.end_offsets(topic)
    committed = {
        p: group.committed[topic, p].offset if (topic, p) in group.committed else 0 for p in range(len(ends))
    }
    waiting = reader.first_waiting(topic, committed)
    return [
        Standing(
            name,
            topic,
            partition,
            group.holders.get((topic, partition)),
            committed[partition],
            end,
            None,
            from_micros(waiting[partition][1]) if partition in waiting else None,
        )
        for partition, end in enumerate(ends)
    ]
