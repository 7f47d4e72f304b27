"""监测验收: the quality of the monitoring firm's work in a quarter, for the office, and its own for a firm."""

from datetime import datetime
from typing import Any

from litestar import Response, get

from events.quarters import quarter_at
from pipeline.console.answer_files import FILE_KINDS
from pipeline.console.exports import exports
from pipeline.console.listing import ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.times import QUARTERS, quarter_choices, quarter_in_words
from pipeline.console.visit import Asked, Visit
from pipeline.home.workspace import Workspace
from pipeline.office.columns import Kind, word
from pipeline.office.counts.acceptance_sheet import acceptance_docx
from pipeline.office.counts.firm import COLUMNS, Acceptance, acceptance, firms_of

_NOT_ON_PHONES = frozenset(("planned", "looked"))
LIST = ListPage(
    title="监测验收表",
    path="/firm",
    columns=tuple(
        PageColumn(word("quarter", "季度", QUARTERS), sort_key=lambda row: row["quarter"], phone="hide")
        if c.key == "quarter"
        else PageColumn(
            c, numeric=c.kind in (Kind.NUMBER, Kind.SHARE), phone="hide" if c.key in _NOT_ON_PHONES else ""
        )
        for c in COLUMNS
    ),
    none_title="本季度没有监测单位反馈的问题",
    none_next="监测单位反馈的问题入库后，按季度列出覆盖、时效、误报和漏报。",
)


@get("/firm", sync_to_thread=True)
def show_quality(visit: Asked) -> Response[Any]:
    """Show the acceptance sheet of a quarter."""
    rows: list[Row] = []
    with refusing() as refused:
        rows = _rows(visit)
    return visit.page(
        "firm/quality.html",
        status=refused.status,
        listing=LIST.shown(visit, rows),
        quarter=_quarter(visit),
        quarter_title=quarter_in_words(_quarter(visit)),
        quarters=quarter_choices(_at(visit), _quarter(visit)),
        refused=refused.said,
    )


def _quarter(visit: Visit) -> str:
    return visit.ask("quarter") or quarter_at(_at(visit)).label


def _at(visit: Visit) -> datetime:
    return visit.at or visit.now


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return [dict(row) for row in _acceptance(visit, workspace).rows()]


def _acceptance(visit: Visit, workspace: Workspace) -> Acceptance:
    """Return the sheet: of every firm, of its own for a firm."""
    firms = None
    if visit.reach is Reach.OWN and visit.grant is not None:
        firms = firms_of(workspace, {visit.actor.code, visit.grant.scope})
    return acceptance(workspace, _quarter(visit), _at(visit), firms)


@get("/firm/sheet", sync_to_thread=True)
def give_sheet(visit: Asked) -> Response[Any]:
    """Give the sheet as a document."""
    with visit.workspace() as workspace, refusing() as refused:
        found = _acceptance(visit, workspace)
        content = acceptance_docx(workspace, found, _at(visit))
    if refused:
        raise no_such_page()
    return visit.file(content, f"监测验收表{found.quarter}.docx", FILE_KINDS[".docx"])


HANDLERS = [show_quality, *exports(LIST, _rows), give_sheet]
