"""重点关注: who is on the list, weeks done of those that are needed, flags, and bringing the list up to date."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.instants import FAR
from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.filings import may
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.times import read_past
from pipeline.console.visit import Asked, Visit
from pipeline.console.words import short_moment
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import find_alone
from pipeline.home.rulesets import rule_names
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.focus.flag_withdrawal import WithdrawFlag, withdraw_flag
from pipeline.office.focus.flags import FlagAccount, flag_account
from pipeline.office.focus.update import FocusUpdate, runs_of_last_quarter, update_focus
from pipeline.office.focus.views import (
    FocusHistory,
    FocusView,
    cards_of,
    focus_history,
    list_focus,
    waiting_causes,
    weeks_updated,
)
from pipeline.office.focus.words import CAUSES, CHANGES

LIST = ListPage(
    title="重点关注名单",
    path="/focus",
    columns=(
        PageColumn(
            text("name", "账号"),
            href=lambda row: f"/focus/{row['number'] or row['account_id']}",
            beside=lambda row: str(row["platform"]),
            phone="pa",
        ),
        PageColumn(text("platform", "平台"), only_exported=True),
        PageColumn(ident("number", "编号"), keeps_line=True),
        PageColumn(text("owner", "主办单位"), phone="pc"),
        PageColumn(text("area", "地区"), keeps_line=True),
        PageColumn(word("causes", "原因", CAUSES), phone="pd"),
        PageColumn(text("reasons", "说明")),
        PageColumn(minute("entered_at", "列入时间"), keeps_line=True),
        PageColumn(
            text("weeks_said", "已观察"), keeps_line=True, phone="pb", sort_key=lambda row: row["weeks"]
        ),
    ),
    filters=(Filter("cause", "原因", tuple(CAUSES.items()), lambda row, chosen: chosen in row["causes"]),),
    search=("name", "owner", "number"),
    none_title="名单内没有账号",
    none_next="检查发现更新问题，或监测单位反馈风险的账号，经更新名单后列入。",
)


def row_of(view: FocusView) -> Row:
    """Return the row of an account in the list."""
    return {
        "account_id": view.account_id,
        "number": view.number,
        "name": view.card.name,
        "platform": view.card.platform,
        "owner": view.card.owner,
        "area": view.area,
        "causes": list(view.causes),
        "reasons": list(view.reasons),
        "entered_at": view.entered_at,
        "weeks": view.weeks,
        "weeks_said": _weeks_text(view),
    }


def _weeks_text(view: FocusView) -> str:
    if view.weeks >= view.weeks_needed:
        return f"已满 {view.weeks_needed} 周"
    return f"{view.weeks} 周，共 {view.weeks_needed} 周"


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return [
            row_of(view)
            for view in list_focus(workspace, visit.scope, visit.at or visit.now, visit.known_at or FAR)
        ]


@get("/focus", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the list."""
    return _page_of_list(visit, Refusal())


@post("/focus/flag", sync_to_thread=True)
def take_flag(visit: Asked) -> Response[Any]:
    """Take that an account may not be updated in time."""
    form = visit.form
    with refusing() as refusal:
        at = read_past(form.text("at"), visit.now).at
        with visit.workspace() as workspace:
            account = find_alone(workspace, form.text("account"))
            if account not in cards_of(workspace, [account], visit.scope):
                raise no_such_page()
            flag_account(
                workspace, FlagAccount(account, at, form.text("by"), form.text("reason")), visit.actor
            )
    if refusal:
        return _page_of_list(visit, refusal)
    return visit.go("/focus", done="focus-entered")


@get("/focus/update", sync_to_thread=True)
def preview_update(visit: Asked) -> Response[Any]:
    """Show what an update of the list would record."""
    done = _updated(visit, record=False)
    return visit.page("focus/update.html", done=done, rows=_update_rows(visit, done))


@post("/focus/update", sync_to_thread=True)
def take_update(visit: Asked) -> Response[Any]:
    """Record entries and exits as the rules say now."""
    _updated(visit, record=True)
    return visit.go("/focus", done="focus-updated")


@get("/focus/{number:str}", sync_to_thread=True)
def account_page(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show the stays and flags of an account, and the weeks that are looked at."""
    return _page_of_account(visit, number, Refusal())


@post("/focus/{number:str}/withdraw", sync_to_thread=True)
def take_withdrawal(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Take a flag back that was wrong; the entry that it caused falls with it."""
    history = _history(visit, number)
    chosen = visit.form.text("flag")
    with refusing() as refusal:
        if chosen not in {str(flag.id) for flag in history.flags}:
            refusal.refuse("请选择要撤回的反馈。")
        else:
            with visit.workspace() as workspace:
                withdraw_flag(workspace, WithdrawFlag(visit.form.text("reason"), chosen), visit.actor)
    if refusal:
        return _page_of_account(visit, number, refusal)
    return visit.go(f"/focus/{number}", done="focus-left")


def _page_of_list(visit: Visit, refusal: Refusal) -> Response[Any]:
    rows = _rows(visit)
    past = visit.at is not None or visit.known_at is not None
    with visit.workspace() as workspace:
        waiting = [] if past else waiting_causes(workspace, visit.scope, visit.now)
        needed = workspace.home.settings.focus_weeks
    return visit.page(
        "focus/list.html",
        status=refusal.status,
        listing=LIST.shown(visit, rows),
        waiting=len({due.account_id for due in waiting}),
        needed=needed,
        may_flag=not past and may(visit, "POST", "/focus/flag"),
        may_update=not past and may(visit, "POST", "/focus/update"),
        sent=visit.form,
        refused=refusal.said,
    )


def _page_of_account(visit: Visit, number: str, refusal: Refusal) -> Response[Any]:
    history = _history(visit, number)
    listed = bool(history.stays) and history.stays[0].left_at is None
    weeks: list[bool] = []
    if listed:
        with visit.workspace() as workspace:
            at, known_at = visit.at or visit.now, visit.known_at or workspace.offered()
            account = history.card.account_id
            weeks = weeks_updated(workspace, [account], at, known_at).get(account, [])
    return visit.page(
        "focus/account.html",
        status=refusal.status,
        history=history,
        card=history.card,
        listed=listed,
        weeks=weeks,
        causes=CAUSES,
        rule_names=rule_names(visit.home.path),
        flags=[
            (str(f.id), f"{short_moment(f.at)} {f.by}", f.reason + ("（已据此列入）" if f.on_list else ""))
            for f in history.flags
        ],
        may_withdraw=visit.known_at is None and may(visit, "POST", "/focus/{number}/withdraw"),
        sent=visit.form,
        refused=refusal.said,
    )


def _history(visit: Visit, number: str) -> FocusHistory:
    try:
        with visit.workspace() as workspace:
            return focus_history(workspace, visit.scope, number)
    except NotFoundError:
        raise no_such_page() from None


def _updated(visit: Visit, *, record: bool) -> FocusUpdate:
    with visit.workspace() as workspace:
        weeks = workspace.home.settings.focus_weeks
        runs = runs_of_last_quarter(workspace, visit.now)
        return update_focus(workspace, visit.now, runs, weeks, visit.actor, record=record)


def _update_rows(visit: Visit, done: FocusUpdate) -> list[dict[str, Any]]:
    names = rule_names(visit.home.path)
    return [
        {
            "name": row["name"] or "未登记的账号",
            "change": CHANGES[row["change"]],
            "cause": CAUSES.get(row["cause"] or "", ""),
            "reason": names.get(row["reason"], row["reason"]),
        }
        for row in done.rows
    ]


HANDLERS = [
    list_page,
    *exports(LIST, _rows),
    take_flag,
    preview_update,
    take_update,
    account_page,
    take_withdrawal,
]
