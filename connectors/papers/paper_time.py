"""Times as papers give them: to the month, to the day or to the minute, never finer than what stands there."""

from datetime import date, datetime, time, timedelta
from typing import Literal

import msgspec

from events.instants import SHANGHAI


class PaperTime(msgspec.Struct, frozen=True):
    """A time and how much of it is known; a month alone is kept as one, no day is made up for it."""

    precision: Literal["month", "day", "minute"]
    day: date  # the first of the month where only the month is known
    clock: time | None = None  # in China

    def __str__(self) -> str:
        if self.precision == "month":
            return f"{self.day:%Y-%m}"
        if self.clock is None:
            return self.day.isoformat()
        return f"{self.day.isoformat()}T{self.clock:%H:%M}+08:00"

    @property
    def begins(self) -> datetime:
        """The first moment that it may mean."""
        return datetime.combine(self.day, self.clock or time.min, SHANGHAI)

    @property
    def last_day(self) -> date:
        """The last day that it may mean: of a month its last."""
        if self.precision != "month":
            return self.day
        return (self.day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def ends(self) -> datetime:
        """The end of what it may mean: the moment itself, or the 24:00 after its last day."""
        if self.clock is not None:
            return self.begins
        return datetime.combine(self.last_day + timedelta(days=1), time.min, SHANGHAI)
