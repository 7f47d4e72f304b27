"""监测验收: the quality of the monitoring firm's work in a quarter, for the office."""

from datetime import datetime
from typing import Any

from litestar import Response, get

from events.quarters import quarter_at
from pipeline.console.exports import exports
from pipeline.console.listing import ListPage, Row, Shown
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Visit
from pipeline.office.columns import Kind
from pipeline.office.counts.firm import COLUMNS, acceptance

_PHONE = {"firm": "pa", "coverage": "pb", "findings": "pc", "false_alarms": "pd"}
LIST = ListPage(
    title="监测验收表",
    path="/firm",
    columns=tuple(
        Shown(c, numeric=c.kind in (Kind.NUMBER, Kind.SHARE), phone=_PHONE.get(c.key, "hide"))
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
        refused=refused.said,
    )


def _quarter(visit: Visit) -> str:
    return visit.ask("quarter") or quarter_at(_at(visit)).label


def _at(visit: Visit) -> datetime:
    return visit.at or visit.now


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return [dict(row) for row in acceptance(workspace, _quarter(visit), _at(visit)).rows()]


HANDLERS = [show_quality, *exports(LIST, _rows)]
