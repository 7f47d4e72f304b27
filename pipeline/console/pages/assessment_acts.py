"""年度考核, what is done: drafts, telling, the final one, material and its review, objections and decisions."""

import tempfile
from datetime import MAXYEAR, UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from events.days import last_second
from events.moments import Moment
from pipeline.console.answer_files import stored_files, wrong_files
from pipeline.console.pages.assessment import draft_page, unit_meant, unit_page, year_named
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace
from pipeline.office.assessment import flow
from pipeline.office.assessment.notes import (
    NoteRow,
    ReviewNote,
    WithdrawNote,
    find_note,
    note,
    review,
    withdraw_note,
)
from pipeline.office.assessment.results import AskYear
from pipeline.office.assessment.withdrawals import withdraw_notice, withdraw_objection


@post("/assessment/draft", sync_to_thread=True)
def make_draft(visit: Asked) -> Response[Any]:
    """Reckon the results of a year and record them as a draft."""
    form = visit.form
    on, year = read_day(form.text("on")), typed_number(form.text("year"), MAXYEAR)
    if on is None or year is None:
        return draft_page(visit, "年度这样写：2026；截止日期这样写：2027-01-31", 422)
    with visit.workspace() as workspace, refusing() as refused:
        flow.draft(workspace, AskYear(year, last_second(on), form.text("scheme")), visit.actor)
    if refused:
        return draft_page(visit, refused.said, refused.status)
    return visit.go(f"/assessment?year={year}", done="assessment-drafted")


@post("/assessment/tell", sync_to_thread=True)
def notify_units(visit: Asked) -> Response[Any]:
    """Record that the units were told the newest draft."""
    year, until = year_named(visit.form.text("year")), read_day(visit.form.text("until"))
    if until is None:
        return draft_page(visit, "异议截止日期这样写：2027-02-10", 422)
    with visit.workspace() as workspace, refusing() as refused:
        flow.tell(workspace, year, until, visit.actor)
    if refused:
        return draft_page(visit, refused.said, refused.status)
    return visit.go(f"/assessment?year={year}", done="assessment-told")


@post("/assessment/withdraw-telling", sync_to_thread=True)
def take_notice_back(visit: Asked) -> Response[Any]:
    """Take back that the units were told the newest draft, where nobody objected to it yet."""
    year = year_named(visit.form.text("year"))
    with visit.workspace() as workspace, refusing() as refused:
        withdraw_notice(workspace, year, visit.form.text("reason"), visit.actor)
    if refused:
        return visit.page("assessment/refused.html", status=refused.status, year=year, error=refused.said)
    return visit.go(f"/assessment?year={year}", done="assessment-untold")


@post("/assessment/finalize", sync_to_thread=True)
def make_final(visit: Asked) -> Response[Any]:
    """Make the newest draft the result of the year."""
    year = year_named(visit.form.text("year"))
    with visit.workspace() as workspace, refusing() as refused:
        flow.finalize(workspace, year, visit.actor)
    if refused:
        return visit.page("assessment/refused.html", status=refused.status, year=year, error=refused.said)
    return visit.go(f"/assessment?year={year}", done="assessment-final")


@post("/assessment/{year:int}/{unit:str}/note", sync_to_thread=True)
def take_note(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Take a row that the unit or the office hands in."""
    form, on = visit.form, read_day(visit.form.text("on"))
    count = typed_number(form.text("count") or "1")
    wrong = wrong_files(visit)
    if not wrong and (on is None or count is None):
        wrong = "日期这样写：2026-09-17；次数写整数"
    if wrong or on is None or count is None:
        return unit_page(visit, year, unit, wrong, 422)
    by: Literal["unit", "office"] = "unit" if visit.reach is Reach.UNIT else "office"
    with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder, refusing() as refused:
        meant = unit_meant(visit, workspace, year, unit)
        files = stored_files(Path(folder), visit)
        asked = NoteRow(
            year=year,
            unit=meant.code,
            measure=form.text("measure"),
            when=Moment(min(last_second(on), datetime.now(UTC)), date_only=True),
            count=count,
            document=form.text("document"),
            note=form.text("note"),
            files=files,
            by=by,
        )
        note(workspace, asked, visit.actor)
    if refused:
        return unit_page(visit, year, unit, refused.said, refused.status)
    return visit.go(f"/assessment/{year}/{unit}", done="assessment-noted")


@post("/assessment/{year:int}/{unit:str}/review", sync_to_thread=True)
def take_review(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Accept or refuse a row of the unit."""
    form = visit.form
    with visit.workspace() as workspace, refusing() as refused:
        row = _note_of(visit, workspace, year, unit, form.text("row"))
        asked = ReviewNote(str(row), form.text("outcome") == "accepted", form.text("reason"))
        review(workspace, asked, visit.actor)
    if refused:
        return unit_page(visit, year, unit, refused.said, refused.status)
    return visit.go(f"/assessment/{year}/{unit}", done="assessment-reviewed")


@post("/assessment/{year:int}/{unit:str}/withdraw", sync_to_thread=True)
def take_back(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Take back a row of the unit that was handed in by mistake."""
    with visit.workspace() as workspace, refusing() as refused:
        row = _note_of(visit, workspace, year, unit, visit.form.text("row"))
        withdraw_note(workspace, WithdrawNote(str(row), visit.form.text("reason")), visit.actor)
    if refused:
        return unit_page(visit, year, unit, refused.said, refused.status)
    return visit.go(f"/assessment/{year}/{unit}", done="assessment-withdrawn")


@post("/assessment/{year:int}/{unit:str}/object", sync_to_thread=True)
def take_objection(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Record an objection of the unit."""
    form, wrong = visit.form, wrong_files(visit)
    if wrong:
        return unit_page(visit, year, unit, wrong, 422)
    with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder, refusing() as refused:
        meant = unit_meant(visit, workspace, year, unit)
        files = stored_files(Path(folder), visit)
        asked = flow.Object(
            year=year, unit=meant.code, item=form.text("item"), reason=form.text("reason"), files=files
        )
        flow.object_to(workspace, asked, visit.actor)
    if refused:
        return unit_page(visit, year, unit, refused.said, refused.status)
    return visit.go(f"/assessment/{year}/{unit}", done="assessment-objected")


@post("/assessment/{year:int}/{unit:str}/decide", sync_to_thread=True)
def take_decision(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Decide on an objection of the unit."""
    form = visit.form
    outcome: Literal["upheld", "rejected"] = "upheld" if form.text("outcome") == "upheld" else "rejected"
    with visit.workspace() as workspace, refusing() as refused:
        objection = _objection_of(visit, workspace, year, unit)
        flow.decide(workspace, flow.Decide(str(objection), outcome, form.text("reason")), visit.actor)
    if refused:
        return unit_page(visit, year, unit, refused.said, refused.status)
    return visit.go(f"/assessment/{year}/{unit}", done="assessment-decided")


@post("/assessment/{year:int}/{unit:str}/withdraw-objection", sync_to_thread=True)
def take_objection_back(visit: Asked, year: FromPath[int], unit: FromPath[str]) -> Response[Any]:
    """Take back an objection of the unit that nobody decided on."""
    with visit.workspace() as workspace, refusing() as refused:
        objection = _objection_of(visit, workspace, year, unit)
        withdraw_objection(workspace, str(objection), visit.form.text("reason"), visit.actor)
    if refused:
        return unit_page(visit, year, unit, refused.said, refused.status)
    return visit.go(f"/assessment/{year}/{unit}", done="assessment-unobjected")


def _objection_of(visit: Visit, workspace: Workspace, year: int, code: str) -> UUID:
    """Return the id of the objection that the form names, of a unit of the scope; raises 404."""
    meant = unit_meant(visit, workspace, year, code)
    _, one = flow.find_objection(workspace, visit.form.text("objection") or "-")
    if one.data.unit != meant.code:
        raise no_such_page()
    return one.id


def _note_of(visit: Visit, workspace: Workspace, year: int, code: str, row: str) -> UUID:
    """Return the id of a row of a unit of the scope; raises 404."""
    meant = unit_meant(visit, workspace, year, code)
    found = find_note(workspace, row or "-")
    if found.unit != meant.code:
        raise no_such_page()
    return found.id


HANDLERS = [
    make_draft,
    notify_units,
    take_notice_back,
    make_final,
    take_note,
    take_review,
    take_back,
    take_objection,
    take_decision,
    take_objection_back,
]
