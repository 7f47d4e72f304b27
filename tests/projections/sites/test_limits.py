"""Limits in days and in calendar months."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.instants import MICROSECOND, SHANGHAI
from projections.sites.limits import Limit, months_before


def in_china(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "months", "before"),
    [
        (in_china(2022, 9, 30, 10), 6, in_china(2022, 3, 30, 10)),
        (in_china(2022, 8, 31), 6, in_china(2022, 2, 28)),
        (in_china(2024, 8, 31), 6, in_china(2024, 2, 29)),
        (in_china(2022, 2, 15), 3, in_china(2021, 11, 15)),
        (in_china(2022, 1, 1), 12, in_china(2021, 1, 1)),
    ],
)
def test_months_are_those_of_the_chinese_calendar(at, months, before):
    """Six months before the end of August is the end of February, in leap years a day later."""
    assert months_before(at.astimezone(UTC), months) == before


def test_a_month_is_counted_in_chinese_time():
    """20:00 UTC of the last of February is the first of March in China."""
    at = datetime(2022, 2, 28, 20, tzinfo=UTC)
    assert months_before(at, 1) == in_china(2022, 2, 1, 4)


@given(
    st.integers(0, 25 * 366 * 24),
    st.integers(1, 24),
    st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_a_later_moment_has_no_earlier_limit(hours, months, later):
    """What is overdue stays overdue."""
    at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    assert months_before(at, months) <= months_before(at + later, months)


@pytest.mark.parametrize("limit", [Limit(days=14), Limit(months=6)])
def test_exactly_at_the_limit_nothing_has_passed(limit):
    """The edge belongs to what is fresh, whatever the limit counts in."""
    at = datetime(2022, 9, 30, 16, tzinfo=UTC)
    assert not limit.passed(limit.before(at), at)
    assert limit.passed(limit.before(at) - MICROSECOND, at)


@pytest.mark.parametrize("told", [{}, {"days": 3, "months": 1}, {"days": -1}, {"days": -1, "months": 2}])
def test_a_limit_counts_in_one_unit(told):
    """Days or months, above 0."""
    with pytest.raises(ValueError, match="one of the two"):
        Limit(**told)
