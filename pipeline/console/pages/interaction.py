"""互动测试: what was asked of accounts and websites, whether an answer came, and suggestions to confirm or dismiss."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.navigation import may_open
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.times import read_past
from pipeline.console.visit import Asked, Visit
from pipeline.console.words import moment
from pipeline.home.rulesets import ruleset_of
from pipeline.home.workspace import Workspace
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.finding_records import checkable
from pipeline.office.finding_views import finding_views
from pipeline.office.interaction.acts import (
    AskQuestion,
    Judge,
    NoteAnswer,
    Withdraw,
    ask_question,
    judge,
    note_answer,
    withdraw,
)
from pipeline.office.interaction.views import Step, list_tests, notified_rows, steps_of
from pipeline.office.interaction.words import CHANNELS, KINDS, QUALITIES, STATES, STEPS

_TAGS = {
    "planned": "plain",
    "late": "warn",
    "asked": "plain",
    "answered": "ok",
    "suspected": "warn",
    "confirmed": "bad",
    "dismissed": "plain",
}
_LIST = ListPage(
    title="互动测试",
    path="/interaction",
    columns=(
        PageColumn(
            text("name", "账号或网站"),
            href=lambda row: f"/interaction/{row['test_id']}",
            beside=lambda row: str(row["platform"]),
            phone="pa",
        ),
        PageColumn(text("owner", "主办单位"), phone="pc"),
        PageColumn(word("channel", "渠道", CHANNELS), phone="hide"),
        PageColumn(word("question_kind", "问题", KINDS), phone="hide"),
        PageColumn(minute("asked_at", "提问时间"), keeps_line=True, phone="pd"),
        PageColumn(minute("answered_at", "答复时间"), keeps_line=True, phone="hide"),
        PageColumn(word("quality", "答复质量", QUALITIES), phone="hide"),
        PageColumn(word("state", "状态", STATES), tag=lambda row: _TAGS[row["state"]], phone="pb"),
        PageColumn(ident("test_id", "测试ID"), only_exported=True),
    ),
    filters=(
        Filter("state", "状态", tuple(STATES.items())),
        Filter("channel", "渠道", tuple(CHANNELS.items())),
    ),
    search=("name", "owner"),
    sort="-asked_at",
    none_title="还没有互动测试",
    none_next="由办公室列入计划，提问以后列在这里。",
)


def _rows(visit: Visit) -> list[Row]:
    """Return the tests that somebody may see: an owner those that it was told of, a firm its own."""
    with visit.workspace() as workspace:
        rows = list_tests(workspace, visit.at or visit.now, visit.scope)
        if visit.reach is Reach.UNIT:
            return notified_rows(rows, finding_views(workspace, visit.scope))
        if visit.reach is Reach.OWN and visit.grant is not None:
            mine = {visit.actor.code, visit.grant.scope}
            return [row for row in rows if row["by"] in mine]
    return rows


@get("/interaction", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the tests."""
    days = visit.home.settings.interaction_days
    return visit.page(
        "interaction/list.html",
        listing=_LIST.shown(visit, _rows(visit)),
        days=days,
        clerk=has(visit, Role.CLERK) and not visit.is_past,
        functions=may_open(visit.user, "/interaction/functions") if visit.user else False,
    )


@get("/interaction/{test:str}", sync_to_thread=True)
def show_test(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Show one test, and what may be done about it."""
    return _page(visit, test)


@post("/interaction/{test:str}/asked", sync_to_thread=True)
def take_question(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Take that a planned question was put; the test goes on under the question."""
    row = _row(visit, test)
    if row["asked_at"] is not None:
        return _page(visit, test, error="这条已经提问。")
    with visit.workspace() as workspace, refusing() as refused:
        asked = AskQuestion(what=test, at=time_in_form(visit, "at"), reference=visit.form.text("reference"))
        done = ask_question(workspace, asked, visit.actor)
    if refused:
        return _page(visit, test, error=refused.said)
    return visit.go(f"/interaction/{done.ids[0]}", done="interaction-asked")


@post("/interaction/{test:str}/answer", sync_to_thread=True)
def take_answer(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Take that an answer came."""
    quality = next((code for code in QUALITIES if code == visit.form.text("quality")), None)
    if quality is None:
        return _page(visit, test, error="请选择答复质量。")
    _row(visit, test)
    with visit.workspace() as workspace, refusing() as refused:
        note_answer(workspace, NoteAnswer(test, time_in_form(visit, "at"), quality), visit.actor)
    if refused:
        return _page(visit, test, error=refused.said)
    return visit.go(f"/interaction/{test}", done="interaction-answered")


@post("/interaction/{test:str}/withdraw", sync_to_thread=True)
def take_back(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Take back a step of a test that was recorded wrongly."""
    row = _row(visit, test)
    with visit.workspace() as workspace, refusing() as refused:
        step = step_meant(visit, workspace, row["test_id"])
        withdraw(workspace, Withdraw(str(step.fact), visit.form.text("reason")), visit.actor)
    if refused:
        return _page(visit, test, error=refused.said)
    kept = step.what not in ("planned", "asked")
    return visit.go(f"/interaction/{test}" if kept else "/interaction", done="interaction-withdrawn")


@post("/interaction/{test:str}/confirm", sync_to_thread=True)
def confirm(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Say that a suggestion is right; with a rule it becomes a finding."""
    return _judged(visit, test, confirmed=True)


@post("/interaction/{test:str}/dismiss", sync_to_thread=True)
def dismiss(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Say that a suggestion means nothing."""
    return _judged(visit, test, confirmed=False)


def time_in_form(visit: Visit, name: str) -> datetime:
    """Return when something was as a form says it, now where it says nothing; a day of today is no time to come."""
    return read_past(visit.form.text(name), visit.now).at


def step_meant(visit: Visit, workspace: Workspace, about: str) -> Step:
    """Return the step that the form names; raises 404."""
    steps = steps_of(workspace, UUID(about))
    found = next((step for step in steps if str(step.fact) == visit.form.text("step")), None)
    if found is None:
        raise no_such_page()
    return found


def _judged(visit: Visit, test: str, *, confirmed: bool) -> Response[Any]:
    form = visit.form
    asked = Judge(
        what=test,
        confirmed=confirmed,
        at=visit.now,
        rule=form.text("rule") if confirmed else "",
        reason=form.text("reason"),
    )
    _row(visit, test)
    with visit.workspace() as workspace, refusing() as refused:
        judge(workspace, asked, visit.actor)
    if refused:
        return _page(visit, test, error=refused.said)
    return visit.go("/interaction", done="interaction-confirmed" if confirmed else "interaction-dismissed")


def _row(visit: Visit, test: str) -> Row:
    row = next((row for row in _rows(visit) if row["test_id"] == test), None)
    if row is None:
        raise no_such_page()
    return row


def _page(visit: Visit, test: str, *, error: str = "") -> Response[Any]:
    row = _row(visit, test)
    is_clerk = has(visit, Role.CLERK) and not visit.is_past
    with visit.workspace() as workspace:
        steps = steps_of(workspace, UUID(row["test_id"])) if is_clerk else []
    return visit.page(
        "interaction/test.html",
        status=422 if error else 200,
        row=row,
        channel=CHANNELS[row["channel"]],
        kind=KINDS[row["question_kind"]],
        quality=QUALITIES[row["quality"]] if row["quality"] else "",
        state=STATES[row["state"]],
        qualities=tuple((code, label, "") for code, label in QUALITIES.items()),
        rules=[(rule.code, rule.name) for rule in checkable(ruleset_of(visit.home))],
        steps=[(str(step.fact), f"{STEPS[step.what]} {moment(step.at)}") for step in reversed(steps)],
        sent=visit.form,
        may_ask=is_clerk and row["state"] in ("planned", "late"),
        may_answer=is_clerk and row["state"] in ("asked", "suspected"),
        may_judge=is_clerk and row["state"] == "suspected",
        error=error,
    )


HANDLERS = [
    list_page,
    *exports(_LIST, _rows),
    show_test,
    take_question,
    take_answer,
    confirm,
    dismiss,
    take_back,
]
