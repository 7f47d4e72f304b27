"""On which day an article was published: what tag, address, list and page say, and whether they agree.

Unknown is better than wrong: a day that something else on the page contradicts by more than a day is not taken, and
the address alone proves none, for it tells when a page was made.
"""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from connectors.feeds.dates import EARLIEST, read_time
from events.days import chinese_day, last_second
from events.instants import SHANGHAI

_TOLERANCE = timedelta(days=1)
_LEAP_YEARS_APART = 9  # at most, a year that is none for its century among them
_IN_NAME = re.compile(r"/t?(20\d\d)(\d\d)(\d\d)_\d+\.")
_AS_FOLDERS = re.compile(
    r"/(20\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=/)|/(20\d\d)/?(\d\d)(\d\d)(?=/)|/(20\d\d)-?(\d\d)/(\d\d)(?=/)"
)
_MONTH = re.compile(r"/(20\d\d)[-/]?(0[1-9]|1[0-2])(?=/)")
_SHORT = re.compile(r"(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?")


class Said(msgspec.Struct, frozen=True):
    """What is said of the day of one article, each as it is written; empty where nothing is."""

    tag: str = ""  # PubDate, or a tag of the same meaning
    printed: str = ""  # on its page, beside a word of publication
    listed: str = ""  # in the list, perhaps without its year
    address: str = ""  # where it stands


class Published(msgspec.Struct, frozen=True):
    """When an article was published."""

    day: date
    at: datetime | None = None  # where a time of that day is said, too

    @property
    def moment(self) -> datetime:
        """Return the time, else the last second of the day, as lists of days count."""
        return self.at if self.at is not None else last_second(self.day)


class _One(msgspec.Struct, frozen=True):
    day: date
    at: datetime | None = None


def agreed(stated: Said, looked_on: date) -> Published | None:
    """Return when an article was published as far as all that is said agrees within a day, else None.

    The tag goes before what is printed, that before the list. What is said in a form that nobody can read, as a year
    of two digits, counts as not said; a day later than the one after the look is no day of publication.
    """
    named = [_read(text) for text in (stated.tag, stated.printed, stated.listed)]
    in_address = day_in(stated.address)
    days = [one.day for one in named if one is not None] + ([in_address] if in_address else [])
    if not days or max(days) - min(days) > _TOLERANCE or max(days) > looked_on + _TOLERANCE:
        return None
    first = next((one for one in named if one is not None), None)
    if first is None:  # the address, and a list that leaves out the year
        first = _One(days[0]) if _short(stated.listed) else None
    if (
        first is None
        or not _fits_month(first.day, stated.address)
        or not _fits_short(first.day, stated.listed)
    ):
        return None
    at = first.at or next((one.at for one in named if one and one.at and one.day == first.day), None)
    return Published(first.day, at)


def at_latest(listed: str, looked_on: date) -> date | None:
    """Return the newest day that a day without its year can mean, up to the one after the look; else None."""
    short, latest = _short(listed), looked_on + _TOLERANCE
    if short is None:
        return None
    days = (_day(str(latest.year - back), str(short[0]), str(short[1])) for back in range(_LEAP_YEARS_APART))
    return next((day for day in days if day is not None and day <= latest), None)


def day_in(address: str) -> date | None:
    """Return the only day that the path of an address names, None for none or two."""
    path = urlsplit(address).path
    found = {
        day
        for pattern in (_IN_NAME, _AS_FOLDERS)
        for match in pattern.finditer(path)
        if (day := _day(*[part for part in match.groups() if part])) is not None
    }
    return found.pop() if len(found) == 1 else None


def _read(text: str) -> _One | None:
    time = read_time(text.strip("[]()（）【】 ")) if text else None
    if time is None or time.at < EARLIEST:
        return None
    day = chinese_day(time.at)
    midnight = (
        time.at.astimezone(SHANGHAI).strftime("%H%M%S") == "000000"
    )  # of systems that keep days as times
    return _One(day, None if time.date_only or midnight else time.at)


def _fits_month(day: date, address: str) -> bool:
    """Tell whether the folder of a month in an address is that of a day, or of the one beside it."""
    path = urlsplit(address).path
    months = {(int(year), int(month)) for year, month in _MONTH.findall(path)}
    near = {(d.year, d.month) for d in (day - _TOLERANCE, day, day + _TOLERANCE)}
    return len(months) != 1 or not months.isdisjoint(near)


def _fits_short(day: date, listed: str) -> bool:
    short = _short(listed)
    return short is None or short in {(d.month, d.day) for d in (day - _TOLERANCE, day, day + _TOLERANCE)}


def _short(text: str) -> tuple[int, int] | None:
    match = _SHORT.fullmatch(text.strip("[]()（）【】 "))
    return (int(match[1]), int(match[2])) if match else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
