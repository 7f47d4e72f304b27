"""What each channel was told, handed over to the notifiers of a new log: they tell none of it again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from connectors.history.outcomes import ChannelSpan, Raised, channel_spans, raised_messages
from connectors.kafka.cluster import NOTIFIED, Cluster
from connectors.log.deliveries import Delivery, Outcome, note_outcome
from connectors.log.placement import Placed
from connectors.log.port import Log
from connectors.notify.message import MESSAGE_TYPES
from events.ids import partition_of
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from pipeline.runtime.kafka.notify_changelog import outcome_state
from pipeline.voice.channels import given_channels


class Handed(NamedTuple):
    """What became of a delivery of a message about a subject."""

    delivery: Delivery
    subject: str
    outcome: Outcome


def hand_over(home: Home, log: Log, client: Client, until: datetime) -> int:
    """Let the notifiers of a home know what was told by a moment; returns the number of outcomes.

    A channel of the same name has the same outcomes; what was raised before it was told anything is past there, and
    what it was not told afterwards is still to be told. On a channel that the old home never told anything, all is past
    up to the last that any channel was told.
    """
    spans = channel_spans(client, until)
    channels = {*(kind.name for kind in given_channels(home.settings)), *spans}
    count = 0
    with Progress("交接通知 told", None) as progress:
        for page in raised_messages(client, MESSAGE_TYPES, until):
            handed = [each for raised in page for each in outcomes_of(raised, sorted(channels), spans)]
            _write(home.cluster, log, handed)
            fail_point("import.after_told")
            count += len(handed)
            progress.add(len(page))
    return count


def outcomes_of(
    raised: Raised, channels: Iterable[str], spans: Mapping[str, ChannelSpan]
) -> Iterator[Handed]:
    """Yield what became of a message on each channel; channels that are still to be told are left out."""
    last = max((span.last for span in spans.values()), default=0)
    for channel in channels:
        span = spans.get(channel)
        outcomes = raised.told.get(channel, {})
        is_past = raised.raised_at < span.first if span is not None else raised.raised_at <= last
        if not outcomes and is_past:
            outcomes = {channel: "past"}  # for each of its destinations
        for destination, outcome in outcomes.items():
            yield Handed(Delivery(raised.id, channel, destination), raised.subject, outcome)


def _write(cluster: Cluster | None, log: Log, handed: Iterable[Handed]) -> None:
    if cluster is None:
        with log.transaction():
            for each in handed:
                note_outcome(log.db, each.delivery, each.outcome)
        return
    from connectors.kafka.log import KafkaLog  # noqa: PLC0415 (its library is slow to import)

    assert isinstance(log, KafkaLog)  # noqa: S101 (what a home with a cluster opens)
    log.write_states(NOTIFIED, [_state(each, log.partitions) for each in handed])


def _state(each: Handed, partitions: int) -> tuple[int, Placed]:
    key, value = outcome_state(each.delivery, each.outcome)
    return partition_of(each.subject, partitions), Placed(key, value)
