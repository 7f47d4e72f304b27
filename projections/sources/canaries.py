"""Canaries: accounts known to post daily, whose silence together shows that their source is frozen.

Only canaries count. Planned looks go to accounts because these are silent, so their silence is no evidence. What is
asked is whether anything was published after A, the newest publication that the source has shown at any account: a
frozen source never shows anything later, however many accounts are looked at for the first time since.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

import msgspec

from events.instants import SECOND_US, SHANGHAI_US
from projections.rules.calendar import Days

WINDOW_DAYS = 28
CHANCE = 1e-6
LIMIT = -math.log(CHANCE)
FEWEST = 5
"""Like stretches of the past without which a silence tells nothing."""

_DAY_S = 86400
_LONGEST_S = 2 * _DAY_S
_WAITS_S = 2 * _DAY_S  # a switch that one canary alone holds waits so long, and twice its longest pause
_EPOCH = date(1970, 1, 1)
_SHANGHAI_S = SHANGHAI_US // SECOND_US


class Canary(msgspec.Struct, frozen=True, array_like=True):
    """What the source has shown of one canary."""

    looked_at: int  # seconds
    times: tuple[int, ...] = ()  # when its posts were published, seconds, in order; the last five weeks


class Silence(msgspec.Struct, frozen=True):
    """What the canaries say since the newest publication."""

    is_frozen: bool
    overdue: int  # how many of them should have posted, rather than not


def with_look(known: Canary | None, looked_at: int, new: Iterable[int]) -> Canary:
    """Take a look at a canary that worked; seconds."""
    times = set(known.times if known else ()) | set(new)
    oldest = looked_at - (WINDOW_DAYS + 7) * _DAY_S
    newest_look = max(looked_at, known.looked_at if known else looked_at)
    return Canary(newest_look, tuple(sorted(at for at in times if oldest < at <= looked_at)))


def silence_of(canaries: Mapping[str, Canary], alive_at: int, lag: int) -> Silence:
    """Judge the silence of all canaries since the newest publication (seconds).

    Frozen is a source where the chance that none of them posted is below one in a million, each by the share of like
    stretches of its last 28 days (same hours, working days or days of rest) that held no post. Where they are too few
    to reach that, it is where each has been silent for two days and for twice the longest pause it ever made.
    """
    chances = [hole_chance(c.times, alive_at, c.looked_at - lag) for c in canaries.values()]
    overdue = sum(chance < 1 / 2 for chance in chances)
    if -sum(map(math.log, chances)) > LIMIT:
        return Silence(is_frozen=True, overdue=overdue)
    known = [canary for canary in canaries.values() if len(canary.times) > FEWEST]
    waited = bool(known) and all(_is_overdue(canary, alive_at, canary.looked_at - lag) for canary in known)
    return Silence(is_frozen=waited, overdue=len(known) if waited else overdue)


def _is_overdue(canary: Canary, alive_at: int, until: int) -> bool:
    longest = max(b - a for a, b in pairwise(canary.times))
    return until - alive_at > _WAITS_S and until - canary.times[-1] > max(_WAITS_S, 2 * longest)


def hole_chance(times: tuple[int, ...], begin: int, until: int) -> float:
    """Return the chance that a canary publishes nothing in (begin, until], from like stretches of the days before."""
    until = min(until, begin + _LONGEST_S)
    if until <= begin or not times:
        return 1.0
    kind = _is_workday(_day(until))
    like = empty = 0
    for back in range(-(-(until - begin) // _DAY_S), WINDOW_DAYS + 1):
        first, last = begin - back * _DAY_S, until - back * _DAY_S
        if first < times[0]:
            break
        if _is_workday(_day(last)) == kind:
            like += 1
            empty += bisect_right(times, first) == bisect_right(times, last)
    return (empty + 1) / (like + 2) if like >= FEWEST else 1.0


def _day(at: int) -> int:
    return (at + _SHANGHAI_S) // _DAY_S


@lru_cache(maxsize=1000)
def _is_workday(day: int) -> bool:
    return Days().is_workday(_EPOCH + timedelta(days=day))
