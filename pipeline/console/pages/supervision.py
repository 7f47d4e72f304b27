"""督导: letters and orders to units with the state of their answers, and a month unit by unit."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from events.days import chinese_day
from pipeline.access.users import Role
from pipeline.console.answer_files import FILE_KINDS, given_file, received_on, stored_files, wrong_files
from pipeline.console.exports import exports
from pipeline.console.hands import has, name_of
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.columns import day, minute, number, text, word
from pipeline.office.rectification.listing import evidence_file
from pipeline.office.rectification.sheet import FORM_TITLE, form_file, open_among
from pipeline.office.supervision import months
from pipeline.office.supervision.acts import (
    DOCX,
    AnswerSupervision,
    IssueSupervision,
    WithdrawSupervision,
    answer_supervision,
    document_of,
    draft_supervision,
    issue_supervision,
    withdraw_supervision,
    withdraw_supervision_answer,
)
from pipeline.office.supervision.listing import (
    KINDS,
    STATES,
    answer_views,
    issued_now,
    list_supervision,
    units_within,
)
from projections.rounds.supervision import Supervision

_LOOKS = {"late": "bad", "waiting": "warn", "answered": "ok", "withdrawn": "plain"}
_LIST = ListPage(
    title="督导文书",
    path="/supervision",
    columns=(
        PageColumn(
            text("number", "文号"), href=lambda row: f"/supervision/{row['id']}", phone="pa", keeps_line=True
        ),
        PageColumn(word("kind", "种类", KINDS), phone="pc"),
        PageColumn(text("unit", "主办单位"), phone="pc"),
        PageColumn(text("month", "月份"), keeps_line=True, phone="hide"),
        PageColumn(day("issued_on", "发出"), phone="hide"),
        PageColumn(day("due", "答复期限"), phone="pd"),
        PageColumn(number("tasks", "整改项"), numeric=True, phone="hide"),
        PageColumn(number("accounts", "超期账号"), numeric=True, phone="hide"),
        PageColumn(word("state", "情况", STATES), tag=lambda row: _LOOKS[str(row["state"])], phone="pb"),
        PageColumn(minute("answered_at", "答复时间"), phone="hide"),
    ),
    filters=(
        Filter("state", "情况", tuple(STATES.items())),
        Filter("kind", "种类", tuple(KINDS.items())),
    ),
    search=("number", "unit"),
    none_title="没有提醒函和督办单",
    none_next="需要提醒、督办的单位，由办公室发出文书后列在这里。",
)
_UNIT, *_NUMBERS = months.COLUMNS
_MONTH = ListPage(
    title="月督导情况",
    path="/supervision/month",
    columns=(PageColumn(_UNIT), *(PageColumn(column, numeric=True) for column in _NUMBERS)),
    search=("unit",),
    none_title="这个月没有需要说明的情况",
    none_next="换一个月份看看。",
)


@get("/supervision", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List letters and orders, the newest first."""
    return visit.page(
        "supervision/list.html", listing=_LIST.shown(visit, _rows(visit)), clerk=has(visit, Role.CLERK)
    )


@get("/supervision/month", sync_to_thread=True)
def show_month(visit: Asked) -> Response[Any]:
    """Show a month unit by unit, by their names: nobody is ranked."""
    with refusing() as refused:
        rows = _month_rows(visit)
    if refused:
        rows = []
    return visit.page(
        "supervision/month.html",
        status=refused.status if refused else 200,
        listing=_MONTH.shown(visit, rows),
        month=_month(visit),
        error=refused.said,
    )


@get("/supervision/new", sync_to_thread=True)
def show_new(visit: Asked) -> Response[Any]:
    """Show the form by which the office issues a letter or an order."""
    return _new_page(visit)


@post("/supervision/new", sync_to_thread=True)
def issue(visit: Asked) -> Response[Any]:
    """Issue a letter or an order; `draft` gives the document as it would go out."""
    form, errors = visit.form, {}
    issued_on = read_day(form.text("issued_on")) if form.text("issued_on") else chinese_day(visit.now)
    due = read_day(form.text("due")) if form.text("due") else None
    if issued_on is None:
        errors["issued_on"] = "日期这样写：2027-01-08，或2027年1月8日"
    if form.text("due") and due is None:
        errors["due"] = "期限这样写：2027-01-08，或2027年1月8日"
    if form.text("kind") not in KINDS:
        errors["kind"] = "请选择种类"
    if not form.text("unit"):
        errors["unit"] = "请选择单位"
    if errors or issued_on is None:
        return _new_page(visit, errors, 422)
    draft = bool(form.text("draft"))
    asked = IssueSupervision(
        kind="order" if form.text("kind") == "order" else "letter",
        unit=form.text("unit"),
        month=form.text("month") or months.last_month(chinese_day(visit.now)),
        number="" if draft else form.text("number"),
        issued_on=issued_on,
        due=due,
    )
    with visit.workspace() as workspace, refusing() as refused:
        if draft:
            content = draft_supervision(workspace, asked)
        else:
            done = issue_supervision(workspace, asked, visit.actor)
    if refused:
        return _new_page(visit, {"all": refused.said}, refused.status)
    if draft:
        return visit.file(content, f"{KINDS[asked.kind]}草稿.docx", DOCX)
    return visit.go(f"/supervision/{done.id}", done="supervision-issued")


@get("/supervision/{one:str}", sync_to_thread=True)
def show_one(visit: Asked, one: FromPath[str]) -> Response[Any]:
    """Show a letter or an order, and what its unit answered."""
    return _page(visit, one)


@get("/supervision/{one:str}/document", sync_to_thread=True)
def give_document(visit: Asked, one: FromPath[str]) -> Response[Any]:
    """Give the document as it went out, `?form=docx` the form on which the unit answers what it asks about."""
    with visit.workspace() as workspace:
        meant = _meant(visit, workspace, one)
        if visit.ask("form") == "docx":
            tasks = open_among(workspace, chinese_day(visit.now), meant.tasks)
            return visit.file(form_file(tasks), f"{FORM_TITLE}.docx", DOCX)
        content = document_of(workspace, meant)
    return visit.file(content, f"{KINDS[meant.kind]}.docx", DOCX)


@get("/supervision/{one:str}/evidence/{sha256:str}", sync_to_thread=True)
def give_evidence(visit: Asked, one: FromPath[str], sha256: FromPath[str]) -> Response[Any]:
    """Give a file of an answer, as it was handed in."""
    with visit.workspace() as workspace:
        meant = _meant(visit, workspace, one)
        files = [e for k in meant.answers for e in getattr(k.event.data, "evidence", ())]
        found = next((e for e in files if e.sha256 == sha256), None)
        if found is None:
            raise no_such_page()
        content = evidence_file(workspace.home, found)
    return given_file(visit, found, content, "督导答复")


@post("/supervision/{one:str}/answer", sync_to_thread=True)
def take_answer(visit: Asked, one: FromPath[str]) -> Response[Any]:
    """Record what a unit answered: by the unit itself, or by the office where it came on paper."""
    form = visit.form
    at, wrong = received_on(visit)
    if wrong := wrong_files(visit) or wrong:
        return _page(visit, one, wrong, 422)
    with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder, refusing() as refused:
        meant = _meant(visit, workspace, one)
        files = stored_files(Path(folder), visit)
        answer_supervision(
            workspace, AnswerSupervision(str(meant.id), form.text("text"), files, at), visit.actor
        )
    if refused:
        return _page(visit, one, refused.said, refused.status)
    return visit.go(f"/supervision/{one}", done="supervision-answered")


@post("/supervision/{one:str}/take-back", sync_to_thread=True)
def take_back_answer(visit: Asked, one: FromPath[str]) -> Response[Any]:
    """Take back the newest answer, which was recorded wrongly."""
    with visit.workspace() as workspace, refusing() as refused:
        meant = WithdrawSupervision(str(_meant(visit, workspace, one).id), visit.form.text("reason"))
        withdraw_supervision_answer(workspace, meant, visit.actor)
    if refused:
        return _page(visit, one, refused.said, refused.status)
    return visit.go(f"/supervision/{one}", done="supervision-taken-back")


@post("/supervision/{one:str}/withdraw", sync_to_thread=True)
def withdraw(visit: Asked, one: FromPath[str]) -> Response[Any]:
    """Take back a letter or an order that was issued by mistake."""
    with visit.workspace() as workspace, refusing() as refused:
        meant = WithdrawSupervision(str(_meant(visit, workspace, one).id), visit.form.text("reason"))
        withdraw_supervision(workspace, meant, visit.actor)
    if refused:
        return _page(visit, one, refused.said, refused.status)
    return visit.go(f"/supervision/{one}", done="supervision-withdrawn")


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        found = list_supervision(workspace, chinese_day(visit.now), scope=visit.scope)
    return [msgspec.structs.asdict(one) for one in found]


def _month(visit: Visit) -> str:
    return visit.ask("month") or f"{chinese_day(visit.now):%Y-%m}"


def _month_rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        found = months.list_month(workspace, _month(visit), chinese_day(visit.now), visit.scope)
    return [msgspec.structs.asdict(one) for one in found]


def _meant(visit: Visit, workspace: Workspace, one_id: str) -> Supervision:
    """Return a letter or an order to a unit of the scope of whoever asks; raises 404."""
    units = units_within(workspace, visit.scope)
    found = next((one for one in issued_now(workspace) if str(one.id) == one_id), None)
    if found is None or (units is not None and found.unit not in units):
        raise no_such_page()
    return found


def _page(visit: Visit, one_id: str, error: str = "", status: int = 200) -> Response[Any]:
    with visit.workspace() as workspace:
        one = _meant(visit, workspace, one_id)
        answers = answer_views(workspace, one)
    state = one.state(chinese_day(visit.now))
    clerk = has(visit, Role.CLERK)
    return visit.page(
        "supervision/show.html",
        status=status,
        one=one,
        kind=KINDS[one.kind],
        state=(STATES[state], _LOOKS[state]),
        answers=[(answer, name_of(visit, answer.actor)) for answer in answers],
        can_answer=(visit.reach is Reach.UNIT or clerk) and not one.withdrawn,
        clerk=clerk and not one.withdrawn,
        error=error,
        form=visit.form,
        kinds="、".join(sorted({ending[1:].upper() for ending in FILE_KINDS})),
        accept=",".join(FILE_KINDS),
    )


def _new_page(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response[Any]:
    with visit.workspace() as workspace:
        units = sorted({entry.owner for entry in registry_now(workspace).entries.values()} - {""})
    today: date = chinese_day(visit.now)
    return visit.page(
        "supervision/new.html",
        status=status,
        units=units,
        kinds=tuple(KINDS.items()),
        errors=errors or {},
        form=visit.form,
        month=visit.form.text("month") or months.last_month(today),
        today=today,
    )


HANDLERS = [
    list_all,
    *exports(_LIST, _rows),
    show_month,
    *exports(_MONTH, _month_rows),
    show_new,
    issue,
    show_one,
    give_document,
    give_evidence,
    take_answer,
    take_back_answer,
    withdraw,
]
