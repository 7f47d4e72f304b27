"""Chinese working days, behind a port: which days are, and when a deadline in working days ends."""

from collections.abc import Callable
from datetime import date, timedelta

import chinese_calendar

IsWorkday = Callable[[date], bool]
"""Tells a working day; raises `CalendarUnknownError` for a year that is not announced."""


class CalendarUnknownError(LookupError):
    """The holidays of a year are not announced yet: said, never guessed."""


def is_workday(day: date) -> bool:
    """Tell a working day by the State Council's calendar: statutory holidays and swapped workdays count."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise CalendarUnknownError(f"the holidays of {day.year} are not known to this release") from None


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
