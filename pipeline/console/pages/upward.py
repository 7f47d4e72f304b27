"""季度报告: the city's report upward about each frozen round, read on a page and taken as a file."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from events.quarters import parse_quarter
from pipeline.console.answer_files import FILE_KINDS
from pipeline.console.exports import exports
from pipeline.console.listing import ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.workspace import Workspace
from pipeline.office.columns import minute, text
from pipeline.office.reports.upward import UpwardReport, upward_report
from pipeline.office.rounds.state import list_rounds
from projections.rounds.state import RoundState, Stage

_KINDS = {"docx": FILE_KINDS[".docx"], "xlsx": FILE_KINDS[".xlsx"], "html": "text/html"}
_MOST_NAME = 60
_LIST = ListPage(
    title="季度报告",
    path="/upward",
    columns=(
        PageColumn(text("title", "检查"), href=lambda row: f"/upward/{row['round']}", phone="pa"),
        PageColumn(text("quarter", "季度"), phone="pc"),
        PageColumn(text("area", "范围"), phone="pd"),
        PageColumn(minute("check_point", "监测时间点"), phone="pb", keeps_line=True),
    ),
    search=("title",),
    search_hint="检查名称",
    none_title="还没有定稿的检查",
    none_next="检查定稿后，可以在这里生成报上级的季度报告。",
)


@get("/upward", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List the rounds that may be reported on, the newest first."""
    return visit.page("upward/list.html", listing=_LIST.shown(visit, _rows(visit)))


@get("/upward/{name:str}", sync_to_thread=True)
def read(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the report on a round as it will be."""
    with visit.workspace() as workspace:
        state, (report, refused) = _state(workspace, name), _report(visit, workspace, name)
    return visit.page(
        "upward/show.html",
        status=422 if refused else 200,
        round=state,
        shown=report.shown if report else None,
        to=visit.ask("to")[:_MOST_NAME],
        refused=refused,
    )


@get("/upward/{name:str}/files/{ending:str}", sync_to_thread=True)
def give_file(visit: Asked, name: FromPath[str], ending: FromPath[str]) -> Response[Any]:
    """Give the report as a file."""
    if ending not in _KINDS:
        raise no_such_page()
    with visit.workspace() as workspace:
        _state(workspace, name)
        report, _ = _report(visit, workspace, name)
    if report is None:
        raise no_such_page()
    return visit.file(report.contents()[ending], f"{report.document.title}.{ending}", _KINDS[ending])


def _report(visit: Visit, workspace: Workspace, name: str) -> tuple[UpwardReport | None, str]:
    """Return the report, or why there is none."""
    with refusing() as refused:
        return upward_report(workspace, name, visit.now, visit.ask("to")[:_MOST_NAME]), ""
    return None, refused.said


def _state(workspace: Workspace, name: str) -> RoundState:
    """Return a frozen round by its name; raises 404."""
    found = next((state for state in _frozen(workspace) if state.name == name), None)
    if found is None:
        raise no_such_page()
    return found


def _frozen(workspace: Workspace) -> list[RoundState]:
    return [
        state
        for state in list_rounds(workspace, texts=False)
        if state.newest is not None and state.stage is not Stage.CANCELLED
    ]


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        found = _frozen(workspace)
    return [
        {
            "round": state.name,
            "title": state.announced.title or "检查",
            "quarter": parse_quarter(state.announced.quarter).chinese,
            "area": state.announced.area or "全市",
            "check_point": state.announced.check_point,
        }
        for state in reversed(found)
    ]


HANDLERS = [list_all, *exports(_LIST, _rows), read, give_file]
