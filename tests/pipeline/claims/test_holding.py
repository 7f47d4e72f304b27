"""Holding a claim: who goes on after a kill, who is told what, and what a release does."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from connectors.log.embedded import EmbeddedLog
from events.claim import bulletin_issue, bulletin_number, round_name
from events.codec import Event
from events.ids import fact_id
from events.objection import ObjectionDecided
from pipeline.home.claims import Wanted, claimed, claims_now, holding, release
from pipeline.home.claims.attempts import alone, kept_attempt, new_attempt
from pipeline.home.claims.release import released
from pipeline.home.errors import BusyError, ConflictError, UsageError
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.upkeep.doctor import in_history
from projections.rounds.claims import ClaimState
from tests.pipeline.program import asked, xuncha

NUMBER = bulletin_number("江府办〔2023〕12号")
WANTED = Wanted(NUMBER, "the public bulletin of a")
RIVAL = Wanted(bulletin_number("江府办[2023] 12号"), "the public bulletin of b")
OTHER = Wanted(round_name("a"), "the announcement of a")


@pytest.fixture
def workspace(home):
    with open_workspace(Home(home)) as opened:
        yield opened


def act(name, hold):
    """Return something that is done under a claim."""
    data = ObjectionDecided(
        objection_id=fact_id("x", "x", name), outcome="rejected", reason="r", claims=hold.ids
    )
    subject = "round:x"
    return Event(fact_id("office", subject, name), "office", subject, datetime.now(UTC), data)


def states(workspace):
    workspace.catch_up()
    return [claim.state for claim in claims_now(workspace.known).by_id.values()]


def test_who_comes_second_is_told_who_won_and_what_was_done(workspace):
    """The message names purpose, moment, claim and fact of the winner; nothing is written by the loser."""
    with claimed(workspace, WANTED) as hold:
        done = act("done", hold)
        hold.append([done])
    with (
        pytest.raises(ConflictError, match="is taken by the public bulletin of a") as told,
        claimed(workspace, RIVAL),
    ):
        pytest.fail("two held one number")
    assert str(hold.ids[0]) in str(told.value)
    workspace.catch_up()
    with pytest.raises(ConflictError, match=f"did it \\(fact {done.id}\\)"), claimed(workspace, RIVAL):
        pytest.fail("two held one number")
    assert [ClaimState.USED] == states(workspace)


def test_an_attempt_that_was_cut_off_goes_on_and_no_other_purpose_does(workspace):
    """What a kill left is a kept attempt; the same purpose is the same attempt, another one is a rival."""
    left = new_attempt(workspace.log, NUMBER, WANTED.purpose)
    workspace.log.append([left.event(NUMBER)])
    with pytest.raises(ConflictError, match="xuncha claims release"), claimed(workspace, RIVAL):
        pytest.fail("two held one number")
    with claimed(workspace, WANTED) as hold:
        assert (left.id,) == hold.ids
        hold.append([act("done", hold)])
    assert kept_attempt(workspace.log, NUMBER) is None
    assert [ClaimState.USED] == states(workspace)


def test_an_attempt_that_was_kept_and_never_sent_goes_on(workspace):
    """The claim bears the id and the moment of the attempt."""
    left = new_attempt(workspace.log, NUMBER, WANTED.purpose)
    with claimed(workspace, WANTED) as hold:
        assert (left.id,) == hold.ids
        hold.append([act("done", hold)])
    workspace.catch_up()
    (claim,) = claims_now(workspace.known).by_id.values()
    assert left.began_at == claim.made_at


def test_an_attempt_that_was_cut_off_behind_its_act_does_not_do_another(workspace):
    """A claim is good for one act: what is different under the same purpose would count nowhere, unasked."""
    with pytest.raises(KeyboardInterrupt), claimed(workspace, WANTED) as hold:
        done = act("done", hold)
        hold.append([done])
        raise KeyboardInterrupt
    assert kept_attempt(workspace.log, NUMBER) is not None
    with pytest.raises(ConflictError, match=f"did it \\(fact {done.id}\\)"), claimed(workspace, WANTED):
        pytest.fail("two acts under one claim")
    assert kept_attempt(workspace.log, NUMBER) is None
    workspace.catch_up()
    assert () == claims_now(workspace.known).void_acts


def test_what_was_not_done_lets_go_of_its_claims(workspace):
    """A command that finds its act refused leaves nothing behind; what it may have appended it keeps."""
    with pytest.raises(UsageError), claimed(workspace, WANTED, OTHER):
        raise UsageError("figures contradict one another")
    with claimed(workspace, RIVAL) as hold:
        hold.append([act("done", hold)])
    with pytest.raises(OSError, match="full"), claimed(workspace, OTHER) as hold:
        hold.append([act("other", hold)])
        raise OSError("the disk is full")
    assert sorted([ClaimState.RELEASED] * 2 + [ClaimState.USED] * 2) == sorted(states(workspace))


def test_of_several_things_one_that_is_lost_lets_go_of_the_others(workspace):
    """Who holds the issue of a draft and loses the number holds neither."""
    with claimed(workspace, WANTED) as hold:
        hold.append([act("done", hold)])
    draft = Wanted(bulletin_issue(fact_id("x", "x", "draft"), "b"), "b")
    assert draft.thing.subject < NUMBER.subject  # and so it is claimed before it
    with pytest.raises(ConflictError), claimed(workspace, RIVAL, draft):
        pytest.fail("two held one number")
    assert [ClaimState.RELEASED, ClaimState.USED] == sorted(states(workspace))


def test_a_claim_released_meanwhile_keeps_its_act_from_the_log(workspace):
    """The log is asked right before the act; whoever slept through a release begins anew."""
    with (
        pytest.raises(ConflictError, match="released this claim meanwhile"),
        claimed(workspace, WANTED) as hold,
    ):
        workspace.log.append([released(NUMBER.subject, hold.ids[0], "改用其他文号")])
        hold.append([act("late", hold)])
    assert [ClaimState.RELEASED] == states(workspace)
    with claimed(workspace, RIVAL) as hold:
        hold.append([act("done", hold)])


def test_an_act_behind_a_release_counts_nowhere_and_doctor_names_it(workspace):
    """Nothing can keep a process from sleeping between its last look and its act; the fold knows."""
    with pytest.raises(ConflictError), claimed(workspace, WANTED) as hold:
        late = act("late", hold)
        workspace.log.append([released(NUMBER.subject, hold.ids[0], "改用其他文号"), late])
        hold.append([])
    workspace.catch_up()
    found = in_history.claims(workspace.client, workspace.home)
    assert ("wrong", True) == (found.state, str(late.id) in found.found)


def test_the_office_lets_go_of_a_claim_that_waits_and_of_no_other(home):
    """With a reason; `doctor` names it before, and the list says afterwards why."""
    with closing(EmbeddedLog(home / "log.sqlite")) as log:
        log.append([(left := new_attempt(log, NUMBER, WANTED.purpose)).event(NUMBER)])
    row = next(row for row in xuncha(home, "doctor", "--json").rows if row["name"] == "claims")
    assert ("warning", True) == (row["state"], NUMBER.what in row["found"])
    claim = str(left.id)[:8]
    for words, part in (
        ((claim,), "--reason is empty"),
        ((claim, "--reason", "来电13912345678"), "a number or an address of a person"),
        (("0000", "--reason", "r"), "no claim has an id"),
    ):
        answer = xuncha(home, "claims", "release", *words)
        assert (2, True) == (answer.status, part in answer.complaint)
    assert "released" == asked(home, "claims", "release", claim, "--reason", "印发中断")["state"]
    again = xuncha(home, "claims", "release", claim, "--reason", "印发中断")
    assert (2, True) == (again.status, "is released already" in again.complaint)
    (row,) = asked(home, "claims", "list")["rows"]
    assert ("released", "印发中断") == (row["state"], row["reason"])
    assert [] == asked(home, "claims", "list", "--waiting")["rows"]


def test_nothing_is_released_while_a_command_of_the_home_acts_under_it(workspace):
    """An attempt that is locked is alive; one command is at a thing at a time."""
    with claimed(workspace, WANTED) as hold:
        workspace.catch_up()
        with pytest.raises(BusyError, match="another command of this home"):
            release(workspace, str(hold.ids[0]), "改用其他文号")
        with pytest.raises(BusyError), alone(workspace.home, NUMBER, wait_s=0.0):
            pytest.fail("two commands of one home at one thing")
        hold.append([act("done", hold)])
    with alone(workspace.home, NUMBER, wait_s=0.0):
        assert [] != list((workspace.home.path / "run" / "claims").iterdir())
    assert [] == list((workspace.home.path / "run" / "claims").iterdir())


def test_the_time_that_a_claim_may_take_is_bounded():
    """Definitions: 20 s, then busy."""
    assert 20.0 == holding.WITHIN_S
