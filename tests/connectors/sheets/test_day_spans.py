"""Days as duty tables name them: read where they are certain, refused where they are not."""

from datetime import date

import pytest

from connectors.sheets.day_spans import Known, read_stretches, year_named
from connectors.sheets.errors import BadValueError
from projections.rules.calendar import days_off

KNOWN = Known(date(2026, 9, 20), days_off)


def read(text: str, known: Known = KNOWN) -> list[str]:
    return [f"{first:%y%m%d}-{last:%y%m%d}" for first, last in read_stretches(text, known)]


@pytest.mark.parametrize(
    "text",
    [
        "10月1日-3日",
        "10月1日—10月3日",
        "10.1—10.3",
        "10/1~10/3",
        "10月1日至3日（共3天）",
        "１０月１日－３日",
        "2026年10月1日—3日",
        "2026-10-1至2026-10-3",
        "10月1日（星期四）至10月3日（周六）",
        "10月 1 日 - 3 日",
    ],
)
def test_a_stretch_of_days_is_one_however_it_is_written(text):
    assert read(text) == ["261001-261003"]


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("10月1日、3日", ["261001-261001", "261003-261003"]),
        ("10月1日-2日，10月5日", ["261001-261002", "261005-261005"]),
        ("9月28日-10月2日", ["260928-261002"]),
        ("国庆期间", ["261001-261007"]),
        ("中秋节、国庆节假期", ["260925-260927", "261001-261007"]),
        ("2025年国庆", ["251001-251008"]),
        ("2026年春节期间", ["260215-260223"]),
        ("2025年12月31日-1月2日", ["251231-260102"]),
    ],
)
def test_several_stretches_and_holidays(text, stretches):
    """Days off of two holidays in a row are those of either."""
    assert read(text) == stretches


@pytest.mark.parametrize(
    "text",
    ["1-3", "10月", "1月5日", "春节期间", "2027年春节", "2月30日", "10月3日-1日", "上旬", "、", "轮流"],
)
def test_what_is_not_certain_is_refused(text):
    """Two numbers, a month, a day of no year that is near, days off that nobody has announced."""
    with pytest.raises(BadValueError):
        read(text)


def test_the_year_of_the_title_counts_and_a_table_of_a_new_year_begins_in_the_old_one():
    """A table of last year stays one of last year, whenever it is handed in."""
    of_2025 = Known(date(2026, 12, 1), days_off, year_named(["2025年国庆节值班表"]))
    assert read("10月1日-3日", of_2025) == ["251001-251003"]
    assert read("国庆期间", of_2025) == ["251001-251008"]
    new_year = Known(date(2026, 12, 20), days_off, year_named(["2027年元旦值班表", "填表人：甲"]))
    assert read("12月31日-1月2日", new_year) == ["261231-270102"]
    assert year_named(["2026年12月至2027年1月值班表"]) is None
