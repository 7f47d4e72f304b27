"""Periods that a check point belongs to: quarters in Chinese time, and the weeks counted back from it."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from events.instants import DAY_US, MICROSECOND, SHANGHAI

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
    local = (check_point - MICROSECOND).astimezone(SHANGHAI)  # midnight after a quarter still belongs to it
    year, quarter = local.year, (local.month - 1) // 3 + 1
    if label is not None:
        match = re.fullmatch(r"(\d{4})Q([1-4])", label)
        if match is None:
            raise ValueError(f"{label!r} is no quarter; write it like 2021Q2")
        year, quarter = int(match[1]), int(match[2])
    start = datetime(year, 3 * quarter - 2, 1, tzinfo=SHANGHAI).astimezone(UTC)
    if check_point <= start:
        raise ValueError(f"the check point {check_point.isoformat()} lies before {year}Q{quarter} begins")
    end = datetime(year + quarter // 4, 3 * quarter % 12 + 1, 1, tzinfo=SHANGHAI)
    if check_point > end + LATEST_CHECK:
        raise ValueError(
            f"the check point {check_point.isoformat()} lies more than {LATEST_CHECK.days} days after {year}Q{quarter}"
        )
    return Period(f"{year}Q{quarter}", start, check_point)


def is_published(begin: int, end: int, t: int) -> bool:
    """Tell whether a post counts at T: one known by its day (begin, end] alone at every moment of it (microseconds)."""
    return end <= t or begin < t < end


def weeks_touched(begin: int, end: int, t: int, weeks: int) -> int:
    """Return the weeks back from T, as bits, that a post published in (begin, end], or at both, falls into."""
    last = max(t - end, 0) // _WEEK_US
    first = last if begin == end else max(t - begin - 1, 0) // _WEEK_US
    return sum(1 << week for week in {last, first} if week < weeks)
