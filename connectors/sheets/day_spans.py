"""Days as a duty table names them: 10月1日-3日, 10月1日、3日, 春节期间; each stretch with its first and last day."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import msgspec

from connectors.sheets.errors import BadValueError
from events.messages import message

Stretch = tuple[date, date]

_LONG_PAST, _FAR_AHEAD = timedelta(days=31), timedelta(days=92)
"""How far a day without a year may lie: a duty table is of the days around the one on which it is handed in."""

_LATE_MONTH = 11  # a table of a new year begins in the last days of the old one
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天](?:[至到-](?:星期|周)?[一二三四五六日天])?\)?")
_LENGTH = re.compile(r"\(?共?\d{1,2}天\)?$")
_PARTS = re.compile(r"[、,;和及]")
_DAY = r"(?:(?P<year{n}>\d{{4}})[年./-])?(?:(?P<month{n}>\d{{1,2}})(?P<mark{n}>[月./-]))?(?P<day{n}>\d{{1,2}})[日号]?"
_STRETCH = re.compile(rf"{_DAY.format(n=1)}(?:[-—–―~至到]+{_DAY.format(n=2)})?")
_HOLIDAY = re.compile(
    r"(?:(?P<year>\d{4})年?)?(?P<name>元旦|春节|清明|劳动|五一|端午|中秋|国庆|十一)节?(?:小?长假|假期|假日|放假)?(?:期间)?"
)
_NAMES = {"五一": "劳动", "十一": "国庆"}
_REMEDY = message("write the first and the last day like 2026-10-01 and 2026-10-03")


class Known(msgspec.Struct, frozen=True):
    """What tells the year of days that name none, and which days are a holiday.

    `holiday` gives the days off of a holiday in a year by the beginning of its name, None where they are not announced.
    """

    today: date
    holiday: Callable[[str, int], Stretch | None]
    year: int | None = None  # as the title of the table says


def year_named(texts: Iterable[str]) -> int | None:
    """Return the year that texts above a table name, None for none or several."""
    years = {int(found) for text in texts for found in re.findall(r"(?<!\d)(20\d{2})\s*(?:年|[./-]\d)", text)}
    return years.pop() if len(years) == 1 else None


def read_stretches(text: str, known: Known) -> list[Stretch]:
    """Read the stretches of days that a cell names, in its order; raises BadValueError where one is not certain."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = _LENGTH.sub("", _WEEKDAY.sub("", plain))
    stretches: list[Stretch] = []
    for part in filter(None, _PARTS.split(plain)):
        before = stretches[-1][1] if stretches else None
        stretches.append(_holiday(part, known) or _stretch(part, known, before))
    if not stretches:
        raise BadValueError(message("names no day"), _REMEDY)
    return stretches


def _holiday(text: str, known: Known) -> Stretch | None:
    found = _HOLIDAY.fullmatch(text)
    if found is None:
        return None
    name = _NAMES.get(found["name"], found["name"])
    years = [int(found["year"])] if found["year"] else _years(known)
    named = [stretch for year in years if (stretch := known.holiday(name, year)) is not None]
    near = named if found["year"] or known.year else [s for s in named if _is_near(s[0], known)]
    if len(near) != 1:
        raise BadValueError(
            message("names a holiday of a year that is not said, or whose days are not announced"), _REMEDY
        )
    return near[0]


def _stretch(text: str, known: Known, before: date | None) -> Stretch:
    found = _STRETCH.fullmatch(text)
    if found is None:
        raise BadValueError(message("names no days that can be read"), _REMEDY)
    if found["month1"] is None and before is None:
        raise BadValueError(message("names no month"), _REMEDY)
    if found["mark1"] == "-" and found["year1"] is None:
        raise BadValueError(message("may be a month and a day, or two days"), _REMEDY)
    if found["month1"] is None and before is not None:
        first = _day(before.year, before.month, int(found["day1"]))
    elif found["year1"]:
        first = _day(int(found["year1"]), int(found["month1"]), int(found["day1"]))
    else:
        first = _nearest(int(found["month1"]), int(found["day1"]), known)
    if found["day2"] is None:
        return first, first
    month, day = int(found["month2"] or first.month), int(found["day2"])
    year = int(found["year2"]) if found["year2"] else first.year + (month < first.month)
    last = _day(year, month, day)
    if last < first:
        raise BadValueError(message("ends before it begins"), _REMEDY)
    return first, last


def _years(known: Known) -> list[int]:
    return [known.year] if known.year else [known.today.year + offset for offset in (-1, 0, 1)]


def _nearest(month: int, day: int, known: Known) -> date:
    """Give a day without a year: of the year of the title, else the one of these days."""
    if known.year is not None and month < _LATE_MONTH:
        return _day(known.year, month, day)
    years = _years(known) if known.year is None else [known.year - 1, known.year]
    days = [_day(year, month, day) for year in years if (month, day) != (2, 29) or _is_leap(year)]
    near = [each for each in days if _is_near(each, known)]
    if len(near) != 1:
        raise BadValueError(message("is a day of a year that is not said"), _REMEDY)
    return near[0]


def _is_near(day: date, known: Known) -> bool:
    return known.today - _LONG_PAST <= day <= known.today + _FAR_AHEAD


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValueError(message("is a day that does not exist"), message("correct the date")) from None
