"""Records as known at a moment: decoded, with their place in the log, the first record of each id."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from events.codec import Event


class Known(msgspec.Struct, frozen=True, gc=False):
    """A decoded record with its place and time in the log."""

    partition: int
    offset: int
    recorded_at: int  # microseconds
    event: Event[Any]


def first_records(records: Iterable[Known], known_at: int) -> list[Known]:
    """Keep what was recorded by K, in log order: the first record of each id, in each partition for broadcasts."""
    seen: set[tuple[UUID, int]] = set()
    first = []
    for k in sorted(records, key=lambda k: (k.partition, k.offset)):
        key = (k.event.id, k.partition)
        if k.recorded_at <= known_at and key not in seen:
            seen.add(key)
            first.append(k)
    return first
