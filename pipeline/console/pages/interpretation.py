"""政策解读: documents and the forms that explain them; a sheet of them handed in by the office."""

import tempfile
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get, post

from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.office.columns import day, ident, number, text, word
from pipeline.office.interpretation.listing import FORMS, STATES, list_documents
from pipeline.office.interpretation.rule import interpretation_rule
from pipeline.office.interpretation.taking import (
    WithdrawDocument,
    import_interpretations,
    withdraw_document,
)
from pipeline.office.sheet_imports import ImportSheet

_LOOKS = {"short": "bad", "met": "ok", "exempt": "plain"}
_ENDINGS = (".xlsx", ".csv")
_LIST = ListPage(
    title="政策解读",
    path="/interpretation",
    columns=(
        PageColumn(text("title", "标题"), phone="pa"),
        PageColumn(ident("number", "文号"), phone="pc"),
        PageColumn(text("unit", "牵头起草部门"), phone="pc"),
        PageColumn(day("published_on", "发布日期"), phone="pd"),
        PageColumn(word("forms", "已有解读形式", FORMS), phone="hide"),
        PageColumn(number("missing", "缺少形式数"), numeric=True, phone="hide"),
        PageColumn(word("state", "情况", STATES), tag=lambda row: _LOOKS[str(row["state"])], phone="pb"),
        PageColumn(text("problem", "问题"), phone="hide"),
    ),
    filters=(Filter("state", "情况", tuple(STATES.items())),),
    search=("number", "title", "unit"),
    search_hint="文号、标题、部门",
    none_title="还没有登记文件",
    none_next="办公室导入规范性文件和解读后，会列在这里。",
)


@get("/interpretation", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List the documents, those with missing forms first."""
    return _page(visit, Refusal())


@post("/interpretation", sync_to_thread=True)
def take(visit: Asked) -> Response[Any]:
    """Take a sheet of documents and interpretations, all of it or none."""
    file = next(iter(visit.form.files), None)
    suffix = Path(file.name).suffix.lower() if file is not None else ""
    with refusing() as refused:
        if file is None or suffix not in _ENDINGS:
            refused.refuse("请选择一个 XLSX 或 CSV 文件")
        else:
            with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"政策解读{suffix}"
                path.write_bytes(file.content)
                import_interpretations(workspace, ImportSheet(path), visit.actor)
    if refused:
        return _page(visit, refused)
    return visit.go("/interpretation", done="interpretation-taken")


@post("/interpretation/withdraw", sync_to_thread=True)
def take_back(visit: Asked) -> Response[Any]:
    """Take back a document that was entered wrongly, or its interpretations in one form."""
    form = visit.form
    asked = WithdrawDocument(form.text("number"), form.text("reason"), form.text("form"))
    with refusing() as refused, visit.workspace() as workspace:
        withdraw_document(workspace, asked, visit.actor)
    if refused:
        return _page(visit, refused)
    return visit.go("/interpretation", done="interpretation-withdrawn")


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        documents = list_documents(workspace, visit.at or visit.now, visit.scope)
    return [msgspec.structs.asdict(document) for document in documents]


def _page(visit: Visit, refused: Refusal) -> Response[Any]:
    rows = _rows(visit)
    counts = [
        {
            "word": title,
            "value": sum(row["state"] == state for row in rows),
            "url": f"/interpretation?state={state}",
            "current": visit.ask("state") == state,
            "red": state == "short" and any(row["state"] == state for row in rows),
        }
        for state, title in STATES.items()
    ]
    return visit.page(
        "interpretation/list.html",
        status=refused.status,
        listing=_LIST.shown(visit, rows),
        counts=counts,
        clerk=has(visit, Role.CLERK),
        refused=refused.said,
        sent=visit.form,
        needed=interpretation_rule().needed,
        forms=list(FORMS.items()),
        accept=",".join(_ENDINGS),
    )


HANDLERS = [list_all, *exports(_LIST, _rows), take, take_back]
