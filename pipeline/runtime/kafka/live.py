"""A live view of alerts and lag: what a console may show, by a Faust agent, which may lose or repeat records.

Nothing is decided by it. What must be complete is in the history; how far it is, `xuncha lag` tells.
"""

import asyncio
from collections import Counter, deque
from datetime import UTC, datetime
from pathlib import Path

import faust
import msgspec
import structlog

from connectors.history.server.spawn import write_private
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.log.port import DERIVED
from connectors.notify.message import MESSAGE_TYPES
from events.codec import CODEC, UnreadableEventError
from events.envelope import Envelope
from events.instants import UtcDatetime
from pipeline.runtime.kafka.app import new_app, run_worker
from pipeline.runtime.kafka.lag import Lag, measure_lag

LIVE = "live"
FILE_NAME = "live.json"
KEPT_MESSAGES = 200
WRITE_EVERY_S = 3.0

_log = structlog.get_logger(__name__)


class GroupLag(msgspec.Struct, frozen=True):
    """How many records of a topic a group has not worked off."""

    group: str
    topic: str
    records: int
    waiting_since: UtcDatetime | None  # append time of the oldest of them


class Snapshot(msgspec.Struct, frozen=True):
    """What the file holds."""

    written_at: UtcDatetime
    since: UtcDatetime  # counts begin here
    counts: dict[str, int]  # by type, of all derived events that came
    newest: list[Envelope]  # what people are told, newest first
    lag: list[GroupLag] | None  # None while the brokers do not answer
    last_tick: UtcDatetime | None


class LiveView:
    """The newest messages and counts, as they came."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._counts: Counter[str] = Counter()
        self._newest: deque[Envelope] = deque(maxlen=KEPT_MESSAGES)

    def see(self, value: bytes) -> None:
        """Take a derived event; what cannot be read is somebody else's to report."""
        try:
            envelope = CODEC.envelope(value)
        except UnreadableEventError:
            return
        self._counts[envelope.type] += 1
        if envelope.type in MESSAGE_TYPES and all(envelope.id != known.id for known in self._newest):
            self._newest.appendleft(envelope)

    def snapshot(self, lag: Lag | None, now: datetime) -> Snapshot:
        """Return the view with the lag that was measured."""
        groups = _by_group(lag) if lag is not None else None
        last_tick = lag.last_tick if lag is not None else None
        return Snapshot(now, self._since, dict(self._counts), list(self._newest), groups, last_tick)


def run_live(cluster: Cluster, home: Path) -> int:
    """Keep `run/live.json` in the home up to date until a signal; returns the exit code."""
    view = LiveView(datetime.now(UTC))
    app = new_app(cluster, LIVE, home, consumer_auto_offset_reset="latest")
    derived = app.topic(cluster.topic(DERIVED), key_serializer="raw", value_serializer="raw")

    @app.agent(derived)
    async def see(values: faust.StreamT[bytes]) -> None:
        async for value in values:
            view.see(value)

    @app.timer(WRITE_EVERY_S)  # type: ignore[untyped-decorator]
    async def write() -> None:
        snapshot = view.snapshot(await _measured(cluster), datetime.now(UTC))
        write_private(home / "run" / FILE_NAME, msgspec.json.encode(snapshot).decode())

    return run_worker(app)


async def _measured(cluster: Cluster) -> Lag | None:
    try:
        return await asyncio.to_thread(measure_lag, cluster)
    except ClusterError as e:
        _log.warning("lag not measured", reason=str(e))
        return None


def _by_group(lag: Lag) -> list[GroupLag]:
    groups: dict[tuple[str, str], GroupLag] = {}
    for s in lag.standings:
        known = groups.get((s.group, s.topic), GroupLag(s.group, s.topic, 0, None))
        waits = [at for at in (known.waiting_since, s.waiting_since) if at is not None]
        records = known.records + s.end - s.committed
        groups[s.group, s.topic] = GroupLag(s.group, s.topic, records, min(waits, default=None))
    return list(groups.values())
