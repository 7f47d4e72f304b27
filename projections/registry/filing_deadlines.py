"""The two deadlines of a filing, in Chinese working days."""

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from projections.rules.calendar import CalendarUnknownError, IsWorkday, is_workday, working_day_deadline

OWNER_DAYS = 2
"""Working days in which an owner files with the city office (昆政办发〔2019〕162号 二(二))."""

OFFICE_DAYS = 1
"""Working days in which the office enters a filing into the provincial system (昆政办发〔2019〕162号 二(二))."""


class Timeliness(StrEnum):
    """Whether a deadline was met."""

    ON_TIME = "on_time"
    LATE = "late"  # done, after the deadline
    PENDING = "pending"  # not done, the deadline has not passed
    OVERDUE = "overdue"  # not done, the deadline has passed
    UNKNOWN = "unknown"  # the calendar or the day of the act is not known


class Deadline(msgspec.Struct, frozen=True):
    """A deadline in working days and whether it was met."""

    due: date | None  # last day in time; None: unknown
    state: Timeliness
    reason: str = ""  # why it is unknown


def judge_deadline(
    began: date,
    days: int,
    done: date | None,
    today: date | None,
    workday: IsWorkday = is_workday,
) -> Deadline:
    """Judge a deadline of `days` working days after the day `began`, which does not count.

    `done` is the day of the act, None where there was none by `today`; `today` None means that the act happened on a
    day that was not told. A year whose holidays are not announced gives UNKNOWN, unless the act cannot be late
    under any calendar: `days` working days take at least as many days.
    """
    try:
        due = working_day_deadline(began, days, workday)
    except CalendarUnknownError as e:
        if done is not None and done <= began + timedelta(days=days):
            return Deadline(None, Timeliness.ON_TIME)
        return Deadline(None, Timeliness.UNKNOWN, str(e))
    if done is not None:
        return Deadline(due, Timeliness.LATE if done > due else Timeliness.ON_TIME)
    if today is None:
        return Deadline(due, Timeliness.UNKNOWN, "the day was not told")
    return Deadline(due, Timeliness.OVERDUE if today > due else Timeliness.PENDING)
