"""What a test writes into the topics of a log and reads out of them, beside what the pure folds say must be there."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from connectors.kafka.client import admin
from connectors.kafka.cluster import DEAD_LETTERS, FOLD_STATES, Cluster
from connectors.kafka.reader import Reader
from connectors.log.placement import place
from connectors.log.port import DERIVED, FACTS
from events.base import Payload
from events.codec import Event, encode_event
from events.envelope import Record
from pipeline.runtime.kafka.lag import WORKER
from projections.accounts.shard import META_KEY, Shard
from projections.rules.rulesets import Ruleset
from tests.kafka_plugin import PARTITIONS

WITHIN_S = 60.0


class Contents:
    """The topics of one log, as a read_committed reader sees them; the clients are opened once: tests look often."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._open = ExitStack()
        self._reader = self._open.enter_context(closing(Reader(cluster)))
        self._admin = self._open.enter_context(admin(cluster))

    def close(self) -> None:
        self._open.close()

    def append(self, events: Iterable[Event[Payload]]) -> None:
        """Append facts as a producer does."""
        for partition, records in place(events, PARTITIONS).items():
            self.append_raw(partition, [(r.key.encode(), r.value) for r in records])

    def append_raw(
        self,
        partition: int,
        records: Iterable[tuple[bytes, bytes | None]],
        topic: str = FACTS,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Append records to a partition, whatever they hold."""
        name = self.cluster.topic(topic)
        with closing(KafkaProducer(bootstrap_servers=self.cluster.bootstrap, linger_ms=20)) as producer:
            sent = [
                producer.send(name, value, key, headers=list(headers), partition=partition)
                for key, value in records
            ]
            producer.flush()
            assert all(future.succeeded() for future in sent)

    def messages(self, topic: str, partition: int) -> list[Any]:
        return list(self._reader.messages(topic, partition))

    def derived(self) -> list[list[bytes]]:
        """Return the derived events of each partition, in their order."""
        return [[m.value for m in self.messages(DERIVED, p)] for p in range(PARTITIONS)]

    def states(self) -> list[dict[str, bytes]]:
        """Return what stands at the end of each partition's changelog."""
        newest = [{m.key.decode(): m.value for m in self.messages(FOLD_STATES, p)} for p in range(PARTITIONS)]
        return [{key: value for key, value in states.items() if value} for states in newest]

    def letters(self) -> list[Any]:
        return self.messages(DEAD_LETTERS, 0)

    def committed(self) -> int:
        """Return how many records the worker has committed, over all partitions."""
        group = self.cluster.group(WORKER)
        try:
            offsets = self._admin.list_group_offsets({group: None})
        except KafkaError:  # the first group of a broker that has just been started
            return 0
        return sum(position.offset for position in offsets.get(group, {}).values())

    def appended(self) -> int:
        return sum(self._reader.end_offsets(FACTS))

    def is_worked_off(self) -> bool:
        return self.committed() == self.appended()

    def folded(self, ruleset: Ruleset) -> tuple[list[list[bytes]], list[dict[str, bytes]]]:
        """Return derived events and states as the pure folds make them, each partition in one go."""
        derived, states = [], []
        for partition in range(PARTITIONS):
            shard = Shard(partition, ruleset, {})
            for m in self.messages(FACTS, partition):
                shard.apply(Record(partition, m.offset, m.timestamp * 1000, m.value))
            flush = shard.flush()
            derived.append([encode_event(event) for event in flush.derived])
            states.append(dict(flush.states) if shard.next_offset else {})
        return derived, states

    def check_states(self, ruleset: Ruleset) -> None:
        """Assert that the changelog holds what the pure folds make of the facts that can be read."""
        assert self.folded(ruleset)[1] == self.states()

    def check(self, ruleset: Ruleset) -> None:
        """Assert that the topics hold what the pure folds make: every event once, and every state."""
        derived, states = self.folded(ruleset)
        assert [sorted(of) for of in derived] == [sorted(of) for of in self.derived()]
        assert states == self.states()
        assert any(derived)
        assert META_KEY in states[0]


def until(condition: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
