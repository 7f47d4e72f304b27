"""Markers: facts without meaning, of which one in every partition closes each moment before it."""

from datetime import UTC, datetime

from connectors.log.port import FACTS, Log
from events.clock import LogMarked
from events.codec import Event
from events.ids import fact_id


def marker(log: Log) -> Event[LogMarked]:
    """Return a marker behind what a log holds now; its id tells it from every other."""
    now = datetime.now(UTC)
    marker_id = fact_id("log", "log", f"marked:{now.isoformat()}:{log.end_offsets(FACTS)}")
    return Event(marker_id, "log", "log", now, LogMarked())
