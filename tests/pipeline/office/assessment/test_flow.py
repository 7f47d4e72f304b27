"""The way of a year's results: draft, telling, objection, decision, another draft, the final one, verification."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from events.moments import Moment
from pipeline.home.actor import OFFICE, Actor
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.office.assessment import flow
from pipeline.office.assessment.notes import (
    NoteRow,
    ReviewNote,
    WithdrawNote,
    list_notes,
    note,
    review,
    withdraw_note,
)
from pipeline.office.assessment.results import AskYear
from pipeline.office.assessment.withdrawals import withdraw_notice, withdraw_objection
from tests.pipeline.office.assessment.conftest import ASKED

SOON, LATER = date(2100, 1, 1), date(2100, 1, 2)
ONE, OTHER = Actor("u-1"), Actor("u-2")
WHEN = Moment(datetime(2020, 9, 1, 2, tzinfo=UTC), date_only=False)
PRAISE = NoteRow(year=2020, unit="KS30", measure="praise_city", when=WHEN, document="某通报")


def test_a_year_goes_from_draft_to_final(office):
    """Objections are heard first: open ones, and upheld ones without another draft, keep a year from being final."""
    flow.tell(office, 2020, SOON, OFFICE)
    with pytest.raises(UsageError, match="may object until"):
        flow.finalize(office, 2020, OFFICE)
    asked = flow.Object(year=2020, unit="KS27", item="checks", reason="已于三月三十一日寄出")
    one = flow.object_to(office, asked, ONE)
    assert one == flow.object_to(office, asked, ONE)
    with pytest.raises(UsageError, match="1 objections wait"):
        flow.finalize(office, 2020, OFFICE)
    with pytest.raises(UsageError, match="two persons"):
        flow.decide(office, flow.Decide(str(one.id), "upheld", "邮戳为证"), ONE)
    decided = flow.decide(office, flow.Decide(str(one.id), "upheld", "邮戳为证"), OTHER)
    assert "upheld" == decided.outcome
    with pytest.raises(ConflictError):
        flow.decide(office, flow.Decide(str(one.id), "rejected", "邮戳为证"), OTHER)
    with pytest.raises(UsageError, match="draft again"):
        flow.finalize(office, 2020, OFFICE)


@pytest.mark.slow
def test_a_final_year_verifies_and_is_revised_by_another_draft(office):
    """The stored rows are the record; what is learnt later gives another draft, and a final one of its own claim."""
    first = flow.load_year(office, 2020).newest
    assert first.id == flow.draft(office, ASKED, OFFICE).id
    flow.tell(office, 2020, SOON, OFFICE)
    final = flow.finalize(office, 2020, OFFICE, LATER)
    assert (True, True, True, ()) == (
        (found := flow.verify(office, 2020)).holds,
        found.stored,
        found.same,
        found.differing,
    )
    row = note(office, PRAISE, OFFICE)
    review(office, ReviewNote(str(row.id), accepted=True), OFFICE)
    assert flow.verify(office, 2020).holds  # K is before the row
    second = flow.draft(office, ASKED, OFFICE)
    assert (110, 111) == tuple(flow.find_row(d.data.rows, "KS30").total for d in (first, second))
    assert final.id == flow.load_year(office, 2020).final.id
    flow.tell(office, 2020, SOON, OFFICE)
    assert second.id == flow.finalize(office, 2020, OFFICE, LATER).id
    assert second.id == flow.load_year(office, 2020).final.id


def test_who_drafted_does_not_make_it_final(office):
    """Two persons: drafting and signing; the command line counts as one and is not asked."""
    row = note(office, PRAISE, ONE)
    with pytest.raises(UsageError, match="two persons"):
        review(office, ReviewNote(str(row.id), accepted=True), ONE)
    review(office, ReviewNote(str(row.id), accepted=True), OTHER)
    draft = flow.draft(office, ASKED, ONE)
    flow.tell(office, 2020, SOON, ONE)
    with pytest.raises(UsageError, match="two persons"):
        flow.finalize(office, 2020, ONE, LATER)
    assert draft.id == flow.finalize(office, 2020, OTHER, LATER).id


@pytest.mark.slow
def test_a_row_counts_once_it_is_accepted_and_until_it_is_taken_back(office):
    """附件3 表彰表扬: 市政府办公室将对报送的证明材料进行复核; a row that was withdrawn is handed in anew."""
    row = note(office, PRAISE, OFFICE)
    assert ("waiting", row) == (row.state, note(office, PRAISE, OFFICE))
    assert 110 == _total(office)
    review(office, ReviewNote(str(row.id), accepted=True), OFFICE)
    assert 111 == _total(office)
    withdraw_note(office, WithdrawNote(str(row.id), "文件另有所指"), OFFICE)
    assert 110 == _total(office)
    again = note(office, PRAISE, OFFICE)
    assert (again.id != row.id, "waiting") == (True, again.state)
    assert again.id in {one.id for one in list_notes(office, 2020)}


def test_a_row_that_makes_no_sense_is_refused(office):
    """Whoever hands it in is told what is wrong, and nothing is written."""
    before = list_notes(office)
    for changes, said in (
        ({"measure": "report_late"}, "nothing that rows are handed in of"),
        ({"year": 2021}, "is not in 2021"),
        ({"document": ""}, "nothing speaks for the row"),
        ({"count": 0}, "below 1"),
        ({"unit": "某局"}, "no unit that is assessed"),
    ):
        with pytest.raises((UsageError, NotFoundError), match=said):
            note(office, replace(PRAISE, **changes), OFFICE)
        assert before == list_notes(office)


def test_nothing_is_objected_to_before_it_was_told(office):
    """A unit objects to what it was told, about an item that there is, and says why."""
    asked = flow.Object(year=2020, unit="KS27", reason="不认同")
    with pytest.raises(UsageError, match="not told"):
        flow.object_to(office, asked, OFFICE)
    flow.tell(office, 2020, SOON, OFFICE)
    with pytest.raises(UsageError, match="no item 'nothing'"):
        flow.object_to(office, flow.Object(year=2020, unit="KS27", item="nothing", reason="x"), OFFICE)
    with pytest.raises(ConflictError, match="2100-01-01"):
        flow.tell(office, 2020, LATER, OFFICE)
    with pytest.raises(NotFoundError, match="no assessment of 2019"):
        flow.load_year(office, 2019)


def test_what_was_recorded_by_mistake_is_taken_back_and_done_again(office):
    """An objection until it is decided, the telling until somebody objected; each can be done again."""
    flow.tell(office, 2020, SOON, OFFICE)
    withdraw_notice(office, 2020, "还没有发出", OFFICE)
    assert "drafted" == flow.load_year(office, 2020).stage
    assert LATER == flow.tell(office, 2020, LATER, OFFICE).until
    asked = flow.Object(year=2020, unit="KS27", reason="不认同")
    one = flow.object_to(office, asked, OFFICE)
    with pytest.raises(ConflictError, match="objected to"):
        withdraw_notice(office, 2020, "还没有发出", OFFICE)
    withdraw_objection(office, str(one.id), "登记错了单位", OFFICE)
    assert () == flow.load_year(office, 2020).objections
    again = flow.object_to(office, asked, OFFICE)
    assert (again.id != one.id, again) == (True, flow.object_to(office, asked, OFFICE))
    flow.decide(office, flow.Decide(str(again.id), "rejected", "已核实"), OFFICE)
    with pytest.raises(ConflictError, match="decided"):
        withdraw_objection(office, str(again.id), "登记错了单位", OFFICE)


def _total(office):
    asked = AskYear(ASKED.year, ASKED.at, ASKED.scheme)
    return flow.find_row(flow.draft(office, asked, OFFICE).data.rows, "KS30").total
