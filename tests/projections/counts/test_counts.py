"""Counts over time: which moment, which rows, and what is left out (docs/figures.md)."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.facts import Freshness, Verdict, VerdictRow
from events.quarters import parse_quarter
from projections.counts.counts import Count, Place, Quarterly, RoundRows, counts_over_time
from projections.focus.focus_list import FocusEntry
from projections.rounds.tasks import Task

QUARTER = parse_quarter("2023Q1")
NOW = datetime(2023, 6, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def place(area="甲区", opened=None, closed=None) -> Place:
    return Place(area, "县", "微信订阅号", opened, closed)


def row(account="a", verdict=Verdict.PASS, days=1, freshness=Freshness.FRESH, area="甲区") -> VerdictRow:
    return VerdictRow(
        account_id=account,
        given_id=account,
        name=account,
        verdict=verdict,
        reason="",
        freshness=freshness,
        newest_post_at=None,
        whole_days_silent=days,
        points=None,
        deductions=(),
        evidence=(),
        area=area,
        tier="县",
        platform="微信订阅号",
    )


def task(begun: date, due: date | None, answered=None, rule="red-1", account="a") -> Task:
    return Task(
        id=uuid4(),
        account_id=account,
        unit="某局",
        rule=rule,
        count=1,
        findings=(),
        basis="1号",
        begun_on=begun,
        due=due,
        answered_at=answered,
    )


def quarterly(accounts=None, rows=None, label="2023Q1") -> Quarterly:
    quarter = parse_quarter(label)
    scored = None if rows is None else RoundRows("r", quarter.end, tuple(rows))
    return Quarterly(
        label=label,
        start=quarter.start,
        end=min(quarter.end, NOW),
        accounts={"a": place()} if accounts is None else accounts,
        round=scored,
    )


def count_of(quarter: Quarterly, *, stays=None, tasks=(), at=NOW) -> Count:
    return counts_over_time([quarter], stays or {}, list(tasks), at)[0]


def test_a_quarter_without_a_round_has_no_results_and_not_noughts():
    """Nothing was judged: neither rate nor counts of rows, while accounts are counted all the same."""
    count = count_of(quarterly())
    assert (count.checked, count.passed, count.pass_rate, count.silent) == (None, None, None, None)
    assert count.accounts == 1


def test_unknown_accounts_stand_in_no_rate():
    """Promise 4: unknown is a verdict of its own; the rate is passed over passed and failed."""
    rows = [row("a"), row("b", Verdict.FAIL), row("c", Verdict.UNKNOWN)]
    count = count_of(quarterly(rows=rows))
    assert (count.checked, count.unknown, count.pass_rate) == (3, 1, "50.0%")


@pytest.mark.parametrize(("days", "slow"), [(6, 0), (7, 1)])
def test_slow_begins_with_seven_whole_days(days, slow):
    """As bulletins tell it (苏州 2023Q1): seven whole days and more, within the limit."""
    assert count_of(quarterly(rows=[row(days=days)])).slow == slow


def test_who_is_over_the_limit_is_silent_and_not_slow():
    """国办秘函〔2019〕19号, red line 5: stale rows are counted once."""
    count = count_of(quarterly(rows=[row(days=20, freshness=Freshness.STALE, verdict=Verdict.FAIL)]))
    assert (count.silent, count.slow, count.longest_silence) == (1, 0, 20)


@pytest.mark.parametrize(
    ("at", "opened"), [(QUARTER.start, 0), (QUARTER.start + SECOND, 1), (QUARTER.end, 1)]
)
def test_a_quarter_holds_its_end_and_not_its_beginning(at, opened):
    """Midnight with which a quarter ends belongs to it, as everywhere (events/quarters.py)."""
    assert count_of(quarterly({"a": place(opened=at)})).opened == opened


def test_a_closed_account_is_none_and_was_closed_in_its_quarter():
    """Fewer is the policy (国办发〔2018〕123号): a closing counts where it falls."""
    count = count_of(quarterly({"a": place(closed=QUARTER.end), "b": place()}))
    assert (count.accounts, count.closed) == (1, 1)


def test_the_focus_list_is_the_one_of_the_quarters_end():
    """A stay that ends at the quarter's end is none any more, and was left in it."""
    stays = {"a": [FocusEntry("a", QUARTER.start + SECOND, (), QUARTER.end)]}
    count = count_of(quarterly(), stays=stays)
    assert (count.focus, count.focus_entered, count.focus_left) == (0, 1, 1)


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (datetime(2023, 3, 15, 15, 59, 59, tzinfo=UTC), "in_time"),
        (datetime(2023, 3, 15, 16, 0, 0, tzinfo=UTC), "in_time"),
        (datetime(2023, 3, 15, 16, 0, 0, 1, tzinfo=UTC), "late"),
    ],
)
def test_an_answer_on_the_last_day_is_in_time(answered, expected):
    """The last day counts up to its 24:00, in Chinese time; the next one is late.

    So does a recheck that found it put right before the unit wrote.
    """
    asked = task(date(2023, 2, 24), date(2023, 3, 15), answered)
    for told in (asked, replace(asked, answered_at=None, rechecked_at=answered, held=True)):
        count = count_of(quarterly(), tasks=[told])
        assert {"in_time": count.in_time, "late": count.late} == {"in_time": 0, "late": 0} | {expected: 1}
        assert (count.overdue, count.waiting) == (0, 0)


@pytest.mark.parametrize(("today", "overdue"), [(date(2023, 3, 15), 0), (date(2023, 3, 16), 1)])
def test_without_an_answer_a_task_waits_up_to_its_last_day(today, overdue):
    """Overdue from the day after the last one on."""
    at = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
    count = count_of(quarterly(), tasks=[task(date(2023, 2, 24), date(2023, 3, 15))], at=at)
    assert (count.overdue, count.waiting) == (overdue, 1 - overdue)


@pytest.mark.parametrize(("days", "repeated"), [(365, 1), (366, 0)])
def test_a_problem_asked_about_again_within_a_year_is_repeated(days, repeated):
    """365 days between the two, counted in the quarter of the second one."""
    begun = date(2023, 2, 24)
    tasks = [task(begun - timedelta(days=days), None), task(begun, None)]
    assert count_of(quarterly(), tasks=tasks).repeated == repeated


def test_another_problem_of_the_account_is_none_that_is_repeated():
    """Repeated is the same rule at the same account."""
    tasks = [task(date(2023, 1, 5), None, rule="red-1"), task(date(2023, 2, 5), None, rule="red-7")]
    assert count_of(quarterly(), tasks=tasks).repeated == 0


AREAS = st.sampled_from(["甲区", "乙区", ""])
SUMMED = (
    *("accounts", "opened", "closed", "checked", "passed", "failed", "unknown", "silent", "slow", "focus"),
    *("asked", "in_time", "late", "overdue", "waiting", "repeated"),
)


@given(
    st.lists(
        st.tuples(AREAS, st.sampled_from(list(Verdict)), st.booleans(), st.booleans(), st.integers(0, 30)),
        max_size=12,
    )
)
def test_the_parts_come_to_the_whole(told):
    """Law: each figure that counts is the sum of its parts, whatever the parts are."""
    accounts, rows, stays, tasks = {}, [], {}, []
    for n, (area, verdict, closed, listed, days) in enumerate(told):
        account = f"a{n}"
        accounts[account] = place(area, closed=QUARTER.end if closed else None)
        rows.append(row(account, verdict, days, area=area))
        if listed:
            stays[account] = [FocusEntry(account, QUARTER.start + SECOND, ())]
            tasks.append(task(date(2023, 2, 1), date(2023, 2, 1) + timedelta(days=days), account=account))
    whole, *parts = counts_over_time([quarterly(accounts, rows)], stays, tasks, NOW, "area")
    for name in SUMMED:
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts), name
