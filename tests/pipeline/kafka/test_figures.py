"""What is noted in the metrics: which facts count as observed live, and whose offsets are shown."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.port import FACTS
from events.clock import ClockTicked
from events.codec import Event, encode_event
from events.envelope import Record
from events.ids import fact_id
from events.instants import from_micros, to_micros
from events.post import PostPublished
from pipeline.home.metrics import REGISTRY
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.latency import note_stored, origin_of
from pipeline.runtime.kafka.share import Stretch
from pipeline.runtime.kafka.storing import Stored
from pipeline.voice.telling import OLD

APPENDED = datetime(2021, 6, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def appended(age: timedelta, data=None) -> Record:
    """Return the record of a fact that was true some time before the log took it."""
    event = Event(fact_id("t", "t", "1"), "t", "wechat:1", APPENDED - age, data or PostPublished())
    return Record(0, 0, to_micros(APPENDED), encode_event(event))


@pytest.mark.parametrize("age", [-SECOND, timedelta(0), SECOND, OLD])
def test_a_fact_that_was_true_a_short_while_ago_was_observed_live(age):
    """Clocks may differ by a second, and whoever looks may be hours late."""
    assert origin_of(appended(age)) == to_micros(APPENDED - age)


@pytest.mark.parametrize(
    "record",
    [appended(OLD + SECOND), appended(-2 * SECOND), appended(SECOND, ClockTicked()), Record(0, 0, 0, b"{")],
    ids=["replay", "of the future", "tick", "unreadable"],
)
def test_what_was_not_observed_live_has_no_latency(record):
    """A replay would show the age of its facts, a tick that time goes on."""
    assert origin_of(record) is None


def test_offsets_are_shown_by_who_holds_the_partition():
    """A process that gave it up would show for ever where it stood then; what it did stays counted."""
    figures = Figures("t", "facts", 3)
    figures.took(5)
    figures.committed(12)
    figures.ends_at(20)
    figures.ends_at(None)
    place = {"group": "t", "topic": "facts", "partition": "3"}
    assert REGISTRY.get_sample_value("xuncha_committed_offset", place) == 12
    assert REGISTRY.get_sample_value("xuncha_end_offset", place) == 20
    figures.drop()
    assert REGISTRY.get_sample_value("xuncha_committed_offset", place) is None
    assert REGISTRY.get_sample_value("xuncha_end_offset", place) is None
    assert REGISTRY.get_sample_value("xuncha_records_taken_total", {"group": "t", "topic": "facts"}) == 5


def test_a_batch_of_many_partitions_is_noted_once():
    """All of its rows, its oldest record, and the newest live fact among the last of each partition."""
    now = to_micros(datetime.now(UTC))
    age_us = 5_000_000

    def a_stretch(partition, *ages_us, data=None):
        records = [
            Record(partition, n, now - age, encode_event(an_event(now - age - age_us, data)))
            for n, age in enumerate(ages_us)
        ]
        return Stretch((FACTS, partition), 0, records)

    def an_event(at, data):
        return Event(fact_id("t", "t", "1"), "t", "wechat:1", from_micros(at), data or PostPublished())

    def value(name):
        return REGISTRY.get_sample_value(name, {} if "origin" in name else {"topic": FACTS}) or 0.0

    names = ("xuncha_rows_inserted_total", "xuncha_insert_seconds_count", "xuncha_insert_seconds_sum")
    names += ("xuncha_broker_to_history_seconds_sum", "xuncha_origin_to_history_seconds_sum")
    before = [value(name) for name in names]
    batch = (
        a_stretch(0, 60_000_000, 30_000_000),
        a_stretch(1, 90_000_000, 20_000_000),
        a_stretch(2, 10_000_000, data=ClockTicked()),
    )
    note_stored(Stored(batch, 2.0))
    found = [value(name) - at for name, at in zip(names, before, strict=True)]
    assert found[:3] == [5, 1, 2.0]
    assert found[3] == pytest.approx(90, abs=3)
    assert found[4] == pytest.approx(25, abs=3)
