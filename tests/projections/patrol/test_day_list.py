"""The look list: whoever cannot wait is on it, nobody is whom a look does not serve, and looks take people off it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.instants import DAY_US, HOUR_US, from_micros
from projections.patrol.day_list import day_list, needs_of
from projections.patrol.needs import Reason
from projections.patrol.workdays import DONE_US, MORNING_US, number_of, start_of
from projections.sources.health import SourceHealth, Stall
from tests.projections.patrol.lines import LADDER, WORKDAYS, at, line, moment, seen

FIRST_DAY = number_of(at("2025-01-02 00:00"))


def listed(now: str, *lines, **options) -> list[tuple[str, Reason]]:
    due = day_list(lines, WORKDAYS, LADDER, moment(now), **options)
    return [(one.line.account_id, one.reason) for one in due]


@st.composite
def days_and_lines(draw):
    day = FIRST_DAY + draw(st.integers(0, 330))
    begins = start_of(WORKDAYS.list_day(from_micros(start_of(day)))) + MORNING_US
    lines = []
    for n in range(draw(st.integers(1, 30))):
        look = draw(st.none() | st.integers(1, 20 * DAY_US).map(lambda ago: seen(begins - ago)))
        before = begins if look is None else look.at
        silent = draw(st.none() | st.integers(0, 30 * DAY_US))
        lines.append(line(f"wechat:{n}", anchor=None if silent is None else before - silent, look=look))
    return day, begins, lines


@pytest.mark.slow
@given(days_and_lines())
def test_the_list_holds_everyone_who_cannot_wait(drawn):
    """Law 8: whose deadline comes before the next list is done is on it; nobody is on it whom no look serves yet."""
    day, begins, lines = drawn
    needs = {
        one.account_id: list(needs_of(one, one.last_look({}), WORKDAYS, LADDER, begins)) for one in lines
    }
    too_late = start_of(WORKDAYS.following(number_of(begins))) + DONE_US
    due = {one.line.account_id for one in day_list(lines, WORKDAYS, LADDER, from_micros(start_of(day)))}
    served = {a for a, found in needs.items() if any(n.release <= begins for n in found)}
    must = {
        a for a, found in needs.items() if any(n.release <= begins and n.deadline < too_late for n in found)
    }
    assert must <= due <= served


@pytest.mark.slow
@given(days_and_lines(), st.integers(0, DONE_US - MORNING_US - HOUR_US))
def test_a_look_takes_an_account_off_the_list_of_its_day(drawn, later):
    """A look of today that brings nothing serves whatever was due today, unless the limit passes after it."""
    day, begins, lines = drawn
    looked_at = begins + later
    for one in day_list(lines, WORKDAYS, LADDER, from_micros(start_of(day))):
        anchor = one.line.anchor
        passes = anchor is not None and looked_at <= anchor + LADDER.limit_us <= looked_at + DAY_US
        again = line(anchor=anchor, look=seen(looked_at))
        due = day_list([again], WORKDAYS, LADDER, from_micros(looked_at))
        assert passes or not any(other.cannot_wait for other in due)


def test_the_third_and_the_last_working_day_before_the_limit_have_a_look():
    """Who posted on Monday 2 June at 18:00 is looked at on the 12th, on Friday for Monday and behind the limit."""
    posted = at("2025-06-02 18:00")
    assert listed("2025-06-10 09:00", line(anchor=posted, look=seen(at("2025-06-03 10:00")))) == []
    third = [("wechat:a", Reason.FIRST_STEP)]
    assert listed("2025-06-12 09:00", line(anchor=posted, look=seen(at("2025-06-03 10:00")))) == third
    last = [("wechat:a", Reason.LAST_STEP)]
    assert listed("2025-06-13 09:00", line(anchor=posted, look=seen(at("2025-06-12 10:00")))) == last
    assert listed("2025-06-16 09:00", line(anchor=posted, look=seen(at("2025-06-13 10:00")))) == []
    limit = [("wechat:a", Reason.LIMIT_PASSED)]
    assert listed("2025-06-17 09:00", line(anchor=posted, look=seen(at("2025-06-16 10:00")))) == limit


def test_before_a_holiday_everybody_is_looked_at_whose_limit_passes_in_it():
    """Who posted on 20 September 2025 fails on 4 October: the third last working day before that is 28 September."""
    account = line(anchor=at("2025-09-20 10:00"), look=seen(at("2025-09-22 10:00")))
    assert listed("2025-09-28 09:00", account) == [("wechat:a", Reason.FIRST_STEP)]


def test_a_day_of_rest_shows_the_list_of_the_next_working_day():
    """On Saturday nobody looks: what is asked then is the list of Monday."""
    account = line(anchor=at("2025-06-02 10:00"), look=seen(at("2025-06-11 10:00")))
    assert listed("2025-06-14 12:00", account) == listed("2025-06-16 09:00", account) != []


def test_who_is_watched_by_a_program_needs_nobody_until_its_source_stalls():
    """An account that a feed showed within a day is not on the list; in a stall of the feed it is."""
    account = line(anchor=at("2025-06-02 18:00"), look=seen(at("2025-06-16 06:00"), "feed"))
    assert listed("2025-06-16 09:00", account) == []
    health = {"feed": SourceHealth(stalls=(Stall(at("2025-06-15 00:00")),))}
    assert listed("2025-06-16 09:00", account, health=health) == [("wechat:a", Reason.NEVER_LOOKED)]


def test_the_focus_list_is_looked_at_on_every_working_day():
    """每日监测: an account of the focus list stands on the list of each working day, and once looked at no more."""
    account = line(anchor=at("2025-06-12 18:00"), look=seen(at("2025-06-12 19:00")))
    assert listed("2025-06-13 09:00", account, daily={"wechat:a"}) == [("wechat:a", Reason.DAILY)]
    account = line(anchor=at("2025-06-12 18:00"), look=seen(at("2025-06-13 10:00")))
    assert listed("2025-06-13 11:00", account, daily={"wechat:a"}) == []


def test_who_is_long_over_the_limit_is_looked_at_every_third_day():
    """A proven silence stays proven: a look is due before the last one is older than the ruleset allows."""
    posted = at("2025-04-01 10:00")
    account = line(anchor=posted, look=seen(at("2025-06-16 10:00")))
    assert listed("2025-06-17 09:00", account) == []
    assert listed("2025-06-19 09:00", account) == [("wechat:a", Reason.OVER_LIMIT)]
