"""The log as its users see it: append facts, read records; the embedded file and Kafka both keep this contract."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from connectors.log.dead_letters import DeadLetter, LettersErased
from connectors.log.placement import Placed
from events.base import Payload
from events.codec import Event
from events.envelope import Record
from events.fields import FieldsError

FACTS = "facts"
DERIVED = "derived"


class LogError(FieldsError):
    """The log cannot do what was asked; says why and what to do."""


Admission = Callable[[Sequence[Event[Payload]]], Sequence[Event[Payload]]]
"""Looks at facts before they are written, and raises where one may not be; gives them as they are written."""


def admit_all(events: Sequence[Event[Payload]]) -> Sequence[Event[Payload]]:
    """Let every fact pass as it is."""
    return events


class Log(Protocol):
    """An append-only log of partitions, and what the connectors that write to it remember.

    `append` returns once its events are durable; events of one subject keep their order; a broadcast stands once in
    every partition. An exception among the events leaves none of them. A process that dies within `append` leaves
    none of them in the embedded log, and perhaps the first ones on Kafka: ids follow from what was seen, so the same
    work done again completes it. `recorded_at` is set by the log and never falls. It does not promise that an id
    stands only once: whoever reads takes the first record of an id.
    """

    partitions: int
    db: sqlite3.Connection  # memory of the connectors: items seen, polls taken
    facts_written: int  # records of facts that were written through this object and are durable

    def admit_for(self, admit: Admission, max_clock_gap: timedelta | None) -> None:
        """Write on behalf of somebody else from now on: a log that stays open is used by one after another."""
        ...

    def append(self, events: Iterable[Event[Payload]]) -> int:
        """Append facts; returns the number of records written (a broadcast counts once a partition)."""
        ...

    def append_placed(self, placed: Mapping[int, Sequence[Placed]]) -> None:
        """Append facts that another log held, as bytes and in their partitions; durable on return, as with `append`."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Take turns with other writers of this memory; at the end facts are durable before the memory of them."""
        ...

    def grouped(self) -> AbstractContextManager[None]:
        """Let the transactions within become durable by the group where each alone would cost a round trip.

        Who dies meanwhile may have to do the last ones again. The memory is locked for other writers by the group.
        """
        ...

    def write_facts(self, events: Iterable[Event[Payload]]) -> int:
        """Write facts inside a transaction; returns the number of records."""
        ...

    def write_derived(self, partition: int, events: Iterable[Event[Payload]]) -> None:
        """Write derived events to the partition of the fact they follow from, inside a transaction."""
        ...

    def meta(self, key: str) -> str | None:
        """Return a value of the memory."""
        ...

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value in the memory, inside a transaction."""
        ...

    def drop_meta(self, key: str) -> None:
        """Forget a value of the memory, inside a transaction."""
        ...

    def note_letter(self, letter: DeadLetter) -> None:
        """Keep a dead letter, inside a transaction; the same one again is pending again, not doubled."""
        ...

    def letters(self) -> list[DeadLetter]:
        """Return the dead letters, oldest first."""
        ...

    def erase_letters(self, ids: Iterable[int]) -> LettersErased:
        """Erase bytes and reason of letters, outside a transaction; coordinates and a hash stay.

        Where bytes still lie in a file because somebody reads it, calling it again, with no ids, completes it.
        """
        ...

    def mark_replayed(self, ids: Iterable[int]) -> None:
        """Note that dead letters became facts, inside a transaction."""
        ...

    def closed_until(self) -> int | None:
        """Return the newest moment, in microseconds, into which nothing more can be recorded, 0 in an empty log.

        None where the log alone cannot tell: its partitions have clocks of their own, and only a later record in each
        of them closes a moment.
        """
        ...

    def life(self, topic: str) -> str:
        """Return what the history calls the present life of a topic."""
        ...

    def stored_offsets(self) -> list[int]:
        """Return, for each partition of the facts, up to which offset the history is known to be whole."""
        ...

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        """Return up to `limit` records from `offset` on, in order; empty at the end."""
        ...

    def end_offsets(self, topic: str) -> list[int]:
        """Return the offset that the next record of each partition will get."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
