"""Rounds as their facts tell them."""

from datetime import UTC, datetime
from uuid import UUID

from events.codec import CODEC, Event
from events.ids import fact_id
from events.known import Known
from events.objection import ObjectionDecided, ObjectionRaised
from events.round import RoundFrozen
from projections.rounds.state import Stage, fold_rounds, subject_of
from tests.events.golden_files import GOLDEN

NAME = "kunshan-2021Q2"
AT = datetime(2021, 7, 5, tzinfo=UTC)


def golden(*types):
    return [Known(0, n, n, CODEC.decode(GOLDEN[f"{t}.1"])) for n, t in enumerate(types)]


def fact(offset, data, key):
    subject = subject_of(NAME)
    return Known(0, offset, offset, Event(fact_id("office", subject, key), "office", subject, AT, data))


def test_a_round_goes_through_its_stages():
    """Announced, drawn, frozen, closed; a revision is a frozen round with a newer run."""
    steps = ["round.announced", "sample.drawn", "round.frozen", "round.revised", "round.closed"]
    states = [fold_rounds(golden(*steps[: n + 1]))[NAME] for n in range(len(steps))]
    assert [Stage.ANNOUNCED, Stage.DRAWN, Stage.FROZEN, Stage.FROZEN, Stage.CLOSED] == [
        s.stage for s in states
    ]
    assert [None, None] == [s.newest for s in states[:2]]
    assert states[2].newest == states[2].frozen
    assert states[3].newest == states[3].revisions[0]
    assert states[4].frozen == states[2].frozen


def test_the_first_freeze_counts():
    """Two offices that freeze at once leave one frozen run."""
    known = golden("round.announced", "sample.drawn", "round.frozen")
    other = RoundFrozen(run_id=UUID(int=7), known_at=AT, digest="d", manifest_hash="m")
    assert known[2].event.data == fold_rounds([*known, fact(9, other, "frozen")])[NAME].frozen


def test_an_objection_is_decided_once():
    """The first decision counts; until then the objection waits."""
    known = golden("round.announced", "sample.drawn", "objection.raised")
    objection_id = known[2].event.id
    decisions = [
        fact(n, ObjectionDecided(objection_id=objection_id, outcome=outcome, reason=outcome), outcome)
        for n, outcome in enumerate(("rejected", "upheld"), start=5)
    ]
    waiting, decided = fold_rounds(known)[NAME], fold_rounds([*known, *decisions])[NAME]
    assert [objection_id] == [o.id for o in waiting.undecided]
    assert () == decided.undecided
    assert ["rejected"] == [o.decided.outcome for o in decided.objections if o.decided]


def test_facts_of_a_round_that_nobody_announced_are_passed_over():
    """There is nothing that they could be about."""
    raised = ObjectionRaised(account="wechat:1", ground="silence", reason="有更新")
    assert {} == fold_rounds([*golden("sample.drawn"), fact(3, raised, "objection")])
