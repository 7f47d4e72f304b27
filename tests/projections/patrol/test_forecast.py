"""Who fails when: the limit at its edge, holidays in which nobody works, and who stands in which order."""

import pytest

from events.instants import DAY_US
from projections.patrol.forecast import Outlook, Standing, forecast, horizon
from projections.patrol.workdays import date_of
from projections.sources.health import SourceHealth, Stall
from tests.projections.patrol.lines import LADDER, WORKDAYS, at, line, moment, seen


def outlook(now: str, *lines, working_days: int = 3, health=None) -> list[Outlook]:
    until = horizon(WORKDAYS, moment(now), working_days)
    return forecast(lines, until, moment(now), LADDER, WORKDAYS, health or {})


def test_the_limit_counts_to_its_day_and_hour():
    """国办秘函〔2019〕19号, red line 5: an account that posted on the 2nd at 10:00 fails behind the 16th at 10:00."""
    account = line(anchor=at("2025-06-02 10:00"), look=seen(at("2025-06-13 10:00")))
    (found,) = outlook("2025-06-13 16:30", account)
    assert (found.standing, str(found.fails_on), found.days_left) == (Standing.FAILS, "2025-06-16", 3)
    (found,) = outlook("2025-06-16 10:00", account)
    assert (found.standing, found.days_left) == (Standing.FAILS, 0)
    (found,) = outlook("2025-06-16 10:01", account)
    assert found.standing is Standing.UNPROVEN


def test_over_the_limit_is_who_was_seen_silent_behind_it():
    """A look behind the limit proves it for as long as the ruleset lets it count; then somebody has to look again."""
    silent = at("2025-06-02 10:00")
    account = line(anchor=silent, look=seen(at("2025-06-17 10:00")))
    (found,) = outlook("2025-06-17 12:00", account)
    assert (found.standing, found.days_left, found.is_look_old) == (Standing.OVER, -1, False)
    (found,) = outlook("2025-06-20 10:01", account)
    assert (found.standing, found.is_look_old) == (Standing.UNPROVEN, True)


def test_a_stalled_source_proves_nothing():
    """A look in a stall of its source neither proves a silence nor counts as the last look."""
    account = line(anchor=at("2025-06-02 10:00"), look=seen(at("2025-06-17 10:00"), "feed"))
    health = {"feed": SourceHealth(stalls=(Stall(at("2025-06-16 00:00")),))}
    (found,) = outlook("2025-06-17 12:00", account, health=health)
    assert (found.standing, found.last_look, found.is_look_old) == (Standing.UNPROVEN, None, True)


@pytest.mark.parametrize(
    ("posted", "holiday"),
    [
        ("2025-09-16 23:59", ""),  # fails on 30 September, the last working day
        ("2025-09-17 00:00", "国庆节"),  # the first minute of 1 October
        ("2025-09-24 23:59", "国庆节"),  # the last minute of 8 October
        ("2025-09-25 15:59", "国庆节"),  # right behind it, before the first list is done
    ],
)
def test_three_working_days_before_a_holiday_all_are_told_who_fail_in_it(posted, holiday):
    """28 September 2025 is the third last working day before 国庆: who fails up to 9 October 16:00 is named then."""
    account = line(anchor=at(posted), look=seen(at("2025-09-28 10:00")))
    (found,) = outlook("2025-09-28 16:30", account)
    assert (found.holiday.name if found.holiday else "") == holiday
    if found.holiday:
        assert (str(date_of(found.holiday.first)), str(date_of(found.holiday.last))) == (
            "2025-10-01",
            "2025-10-08",
        )


def test_who_posted_later_is_not_named():
    """Whoever can still post once people are back does not fail by a holiday."""
    account = line(anchor=at("2025-09-25 16:00"), look=seen(at("2025-09-28 10:00")))
    assert outlook("2025-09-28 16:30", account) == []


def test_the_nearest_limit_comes_first_and_the_closed_are_left_out():
    """First who can be saved, by limit; then who is over it; accounts that are closed or not opened yet need nobody."""
    look = seen(at("2025-06-16 09:00"))
    tomorrow = line("wechat:b", anchor=at("2025-06-03 10:00"), look=look)
    today = line("wechat:c", anchor=at("2025-06-02 18:00"), look=look)
    over = line("wechat:d", anchor=at("2025-06-01 10:00"), look=look)
    nothing = line("wechat:e", anchor=None, look=look)
    closed = line("wechat:f", anchor=at("2025-06-01 10:00"), look=look, closed_at=at("2025-06-10 00:00"))
    coming = line("wechat:g", anchor=at("2025-06-20 10:00"), opened_at=at("2025-06-20 10:00"))
    found = outlook("2025-06-16 12:00", nothing, over, tomorrow, closed, today, coming)
    assert [f.line.account_id for f in found] == ["wechat:c", "wechat:b", "wechat:d", "wechat:e"]


def test_a_post_that_shows_looks_to_be_wrong_has_the_limit_from_its_first_showing():
    """While the newest post contradicts earlier looks, the account does not fail before the limit from its showing."""
    account = line(
        anchor=at("2025-06-02 10:00"), look=seen(at("2025-06-16 09:00")), shown_at=at("2025-06-05 10:00")
    )
    (found,) = outlook("2025-06-17 12:00", account)
    assert found.limit_at == at("2025-06-05 10:00") + 14 * DAY_US
