"""上级工单: received with their clock, answered, and the answer as a document."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast, get_args

from litestar import Response, get, post

from events.work_order import Level
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.times import read_past
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import registry_now
from pipeline.home.typed_numbers import typed_number
from pipeline.office.work_orders.answer_sheet import answer_docx
from pipeline.office.work_orders.columns import COLUMNS, row_of
from pipeline.office.work_orders.orders import (
    LEVELS,
    STATES,
    AnswerOrder,
    ReceiveOrder,
    WithdrawOrder,
    answer_order,
    list_orders,
    receive_order,
    withdraw_order,
)

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LOOKS = {"overdue": "bad", "waiting": "warn", "answered": "ok", "answered_late": "warn"}
_PHONE = {"number": "pa", "state": "pb", "sender": "pc", "due_at": "pd"}
_ANSWERED = ("answered", "answered_late")
LIST = ListPage(
    title="上级工单",
    path="/work-orders",
    columns=tuple(
        PageColumn(
            column,
            phone=_PHONE.get(column.key, "hide"),
            tag=(lambda row: _LOOKS[str(row["state"])]) if column.key == "state" else None,
        )
        for column in COLUMNS
    ),
    filters=(Filter("state", "情况", tuple(STATES.items())), Filter("level", "层级", tuple(LEVELS.items()))),
    search=("number", "sender", "name", "unit"),
    search_hint="编号、单位、账号",
    none_title="没有工单",
    none_next="上级转来的工单登记后列在这里，到期未答复的排在前面。",
)


@get("/work-orders", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the work orders."""
    return _page(visit, Refusal())


@post("/work-orders", sync_to_thread=True)
def take_order(visit: Asked) -> Response[Any]:
    """Record a work order."""
    form = visit.form
    level = form.text("level")
    typed = {name: form.text(name) for name in ("hours", "working_hours")}
    terms = {name: typed_number(text) for name, text in typed.items()}
    with refusing() as refusal:
        if level not in get_args(Level):
            refusal.refuse("请选择层级。")
        elif any(text and terms[name] is None for name, text in typed.items()):
            refusal.refuse("时限请写小时数，如 24。")
        else:
            asked = ReceiveOrder(
                number=form.text("number"),
                level=cast("Level", level),
                sender=form.text("sender"),
                about=form.text("about"),
                account=form.text("account"),
                unit=form.text("unit"),
                at=read_past(form.text("at"), visit.now).at if form.text("at") else None,
                hours=terms["hours"],
                working_hours=terms["working_hours"],
            )
            with visit.workspace() as workspace:
                receive_order(workspace, asked, visit.actor)
    return _page(visit, refusal) if refusal else visit.go("/work-orders", done="order-received")


@post("/work-orders/answer", sync_to_thread=True)
def take_answer(visit: Asked) -> Response[Any]:
    """Record an answer, with its files."""
    form = visit.form
    with (
        refusing() as refusal,
        tempfile.TemporaryDirectory() as folder,
        visit.workspace() as workspace,
    ):
        files = []
        for n, file in enumerate(form.files):
            path = Path(folder) / f"{n}{Path(file.name).suffix.lower()}"
            path.write_bytes(file.content)
            files.append(path)
        answer_order(
            workspace, AnswerOrder(form.text("number"), form.text("text"), tuple(files)), visit.actor
        )
    return _page(visit, refusal) if refusal else visit.go("/work-orders", done="order-answered")


@post("/work-orders/withdraw", sync_to_thread=True)
def take_back(visit: Asked) -> Response[Any]:
    """Take back the newest answer, or the order where it has none."""
    form = visit.form
    with refusing() as refusal, visit.workspace() as workspace:
        withdraw_order(workspace, WithdrawOrder(form.text("number"), form.text("reason")), visit.actor)
    return _page(visit, refusal) if refusal else visit.go("/work-orders", done="order-withdrawn")


@get("/work-orders/answer.docx", sync_to_thread=True)
def give_answer(visit: Asked) -> Response[Any]:
    """Give the newest answer to the work order that the address names as DOCX."""
    number = visit.ask("number")
    if number not in {row["number"] for row in _rows(visit) if row["state"] in _ANSWERED}:
        raise no_such_page()
    try:
        with visit.workspace() as workspace:
            content = answer_docx(workspace, number)
    except NotFoundError:
        raise no_such_page() from None
    return visit.file(content, f"工单答复-{number}.docx", _DOCX)


def _rows(visit: Visit) -> list[Row]:
    at = min(visit.now, datetime.now(UTC)) if visit.at is None else visit.at
    with visit.workspace() as workspace:
        registry = registry_now(workspace)
        return [row_of(order, registry, at) for order in list_orders(workspace, at, visit.scope)]


def _page(visit: Visit, refusal: Refusal) -> Response[Any]:
    rows = _rows(visit)
    return visit.page(
        "work_orders/list.html",
        status=refusal.status,
        listing=LIST.shown(visit, rows),
        clerk=has(visit, Role.CLERK),
        levels=tuple(LEVELS.items()),
        numbers=[row["number"] for row in rows],
        answered=[row["number"] for row in rows if row["state"] in _ANSWERED],
        sent=visit.form,
        refused=refusal.said,
    )


HANDLERS = [list_page, *exports(LIST, _rows), take_order, take_answer, take_back, give_answer]
