"""Which partition a fact goes to; the one partitioner of every log (design promise 2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from events.base import Payload
from events.codec import Event, encode_event
from events.ids import partition_of


class Placed(NamedTuple):
    """A fact as a log takes it: the key that decides its partition, and its bytes."""

    key: str
    value: bytes


def place(events: Iterable[Event[Payload]], partitions: int) -> dict[int, list[Placed]]:
    """Return the records of each partition in order; a broadcast goes to all of them, whatever its key."""
    placed: dict[int, list[Placed]] = defaultdict(list)
    for event in events:
        record = Placed(event.subject, encode_event(event))
        for partition in partitions_for(event.subject, partitions, broadcast=event.data.broadcast):
            placed[partition].append(record)
    return placed


def place_values(events: Iterable[Event[Payload]], partitions: int) -> dict[int, list[bytes]]:
    """Return the bytes of each partition in order, for a log that keeps no keys; a broadcast goes to all of them."""
    placed: dict[int, list[bytes]] = defaultdict(list)
    for event in events:
        value = encode_event(event)
        if event.data.broadcast:
            for partition in range(partitions):
                placed[partition].append(value)
        else:
            placed[partition_of(event.subject, partitions)].append(value)
    return placed


def partitions_for(subject: str, partitions: int, *, broadcast: bool) -> Sequence[int]:
    """Return where a fact goes: to the partition of its subject, or to all of them."""
    return range(partitions) if broadcast else (partition_of(subject, partitions),)
