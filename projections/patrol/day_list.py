"""The look list of a working day: whoever cannot wait for the next list, levelled by pulling later ones forward."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from events.instants import DAY_US, HOUR_US, to_micros
from projections.patrol.account_line import AccountLine, Seen
from projections.patrol.needs import Need, Reason
from projections.patrol.workdays import DONE_US, MORNING_US, Workdays, number_of, start_of
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth

STEPS = (3, 1)
"""The working days before the limit on which an owner is warned, counted back from the last morning before it.

Day 10, 12 and 14 would do where somebody looks daily: over a holiday they leave silences that nobody was warned of.
"""

_AHEAD_DAYS = 5
_GROWTH = 2  # a proven silence is looked at again after half of its length so far
_SHORTEST_US, _LONGEST_US = 20 * HOUR_US, 60 * HOUR_US
_GUARD_US = HOUR_US


class Due(msgspec.Struct, frozen=True, gc=False):
    """An account of the list."""

    line: AccountLine
    reason: Reason
    deadline: int
    last_look: Seen | None
    cannot_wait: bool  # the next list would be too late


def day_list(
    lines: Iterable[AccountLine],
    workdays: Workdays,
    ladder: Ladder,
    now: datetime,
    *,
    health: Mapping[str, SourceHealth] = {},
    daily: Collection[str] = (),
    key_period: Collection[str] = (),
    carried: Collection[str] = (),
) -> list[Due]:
    """Return the look list of today, on a day of rest of the next working day; whoever is most urgent first.

    An account has to be on it if its deadline comes before the list of the next working day is done. Up to what the
    coming days need on average, others whose look may be made already are pulled forward. `daily` names the accounts of
    the focus list, `key_period` those in a key period, `carried` those that a source looks at by plan, in time as far
    as can be told.
    """
    day = workdays.list_day(now)
    begins = (
        max(start_of(day) + MORNING_US, to_micros(now))
        if day == number_of(now)
        else start_of(day) + MORNING_US
    )
    too_late = start_of(workdays.following(day)) + DONE_US
    able: list[Due] = []
    deadlines: list[int] = []
    for line in lines:
        if line.account_id in carried or not line.in_population(begins):
            continue
        look = line.last_look(health)
        asked = {"daily": line.account_id in daily, "key_period": line.account_id in key_period}
        needs = list(needs_of(line, look, workdays, ladder, begins, **asked))
        deadlines += [need.deadline for need in needs]
        ready = [need for need in needs if need.release <= begins]
        if ready:
            first = min(need.deadline for need in ready)
            reason = min((need.reason for need in ready), key=_GRAVITY.__getitem__)
            able.append(Due(line, reason, first, look, first < too_late))
    able.sort(key=lambda due: (due.deadline, due.line.account_id))
    must = sum(due.cannot_wait for due in able)
    return able[: max(must, _level(deadlines, day, workdays))]


def needs_of(
    line: AccountLine,
    look: Seen | None,
    workdays: Workdays,
    ladder: Ladder,
    now: int,
    *,
    daily: bool = False,
    key_period: bool = False,
) -> Iterator[Need]:
    """Yield every look of a person that an account is known to need, as far as can be told at a moment."""
    if look is None:
        yield Need(0, now, Reason.NEVER_LOOKED)
        return
    ladder = ladder.of(line.ruled_by, line.account_class)
    if not look.by_hand and now <= ladder.warns_until(look.at, by_hand=False):
        return  # a program watches it
    if line.claimed_at is not None and look.at < line.claimed_at:
        yield Need(line.claimed_at, line.claimed_at, Reason.CLAIMED)
    if daily or key_period:
        today = start_of(workdays.following(number_of(look.at)))
        yield Need(today, today + DONE_US, Reason.DAILY if daily else Reason.KEY_PERIOD)
    limit_at = line.limit_at(ladder.limit_us)
    if limit_at is None:
        yield Need(look.at + DAY_US, look.at + 3 * DAY_US, Reason.NO_ANCHOR)
    elif look.proves_until > limit_at:
        silent = look.proves_until - limit_at
        gap = min(max(silent // _GROWTH, _SHORTEST_US), _LONGEST_US)
        kept = look.proves_until + ladder.look_max_age_us - _GUARD_US
        yield Need(look.at + gap, max(look.at + gap, min(look.at + gap * 3 // 2, kept)), Reason.OVER_LIMIT)
    else:
        yield from _steps_due(limit_at, look, workdays, ladder)
        proof = limit_at + (look.at - look.proves_until) + 1
        yield Need(proof, proof, Reason.LIMIT_PASSED)


def _steps_due(limit_at: int, look: Seen, workdays: Workdays, ladder: Ladder) -> Iterator[Need]:
    """Yield the look of the next step that no look serves yet.

    A look on the working day before a step still holds in the morning of the step; one on the day itself warns later
    that day. The last step is not to wait so long: it needs its look the day before. Where the limit passes in a
    holiday, or before anybody is back to act, the steps lie before the holiday.
    """
    holiday = workdays.holiday_of(limit_at)
    last_morning = number_of(limit_at - MORNING_US - 1) if holiday is None else holiday.first - 1
    for back in STEPS:
        day = workdays.last_up_to(last_morning, back)
        served = (
            look.at >= start_of(day)
            or ladder.warns_until(look.at, by_hand=look.by_hand) >= start_of(day) + MORNING_US
        )
        if served:
            continue
        release = start_of(workdays.last_up_to(day - 1))
        is_last = back == STEPS[-1]
        deadline = start_of(day) + (MORNING_US if is_last else DONE_US)
        yield Need(release, deadline, Reason.LAST_STEP if is_last else Reason.FIRST_STEP)
        return


def _level(deadlines: list[int], day: int, workdays: Workdays) -> int:
    """Return how many looks a day are needed so that no stretch of the coming days needs more."""
    most, later = 0, day
    for days in range(2, _AHEAD_DAYS + 2):
        later = workdays.following(later)
        end = start_of(workdays.following(later)) + DONE_US
        most = max(most, -(-sum(deadline < end for deadline in deadlines) // days))
    return most


_GRAVITY = {reason: place for place, reason in enumerate(Reason)}
