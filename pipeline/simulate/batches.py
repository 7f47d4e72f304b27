"""Facts into the log in batches: memory stays flat, and each batch is in it whole or not at all."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from connectors.log.port import Log
from events.codec import Event
from pipeline.home.progress import Progress

BATCH = 5_000
"""Facts of one append."""


def append_batches(log: Log, label: str, events: Iterable[Event[Any]], total: int | None) -> int:
    """Append facts and show how far it is; returns the number of facts.

    A run that is cut off leaves whole batches; the same facts again complete it, for duplicates by id change nothing.
    """
    appended = 0
    rest = iter(events)
    with Progress(label, total) as progress:
        while batch := list(islice(rest, BATCH)):
            log.append(batch)
            appended += len(batch)
            progress.add(len(batch))
    return appended
