"""数据来源: state, last success, stalls, coverage, quota and log-in of each; and what its looks suggest."""

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.moments import Moment
from pipeline.access.users import Role
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.dead_letters import own_source
from pipeline.console.pages.senders import source_title
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import Who
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import Kind
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import ruleset_of
from pipeline.office.columns import ACCOUNT, minute, number, share, text, word
from pipeline.office.reports.filled import rules_of_people
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.stalls import declare_stall, lift_stall, stall_statements
from pipeline.office.suspicions import Confirm, Dismiss, confirm, dismiss, list_suspicions
from pipeline.upkeep.letters import list_letters

_LOG_INS = {"": "", "works": "有效", "refused": "失效"}
_STATES = {"stalled": "停滞", "failing": "部分失败", "late": "延迟", "never": "尚未检查", "ok": "正常"}
_MARKS = {"stalled": "stall", "failing": "yellow", "late": "yellow", "never": "unk", "ok": "ok"}
_WHAT = {
    "settings": "设置",
    "accounts": "账号",
    "answers": "能否取数",
    "log_in": "登录状态",
    "canaries": "哨兵账号",
}
_SIGNS = {
    "title": "名称不同",
    "owner": "主办单位不同",
    "site_code": "网站标识码不同",
    "unavailable": "应用无法下载",
    "missing_tag": "缺少规定的网页标签",
}
_SIGN_STATES = {"open": "待确认", "confirmed": "已确认", "dismissed": "已排除"}

_SIGN_TAGS = {"open": "warn", "confirmed": "ok", "dismissed": "plain"}

_SOURCES = ListPage(
    title="数据来源",
    path="/sources",
    columns=(
        PageColumn(text("title", "来源"), href=lambda row: f"/sources/{row['source']}", phone="pa"),
        PageColumn(word("state", "状态", _STATES), mark=lambda row: _MARKS[row["state"]], phone="pb"),
        PageColumn(minute("last_good_look_at", "最近成功检查"), phone="pc"),
        PageColumn(minute("last_new_post_at", "最近有新内容"), phone="pd"),
        PageColumn(minute("stalled_since", "停滞自"), phone="hide"),
        PageColumn(number("accounts", "账号数"), numeric=True, phone="hide"),
        PageColumn(number("failing", "失败账号"), numeric=True, phone="hide"),
        PageColumn(share("coverage", "七日覆盖率"), numeric=True, phone="hide"),
        PageColumn(number("quota_left", "今日余量"), numeric=True, phone="hide"),
        PageColumn(word("log_in", "登录", _LOG_INS), phone="hide"),
    ),
    filters=(Filter("state", "状态", tuple(_STATES.items())),),
)
_SUGGESTIONS = ListPage(
    title="疑似线索",
    path="/suggestions",
    columns=(
        PageColumn(ACCOUNT[0], href=lambda row: row["url"], phone="pa"),
        PageColumn(
            word("state", "状态", _SIGN_STATES),
            tag=lambda row: _SIGN_TAGS[row["state"]],
            phone="pb",
        ),
        PageColumn(word("what", "线索", _SIGNS), phone="pc"),
        PageColumn(minute("seen_at", "发现时间"), phone="pd"),
        PageColumn(ACCOUNT[1], phone="hide"),
        PageColumn(ACCOUNT[2], phone="hide"),
        PageColumn(text("shown", "显示为"), phone="hide", sorts=False),
        PageColumn(text("known", "登记为"), phone="hide", sorts=False),
        PageColumn(text("reason", "说明"), phone="hide", sorts=False),
    ),
    filters=(
        Filter("state", "状态", tuple(_SIGN_STATES.items())),
        Filter("what", "线索", tuple(_SIGNS.items())),
    ),
    search=("name", "owner", "shown", "known"),
    sort="-seen_at",
    none_title="没有疑似线索",
    none_next="检查看到的名称、单位等与登记不同时，会列在这里，由人确认。",
)


def _state(row: Row) -> str:
    if row["stalled"]:
        return "stalled"
    if row["last_look_at"] is None and row["last_good_look_at"] is None:
        return "never"
    if row["failing"] or row["log_in"] == "refused":
        return "failing"
    return "late" if row["is_late"] else "ok"


def _sources(visit: Visit) -> list[Row]:
    from pipeline.patrol.source_list import list_sources  # noqa: PLC0415 (what looks outside is large)

    own = own_source(visit)
    with visit.workspace() as workspace:
        rows = list_sources(workspace, visit.now)
    return [
        {
            **row,
            "title": source_title(row["source"]),
            "state": _state(row),
            "last_good_look_at": row["last_good_look_at"] or row["last_look_at"],
        }
        for row in rows
        if own is None or row["source"] == own
    ]


@get("/sources", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List the sources."""
    rows = _sources(visit)
    own = own_source(visit)
    letters = [x for x in list_letters(visit.home) if own is None or x.context.get("source") == own]
    suggestions = [] if own is not None else [row for row in _suggestions(visit) if row["state"] == "open"]
    return visit.page(
        "sources/list.html",
        listing=_SOURCES.shown(visit, rows),
        stalled=[row for row in rows if row["state"] == "stalled"],
        letters=sum(letter.waits for letter in letters),
        suggestions=len(suggestions),
        is_firm=own is not None,
        sees_suggestions=_sees_suggestions(visit),
    )


@get("/sources.xlsx", sync_to_thread=True)
def export_sources_workbook(visit: Asked) -> Response[bytes]:
    """Give the list as a workbook."""
    return _SOURCES.export(visit, _sources(visit), "xlsx")


@get("/sources.csv", sync_to_thread=True)
def export_sources_text(visit: Asked) -> Response[bytes]:
    """Give the list as text."""
    return _SOURCES.export(visit, _sources(visit), "csv")


@get("/sources/{source:str}", sync_to_thread=True)
def show_one(visit: Asked, source: FromPath[str]) -> Response[Any]:
    """Show one source, and what its settings lack, without asking anything of the outside."""
    return _one(visit, source)


@post("/sources/{source:str}/stall", sync_to_thread=True)
def declare(visit: Asked, source: FromPath[str]) -> Response[Any]:
    """Declare that a source shows nothing new."""
    return _acted(visit, source, declare_stall, "stall-declared")


@post("/sources/{source:str}/lift", sync_to_thread=True)
def lift(visit: Asked, source: FromPath[str]) -> Response[Any]:
    """Take back a stall that was declared."""
    return _acted(visit, source, lift_stall, "stall-lifted")


def _acted(visit: Visit, source: str, act: Callable[..., object], done: str) -> Response[Any]:
    with refusing() as refusal, visit.workspace() as workspace:
        act(workspace, source, visit.form.text("reason"), visit.actor)
    if refusal:
        return _one(visit, source, refusal.said, refusal.status)
    return visit.go(f"/sources/{source}", done=done)


def _one(visit: Visit, source: str, error: str = "", status: int = 200) -> Response[Any]:
    from pipeline.patrol.source_check import AskCheck, check_sources  # noqa: PLC0415 (what looks outside is large)

    row = next((row for row in _sources(visit) if row["source"] == source), None)
    if row is None:
        raise no_such_page()
    checked = (
        check_sources(visit.home, AskCheck((source,), offline=True, now=visit.now)) if row["kind"] else []
    )
    with visit.workspace() as workspace:
        stalls = stall_statements(workspace, source)
    return visit.page(
        "sources/one.html",
        status=status,
        said=error,
        row=row,
        stalls=stalls,
        may_declare=row["may_be_declared"] and visit.may("POST", "/sources/{source}/stall"),
        may_lift=row["declared"] and visit.may("POST", "/sources/{source}/lift"),
        who=Who(visit),
        title=source_title(source),
        state_word=_STATES[row["state"]],
        state_mark=_MARKS[row["state"]],
        log_in=_LOG_INS.get(row["log_in"], ""),
        checked=[(_WHAT[one.what], one.fits, in_chinese(one.detail)) for one in checked],
        is_firm=own_source(visit) is not None,
    )


def _sees_suggestions(visit: Visit) -> bool:
    return visit.grant is not None and visit.grant.role not in (Role.FIRM, Role.ADMIN)


def _suggestions(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        rows = list_suspicions(workspace)
        registry = registry_now(workspace)
        kept = accounts_within(workspace, registry, visit.scope) if visit.scope != Scope() and rows else None
    listed = []
    for row in rows:
        if kept is not None and row["subject"] not in kept:
            continue
        entry = registry.entries.get(row["subject"])
        named = {"platform": entry.platform, "owner": entry.owner} if entry else {"platform": "", "owner": ""}
        listed.append({**row, **named, "url": f"/suggestions/{row['suspicion_id']}"})
    return listed


@get("/suggestions", sync_to_thread=True)
def list_signs(visit: Asked) -> Response[Any]:
    """List what looks saw that the registry does not say."""
    return visit.page("sources/suggestions.html", listing=_SUGGESTIONS.shown(visit, _suggestions(visit)))


@get("/suggestions.xlsx", sync_to_thread=True)
def export_signs_workbook(visit: Asked) -> Response[bytes]:
    """Give the list as a workbook."""
    return _SUGGESTIONS.export(visit, _suggestions(visit), "xlsx")


@get("/suggestions.csv", sync_to_thread=True)
def export_signs_text(visit: Asked) -> Response[bytes]:
    """Give the list as text."""
    return _SUGGESTIONS.export(visit, _suggestions(visit), "csv")


@get("/suggestions/{suggestion:str}", sync_to_thread=True)
def show_sign(visit: Asked, suggestion: FromPath[str]) -> Response[Any]:
    """Show one suggestion, with what follows from a yes."""
    return _sign(visit, suggestion)


def _sign(visit: Visit, suggestion: str, *, error: str = "", status: int = 200) -> Response[Any]:
    row = next((row for row in _suggestions(visit) if row["suspicion_id"] == suggestion), None)
    if row is None:
        raise no_such_page()
    return visit.page(
        "sources/suggestion.html",
        status=status,
        row=row,
        source=source_title(row["source"]),
        what=_SIGNS.get(row["what"], ""),
        state_word=_SIGN_STATES[row["state"]],
        error=error,
        rules=rules_of_people(ruleset_of(visit.home)),
        may_act=visit.grant is not None and visit.grant.role == Role.CLERK and row["state"] == "open",
    )


@post("/suggestions/{suggestion:str}/confirm", sync_to_thread=True)
def confirm_sign(visit: Asked, suggestion: FromPath[str]) -> Response[Any]:
    """Say that a suggestion is right: the change is filed, or a finding is recorded."""
    form, now = visit.form, Moment(visit.now, date_only=False)
    with refusing(but=Kind.NOT_FOUND) as refusal, visit.workspace() as workspace:
        confirm(workspace, Confirm(suggestion, now, form.text("reason"), form.text("rule")), visit.actor)
    if refusal:
        return _sign(visit, suggestion, error=refusal.said, status=refusal.status)
    return visit.go("/suggestions", done="suggestion-confirmed")


@post("/suggestions/{suggestion:str}/dismiss", sync_to_thread=True)
def dismiss_sign(visit: Asked, suggestion: FromPath[str]) -> Response[Any]:
    """Say that a suggestion means nothing."""
    now = Moment(visit.now, date_only=False)
    with refusing(but=Kind.NOT_FOUND) as refusal, visit.workspace() as workspace:
        dismiss(workspace, Dismiss(suggestion, now, visit.form.text("reason")), visit.actor)
    if refusal:
        return _sign(visit, suggestion, error=refusal.said, status=refusal.status)
    return visit.go("/suggestions", done="suggestion-dismissed")


HANDLERS = [
    list_all,
    export_sources_workbook,
    export_sources_text,
    show_one,
    declare,
    lift,
    list_signs,
    export_signs_workbook,
    export_signs_text,
    show_sign,
    confirm_sign,
    dismiss_sign,
]
