"""互动测试: what was asked of accounts and websites, whether an answer came, and suggestions to confirm or dismiss."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, Row, Shown
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.rulesets import ruleset_of
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.finding_records import checkable
from pipeline.office.finding_views import finding_views
from pipeline.office.interaction.acts import Judge, NoteAnswer, judge, note_answer
from pipeline.office.interaction.views import list_tests, told_of
from pipeline.office.interaction.words import CHANNELS, KINDS, QUALITIES, STATES

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
        Shown(
            text("name", "账号或网站"),
            href=lambda row: f"/interaction/{row['test_id']}",
            beside=lambda row: str(row["platform"]),
            phone="pa",
        ),
        Shown(text("owner", "主办单位"), phone="pc"),
        Shown(word("channel", "渠道", CHANNELS), phone="hide"),
        Shown(word("question_kind", "问题", KINDS), phone="hide"),
        Shown(minute("asked_at", "提问时间"), keeps_line=True, phone="pd"),
        Shown(minute("answered_at", "答复时间"), keeps_line=True, phone="hide"),
        Shown(word("quality", "答复质量", QUALITIES), phone="hide"),
        Shown(word("state", "状态", STATES), tag=lambda row: _TAGS[row["state"]], phone="pb"),
        Shown(ident("test_id", "测试ID"), only_exported=True),
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
            return told_of(rows, finding_views(workspace, visit.scope))
        if visit.reach is Reach.OWN and visit.grant is not None:
            mine = {visit.actor.code, visit.grant.scope}
            return [row for row in rows if row["by"] in mine]
    return rows


@get("/interaction", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the tests."""
    days = visit.home.settings.interaction_days
    return visit.page("interaction/list.html", listing=_LIST.shown(visit, _rows(visit)), days=days)


@get("/interaction/{test:str}", sync_to_thread=True)
def show_test(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Show one test, and what may be done about it."""
    return _shown(visit, test)


@post("/interaction/{test:str}/answer", sync_to_thread=True)
def take_answer(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Take that an answer came now."""
    quality = next((code for code in QUALITIES if code == visit.form.text("quality")), None)
    if quality is None:
        return _shown(visit, test, error="请选择答复质量。")
    _row(visit, test)
    with visit.workspace() as workspace, refusing() as refused:
        note_answer(workspace, NoteAnswer(test, visit.now, quality), visit.actor)
    if refused:
        return _shown(visit, test, error=refused.said)
    return visit.go(f"/interaction/{test}", done="interaction-answered")


@post("/interaction/{test:str}/confirm", sync_to_thread=True)
def confirm(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Say that a suggestion is right; with a rule it becomes a finding."""
    return _judged(visit, test, confirmed=True)


@post("/interaction/{test:str}/dismiss", sync_to_thread=True)
def dismiss(visit: Asked, test: FromPath[str]) -> Response[Any]:
    """Say that a suggestion means nothing."""
    return _judged(visit, test, confirmed=False)


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
        return _shown(visit, test, error=refused.said)
    return visit.go("/interaction", done="interaction-confirmed" if confirmed else "interaction-dismissed")


def _row(visit: Visit, test: str) -> Row:
    row = next((row for row in _rows(visit) if row["test_id"] == test), None)
    if row is None:
        raise no_such_page()
    return row


def _shown(visit: Visit, test: str, *, error: str = "") -> Response[Any]:
    row = _row(visit, test)
    is_clerk = visit.grant is not None and visit.grant.role == Role.CLERK
    return visit.page(
        "interaction/test.html",
        status=422 if error else 200,
        row=row,
        channel=CHANNELS[row["channel"]],
        kind=KINDS[row["question_kind"]],
        quality=QUALITIES[row["quality"]] if row["quality"] else "",
        state=STATES[row["state"]],
        qualities=tuple((code, told, "") for code, told in QUALITIES.items()),
        rules=[(rule.code, rule.name) for rule in checkable(ruleset_of(visit.home))],
        may_answer=is_clerk and row["state"] in ("asked", "suspected"),
        may_judge=is_clerk and row["state"] == "suspected",
        error=error,
    )


HANDLERS = [list_page, *exports(_LIST, _rows), show_test, take_answer, confirm, dismiss]
