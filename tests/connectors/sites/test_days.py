"""The day of an article: taken where all that is said agrees within a day, unknown else."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sites.days import Said, agreed, at_latest, day_in

LOOKED_ON = date(2026, 10, 14)
THIRTEENTH = date(2026, 10, 13)


def day(**said: str) -> date | None:
    published = agreed(Said(**said), LOOKED_ON)
    return published.day if published else None


@pytest.mark.parametrize(
    "said",
    [
        {"tag": "2026-10-13 09:10"},
        {"tag": "2026年10月13日"},
        {"listed": "[2026-10-13]"},
        {"printed": "2026/10/13 9:10"},
        {"listed": "10-13", "address": "http://a.example/art/2026/10/13/art_1_2.html"},
        {"listed": "10-13", "tag": "2026-10-13"},
        {"tag": "2026-10-13", "listed": "昨天"},
    ],
)
def test_a_day_that_nothing_contradicts_is_taken(said):
    """Any voice does, and one that cannot be read counts as silent; a day without its year needs another one."""
    assert day(**said) == THIRTEENTH


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"tag": "2026-10-13", "listed": "2026-10-11"},  # two days apart
        {"tag": "2026-10-13", "listed": "10-11"},  # the same, without its year
        {"listed": "2026-10-13", "address": "http://a.example/x/t20260902_1.html"},
        {
            "listed": "2026-10-13",
            "address": "http://a.example/x/202608/9f.html",
        },  # the folder of another month
        {"listed": "10-13"},  # of which year?
        {"listed": "10-13", "address": "http://a.example/x/202610/9f.html"},  # a month is no day
        {"listed": "26-10-13"},  # a year of two digits
        {"address": "http://a.example/x/t20261013_1.html"},  # when a page was made
        {"tag": "2026-10-16"},  # later than the day after the look
        {"tag": "0001-01-01"},
    ],
)
def test_what_is_contradicted_or_not_said_is_unknown(said):
    """Unknown is better than wrong."""
    assert day(**said) is None


def test_a_day_apart_is_taken_and_two_are_not():
    """The edge of the tolerance, of each side."""
    assert day(tag="2026-10-13", listed="2026-10-12") == THIRTEENTH
    assert day(tag="2026-10-13", listed="2026-10-14") == THIRTEENTH
    assert day(tag="2026-10-12", listed="2026-10-14") is None


def test_a_time_stands_where_one_is_said():
    """The minute of the tag; midnight is how systems keep a day; a day alone counts to its end."""
    timed = agreed(Said(tag="2026-10-13 09:10"), LOOKED_ON)
    assert timed is not None
    assert timed.moment == datetime(2026, 10, 13, 1, 10, tzinfo=UTC)
    for text in ("2026-10-13 00:00:00", "2026-10-13"):
        plain = agreed(Said(tag=text), LOOKED_ON)
        assert plain is not None
        assert (plain.at, plain.moment) == (None, datetime(2026, 10, 13, 15, 59, 59, tzinfo=UTC))


def test_a_time_of_the_page_completes_the_day_of_the_tag():
    """A tag that names the day alone, a page that prints the minute of it."""
    found = agreed(Said(tag="2026-10-13", printed="2026-10-13 09:10"), LOOKED_ON)
    assert found is not None
    assert found.at == datetime(2026, 10, 13, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/zw/202610/t20261013_10.html", THIRTEENTH),
        ("/art/2026/10/13/art_1_2.html", THIRTEENTH),
        ("/2026/1013/c12a34/page.htm", THIRTEENTH),
        ("/zw/2026-10/13/content_9.htm", THIRTEENTH),
        ("/zw/20261013/9.html", THIRTEENTH),
        ("/zw/202610/9.html", None),
        ("/zw/content/post_20261013.html", None),  # a number
        ("/2026/10/12/a/2026/10/13/b.html", None),  # two days
        ("/2026/13/45/b.html", None),
    ],
)
def test_days_in_addresses_are_read_by_their_forms(path, told):
    """Names and folders of content systems; a number that looks like a day is none."""
    assert day_in("http://a.example" + path) == told


@pytest.mark.parametrize(
    ("listed", "day"),
    [
        ("10-14", date(2026, 10, 14)),
        ("（10月15日）", date(2026, 10, 15)),  # a day ahead, as everywhere
        ("10-16", date(2025, 10, 16)),
        ("12-31", date(2025, 12, 31)),
        ("2-29", date(2024, 2, 29)),
        ("2-30", None),
        ("2026-10-14", None),
        ("", None),
    ],
)
def test_a_day_without_its_year_is_no_newer_than_its_last(listed, day):
    """Which year is meant nobody knows; the newest that it can mean bounds it."""
    assert day == at_latest(listed, date(2026, 10, 14))


@given(
    st.dates(date(2026, 1, 1), date(2026, 10, 14)),
    st.integers(-40, 40),
    st.sampled_from(["listed", "printed"]),
)
def test_a_second_voice_never_moves_a_day_by_more_than_one(told, apart, where):
    """Law: what is taken lies within a day of everything that is said."""
    other = date.fromordinal(told.toordinal() + apart)
    found = day(tag=told.isoformat(), **{where: other.isoformat()})
    assert found is None or abs((found - other).days) <= 1
    assert (found is None) == (abs(apart) > 1 or other > date(2026, 10, 15))
