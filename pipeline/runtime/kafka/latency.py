"""What a sink notes in the metrics of each batch that it stored: rows, seconds, and how old its records were."""

from datetime import UTC, datetime

from connectors.log.port import FACTS
from events.catalogue import CATALOGUE
from events.codec import CODEC, UnreadableEventError
from events.envelope import Record
from events.instants import to_micros
from pipeline.home import metrics
from pipeline.runtime.kafka.storing import Stored
from pipeline.voice.telling import OLD

_SECOND_US = 1_000_000
_OLD_US = int(OLD.total_seconds()) * _SECOND_US


def note_stored(stored: Stored) -> None:
    """Note a batch that the history has in every table.

    One record stands for its batch: the oldest for the time since the brokers took it, which none of the others
    exceeds, and for the time since it was true the newest of those that are the last of their partition and tell it.
    """
    topic, stretches = stored.topic, stored.stretches
    now = to_micros(datetime.now(UTC))
    oldest = min(stretch.records[0].recorded_at for stretch in stretches)
    last = sorted((stretch.records[-1] for stretch in stretches), key=lambda record: -record.recorded_at)
    metrics.ROWS_INSERTED.labels(topic).inc(sum(len(stretch.records) for stretch in stretches))
    metrics.INSERT_SECONDS.labels(topic).observe(stored.seconds)
    metrics.BROKER_TO_HISTORY_SECONDS.labels(topic).observe(_between_s(oldest, now))
    origins = (origin_of(record) for record in last if topic == FACTS)
    if (origin := next((o for o in origins if o is not None), None)) is not None:
        metrics.ORIGIN_TO_HISTORY_SECONDS.observe(_between_s(origin, now))


def origin_of(record: Record) -> int | None:
    """Return when a fact was true in the world, in microseconds; None where it was not observed live.

    A replay, an import, a backfill tell what is long past. What was true more than `OLD` before the log took it, after
    which no alert is told by itself either, says nothing about this pipeline. Nor do ticks and markers.
    """
    try:
        envelope = CODEC.envelope(record.value)
    except UnreadableEventError:
        return None
    payload = CATALOGUE.payloads.get(envelope.type)
    at = to_micros(envelope.time)
    is_live = -_SECOND_US <= record.recorded_at - at <= _OLD_US
    return at if payload is not None and not payload.broadcast and is_live else None


def _between_s(begin: int, end: int) -> float:
    """Return the seconds between two moments, perhaps of two clocks; never less than none."""
    return max(0, end - begin) / _SECOND_US
