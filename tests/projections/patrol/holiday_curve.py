"""What it would cost to leave out of a list before holidays whom the own rhythm lets expect a post.

`python -m tests.projections.patrol.holiday_curve` prints the curve. It is the best case for such a rule: every post up
to the evening of the third last working day is known, not only those that looks showed.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate, pairwise
from typing import NamedTuple

from projections.patrol.workdays import DONE_US, Holiday, Workdays, number_of, start_of
from tests.projections.patrol.office_year import LIMIT_US, OfficeYear

LONG = 5  # days of a holiday that an account may fail in though it posted days before
_KEPT_DAYS = 100
_SHARES = (0.0, 0.04, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


class Listed(NamedTuple):
    """An account whose limit falls into or right behind a holiday, on the evening three working days before."""

    silent: float  # how likely its own gaps make it that nothing comes before the holiday
    failed: bool


class Point(NamedTuple):
    """What a list holds that leaves out whoever is less likely to stay silent."""

    silent: float
    listed: int
    fresh: float  # share of those listed that posted in time
    missed: float  # share of those who failed that were left out


def first_day(year: int) -> int:
    """Return the number of the first day of a year."""
    return (date(year, 1, 1) - date(1970, 1, 1)).days


def long_holidays(year: OfficeYear) -> list[Holiday]:
    """Return 春节, 国庆 and the like of a year, its first weeks left out."""
    found = {year.workdays.holiday(day) for day in range(year.first + 21, year.last)} - {None}
    return [h for h in found if h is not None and h.last - h.first >= LONG - 1]


def listed(years: Sequence[int], seeds: Sequence[int], dropped: float) -> list[Listed]:
    """Return who stands in the lists of all these years."""
    found: list[Listed] = []
    for year in years:
        for seed in seeds:
            office = OfficeYear(first_day(year), 149, seed, reacting=False, dropped=dropped, played=False)
            for holiday in long_holidays(office):
                found += _before(office, holiday)
    return found


def curve(found: Sequence[Listed]) -> Iterator[Point]:
    """Yield what lists hold that ask for more and more."""
    failed = sum(one.failed for one in found)
    for share in _SHARES:
        kept = [one for one in found if one.silent >= share]
        hit = sum(one.failed for one in kept)
        yield Point(share, len(kept), 1 - hit / len(kept), 1 - hit / failed)


def _before(office: OfficeYear, holiday: Holiday) -> Iterator[Listed]:
    workdays = office.workdays
    evening = start_of(workdays.last_up_to(holiday.first - 1, 3)) + DONE_US
    end = start_of(workdays.following(holiday.last)) + DONE_US
    for times in office.posts.values():
        known = bisect_right(times, evening)
        if known and start_of(holiday.first) <= times[known - 1] + LIMIT_US < end:
            following = times[known] if known < len(times) else end
            failed = following > times[known - 1] + LIMIT_US
            yield Listed(_stays_silent(times[:known], evening, holiday, workdays), failed)


def _stays_silent(times: Sequence[int], evening: int, holiday: Holiday, workdays: Workdays) -> float:
    """Return the share of the account's gaps of 100 days, as long as this one or longer, that would reach the holiday.

    Gaps are counted in working days; half a gap is added to either side, so that few gaps never make it sure.
    """
    first = number_of(evening) - _KEPT_DAYS
    until = [0, *accumulate(workdays.is_workday(day) for day in range(first, holiday.first))]
    on = [until[number_of(at) - first + 1] for at in times if number_of(at) >= first]
    if not on:
        return 1.0
    now, then = until[number_of(evening) - first + 1], until[-1]
    longer = [b - a for a, b in pairwise(on) if b - a > now - on[-1]]
    return (sum(gap > then - on[-1] for gap in longer) + 0.5) / (len(longer) + 1)


if __name__ == "__main__":
    for dropped in (1.0, 0.5):
        print(f"share of posts that falls away in a holiday: {dropped}")  # noqa: T201
        for point in curve(listed((2024, 2025, 2026), range(6), dropped)):
            print("  {:.2f} listed {:4} fresh {:.0%} missed {:.0%}".format(*point))  # noqa: T201
