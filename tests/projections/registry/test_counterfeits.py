"""Counterfeits: 发现, 核实, 通报网信和公安, 关闭 (无锡市 2022 年第四季度通报 三(二))."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.codec import Event
from events.counterfeit import (
    CounterfeitClosed,
    CounterfeitReported,
    CounterfeitSuspected,
    CounterfeitVerified,
)
from events.evidence import Evidence
from events.ids import fact_id
from projections.registry.counterfeits import CounterfeitState, counterfeits_at, wrong_step
from tests.projections.facts import known

START = datetime(2022, 11, 1, tzinfo=UTC)
ACCOUNT = "douyin:fake"
SUSPECTED = CounterfeitSuspected(given_id="fake", name="某市发布厅", platform="抖音")
FAKE, GENUINE = CounterfeitVerified(counterfeit=True), CounterfeitVerified(counterfeit=False)
NET, POLICE = CounterfeitReported(to="cyberspace"), CounterfeitReported(to="police")
CLOSED = CounterfeitClosed(outcome="账号已被平台封禁")


def after(*steps: Any) -> Any:
    """Return the case after steps that follow one another by a day."""
    at = [START + timedelta(days=n) for n in range(len(steps))]
    events = [Event(fact_id("t", ACCOUNT, f"{n}"), "t", ACCOUNT, at[n], step) for n, step in enumerate(steps)]
    return counterfeits_at(known(*events), START + timedelta(days=99)).get(ACCOUNT)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((SUSPECTED,), CounterfeitState.SUSPECTED),
        ((SUSPECTED, FAKE), CounterfeitState.VERIFIED),
        ((SUSPECTED, GENUINE), CounterfeitState.CLEARED),
        ((SUSPECTED, FAKE, NET), CounterfeitState.VERIFIED),
        ((SUSPECTED, FAKE, POLICE, NET), CounterfeitState.REPORTED),
        ((SUSPECTED, FAKE, NET, POLICE, CLOSED), CounterfeitState.CLOSED),
        ((SUSPECTED, GENUINE, CLOSED), CounterfeitState.CLOSED),
        ((SUSPECTED, GENUINE, CLOSED, SUSPECTED), CounterfeitState.SUSPECTED),
    ],
)
def test_each_step_leads_on(steps, state):
    """Both authorities are told, in whatever order, before a counterfeit is closed; a cleared one is closed at once."""
    assert state == after(*steps).state


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ((), FAKE),
        ((), NET),
        ((), CLOSED),
        ((SUSPECTED,), SUSPECTED),
        ((SUSPECTED,), NET),
        ((SUSPECTED,), CLOSED),
        ((SUSPECTED, FAKE), GENUINE),
        ((SUSPECTED, FAKE), CLOSED),
        ((SUSPECTED, FAKE, NET), NET),
        ((SUSPECTED, FAKE, NET), CLOSED),
        ((SUSPECTED, GENUINE), POLICE),
        ((SUSPECTED, FAKE, NET, POLICE), FAKE),
        ((SUSPECTED, FAKE, NET, POLICE, CLOSED), CLOSED),
        ((SUSPECTED, FAKE, NET, POLICE, CLOSED), NET),
    ],
)
def test_a_step_in_the_wrong_order_is_refused_and_changes_nothing(before, step):
    """A reason is given; a record that stands in the log all the same is passed over."""
    case = after(*before)
    assert wrong_step(case, step, START + timedelta(days=50)) is not None
    assert case == after(*before, step)


def test_a_step_does_not_lie_before_the_last():
    """Time goes on: verified the day before it was suspected cannot be."""
    case = after(SUSPECTED)
    assert wrong_step(case, FAKE, START - timedelta(microseconds=1)) is not None
    assert wrong_step(case, FAKE, START) is None


def test_evidence_of_every_step_is_kept_together():
    """The case shows all of it, in the order of the steps."""
    shots = [Evidence(sha256=f"{n}" * 64, media_type="image/png") for n in range(2)]
    case = after(
        CounterfeitSuspected(given_id="fake", name="甲", platform="抖音", evidence=(shots[0],)),
        CounterfeitVerified(counterfeit=True, evidence=(shots[1],)),
    )
    assert tuple(shots) == case.evidence
