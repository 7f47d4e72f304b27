"""Chinese days: the day of an instant, its ends, and how a day without a time of day is written."""

from datetime import UTC, date, datetime, time

from events.instants import DAY_US, MICROSECOND, SHANGHAI, SHANGHAI_US

LAST_SECOND = time(23, 59, 59)


def chinese_day(at: datetime) -> date:
    """Return the calendar day of an instant in China; 24:00 is 00:00 of the next one."""
    return at.astimezone(SHANGHAI).date()


def day_that_holds(at: datetime) -> date:
    """Return the Chinese day 00:00 < t <= 24:00 that an instant lies in: midnight belongs to the day that it ends."""
    return chinese_day(at - MICROSECOND)


def is_told_by(at: datetime, by: datetime, *, date_only: bool) -> bool:
    """Tell whether what happened at a moment counts at another one; known by its day, it does all of that day."""
    return at <= by or (date_only and day_that_holds(at) <= day_that_holds(by))


def last_second(day: date) -> datetime:
    """Return the last second of a day in China: a fact that names its day alone is written with it."""
    return datetime.combine(day, LAST_SECOND, SHANGHAI).astimezone(UTC)


def chinese_moment(at: datetime) -> str:
    """Return an instant as people write it in China, to the second where it is not on the minute."""
    local = at.astimezone(SHANGHAI)
    seconds = f"{local.second}秒" if local.second else ""
    minutes = f"{local.minute}分" if local.minute or seconds else ""
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{minutes}{seconds}"


def midnight_before(at: datetime) -> datetime:
    """Return the midnight with which the calendar day of an instant began, in Chinese time."""
    return datetime.combine(chinese_day(at), time(), SHANGHAI)


def day_of(at: int) -> tuple[int, int]:
    """Return beginning and end (microseconds) of the Chinese day 00:00 < t <= 24:00 that an instant lies in."""
    begin = (at - 1 + SHANGHAI_US) // DAY_US * DAY_US - SHANGHAI_US
    return begin, begin + DAY_US
