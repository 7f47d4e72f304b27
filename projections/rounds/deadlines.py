"""Until when a unit answers, and from when on it is late: the last day counts until 24:00."""

from datetime import date, datetime, timedelta

from events.days import day_that_holds
from projections.rules.calendar import CalendarUnknownError, Days, IsWorkday, is_workday, working_day_deadline
from projections.rules.rulesets import AnswerWithin

REMIND_BEFORE = 3
"""Working days before the last day on which a unit is reminded first."""


def last_day(begun_on: date, within: AnswerWithin | None, workday: IsWorkday = is_workday) -> date | None:
    """Return the last day for an answer to a bulletin of a day that names none itself, None where no rule sets one.

    昆政办发〔2019〕162号 附件3: 10 days from the day of its publication, which does not count itself. In working days
    of a year that is not announced nothing is guessed, and there is none.
    """
    if within is None:
        return None
    if within.counted == "natural":
        return begun_on + timedelta(days=within.days)
    try:
        return working_day_deadline(begun_on, within.days, workday)
    except CalendarUnknownError:
        return None


def is_in_time(at: datetime, due: date | None) -> bool:
    """Tell whether what came at a moment came by the last day: 24:00 of it is in time, a moment later is not."""
    return due is None or day_that_holds(at) <= due


def remind_first_on(due: date, days: Days) -> date:
    """Return the day of the first reminder: so many working days before the last day."""
    day, left = due, REMIND_BEFORE
    while left:
        day -= timedelta(days=1)
        left -= days.is_workday(day)
    return day
