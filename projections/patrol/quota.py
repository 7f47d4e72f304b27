"""What a quota carries: which looks over a lane will be late if nothing new happens."""

import heapq
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from events.instants import HOUR_US
from projections.patrol.plan import Plan
from projections.patrol.workdays import number_of, start_of

_HOURS = 24
_WHOLE = 1_000_000  # parts of a look
_LESS, _AS_IS, _MORE = 80, 100, 125
"""Per cent of a quota: posts that come and looks that fail move the need for looks by about a fifth."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a source allows on each of its lanes; a lane is a host that is asked, or a log-in."""

    quota: int | None = None  # requests a Chinese day; None: as many as the pause lets through
    pause_us: int = 0  # at least so long between the beginnings of two looks
    at_once: int = 1  # looks under way
    first_hour: int = 0  # looks are made from this hour of a Chinese day on
    last_hour: int = _HOURS

    @property
    def a_day(self) -> int | None:
        """Return how many looks a day there may be, None where nothing limits them."""
        if not self.pause_us:
            return self.quota
        paced = (self.last_hour - self.first_hour) * HOUR_US // self.pause_us
        return paced if self.quota is None else min(paced, self.quota)


class Late(msgspec.Struct, frozen=True):
    """A look that will not be made in time; microseconds."""

    plan: Plan
    by_us: int  # how late it will be at least


class QuotaOutlook(msgspec.Struct, frozen=True):
    """What a quota carries up to a moment."""

    late: tuple[Late, ...] = ()  # even with a quarter more quota, the latest first: these are certain
    number: int = 0  # of late looks by the quota as it is
    least: int = 0  # of late looks with a quarter more
    most: int = 0  # and with a fifth less
    needed: int = 0  # looks that fall due
    carried: int = 0  # looks that the quota leaves room for


def quota_outlook(
    plans: Iterable[Plan], limits: Limits, now: int, until: int, *, used: int = 0
) -> QuotaOutlook:
    """Return what the quota of one lane carries up to a moment; `used`: requests of today so far.

    Looks are played forward hour by hour, the most urgent first. If that order misses a deadline, every order does, as
    long as all looks take equally long.
    """
    a_day = limits.a_day
    due = [plan for plan in plans if plan.early < until]
    needed = sum(plan.deadline < until for plan in due)
    if a_day is None:
        return QuotaOutlook(needed=needed)
    due.sort(key=_released)
    rooms = list(_rooms(a_day, limits, now, until, used))
    carried = sum(room for _, room in rooms) // _WHOLE
    less = _played(due, rooms, _LESS, until)
    if not less:
        return QuotaOutlook(needed=needed, carried=carried)
    as_is, more = _played(due, rooms, _AS_IS, until), _played(due, rooms, _MORE, until)
    more.sort(key=_lateness)
    return QuotaOutlook(tuple(more), len(as_is), len(more), len(less), needed, carried)


def _rooms(a_day: int, limits: Limits, now: int, until: int, used: int) -> Iterator[tuple[int, int]]:
    """Yield each hour in which looks are made, and how much room it has, in parts of a look."""
    day = number_of(now)
    left = max(0, a_day - used)
    while (begin := start_of(day)) < until:
        at = first = max(begin + limits.first_hour * HOUR_US, now)
        last = begin + limits.last_hour * HOUR_US
        while at < min(last, until):
            end = min((at // HOUR_US + 1) * HOUR_US, last)
            yield at, left * _WHOLE * (end - at) // (last - first)
            at = end
        day, left = day + 1, a_day


def _played(due: Sequence[Plan], rooms: Sequence[tuple[int, int]], percent: int, until: int) -> list[Late]:
    """Play looks forward and return those that come too late, or not at all; what is late already can still be made."""
    ready: list[tuple[int, str, Plan]] = []
    late: list[Late] = []
    coming, room, now = 0, 0, rooms[0][0] if rooms else until
    for at, more in rooms:
        while coming < len(due) and due[coming].early <= at:
            plan = due[coming]
            heapq.heappush(ready, (plan.order, plan.account_id, plan))
            coming += 1
        room += more * percent // 100
        while ready and room >= _WHOLE:
            room -= _WHOLE
            plan = heapq.heappop(ready)[2]
            if now < at > plan.deadline:
                late.append(Late(plan, at - plan.deadline))
        if not ready:
            room = min(room, _WHOLE)
    left = (*(plan for _, _, plan in ready), *due[coming:])
    return late + [Late(plan, until - plan.deadline) for plan in left if plan.deadline < until]


def _released(plan: Plan) -> tuple[int, str]:
    return plan.early, plan.account_id


def _lateness(late: Late) -> tuple[int, str]:
    return -late.by_us, late.plan.account_id
