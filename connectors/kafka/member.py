"""A member of a consumer group that keeps its positions elsewhere: which partitions it holds, and their records."""

import os
import platform
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, OffsetMetadataTooLargeError
from kafka.structs import OffsetAndMetadata

from connectors.kafka.client import broker_errors, open_client
from connectors.kafka.cluster import PATIENCE_MS, Cluster, ClusterError
from connectors.kafka.quick_parsing import parse_quickly
from events.messages import message

Place = tuple[str, int]
"""A topic without its prefix, and a partition of it."""

_APPEND_TIME = 1
_SESSIONS_TO_JOIN = 3
_PARTITION_FETCH_BYTES = 4 << 20
_log = structlog.get_logger(__name__)


class Member:
    """Reads what is committed of the partitions that the group gives to this process.

    `on_assigned` and `on_revoked` are called within `poll` or `close`, perhaps on a thread of the library, while the
    caller waits; they may not call this object. A partition that was assigned is read only after `seek`.
    """

    def __init__(
        self,
        cluster: Cluster,
        group: str,
        topics: Sequence[str],
        *,
        session_timeout_s: float,
        on_assigned: Callable[[Collection[Place]], None],
        on_revoked: Callable[[Collection[Place]], None],
    ) -> None:
        self._cluster = cluster
        self._prefix = cluster.topic("")
        session_ms = int(session_timeout_s * 1000)
        self._consumer = open_client(
            KafkaConsumer,
            cluster,
            client_id=f"{cluster.group(group)}-{platform.node()}-{os.getpid()}",
            group_id=cluster.group(group),
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",  # a position that is gone must not become another one in silence
            allow_auto_create_topics=False,
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // 5,
            max_partition_fetch_bytes=_PARTITION_FETCH_BYTES,
        )
        parse_quickly(self._consumer)
        self._consumer.subscribe(
            [cluster.topic(topic) for topic in topics], listener=_Listener(self._assigned, self._revoked)
        )
        with broker_errors(cluster):
            # A join that begins before the client knows the partitions is begun again as soon as it does, and one
            # that is begun again is forgotten half done: the client takes itself for a member and is none.
            self._consumer.topics()
        self._joining_since: float | None = None
        self._join_within_s = _SESSIONS_TO_JOIN * session_timeout_s
        self._on_assigned = on_assigned
        self._on_revoked = on_revoked

    def poll(self, timeout_s: float, max_records: int) -> dict[Place, Sequence[Any]]:
        """Return messages as they were parsed, by place and in order; takes part in the group meanwhile.

        Raises `ClusterError` for a position that is gone, for a topic whose times are those of producers, and where the
        group has taken all partitions and given none for longer than its slowest member may keep it waiting.
        """
        if self._joining_since is not None and time.monotonic() - self._joining_since > self._join_within_s:
            raise ClusterError(
                message(
                    "the group has given out nothing for {join_within_s:.0f} s; join it anew",
                    join_within_s=self._join_within_s,
                )
            )
        self._let_parked_records_out()
        with broker_errors(self._cluster):
            found = self._consumer.poll(int(timeout_s * 1000), max_records=max_records)
        for place, messages in found.items():
            if messages[0].timestamp_type != _APPEND_TIME:
                raise ClusterError(
                    message(
                        "{topic} does not note when it took a record; mend it with `xuncha topics apply`",
                        topic=place.topic,
                    )
                )
        return {self._place(at): messages for at, messages in found.items()}

    def seek(self, place: Place, offset: int) -> None:
        self._consumer.seek(self._at(place), offset)

    def hold(self, held: Collection[Place]) -> None:
        """Read nothing of these partitions, and of all others."""
        wanted = {self._at(place) for place in held}
        paused = self._consumer.paused()
        if wanted - paused:
            self._consumer.pause(*(wanted - paused))
        if paused - wanted:
            self._consumer.resume(*(paused - wanted))

    def _let_parked_records_out(self) -> None:
        """Clear the place that records of a partition which is read again go through.

        The library parks what it has parsed of a held partition, and brings it back only while nothing else stands in
        line. What was read to its end stays standing there (3.0.12, pinned), so the partition would never go on.
        """
        fetcher = self._consumer._fetcher  # noqa: SLF001 (nothing public leads there)
        if not fetcher._next_partition_records:  # noqa: SLF001
            fetcher._next_partition_records = None  # noqa: SLF001

    def position(self, place: Place) -> int:
        """Return the offset behind what was read, marks of transactions included."""
        return int(self._consumer.position(self._at(place)))

    def end(self, place: Place) -> int | None:
        """Return where a partition ended when it was last asked for records; None before that."""
        at = self._at(place)
        end: int | None = self._consumer.highwater(at) if at in self._consumer.assignment() else None
        return end

    def note(self, positions: Mapping[Place, int], notes: Mapping[Place, str] | None = None) -> bool:
        """Commit positions, perhaps with notes, for others to see.

        False where the group would not have them, or did not say so: it takes them from a member alone, and from none
        that it has given up while it slept. Raises `ClusterError` for notes longer than brokers take.
        """
        offsets = {
            self._at(place): OffsetAndMetadata(offset, (notes or {}).get(place, ""), -1)
            for place, offset in positions.items()
        }
        try:
            self._consumer.commit(offsets, timeout_ms=PATIENCE_MS)
        except OffsetMetadataTooLargeError as e:
            longest = max(map(len, (notes or {}).values()), default=0)
            raise ClusterError(
                message(
                    "Kafka at {bootstrap} takes no note of {longest} bytes with an offset; set"
                    " offset.metadata.max.bytes of the brokers to 4096, which is their default",
                    bootstrap=self._cluster.bootstrap,
                    longest=longest,
                )
            ) from e
        except KafkaError as e:
            _log.info("positions not noted", reason=f"{type(e).__name__}: {e}")
            return False
        return True

    def close(self) -> None:
        """Leave the group."""
        with broker_errors(self._cluster):
            self._consumer.close(autocommit=False, timeout_ms=PATIENCE_MS)

    def _at(self, place: Place) -> TopicPartition:
        return TopicPartition(self._cluster.topic(place[0]), place[1])

    def _place(self, at: TopicPartition) -> Place:
        return at.topic.removeprefix(self._prefix), at.partition

    def _assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Hold new partitions at a position that is none, or the library would look for one of the group's."""
        for at in assigned:
            self._consumer.seek(at, 0)
            self._consumer.pause(at)
        self._joining_since = None
        self._on_assigned([self._place(at) for at in assigned])

    def _revoked(self, revoked: Collection[TopicPartition]) -> None:
        self._joining_since = time.monotonic()
        self._on_revoked([self._place(at) for at in revoked])


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    """Passes on what the group decides; a partition that was lost is revoked, too."""

    def __init__(
        self,
        on_assigned: Callable[[Collection[TopicPartition]], None],
        on_revoked: Callable[[Collection[TopicPartition]], None],
    ) -> None:
        self._on_assigned = on_assigned
        self._on_revoked = on_revoked

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._on_assigned(assigned)

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self._on_revoked(revoked)

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        self._on_revoked(lost)
