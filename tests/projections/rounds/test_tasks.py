"""What becomes of a task: answered, rechecked, closed or sent back; and problems that come again within a year."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.bulletin import BulletinIssued
from events.codec import Event
from events.known import Known
from events.rectification import RectificationAnswered, RectificationRechecked
from pipeline.home.rulesets import find_ruleset
from projections.rounds.repeats import as_repeated
from projections.rounds.task_reminders import reminders_on, step_on
from projections.rounds.tasks import Task, as_answered, tasks_of_bulletin
from projections.rules.calendar import Days
from tests.projections.rounds.test_relapses import row

ACCOUNT, OTHER, UNIT = "wechat:1", "wechat:2", "某市某局"
DUE, AGAIN = date(2021, 7, 15), date(2021, 7, 26)
TASK = Task(
    id=UUID(int=1),
    account_id=ACCOUNT,
    unit=UNIT,
    rule="red-5-silent",
    count=1,
    findings=(),
    basis="府办〔2021〕7号",
    begun_on=date(2021, 7, 5),
    due=DUE,
)


def known(day, data, offset=0):
    at = datetime(2021, 7, day, 1, tzinfo=UTC)
    return Known(0, offset, offset, Event(UUID(int=100 + day * 10 + offset), "office", ACCOUNT, at, data))


def answered(day, offset=0):
    return known(day, RectificationAnswered(tasks=(TASK.id,), unit=UNIT, text="已改"), offset)


def rechecked(day, *, held, offset=0):
    due = None if held else AGAIN
    return known(day, RectificationRechecked(tasks=(TASK.id,), held=held, by="C2", due=due), offset)


def after(*facts):
    (task,) = as_answered([TASK], facts)
    return task


def test_a_task_waits_until_its_answer_and_is_late_behind_its_last_day():
    """On its last day it is not late; what is answered never is."""
    assert (True, False, True) == (TASK.waits, TASK.is_late(DUE), TASK.is_late(DUE + timedelta(days=1)))
    assert not after(answered(20)).is_late(date(2021, 8, 1))


def test_an_answer_says_whether_it_came_in_time():
    """昆政办发〔2019〕162号 附件3: the tenth day is in time, the eleventh is not."""
    assert (True, False) == (after(answered(15)).in_time, after(answered(16)).in_time)


def test_a_recheck_that_holds_closes_it():
    """Further answers change nothing any more."""
    task = after(answered(12), rechecked(14, held=True), answered(15))
    assert (True, False, 12) == (task.held, task.waits, task.answered_at.day)


def test_a_recheck_that_does_not_hold_lets_it_wait_again_until_a_new_day():
    """What was answered before counts no more; the next answer is measured by the new last day."""
    task = after(answered(12), rechecked(16, held=False))
    assert (True, AGAIN, 1, None) == (task.waits, task.due, task.reopened, task.answered_at)
    task = after(answered(12), rechecked(16, held=False), answered(20))
    assert (False, True, 20) == (task.waits, task.in_time, task.answered_at.day)


def test_whoever_saw_it_put_right_may_close_it_unanswered():
    """A post ends a silence, whether the unit wrote or not; a person closes it."""
    task = after(rechecked(12, held=True))
    assert (False, False, None) == (task.waits, task.is_late(date(2021, 8, 1)), task.answered_at)


def test_what_comes_after_a_check_point_is_passed_over():
    """Design, check point: an answer and a recheck of its moment count, those behind it do not."""
    facts = [answered(10), rechecked(20, held=False)]
    at = {n: facts[n].event.time for n in (0, 1)}
    for until, told in (
        (at[0] - timedelta(seconds=1), (None, 0)),
        (at[0], (at[0], 0)),
        (at[1] - timedelta(seconds=1), (at[0], 0)),
        (at[1], (None, 1)),
    ):
        (task,) = as_answered([TASK], facts, until)
        assert (task.answered_at, task.reopened) == told


@given(st.permutations([answered(12), rechecked(16, held=False), answered(20, 1), rechecked(22, held=True)]))
def test_the_order_of_records_does_not_matter(facts):
    """Times of facts order them, not when they became known."""
    task = after(*facts)
    assert (True, 1, 20) == (task.held, task.reopened, task.answered_at.day)


def bulletin(task, on, number, **changes):
    return replace(TASK, id=UUID(int=task), begun_on=on, basis=number, due=on + timedelta(days=10), **changes)


@pytest.mark.parametrize(("days", "repeated"), [(364, "一"), (365, "一"), (366, "")])
def test_a_problem_that_comes_again_within_a_year_is_marked(days, repeated):
    """A bulletin of 365 days before is within the year, one of 366 is not; the first one repeats nothing."""
    first = bulletin(1, date(2021, 7, 5), "一")
    second = bulletin(2, date(2021, 7, 5) + timedelta(days=days), "二")
    assert ["", repeated] == [task.repeats for task in as_repeated([first, second])]


def test_another_account_of_the_unit_is_a_mark_of_its_own():
    """Same unit and rule; another rule, another unit and an order of the office are none."""
    first = bulletin(1, date(2021, 7, 5), "一")
    later = date(2021, 10, 8)
    same_unit = bulletin(2, later, "二", account_id=OTHER)
    other_rule = bulletin(3, later, "二", rule="yellow-1")
    other_unit = bulletin(4, later, "二", account_id=OTHER, unit="另一局")
    ordered = bulletin(5, later, "", order_id=UUID(int=9))
    of_one = bulletin(6, date(2021, 7, 5), "一", account_id=OTHER)
    marked = as_repeated([first, same_unit, other_rule, other_unit, ordered, of_one])
    assert [("", ""), ("一", "一"), ("", ""), ("一", ""), ("", ""), ("", "")] == [
        (task.repeats, task.unit_repeats) for task in marked
    ]


@pytest.mark.parametrize(
    ("day", "step"),
    [(11, None), (12, "before"), (14, "before"), (15, "due"), (16, "late"), (29, "late"), (30, None)],
)
def test_a_last_day_has_three_reminders(day, step):
    """Three working days before it, on it, behind it; what passed two weeks ago is no news."""
    assert step == step_on(DUE, date(2021, 7, day), Days())


def test_a_unit_is_reminded_once_of_all_its_tasks_of_a_day():
    """Answered ones are left out, those without a last day are no matter, and nobody is told on a day of rest."""
    other = replace(TASK, id=UUID(int=2), account_id=OTHER, rule="yellow-1")
    done = replace(TASK, id=UUID(int=3), account_id="wechat:0", answered_at=datetime(2021, 7, 6, tzinfo=UTC))
    (reminder,) = reminders_on([TASK, other, done, replace(TASK, due=None)], DUE, Days())
    assert ("due", UNIT, "wechat:0", [TASK.id, other.id]) == (
        reminder.step,
        reminder.unit,
        reminder.subject,
        [task.id for task in reminder.tasks],
    )
    assert not reminders_on([TASK], date(2021, 7, 17), Days())
    assert not reminders_on([done], DUE, Days())


@pytest.mark.parametrize(
    ("named", "ruled", "due"),
    [
        (date(2021, 7, 20), date(2021, 7, 15), date(2021, 7, 20)),
        (None, date(2021, 7, 14), date(2021, 7, 14)),
        (None, None, date(2021, 7, 15)),
    ],
)
def test_a_bulletin_asks_until_its_day_else_until_that_of_the_rules(named, ruled, due):
    """昆政办发〔2019〕162号 附件3: ten days; the day that was noted at the issue before what the file says now."""
    issued = BulletinIssued(
        draft_id=UUID(int=5),
        run_id=UUID(int=6),
        edition="public",
        number="府办〔2021〕7号",
        issued_on=date(2021, 7, 5),
        signed_by="主任",
        files=(),
        report_deadline=named,
        ruled_deadline=ruled,
    )
    ruleset = find_ruleset("jiangsu-kunshan-2019-162").ruleset
    (task,) = tasks_of_bulletin(UUID(int=7), issued, [row()], ruleset)
    assert task.due == due
