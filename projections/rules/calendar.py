"""Chinese working days, behind a port: which days are, and when a deadline in working days ends."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

import chinese_calendar

from events.messages import message

IsWorkday = Callable[[date], bool]
"""Tells a working day; raises `CalendarUnknownError` for a year that is not announced."""


_SATURDAY = 5
_HOLIDAY_NAMES: dict[str, str] = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
_ONE_DAY = timedelta(days=1)


class CalendarUnknownError(LookupError):
    """The holidays of a year are not announced yet: said, never guessed."""


def is_workday(day: date) -> bool:
    """Tell a working day by the State Council's calendar: statutory holidays and swapped workdays count."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise CalendarUnknownError(
            message("the holidays of {year} are not known to this release", year=day.year)
        ) from None


def working_day_deadline(event_day: date, days: int, workday: IsWorkday = is_workday) -> date:
    """Return the last day of a deadline of `days` working days; the day of the event does not count.

    昆政办发〔2019〕162号 二(二): the owner files within 2 working days.
    """
    day = event_day
    while days > 0:
        day += timedelta(days=1)
        if workday(day):
            days -= 1
    return day


def last_announced_year() -> int:
    """Return the last year whose holidays this release knows."""
    return max(int(day.year) for day in chinese_calendar.constants.holidays)


def holiday_name(day: date) -> str:
    """Return what a statutory holiday is called, 国庆节; empty for another day and for a year not announced."""
    return _HOLIDAY_NAMES.get(chinese_calendar.constants.holidays.get(day, ""), "")


def days_off(holiday: str, year: int) -> tuple[date, date] | None:
    """Return the first and the last day off of a holiday in a year, None where they are not announced.

    `holiday` is the beginning of its name, 春节. Days off of two holidays in a row, 国庆 and 中秋, are those of either.
    """
    announced = chinese_calendar.constants.holidays
    named = [day for day in announced if day.year == year and holiday_name(day).startswith(holiday)]
    if not named:
        return None
    first, last = min(named), max(named)
    while first - _ONE_DAY in announced:
        first -= _ONE_DAY
    while last + _ONE_DAY in announced:
        last += _ONE_DAY
    return first, last


class Days:
    """Kinds of days; beyond the announced years weekends alone are days of rest, and it is remembered that they were.

    For warnings, which had better come by a guess that is told than not at all; deadlines of filings are not guessed.
    """

    def __init__(self) -> None:
        self.unannounced_year = 0  # the first one that was asked about

    def is_workday(self, day: date) -> bool:
        """Tell a working day."""
        try:
            return is_workday(day)
        except CalendarUnknownError:
            self.unannounced_year = self.unannounced_year or day.year
            return day.weekday() < _SATURDAY

    def is_kind(self, day: date, kind: Literal["any", "workday", "rest", "holiday"]) -> bool:
        """Tell whether a day is a working day, one of rest, or one of rest around a statutory holiday."""
        if kind == "any" or self.is_workday(day):
            return kind in ("any", "workday")
        return kind == "rest" or (kind == "holiday" and any(map(_is_statutory, self._rest_around(day))))

    def _rest_around(self, day: date) -> list[date]:
        """Return the days of rest that a day of rest lies among."""
        around = [day]
        for step in (-_ONE_DAY, _ONE_DAY):
            other = day + step
            while not self.is_workday(other):
                around.append(other)
                other += step
        return around


def _is_statutory(day: date) -> bool:
    return day in chinese_calendar.constants.holidays
