"""A year by the look list: how many looks it takes, whom it warns, and what is told before holidays."""

import pytest

from projections.patrol.workdays import DONE_US, Holiday, start_of
from tests.projections.patrol.holiday_curve import curve, first_day, listed, long_holidays
from tests.projections.patrol.office_year import OfficeYear

FIRST = first_day(2025)
MEAN_LOOKS = 35


def unwarned(year: OfficeYear) -> list[str]:
    """Return the accounts that passed the limit without a warning before it."""
    return [s.account for s in year.silences() if year.warned.get(s, s.limit_at + 1) > s.limit_at]


def failing_in(year: OfficeYear, holiday: Holiday) -> set[str]:
    """Return who fails in a holiday, or behind it before anybody can act."""
    end = start_of(year.workdays.following(holiday.last)) + DONE_US
    return {s.account for s in year.silences() if start_of(holiday.first) <= s.limit_at < end}


def named_before(year: OfficeYear, holiday: Holiday) -> set[str]:
    """Return whom the forecast named on the evening of the third last working day before a holiday."""
    return set(year.foreseen[year.workdays.last_up_to(holiday.first - 1, 3)])


@pytest.mark.slow
def test_a_small_office_warns_everybody_and_is_told_before_holidays():
    """Nobody passes the limit unwarned, and who fails by a holiday was named three working days ahead."""
    year = OfficeYear(FIRST, 40, seed=2, reacting=True)
    assert year.silences()
    assert unwarned(year) == []
    assert long_holidays(year)
    for holiday in long_holidays(year):
        assert failing_in(year, holiday) <= named_before(year, holiday)


@pytest.mark.long
@pytest.mark.parametrize(("seed", "dropped"), [(1, 1.0), (2, 0.5)])
def test_an_office_of_149_accounts_needs_35_looks_a_day(seed, dropped):
    """At most 35 looks a working day on average warn everybody, and nobody fails by a holiday who was not named."""
    year = OfficeYear(FIRST, 149, seed, reacting=False, dropped=dropped)
    assert sum(year.lengths) / len(year.lengths) <= MEAN_LOOKS
    assert unwarned(year) == []
    for holiday in long_holidays(year):
        assert failing_in(year, holiday) <= named_before(year, holiday)


@pytest.mark.slow
@pytest.mark.parametrize(("dropped", "fresh"), [(1.0, 0.5), (0.5, 0.65)])
def test_no_rhythm_of_its_own_tells_who_will_rest(dropped, fresh):
    """Leaving out whom its own gaps let expect a post loses a tenth of those who fail before half a list is right."""
    points = list(curve(listed((2025,), range(6), dropped)))
    assert points[0].missed == 0
    for point in points:
        assert point.fresh > fresh or point.missed > 0.1
