from datetime import UTC, datetime

import pytest

from connectors.sheets.errors import BadValueError
from connectors.sheets.times import end_of_tomorrow, read_moment

AT_17_05 = datetime(2021, 6, 16, 9, 5, tzinfo=UTC)
DAY_END = datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2021-06-16 17:05",
        "2021-6-16 17:05:00",
        "2021-06-16T17:05:00+08:00",
        "2021-06-16T09:05:00Z",
        "2021-06-16T11:05+0200",
        "2021-06-16T05:05-04",
        "2021/6/16 17:05",
        "2021.6.16 17:05",
        "2021年6月16日 17:05",
        "2021年6月16日17时05分",
        "2021年 6月 16日 17点5分0秒",
        "２０２１－０６－１６　１７：０５",
        "20210616 17:05",
    ],
)
def test_forms_with_a_time_of_day_give_one_instant(text):
    """Every written form is read, without a zone as +08:00, and comes back in UTC."""
    moment = read_moment(text)
    assert (moment.at, moment.date_only) == (AT_17_05, False)
    assert moment.at.tzinfo is UTC


@pytest.mark.parametrize("text", ["2021-06-16", "2021/6/16", "2021.6.16", "2021年6月16日", "20210616"])
def test_a_date_alone_is_the_end_of_that_day_and_flagged(text):
    """Design, section 3: a date without a time stands for 23:59:59 in China."""
    moment = read_moment(text)
    assert (moment.at, moment.date_only) == (DAY_END, True)


def test_parts_of_a_second_are_kept():
    """A fraction is read to the microsecond."""
    assert read_moment("2021-06-16 17:05:00.1234567").at == AT_17_05.replace(microsecond=123456)


@pytest.mark.parametrize(
    "text",
    [
        "2021-13-45",
        "2021-02-29",
        "2021年6月31日",
        "2021-06-16 24:00",
        "2021-06-16 17:60",
        "2021-06-16T17:05:60Z",
    ],
)
def test_dates_that_do_not_exist_are_refused(text):
    """No day or hour is invented for an impossible one."""
    with pytest.raises(BadValueError, match="does not exist"):
        read_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "昨天",
        "6月16日",
        "2021年6月",
        "21-06-16",
        "16/06/2021",
        "2021-06/16",
        "2021-06-16 下午5:05",
        "2021-06-1617:05",
        "",
    ],
)
def test_what_is_no_full_date_is_refused_with_the_right_form(text):
    """Half dates, other orders and words are not guessed."""
    with pytest.raises(BadValueError, match=r"(not a date|no day).*write it like 2021-06-16 17:05"):
        read_moment(text)


@pytest.mark.parametrize("text", ["44363", "44363.71"])
def test_a_bare_excel_number_is_refused_with_its_cause(text):
    """A serial number outside a date cell could be anything."""
    with pytest.raises(BadValueError, match="format the cell as a date"):
        read_moment(text)


@pytest.mark.parametrize("text", ["2021-06-16T17:05+15:00", "2021-06-16T17:05-08:60"])
def test_a_zone_that_does_not_exist_is_refused(text):
    """The widest offset in the world is fourteen hours."""
    with pytest.raises(BadValueError, match="zone"):
        read_moment(text)


@pytest.mark.parametrize("text", ["1999-12-31", "1900-01-00", "0001-01-01T00:00+14:00"])
def test_times_before_the_first_accounts_are_refused(text):
    """An empty or zero date of a spreadsheet program is no opening date."""
    with pytest.raises(BadValueError):
        read_moment(text)


def test_the_last_possible_time_does_not_overflow():
    """A zone that leads past the year 9999 is refused like every year that nobody means."""
    with pytest.raises(BadValueError, match="lies after 2999"):
        read_moment("9999-12-31T23:59-14:00")


def test_tomorrow_ends_at_midnight_in_china():
    """At 16:30 UTC China is already in the next day."""
    assert end_of_tomorrow(datetime(2021, 6, 16, 16, 30, tzinfo=UTC)) == datetime(
        2021, 6, 18, 15, 59, 59, tzinfo=UTC
    )
