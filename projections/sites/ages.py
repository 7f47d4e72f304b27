"""How old a page is at a check point: its newest entry, and up to when looks prove that nothing newer came."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from events.days import day_of
from events.instants import from_micros, to_micros
from projections.sites.limits import Limit

EMPTY_LOOK_MAX_AGE = timedelta(days=14)
"""A look that showed an empty column says so of the present no longer than this."""


class PageLook(msgspec.Struct, frozen=True):
    """What one look showed of one page."""

    at: datetime
    lag_s: int
    entries: int | None  # None: not counted, as on a home page
    newest_at: datetime | None
    newest_date_only: bool
    proves: bool  # the date of every entry was read
    by_hand: bool


class Age(msgspec.Struct, frozen=True):
    """What is known of a page at T."""

    looks: int = 0  # of which anything was seen, by T or later
    newest_at: datetime | None = None  # newest entry by T, a day at its end; None: none is known
    newest_date_only: bool = False
    proven_until: datetime | None = None  # nothing newer came up to here; None: nothing proves it
    empty: bool | None = None  # the last look by T showed no entry; None: not known
    emptied: bool = False  # it did, where entries were seen before: not believed of a program
    undated: bool = False  # dates of its newest look could not all be read


class State(StrEnum):
    """How a page stands against its limit."""

    FRESH = "fresh"
    OVERDUE = "overdue"
    EMPTY = "empty"
    UNKNOWN = "unknown"
    UNLIMITED = "unlimited"  # nothing limits it


def age_of(looks: Iterable[PageLook], t: datetime) -> Age:
    """Return the age of a page at T; looks after T count, as they are known.

    An entry known by its day stands at every moment of that day and is counted from its end (24:00), as posts are. A
    look proves silence after the newest entry that it shows, so one that shows what came after T proves nothing.
    """
    seen = sorted(looks, key=lambda look: look.at)
    newest: datetime | None = None
    date_only = False
    for look in seen:
        begin, end = _span(look)
        if begin is None or end is None or begin > t or (look.newest_date_only and begin == t):
            continue
        if newest is None or end > newest:
            newest, date_only = end, look.newest_date_only
    proven = [proof for look in seen if look.proves and (proof := _proven_by(look, newest, t)) is not None]
    by_t = [look for look in seen if look.at <= t]
    empty, emptied = _emptiness(by_t, seen, t)
    return Age(
        looks=len(seen),
        newest_at=newest,
        newest_date_only=date_only,
        proven_until=max(proven, default=None),
        empty=empty,
        emptied=emptied,
        undated=bool(seen) and not seen[-1].proves,
    )


def state_at(age: Age, limit: Limit | None, t: datetime) -> State:
    """Return how a page stands at T; unknown where nothing proves that it is overdue."""
    if age.empty:
        return State.EMPTY
    if limit is None:
        return State.UNLIMITED if age.empty is not None or age.newest_at is not None else State.UNKNOWN
    if age.newest_at is None:
        return State.UNKNOWN
    if not limit.passed(age.newest_at, t):
        return State.FRESH
    if age.proven_until is not None and limit.passed(age.newest_at, age.proven_until):
        return State.OVERDUE
    return State.UNKNOWN


def why_unknown(age: Age) -> str:
    """Return the code of what is missing."""
    if not age.looks:
        return "never_looked"
    if age.emptied:
        return "emptied"
    if age.newest_at is None or age.undated:
        return "undated"
    return "no_recent_look"


def _proven_by(look: PageLook, newest: datetime | None, t: datetime) -> datetime | None:
    _, end = _span(look)
    if newest is None or end is None or end > newest:
        return None
    return min(look.at - timedelta(seconds=look.lag_s), t)


def _span(look: PageLook) -> tuple[datetime | None, datetime | None]:
    """Return the ends of when the newest entry of a look was published."""
    if look.newest_at is None:
        return None, None
    if not look.newest_date_only:
        return look.newest_at, look.newest_at
    begin, end = day_of(to_micros(look.newest_at))
    return from_micros(begin), from_micros(end)


def _emptiness(by_t: list[PageLook], seen: list[PageLook], t: datetime) -> tuple[bool | None, bool]:
    """Tell whether a page is empty, and whether a program says so of one that had entries."""
    counted = [look for look in by_t if look.entries is not None]
    if not counted or t - counted[-1].at > EMPTY_LOOK_MAX_AGE:
        return None, False
    last = counted[-1]
    if last.entries:
        return False, False
    had_entries = any(look.entries for look in seen if look.at < last.at)
    if had_entries and not last.by_hand:
        return None, True
    return True, False
