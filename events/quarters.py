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


def parse_quarter(label: str) -> Quarter:
    """Read a quarter like `2023Q1`; raises `ValueError`."""
    match = re.fullmatch(r"(\d{4})Q([1-4])", label)
    if match is None:
        raise ValueError(message("{label!r} is no quarter; write it like 2023Q1", label=label))
    return Quarter(int(match[1]), int(match[2]))
