"""The ticker of a log on Kafka: time into every partition, and a note of how far the log reached then."""

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import structlog

from connectors.kafka.cluster import Cluster
from connectors.kafka.offsets import note_offsets
from connectors.log.port import FACTS
from pipeline.home import metrics
from pipeline.home.folder import Home
from pipeline.home.stopping import stop_on_signals
from pipeline.home.ticks import last_tick, tick
from pipeline.runtime.kafka.lag import TICKER
from pipeline.runtime.kafka.process import run_process

_LOOK_S = 1.0
_log = structlog.get_logger(__name__)


def run_ticker(home: Home, cluster: Cluster) -> int:
    """Append the ticks that fall due until a signal; returns the exit code: 0 asked to stop, 75 try again.

    More than one ticker does no harm: a tick that is not later than the last is a duplicate to every fold.
    """
    return run_process(lambda stop: _tick(home, cluster, stop), stop_on_signals())


def _tick(home: Home, cluster: Cluster, stop: threading.Event) -> None:
    step = timedelta(minutes=home.settings.tick_minutes)
    with closing(home.open_log()) as log:
        while True:
            if tick(log, step, datetime.now(UTC)) and (at := last_tick(log)) is not None:
                note_offsets(cluster, TICKER, log.end_offsets(FACTS), at.isoformat())
                metrics.TICKS.inc()
                metrics.LAST_TICK.set(at.timestamp())
                _log.info("tick", at=at.isoformat())
            if stop.wait(_LOOK_S):
                return
