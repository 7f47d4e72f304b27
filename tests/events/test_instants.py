from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.instants import SHANGHAI, NoZoneError, from_micros, local_iso, parse_instant, to_micros

INSTANTS = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 (hypothesis adds the zone)
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, SHANGHAI, timezone(timedelta(hours=-11, minutes=-30))]),
)


@given(INSTANTS)
def test_micros_are_exact_both_ways(at):
    """No instant loses a microsecond on its way through a state, before 1970 and after 2038 alike."""
    assert at == from_micros(to_micros(at))
    assert to_micros(at) + 1 == to_micros(at + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1970-01-01T00:00:00+00:00", 0),
        ("1970-01-01T00:00:00+08:00", -8 * 3600 * 1_000_000),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2038-01-19T03:14:08Z", 2_147_483_648 * 1_000_000),
        ("2106-02-07T06:28:16.000001Z", 4_294_967_296 * 1_000_000 + 1),
    ],
)
def test_an_instant_has_the_micros_of_its_moment(text, micros):
    """The zone counts, and neither 2038 nor 2106 is an end."""
    assert micros == to_micros(parse_instant(text))
    assert UTC == from_micros(micros).tzinfo


@pytest.mark.parametrize("text", ["2021-06-17T15:24:25", "2021-06-17", "20210617T152425"])
def test_an_instant_without_a_zone_is_refused_with_the_remedy(text):
    """A zone is never guessed on the command line."""
    with pytest.raises(NoZoneError, match=r"has no zone; write it like .*\+08:00"):
        parse_instant(text)


@pytest.mark.parametrize("text", ["", "yesterday", "2021-13-01T00:00:00Z", "2021-06-17T25:00:00+08:00"])
def test_what_is_no_iso_time_is_refused_with_an_example(text):
    """The message shows the form that is taken."""
    with pytest.raises(ValueError, match="write it like 2021-06-17T15:24:25"):
        parse_instant(text)


def test_people_read_chinese_time():
    """All times are shown in Asia/Shanghai (design section 5)."""
    assert "2021-07-01T00:00:00+08:00" == local_iso(datetime(2021, 6, 30, 16, tzinfo=UTC))
    assert local_iso(None) is None
