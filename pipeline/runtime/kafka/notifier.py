"""The notifier of a log on Kafka: a partition loop for each channel of a home (`xuncha notifier`)."""

from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import UTC, datetime

from connectors.kafka.changelog import States
from connectors.kafka.cluster import NOTIFIED, Cluster
from connectors.kafka.reader import Reader
from connectors.log.port import DERIVED
from connectors.notify.channel import Channel
from connectors.notify.message import LimitDays
from pipeline.home import metrics
from pipeline.home.folder import Home
from pipeline.home.rulesets import limit_days_of
from pipeline.runtime.kafka.lag import NOTIFIER
from pipeline.runtime.kafka.loop import PartitionLoop
from pipeline.runtime.kafka.notify_changelog import key_prefix
from pipeline.runtime.kafka.notify_task import NotifierTask
from pipeline.runtime.kafka.role import Role
from pipeline.runtime.kafka.task import MakeTask
from pipeline.voice.channels import every_channel
from pipeline.voice.desk import Desk
from pipeline.voice.desks import desks_of, outlets_of
from pipeline.voice.outlet import Outlet


def notifier_loops(
    home: Home, cluster: Cluster, channels: Sequence[Channel], *, session_timeout_s: float
) -> list[PartitionLoop]:
    """Return a loop for each channel; one that is new begins at the start of the log, or with what comes next.

    The past is no news where a replay is none. What counts as past is what stood in the log when this began.
    """
    limit_days = limit_days_of(home)
    with closing(Reader(cluster)) as reader:
        ends = reader.end_offsets(DERIVED)
    loops = []
    outlets = outlets_of(home, channels, _observe)
    desks = desks_of(home, outlets, every_channel(home, channels))
    for channel in channels:
        desk = desks.get(channel.name)
        role = Role(
            f"{NOTIFIER}{channel.name}",
            source=DERIVED,
            changelog=NOTIFIED,
            transactional=True,
            key_prefix=key_prefix(channel.name),
            session_timeout_s=session_timeout_s,
            whole=desk is not None,
        )
        begins = [0] * len(ends) if channel.replays else ends
        make_task = _task_maker(outlets[channel.name], desk, limit_days, begins)
        loops.append(PartitionLoop(cluster, role, make_task, on_drop=desk.clear if desk else _nothing))
    return loops


def _nothing() -> None:
    """Keep nothing beside the tasks."""


def _task_maker(outlet: Outlet, desk: Desk | None, limit_days: LimitDays, begins: Sequence[int]) -> MakeTask:
    """Return what makes the tasks of a channel, which share its outlet."""

    def make_task(partition: int, stored: States, remade: Collection[str] | None) -> NotifierTask:
        return NotifierTask(
            outlet,
            partition,
            len(begins),
            stored,
            limit_days=limit_days,
            clock=lambda: datetime.now(UTC),
            begin=begins[partition],
            remade=remade or (),
            desk=desk,
        )

    return make_task


def _observe(channel: str, outcome: str, seconds: float) -> None:
    """Count a message in the metrics of this process."""
    metrics.SEND_SECONDS.labels(channel).observe(seconds)
    metrics.MESSAGES.labels(channel, outcome).inc()
