"""Reading topics without a group: stretches of a partition, as records or raw, and where they end."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.protocol.consumer import IsolationLevel, OffsetSpec

from connectors.kafka.client import broker_errors, open_client, patiently
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.quick_parsing import parse_quickly
from events.envelope import Record
from events.messages import joined, message

_POLL_MS = 50
_STANDSTILL_S = 60.0
_SHOWN_WITHIN_S = 2.0
_MS_US = 1000


class Reader:
    """Reads what is committed, from any offset; positions are the caller's.

    A partition has two ends. At its high-water mark the next record will stand; up to the last stable offset nothing
    is undecided any more, and so far it can be read. Between them somebody has a transaction open.
    """

    def __init__(self, cluster: Cluster, *, isolation: str = "read_committed") -> None:
        self._cluster = cluster
        self._running: dict[tuple[str, int], tuple[int, int]] = {}
        self._lazy_admin: KafkaAdminClient | None = None
        self._consumer = open_client(
            KafkaConsumer,
            cluster,
            isolation_level=isolation,
            enable_auto_commit=False,
            auto_offset_reset="none",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=_POLL_MS,
            max_poll_records=10_000,
        )
        parse_quickly(self._consumer)

    def partitions(self, topic: str) -> int:
        """Return the number of partitions of a topic; raises `ClusterError` where there is none.

        One that was just made is waited for: brokers hear of it a moment after it was made.
        """
        name = self._cluster.topic(topic)
        deadline = time.monotonic() + _SHOWN_WITHIN_S
        while True:
            with broker_errors(self._cluster):
                found = self._consumer.partitions_for_topic(name)
            if found:
                return len(found)
            if time.monotonic() > deadline:
                raise ClusterError(
                    message(
                        "no topic {name} on {bootstrap}; make it with `xuncha topics apply`",
                        name=name,
                        bootstrap=self._cluster.bootstrap,
                    )
                )
            time.sleep(_POLL_MS / 1000)

    def end_offsets(self, topic: str) -> list[int]:
        """Return the high-water mark of each partition: where the next record will stand."""
        return self._ends(topic, IsolationLevel.READ_UNCOMMITTED)

    def stable_offsets(self, topic: str) -> list[int]:
        """Return how far each partition can be read: behind it, somebody has a transaction open."""
        return self._ends(topic, IsolationLevel.READ_COMMITTED)

    @patiently
    def life(self, topic: str) -> str:
        """Return the id of a topic, which is another one when it was made again."""
        with broker_errors(self._cluster):
            (described,) = self._admin.describe_topics([self._cluster.topic(topic)])
        return str(described["topic_id"])

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        """Return up to `limit` records from an offset on, in order; empty at the end.

        `recorded_at` is the running maximum over what this reader has read of the partition without a gap.
        """
        place = self._place(topic, partition)
        records: list[Record] = []
        running_from, running = self._running.get((topic, partition), (-1, 0))
        if running_from != offset:
            running = 0
        for m in self._messages(place, offset, self._readable_end(place), limit):
            running = max(running, m.timestamp * _MS_US)
            records.append(Record(partition, m.offset, running, m.value))
        if records:
            self._running[topic, partition] = records[-1].offset + 1, running
        return records

    def first_waiting(
        self, topic: str, positions: Mapping[int, int], ends: Sequence[int] | None = None
    ) -> dict[int, tuple[int, int]]:
        """Return offset and append time (microseconds) of the first record at or behind each position, where one is.

        All partitions are asked at once. The library hands out what it fetched of one to its end before it turns to the
        next one, and what it has of a paused one stays in the way of the others (3.0.12). So a single record is taken
        of each, and then the partition is let go of.
        """
        ends = self.stable_offsets(topic) if ends is None else ends
        left = {self._place(topic, p): ends[p] for p, position in positions.items() if position < ends[p]}
        waiting: dict[int, tuple[int, int]] = {}
        moved_at = time.monotonic()
        with broker_errors(self._cluster):
            self._consumer.assign(list(left))
            for place in left:
                self._consumer.seek(place, positions[place.partition])
            while left:
                found = self._consumer.poll(_POLL_MS, max_records=1)
                for place, messages in found.items():
                    if left.pop(place, None) is not None and messages[0].offset < ends[place.partition]:
                        waiting[place.partition] = messages[0].offset, messages[0].timestamp * _MS_US
                passed = [place for place, end in left.items() if self._consumer.position(place) >= end]
                for place in passed:
                    del left[place]
                if found or passed:
                    moved_at = time.monotonic()
                    self._consumer.assign(list(left))
                elif time.monotonic() - moved_at > _STANDSTILL_S:
                    raise ClusterError(
                        message(
                            "{left}: nothing came for {standstill_s:.0f} s",
                            left=joined(", ", map(str, sorted(left))),
                            standstill_s=_STANDSTILL_S,
                        )
                    )
        return waiting

    def messages(self, topic: str, partition: int, offset: int = 0, end: int | None = None) -> Iterator[Any]:
        """Yield messages as parsed, with key and headers, from an offset up to before `end`, or the present one.

        Raises `ClusterError` where nobody can read as far as `end`.
        """
        place = self._place(topic, partition)
        readable = self._readable_end(place)
        if end is not None and readable < end:
            raise ClusterError(
                message(
                    "{topic}/{partition} can be read up to {readable}; offset {end} was due",
                    topic=place.topic,
                    partition=partition,
                    readable=readable,
                    end=end,
                )
            )
        yield from self._messages(place, offset, readable if end is None else end, None)

    def close(self) -> None:
        self._consumer.close()
        if self._lazy_admin is not None:
            self._lazy_admin.close()

    @property
    def _admin(self) -> KafkaAdminClient:
        if self._lazy_admin is None:
            self._lazy_admin = open_client(KafkaAdminClient, self._cluster)
        return self._lazy_admin

    @patiently
    def _ends(self, topic: str, isolation: IsolationLevel) -> list[int]:
        places = [self._place(topic, p) for p in range(self.partitions(topic))]
        with broker_errors(self._cluster):
            found = self._admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST), isolation)
        return [int(found[place].offset) for place in places]

    def _readable_end(self, place: TopicPartition) -> int:
        """Return up to where this reader is given records."""
        with broker_errors(self._cluster):
            return int(self._consumer.end_offsets([place])[place])

    def _place(self, topic: str, partition: int) -> TopicPartition:
        return TopicPartition(self._cluster.topic(topic), partition)

    def _messages(self, place: TopicPartition, offset: int, end: int, limit: int | None) -> Iterator[Any]:
        """Yield messages; marks of transactions take offsets, so only the position tells the end."""
        if offset >= end:
            return
        taken = 0
        with broker_errors(self._cluster):
            self._consumer.assign([place])
            self._consumer.seek(place, offset)
            moved_at = time.monotonic()
            while (position := self._consumer.position(place)) < end:
                messages = self._consumer.poll(_POLL_MS, max_records=limit).get(place, ())
                if self._consumer.position(place) != position:
                    moved_at = time.monotonic()
                elif time.monotonic() - moved_at > _STANDSTILL_S:
                    raise ClusterError(
                        message(
                            "{topic}/{partition} gave nothing for {standstill_s:.0f} s at {position}",
                            topic=place.topic,
                            partition=place.partition,
                            standstill_s=_STANDSTILL_S,
                            position=position,
                        )
                    )
                for m in messages:
                    if m.offset >= end or taken == limit:
                        return
                    taken += 1
                    yield m
                if taken == limit:
                    return
