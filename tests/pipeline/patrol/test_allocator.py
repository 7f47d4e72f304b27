"""Whom an allocator takes: the most urgent first, under quota, pause, breaker and stall; and the laws of it."""

from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.patrolstore.port import BackOff, Breaker
from events.instants import DAY_US, HOUR_US, SECOND_US
from pipeline.patrol.allocator import Allocator
from pipeline.patrol.lane import backed_off
from projections.patrol.needs import Klass
from projections.patrol.plan import Plan
from projections.patrol.quota import Limits
from projections.patrol.workdays import number_of, start_of
from projections.rules.ladder import NEVER
from tests.pipeline.patrol.plans import NOON, plan

MINUTE_US = 60 * SECOND_US
FREE = Limits(at_once=1000)


def taken(allocator: Allocator, now: int) -> list[str]:
    """Take whatever may be taken at a moment, and leave it under way."""
    found = []
    while (one := allocator.take(now)) is not None:
        found.append(one.account_id)
    return found


def worked(allocator: Allocator, account: str, now: int) -> None:
    allocator.done(account, worked=True, now=now)


def failed(allocator: Allocator, account: str, now: int, **how) -> None:
    allocator.done(account, worked=False, now=now, **how)


def test_the_most_urgent_comes_first_across_lanes():
    """Each lane gives its best, and the best of these is taken; a canary comes before everything."""
    allocator = Allocator(FREE)
    allocator.put(plan("late", deadline=NOON + 3 * HOUR_US), "a")
    allocator.put(plan("later", deadline=NOON + 4 * HOUR_US), "b")
    allocator.put(plan("soon", deadline=NOON + 2 * HOUR_US), "a")
    allocator.put(plan("minor", deadline=NOON + HOUR_US, klass=Klass.GAP), "b")
    allocator.put(plan("canary", deadline=NOON + 9 * HOUR_US, klass=Klass.CANARY), "b")
    allocator.put(plan("tomorrow", NOON + DAY_US, NOON + 2 * DAY_US), "a")
    assert taken(allocator, NOON) == ["canary", "soon", "late", "later", "minor"]
    assert allocator.next_at(NOON) == NOON + DAY_US


def test_a_newer_plan_replaces_an_older_one():
    """Also one that comes while the account is being looked at: it waits for the end of that look."""
    allocator = Allocator(FREE)
    allocator.put(plan("a"), "lane")
    allocator.put(plan("a", NOON + HOUR_US, NOON + 2 * HOUR_US), "lane")
    assert taken(allocator, NOON) == []
    assert taken(allocator, NOON + HOUR_US) == ["a"]
    allocator.put(plan("a"), "lane")
    assert taken(allocator, NOON + HOUR_US) == []
    worked(allocator, "a", NOON + HOUR_US)
    assert taken(allocator, NOON + 2 * HOUR_US) == ["a"]
    allocator.drop("a")
    worked(allocator, "a", NOON + 2 * HOUR_US)
    assert (taken(allocator, NOON + DAY_US), allocator.next_at(NOON)) == ([], NEVER)


def test_an_account_rests_after_a_look():
    """A plan that nothing moves forward does not spend a quota in a minute."""
    allocator = Allocator(FREE)
    allocator.put(plan("a"), "lane")
    for now in (NOON, NOON + 10 * MINUTE_US, NOON + 20 * MINUTE_US):
        assert taken(allocator, now) == ["a"]
        worked(allocator, "a", now)
        allocator.put(plan("a"), "lane")
        assert taken(allocator, now + 9 * MINUTE_US) == []


def test_a_quota_is_spread_over_what_is_left_of_the_day():
    """Of 24 a day one goes out in half an hour from noon on; what the store knew is spent already."""
    allocator = Allocator(Limits(quota=24, at_once=9))
    for n in range(40):
        allocator.put(plan(f"a{n}", deadline=NOON + DAY_US), "log-in")
    assert len(taken(allocator, NOON)) == 1
    assert allocator.next_at(NOON) == NOON + HOUR_US // 2
    allocator.quota_used("log-in", number_of(NOON), 24)
    assert taken(allocator, NOON + HOUR_US) == []
    midnight = start_of(number_of(NOON) + 1)
    assert allocator.next_at(NOON + HOUR_US) == midnight
    assert len(taken(allocator, midnight)) == 1


def test_requests_beyond_one_count_too():
    """A look that took three requests spends three of the quota."""
    allocator = Allocator(Limits(quota=4, at_once=9))
    for n in range(4):
        allocator.put(plan(f"a{n}"), "log-in")
    (first,) = taken(allocator, NOON)
    allocator.done(first, worked=True, now=NOON, requests=3)
    assert len(taken(allocator, NOON + 11 * HOUR_US)) == 1
    assert taken(allocator, NOON + 11 * HOUR_US + 59 * MINUTE_US) == []


def test_a_lane_works_in_its_hours_alone():
    """Looks of the night wait for the morning."""
    allocator = Allocator(Limits(first_hour=8, last_hour=18, at_once=9))
    evening = NOON + 6 * HOUR_US
    allocator.put(plan("a"), "lane")
    assert taken(allocator, evening) == []
    assert allocator.next_at(evening) == start_of(number_of(NOON) + 1) + 8 * HOUR_US
    assert taken(allocator, NOON + 20 * HOUR_US) == ["a"]


def test_no_more_looks_are_under_way_than_a_lane_takes():
    """A slow host holds up its own accounts alone."""
    allocator = Allocator(Limits(at_once=2))
    for account in ("a", "b", "c"):
        allocator.put(plan(account), "slow")
    allocator.put(plan("d"), "quick")
    first = taken(allocator, NOON)
    assert (len(first), "d" in first) == (3, True)
    worked(allocator, "d", NOON)
    assert taken(allocator, NOON) == []
    worked(allocator, next(account for account in first if account != "d"), NOON)
    assert len(taken(allocator, NOON)) == 1


def test_where_the_quota_is_tight_looks_are_made_early():
    """While little is due a look waits for its eligible time; before a peak it is made as soon as it serves."""
    allocator = Allocator(Limits(quota=24, at_once=99))
    begin = NOON
    for n in range(12):
        allocator.put(plan(f"a{n}", NOON + 20 * HOUR_US, NOON + 24 * HOUR_US, early=begin), "log-in")
    assert taken(allocator, NOON) == []
    for n in range(12, 48):
        allocator.put(plan(f"a{n}", NOON + 20 * HOUR_US, NOON + 24 * HOUR_US, early=begin), "log-in")
    assert len(taken(allocator, NOON + HOUR_US)) == 1


def test_a_stalled_source_is_asked_for_its_canaries_alone():
    """What the others show proves nothing; they go on once it lives again."""
    allocator = Allocator(FREE)
    allocator.stalled(True)
    allocator.put(plan("a"), "lane")
    allocator.put(plan("canary", klass=Klass.CANARY), "lane")
    assert taken(allocator, NOON) == ["canary"]
    assert allocator.next_at(NOON) == NEVER
    allocator.stalled(False)
    assert taken(allocator, NOON) == ["a"]


def test_an_account_that_fails_waits_longer_each_time():
    """Ten minutes, doubled each time up to twelve hours, stretched by a number of its own, until a look works."""
    allocator = Allocator(FREE)
    now, waits = NOON, []
    for _ in range(12):
        allocator.put(plan("a"), "lane")
        assert taken(allocator, now) == ["a"]
        failed(allocator, "a", now)
        waits.append(allocator.back_off("a").until - now)
        now = allocator.back_off("a").until
    assert all(300 * SECOND_US << n <= wait <= 900 * SECOND_US << n for n, wait in enumerate(waits[:6]))
    assert 6 * HOUR_US <= waits[-1] <= 18 * HOUR_US
    allocator.put(plan("a"), "lane")
    assert taken(allocator, now) == ["a"]
    worked(allocator, "a", now)
    assert allocator.back_off("a") == BackOff()


def test_what_the_other_side_asks_for_is_kept():
    """Retry-After of an account moves that account, of a lane every one of it; a year is taken for a day."""
    allocator = Allocator(FREE)
    for account in ("a", "b", "c"):
        allocator.put(plan(account), "lane")
    assert len(taken(allocator, NOON)) == 3
    failed(allocator, "a", NOON, wait_us=5 * HOUR_US)
    assert 5 * HOUR_US <= allocator.back_off("a").until - NOON <= 5.5 * HOUR_US
    failed(allocator, "b", NOON, wait_us=365 * DAY_US, of_lane=True)
    assert allocator.back_off("b").until - NOON <= 1.1 * DAY_US
    worked(allocator, "c", NOON)
    allocator.put(plan("c"), "lane")
    assert taken(allocator, NOON + 23 * HOUR_US) == []
    assert taken(allocator, NOON + 27 * HOUR_US) == ["c"]


def down(accounts: int = 50) -> Allocator:
    """Return an allocator whose lane has failed as a whole, with another one beside it."""
    allocator = Allocator(Limits(at_once=5))
    for n in range(accounts):
        allocator.put(plan(f"a{n}"), "down")
    for account in taken(allocator, NOON):
        failed(allocator, account, NOON, of_lane=True)
    assert taken(allocator, NOON) == []
    return allocator


def test_a_lane_that_fails_is_probed_by_one_look_at_a_time():
    """After five failures in a row; the pauses double, and nobody else is held up."""
    allocator = down()
    assert allocator.breaker("down").trips == 1
    allocator.put(plan("b"), "up")
    assert taken(allocator, NOON) == ["b"]
    now, pauses = NOON, []
    for _ in range(9):
        pauses.append(allocator.breaker("down").open_until - now)
        now = allocator.next_at(now)
        assert now == allocator.breaker("down").open_until
        (probe,) = taken(allocator, now)
        failed(allocator, probe, now, of_lane=True)
        assert taken(allocator, now) == []
    assert 150 * SECOND_US <= pauses[0] <= 450 * SECOND_US
    assert pauses[-1] > 3 * HOUR_US


def test_failures_of_accounts_say_nothing_about_their_lane():
    """Addresses that are gone, one after another, open no breaker."""
    allocator = Allocator(Limits(at_once=99))
    for n in range(50):
        allocator.put(plan(f"a{n}"), "lane")
    for account in taken(allocator, NOON):
        failed(allocator, account, NOON)
    assert allocator.breaker("lane") == Breaker()


def test_what_piled_up_behind_a_breaker_is_spread():
    """After the probe that works the rest goes out evenly over an hour, and no tenth of it holds a quarter."""
    allocator = down(205)
    now = allocator.next_at(NOON)
    (probe,) = taken(allocator, now)
    worked(allocator, probe, now)
    times = []
    begin = now
    while now < begin + HOUR_US:
        for account in taken(allocator, now):
            worked(allocator, account, now)
            times.append((now - begin) * 10 // HOUR_US)
        now = max(now + SECOND_US, allocator.next_at(now))
    assert len(times) >= 199
    assert max(times.count(tenth) for tenth in range(10)) < len(times) / 4


def test_a_restart_goes_on_with_what_the_store_knew():
    """Back-off and breaker are those of before."""
    allocator = Allocator(FREE)
    allocator.resume("a", BackOff(3, NOON + HOUR_US))
    allocator.resume_lane("down", Breaker(5, 2, NOON + 2 * HOUR_US))
    allocator.put(plan("a"), "lane")
    allocator.put(plan("b"), "down")
    assert taken(allocator, NOON) == []
    assert taken(allocator, NOON + HOUR_US) == ["a"]
    failed(allocator, "a", NOON + HOUR_US)
    assert allocator.back_off("a").failures == 4
    assert taken(allocator, NOON + 2 * HOUR_US) == ["b"]


def test_a_clock_that_went_back_closes_no_lane():
    """What was said in a wrong future, of pauses and breakers, does not hold until then."""
    allocator = Allocator(Limits(quota=24, pause_us=MINUTE_US))
    allocator.put(plan("a", deadline=NOON + 400 * DAY_US), "lane")
    allocator.resume_lane("down", Breaker(5, 1, NOON + 400 * DAY_US))
    assert taken(allocator, NOON + 400 * DAY_US) == ["a"]
    worked(allocator, "a", NOON + 400 * DAY_US)
    allocator.put(plan("b"), "lane")
    allocator.put(plan("c"), "down")
    assert sorted(taken(allocator, NOON)) == ["b", "c"]


def test_void_entries_are_thrown_away():
    """An account whose plan changes all day leaves nothing behind."""
    allocator = Allocator(Limits(quota=10))
    for n in range(20_000):
        allocator.put(plan("a", NOON + n, NOON + DAY_US, early=NOON - DAY_US), "lane")
    assert len(allocator._waits) < 1100
    assert len(allocator._queues["lane"].early) < 1100


def test_the_forecast_tells_each_lane():
    """What the first cannot carry today is late, the second has room."""
    allocator = Allocator(Limits(quota=24), of_lanes={"wide": Limits(quota=1000)})
    for n in range(100):
        for lane in ("narrow", "wide"):
            allocator.put(plan(f"{lane} {n}", NOON, NOON + 6 * HOUR_US), lane)
    found = allocator.forecast(NOON, NOON + 12 * HOUR_US)
    assert found["wide"].number == 0
    assert found["narrow"].number > 70
    assert {late.plan.account_id.partition(" ")[0] for late in found["narrow"].late} == {"narrow"}


@st.composite
def plans_of_a_day(draw) -> list[tuple[Plan, str]]:
    chance = Random(draw(st.integers(0, 10**6)))
    lanes = draw(st.integers(1, 8))
    found = []
    for n in range(draw(st.integers(1, 150))):
        eligible = NOON + chance.randrange(DAY_US)
        deadline = eligible + chance.randrange(1, DAY_US)
        klass = chance.choice(list(Klass))
        found.append((plan(f"a{n}", eligible, deadline, klass=klass), f"h{chance.randrange(lanes)}"))
    return found


@settings(max_examples=30)
@given(plans_of_a_day())
def test_quota_and_pause_are_kept_and_everybody_is_served(plans):
    """Law 6: also whoever waits behind others; an open breaker delays its own lane alone, however plans came in."""
    limits = Limits(quota=50, pause_us=MINUTE_US, at_once=1)
    one, other = Allocator(limits), Allocator(limits)
    for arrived, allocator in ((plans, one), (plans[::-1], other)):
        allocator.resume_lane("h0", Breaker(5, 1, NOON + 40 * HOUR_US))
        for each, lane in arrived:
            allocator.put(plan(each.account_id), lane)
            allocator.put(each, lane)
    begun: dict[str, list[int]] = {}
    due = {each.account_id: each.eligible for each, _ in plans}
    now = NOON
    while due:
        first, second = one.take(now), other.take(now)
        assert first == second
        if first is None:
            now = max(now + SECOND_US, one.next_at(now))
            assert now < NOON + 20 * DAY_US
            continue
        lane = one.lane_of(first.account_id)
        assert now >= due.pop(first.account_id)
        assert lane != "h0" or now >= NOON + 40 * HOUR_US
        begun.setdefault(lane, []).append(now)
        for allocator in (one, other):
            worked(allocator, first.account_id, now)
    for times in begun.values():
        assert all(b - a >= MINUTE_US for a, b in pairwise(times))
        assert max(sum(number_of(t) == day for t in times) for day in {*map(number_of, times)}) <= 50


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 5)), min_size=1, max_size=6))
def test_if_any_order_meets_every_deadline_this_one_does(jobs):
    """Law 5: looks of one class, each an hour long, over one lane."""
    allocator = Allocator(Limits(pause_us=HOUR_US))
    for n, (release, room) in enumerate(jobs):
        eligible = NOON + release * HOUR_US
        allocator.put(plan(f"a{n}", eligible, eligible + (room - 1) * HOUR_US), "lane")
    missed, now = 0, NOON
    for _ in jobs:
        while (one := allocator.take(now)) is None:
            now = max(now + MINUTE_US, allocator.next_at(now))
        missed += now > one.deadline
        worked(allocator, one.account_id, now)
    assert (missed == 0) == _feasible(frozenset(enumerate(jobs)), 0)


def _feasible(jobs: frozenset[tuple[int, tuple[int, int]]], hour: int) -> bool:
    """Tell whether some order makes every look in time."""
    if not jobs:
        return True
    for job in jobs:
        begin = max(hour, job[1][0])
        if begin <= job[1][0] + job[1][1] - 1 and _feasible(jobs - {job}, begin + 1):
            return True
    return False


@given(st.integers(1, 10), st.integers(200, 600))
def test_joint_failures_spread(failures, accounts):
    """Law 7: no tenth of the time in which they come back holds a quarter of them."""
    until = [backed_off(f"wechat:{n}", failures, NOON).until for n in range(accounts)]
    first, span = min(until), max(until) - min(until)
    tenths = [min((at - first) * 10 // span, 9) for at in until]
    assert max(tenths.count(tenth) for tenth in range(10)) < accounts / 4
