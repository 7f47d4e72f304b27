"""The log as its users see it: append facts, read records; the embedded file and Kafka both keep this contract."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from events.base import Payload
from events.codec import Event
from events.envelope import Record

FACTS = "facts"
DERIVED = "derived"


class LogError(Exception):
    """The log cannot do what was asked; says why and what to do."""


class Log(Protocol):
    """An append-only log of partitions.

    `append` returns once its events are durable, all of them or none; events of one subject keep their order; a
    broadcast stands once in every partition. `recorded_at` is set by the log and never falls. It does not promise
    that an id stands only once: whoever reads takes the first record of an id.
    """

    partitions: int

    def append(self, events: Iterable[Event[Payload]]) -> int:
        """Append facts; returns the number of records written (a broadcast counts once a partition)."""
        ...

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        """Return up to `limit` records from `offset` on, in order; empty at the end."""
        ...

    def end_offsets(self, topic: str) -> list[int]:
        """Return the offset that the next record of each partition will get."""
        ...
