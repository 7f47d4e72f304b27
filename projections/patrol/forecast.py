"""Who fails when if nothing is posted, who is over the limit already, and of whom nobody knows."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from events.instants import to_micros
from projections.patrol.account_line import AccountLine, Seen
from projections.patrol.workdays import DONE_US, Holiday, Workdays, date_of, number_of, start_of
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth

WORKING_DAYS = 3
"""How many working days ahead people are told unless they ask for more."""


class Standing(StrEnum):
    """How an account stands that needs somebody."""

    OVER = "over"  # silent for longer than the limit, as a trusted look shows
    UNPROVEN = "unproven"  # the limit has passed as far as is known, and nobody looked since
    FAILS = "fails"  # the limit passes within the days asked for
    NO_ANCHOR = "no_anchor"  # neither post nor day of opening is known


class Outlook(msgspec.Struct, frozen=True, gc=False):
    """An account that needs somebody, how it stands and when its limit passes."""

    line: AccountLine
    standing: Standing
    limit_at: int | None  # microseconds
    fails_on: date | None  # the Chinese day of that moment
    days_left: int | None  # whole days up to that day, negative behind it
    last_look: Seen | None
    is_look_old: bool  # it carries no warning any more: the account may have posted since
    holiday: Holiday | None = None  # the limit passes in it, or before anybody is back to act


def horizon(workdays: Workdays, now: datetime, working_days: int = WORKING_DAYS) -> int:
    """Return up to when people have to know today: until the look list of the n-th next working day is done.

    So a holiday is seen from three working days before it: nobody works in it, and the day behind it comes too late.
    """
    return start_of(workdays.following(number_of(now), working_days)) + DONE_US


def forecast(
    lines: Iterable[AccountLine],
    until: int,
    now: datetime,
    ladder: Ladder,
    workdays: Workdays,
    health: Mapping[str, SourceHealth],
) -> list[Outlook]:
    """Return who needs somebody by a moment, whoever comes first first; accounts that stay fresh are left out.

    An account fails by more than its limit, so at the very moment of `limit_at` it still passes.
    """
    at = to_micros(now)
    found = []
    for line in lines:
        limit_at = line.limit_at(ladder.of(line.ruled_by, line.account_class).limit_us)
        is_fresh = limit_at is not None and limit_at >= until
        if not is_fresh and line.in_population(at):
            found.append(outlook_of(line, limit_at, at, ladder, workdays, health))
    return by_urgency(found)


def outlook_of(
    line: AccountLine,
    limit_at: int | None,
    now: int,
    ladder: Ladder,
    workdays: Workdays,
    health: Mapping[str, SourceHealth],
) -> Outlook:
    """Return how an account stands whose limit passes at a moment (both in microseconds)."""
    look, ladder = line.last_look(health), ladder.of(line.ruled_by, line.account_class)
    if limit_at is None:
        return Outlook(line, Standing.NO_ANCHOR, None, None, None, look, is_look_old=True)
    standing = Standing.FAILS
    if limit_at < now:
        proven = line.proven_until(health)
        known = proven is not None and proven > limit_at and now - proven <= ladder.look_max_age_us
        standing = Standing.OVER if known else Standing.UNPROVEN
    day = number_of(limit_at)
    return Outlook(
        line=line,
        standing=standing,
        limit_at=limit_at,
        fails_on=date_of(day),
        days_left=day - number_of(now),
        last_look=look,
        is_look_old=look is None or ladder.warns_until(look.at, by_hand=look.by_hand) < now,
        holiday=workdays.holiday_of(limit_at) if standing is Standing.FAILS else None,
    )


def by_urgency(outlooks: Iterable[Outlook]) -> list[Outlook]:
    """Return accounts in the order in which somebody should turn to them."""
    return sorted(outlooks, key=_order)


_URGENCY = {Standing.FAILS: 0, Standing.OVER: 1, Standing.UNPROVEN: 2, Standing.NO_ANCHOR: 3}


def _order(outlook: Outlook) -> tuple[int, int, str]:
    """Put first who can still be saved, the nearest limit first; then those over it, the longest silence last."""
    at = outlook.limit_at or 0
    saved = outlook.standing is Standing.FAILS
    return _URGENCY[outlook.standing], at if saved else -at, outlook.line.account_id
