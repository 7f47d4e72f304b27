"""Chinese days and quarters, each at its very edge."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from events.days import chinese_day, day_of, last_second, midnight_before
from events.instants import MICROSECOND, SHANGHAI, from_micros, to_micros
from events.quarters import Quarter, parse_quarter, quarter_at

ROOT = Path(__file__).parents[2]
MIDNIGHT = datetime(2021, 6, 30, 16, tzinfo=UTC)  # 24:00 of 30 June, 00:00 of 1 July


def test_a_calendar_day_begins_with_its_midnight():
    """In China it is 1 July eight hours before it is in UTC."""
    assert (date(2021, 6, 30), date(2021, 7, 1)) == (
        chinese_day(MIDNIGHT - MICROSECOND),
        chinese_day(MIDNIGHT),
    )
    assert MIDNIGHT == midnight_before(MIDNIGHT) == midnight_before(MIDNIGHT + timedelta(hours=23))


def test_a_day_of_posts_ends_with_its_24_00():
    """A post at 24:00 still belongs to the day (00:00, 24:00] that ends then (design, section 3)."""
    begin, end = (from_micros(micros) for micros in day_of(to_micros(MIDNIGHT)))
    assert (MIDNIGHT - timedelta(days=1), MIDNIGHT) == (begin, end)


def test_a_day_without_a_time_is_written_as_its_last_second():
    """23:59:59 in China lies in the day by either reading."""
    at = last_second(date(2021, 6, 30))
    assert (MIDNIGHT - timedelta(seconds=1), date(2021, 6, 30)) == (at, chinese_day(at))
    assert day_of(to_micros(at)) == day_of(to_micros(MIDNIGHT))


@pytest.mark.parametrize(
    ("at", "label"),
    [
        (MIDNIGHT, "2021Q2"),
        (MIDNIGHT + MICROSECOND, "2021Q3"),
        (datetime(2020, 12, 31, 17, tzinfo=UTC), "2021Q1"),
    ],
)
def test_a_quarter_ends_with_its_last_midnight(at, label):
    """A check at 24:00 of the last day is one of the quarter."""
    assert label == quarter_at(at).label


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_quarters_of_a_year_follow_one_another(number):
    """The end of one is the start of the next, and the last day lies right before it."""
    quarter = Quarter(2023, number)
    following = Quarter(2023 + number // 4, number % 4 + 1)
    assert quarter.end == following.start
    assert quarter.last_day + timedelta(days=1) == following.start.date()
    assert quarter == parse_quarter(quarter.label)
    assert datetime(2023, 1, 1, tzinfo=SHANGHAI) == quarter.year_start


def test_chinese_time_has_one_home():
    """Nobody else makes the zone, cuts a day out of an instant, or counts its hours ahead of UTC."""
    own = re.compile(
        r"timedelta\(hours=8\)|ZoneInfo\(|8 \* HOUR_US|astimezone\(SHANGHAI\)\.(date\(|replace\(hour=0)"
    )
    for room in ("events", "projections", "connectors", "pipeline"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in ("events/days.py", "events/instants.py"):
                assert own.search(path.read_text("utf-8")) is None, name
