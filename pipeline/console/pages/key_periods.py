"""重要时间节点: declared, ended and taken back by the office; who is on duty each day, and the report of each day."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from events.days import chinese_day
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace
from pipeline.office.columns import day, number, text, word
from pipeline.office.key_periods.acts import (
    DeclareKeyPeriod,
    EndKeyPeriod,
    WithdrawKeyPeriod,
    declare_key_period,
    end_key_period,
    known_key_periods,
    withdraw_key_period,
)
from pipeline.office.key_periods.daily import AskDailyReport, daily_report
from pipeline.office.key_periods.listing import STATES, days_of, list_key_periods
from pipeline.office.key_periods.report_files import file_stem, report_documents
from projections.patrol.key_periods import KeyPeriod

_LOOKS = {"coming": "plain", "running": "warn", "over": "ok"}
_KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PLAIN_DAY = "日期这样写：2027-03-04，或2027年3月4日"
_LIST = ListPage(
    title="重要时间节点",
    path="/key-periods",
    columns=(
        PageColumn(text("name", "名称"), href=lambda row: row["url"], phone="pa"),
        PageColumn(day("starts_on", "开始日期"), phone="pc"),
        PageColumn(day("ends_on", "结束日期"), phone="pd"),
        PageColumn(text("areas", "地区"), phone="hide"),
        PageColumn(number("looks_a_day", "每日查看次数"), numeric=True, phone="hide"),
        PageColumn(word("state", "情况", STATES), tag=lambda row: _LOOKS[str(row["state"])], phone="pb"),
        PageColumn(number("days_without_duty", "无人值班天数"), numeric=True, phone="hide"),
    ),
    filters=(Filter("state", "情况", tuple(STATES.items())),),
    search=("name",),
    search_hint="名称",
    none_title="还没有设定重要时间节点",
    none_next="设定后，期间内每个账号按次数加密查看，每日可生成日报。",
)


@get("/key-periods", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List the periods."""
    return _list_page(visit, Refusal())


@post("/key-periods", sync_to_thread=True)
def declare(visit: Asked) -> Response[Any]:
    """Declare a period."""
    form = visit.form
    first, last = read_day(form.text("first")), read_day(form.text("last"))
    looks = typed_number(form.text("looks") or "1")
    with refusing() as refused:
        if first is None or last is None:
            refused.refuse(_PLAIN_DAY)
        elif looks is None:
            refused.refuse("每日查看次数写 1 至 24 的整数")
        else:
            asked = DeclareKeyPeriod(
                name=form.text("name"),
                starts_on=first,
                ends_on=last,
                areas=tuple(part for part in form.text("area").replace("，", "、").split("、") if part),
                looks_a_day=looks,
                duty=bool(form.text("duty")),
            )
            with visit.workspace() as workspace:
                declare_key_period(workspace, asked, visit.actor)
    if refused:
        return _list_page(visit, refused)
    return visit.go("/key-periods", done="key-period-declared")


@get("/key-periods/{period:str}", sync_to_thread=True)
def show(visit: Asked, period: FromPath[str]) -> Response[Any]:
    """Show a period day by day."""
    return _page(visit, period, Refusal())


@post("/key-periods/{period:str}/end", sync_to_thread=True)
def end(visit: Asked, period: FromPath[str]) -> Response[Any]:
    """End a period early."""
    form = visit.form
    last = read_day(form.text("last")) if form.text("last") else None
    with refusing() as refused, visit.workspace() as workspace:
        name = _meant(workspace, period).told.name
        if form.text("last") and last is None:
            refused.refuse(_PLAIN_DAY)
        else:
            end_key_period(workspace, EndKeyPeriod(name, last, form.text("reason")), visit.actor)
    if refused:
        return _page(visit, period, refused)
    return visit.go(f"/key-periods/{period}", done="key-period-ended")


@post("/key-periods/{period:str}/withdraw", sync_to_thread=True)
def take_back(visit: Asked, period: FromPath[str]) -> Response[Any]:
    """Take back a period that was declared wrongly."""
    with refusing() as refused, visit.workspace() as workspace:
        name = _meant(workspace, period).told.name
        withdraw_key_period(workspace, WithdrawKeyPeriod(name, visit.form.text("reason")), visit.actor)
    if refused:
        return _page(visit, period, refused)
    return visit.go("/key-periods", done="key-period-withdrawn")


@get("/key-periods/{period:str}/reports/{day:str}/{ending:str}", sync_to_thread=True)
def give_report(
    visit: Asked, period: FromPath[str], day: FromPath[str], ending: FromPath[str]
) -> Response[Any]:
    """Give the report of a day as a file; it asks the history how often somebody looked."""
    on = read_day(day)
    if on is None or on > chinese_day(visit.now) or ending not in _KINDS:
        raise no_such_page()
    with visit.workspace() as workspace:
        meant = _meant(workspace, period)
        if not meant.told.starts_on <= on <= meant.ends_on:
            raise no_such_page()
        report = daily_report(workspace, AskDailyReport(meant.told.name, on))
        content = report_documents(workspace, report)[ending]
    return visit.file(content, f"{file_stem(report)}.{ending}", _KINDS[ending])


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        periods = list_key_periods(workspace, chinese_day(visit.now), visit.scope.area)
    whole = any(has(visit, role) for role in (Role.CLERK, Role.SIGNER, Role.AUDITOR))
    return [
        {
            **msgspec.structs.asdict(period),
            "areas": list(period.areas) or ["全部"],
            "url": f"/key-periods/{period.period_id}" if whole else "",
        }
        for period in periods
    ]


def _meant(workspace: Workspace, period_id: str) -> KeyPeriod:
    """Return a period by its id; raises 404."""
    found = next((p for p in known_key_periods(workspace) if str(p.period_id) == period_id), None)
    if found is None:
        raise no_such_page()
    return found


def _list_page(visit: Visit, refused: Refusal) -> Response[Any]:
    return visit.page(
        "key_periods/list.html",
        status=refused.status,
        listing=_LIST.shown(visit, _rows(visit)),
        clerk=has(visit, Role.CLERK),
        refused=refused.said,
        sent=visit.form,
    )


def _page(visit: Visit, period_id: str, refused: Refusal) -> Response[Any]:
    today = chinese_day(visit.now)
    with visit.workspace() as workspace:
        period = _meant(workspace, period_id)
        days = days_of(workspace.home, period, today)
    return visit.page(
        "key_periods/show.html",
        status=refused.status,
        period=period,
        days=days,
        clerk=has(visit, Role.CLERK),
        open=today < period.ends_on,
        refused=refused.said,
        sent=visit.form,
    )


HANDLERS = [list_all, *exports(_LIST, _rows), declare, show, end, take_back, give_report]
