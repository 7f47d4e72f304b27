"""Records as known at a moment: decoded, with their place in the log, the first record of each id."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from events.codec import Event

_EVER_US = (1 << 63) - 1


class Known(msgspec.Struct, frozen=True, gc=False):
    """A decoded record with its place and time in the log."""

    partition: int
    offset: int
    recorded_at: int  # microseconds
    event: Event[Any]


class Told(msgspec.Struct, frozen=True, gc=False):
    """A derived event as the history holds it: of each id the record that counts."""

    event: Event[Any]
    recorded_at: int  # microseconds
    withdrawn: bool  # nothing was told under the id after its last withdrawal


def first_records(records: Iterable[Known], known_at: int = _EVER_US) -> list[Known]:
    """Keep what was recorded by K, in log order: the first record of each id, in each partition for broadcasts.

    A log that moved has a subject in other partitions, and offsets begin again: only `recorded_at` goes through.
    """
    seen: set[tuple[UUID, int]] = set()
    first = []
    for k in sorted(records, key=lambda k: (k.recorded_at, k.partition, k.offset)):
        key = (k.event.id, k.partition)
        if k.recorded_at <= known_at and key not in seen:
            seen.add(key)
            first.append(k)
    return first
