from datetime import UTC, datetime, timedelta

import pytest

from events.quarters import bare_quarter, parse_quarter
from projections.rules.period import quarter_of

Q2_END = datetime(2021, 6, 30, 16, tzinfo=UTC)


def test_midnight_after_a_quarter_belongs_to_it():
    """Design section 3, Findings, period of T: a check point at 24:00 of the last day closes the quarter."""
    period = quarter_of(Q2_END)
    assert ("2021Q2", datetime(2021, 3, 31, 16, tzinfo=UTC)) == (period.label, period.start)


def test_a_microsecond_after_midnight_belongs_to_the_next_quarter():
    """Design section 3, Weeks: the quarter up to T, in Chinese time."""
    assert quarter_of(Q2_END + timedelta(microseconds=1)).label == "2021Q3"


def test_the_turn_of_the_year_is_the_chinese_one():
    """Quarters are those of Asia/Shanghai, eight hours ahead of UTC."""
    assert quarter_of(datetime(2020, 12, 31, 16, tzinfo=UTC)).label == "2020Q4"
    assert quarter_of(datetime(2020, 12, 31, 17, tzinfo=UTC)).label == "2021Q1"


def test_a_quarter_may_be_checked_shortly_after_its_end():
    """A named quarter begins where it begins and ends at the check point that was given."""
    period = quarter_of(Q2_END + timedelta(days=5), "2021Q2")
    assert ("2021Q2", Q2_END + timedelta(days=5)) == (period.label, period.check_point)
    assert (Q2_END + timedelta(days=5) - period.start).days // 7 == period.weeks


@pytest.mark.parametrize("label", ["2021Q5", "2021q2", "Q2", "2021-Q2", "2021Q2 ", ""])
def test_another_form_of_a_quarter_is_refused_with_an_example(label):
    """The message shows how a quarter is written."""
    with pytest.raises(ValueError, match="write it like 2023Q1"):
        quarter_of(Q2_END, label)


@pytest.mark.parametrize("check_point", [Q2_END, Q2_END - timedelta(days=1)])
def test_a_check_point_before_its_quarter_is_refused(check_point):
    """A check point at the very start has nothing of the quarter behind it."""
    with pytest.raises(ValueError, match="lies before 2021Q3 begins"):
        quarter_of(check_point, "2021Q3")


@pytest.mark.parametrize(("day", "hour", "weeks"), [(7, 15, 0), (7, 16, 1), (13, 16, 1), (14, 16, 2)])
def test_only_whole_weeks_of_the_quarter_are_judged(day, hour, weeks):
    """Design section 3, Weeks: counted back from T; the rest at the beginning of the quarter is no week."""
    assert weeks == quarter_of(datetime(2021, 4, day, hour, tzinfo=UTC)).weeks


def test_a_full_quarter_has_thirteen_weeks():
    """91 days of the second quarter are exactly thirteen weeks, counted back from its midnight."""
    assert quarter_of(Q2_END).weeks == 13


def test_a_window_that_is_not_the_calendar_quarter_is_that_quarters_check():
    """甘肃省 2022年第一季度: from 20 December to 20 March; findings and weeks count from its first day."""
    check_point = datetime(2022, 3, 20, 16, tzinfo=UTC)
    period = quarter_of(check_point, "2022Q1@2021-12-20")
    assert ("2022Q1@2021-12-20", datetime(2021, 12, 19, 16, tzinfo=UTC), 13) == (
        period.label,
        period.start,
        period.weeks,
    )
    assert quarter_of(check_point).start > period.start
    assert "2022Q1" == parse_quarter(period.label).label == bare_quarter(period.label)


@pytest.mark.parametrize(
    ("label", "sound"),
    [
        ("2022Q1@2021-12-13", True),
        ("2022Q1@2021-12-12", False),
        ("2022Q1@2022-03-13", True),
        ("2022Q1@2022-03-14", False),
        ("2022Q1@2022-04-01", False),
        ("2022Q1@20 December", False),
    ],
)
def test_a_window_has_more_than_a_week_and_no_more_than_fourteen(label, sound):
    """What lies further back than a hundred days the folds do not keep; our bound."""
    check_point = datetime(2022, 3, 20, 16, tzinfo=UTC)
    if sound:
        assert label == quarter_of(check_point, label).label
        return
    with pytest.raises(ValueError, match="2022"):
        quarter_of(check_point, label)
