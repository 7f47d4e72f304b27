"""Periods that a check point belongs to: quarters in Chinese time, and the weeks counted back from it."""

from datetime import UTC, datetime, timedelta

import msgspec

from events.instants import DAY_US, SHANGHAI
from events.messages import message
from events.quarters import parse_quarter, quarter_at, window_start

WEEK = timedelta(days=7)
_WEEK_US = 7 * DAY_US
_LONGEST_WINDOW = timedelta(days=98)
"""Of what lies further back than 100 days the folds keep nothing: fourteen weeks."""
LATEST_CHECK = timedelta(days=31)
"""A quarter is checked in it or shortly after it; our assumption."""


class Period(msgspec.Struct, frozen=True):
    """A quarter, or a window, up to its check point.

    Findings in (start, check point] count, whole weeks in it are judged.
    """

    label: str  # 2021Q2; 2022Q1@2021-12-20 where it does not begin with its quarter
    start: datetime
    check_point: datetime

    @property
    def weeks(self) -> int:
        """Number of whole weeks between the start and the check point."""
        return (self.check_point - self.start) // WEEK


def quarter_of(check_point: datetime, label: str | None = None) -> Period:
    """Return the quarter of a check point, or the quarter named like `2021Q2`.

    Raises `ValueError` for a label of another form, or a check point that is not in or after the quarter: a check
    of a quarter may be held shortly after its end, then the period ends with the quarter's check point as given. A
    period with a first day of its own, `2022Q1@2021-12-20`, is that quarter's check all the same (甘肃省,
    first quarter of 2022).
    """
    quarter = quarter_at(check_point) if label is None else parse_quarter(label)
    window = None if label is None else window_start(label)
    start = quarter.start if window is None else window
    if window is not None and not _LONGEST_WINDOW >= check_point - window > WEEK:
        raise ValueError(
            message(
                "a period from {first} to {check_point} is none to check: it has more than a week and at most"
                " {days} days",
                first=window.date(),
                check_point=check_point.isoformat(),
                days=_LONGEST_WINDOW.days,
            )
        )
    if check_point <= start:
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
    named = quarter.label if window is None or label is None else label
    return Period(named, start.astimezone(UTC), check_point)


def months_within(start: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """Return the Chinese months that lie wholly between two moments, like 2025-04, with their beginnings."""
    first = start.astimezone(SHANGHAI)
    year, month = first.year, first.month
    found: list[tuple[str, datetime]] = []
    while True:
        begin = datetime(year, month, 1, tzinfo=SHANGHAI)
        year, month = year + month // 12, month % 12 + 1
        if datetime(year, month, 1, tzinfo=SHANGHAI) > until:
            return found
        if begin >= start:
            found.append((f"{begin:%Y-%m}", begin))


def is_published(begin: int, end: int, t: int) -> bool:
    """Tell whether a post counts at T: one known by its day (begin, end] alone at every moment of it (microseconds)."""
    return end <= t or begin < t < end


def weeks_touched(begin: int, end: int, t: int, weeks: int) -> int:
    """Return the weeks back from T, as bits, that a post published in (begin, end], or at both, falls into."""
    last = max(t - end, 0) // _WEEK_US
    first = last if begin == end else max(t - begin - 1, 0) // _WEEK_US
    return sum(1 << week for week in {last, first} if week < weeks)
