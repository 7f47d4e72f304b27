"""When a message goes out: after a stable jitter, outside quiet hours and days of rest unless it is urgent."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from events.days import chinese_day
from events.instants import SHANGHAI
from projections.rules.calendar import Days
from projections.voice.matter import Matter

JITTER_FROM, JITTER_TO = 3, 27
"""Minutes past the hour: vendors ask to stay off the full and the half hour."""

MORNING = 9
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_Minutes = Annotated[int, msgspec.Meta(ge=0, le=24 * 60)]


class Hours(msgspec.Struct, frozen=True):
    """When people are not disturbed, minutes of a Chinese day; both ends the same: never quiet."""

    quiet_from: _Minutes = 20 * 60
    quiet_until: _Minutes = 8 * 60 + 30


def minute_for(unit: str) -> int:
    """Return the minute past the hour at which a unit is told, 3 to 27: always the same one."""
    digest = hashlib.sha256(unit.encode()).digest()
    return JITTER_FROM + int.from_bytes(digest[:4], "big") % (JITTER_TO - JITTER_FROM + 1)


def due_at(matter: Matter, hours: Hours, days: Days) -> datetime:
    """Return when a matter may go out; its own time stays as it is.

    An urgent one waits for the jitter alone, and only where it fell on a full or half hour. Another one waits for the
    next minute of its unit, so that what comes up within an hour is told in one message; where that is quiet, for the
    morning of the next working day.
    """
    minute = minute_for(matter.owner or matter.account_id)
    local = matter.at.astimezone(SHANGHAI)
    if matter.kind == "emergency":
        return matter.at
    if matter.is_urgent:
        on_the_hour = local.minute in (0, 30) and not (local.second or local.microsecond)
        return matter.at + timedelta(minutes=minute if on_the_hour else 0)
    slot = local.replace(minute=minute, second=0, microsecond=0)
    if slot < local:
        slot += _HOUR
    return wait_until(matter, slot, hours, days)


def wait_until(matter: Matter, now: datetime, hours: Hours, days: Days) -> datetime:
    """Return from when on a matter may go out: `now`, or the morning behind quiet hours and days of rest.

    Days of rest do not hold back a warning that would come later than a day before its limit: only the night does.
    """
    if matter.is_urgent or not is_quiet(now, hours, days):
        return now
    minute = minute_for(matter.owner or matter.account_id)
    at = now.astimezone(SHANGHAI)
    while is_quiet(at, hours, days):
        at = _next_morning(at, minute)
    if matter.kind == "alert" and matter.limit_at is not None and at > matter.limit_at - _DAY:
        at = now.astimezone(SHANGHAI)
        if _by_night(at, hours):
            at = _next_morning(at, minute)
    return at.astimezone(matter.at.tzinfo)


def next_day(now: datetime, unit: str, hours: Hours, days: Days) -> datetime:
    """Return the minute of a unit on the next working morning after today; what a limit held back waits for it."""
    local = now.astimezone(SHANGHAI)
    morning = (local + _DAY).replace(hour=MORNING, minute=minute_for(unit), second=0, microsecond=0)
    while is_quiet(morning, hours, days):
        morning = _next_morning(morning, minute_for(unit))
    return morning


def is_quiet(at: datetime, hours: Hours, days: Days) -> bool:
    """Tell quiet hours and days of rest."""
    return _by_night(at, hours) or not days.is_workday(chinese_day(at))


def _by_night(at: datetime, hours: Hours) -> bool:
    local = at.astimezone(SHANGHAI)
    minute, begin, end = local.hour * 60 + local.minute, hours.quiet_from, hours.quiet_until
    return begin <= minute < end if begin <= end else not end <= minute < begin


def _next_morning(local: datetime, minute: int) -> datetime:
    """Return the next 09:03 to 09:27 after a moment."""
    morning = local.replace(hour=MORNING, minute=minute, second=0, microsecond=0)
    return morning if morning > local else morning + _DAY
