"""Reading topics without a group: stretches of a partition, as records or raw."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from connectors.kafka.client import open_client, told
from connectors.kafka.cluster import Cluster, ClusterError
from events.envelope import Record

_POLL_MS = 500
_STANDSTILL_S = 60.0
_MS_US = 1000


class Reader:
    """Reads what is committed, from any offset; positions are the caller's."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._running: dict[tuple[str, int], tuple[int, int]] = {}
        self._consumer = open_client(
            KafkaConsumer,
            cluster,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=50,
            max_poll_records=10_000,
        )

    def partitions(self, topic: str) -> int:
        """Return the number of partitions of a topic; raises `ClusterError` where there is none."""
        with told(self._cluster):
            found = self._consumer.partitions_for_topic(self._cluster.topic(topic))
        if not found:
            name = self._cluster.topic(topic)
            raise ClusterError(
                f"no topic {name} on {self._cluster.bootstrap}; make it with `xuncha topics apply`"
            )
        return len(found)

    def end_offsets(self, topic: str) -> list[int]:
        """Return where each partition ends: behind the last record, and the mark of the last transaction."""
        places = [self._place(topic, p) for p in range(self.partitions(topic))]
        with told(self._cluster):
            ends = self._consumer.end_offsets(places)
        return [ends[place] for place in places]

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        """Return up to `limit` records from an offset on, in order; empty at the end.

        `recorded_at` is the running maximum over what this reader has read of the partition without a gap.
        """
        place = self._place(topic, partition)
        with told(self._cluster):
            end = self._consumer.end_offsets([place])[place]
        records: list[Record] = []
        running_from, running = self._running.get((topic, partition), (-1, 0))
        if running_from != offset:
            running = 0
        for m in self._messages(place, offset, end, limit):
            running = max(running, m.timestamp * _MS_US)
            records.append(Record(partition, m.offset, running, m.value))
        if records:
            self._running[topic, partition] = records[-1].offset + 1, running
        return records

    def first_waiting(self, topic: str, committed: dict[int, int]) -> dict[int, tuple[int, int]]:
        """Return offset and append time (microseconds) of the first record at or behind each position, where one is."""
        waiting = {}
        ends = self.end_offsets(topic)
        for partition, position in committed.items():
            place = self._place(topic, partition)
            for m in self._messages(place, position, ends[partition], 1):
                waiting[partition] = m.offset, m.timestamp * _MS_US
        return waiting

    def messages(self, topic: str, partition: int, offset: int = 0) -> Iterator[Any]:
        """Yield the client's own messages, with key and headers, from an offset up to the present end."""
        place = self._place(topic, partition)
        with told(self._cluster):
            end = self._consumer.end_offsets([place])[place]
        yield from self._messages(place, offset, end, None)

    def close(self) -> None:
        self._consumer.close()

    def _place(self, topic: str, partition: int) -> TopicPartition:
        return TopicPartition(self._cluster.topic(topic), partition)

    def _messages(self, place: TopicPartition, offset: int, end: int, limit: int | None) -> Iterator[Any]:
        """Yield messages; marks of transactions take offsets, so only the position tells the end."""
        if offset >= end:
            return
        taken = 0
        with told(self._cluster):
            self._consumer.assign([place])
            self._consumer.seek(place, offset)
            moved_at = time.monotonic()
            while (position := self._consumer.position(place)) < end:
                messages = self._consumer.poll(_POLL_MS, max_records=limit).get(place, ())
                if self._consumer.position(place) != position:
                    moved_at = time.monotonic()
                elif time.monotonic() - moved_at > _STANDSTILL_S:
                    raise ClusterError(
                        f"{place.topic}/{place.partition} gave nothing for {_STANDSTILL_S:.0f} s at {position}"
                    )
                for m in messages:
                    if m.offset >= end or taken == limit:
                        return
                    taken += 1
                    yield m
                if taken == limit:
                    return
