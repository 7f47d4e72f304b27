"""Quarters and years in Chinese time."""

import re
from datetime import date, datetime
from typing import NamedTuple

from events.instants import MICROSECOND, SHANGHAI
from events.messages import message


class Quarter(NamedTuple):
    """A quarter of a year, by which checks and reports are named."""

    year: int
    number: int

    @property
    def label(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def chinese(self) -> str:
        """As offices write it: 2026年第四季度."""
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    @property
    def start(self) -> datetime:
        """Midnight with which it begins, Chinese time."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=SHANGHAI)

    @property
    def end(self) -> datetime:
        """Midnight with which the next one begins."""
        return datetime(self.year + self.number // 4, 3 * self.number % 12 + 1, 1, tzinfo=SHANGHAI)

    @property
    def last_day(self) -> date:
        return (self.end - MICROSECOND).date()

    @property
    def year_start(self) -> datetime:
        return datetime(self.year, 1, 1, tzinfo=SHANGHAI)


def quarter_at(at: datetime) -> Quarter:
    """Return the quarter that an instant lies in; midnight after a quarter still belongs to it."""
    local = (at - MICROSECOND).astimezone(SHANGHAI)
    return Quarter(local.year, (local.month - 1) // 3 + 1)


def bare_quarter(label: str) -> str:
    """Return the quarter of a period that may have a first day of its own: 2022Q1 of `2022Q1@2021-12-20`."""
    return label.partition("@")[0]


def window_start(label: str) -> datetime | None:
    """Return when a period begins that has a first day of its own, None for a whole quarter; raises `ValueError`."""
    day = label.partition("@")[2]
    if not day:
        return None
    try:
        first = date.fromisoformat(day)
    except ValueError:
        raise ValueError(
            message("{label!r} has no first day behind @; write it like 2022Q1@2021-12-20", label=label)
        ) from None
    return datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)


def parse_quarter(label: str) -> Quarter:
    """Read a quarter like `2023Q1`, also that of a period with a first day of its own; raises `ValueError`."""
    match = re.fullmatch(r"(\d{4})Q([1-4])", bare_quarter(label))
    if match is None:
        raise ValueError(message("{label!r} is no quarter; write it like 2023Q1", label=label))
    return Quarter(int(match[1]), int(match[2]))
