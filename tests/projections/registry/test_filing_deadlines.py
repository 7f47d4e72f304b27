"""昆政办发〔2019〕162号 二(二): the owner files within 2 working days, the office enters it within 1."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.registry.filing_deadlines import OFFICE_DAYS, OWNER_DAYS, Timeliness, judge_deadline
from projections.rules.calendar import is_workday, working_day_deadline


@pytest.mark.parametrize(
    ("happened", "due"),
    [
        ("2023-01-18", "2023-01-20"),  # Wednesday to Friday
        ("2023-01-19", "2023-01-28"),  # one day before the Spring Festival, the other a swapped Saturday
        ("2023-01-20", "2023-01-29"),  # both days are swapped: Saturday and Sunday
        ("2023-01-22", "2023-01-29"),  # in the holidays
        ("2023-01-28", "2023-01-30"),  # a swapped Saturday is an ordinary day of an event
        ("2023-04-21", "2023-04-24"),  # Friday; Sunday the 23rd is swapped
        ("2023-04-28", "2023-05-05"),  # the five days of May
        ("2023-06-02", "2023-06-06"),  # an ordinary week end
    ],
)
def test_the_owner_has_two_working_days(happened, due):
    """The day of the event does not count; holidays and swapped workdays do what the State Council says."""
    event, last = date.fromisoformat(happened), date.fromisoformat(due)
    on_time = judge_deadline(event, OWNER_DAYS, last, None)
    late = judge_deadline(event, OWNER_DAYS, last + timedelta(days=1), None)
    assert (last, Timeliness.ON_TIME) == (on_time.due, on_time.state)
    assert (last, Timeliness.LATE) == (late.due, late.state)


@pytest.mark.parametrize(
    ("filed", "due"),
    [("2023-01-20", "2023-01-28"), ("2023-01-29", "2023-01-30"), ("2023-06-02", "2023-06-05")],
)
def test_the_office_has_one_working_day(filed, due):
    """Across the Spring Festival, from a swapped Sunday, and over a week end."""
    assert date.fromisoformat(due) == judge_deadline(date.fromisoformat(filed), OFFICE_DAYS, None, None).due


def test_what_was_not_done_is_pending_until_the_deadline_has_passed():
    """On the last day it may still be done; the day after, it is overdue."""
    filed, due = date(2023, 6, 2), date(2023, 6, 5)
    assert Timeliness.PENDING == judge_deadline(filed, OFFICE_DAYS, None, due).state
    assert Timeliness.OVERDUE == judge_deadline(filed, OFFICE_DAYS, None, due + timedelta(days=1)).state


def test_a_year_without_a_calendar_is_said_and_not_guessed():
    """Holidays of a far year are not announced: nobody is called late, and nobody in time."""
    judged = judge_deadline(date(2090, 3, 1), OWNER_DAYS, date(2090, 3, 20), None)
    assert (None, Timeliness.UNKNOWN) == (judged.due, judged.state)
    assert "2090" in judged.reason


def test_a_deadline_that_reaches_into_a_year_without_a_calendar_is_unknown():
    """The last announced year ends on a working day; its second day lies in the next."""
    announced = last_announced_year()
    judged = judge_deadline(date(announced, 12, 31), OWNER_DAYS, date(announced + 1, 1, 9), None)
    assert (None, Timeliness.UNKNOWN) == (judged.due, judged.state)


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (0, Timeliness.ON_TIME),
        (OWNER_DAYS, Timeliness.ON_TIME),
        (OWNER_DAYS + 1, Timeliness.UNKNOWN),
    ],
)
def test_what_was_filed_within_as_many_days_is_in_time_under_any_calendar(after, state):
    """Two working days take at least two days, whatever the holidays will be; a day later may be late."""
    day = date(2090, 3, 1)
    assert state == judge_deadline(day, OWNER_DAYS, day + timedelta(days=after), None).state


def test_an_act_on_a_day_that_was_not_told_is_unknown():
    """The deadline is known; whether it was met is not."""
    judged = judge_deadline(date(2023, 6, 2), OWNER_DAYS, None, None)
    assert (date(2023, 6, 6), Timeliness.UNKNOWN) == (judged.due, judged.state)


@given(st.dates(date(2012, 1, 1), date(2024, 12, 1)), st.integers(1, 10))
def test_a_deadline_is_never_on_a_rest_day(event, days):
    """Law: it is a working day after the event, and exactly `days` working days lie in between."""
    due = working_day_deadline(event, days)
    passed = [event + timedelta(days=n) for n in range(1, (due - event).days + 1)]
    assert is_workday(due)
    assert days == sum(map(is_workday, passed))


def last_announced_year() -> int:
    """Return the last year whose holidays this release knows."""
    year = 2023
    while judge_deadline(date(year + 1, 6, 1), 1, None, None).state is not Timeliness.UNKNOWN or (
        judge_deadline(date(year + 1, 6, 1), 1, None, None).due is not None
    ):
        year += 1
    return year
