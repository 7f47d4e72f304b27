"""整改 by unit: who has answered and who has not; the sheet on which a unit answers, with its open tasks filled in."""

from typing import Any

import msgspec
from litestar import Response, get

from events.days import chinese_day
from pipeline.console.exports import exports
from pipeline.console.listing import ListPage, PageColumn, Row
from pipeline.console.visit import Asked, Visit
from pipeline.office.rectification.sheet import FORM_TITLE, TITLE, form_file, open_tasks, sheet_file
from pipeline.office.rectification.units import UNIT_COLUMNS, list_units

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNIT, *_NUMBERS, _DUE = UNIT_COLUMNS
_LIST = ListPage(
    title="各单位整改情况",
    path="/tasks/units",
    columns=(
        PageColumn(_UNIT, href=lambda row: f"/tasks?q={row['unit']}"),
        *(PageColumn(column, numeric=True) for column in _NUMBERS),
        PageColumn(_DUE),
    ),
    search=("unit",),
    none_title="没有需要整改的问题",
    none_next="通报印发后，各单位的答复情况会列在这里。",
)


@get("/tasks/units", sync_to_thread=True)
def list_by_unit(visit: Asked) -> Response[Any]:
    """List who has answered and who has not."""
    return visit.page("tasks/units.html", listing=_LIST.shown(visit, _rows(visit)))


@get("/tasks/sheet", sync_to_thread=True)
def give_sheet(visit: Asked) -> Response[Any]:
    """Give the sheet on which the units of the scope answer, `?form=docx` the Word form; both come back by 数据报送."""
    with visit.workspace() as workspace:
        tasks = open_tasks(workspace, chinese_day(visit.now), visit.scope)
    if visit.ask("form") == "docx":
        return visit.file(form_file(tasks), f"{FORM_TITLE}.docx", _DOCX)
    return visit.file(sheet_file(tasks), f"{TITLE}.xlsx", _XLSX)


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        units = list_units(workspace, chinese_day(visit.now), visit.scope)
    return [msgspec.structs.asdict(one) for one in units]


HANDLERS = [list_by_unit, *exports(_LIST, _rows), give_sheet]
