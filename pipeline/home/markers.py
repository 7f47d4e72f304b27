"""Markers: facts without meaning, of which one in every partition closes each moment before it."""

from datetime import UTC, datetime

from connectors.log.port import FACTS, Log
from events import fact_ids
from events.clock import LogMarked
from events.codec import Event
from events.sources import LOG


def marker(log: Log) -> Event[LogMarked]:
    """Return a marker behind what a log holds now; its id tells it from every other."""
    now = datetime.now(UTC)
    return Event(fact_ids.log_marked(now, log.end_offsets(FACTS)), LOG, LOG, now, LogMarked())
