"""备案: cases by deadline, one case with its opinions and what is next, and its form."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from events.instants import FAR
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal
from pipeline.console.rights import right_of
from pipeline.console.visit import Asked, Visit
from pipeline.console.words import short_moment
from pipeline.home.errors import NotFoundError
from pipeline.office.columns import day, ident, text, word
from pipeline.office.filings.desk_entries import CHANGEABLE
from pipeline.office.filings.late import PROBLEMS, deadline_text
from pipeline.office.filings.views import FilingView, find_filing, list_filings, waits_for
from pipeline.office.filings.words import FIELDS, KINDS, STATES, SYSTEMS
from pipeline.office.filings.writing import forms_of, write_blank, write_forms
from projections.registry.filing_case import CaseState, FilingCase

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LOOKS = {"待批": "warn", "不同意": "bad", "已批准": "info", "已备案": "ok", "已报送": "ok"}
_NEEDS = (("late", "逾期"), ("due", "有期限"), ("problem", "手续不全"))

LIST = ListPage(
    title="备案",
    path="/filings",
    columns=(
        PageColumn(
            text("name", "账号"),
            href=lambda row: f"/filings/{row['number']}",
            beside=lambda row: str(row["platform"]),
            phone="pa",
        ),
        PageColumn(text("platform", "平台"), only_exported=True),
        PageColumn(ident("number", "编号"), keeps_line=True),
        PageColumn(text("owner", "主办单位"), phone="pc"),
        PageColumn(word("kind", "事项", KINDS), keeps_line=True),
        PageColumn(word("state", "状态", STATES), tag=lambda row: _LOOKS[STATES[row["state"]]], phone="pd"),
        PageColumn(text("next", "下一步")),
        PageColumn(day("began_at", "申请或备案日期"), keeps_line=True),
        PageColumn(day("due", "期限"), keeps_line=True, phone="pb", tag=lambda row: str(row["due_look"])),
        PageColumn(word("problems", "手续", PROBLEMS), tag=lambda _: "warn"),
    ),
    filters=(
        Filter("state", "状态", tuple((str(state), said) for state, said in STATES.items())),
        Filter("kind", "事项", tuple(KINDS.items())),
        Filter("need", "需留意", _NEEDS, lambda row, chosen: chosen in row["needs"]),
    ),
    search=("name", "owner", "number"),
    search_hint="账号、单位、编号",
    none_title="还没有备案记录",
    none_next="新开设账号先申请，经审核同意后开设，并在两个工作日内备案。",
)


def at_and_known(visit: Visit) -> tuple[datetime, datetime]:
    """Return the moment that a page is about, and the moment of knowledge that it asks for."""
    return visit.at or visit.now, visit.known_at or FAR


def row_of(view: FilingView, now: datetime) -> Row:
    """Return the row of a case in the list."""
    case = view.case
    needs = [
        code
        for code, holds in (
            ("late", case.late),
            ("due", view.due is not None),
            ("problem", bool(case.problems)),
        )
        if holds
    ]
    return {
        "number": view.number,
        "name": case.name,
        "platform": case.platform,
        "owner": case.owner,
        "kind": case.kind,
        "state": str(case.state),
        "next": waits_for(case),
        "began_at": case.applied_at or case.filed_at or case.effective_at,
        "due": view.due,
        "due_look": "bad" if view.overdue or view.due_today(now) else "warn",
        "problems": [str(problem) for problem in case.problems],
        "needs": needs,
    }


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        views = list_filings(workspace, visit.scope, *at_and_known(visit))
    return [row_of(view, visit.at or visit.now) for view in views]


@get("/filings", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the cases."""
    rows = _rows(visit)
    late = sum("late" in row["needs"] for row in rows)
    waiting = sum(row["state"] == CaseState.APPLIED for row in rows)
    return visit.page(
        "filings/list.html",
        listing=LIST.shown(visit, rows),
        late=late,
        waiting=waiting,
        may_apply=may(visit, "POST", "/filings/new"),
    )


@get("/filings/form.docx", sync_to_thread=True)
def blank_form(visit: Asked) -> Response[Any]:
    """Give an empty form to fill in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.docx"
        write_blank(path)
        return visit.file(path.read_bytes(), "备案登记表.docx", _DOCX)


@get("/filings/{number:str}", sync_to_thread=True)
def case_page(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show a case."""
    return page_of_case(visit, number)


@get("/filings/{number:str}/form.docx", sync_to_thread=True)
def case_form(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Give the form of the account of a case, without names and numbers of people."""
    view = found_case(visit, number)
    with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder:
        forms = forms_of(workspace, [view.case.account_id], None, people=False)
        path = Path(folder) / "form.docx"
        write_forms(path, forms)
        return visit.file(path.read_bytes(), f"备案登记表 {view.case.name}.docx", _DOCX)


def found_case(visit: Visit, number: str) -> FilingView:
    """Return the case of an address; raises the same 404 for one that is not there and one of others."""
    try:
        with visit.workspace() as workspace:
            return find_filing(workspace, visit.scope, number, *at_and_known(visit))
    except NotFoundError:
        raise no_such_page() from None


def page_of_case(
    visit: Visit, number: str, refusal: Refusal | None = None, refused: str = ""
) -> Response[Any]:
    """Show a case; with what was refused, at the form that is called `refused`."""
    view = found_case(visit, number)
    case = view.case
    return visit.page(
        "filings/case.html",
        status=refusal.status if refusal else 200,
        view=view,
        case=case,
        kind=KINDS[case.kind],
        state=STATES[case.state],
        look=_LOOKS[STATES[case.state]],
        next=waits_for(case),
        progress=_progress(case),
        problems=[PROBLEMS[problem] for problem in case.problems],
        changes=[(FIELDS.get(name, "其他"), value) for name, value in case.changes.items()],
        systems=tuple(SYSTEMS.items()),
        deadlines=_deadlines(case),
        applied_for=[(FIELDS.get(name, "其他"), value) for name, value in case.applied_for.items()],
        fields=[(name, FIELDS[name]) for name in CHANGEABLE],
        can=_can(visit, case),
        sent=visit.form,
        refused={refused: refusal.said} if refusal else {},
    )


def may(visit: Visit, method: str, path: str) -> bool:
    """Tell whether somebody has a role that may call a route."""
    return visit.user is not None and any(
        grant.role in right_of(method, path).who for grant in visit.user.grants
    )


def parties(visit: Visit) -> list[tuple[str, str]]:
    """Return whose opinion somebody may enter: owners their own, the office also what stands on paper."""
    role = visit.grant.role if visit.grant is not None else None
    if role is Role.OWNER:
        return [("owner", "主办单位意见")]
    return [("office", "市政府办公室意见"), ("owner", "主办单位意见（纸质登记表）")]


def _can(visit: Visit, case: FilingCase) -> Mapping[str, Any]:
    """Return which forms a case shows to somebody."""
    if visit.known_at is not None or visit.at is not None:
        return {"opinion": [], "file": False, "forward": False, "withdraw": False, "form": False}
    given = {"owner": case.owner_opinion is not None, "office": case.office_opinion is not None}
    open_parties = [party for party in parties(visit) if not given[party[0]]]
    base = "/filings/{number}"
    undecided = case.owner_opinion is None and case.office_opinion is None and case.filing_id is None
    return {
        "opinion": open_parties if may(visit, "POST", f"{base}/opinion") else [],
        "file": case.state is CaseState.APPROVED and may(visit, "POST", f"{base}/file"),
        "forward": case.filing_id is not None and may(visit, "POST", f"{base}/forward"),
        "withdraw": undecided and may(visit, "POST", f"{base}/withdraw"),
        "form": case.filing_id is not None,
    }


def _progress(case: FilingCase) -> list[tuple[str, str, str]]:
    owner, office = case.owner_opinion, case.office_opinion
    done = (
        ("申请", case.applied_at, case.applied_at is not None or case.filing_id is not None),
        ("主办单位意见", owner.given_at if owner is not None else None, owner is not None),
        ("市政府办公室意见", office.given_at if office is not None else None, office is not None),
        ("备案", case.filed_at, case.filing_id is not None),
        ("报送上级系统", case.forwarded[0].forwarded_at if case.forwarded else None, bool(case.forwarded)),
    )
    refused = case.state is CaseState.REFUSED
    first = next((n for n, (_, _, is_done) in enumerate(done) if not is_done), None)
    return [
        (title, short_moment(at), "done" if is_done else "now" if n == first and not refused else "")
        for n, (title, at, is_done) in enumerate(done)
    ]


def _deadlines(case: FilingCase) -> list[tuple[str, str]]:
    deadlines = (
        ("主办单位备案", case.owner_deadline),
        ("市政府办公室报送", case.office_deadline),
    )
    return [
        (title, "期限无法计算（节假日安排未公布或日期未告知）" if d.due is None else deadline_text(d))
        for title, d in deadlines
        if d is not None
    ]


HANDLERS = [list_page, *exports(LIST, _rows), blank_form, case_page, case_form]
