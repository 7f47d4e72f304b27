"""转载任务: what accounts have to carry, who did; each unit hands in its own, the office gives and takes back."""

import re
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.rights import Reach
from pipeline.console.times import read_moment, read_when
from pipeline.console.visit import Asked, Visit
from pipeline.home.workspace import Workspace
from pipeline.office.columns import ident, minute, number, share, text
from pipeline.office.reposts.acts import (
    HandInRepost,
    OrderRepost,
    WithdrawRepost,
    hand_in_repost,
    order_repost,
    withdraw_repost,
)
from pipeline.office.reposts.listing import STATES, OrderView, Reposts, accounts_of, list_orders, units_of

_LOOKS = {"done": "ok", "late": "warn", "missing": "bad", "pending": "plain"}
_PARTING = re.compile(r"[、，,;；\n]+")
_LIST = ListPage(
    title="转载任务",
    path="/reposts",
    columns=(
        PageColumn(text("title", "转载内容"), href=lambda row: f"/reposts/{row['order_id']}", phone="pa"),
        PageColumn(ident("number", "任务编号"), phone="pc"),
        PageColumn(text("source_units", "来源单位"), phone="hide"),
        PageColumn(minute("due_at", "完成期限"), phone="pd"),
        PageColumn(number("asked", "应转载"), numeric=True, phone="hide"),
        PageColumn(number("done", "已转载"), numeric=True, phone="hide"),
        PageColumn(number("late", "逾期转载"), numeric=True, phone="hide"),
        PageColumn(number("missing", "未转载"), numeric=True, phone="hide"),
        PageColumn(share("share", "按时转载率"), numeric=True, phone="pb"),
    ),
    search=("number", "title"),
    search_hint="编号、内容",
    none_title="没有转载任务",
    none_next="市政府办公室下达的转载任务会列在这里。",
)


@get("/reposts", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List the orders that ask an account of the scope."""
    return visit.page(
        "reposts/list.html", listing=_LIST.shown(visit, _rows(visit)), clerk=has(visit, Role.CLERK)
    )


@get("/reposts/order", sync_to_thread=True)
def show_order(visit: Asked) -> Response[Any]:
    """Show the form of an order."""
    return _form(visit, Refusal())


@post("/reposts/order", sync_to_thread=True)
def give_order(visit: Asked) -> Response[Any]:
    """Give an order."""
    form = visit.form
    with refusing() as refused:
        asked = OrderRepost(
            number=form.text("number"),
            title=form.text("title"),
            due_at=read_moment(form.text("due"), "due"),
            source_units=_listed(form.text("source")),
            link=form.text("link"),
            areas=_listed(form.text("area")),
            tiers=_listed(form.text("tier")),
        )
        with visit.workspace() as workspace:
            event = order_repost(workspace, asked, visit.actor)
    if refused:
        return _form(visit, refused)
    return visit.go(f"/reposts/{event.id}", done="repost-ordered")


@get("/reposts/{order:str}", sync_to_thread=True)
def show(visit: Asked, order: FromPath[str]) -> Response[Any]:
    """Show who carried a piece and who did not."""
    return _page(visit, order, Refusal())


@post("/reposts/{order:str}/done", sync_to_thread=True)
def hand_in(visit: Asked, order: FromPath[str]) -> Response[Any]:
    """Record that an account of the scope carried the piece."""
    form = visit.form
    with refusing() as refused:
        when = read_when(form.text("at"), visit.now)
        with visit.workspace() as workspace:
            view, accounts = _meant(visit, workspace, order)
            if form.text("account") not in {one.account_id for one in accounts}:
                raise no_such_page()
            asked = HandInRepost(view.number, form.text("account"), form.text("link"), when)
            hand_in_repost(workspace, asked, visit.actor)
    if refused:
        return _page(visit, order, refused)
    return visit.go(f"/reposts/{order}", done="repost-done")


@post("/reposts/{order:str}/withdraw", sync_to_thread=True)
def take_back(visit: Asked, order: FromPath[str]) -> Response[Any]:
    """Take back an order, or what was handed in for one account."""
    form = visit.form
    account = form.text("account")
    with refusing() as refused, visit.workspace() as workspace:
        view, _ = _meant(visit, workspace, order)
        withdraw_repost(workspace, WithdrawRepost(view.number, form.text("reason"), account), visit.actor)
    if refused:
        return _page(visit, order, refused)
    return visit.go(f"/reposts/{order}" if account else "/reposts", done="repost-withdrawn")


def _listed(typed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _PARTING.split(typed) if part.strip())


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        orders = list_orders(Reposts(workspace, visit.at or visit.now, visit.scope))
    return [msgspec.structs.asdict(order) for order in orders]


def _meant(visit: Visit, workspace: Workspace, order_id: str) -> tuple[OrderView, list[Any]]:
    """Return an order of the scope with its accounts there; raises 404."""
    reposts = Reposts(workspace, visit.at or visit.now, visit.scope)
    view = next((one for one in list_orders(reposts) if str(one.order_id) == order_id), None)
    if view is None:
        raise no_such_page()
    return view, accounts_of(reposts, reposts.find(view.number))


def _form(visit: Visit, refused: Refusal) -> Response[Any]:
    sources = visit.home.settings.repost_sources
    return visit.page(
        "reposts/order.html", status=refused.status, refused=refused.said, sent=visit.form, sources=sources
    )


def _page(visit: Visit, order_id: str, refused: Refusal) -> Response[Any]:
    with visit.workspace() as workspace:
        order, accounts = _meant(visit, workspace, order_id)
        reposts = Reposts(workspace, visit.at or visit.now, visit.scope)
        units = units_of(reposts, [reposts.find(order.number)])
    clerk = has(visit, Role.CLERK)
    waiting = [one for one in accounts if one.state in ("missing", "pending")]
    return visit.page(
        "reposts/show.html",
        status=refused.status,
        order=order,
        accounts=accounts,
        units=units,
        states=STATES,
        looks=_LOOKS,
        waiting=[(one.account_id, f"{one.name}（{one.platform}）") for one in waiting],
        told=[(one.account_id, f"{one.name}（{one.platform}）") for one in accounts if one not in waiting],
        clerk=clerk,
        can_hand_in=clerk or visit.reach is Reach.UNIT,
        refused=refused.said,
        sent=visit.form,
    )


HANDLERS = [list_all, *exports(_LIST, _rows), show_order, give_order, show, hand_in, take_back]
