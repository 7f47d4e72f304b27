"""Periods that a check point belongs to: quarters in Chinese time, and the weeks counted back from it."""

from datetime import UTC, datetime, timedelta

import msgspec

from events.instants import DAY_US
from events.messages import message
from events.quarters import parse_quarter, quarter_at

WEEK = timedelta(days=7)
_WEEK_US = 7 * DAY_US
LATEST_CHECK = timedelta(days=31)
"""A quarter is checked in it or shortly after it; our assumption."""


class Period(msgspec.Struct, frozen=True):
    """A quarter up to its check point: findings in (start, check point] count, whole weeks in it are judged."""

    label: str  # 2021Q2
    start: datetime
    check_point: datetime

    @property
    def weeks(self) -> int:
        """Number of whole weeks between the start and the check point."""
        return (self.check_point - self.start) // WEEK


def quarter_of(check_point: datetime, label: str | None = None) -> Period:
    """Return the quarter of a check point, or the quarter named like `2021Q2`.

    Raises `ValueError` for a label of another form, or a check point that is not in or after the quarter: a check
    of a quarter may be held shortly after its end, then the period ends with the quarter's check point as given.
    """
    quarter = quarter_at(check_point) if label is None else parse_quarter(label)
    if check_point <= quarter.start:
        raise ValueError(
            message(
                "the check point {check_point} lies before {label} begins",
                check_point=check_point.isoformat(),
                label=quarter.label,
            )
        )
    if check_point > quarter.end + LATEST_CHECK:
        raise ValueError(
            message(
                "the check point {check_point} lies more than {days} days after {label}",
                check_point=check_point.isoformat(),
                days=LATEST_CHECK.days,
                label=quarter.label,
            )
        )
    return Period(quarter.label, quarter.start.astimezone(UTC), check_point)


def is_published(begin: int, end: int, t: int) -> bool:
    """Tell whether a post counts at T: one known by its day (begin, end] alone at every moment of it (microseconds)."""
    return end <= t or begin < t < end


def weeks_touched(begin: int, end: int, t: int, weeks: int) -> int:
    """Return the weeks back from T, as bits, that a post published in (begin, end], or at both, falls into."""
    last = max(t - end, 0) // _WEEK_US
    first = last if begin == end else max(t - begin - 1, 0) // _WEEK_US
    return sum(1 << week for week in {last, first} if week < weeks)
