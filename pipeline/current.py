"""The history, caught up with the log: what every command that reads it starts with."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import closed_by
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.clock import LogMarked
from events.codec import Event
from events.ids import fact_id
from pipeline.errors import UsageError
from pipeline.failpoints import fail_point
from pipeline.home import Home
from pipeline.progress import Progress

_WAIT_S = 120.0
_POLL_S = 0.05
_STORED = "stored"


class Current:
    """An open home whose history holds everything that its log held when it was opened."""

    def __init__(self, home: Home, log: EmbeddedLog, client: Client, sink: Sink | None) -> None:
        self.home = home
        self.log = log
        self.client = client
        self._sink = sink

    def catch_up(self) -> None:
        """Bring the history up to the end of the log, or wait for the owner of the home to do so."""
        if self._sink is not None:
            with Progress("历史入库 history", sum(self.log.end_offsets(FACTS))) as progress:
                self._sink.catch_up(progress.add)
            return
        wanted = self.log.end_offsets(FACTS)
        deadline = time.monotonic() + _WAIT_S
        while True:
            if all(have >= end for have, end in zip(stored_until(self.log), wanted, strict=True)):
                return
            if time.monotonic() > deadline:
                raise UsageError(
                    f"the owner of {self.home.path} did not bring its history up to date within {_WAIT_S:.0f} s;"
                    " see the log of `xuncha run`"
                )
            time.sleep(_POLL_S)

    def close_moment(self) -> datetime:
        """Append a marker to every partition and return the moment of knowledge that it closes.

        Not the newest closed one: behind the marker a batch of the owner may stand in some tables and not in others.
        """
        now = datetime.now(UTC)
        marker_id = fact_id("log", "log", f"marked:{now.isoformat()}:{self.log.end_offsets(FACTS)}")
        self.log.append([Event(marker_id, "log", "log", now, LogMarked())])
        self.catch_up()
        return closed_by(self.client, marker_id)


def note_stored(log: EmbeddedLog, ends: list[int]) -> None:
    """Note up to which offsets the owner's history is whole: the tables of a batch do not fill in one transaction."""
    with log.transaction():
        log.set_meta(_STORED, msgspec.json.encode(ends).decode())


def stored_until(log: EmbeddedLog) -> list[int]:
    """Return the offsets that the owner noted last."""
    return msgspec.json.decode(log.meta(_STORED) or "[]", type=list[int]) or [0] * log.partitions


@contextmanager
def current_history(home: Home) -> Iterator[Current]:
    """Open a home's log and history, caught up."""
    log = home.open_log()
    try:
        with home.history() as (client, owned):
            sink = Sink(client, log, fail_point=fail_point) if owned else None
            current = Current(home, log, client, sink)
            current.catch_up()
            yield current
    finally:
        log.close()
