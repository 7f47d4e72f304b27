"""The fold of claims: who holds, who lost, what counts."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.base import Payload
from events.claim import ClaimMade, ClaimReleased
from events.codec import Event
from events.ids import fact_id
from events.known import Known
from events.objection import ObjectionDecided
from projections.rounds.claims import ACT_TYPES, CLAIM_TYPES, ClaimState, counting, fold_claims

AT = datetime(2023, 2, 21, tzinfo=UTC)
THING, OTHER = "number:江府办〔2023〕12号", "bulletin:1:issue"


def claim_id(n: int) -> UUID:
    return UUID(int=n)


def record(data: Payload, event_id: UUID, subject: str, at: int, partition: int = 0) -> Known:
    return Known(partition, at, at, Event(event_id, "office", subject, AT, data))


def made(n: int, at: int, subject: str = THING) -> Known:
    return record(ClaimMade(what=subject, purpose=f"attempt {n}"), claim_id(n), subject, at)


def released(n: int, at: int, subject: str = THING) -> Known:
    event_id = fact_id("office", subject, f"released:{n}")
    return record(ClaimReleased(claim_id=claim_id(n), reason="改用其他文号"), event_id, subject, at)


def act(n: int, at: int, *claims: int) -> Known:
    """An act lies in another partition than its claims."""
    data = ObjectionDecided(
        objection_id=UUID(int=9), outcome="upheld", reason="r", claims=tuple(map(claim_id, claims))
    )
    return record(data, UUID(int=1000 + n), "round:x", at, partition=1)


def states(*records: Known) -> dict[int, ClaimState]:
    return {
        i.int: c.state for i, c in fold_claims(sorted(records, key=lambda k: k.recorded_at)).by_id.items()
    }


def test_the_first_claim_holds_and_a_later_one_is_void_for_ever():
    """Also after the release of the one that held: nobody wins by waiting."""
    both = (made(1, 1), made(2, 2))
    found = fold_claims(both)
    assert (claim_id(1), claim_id(1)) == (found.holder(THING).id, found.by_id[claim_id(2)].rival)
    assert {1: ClaimState.RELEASED, 2: ClaimState.VOID} == states(*both, released(1, 3))
    assert fold_claims([*both, released(1, 3)]).holder(THING) is None


def test_the_first_one_behind_a_release_holds():
    """And the one behind that is void again."""
    told = states(made(1, 1), made(2, 2), released(1, 3), made(3, 4), made(4, 5))
    assert {
        1: ClaimState.RELEASED,
        2: ClaimState.VOID,
        3: ClaimState.HELD,
        4: ClaimState.VOID,
    } == told


@pytest.mark.parametrize("claims", [(2,), (1, 2), (7,)])
def test_an_act_counts_only_if_each_of_its_claims_holds(claims):
    """One that lost, one of two that lost, one that was never made."""
    records = [made(1, 1), made(2, 2), act(1, 3, *claims)]
    assert [k.event.id for k in fold_claims(records).void_acts] == [UUID(int=1001)]
    assert [] == counting(records)
    assert ClaimState.HELD is states(*records)[1]


def test_an_act_without_claims_counts():
    """It was done before there were any."""
    assert [act(1, 3)] == counting([made(1, 1), act(1, 3)])


def test_a_claim_is_good_for_one_act():
    """The first one; the second counts nowhere."""
    found = fold_claims([made(1, 1), act(1, 2, 1), act(2, 3, 1)])
    assert UUID(int=1001) == found.by_id[claim_id(1)].act
    assert [UUID(int=1002)] == [k.event.id for k in found.void_acts]


def test_what_is_done_behind_a_release_does_not_count_and_a_release_behind_an_act_does_nothing():
    """A winner that slept through the release of its claim comes too late; an act is not undone by a release."""
    late = [made(1, 1), released(1, 2), act(1, 3, 1)]
    assert [] == counting(late)
    assert fold_claims(late).holder(THING) is None
    done = [made(1, 1), act(1, 2, 1), released(1, 3), made(2, 4)]
    assert [act(1, 2, 1)] == counting(done)
    assert {1: ClaimState.USED, 2: ClaimState.VOID} == states(*done)


def test_a_release_by_whom_the_claim_is_not_or_of_another_thing_does_nothing():
    """A void claim has nothing to release, and a claim is released under its own thing."""
    told = states(made(1, 1), made(2, 2), released(2, 3), released(1, 4, subject=OTHER), made(3, 5))
    assert {1: ClaimState.HELD, 2: ClaimState.VOID, 3: ClaimState.VOID} == told


def test_an_act_that_does_not_count_keeps_no_claim_from_its_release():
    """Of two claims one was lost: the other is let go of although an act names it."""
    records = [made(1, 1), made(2, 2), made(3, 3, OTHER), act(1, 4, 3, 2), released(3, 5, OTHER)]
    assert ClaimState.RELEASED is states(*records)[3]


def test_a_broker_whose_clock_is_behind_takes_no_act_away():
    """An act lies in another partition and may bear an earlier append time than the claim that it rests on."""
    assert [act(1, 4, 1)] == counting([act(1, 4, 1), made(1, 5)])


def test_things_do_not_hinder_each_other():
    """A number that is taken keeps nobody from another number."""
    assert {1: ClaimState.HELD, 2: ClaimState.HELD} == states(made(1, 1), made(2, 2, OTHER))


def test_every_type_that_may_name_claims_is_known():
    """A type that is an act and not listed here would be counted without its claims."""
    assert {
        "assessment.decided",
        "assessment.finalized",
        "assessment.reviewed",
        "site_check.frozen",
        "supervision.issued",
        "bulletin.correction_issued",
        "bulletin.issued",
        "emergency.closed",
        "emergency.confirmed",
        "emergency.dismissed",
        "emergency.handed_over",
        "emergency.suspected",
        "emergency.taken_down",
        "emergency.verified",
        "filing.filed",
        "intake.opened",
        "filing.opinion_given",
        "numbers.given",
        "objection.decided",
        "round.announced",
        "round.cancelled",
        "round.frozen",
        "ruleset.adopted",
        "sample.drawn",
    } == set(ACT_TYPES)
    assert ("claim.made", "claim.released") == CLAIM_TYPES


_steps = st.lists(st.tuples(st.sampled_from(["make", "release", "act"]), st.integers(1, 6)), max_size=25)


@given(_steps)
def test_a_thing_has_one_holder_and_one_act_for_it_counts_between_releases(steps):
    """Law: read up to any record, what counted before counts still, and no two acts count without a release between."""
    records: list[Known] = []
    seen: set[UUID] = set()
    for at, (what, n) in enumerate(steps, start=1):
        record = {"make": made, "release": released}.get(what, lambda n, at: act(at, at, n))(n, at)
        if record.event.id not in seen:
            seen.add(record.event.id)
            records.append(record)
    counted: list[UUID] = []
    for end in range(len(records) + 1):
        found = fold_claims(records[:end])
        now = [k.event.id for k in counting(records[:end])]
        assert counted == now[: len(counted)]
        counted = now
        open_claims = [c for c in found.by_id.values() if c.state in (ClaimState.HELD, ClaimState.USED)]
        assert len(open_claims) <= 1
        assert [found.holder(THING)] == (open_claims or [None])
        used = [c for c in found.by_id.values() if c.state is ClaimState.USED]
        assert len(used) == len(counted) <= 1
