"""The ticker of a log on Kafka: time and closed moments into every partition, a note of how far the log reached."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import structlog

from connectors.kafka.cluster import Cluster
from connectors.kafka.offsets import note_offsets
from connectors.log.clock import ClockError
from connectors.log.port import FACTS, Log
from events.clock import ClockTicked, LogMarked
from events.codec import CODEC, UnreadableEventError
from events.fields import marked
from pipeline.home import metrics
from pipeline.home.folder import Home
from pipeline.home.markers import marker
from pipeline.home.stopping import stop_on_signals
from pipeline.home.ticks import last_tick, tick
from pipeline.runtime.hourly import Hourly
from pipeline.runtime.kafka.exits import PoisonedError
from pipeline.runtime.kafka.lag import TICKER
from pipeline.runtime.kafka.process import run_process

_LOOK_S = 1.0
_CLOSE_EVERY_S = 60.0
_CLOSING = (ClockTicked.type, LogMarked.type)
_log = structlog.get_logger(__name__)


def run_ticker(home: Home, cluster: Cluster, hourly: Callable[[], object] | None = None) -> int:
    """Append the ticks that fall due until a signal; returns the exit code: 0 asked to stop, 75 try again.

    More than one ticker does no harm: a tick that is not later than the last is a duplicate to every fold. `hourly` is
    done each hour.

    It also closes a moment behind facts that nobody else has closed: a log has one ticker and several sinks, of which
    none sees all partitions, and the ticker is what writes to all of them already. Raises `PoisonedError` where the
    clock of the brokers is wrong.
    """
    try:
        return run_process(
            lambda stop: _tick(home, cluster, stop, Hourly(hourly, name="hourly")), stop_on_signals()
        )
    except ClockError as e:
        raise PoisonedError(marked(e)) from None


def _tick(home: Home, cluster: Cluster, stop: threading.Event, hourly: Hourly) -> None:
    step = timedelta(minutes=home.settings.tick_minutes)
    closer = Closer()
    with closing(home.open_log()) as log:
        while True:
            if tick(log, step, datetime.now(UTC)) and (at := last_tick(log)) is not None:
                note_offsets(cluster, TICKER, log.end_offsets(FACTS), at.isoformat())
                metrics.TICKS.inc()
                metrics.LAST_TICK.set(at.timestamp())
                _log.info("tick", at=at.isoformat())
            closer.close(log, time.monotonic())
            hourly.look()
            if stop.wait(_LOOK_S):
                return


class Closer:
    """Closes a moment of knowledge at most once a minute, and only behind facts."""

    def __init__(self) -> None:
        self._closed_at = float("-inf")  # as `time.monotonic` tells time
        self._ends: list[int] = []  # of a log that has nothing to close

    def close(self, log: Log, now: float) -> bool:
        """Append a marker where a partition does not end with a tick or a marker; tells whether it did."""
        if now - self._closed_at < _CLOSE_EVERY_S:
            return False
        ends = log.end_offsets(FACTS)
        if ends == self._ends:
            return False
        self._closed_at = now
        is_due = any(ends) and not all(_is_closed(log, partition, end) for partition, end in enumerate(ends))
        if is_due:
            log.append([marker(log)])
            ends = []  # where the marker stands is not known
        self._ends = ends
        return is_due


def _is_closed(log: Log, partition: int, end: int) -> bool:
    """Tell whether the last record of a partition says nothing but that what stands before it is closed."""
    records = log.read(FACTS, partition, end - 1, 1) if end else ()
    try:
        return bool(records) and CODEC.envelope(records[0].value).type in _CLOSING
    except UnreadableEventError:
        return False
