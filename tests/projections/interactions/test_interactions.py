"""Interaction tests and functions at a moment: when a person has to look, and what a public notice exempts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from events.codec import Event
from events.interaction import (
    FunctionBroken,
    FunctionNoticed,
    InteractionAnswered,
    InteractionAsked,
    InteractionJudged,
    InteractionPlanned,
)
from events.known import Known
from projections.interactions import tests as interaction
from projections.interactions.functions import failures_at

DAYS = 7
ASKED = datetime(2026, 10, 1, 2, tzinfo=UTC)
DUE = ASKED + timedelta(days=DAYS)
QUESTION = UUID(int=1)


def known(*facts):
    events = [Event(i, "sheets", "wechat:a", at, data) for i, at, data in facts]
    return [Known(0, n, n, event) for n, event in enumerate(events)]


def asked(*more):
    return known((QUESTION, ASKED, InteractionAsked("message", "consult")), *more)


def answer(at, quality="good"):
    return uuid4(), at, InteractionAnswered(QUESTION, quality)


def state(records, at=DUE):
    (test,) = interaction.tests_at(records, at, DAYS)
    return test.state


def test_no_answer_is_suspected_only_after_the_days_of_the_settings():
    """Seven days are our assumption: at their end the test still waits, a second later it is a suggestion."""
    assert state(asked()) == "asked"
    assert state(asked(), DUE + timedelta(seconds=1)) == "suspected"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([answer(DUE)], "answered"),
        ([answer(DUE + timedelta(seconds=1))], "suspected"),
        ([answer(DUE, "poor")], "suspected"),
        ([answer(ASKED, "wrong"), answer(DUE + timedelta(days=1))], "answered"),
    ],
)
def test_an_answer_counts_by_time_and_quality(answers, told):
    """昆政办发〔2019〕162号, annex 2, 互动回应失当: late or poor is a suggestion; the best of several counts."""
    assert state(asked(*answers), DUE + timedelta(days=2)) == told


def test_a_person_has_the_last_word():
    """Confirmed or dismissed, whatever comes later; before the judgement it was a suggestion."""
    end = (uuid4(), DUE + timedelta(days=1), InteractionJudged(QUESTION, "dismissed"))
    assert state(asked(end), DUE + timedelta(days=2)) == "dismissed"
    assert state(asked(end), DUE + timedelta(hours=1)) == "suspected"


def test_a_plan_waits_until_somebody_asks():
    """Behind its day it is late; once asked, plan and question are one test."""
    plan = (UUID(int=9), ASKED - timedelta(days=2), InteractionPlanned("message", "consult", ASKED))
    assert state(known(plan), ASKED) == "planned"
    assert state(known(plan), ASKED + timedelta(seconds=1)) == "late"
    question = (QUESTION, ASKED, InteractionAsked("message", "consult", UUID(int=9)))
    (test,) = interaction.tests_at(known(plan, question), DUE, DAYS)
    assert (test.id, test.ask_by, test.state) == (QUESTION, ASKED, "asked")


SEEN = datetime(2026, 10, 5, 2, tzinfo=UTC)
BROKEN = (UUID(int=5), SEEN, FunctionBroken("办事大厅"))


def notice(published=SEEN, starts=SEEN, until=None, function="办事大厅"):
    return uuid4(), published, FunctionNoticed(function=function, starts_at=starts, until=until)


@pytest.mark.parametrize(
    ("announced", "told"),
    [
        ([], "suspected"),
        ([notice()], "announced"),
        ([notice(published=SEEN + timedelta(seconds=1))], "suspected"),  # it did not stand yet
        ([notice(starts=SEEN + timedelta(seconds=1))], "suspected"),
        ([notice(until=SEEN)], "announced"),
        ([notice(until=SEEN - timedelta(seconds=1), starts=SEEN - timedelta(days=1))], "suspected"),
        ([notice(function="")], "announced"),
        ([notice(function="办事 大厅")], "announced"),
        ([notice(function="预约挂号")], "suspected"),
    ],
)
def test_a_public_notice_exempts_what_it_announces(announced, told):
    """昆政办发〔2019〕162号, annex 2, 功能无法使用: fails and was not publicly announced; each edge on both sides."""
    (failure,) = failures_at(known(BROKEN, *announced), SEEN + timedelta(days=1))
    assert failure.state == told


def test_a_notice_of_another_account_exempts_nothing():
    """A notice is about its own account."""
    records = known(BROKEN, notice())
    other = Event(uuid4(), "sheets", "wechat:b", SEEN, records[1].event.data)
    (failure,) = failures_at([records[0], Known(0, 1, 1, other)], SEEN + timedelta(days=1))
    assert failure.state == "suspected"
