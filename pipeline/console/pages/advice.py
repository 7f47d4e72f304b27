"""提升整合关停: what is advised about accounts, with its evidence, and what the office decides."""

from typing import Any, cast, get_args

from litestar import Response, get, post

from events.advice import Choice
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.office.advice.advising import CHOICES, list_advice
from pipeline.office.advice.columns import COLUMNS, row_of
from pipeline.office.advice.deciding import Decide, WithdrawDecision, decide, withdraw_decision

_LOOKS = {"close": "bad", "merge": "warn", "improve": "info"}
_PHONE = {"name": "pa", "choice": "pb", "owner": "pc", "decided": "pd"}
_WORDS = tuple(CHOICES.items())
LIST = ListPage(
    title="提升整合关停",
    path="/advice",
    columns=tuple(
        PageColumn(
            column,
            phone=_PHONE.get(column.key, "hide"),
            tag=(lambda row: _LOOKS.get(str(row["choice"]), "plain")) if column.key == "choice" else None,
        )
        for column in COLUMNS
    ),
    filters=(Filter("choice", "建议", _WORDS[:3]), Filter("decided", "决定", _WORDS)),
    search=("name", "owner", "number"),
    none_title="没有建议",
    none_next="检查定稿、提醒发出后，需要提升、整合或关停的账号列在这里。",
)


@get("/advice", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show what is advised and was decided."""
    return _page(visit, Refusal())


@post("/advice/decide", sync_to_thread=True)
def take_decision(visit: Asked) -> Response[Any]:
    """Record what the office decided."""
    form = visit.form
    choice = form.text("choice")
    with refusing() as refusal:
        if choice not in get_args(Choice):
            refusal.refuse("请选择决定。")
        else:
            asked = Decide(form.text("account"), cast("Choice", choice), form.text("reason"))
            with visit.workspace() as workspace:
                decide(workspace, asked, visit.actor)
    return _page(visit, refusal) if refusal else visit.go("/advice", done="advice-decided")


@post("/advice/withdraw", sync_to_thread=True)
def take_back(visit: Asked) -> Response[Any]:
    """Take back a decision that was recorded wrongly."""
    form = visit.form
    with refusing() as refusal, visit.workspace() as workspace:
        withdraw_decision(workspace, WithdrawDecision(form.text("account"), form.text("reason")), visit.actor)
    return _page(visit, refusal) if refusal else visit.go("/advice", done="advice-withdrawn")


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return [row_of(one) for one in list_advice(workspace, visit.now, visit.scope)]


def _page(visit: Visit, refusal: Refusal) -> Response[Any]:
    rows = _rows(visit)
    return visit.page(
        "advice/list.html",
        status=refusal.status,
        listing=LIST.shown(visit, rows),
        clerk=has(visit, Role.CLERK),
        choices=_WORDS,
        decided=any(row["decided"] for row in rows),
        sent=visit.form,
        refused=refusal.said,
    )


HANDLERS = [list_page, *exports(LIST, _rows), take_decision, take_back]
