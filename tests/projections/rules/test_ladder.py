from datetime import datetime, timedelta

import pytest

from events.instants import SHANGHAI, from_micros, to_micros
from projections.rules.ladder import Ladder
from tests.projections.rulebooks import KUNSHAN

LADDER = Ladder(KUNSHAN)


def deadline(anchor: str, level: str) -> str:
    at = datetime.fromisoformat(anchor).replace(tzinfo=SHANGHAI)
    step = [s.level for s in LADDER.steps].index(level)
    return from_micros(LADDER.deadline(to_micros(at), step)).astimezone(SHANGHAI).isoformat()[:-6]


@pytest.mark.parametrize("time", ["00:00:00.000001", "08:59:59", "09:00:00", "15:24:25", "23:59:59.999999"])
def test_day_ten_is_nine_in_the_morning_of_the_tenth_day_after_the_day_of_the_post(time):
    """Design section 3, Alerts, day n of a ladder: the hour of the post does not matter, its Chinese day does."""
    assert deadline(f"2021-06-17T{time}", "day-10") == "2021-06-27T09:00:00"
    assert deadline(f"2021-06-17T{time}", "day-12") == "2021-06-29T09:00:00"


def test_a_post_at_midnight_belongs_to_the_day_that_ends():
    """Design section 3, A day: 00:00 < t <= 24:00, and a post known by its day alone stands at its 24:00."""
    assert deadline("2021-06-17T00:00:00", "day-10") == "2021-06-26T09:00:00"


def test_the_limit_is_fourteen_days_to_the_microsecond():
    """Design section 3, Fresh: passed only by more than 14 days, at no hour of its own."""
    assert deadline("2021-06-17T15:24:25.000001", "limit") == "2021-07-01T15:24:25.000001"


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("09:00:00.000001", "2021-07-01T09:00:00"),
        ("15:24:25", "2021-07-01T09:00:00"),
        ("09:00:00", "2021-06-30T09:00:00"),
        ("08:59:59", "2021-06-30T09:00:00"),
        ("00:00:00", "2021-06-30T09:00:00"),
    ],
)
def test_a_step_at_or_after_the_limit_comes_at_the_last_nine_before_it(time, expected):
    """Design section 3, Alerts: the last call comes before the limit and never with or after it."""
    assert expected == deadline(f"2021-06-17T{time}", "day-14")


def test_days_are_counted_across_the_turn_of_the_year():
    """The ladder knows no calendar but the Chinese day."""
    assert deadline("2020-12-27T20:00:00", "day-10") == "2021-01-06T09:00:00"


def test_deadlines_rise_with_the_steps():
    """A higher step never falls due before a lower one, at any time of day."""
    start = datetime(2021, 6, 17, tzinfo=SHANGHAI)
    for minute in range(0, 24 * 60, 7):
        anchor = to_micros(start + timedelta(minutes=minute))
        due = [LADDER.deadline(anchor, step) for step in range(len(LADDER.steps))]
        assert due == sorted(due)
        assert due[-2] < due[-1]
