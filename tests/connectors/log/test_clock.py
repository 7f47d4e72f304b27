"""A clock that is far ahead of the log: refused before anything is written, with both times."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.clock import ClockError
from connectors.log.port import DERIVED, FACTS
from events.instants import MICROSECOND, to_micros
from tests.connectors.log.facts import a_marker, a_post, everything

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
GAP = timedelta(days=400)


@pytest.fixture
def at(log_path, opened):
    """Open the log at a moment."""
    return lambda moment, max_gap=GAP: opened(log_path, clock=lambda: moment, max_clock_gap=max_gap)


def test_a_clock_further_ahead_than_the_gap_writes_nothing(log, at):
    """At exactly the gap it is right; a microsecond later both times are told, and how to go on."""
    at(NOW).append([a_marker(0)])
    at(NOW + GAP).append([a_marker(1)])
    late = at(NOW + 2 * GAP + MICROSECOND)
    before = everything(log)
    with pytest.raises(ClockError) as refused:
        late.append([a_marker(2)])
    for told in ("2027-07-06T16:00:00+08:00", "2028-08-09T16:00:00.000001+08:00", "once: clock_is_right"):
        assert told in str(refused.value)
    assert everything(log) == before
    assert log.last_recorded_at() == to_micros(NOW + GAP)


def test_folds_and_memory_stop_with_it(log, at):
    """Derived events are records like any other, and what stands in the same transaction goes with them."""
    at(NOW).append([a_marker(0)])
    late = at(NOW + timedelta(days=4000))
    with pytest.raises(ClockError), late.transaction():
        late.set_meta("position", "7")
        late.write_derived(0, [a_post(1)])
    assert (log.meta("position"), everything(log, DERIVED)) == (None, [])


def test_the_first_record_of_a_log_may_have_any_time(at):
    """There is nothing to measure it by."""
    assert at(NOW + timedelta(days=9999)).append([a_post(0)]) == 1


def test_whoever_says_that_the_clock_is_right_goes_on(at):
    """From then on the new time is the measure."""
    at(NOW).append([a_marker(0)])
    later = NOW + timedelta(days=500)
    at(later, None).append([a_marker(1)])
    at(later + GAP).append([a_marker(2)])


def test_the_newest_record_up_to_a_moment_is_found(log, at):
    """Over topics and partitions; what is later is not looked at, nor an empty partition missed."""
    assert log.last_before(to_micros(NOW)) is None
    at(NOW).append([a_post(0)])
    derived = at(NOW + timedelta(hours=1))
    with derived.transaction():
        derived.write_derived(3, [a_post(1)])
    for hour in (2, 3, 4):
        at(NOW + timedelta(hours=hour)).append([a_marker(hour)])
    found = {
        hour: log.last_before(to_micros(NOW + timedelta(hours=hour, minutes=30))) for hour in range(-1, 9)
    }
    hours = {-1: None} | {hour: min(hour, 4) for hour in range(9)}
    assert found == {
        hour: None if last is None else to_micros(NOW + timedelta(hours=last)) for hour, last in hours.items()
    }
    assert len(log.read(FACTS, 0, 0, 10)) >= 3
