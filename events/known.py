"""Records as known at a moment: decoded, with their place in the log, the first of each id that stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.account import AccountCorrected, AccountOpened, as_corrected
from events.codec import Event
from events.withdrawal import WITHDRAWABLE, FactWithdrawn

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
    """Keep what was recorded by K and stands, in log order: the first record of each id, a broadcast in each partition.

    Facts withdrawn by K are left out, and statements about an account say what they were corrected to by K. Whoever
    reads facts goes through here, so that no projection has to know of either.
    A log that moved has a subject in other partitions, and offsets begin again: only `recorded_at` goes through.
    """
    seen: set[tuple[UUID, int]] = set()
    first = []
    for k in sorted(records, key=lambda k: (k.recorded_at, k.partition, k.offset)):
        key = (k.event.id, k.partition)
        if k.recorded_at <= known_at and key not in seen:
            seen.add(key)
            first.append(k)
    return _corrected(standing(first))


def standing(records: Sequence[Known]) -> list[Known]:
    """Leave out the facts that a `fact.withdrawn` among the records voids, wherever it stands."""
    void = {
        (k.event.subject, k.event.data.of_type, k.event.data.corrects)
        for k in records
        if isinstance(k.event.data, FactWithdrawn) and k.event.data.of_type in WITHDRAWABLE
    }
    if not void:
        return list(records)
    return [k for k in records if (k.event.subject, k.event.type, k.event.id) not in void]


def _corrected(records: list[Known]) -> list[Known]:
    """Let each statement about an account say what the corrections among the records make of it.

    The statement keeps its place and, but for an opening that moved, its time; of corrections that tell the same field
    the last in log order wins.
    """
    corrections: dict[tuple[str, UUID], list[AccountCorrected]] = defaultdict(list)
    for k in records:
        if isinstance(k.event.data, AccountCorrected):
            corrections[k.event.subject, k.event.data.corrects].append(k.event.data)
    if not corrections:
        return records
    return [_restated(k, corrections.get((k.event.subject, k.event.id), ())) for k in records]


def _restated(k: Known, corrections: Sequence[AccountCorrected]) -> Known:
    event = k.event
    for correction in corrections:
        data = as_corrected(event.data, correction)
        moved = isinstance(data, AccountOpened) and correction.opened_at is not None
        event = replace(event, data=data, time=data.opened_at if moved else event.time)
    return k if event is k.event else replace(k, event=event)
