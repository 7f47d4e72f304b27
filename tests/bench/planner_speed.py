"""How long a look takes to be taken, planned and put back, beside a bare heap; and a forecast of them all."""

import heapq
import sys
import time

import msgspec

from events.instants import DAY_US, HOUR_US, SECOND_US
from pipeline.patrol.allocator import Allocator
from projections.patrol.account_line import AccountLine, Seen
from projections.patrol.needs import Policy
from projections.patrol.plan import plan_of
from projections.patrol.quota import Limits
from tests.projections.patrol.lines import LADDER, WORKDAYS, line
from tests.projections.patrol.patrol_year import BEGIN

POLICY = Policy(source="feed")
LOOKS = 20_000


def lines(accounts: int) -> dict[str, AccountLine]:
    """Return accounts that posted and were looked at here and there in the ten days before the year."""
    found = {}
    for n in range(accounts):
        account, looked_at = f"wechat:{n:06}", BEGIN - n % 6 * DAY_US
        seen = Seen("feed", looked_at, looked_at, by_hand=False, span_us=(n % 30 + 1) * DAY_US)
        found[account] = line(account, anchor=looked_at - n % 9 * DAY_US, look=seen)
    return found


def measure(accounts: int) -> dict[str, float]:
    """Return seconds: for a look taken, planned and put back, for the same by a bare heap, for a forecast."""
    known = lines(accounts)
    allocator = Allocator(Limits(quota=accounts, at_once=9))
    begin = time.process_time()
    for one in known.values():
        allocator.put(plan_of(one, POLICY, LADDER, WORKDAYS, since=BEGIN), "lane")
    filled_s = time.process_time() - begin
    first = allocator.take(BEGIN)  # whatever was due by now stands ready behind it
    assert first is not None
    allocator.done(first.account_id, worked=True, now=BEGIN)
    now, looks, spent_s = BEGIN, 0, 0.0
    while looks < LOOKS:
        begin = time.process_time()
        plan = allocator.take(now)
        if plan is None:
            now = max(allocator.next_at(now), now + SECOND_US)
            spent_s += time.process_time() - begin
            continue
        allocator.done(plan.account_id, worked=True, now=now)
        spent_s += time.process_time() - begin
        again = known[plan.account_id].looked_again(Seen("feed", now, now, by_hand=False))
        known[plan.account_id] = again
        begin = time.process_time()
        allocator.put(plan_of(again, POLICY, LADDER, WORKDAYS, since=BEGIN), "lane")
        spent_s += time.process_time() - begin
        looks += 1
    begin = time.process_time()
    outlook = allocator.forecast(now, now + 3 * DAY_US)["lane"]
    forecast_s = time.process_time() - begin
    return {
        "look_s": spent_s / looks,
        "fill_s": filled_s / accounts,
        "bare_s": bare(accounts),
        "forecast_s": forecast_s,
        "late": outlook.number,
    }


def bare(accounts: int) -> float:
    """Return what it takes to take the earliest of as many and put it back some hours later."""
    heap = [(BEGIN + n * SECOND_US, f"wechat:{n:06}") for n in range(accounts)]
    begin = time.process_time()
    for _ in range(LOOKS):
        at, account = heap[0]
        heapq.heapreplace(heap, (at + 60 * HOUR_US, account))
    return (time.process_time() - begin) / LOOKS


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(measure(int(sys.argv[1]))))
