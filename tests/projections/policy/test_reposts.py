"""Reposts: in time, late or not at all; who is asked; shares; who did all."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import policy_ids
from events.codec import Event
from events.facts import RegistryEntry
from events.figures import Figures
from events.known import Known
from events.repost import RepostDone, RepostOrdered, repost_subject
from projections.bulletin.contradictions import contradictions
from projections.policy.reposts import (
    asked_of,
    praised_among,
    repost_orders,
    shares_by_unit,
    standings_of,
)
from projections.policy.reposts_part import PraisedRow, RepostCounts, reposts_part

DUE = datetime(2022, 11, 2, 10, tzinfo=UTC)
SUBJECT = repost_subject("转载〔2022〕8号")
SECOND = timedelta(seconds=1)


def ordered(due_at=DUE, **scope):
    data = RepostOrdered(number="转载〔2022〕8号", title="某通知", due_at=due_at, **scope)
    return Event(policy_ids.repost_ordered(SUBJECT), "office", SUBJECT, DUE - timedelta(days=1), data)


def done(account, at, *, date_only=False, link=""):
    data = RepostDone(account=account, date_only=date_only, link=link)
    return Event(policy_ids.repost_done(SUBJECT, account, at), "sheets", SUBJECT, at, data)


def only_order(*events, now=None):
    (order,) = repost_orders([Known(0, i, i, event) for i, event in enumerate(events)], now or {})
    return order


def state(order, at=DUE + timedelta(days=3), account="a"):
    (one,) = standings_of(order, [account], at)
    return one.state


@pytest.mark.parametrize(
    ("at", "date_only", "expected"),
    [
        (DUE, False, "done"),
        (DUE + SECOND, False, "late"),
        (datetime(2022, 11, 2, 15, 59, 59, tzinfo=UTC), True, "done"),
        (datetime(2022, 11, 3, 15, 59, 59, tzinfo=UTC), True, "late"),
    ],
)
def test_a_repost_at_the_moment_is_in_time_and_one_of_that_day_is(at, date_only, expected):
    """The moment itself keeps the order; of a day alone the last day does, for nobody knows the hour."""
    assert state(only_order(ordered(), done("a", at, date_only=date_only))) == expected


@pytest.mark.parametrize(("day", "expected"), [(2, "done"), (3, "late")])
def test_an_order_until_a_day_ends_with_its_midnight(day, expected):
    """Definitions, a day: 24:00 of 2 November belongs to it, and a repost of which the 3rd is known comes late."""
    until = datetime(2022, 11, 2, 16, tzinfo=UTC)
    one = done("a", datetime(2022, 11, day, 15, 59, 59, tzinfo=UTC), date_only=True)
    assert expected == state(only_order(ordered(due_at=until), one))


def test_what_is_not_due_is_pending_and_what_is_told_later_is_not_known_yet():
    """At the moment itself an order is still open; behind it, it is missing until the account carries it."""
    order = only_order(ordered(), done("a", DUE + timedelta(days=2)))
    assert [state(order, at) for at in (DUE, DUE + SECOND, DUE + timedelta(days=2))] == [
        "pending",
        "missing",
        "late",
    ]


def test_the_earliest_of_several_counts_and_that_of_a_merged_twin():
    """A unit that hands in twice is not late for the second; what a twin carried is that of the account it is now."""
    order = only_order(ordered(), done("b", DUE + SECOND), done("old", DUE), now={"old": "b"})
    assert state(order, account="b") == "done"


def entry(owner="某局", tier="市级部门和单位", area="甲县"):
    return RegistryEntry(
        given_id="1",
        name="名",
        platform="抖音",
        owner=owner,
        tier=tier,
        area=area,
        opened_at=None,
        opened_id=UUID(int=1),
    )


@pytest.mark.parametrize(
    ("scope", "asked"),
    [
        ({}, ["a", "b", "c"]),
        ({"areas": ("甲县",)}, ["a", "b"]),
        ({"tiers": ("县级市（区）",)}, ["b"]),
        ({"areas": ("乙县",), "tiers": ("县级市（区）",)}, []),
        ({"accounts": ("a", "gone")}, ["a"]),
    ],
)
def test_an_order_asks_the_open_accounts_of_its_areas_and_tiers(scope, asked):
    """Without any all are asked; the area of an account may follow from its unit."""
    population = {"a": entry(), "b": entry(tier="县级市（区）", area=""), "c": entry(area="乙县")}
    assert asked_of(ordered(**scope).data, population, {"b": "甲县"}) == asked


def test_shares_by_unit_count_what_is_due_alone():
    """One in time and one not are a half; where nothing is due there is no share."""
    order = only_order(ordered(), done("a", DUE))
    units = {"a": "甲局", "b": "甲局", "c": "乙局"}
    now = standings_of(order, ["a", "b"], DUE + SECOND)
    (share,) = shares_by_unit(now, units)
    assert (share.unit, share.asked, share.done, share.missing, share.share) == ("甲局", 2, 1, 1, "50.0%")
    (open_,) = shares_by_unit(standings_of(order, ["c"], DUE), units)
    assert (open_.pending, open_.share) == (1, None)


def test_who_did_all_is_praised_and_who_missed_one_is_not():
    """无锡 2022Q4: accounts that carry authoritative pieces are named; ours are those that missed none."""
    first = only_order(ordered(), done("a", DUE), done("b", DUE))
    second = only_order(ordered(), done("a", DUE), done("b", DUE + SECOND))
    at = DUE + timedelta(days=1)
    assert praised_among([standings_of(first, ["a", "b"], at), standings_of(second, ["a", "b"], at)]) == {
        "a": 2
    }


def test_the_part_of_the_bulletin_names_three_and_counts_all():
    """无锡 2022Q4: “宜兴发改（微信公众号）”等30个政务新媒体能积极转载."""
    rows = [PraisedRow("宜兴市发展和改革委员会", f"宜兴发改{i}", "微信公众号", 2) for i in range(30)]
    part = reposts_part(RepostCounts(orders=2, asked=70, done=64, behind=5), rows, 1)
    practice, problem = part.paragraphs
    assert practice.text.startswith("本季度转载任务{repost_orders}项，“宜兴发改0”（微信公众号）、")
    assert "等{reposts_praised}个政务新媒体" in practice.text
    assert "{reposts_behind}个账号" in problem.text
    assert len(part.annexes[0].numbered) == 30
    assert contradictions(Figures(part.figures), 1) == []


def test_a_quarter_without_an_order_has_no_part():
    """Nothing that fell due, nothing said."""
    assert reposts_part(RepostCounts(orders=0, asked=0, done=0, behind=0), [], 1) is None


@given(st.permutations([ordered(), done("a", DUE), done("a", DUE + SECOND), done("b", DUE + SECOND)]))
def test_the_order_in_which_facts_come_does_not_matter(events):
    """A sheet may arrive before the order is known here, as in another partition."""
    order = only_order(*events)
    assert (state(order), state(order, account="b")) == ("done", "late")
