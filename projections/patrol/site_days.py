"""When sites are read and their links followed: once in so many days, each site at a place of its own."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from events.days import chinese_day
from events.instants import HOUR_US, SHANGHAI

_FIRST_WAIT_US = HOUR_US
_LONGEST_WAIT_US = 12 * HOUR_US


def planned_reading(site: str, what: str, day: date, first_hour: int, last_hour: int) -> datetime:
    """Return when a site is read on a Chinese day: between two hours at the place that its name gives."""
    start = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    drawn = int.from_bytes(sha256(f"{site} {what}".encode()).digest()[:4]) / 2**32
    return start + timedelta(hours=first_hour, seconds=round(drawn * (last_hour - first_hour) * 3600))


def is_reading_due(
    planned: datetime, closes: datetime, now: datetime, *, looked_at: datetime | None, every_days: int
) -> bool:
    """Tell whether a site is read now: its place of the day has come, its hours are not over, and its days have passed.

    A place that passed while nobody patrolled is made up for later in the day.
    """
    if not planned <= now < closes:
        return False
    return looked_at is None or (chinese_day(now) - chinese_day(looked_at)).days >= every_days


def wait_after(failures: int) -> int:
    """Return how long a site is left alone after so many failures in a row, in microseconds."""
    return min(_FIRST_WAIT_US << (failures - 1), _LONGEST_WAIT_US) if failures < 10 else _LONGEST_WAIT_US


def columns_in_turn(columns: list[str], day: int, room: int) -> list[str]:
    """Return columns in the order of reading: where not all have room, a day begins behind the one before."""
    if not columns or len(columns) <= room:
        return columns
    begin = day * max(room, 1) % len(columns)
    return [*columns[begin:], *columns[:begin]]
