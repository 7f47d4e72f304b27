from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.feeds.dates import MAX_LENGTH, FeedTime, read_time

MINUTE = datetime(2021, 6, 16, 9, 5, tzinfo=UTC)  # 17:05 in China
SECOND = MINUTE + timedelta(seconds=22)
END_OF_DAY = datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 16 Jun 2021 17:05:22 +0800",
        "wed, 16 JUN 2021 17:05:22 cst",
        "Wed, 16 Jun 2021 09:05:22 GMT",
        "Wednesday, 16-Jun-21 09:05:22 UTC",
        "16 June 2021 09:05:22 Z",
        "Wed, 16 Jun 2021 05:05:22 EDT",
        "Wed,\n 16 Jun 2021\t17:05:22 +08:00",
        "Wed, 16 Jun 2021 17:05:22 +0800 (CST)",
        "周三, 16 六月 2021 17:05:22 +0800",
        "星期三, 16 6月 2021 09:05:22 GMT",
        "Wed Jun 16 17:05:22 CST 2021",
        "Wed Jun 16 17:05:22 +0800 2021",
        "Wed Jun 16 2021 17:05:22 GMT+0800 (中国标准时间)",
        "2021-06-16 17:05:22 +0800 CST",  # as Go prints a time
        "2021-06-16 09:05:22 +0000 UTC",
        "2021-06-16 17:05:22 +0800 +0800",  # Go, where the zone has no name
        "2021-06-16 17:05:22 +0800 CST m=+0.000052",  # Go, with its monotonic clock
        "Wed Jun 16 17:05:22 +0800 CST 2021",
        "Wed, 16 Jun 2021 17:05:22 CST+0800",
        "Wed, 16 Jun 2021 17:05:22 CST+8",
        "Wed, 16 Jun 2021 17:05:22 BJT+08:00",
        "Wed, 16 Jun 2021 17:05:22 UTC+0800",
        "Wed, 16 Jun 2021 05:05:22 EDT-0400",
        "Wed, 16 Jun 2021 03:05:22 CST-0600",  # the other CST, where its offset says so
        "2021-06-16 17:05:22+0800 北京时间",
        "2021-06-16 17:05:22 Asia/Hong_Kong",
        '"Wed, 16 Jun 2021 17:05:22 +0800"',
        "“2021-06-16 17:05:22”",
        "2021-06-16T17:05:22+08:00",
        "2021-06-16t09:05:22z",
        "2021-06-16T17:05:22+08:00[Asia/Shanghai]",
        "2021-06-16 17:05:22 +08",
        "2021-06-16 17:05:22.000",
        "20210616T170522+0800",
        "20210616170522",
        "2021-W24-3T17:05:22",
        "2021-167T17:05:22",
        "2021年6月16日17时05分22秒",
        "2021/6/16 下午 5:05:22",
        "２０２１年６月１６日　１７：０５：２２",
        "\ufeff2021年6月16日\u200b 17:05:22",
        "2021-06-16 17:05:22 北京时间",
        "1623834322",
        "1623834322000",
        "1623834322.75",
    ],
)
def test_one_second_is_the_same_in_every_form(text):
    """Every form seen in feeds gives the same moment, in UTC."""
    assert read_time(text) == FeedTime(at=SECOND, date_only=False)


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 16 Jun 2021 17:05 +0800",
        "16 Jun 21 17:05 CST",
        "2021-06-16T17:05",
        "2021/6/16 17:05",
        "2021.6.16 17:05",
        "2021年06月16日 星期三 17:05",
        "2021年6月16日(周三)17:05",
        "二〇二一年六月十六日 十七时五分",
        "2021年6月16日 下午5点05分",
        "June 16, 2021 5:05 PM",
    ],
)
def test_missing_seconds_are_zero(text):
    """A time to the minute is the first second of it."""
    assert read_time(text) == FeedTime(at=MINUTE, date_only=False)


@pytest.mark.parametrize(
    "text",
    [
        "2021-06-16",
        "20210616",
        "2021-W24-3",
        "2021-167",
        "2021年6月16日",
        "二〇二一年六月十六日",
        "2021/6/16",
        "Wed, 16 Jun 2021",
        "2021-06-16+08:00",
    ],
)
def test_a_day_alone_is_its_last_second(text):
    """A date without a clock time counts as the end of that day and is flagged."""
    assert read_time(text) == FeedTime(at=END_OF_DAY, date_only=True)


def test_the_default_zone_is_used_only_without_a_zone():
    """A feed in another zone moves times without a zone and no others."""
    berlin = timezone(timedelta(hours=2))
    assert read_time("2021-06-16T11:05:22", berlin) == FeedTime(at=SECOND, date_only=False)
    assert read_time("2021-06-16T17:05:22+08:00", berlin) == FeedTime(at=SECOND, date_only=False)
    assert read_time("2021-06-16", berlin) == FeedTime(at=END_OF_DAY + timedelta(hours=6), date_only=True)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("上午12:00", 0),
        ("凌晨1:00", 1),
        ("上午9:00", 9),
        ("中午12:00", 12),
        ("中午1:00", 13),
        ("下午12:00", 12),
        ("下午5:00", 17),
        ("下午17:00", 17),
        ("晚上8:00", 20),
    ],
)
def test_chinese_halves_of_the_day(text, hour):
    """上午, 下午 and their kin bring an hour to the clock of 24 hours."""
    local = datetime(2021, 6, 16, hour, tzinfo=timezone(timedelta(hours=8)))
    assert read_time(f"2021年6月16日 {text}") == FeedTime(at=local.astimezone(UTC), date_only=False)


@pytest.mark.parametrize(
    "text",
    [
        "2021-06-16T24:00:00+08:00",
        "Wed, 16 Jun 2021 24:00:00 +0800",
        "Wed, 16 Jun 2021 16:00:00 GMT",
        "16 Jun 2021 24:00 CST",
        "2021-06-16 24:00:00 +0800 CST",
        "2021年6月16日 24:00",
        "2021年6月16日24时",
        "2021年6月16日 晚上24:00",
        "20210616T240000",
        "Wed, 16 Jun 2021 23:59:60 +0800",
        "2021-06-16T23:59:60.5+08:00",
        "Wed Jun 16 23:59:60 CST 2021",
        "2021年6月16日23时59分60秒",
    ],
)
def test_twenty_four_o_clock_and_second_sixty_are_the_next_midnight(text):
    """A day ends at 24:00 (ISO 8601) or with a second 60, in whatever form."""
    found = read_time(text)
    assert found is not None
    assert found.at.replace(microsecond=0) == END_OF_DAY + timedelta(seconds=1)
    assert not found.date_only


def test_fractions_of_a_second_are_kept_to_the_microsecond():
    """More digits than a microsecond has are cut, not rounded into the next second."""
    found = read_time("2021-06-16T09:05:22.9999999Z")
    assert found is not None
    assert found.at == SECOND.replace(microsecond=999999)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-13-45",
        "2021-02-30",
        "2021-366",
        "2021-W54-1",
        "2021年13月1日",
        "Wed, 31 Jun 2021 17:05:22 +0800",
        "Wed, 16 Jux 2021 17:05:22 +0800",
        "2021-06-16T25:00:00",
        "2021-06-16T17:60",
        "2021-06-16T24:01",
        "2021-06-16T17:05:22+25:00",
        "2021-06-16 17:05 XYZ",
        "2021-06-16 17:05:22 CST+0100",
        "2021-06-16 17:05:22 +0900 CST",
        "2021-06-16 17:05:22 +0800 +0900",
        "2021-06-16 17:05:22 +0800 GMT",
        "2021-06-16 17:05:22 CST CST",
        "Wed, 16 Jun 2021 24:00:01 +0800",
        "Wed, 16 Jun 2021 24:01:00 +0800",
        "Wed, 16 Jun 2021 17:05:61 +0800",
        "Thu, 31 Jun 2021 24:00:00 +0800",
        "9999-12-31 24:00:00 +0800",
        "2021年6月十十日",
        '"2021-06-16 17:05',
        "2021年6月16日 上午13:05",
        "2021年6月16日 晚上12:00",
        "6/7/2021",
        "06-16 17:05",
        "2021",
        "2021-06",
        "昨天 17:05",
        "3小时前",
        "2021-06-167:05",
        "二三十年六月十六日",
        "99999999999999999999",
        "9999-12-31T23:59:59-08:00",
        "2021-06-16" + " " * MAX_LENGTH + "17:05",
    ],
)
def test_what_is_not_certainly_a_time_is_none(text):
    """Impossible, ambiguous and unknown forms are refused and never bent into some date."""
    assert read_time(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01", "0000000000"])
def test_placeholders_are_no_times(text):
    """The zero of a programming language would make an account silent for decades."""
    assert read_time(text) is None
