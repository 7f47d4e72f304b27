"""Times as feeds write them: one reader for all forms seen, which answers None rather than guess."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

import msgspec

from events.days import LAST_SECOND
from events.instants import SHANGHAI

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # older times are placeholders (year 1, unix 0), not posts
MAX_LENGTH = 100  # characters; a longer text is no time


class FeedTime(msgspec.Struct, frozen=True):
    """When an item says it was published."""

    at: datetime  # UTC
    date_only: bool  # the feed gave a day; `at` is the last second of it


_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6,
    "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip
_MONTHS |= {full[:3]: number for full, number in _MONTHS.items()} | {"sept": 9}

_ZONES = {
    "z": UTC, "ut": UTC, "utc": UTC, "gmt": UTC,
    "cst": SHANGHAI, "bjt": SHANGHAI, "hkt": SHANGHAI, "prc": SHANGHAI,
    "asia/shanghai": SHANGHAI, "asia/chongqing": SHANGHAI, "asia/harbin": SHANGHAI, "asia/hong_kong": SHANGHAI,
    "北京时间": SHANGHAI, "中国标准时间": SHANGHAI,
    "est": timezone(timedelta(hours=-5)), "edt": timezone(timedelta(hours=-4)),
    "mst": timezone(timedelta(hours=-7)), "mdt": timezone(timedelta(hours=-6)),
    "pst": timezone(timedelta(hours=-8)), "pdt": timezone(timedelta(hours=-7)),
}  # fmt: skip
_ELSEWHERE = {
    "cst": timedelta(hours=-6)
}  # the other place that uses the name, where an offset says that it is meant

_WEEKDAY = (
    r"\(?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|(?:星期|周|礼拜)[1-6日天])\)?[.,]?"
)
_CLOCK = (
    rf"(?:T|,? (?:{_WEEKDAY} )?|{_WEEKDAY} ?|(?<=[日号])|(?=[上下中凌早晚]))"
    r"(?P<half>上午|下午|凌晨|早上|中午|晚上)? ?(?P<hour>\d{1,2})"
    r"(?:[:时点](?P<minute>\d{1,2})(?:(?:[:分](?P<second>\d{1,2})(?:[.,](?P<fraction>\d+))?秒?)|分)?|[时点]整?|(?<=T\d\d))"
    r"(?: ?(?P<noon>[ap]m))?"
)
_ZONE_NAME = r"[a-z/_]+|北京时间|中国标准时间"
_OFFSET = r"[+-]\d{1,2}(?::?\d\d)?"
_ZONE = (  # CST, +0800, CST+0800, and as Go writes them: +0800 CST m=+1.5
    rf"(?: ?(?P<zone>{_ZONE_NAME}))?(?: ?(?P<offset>{_OFFSET}))?"
    rf"(?:(?<=\d) (?P<again>{_ZONE_NAME}|{_OFFSET})(?: m=[+-]\d+(?:\.\d+)?)?)?"
    r"(?: ?(?:\([^()]*\)|\[[^\[\]]*\]))?"
)
_TAIL = rf"(?:{_CLOCK})?(?: ?{_WEEKDAY})?{_ZONE}"
_NAME = r"(?P<name>[a-z]{3,9}|\d{1,2}月)\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        # Wed, 16 Jun 2021 17:05:22 +0800
        rf"(?:{_WEEKDAY} ?)?,? ?(?P<day>\d{{1,2}})[ -]{_NAME},?[ -](?P<year>\d{{4}}|\d\d)(?!\d){_TAIL}",
        # 2021-06-16T17:05:22+08:00, 2021/6/16 17:05, 2021年6月16日 下午5:05
        r"(?P<year>\d{4}) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2})(?: ?[日号]|(?!\d))" + _TAIL,
        # 20210616T17:05:22Z
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?!\d){_TAIL}",
        # 2021-W24-3, 2021-167
        rf"(?P<year>\d{{4}})-?(?:W(?P<week>\d\d)-?(?P<weekday>[1-7])|(?P<ordinal>\d{{3}}))(?!\d){_TAIL}",
        # Wed Jun 16 17:05:22 CST 2021
        rf"(?:{_WEEKDAY} ?)?{_NAME} (?P<day>\d{{1,2}}){_CLOCK}{_ZONE} (?P<year>\d{{4}})",
        # June 16, 2021 5:05 PM
        rf"(?:{_WEEKDAY} ?)?{_NAME} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_TAIL}",
    )
)
# the form of nearly all RSS feeds, read without the machinery for the others
_USUAL = re.compile(
    r"[a-z]{3}, (?P<day>\d\d) (?P<name>[a-z]{3}) (?P<year>\d{4}) (?P<clock>\d\d:\d\d:\d\d)"
    r" (?:GMT|(?P<offset>[+-](?:0\d|1[0-3])[0-5]\d))",
    re.IGNORECASE | re.ASCII,
)
_UNIX = re.compile(r"(\d{10})(?:\.\d+|\d{3})?", re.ASCII)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_DIGITS = "〇一二三四五六七八九"
_NUMERAL = re.compile(f"[零{_DIGITS}十]+")
_QUOTED = re.compile("([\"'“‘「])(.*)[\"'”’」]")
_BASIC_CLOCK = re.compile(
    r"^((?:\d{8}|[\dW-]{7,10}(?=T)))T?(\d\d)(\d\d)(\d\d)?(?![\d:])", re.IGNORECASE | re.ASCII
)


def read_time(text: str, default_zone: tzinfo = SHANGHAI) -> FeedTime | None:
    """Read a publication time in any form that feeds use; None if it is not certainly one.

    Without a zone the time is in `default_zone`, `CST` is China's; a day alone means its last second.
    Month-first and day-first numbers (6/7/2021), times without a year and impossible dates are not read.
    """
    if len(text) > MAX_LENGTH:
        return None
    plain = " ".join(text.split())  # no runs of spaces: the patterns stay linear
    found = _usual(plain) or _read(plain, default_zone) or _read(_tidy(plain), default_zone)
    return found if found and found.at >= EARLIEST else None


def _usual(text: str) -> FeedTime | None:
    match = _USUAL.fullmatch(text)
    if match is None:
        return None
    day, name, year, clock, offset = match.groups()
    try:
        at = datetime.fromisoformat(f"{year}-{_MONTHS[name.lower()]:02}-{day}T{clock}{offset or 'Z'}")
        return FeedTime(at.astimezone(UTC), date_only=False)
    except (ValueError, OverflowError, KeyError):
        return None  # 24:00:00 and second 60 are left to `_read`


def _read(text: str, default_zone: tzinfo) -> FeedTime | None:
    for form in _FORMS:
        if match := form.fullmatch(text):
            try:
                return _build(match.groupdict(), default_zone)
            except (ValueError, OverflowError, KeyError):
                return None
    if match := _UNIX.fullmatch(text):
        seconds = int(match[1])
        return FeedTime(datetime.fromtimestamp(seconds, UTC), date_only=False)
    return None


def _tidy(text: str) -> str:
    """Bring full-width and Chinese numbers, `元月`, quotes and clock times without colons to the plain form."""
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).split())
    if match := _QUOTED.fullmatch(text):
        text = match[2].strip()
    text = _NUMERAL.sub(_arabic, text.replace("元月", "1月"))
    return _BASIC_CLOCK.sub(lambda m: f"{m[1]}T{m[2]}:{m[3]}" + (f":{m[4]}" if m[4] else ""), text)


def _arabic(match: re.Match[str]) -> str:
    run = match[0].replace("零", "〇")
    if "十" not in run:
        return "".join(str(_DIGITS.index(digit)) for digit in run)
    tens, _, ones = run.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return run
    return str(10 * (_DIGITS.index(tens) if tens else 1) + (_DIGITS.index(ones) if ones else 0))


def _build(part: dict[str, str | None], default_zone: tzinfo) -> FeedTime:
    day = _day(part)
    zone = _stated_zone(part) or default_zone
    if part["hour"] is None:
        return FeedTime(datetime.combine(day, LAST_SECOND, zone).astimezone(UTC), date_only=True)
    hour = _hour(int(part["hour"]), part["half"] or (part["noon"] or "").lower())
    minute, second = int(part["minute"] or 0), int(part["second"] or 0)
    carry = timedelta(0)
    if hour == 24 and minute == second == 0:
        hour, carry = 0, timedelta(days=1)
    if second == 60:  # a leap second, or a clock that rounds up
        second, carry = 59, timedelta(seconds=1)
    microsecond = int((part["fraction"] or "0")[:6].ljust(6, "0"))
    at = datetime(day.year, day.month, day.day, hour, minute, second, microsecond, zone) + carry
    return FeedTime(at.astimezone(UTC), date_only=False)


def _day(part: dict[str, str | None]) -> date:
    text = part["year"] or ""
    year = int(text)
    if len(text) == 2:
        year += 2000 if year < 50 else 1900  # RFC 2822, section 4.3
    if week := part.get("week"):
        return date.fromisocalendar(year, int(week), int(part["weekday"] or 0))
    if ordinal := part.get("ordinal"):
        day = date(year, 1, 1) + timedelta(days=int(ordinal) - 1)
        if day.year != year:
            raise ValueError("no such day in this year")
        return day
    name = (part.get("name") or "").lower()
    month = part.get("month") or (name[:-1] if name.endswith("月") else _MONTHS[name])
    return date(year, int(month), int(part["day"] or 0))


def _stated_zone(part: dict[str, str | None]) -> tzinfo | None:
    """Return the zone that stands behind the time; one that is said twice has to be the same."""
    zone = _zone(part["zone"], part["offset"])
    again = part["again"]
    if again is None or zone is None:
        return zone
    other = _zone(None, again) if again[0] in "+-" else _zone(again, None)
    offset = zone.utcoffset(None)
    if (other is None or other.utcoffset(None) != offset) and _ELSEWHERE.get(again.lower()) != offset:
        raise ValueError("two zones contradict each other")
    return zone


@lru_cache(maxsize=256)
def _zone(name: str | None, offset: str | None) -> tzinfo | None:
    named = _ZONES[name.lower()] if name else None
    if not offset:
        return named
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or minutes > 59:
        raise ValueError("no place on earth has this offset")
    span = timedelta(hours=hours, minutes=minutes)
    span = -span if offset[0] == "-" else span
    if (
        name
        and named is not UTC
        and span not in (named and named.utcoffset(None), _ELSEWHERE.get(name.lower()))
    ):
        raise ValueError("a zone name and an offset contradict each other")
    return timezone(span)


def _hour(hour: int, half: str) -> int:
    """Bring an hour to 24 hours; a half of the day that contradicts it is an error."""
    if half in {"上午", "凌晨", "早上", "am"}:
        hour = 0 if hour == 12 else hour
        fits = hour < 12
    elif half in {"下午", "pm"}:
        hour += 12 if hour < 12 else 0
        fits = hour < 24
    elif half == "中午":
        hour += 12 if hour < 3 else 0
        fits = 11 <= hour < 15
    elif half == "晚上":
        hour += 12 if 5 <= hour < 12 else 0
        fits = 17 <= hour <= 24
    else:
        return hour
    if not fits:
        raise ValueError("the hour is not in this half of the day")
    return hour
