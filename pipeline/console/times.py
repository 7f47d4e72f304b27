"""Moments in addresses: as people and links write them, read in Chinese time."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from events.days import chinese_day
from events.fields import field
from events.instants import SHANGHAI, NoZoneError, in_calendar, parse_instant
from events.messages import message
from events.moments import Moment
from events.quarters import Quarter, parse_quarter, quarter_at
from pipeline.home.errors import UsageError
from pipeline.home.typed_times import typed_moment

_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-.年/](\d{1,2})[-.月/](\d{1,2})日?", re.ASCII)
_TIMED = re.compile(rf"{_DAY.pattern}\s*(\d{{1,2}})(?:[:：时点]\s*(\d{{1,2}})?分?)", re.ASCII)
_HOURS, _MINUTES = 24, 60


def quarter_choices(now: datetime, chosen: str = "", count: int = 12) -> list[tuple[str, str]]:
    """Return quarters to choose from, the newest first: as addresses and as people write them; `chosen` among them."""
    newest = quarter_at(now)
    last = newest.year * 4 + newest.number - 1
    found = [Quarter(n // 4, n % 4 + 1) for n in range(last, last - count, -1)]
    choices = [(quarter.label, quarter.chinese) for quarter in found]
    if chosen and chosen not in dict(choices):
        choices.append((chosen, quarter_in_words(chosen)))
    return choices


def quarter_in_words(label: str) -> str:
    """Return 2026年第二季度 of 2026Q2; what is no quarter stays as somebody wrote it."""
    try:
        return parse_quarter(label).chinese
    except ValueError:
        return label


QUARTERS = {
    quarter.label: quarter.chinese
    for quarter in (Quarter(year, n) for year in range(2000, 2100) for n in range(1, 5))
}
"""Words of a column of quarters."""


def moment_asked(query: Mapping[str, Sequence[str]], name: str) -> datetime | None:
    """Return the moment under a name of an address, None where it says none; a day means its end, 24:00 in China.

    Raises `UsageError` for what is none.
    """
    text = next(iter(query.get(name, ())), "").strip()
    return read_moment(text, name) if text else None


def read_moment(text: str, name: str) -> datetime:
    """Return a moment as somebody writes it; a day means its 24:00. Raises `UsageError` for what is none."""
    try:
        if found := _DAY.fullmatch(text):
            on = date(*map(int, found.groups()))
            return in_calendar(datetime.combine(on + timedelta(days=1), time(), SHANGHAI))
        if found := _TIMED.fullmatch(text):
            return _in_day(*(int(part or 0) for part in found.groups()))
        try:
            return parse_instant(text)
        except NoZoneError:
            return in_calendar(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))
    except (ValueError, OverflowError):
        raise UsageError(
            message("{field} {text!r} is no moment; write 2026-09-15 18:00", field=field(name), text=text)
        ) from None


def read_when(text: str, now: datetime, *, to_come: bool = False) -> Moment:
    """Return when something was, as somebody writes it into a form: a day (of this year, 9月15日), or a time.

    Now where nothing is written. Raises `UsageError` for what cannot be read, and for a day that has not come, unless
    it may be one `to_come`.
    """
    text = text.strip()
    if not text:
        return Moment(now, date_only=False)
    if found := _MONTH_DAY.match(text):
        text = f"{chinese_day(now).year}-{found[1]}-{found[2]}{text[found.end() :]}"
    when = typed_moment(text)
    if not to_come and chinese_day(when.at) > chinese_day(now):
        raise UsageError(message("{text} has not come yet; write when it was", text=text))
    return when


def read_past(text: str, now: datetime) -> Moment:
    """Return when something was as `read_when` does; now for a day that is not over: what was today counts today."""
    when = read_when(text, now)
    return when if when.at <= now else Moment(now, date_only=False)


def moment_in_form(text: str, name: str, now: datetime) -> Moment:
    """Return when something was true as a form says it: a day alone as a day, blank for now. Raises `UsageError`."""
    if not text:
        return Moment(now, date_only=False)
    at = read_moment(text, name)
    if _DAY.fullmatch(text):
        return Moment(at - timedelta(seconds=1), date_only=True)
    return Moment(at, date_only=False)


def _in_day(year: int, month: int, on: int, hour: int, minute: int) -> datetime:
    """Return a moment of a Chinese day, 24:00 among them; raises `ValueError` for an hour that no day has."""
    if hour > _HOURS or minute >= _MINUTES or (hour == _HOURS and minute):
        raise ValueError(hour)
    begin = datetime.combine(date(year, month, on), time(), SHANGHAI)
    return in_calendar(begin + timedelta(hours=hour, minutes=minute))
