"""How far a bulletin has come, as its facts tell it."""

from datetime import date
from uuid import UUID, uuid5

from events.bulletin import (
    BulletinChecked,
    BulletinDrafted,
    BulletinIssued,
    BulletinSigned,
    BulletinSubmitted,
    Extras,
)
from events.codec import Event
from events.known import Known
from projections.bulletin.state import BulletinStage, fold_bulletin
from tests.projections.bulletin.city import CHECK_POINT

SUBJECT = "round:moushi-2023Q1"
RUN = UUID(int=1)


def known(*datas, subject=SUBJECT):
    return [
        Known(0, i, i, Event(uuid5(RUN, f"{subject}{i}"), "office", subject, CHECK_POINT, data))
        for i, data in enumerate(datas)
    ]


FIRST, SECOND = (uuid5(RUN, f"{SUBJECT}{i}") for i in (0, 3))
DRAFT = BulletinDrafted(run_id=RUN, edition="public", extras=Extras(), files=())
CHECKED = BulletinChecked(draft_id=FIRST)
SUBMITTED = BulletinSubmitted(draft_id=FIRST)
SIGNED = BulletinSigned(draft_id=FIRST, office="某办", role="主任")
ISSUED = BulletinIssued(
    draft_id=FIRST, run_id=RUN, edition="public", number="某府办〔2023〕1号", issued_on=date(2023, 2, 21),
    signed_by="某办主任", files=(),
)  # fmt: skip


def stage(*datas):
    state = fold_bulletin(known(*datas), SUBJECT, "public")
    return state and state.stage


def test_each_fact_brings_the_bulletin_one_stage_on():
    """Drafted, checked, handed over, signed, issued; on the command line nobody hands over."""
    facts = (DRAFT, CHECKED, SUBMITTED, SIGNED, ISSUED)
    stages = [stage(*facts[:n]) for n in range(6)]
    assert [None, *BulletinStage] == stages
    assert BulletinStage.SIGNED is stage(DRAFT, CHECKED, SIGNED)


def test_a_new_draft_begins_again():
    """A signature holds for the draft that was signed, and for no later one; so does the hand-over."""
    assert BulletinStage.DRAFTED is stage(DRAFT, CHECKED, SUBMITTED, DRAFT)
    assert BulletinStage.DRAFTED is stage(DRAFT, CHECKED, SIGNED, DRAFT)
    assert BulletinStage.DRAFTED is stage(DRAFT, CHECKED, SIGNED, DRAFT, ISSUED)
    assert BulletinStage.CHECKED is stage(DRAFT, CHECKED, SIGNED, DRAFT, BulletinChecked(draft_id=SECOND))


def test_editions_and_rounds_do_not_touch_one_another():
    """The internal version of a round, and bulletins of other rounds, go their own way."""
    assert fold_bulletin(known(DRAFT), SUBJECT, "internal") is None
    assert fold_bulletin(known(DRAFT, subject="round:other"), SUBJECT, "public") is None
