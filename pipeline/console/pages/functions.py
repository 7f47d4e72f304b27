"""功能与公告: menus and services that did not work, public notices that announce it, and what people make of them."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from events.days import last_second
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.pages.interaction import step_meant, time_in_form
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.console.words import moment
from pipeline.home.rulesets import ruleset_of
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.finding_records import checkable
from pipeline.office.interaction.acts import (
    Judge,
    NoteNotice,
    ReportBroken,
    Withdraw,
    judge,
    note_notice,
    report_broken,
    withdraw,
)
from pipeline.office.interaction.views import list_failures, list_notices, steps_of
from pipeline.office.interaction.words import FUNCTION_STATES, STEPS

_TAGS = {"announced": "ok", "suspected": "warn", "confirmed": "bad", "dismissed": "plain"}
_LIST = ListPage(
    title="功能无法使用",
    path="/interaction/functions",
    columns=(
        PageColumn(
            text("name", "账号或网站"),
            href=lambda row: f"/interaction/functions/{row['failure_id']}",
            beside=lambda row: str(row["platform"]),
            phone="pa",
        ),
        PageColumn(text("owner", "主办单位"), phone="hide"),
        PageColumn(text("function", "功能"), phone="pc"),
        PageColumn(minute("seen_at", "发现时间"), keeps_line=True, phone="pd"),
        PageColumn(
            word("state", "状态", FUNCTION_STATES),
            tag=lambda row: _TAGS[row["state"]],
            phone="pb",
            keeps_line=True,
        ),
        PageColumn(text("url", "链接"), only_exported=True),
        PageColumn(text("notice_link", "公告"), only_exported=True),
        PageColumn(ident("failure_id", "线索ID"), only_exported=True),
    ),
    filters=(Filter("state", "状态", tuple(FUNCTION_STATES.items())),),
    search=("name", "owner", "function"),
    sort="-seen_at",
    none_title="没有无法使用的功能",
    none_next="菜单或办事链接打不开时，由办公室登记；已经公告的不计。",
)


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return list_failures(workspace, visit.at or visit.now, visit.scope)


@get("/interaction/functions", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show what did not work, and the notices."""
    return _listed(visit, Refusal())


@post("/interaction/functions", sync_to_thread=True)
def take_failure(visit: Asked) -> Response[Any]:
    """Take that a menu or a link of a service did not work."""
    form = visit.form
    with refusing() as refusal, visit.workspace() as workspace:
        asked = ReportBroken(
            subject=form.text("subject"),
            function=form.text("function"),
            at=time_in_form(visit, "at"),
            url=form.text("link"),
            note=form.text("note"),
        )
        done = report_broken(workspace, asked, visit.actor)
    if refusal:
        return _listed(visit, refusal, form_of="broken")
    return visit.go(f"/interaction/functions/{done.ids[0]}", done="function-broken")


@post("/interaction/functions/notice", sync_to_thread=True)
def take_notice(visit: Asked) -> Response[Any]:
    """Take that a public notice announces that a function fails."""
    form = visit.form
    until = read_day(form.text("until")) if form.text("until") else None
    with refusing() as refusal:
        if form.text("until") and until is None:
            refusal.refuse("截止日期这样写：2026-11-30，或2026年11月30日")
        else:
            at = time_in_form(visit, "at")
            asked = NoteNotice(
                subject=form.text("subject"),
                published_at=at,
                starts_at=at,
                until=last_second(until) if until else None,
                function=form.text("function"),
                link=form.text("link"),
            )
            with visit.workspace() as workspace:
                note_notice(workspace, asked, visit.actor)
    if refusal:
        return _listed(visit, refusal, form_of="notice")
    return visit.go("/interaction/functions", done="function-noticed")


@post("/interaction/functions/notice/withdraw", sync_to_thread=True)
def take_notice_back(visit: Asked) -> Response[Any]:
    """Take back a notice that was recorded wrongly."""
    chosen = visit.form.text("notice")
    with refusing() as refusal, visit.workspace() as workspace:
        if chosen not in {row["notice_id"] for row in list_notices(workspace, visit.scope)}:
            refusal.refuse("请选择一条公告。")
        else:
            withdraw(workspace, Withdraw(chosen, visit.form.text("reason")), visit.actor)
    if refusal:
        return _listed(visit, refusal, form_of="back")
    return visit.go("/interaction/functions", done="interaction-withdrawn")


@get("/interaction/functions/{failure:str}", sync_to_thread=True)
def show_one(visit: Asked, failure: FromPath[str]) -> Response[Any]:
    """Show one that did not work, and what may be done about it."""
    return _page(visit, failure, Refusal())


@post("/interaction/functions/{failure:str}/confirm", sync_to_thread=True)
def confirm(visit: Asked, failure: FromPath[str]) -> Response[Any]:
    """Say that the function failed; with a rule it becomes a finding."""
    return _judged(visit, failure, confirmed=True)


@post("/interaction/functions/{failure:str}/dismiss", sync_to_thread=True)
def dismiss(visit: Asked, failure: FromPath[str]) -> Response[Any]:
    """Say that it means nothing."""
    return _judged(visit, failure, confirmed=False)


@post("/interaction/functions/{failure:str}/withdraw", sync_to_thread=True)
def take_back(visit: Asked, failure: FromPath[str]) -> Response[Any]:
    """Take back the failure, or what was made of it."""
    row = _row(visit, failure)
    with visit.workspace() as workspace, refusing() as refusal:
        step = step_meant(visit, workspace, row["failure_id"])
        withdraw(workspace, Withdraw(str(step.fact), visit.form.text("reason")), visit.actor)
    if refusal:
        return _page(visit, failure, refusal)
    kept = step.what == "judged"
    return visit.go(
        f"/interaction/functions/{failure}" if kept else "/interaction/functions",
        done="interaction-withdrawn",
    )


def _judged(visit: Visit, failure: str, *, confirmed: bool) -> Response[Any]:
    form = visit.form
    _row(visit, failure)
    asked = Judge(
        what=failure,
        confirmed=confirmed,
        at=visit.now,
        rule=form.text("rule") if confirmed else "",
        reason=form.text("reason"),
    )
    with visit.workspace() as workspace, refusing() as refusal:
        judge(workspace, asked, visit.actor)
    if refusal:
        return _page(visit, failure, refusal)
    return visit.go(
        "/interaction/functions", done="interaction-confirmed" if confirmed else "interaction-dismissed"
    )


def _row(visit: Visit, failure: str) -> Row:
    row = next((row for row in _rows(visit) if row["failure_id"] == failure), None)
    if row is None:
        raise no_such_page()
    return row


def _listed(visit: Visit, refusal: Refusal, form_of: str = "") -> Response[Any]:
    with visit.workspace() as workspace:
        notices = list_notices(workspace, visit.scope)
    return visit.page(
        "interaction/functions.html",
        status=refusal.status,
        listing=_LIST.shown(visit, _rows(visit)),
        notices=notices,
        notice_choices=[
            (row["notice_id"], f"{row['name']} {row['function'] or '全部功能'} {moment(row['published_at'])}")
            for row in notices
        ],
        clerk=has(visit, Role.CLERK) and not visit.is_past,
        refused={form_of: refusal.said} if refusal else {},
        sent=visit.form,
    )


def _page(visit: Visit, failure: str, refusal: Refusal) -> Response[Any]:
    row = _row(visit, failure)
    clerk = has(visit, Role.CLERK) and not visit.is_past
    with visit.workspace() as workspace:
        steps = steps_of(workspace, UUID(row["failure_id"])) if clerk else []
    return visit.page(
        "interaction/failure.html",
        status=refusal.status,
        row=row,
        state=FUNCTION_STATES[row["state"]],
        rules=[(rule.code, rule.name) for rule in checkable(ruleset_of(visit.home))],
        steps=[(str(step.fact), f"{STEPS[step.what]} {moment(step.at)}") for step in reversed(steps)],
        may_judge=clerk and row["state"] == "suspected",
        refused=refusal.said,
    )


HANDLERS = [
    list_page,
    *exports(_LIST, _rows),
    take_failure,
    take_notice,
    take_notice_back,
    show_one,
    confirm,
    dismiss,
    take_back,
]
