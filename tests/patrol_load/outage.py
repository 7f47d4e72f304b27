"""An outage of one host with thousands of feeds, in the allocator's own time: do they come back together?"""

from collections import Counter

from events.instants import HOUR_US, SECOND_US
from pipeline.patrol.allocator import Allocator
from projections.patrol.needs import Klass, Reason
from projections.patrol.plan import Plan
from projections.patrol.quota import Limits

_OUTAGE_US = 6 * HOUR_US
_LOOK_US = SECOND_US // 10
_HOST = "big"


def spread_after_outage(accounts: int) -> float:
    """Return the share of first good looks in the fullest tenth of the span in which they came.

    Every look fails as one of the whole host for six hours, then all work; none waits for anything but its turn.
    """
    allocator = Allocator(Limits(at_once=8))
    for number in range(accounts):
        allocator.put(_plan(f"test:b{number}"), _HOST)
    now, back = 0, []
    while len(back) < accounts:
        plan = allocator.take(now)
        if plan is None:
            now = max(now + 1, allocator.next_at(now))
            continue
        now += _LOOK_US
        works = now >= _OUTAGE_US
        allocator.done(plan.account_id, worked=works, now=now, of_lane=not works)
        if works:
            back.append(now)
        else:
            allocator.put(plan, _HOST)
    span = max(back) - min(back) + 1
    tenths = Counter((at - min(back)) * 10 // span for at in back)
    return max(tenths.values()) / accounts


def _plan(account_id: str) -> Plan:
    return Plan(
        account_id=account_id,
        early=0,
        start=0,
        eligible=0,
        deadline=HOUR_US,
        order=HOUR_US,
        reason=Reason.LONG_AGO,
        klass=Klass.GAP,
    )
