"""How far each process has come: the only honest sign of life is an offset that moves (`xuncha lag`)."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta

import msgspec

from connectors.kafka.cluster import Cluster
from connectors.kafka.offsets import Group, Groups
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
    end: int  # high-water mark
    stable_end: int  # behind it somebody has a transaction open: nobody can read on before that is over
    past_last_tick: bool | None  # None: no ticker has noted a tick, or not a group that reads ticks
    waiting_since: datetime | None  # append time of the first record that waits, None where none does


class Lag(msgspec.Struct, frozen=True):
    """Every group of a log, and the last tick."""

    standings: list[Standing]
    last_tick: datetime | None


class LagMeter:
    """Measures again and again, over the same connections."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._groups = Groups(cluster)
        self._reader = Reader(cluster)

    def measure(self) -> Lag:
        """Return how far worker, sink and notifiers have come in each partition that they read.

        Positions are asked for first, then the ends of the topics, once for all groups: what is shown as done was done
        by then, and all that followed from it stands before the ends.
        """
        groups = self._groups.read([TICKER, WORKER, SINK], beginning_with=NOTIFIER)
        ticked = groups.pop(TICKER).committed
        ends = {topic: _ends_of(self._cluster, self._reader, topic) for topic in (FACTS, DERIVED)}
        standings = [
            s
            for name, group in groups.items()
            for topic in _topics_of(name)
            for s in _of(self._reader, group, topic, ends[topic])
        ]
        notes = [c.note for c in ticked.values() if c.note]
        for i, s in enumerate(standings):
            at = ticked.get((s.topic, s.partition))
            if at is not None:
                standings[i] = msgspec.structs.replace(s, past_last_tick=s.committed >= at.offset)
        return Lag(standings, datetime.fromisoformat(max(notes)) if notes else None)

    def close(self) -> None:
        self._reader.close()
        self._groups.close()


def measure_lag(cluster: Cluster) -> Lag:
    """Return how far worker, sink and notifiers have come in each partition that they read."""
    with closing(LagMeter(cluster)) as meter:
        return meter.measure()


def stuck(lag: Lag, now: datetime, after: timedelta) -> list[Standing]:
    """Return the partitions in which a record has waited for longer than a while."""
    return [s for s in lag.standings if s.waiting_since is not None and now - s.waiting_since > after]


class _Ends(msgspec.Struct, frozen=True):
    """Where the partitions of a topic end."""

    high: list[int]
    stable: list[int]
    open_since: dict[
        int, int
    ]  # append time (microseconds) of what an open transaction wrote first, by partition


def _ends_of(cluster: Cluster, reader: Reader, topic: str) -> _Ends:
    high = reader.end_offsets(topic)
    stable = reader.stable_offsets(topic)
    held = {p: begin for p, (begin, end) in enumerate(zip(stable, high, strict=True)) if begin < end}
    if not held:
        return _Ends(high, stable, {})
    with closing(Reader(cluster, isolation="read_uncommitted")) as raw:
        return _Ends(high, stable, {p: at for p, (_, at) in raw.first_waiting(topic, held, high).items()})


def _topics_of(group: str) -> Sequence[str]:
    """Return what a group reads, in the order of the way of a fact."""
    return {WORKER: (FACTS,), SINK: (FACTS, DERIVED)}.get(group, (DERIVED,))


def _of(reader: Reader, group: Group, topic: str, ends: _Ends) -> Iterator[Standing]:
    committed = {
        p: group.committed[topic, p].offset if (topic, p) in group.committed else 0
        for p in range(len(ends.high))
    }
    waiting = {p: at for p, (_, at) in reader.first_waiting(topic, committed, ends.stable).items()}
    for partition, end in enumerate(ends.high):
        since = waiting.get(partition, ends.open_since.get(partition))
        yield Standing(
            group.name,
            topic,
            partition,
            group.holders.get((topic, partition)),
            committed[partition],
            end,
            ends.stable[partition],
            None,
            from_micros(since) if since is not None else None,
        )
