"""Times as people write them in sheets: ISO 8601, Chinese forms, dates without a time of day."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone

from connectors.sheets.errors import BadValueError
from events.days import chinese_day, last_second
from events.instants import LATEST, SHANGHAI
from events.messages import message
from events.moments import Moment

EARLIEST = datetime(2000, 1, 1, tzinfo=SHANGHAI)
"""No government account is older; catches empty and 1900 dates."""

FORM = message("write it like 2021-06-16 17:05 or 2021-06-16")

_SPACED_MARK = re.compile(r"\s*([年月日时点分秒:])\s*")
_SERIAL = re.compile(r"[1-9]\d{4}(\.\d+)?")
_NO_DAY = re.compile(
    r"""
    (?: \d{4}[-/.年] )? (?: 1[0-2] | 0?[1-9] | 十[一二]? | [一二三四五六七八九] ) 月份? (?: [上中下]旬 | [初中底末] )?
    | \d{4} [-/.]? (?: 1[0-2] | 0[1-9] ) | \d{4} [-/.] [1-9]
    | (?: 19 | 20 ) \d{2} 年?
    | \d{4}年 (?: 第? [1-4一二三四] 季度 | [上下]半年 | 年? [初中底末] )
    """,
    re.VERBOSE | re.ASCII,
)
_FORMS = re.compile(
    r"""
    (?P<year>\d{4})
    (?: (?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})
      | 年(?P<month_zh>\d{1,2})月(?P<day_zh>\d{1,2})日
      | (?P<month_compact>\d{2})(?P<day_compact>\d{2})
    )
    (?: (?: (?<=日) | [Tt] | \s+ )
        (?: (?P<hour>\d{1,2}):(?P<minute>\d{2})(?: :(?P<second>\d{2})(?: [.,](?P<fraction>\d{1,9}) )? )?
          | (?P<hour_zh>\d{1,2})[时点](?: (?P<minute_zh>\d{1,2})分?(?: (?P<second_zh>\d{1,2})秒 )? )?
        )
        \s* (?P<zone>[Zz]|[+-]\d{2}(?: :?\d{2} )?)?
    )?
    """,
    re.VERBOSE | re.ASCII,
)


def read_moment(text: str) -> Moment:
    """Read one time; without a zone it is +08:00.

    Raises BadValueError for what is no date and for dates that do not exist: nothing is guessed, because a
    swapped day or an invented year would move a verdict.
    """
    plain = _SPACED_MARK.sub(r"\1", unicodedata.normalize("NFKC", text).strip())
    found = _FORMS.fullmatch(plain)
    if found is None:
        if _SERIAL.fullmatch(plain):
            raise BadValueError(
                message("is a bare number, not a date"),
                message("format the cell as a date, or {form}", form=FORM),
            )
        if _NO_DAY.fullmatch(plain):
            raise BadValueError(
                message("names a month or a year and no day"),
                message("find out the day, and {form}", form=FORM),
            )
        raise BadValueError(message("is not a date that can be read"), FORM)
    parts = {name.split("_")[0]: value for name, value in found.groupdict().items() if value is not None}
    try:
        day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        if "hour" not in parts:
            return end_of_day(day)
        clock = time(int(parts["hour"]), int(parts.get("minute", 0)), int(parts.get("second", 0)))
        fraction = int(parts.get("fraction", "0").ljust(6, "0")[:6])
        zone = _zone(parts.get("zone"))
        return moment_at(datetime.combine(day, clock.replace(microsecond=fraction), zone))
    except BadValueError:
        raise
    except (ValueError, OverflowError) as error:
        raise BadValueError(
            message("is a date or time that does not exist"), message("correct it; {form}", form=FORM)
        ) from error


def end_of_day(day: date) -> Moment:
    """Give the last second of a day in China, flagged as a date only."""
    return Moment(moment_at(last_second(day)).at, date_only=True)


def moment_at(instant: datetime) -> Moment:
    """Take an aware time; BadValueError before the first government accounts."""
    if instant < EARLIEST:
        raise BadValueError(message("lies before {year}", year=EARLIEST.year), message("correct the year"))
    if instant > LATEST:
        raise BadValueError(message("lies after {year}", year=LATEST.year), message("correct the year"))
    return Moment(instant.astimezone(UTC), date_only=False)


def end_of_tomorrow(now: datetime) -> datetime:
    """Give the latest time that an observation may carry: the last second of tomorrow in China."""
    return end_of_day(chinese_day(now) + timedelta(days=1)).at


def _zone(text: str | None) -> timezone:
    if text is None:
        return SHANGHAI
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:  # the widest offset in the world is +14:00
        raise BadValueError(
            message("has a zone that does not exist"), message("write the zone like +08:00, or leave it out")
        )
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
