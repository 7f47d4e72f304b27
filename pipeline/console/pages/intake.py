"""数据报送: what came in, handing in, what an intake brought, undoing it and putting a mended paper in its place."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.days import chinese_day
from pipeline.access.users import Role
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.navigation import may_open
from pipeline.console.pages.senders import called, sender_of
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import Kind
from pipeline.home.workspace import Workspace
from pipeline.office.columns import ACCOUNT, minute, number, text, word
from pipeline.office.fact_words import FACTS
from pipeline.office.intake.handing_in import HandIn, Upload, hand_in
from pipeline.office.intake.inbox import (
    PaperView,
    find_paper,
    list_papers,
    may_undo,
    view_paper,
)
from pipeline.office.intake.listing import show_intake
from pipeline.office.intake.mending import ALL, papers_taken
from pipeline.office.intake.originals import Original, OriginalFile, read_original
from pipeline.office.intake.papers import memory_of
from pipeline.office.intake.sender import UPLOADS
from pipeline.office.intake.stored import Paper
from pipeline.office.intake.undo import UndoIntake, undo
from pipeline.office.intake.wording import KINDS
from projections.intakes.state import IntakeState

_STAGES = {
    "waiting": "待确认",
    "sent_back": "已退回",
    "open": "入库中断",
    "taken": "已入库",
    "withdrawn": "已撤销",
    "replaced": "已更正",
}
_LOOKS = {"waiting": "warn", "sent_back": "bad", "open": "bad", "taken": "ok"}
_PASTED = "粘贴的表格.txt"
_WORDS = {**KINDS, "other": "其他"}

_IN = ListPage(
    title="数据报送",
    path="/in",
    columns=(
        PageColumn(text("title", "报送内容"), href=lambda row: row["url"], phone="pa"),
        PageColumn(
            word("stage", "状态", _STAGES), tag=lambda row: _LOOKS.get(row["stage"], "plain"), phone="pb"
        ),
        PageColumn(text("sender", "报送单位"), phone="pc"),
        PageColumn(minute("came_at", "报送时间"), phone="pd"),
        PageColumn(text("intake", "入库编号"), phone="hide"),
        PageColumn(word("kinds", "类型", _WORDS), phone="hide", sorts=False),
        PageColumn(number("size", "行数或记录数"), numeric=True, phone="hide"),
        PageColumn(number("questions", "待确认"), numeric=True, phone="hide"),
        PageColumn(text("reason", "说明"), phone="hide", sorts=False),
    ),
    filters=(
        Filter("stage", "状态", tuple(_STAGES.items())),
        Filter("kind", "类型", tuple(_WORDS.items()), keeps=lambda row, chosen: chosen in row["kinds"]),
    ),
    search=("title", "intake", "sender", "reason"),
)
_BROUGHT = ListPage(
    title="入库记录",
    path="",
    columns=(
        PageColumn(text("page", "工作表"), phone="hide"),
        PageColumn(number("row", "行"), numeric=True, phone="pb"),
        PageColumn(ACCOUNT[0], phone="pa"),
        PageColumn(ACCOUNT[1], phone="pc"),
        PageColumn(ACCOUNT[2], phone="hide"),
        PageColumn(word("type", "记录", FACTS), phone="pd"),
        PageColumn(text("known_before", "此前已有"), phone="hide"),
        PageColumn(text("withdrawn", "已撤销"), phone="hide"),
    ),
    filters=(Filter("type", "记录", tuple(FACTS.items())),),
    search=("name", "owner"),
)


def _row(view: PaperView) -> Row:
    names = "、".join(view.files[:2]) + (f" 等 {len(view.files)} 个文件" if len(view.files) > 2 else "")
    kinds = "、".join(_WORDS.get(kind, kind) for kind in view.kinds)
    return {
        "title": names or kinds or "报送",
        "url": f"/in/{view.number}" if view.number else f"/in/plans/{view.plan}",
        "stage": view.stage,
        "sender": called(view.role, view.scope),
        "came_at": view.came_at,
        "intake": f"收{view.number}" if view.number else "",
        "kinds": list(view.kinds),
        "size": view.facts if view.number else view.rows,
        "questions": view.questions,
        "reason": view.reason or (f"更正收{view.replaces}" if view.replaces else ""),
    }


def _papers(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        rows = [_row(view) for view in list_papers(workspace, sender_of(visit))]
    may_decide = visit.user is not None and may_open(visit.user, "/in/plans/{plan}")
    return [row if row["intake"] or may_decide else {**row, "url": ""} for row in rows]


@get("/in", sync_to_thread=True)
def list_in(visit: Asked) -> Response[Any]:
    """List what was handed in, with the form to hand in more."""
    return _inbox(visit)


def _inbox(visit: Visit, *, error: str = "", status: int = 200) -> Response[Any]:
    rows = _papers(visit)
    role = visit.grant.role if visit.grant else None
    return visit.page(
        "intake/list.html",
        status=status,
        listing=_IN.shown(visit, rows),
        waiting=sum(row["stage"] == "waiting" for row in rows),
        error=error,
        pasted=_pasted(visit) if error else "",
        may_upload=role in (Role.CLERK, Role.COMPETENT, Role.OWNER, Role.FIRM),
        is_office=role is Role.CLERK,
        kinds="、".join(KINDS[kind] for kind in KINDS if kind in UPLOADS.get(str(role), ())),
    )


@get("/in.xlsx", sync_to_thread=True)
def export_in_workbook(visit: Asked) -> Response[bytes]:
    """Give the list as a workbook."""
    return _IN.export(visit, _papers(visit), "xlsx")


@get("/in.csv", sync_to_thread=True)
def export_in_text(visit: Asked) -> Response[bytes]:
    """Give the list as text."""
    return _IN.export(visit, _papers(visit), "csv")


@post("/in", sync_to_thread=True)
def upload(visit: Asked) -> Response[Any]:
    """Take files in and lead to what would come of them; nothing is written."""
    with refusing(but=Kind.NOT_FOUND) as refusal:
        plan = _handed_in(visit)
    if refusal:
        return _inbox(visit, error=refusal.said, status=refusal.status)
    return visit.go(f"/in/plans/{plan}")


def _pasted(visit: Visit) -> str:
    """Return cells that were copied and pasted, as they came: a blank first cell is a cell."""
    text = next(iter(visit.form.fields.get("pasted", ())), "")
    return text if text.strip() else ""


def _handed_in(visit: Visit, *, replaces: str = "", reason: str = "", mends: str = "") -> str:
    files = tuple(Upload(file.name, file.content) for file in visit.form.files)
    if pasted := _pasted(visit):
        files += (Upload(_PASTED, pasted.encode()),)
    asked = HandIn(files, sender_of(visit), chinese_day(visit.now), visit.now, replaces, reason, mends)
    with visit.workspace() as workspace:
        return hand_in(workspace, asked).id


def _seen(visit: Visit, number: str) -> dict[str, Any]:
    """Return what a page says of an intake; one that somebody may not see is not there."""
    with visit.workspace() as workspace:
        viewer = sender_of(visit)
        state = find_paper(workspace, viewer, number)
        view = view_paper(workspace, state)
        brought = show_intake(workspace, state.number) if state.closed is not None else []
        papers = _papers_of(workspace, state)
        of_file = {paper.sha256[:12]: f"{paper.name} " for paper in papers} if len(papers) > 1 else {}
        rows: Sequence[Row] = [
            {
                "page": of_file.get(one.file, "")
                + (one.page if one.line.isdecimal() else f"{one.page} {one.line}".strip()),
                "row": int(one.line) if one.line.isdecimal() else None,
                "name": one.name.removeprefix("unit:"),
                "platform": one.platform,
                "owner": one.owner,
                "type": one.type,
                "known_before": one.known_before,
                "withdrawn": one.withdrawn,
            }
            for one in brought
        ]
        return {
            "view": view,
            "paper": _row(view),
            "stage_word": _STAGES[view.stage],
            "stage_look": _LOOKS.get(view.stage, "plain"),
            "rows": rows,
            "known": sum(bool(one.known_before) for one in brought),
            "files": view.files or tuple(f"第 {n + 1} 个文件" for n in range(len(state.opened.files))),
            "mends": _mends(papers),
            "may_undo": may_undo(workspace, viewer, state, visit.now),
            "may_replace": viewer.role == Role.CLERK and state.withdrawn is None and state.closed is not None,
            "reads_freely": not viewer.is_office,
            "reads_originals": visit.may("POST", "/in/{number}/original"),
        }


def _papers_of(workspace: Workspace, state: IntakeState) -> tuple[Paper, ...]:
    with memory_of(workspace) as memory:
        return papers_taken(memory, state).papers


def _mends(papers: Sequence[Paper]) -> list[tuple[str, str]]:
    """Return which files of an intake a mended paper may stand for; none to choose where there is one."""
    if len(papers) < 2:
        return []
    return [(str(n), paper.name) for n, paper in enumerate(papers, 1)] + [(ALL, "全部文件")]


@get("/in/{number:str}", sync_to_thread=True)
def show_one(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show what an intake brought, and what can be done about it."""
    return _one(visit, number)


def _one(
    visit: Visit, number: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[Any]:
    seen = _seen(visit, number)
    listing = _BROUGHT.shown(visit, seen["rows"])
    return visit.page("intake/one.html", status=status, listing=listing, errors=errors or {}, **seen)


@get("/in/{number:str}/records.xlsx", sync_to_thread=True)
def export_brought_workbook(visit: Asked, number: FromPath[str]) -> Response[bytes]:
    """Give what an intake brought as a workbook."""
    return _BROUGHT.export(visit, _seen(visit, number)["rows"], "xlsx")


@get("/in/{number:str}/records.csv", sync_to_thread=True)
def export_brought_text(visit: Asked, number: FromPath[str]) -> Response[bytes]:
    """Give what an intake brought as text."""
    return _BROUGHT.export(visit, _seen(visit, number)["rows"], "csv")


@post("/in/{number:str}/undo", sync_to_thread=True)
def undo_one(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Take back all that an intake brought."""
    if not visit.form.text("reason"):
        return _refused(visit, number, "undo", "请写明撤销原因")
    with refusing(but=Kind.NOT_FOUND) as refusal:
        done = _undone(visit, number)
    if refusal:
        return _refused(visit, number, "undo", refusal.said)
    return visit.go(f"/in/{done}", done="intake-undone")


def _undone(visit: Visit, number: str) -> str:
    form, viewer = visit.form, sender_of(visit)
    with visit.workspace() as workspace:
        state = find_paper(workspace, viewer, number)
        if not may_undo(workspace, viewer, state, visit.now) and state.withdrawn is None:
            raise no_such_page()
        asked = UndoIntake(
            state.number, form.text("reason"), bool(form.text("although")), form.text("second")
        )
        return undo(workspace, asked, visit.actor).intake


def _refused(visit: Visit, number: str, form: str, error: str) -> Response[Any]:
    return _one(visit, number, errors={form: error}, status=422)


@post("/in/{number:str}/replace", sync_to_thread=True)
def replace_one(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Plan a mended paper that takes the place of an intake."""
    with visit.workspace() as workspace:
        state = find_paper(workspace, sender_of(visit), number)
    if not visit.form.text("reason"):
        return _refused(visit, number, "replace", "请写明更正原因")
    with refusing(but=Kind.NOT_FOUND) as refusal:
        plan = _handed_in(
            visit, replaces=state.number, reason=visit.form.text("reason"), mends=visit.form.text("mends")
        )
    if refusal:
        return _refused(visit, number, "replace", refusal.said)
    return visit.go(f"/in/plans/{plan}")


@post("/in/{number:str}/original", sync_to_thread=True)
def give_original(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Give a file as it came; the office says why, and the access log keeps it."""
    with refusing(but=Kind.NOT_FOUND) as refusal:
        file = _original(visit, number)
    if refusal:
        return _refused(visit, number, "original", refusal.said)
    return visit.original(file.content, file.name, "application/octet-stream")


def _original(visit: Visit, number: str) -> OriginalFile:
    viewer = sender_of(visit)
    with visit.workspace() as workspace:
        state = find_paper(workspace, viewer, number)
        asked = Original(state.opened.plan, visit.form.text("file"), visit.form.text("reason"))
        return read_original(workspace, asked, viewer, state)


HANDLERS = [
    list_in,
    export_in_workbook,
    export_in_text,
    upload,
    show_one,
    export_brought_workbook,
    export_brought_text,
    undo_one,
    replace_one,
    give_original,
]
