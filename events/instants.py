"""Instants: aware, UTC inside, Asia/Shanghai for people."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from events.messages import message

UtcDatetime = Annotated[datetime, msgspec.Meta(tz=True)]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Chinese time. The country has had one zone without summer time since 1992, so a fixed offset is exact."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
"""A moment behind every other: as known then, everything is known."""

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2999, 12, 31, tzinfo=UTC)
"""No time that people name lies outside: beyond, a span of days before or after one has no place in the calendar."""

_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
MILLISECOND_US = 1_000
SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US
SHANGHAI_US = SHANGHAI.utcoffset(None) // MICROSECOND
"""Chinese time is so many microseconds ahead of UTC."""


class NoZoneError(ValueError):
    """A time that people wrote without a zone where a zone is needed."""


def zone_named(name: str) -> tzinfo:
    """Return a zone by its name in the tz database; raises `LookupError` for one that is not there."""
    if name == "Asia/Shanghai":
        return SHANGHAI  # whatever database the machine has, or none
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LookupError(name) from None


def to_micros(at: datetime) -> int:
    """Return microseconds since the epoch; exact, unlike `timestamp()`."""
    return (at - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the aware UTC instant of microseconds since the epoch; beyond the calendar, its first or last one."""
    try:
        return EPOCH + micros * MICROSECOND
    except OverflowError:
        return _LAST if micros > 0 else _FIRST


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 time that carries a zone, as the command line takes it.

    Raises `NoZoneError` where the zone is missing and `ValueError` where it is no ISO 8601 time.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            message("{text!r} is no ISO 8601 time; write it like 2021-06-17T15:24:25+08:00", text=text)
        ) from None
    if at.tzinfo is None:
        raise NoZoneError(
            message("{text!r} has no zone; write it like {text}+08:00 (a zone is never guessed)", text=text)
        )
    return in_calendar(at)


def in_calendar(at: datetime) -> datetime:
    """Return an instant that people named, in UTC; raises `ValueError` beyond the years that anybody can mean."""
    if not EARLIEST <= at <= LATEST:
        years = message("{year} to {latest_year}", year=EARLIEST.year, latest_year=LATEST.year)
        raise ValueError(
            message("{at} lies outside the years {years}; correct the year", at=at.isoformat(), years=years)
        )
    return at.astimezone(UTC)


def local_iso(at: datetime | None) -> str | None:
    """Write an instant for people and scripts: ISO 8601 in Chinese time, None stays None."""
    return None if at is None else at.astimezone(SHANGHAI).isoformat()
