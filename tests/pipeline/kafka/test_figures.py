"""What is noted in the metrics: which facts count as observed live, and whose offsets are shown."""

from datetime import UTC, datetime, timedelta

import pytest

from events.clock import ClockTicked
from events.codec import Event, encode_event
from events.envelope import Record
from events.ids import fact_id
from events.instants import to_micros
from events.post import PostPublished
from pipeline.kafka.figures import Figures
from pipeline.kafka.latency import origin_of
from pipeline.metrics import REGISTRY
from pipeline.telling import OLD

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
