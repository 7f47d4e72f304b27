"""Working days by number (Chinese days since the epoch), and the holidays between them."""

from datetime import date, datetime, timedelta

import msgspec

from events.instants import DAY_US, HOUR_US, SHANGHAI_US, to_micros
from projections.rules.calendar import Days, holiday_name

MORNING_US = 9 * HOUR_US
"""When people begin to look, and when the steps of ladders stand."""

DONE_US = 16 * HOUR_US
"""When the look list of a day is done."""

_EPOCH = date(1970, 1, 1)


class Holiday(msgspec.Struct, frozen=True):
    """Days of rest in a row with a statutory holiday among them."""

    name: str  # 国庆节
    first: int
    last: int


def number_of(at: datetime | int) -> int:
    """Return the number of the Chinese day of a moment."""
    micros = at if isinstance(at, int) else to_micros(at)
    return (micros + SHANGHAI_US) // DAY_US


def start_of(day: int) -> int:
    """Return the 00:00 that a day begins with, in microseconds."""
    return day * DAY_US - SHANGHAI_US


def date_of(day: int) -> date:
    """Return a day as a date."""
    return _EPOCH + timedelta(days=day)


class Workdays:
    """A calendar that remembers what it was asked; beyond the announced years weekends alone are days of rest."""

    def __init__(self, days: Days | None = None) -> None:
        self._days = days or Days()
        self._known: dict[int, bool] = {}
        self._holidays: dict[int, Holiday | None] = {}

    def is_workday(self, day: int) -> bool:
        """Tell a working day."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._days.is_workday(date_of(day))
        return known

    def following(self, day: int, count: int = 1) -> int:
        """Return the n-th working day after a day."""
        while count > 0:
            day += 1
            count -= self.is_workday(day)
        return day

    def last_up_to(self, day: int, count: int = 1) -> int:
        """Return the n-th last working day up to a day, which may be one."""
        while True:
            count -= self.is_workday(day)
            if count == 0:
                return day
            day -= 1

    def list_day(self, now: datetime) -> int:
        """Return the day whose look list is due: today, or on a day of rest the next working day."""
        today = number_of(now)
        return today if self.is_workday(today) else self.following(today)

    def holiday(self, day: int) -> Holiday | None:
        """Return the holiday that a day lies in, None for another day, a common weekend too."""
        if day not in self._holidays:
            self._holidays[day] = self._around(day)
        return self._holidays[day]

    def holiday_of(self, limit_at: int) -> Holiday | None:
        """Return the holiday that a limit passes in, or right behind it, before anybody can act."""
        day = number_of(limit_at)
        if not self.is_workday(day):
            return self.holiday(day)
        return self.holiday(day - 1) if limit_at < start_of(day) + DONE_US else None

    def _around(self, day: int) -> Holiday | None:
        if self.is_workday(day):
            return None
        first = last = day
        while not self.is_workday(first - 1):
            first -= 1
        while not self.is_workday(last + 1):
            last += 1
        names = (holiday_name(date_of(d)) for d in range(first, last + 1))
        name = next((n for n in names if n), "")
        return Holiday(name, first, last) if name else None
