"""When sites are read: once in so many days, within hours, each at its own place."""

from datetime import UTC, date, datetime, timedelta

import pytest

from projections.patrol.site_days import columns_in_turn, is_reading_due, planned_reading, wait_after

DAY = date(2026, 10, 14)
MIDNIGHT = datetime(2026, 10, 13, 16, tzinfo=UTC)  # of Chinese time
HOUR_US = 3_600_000_000


@pytest.mark.parametrize("site", [f"site:{number}.gov.cn" for number in range(20)])
def test_each_site_has_a_place_within_the_hours(site):
    """The same one each day, so that a day lies between two looks; looks and sweeps have places of their own."""
    at = planned_reading(site, "look", DAY, 6, 22)
    assert MIDNIGHT + timedelta(hours=6) <= at < MIDNIGHT + timedelta(hours=22)
    assert planned_reading(site, "look", DAY + timedelta(days=1), 6, 22) - at == timedelta(days=1)
    assert planned_reading(site, "links", DAY, 6, 22) != at


@pytest.mark.parametrize(
    ("hour", "looked_days_ago", "every", "due"),
    [
        (7, None, 1, False),
        (8, None, 1, True),
        (21, None, 1, True),
        (22, None, 1, False),
        (9, 0, 1, False),
        (9, 1, 1, True),
        (9, 1, 7, False),
        (9, 7, 7, True),
    ],
)
def test_a_reading_is_due_from_its_place_to_the_end_of_its_hours(hour, looked_days_ago, every, due):
    """A place that passed while nobody patrolled is made up for later in the day, and not at night."""
    now = MIDNIGHT + timedelta(hours=hour)
    looked = None if looked_days_ago is None else now - timedelta(days=looked_days_ago)
    planned, closes = MIDNIGHT + timedelta(hours=8), MIDNIGHT + timedelta(hours=22)
    assert is_reading_due(planned, closes, now, looked_at=looked, every_days=every) is due


def test_what_fails_is_left_alone_for_longer_and_longer():
    """An hour, then twice as long, half a day at most."""
    waits = [wait_after(failures) // HOUR_US for failures in (1, 2, 3, 4, 5, 50)]
    assert waits == [1, 2, 4, 8, 12, 12]


def test_columns_that_have_no_room_today_come_first_tomorrow():
    """Over days each column is read, whatever the bound of requests."""
    columns = [str(number) for number in range(7)]
    assert columns_in_turn(columns, 3, 7) == columns
    read = {column for day in range(4) for column in columns_in_turn(columns, day, 2)[:2]}
    assert read == set(columns)
