"""The workspace: an open home, its log, and its history caught up with it. What every service takes first."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import lt

from clickhouse_connect.driver.client import Client

from connectors.history.agreement import require_one_past
from connectors.history.heads import next_offsets
from connectors.history.knowledge import closed_by
from connectors.history.sink import TOPICS, Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS, Log
from events import fact_ids
from events.clock import LogMarked
from events.codec import Event
from events.sources import LOG
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.progress import Progress

_WAIT_S = 120.0
_POLL_S = 0.05
_MARKERS = 100


class Workspace:
    """An open home whose history holds everything that its log held when it was opened."""

    def __init__(self, home: Home, log: Log, client: Client, sink: Sink | None) -> None:
        self.home = home
        self.log = log
        self.client = client
        self._sink = sink
        self.position = [0] * log.partitions
        """Up to which offset of each partition the history is whole, at the least."""

    def catch_up(self) -> None:
        """Bring the history up to the end of the log, or wait for whoever fills it to do so."""
        wanted = self.log.end_offsets(FACTS)
        self._wait_for(wanted)
        self.position = wanted

    def _wait_for(self, wanted: list[int]) -> None:
        if self._sink is not None:
            with Progress("历史入库 history", sum(wanted)) as progress:
                self._sink.catch_up(progress.add)
            return
        deadline = time.monotonic() + _WAIT_S
        while True:
            stored = self._stored(wanted)
            if all(have >= end for have, end in zip(stored, wanted, strict=True)):
                return
            if time.monotonic() > deadline:
                behind = sum(max(end - have, 0) for have, end in zip(stored, wanted, strict=True))
                filler = "xuncha sink" if self.home.cluster else "xuncha run"
                more = " `xuncha lag` tells what it waits for" if self.home.cluster else ""
                raise UsageError(
                    f"the history of {self.home.path} is {behind} records behind and did not catch up within"
                    f" {_WAIT_S:.0f} s; is `{filler}` running, and what does its log say?{more}"
                )
            time.sleep(_POLL_S)

    def _stored(self, wanted: Sequence[int]) -> list[int]:
        """Return up to where the history is whole.

        On Kafka the sinks note it once every table has a batch; the database itself is asked, too, for it may have been
        lost since, or filled from a life of the log that is over. Where a foreign producer wrote in transactions, their
        marks stand at the end of a partition, which no history ever holds.
        """
        stored = self.log.stored_offsets()
        if self.home.cluster is None or any(map(lt, stored, wanted)):
            return stored
        from connectors.kafka.log import KafkaLog  # noqa: PLC0415 (its library is slow to import)

        assert isinstance(self.log, KafkaLog)  # noqa: S101 (what a home with a cluster opens)
        held = next_offsets(self.client, {FACTS: self.log.life(FACTS)})
        for partition, (noted, end) in enumerate(zip(stored, wanted, strict=True)):
            have = held.get((FACTS, partition), 0)
            if have < end <= noted and self.log.holds_nothing(FACTS, partition, have, end):
                have = end
            stored[partition] = min(noted, have)
        return stored

    def close_moment(self) -> datetime:
        """Append a marker to every partition and return the moment of knowledge that it closes.

        Not the newest closed one: behind the marker a batch of the owner may stand in some tables and not in others.
        A log that tells time in milliseconds, or by the clocks of several brokers, may give a marker no later time
        than what was acknowledged before it; then another one follows.
        """
        for _ in range(_MARKERS):
            before = self.log.end_offsets(FACTS)
            now = datetime.now(UTC)
            marker_id = fact_ids.log_marked(now, before)
            self.log.append([Event(marker_id, LOG, LOG, now, LogMarked())])
            self.catch_up()
            closed = closed_by(self.client, marker_id)
            if closed is not None:
                return closed
        raise UsageError(
            f"{_MARKERS} markers did not close a moment of knowledge: do the brokers' clocks agree? See `xuncha doctor`"
        )


@contextmanager
def open_workspace(home: Home) -> Iterator[Workspace]:
    """Open a home's log and history, caught up."""
    log = home.open_log()
    try:
        with home.history() as (client, owned):
            sink = None
            if isinstance(log, EmbeddedLog):
                if owned:
                    sink = Sink(client, log, home.settled, fail_point=fail_point)
                else:  # the owner's log may be another one: a file put in its place while it runs
                    require_one_past(client, log, dict.fromkeys(TOPICS, log.incarnation))
            workspace = Workspace(home, log, client, sink)
            workspace.catch_up()
            yield workspace
    finally:
        log.close()
