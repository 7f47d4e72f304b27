"""How many accounts one log-in of 200 looks a day carries without anybody passing the limit unwarned."""

import heapq
from random import Random

import pytest

from events.instants import DAY_US, HOUR_US, SECOND_US
from pipeline.patrol.allocator import Allocator
from projections.patrol.needs import Policy
from projections.patrol.quota import Limits
from projections.rules.ladder import NEVER
from tests.projections.patrol.patrol_year import BEGIN, DAYS, WatchedAccount, watched_accounts

QUOTA = 200


def patrolled(count: int, days: int) -> tuple[list[WatchedAccount], int]:
    """Let accounts live under one quota, taken over from a patrol that was running; returns them, and all looks."""
    chance = Random(9)
    accounts = {a.line.account_id: a for a in watched_accounts(count, Policy(source="feed"))}
    allocator = Allocator(Limits(quota=QUOTA))
    steps: list[tuple[int, str]] = []
    for name, account in accounts.items():
        account.look(BEGIN - chance.randrange(6 * DAY_US))
        account.looks = 0
        allocator.put(account.plan(), "log-in")
        heapq.heappush(steps, (account.next_step(), name))
    now, end = BEGIN, BEGIN + days * DAY_US
    while now < end:
        due = allocator.next_at(now)
        if steps[0][0] <= due:
            at, name = heapq.heappop(steps)
            now, account = max(now, at), accounts[name]
            if account.next_step() == at < NEVER:
                account.take_step(at)
                allocator.put(account.plan(), "log-in")
            heapq.heappush(steps, (account.next_step(), name))
            continue
        now = due
        plan = allocator.take(now)
        if plan is None:
            now = max(allocator.next_at(now), now + SECOND_US)
            continue
        account = accounts[plan.account_id]
        account.look(now)
        allocator.done(plan.account_id, worked=True, now=now)
        allocator.put(account.plan(), "log-in")
        heapq.heappush(steps, (account.next_step(), plan.account_id))
    return list(accounts.values()), sum(account.looks for account in accounts.values())


def unwarned(accounts: list[WatchedAccount], days: int) -> list[int]:
    """Return the silences within the days that passed the limit without a warning."""
    end = BEGIN + days * DAY_US
    return [a for account in accounts for a in account.unwarned() if a + 14 * DAY_US < end]


def latest_hours(accounts: list[WatchedAccount]) -> float:
    return max(late for account in accounts for late in account.late_us()) / HOUR_US


@pytest.mark.slow
def test_two_hundred_looks_a_day_carry_seven_hundred_accounts_over_the_spring_festival():
    """Nobody unwarned, and the latest first warning within two hours: the peak before the holiday is made early."""
    days = 60
    accounts, looks = patrolled(700, days)
    assert looks <= QUOTA * (days + 1)
    assert unwarned(accounts, days) == []
    assert latest_hours(accounts) <= 2


@pytest.mark.long
@pytest.mark.parametrize(("count", "hours"), [(700, 2), (900, 28)])
def test_two_hundred_looks_a_day_carry_a_year(count, hours):
    """700 accounts with first warnings in time, 900 with the latest a day late."""
    accounts, _ = patrolled(count, DAYS)
    assert unwarned(accounts, DAYS) == []
    assert latest_hours(accounts) <= hours
