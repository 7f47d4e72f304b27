"""Cells one by one: times, platforms, people and counts as offices write them."""

from datetime import date

import pytest

from connectors.papers.name_words import NameRead, read_name
from connectors.papers.people_cells import read_number
from connectors.papers.platform_words import read_platform
from connectors.papers.time_words import (
    BadTimeError,
    day_in_file_name,
    quarter_in,
    read_time,
    times_in,
    year_in,
)
from connectors.papers.vocabulary import vocabulary
from events.closeness import distance

LATEST = date(2026, 9, 8)
WORDS = vocabulary()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-09-07", "2026-09-07"),
        ("2026/9/7 8:05", "2026-09-07T08:05+08:00"),
        ("2026.9.7", "2026-09-07"),
        ("20260907", "2026-09-07"),
        ("2026年9月7日17时30分", "2026-09-07T17:30+08:00"),
        ("2026年9月7日 24:00", "2026-09-08T00:00+08:00"),
        ("二〇二六年九月七日", "2026-09-07"),
        ("二〇二五年十二月二十一日", "2025-12-21"),
        ("２０１７.１.１", "2017-01-01"),
        ("9月7日", "2026-09-07"),
        ("9-7 14:35", "2026-09-07T14:35+08:00"),
        ("9.7", "2026-09-07"),
        ("12月28日", "2025-12-28"),
        ("2016.5", "2016-05"),
        ("2016年05月", "2016-05"),
        ("2016-05", "2016-05"),
        ("2016年5月上旬", "2016-05"),
        ("23.5.7", "2023-05-07"),
        ("23年5月7日", "2023-05-07"),
        ("九月七日", "2026-09-07"),
        ("9月7日（星期一）", "2026-09-07"),
        ("2026-09-07 周一 8:05", "2026-09-07T08:05+08:00"),
        ("2026年9月7日上午", "2026-09-07"),
        ("2026年9月7日下午3点半", "2026-09-07T15:30+08:00"),
        ("2026年9月7日凌晨12点5分", "2026-09-07T00:05+08:00"),
        ("2026年9月7日中午12:30", "2026-09-07T12:30+08:00"),
    ],
)
def test_a_time_is_as_precise_as_it_is_written(text, read):
    """A month stays a month, a day without a year is the last one, 24:00 is the next midnight."""
    assert str(read_time(text, LATEST)) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("昨天", "relative_time"),
        ("2026-13-27", "does_not_exist"),
        ("2月30日", "does_not_exist"),
        ("9月7日 25:00", "does_not_exist"),
        ("46353", "bare_number"),
        ("2016年", "year_alone"),
        ("1998-01-01", "too_early"),
        ("", "not_a_time"),
        ("2026年9月6日晚上12点", "not_a_time"),
        ("09.5.7", "two_digit_year"),
        ("9月7日（星期二）", "weekday_differs"),
        ("上周五", "relative_time"),
    ],
)
def test_what_is_no_time_says_why(text, code):
    """Nothing is guessed: a swapped day or an invented year would move a verdict."""
    with pytest.raises(BadTimeError) as error:
        read_time(text, LATEST)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("（第35期，巡查时间：2026年8月31日17时30分）", ["2026-08-31T17:30+08:00"]),
        ("2026年9月1日—9月7日 截至9月7日17:30", ["2026-09-01/2026-09-07", "2026-09-07T17:30+08:00"]),
        ("9.1-9.7", ["2026-09-01/2026-09-07"]),
        ("9月1日至7日", ["2026-09-01/2026-09-07"]),
        ("2021年12月20日至2022年3月20日", ["2021-12-20/2022-03-20"]),
        ("12月28日-1月3日", ["2025-12-28/2026-01-03"]),
        ("2026年8月问题清单", []),
        ("第3.2版", []),
        ("周报（9.7）", ["2026-09-07"]),
    ],
)
def test_times_and_spans_are_found_in_a_title(text, found):
    """A span is no day of looking, a month alone is none either."""
    told = [str(f.time) if f.time else f"{f.span[0]}/{f.span[1]}" for f in times_in(text, LATEST)]
    assert told == found


def test_years_quarters_and_days_are_found_in_names():
    """A title says its year and quarter, a name of a file its day."""
    assert (year_in("2026年8月问题清单"), year_in("2025年和2026年"), year_in("八月")) == (2026, None, None)
    assert (quarter_in("禾阳县2026年第三季度"), quarter_in("2026年3季度"), quarter_in("三季度")) == (
        "2026Q3",
        "2026Q3",
        "",
    )
    assert str(day_in_file_name("14-周报0713", LATEST)) == "2026-07-13"
    assert str(day_in_file_name("周报20260713", LATEST)) == "2026-07-13"
    assert day_in_file_name("周报0713-0720", LATEST) is None


@pytest.mark.parametrize(
    ("platform", "account_type", "names"),
    [
        ("微信公众号", "订阅号", ["微信订阅号"]),
        ("微信（服务号）", "", ["微信服务号"]),
        ("公众号/订阅号", "", ["微信订阅号"]),
        ("订阅号、服务号", "", ["微信订阅号", "微信服务号"]),
        ("微信", "", ["微信公众号"]),
        ("微信视频号", "", ["视频号"]),
        ("抖音、快手", "", ["抖音", "快手"]),
        ("新浪微博", "订阅号", ["新浪微博"]),
        ("政务APP", "", ["移动客户端"]),
        ("快手账号", "", ["快手"]),
        ("新浪官微", "", ["新浪微博"]),
        ("官方抖音号", "", ["抖音"]),
        ("微信公众号（已认证）", "", ["微信公众号"]),
        ("微信、微博和抖音", "", ["微信公众号", "新浪微博", "抖音"]),
        ("论坛", "", []),
        ("", "", []),
    ],
)
def test_platforms_are_known_by_their_words(platform, account_type, names):
    """A type beside its family is one platform; two families are two."""
    assert [found.name for found in read_platform(platform, account_type, WORDS).found] == names


def test_an_unknown_platform_offers_the_nearest():
    """One character wrong is offered, a strange word is not."""
    assert read_platform("微信公众号", "订月号", WORDS).nearest.name == "微信订阅号"
    assert read_platform("新浪微播", "", WORDS).nearest.name == "新浪微博"
    assert read_platform("论坛", "", WORDS).nearest is None


@pytest.mark.parametrize(
    ("platform", "nearest"),
    [
        ("腾讯官微", "微信公众号"),
        ("腾讯视频号", "视频号"),
        ("钉钉公众号", "微信公众号"),
        ("微博（美篇）", "新浪微博"),
    ],
)
def test_a_known_word_in_a_strange_one_is_asked_about(platform, nearest):
    """What stands beside it may name another platform: 官微 of whom? It is proposed and never taken by itself."""
    read = read_platform(platform, "", WORDS)
    assert (read.found, read.unknown, read.nearest.name) == ((), platform, nearest)


def test_a_bracket_behind_a_name_is_a_platform_or_part_of_the_name():
    """清原（试验区） keeps its bracket."""
    assert read_name("清原城管（头条号）", WORDS).name == "清原城管"
    assert read_name("清原（试验区）", WORDS) == NameRead("清原（试验区）")


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("16100001280", "16100001280", ""),
        ("161-0000-1280", "16100001280", ""),
        ("+86 161 0000 1280", "16100001280", ""),
        ("0900-6234567", "0900-6234567", ""),
        ("6234567", "6234567", ""),
        ("16100001280、0900-6234567", "16100001280、0900-6234567", ""),
        ("1610000128", "", "phone_digits"),
        ("161000012800", "", "phone_digits"),
        ("0900 6234567 分机 3", "0900 6234567 分机 3", ""),
        ("6234567转801", "6234567转801", ""),
        ("+86 900 6234567", "+86 900 6234567", ""),
        ("6234567（传真同号）", "6234567", ""),
        ("办公：6234567", "6234567", ""),
        ("6234567 转 甲某", "", "not_a_phone"),
        ("见名册", "", "not_a_phone"),
    ],
)
def test_numbers_are_read_or_set_aside(text, number, code):
    """A mobile is its eleven digits; a line of an office stays as it is written."""
    read, why = read_number(text, WORDS)
    assert (read, why.code if why else "") == (number, code)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("司法局", "司法局", 0),
        ("司发局", "司法局", 1),
        ("法司局", "司法局", 1),
        ("司局", "司法局", 1),
        ("教育局", "司法局", 2),
        ("甲乙丙丁", "司法局", 3),
    ],
)
def test_the_distance_of_two_texts_counts_slips_of_the_pen(one, other, apart):
    """One character wrong, missing or too many, or two in the wrong order."""
    assert (distance(one, other, 2), distance(other, one, 2)) == (apart, apart)
