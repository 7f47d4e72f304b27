"""Tokens of programs 接口: made and shown once, listed, revoked."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.tokens import (
    KIND_TITLES,
    LONGEST,
    SCOPE_TITLES,
    AddToken,
    ListedToken,
    ScopeKind,
    TokenKind,
    TokenScope,
    list_tokens,
    make_token,
    revoke_token,
)
from pipeline.access.users import Role
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.proof import proven
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import UsageError
from pipeline.office.columns import day, minute, text

_STATES = ("有效", "已到期", "已吊销")
_LOOKS = {"有效": "ok", "已到期": "plain", "已吊销": "plain"}
_DAYS = ((30, "30 天"), (90, "90 天"), (180, "180 天"), (LONGEST.days - 1, "一年"))

_LIST = ListPage(
    title="接口令牌",
    path="/tokens",
    columns=(
        PageColumn(text("title", "名称"), phone="pa"),
        PageColumn(text("kinds", "可报送"), phone="pc"),
        PageColumn(text("scopes", "范围")),
        PageColumn(text("maker", "创建人")),
        PageColumn(minute("made_at", "创建时间")),
        PageColumn(day("until", "有效期至"), phone="pb"),
        PageColumn(minute("used_at", "最近使用")),
        PageColumn(text("state", "状态"), tag=lambda row: _LOOKS[str(row["state"])], phone="pd"),
    ),
    filters=(Filter("state", "状态", tuple((state, state) for state in _STATES)),),
    search=("title", "scopes", "maker"),
    search_hint="名称、范围、创建人",
    sort="-made_at",
    none_title="还没有接口令牌",
    none_next="监测单位的程序凭令牌报送监测数据；在这里创建，只显示一次。",
)


@get("/tokens", sync_to_thread=True)
def show_tokens(visit: Asked) -> Response[Any]:
    """Show which programs may hand in what."""
    rows = _rows(visit)
    mine = [row for row in rows if row["state"] == "有效"] if _revokes(visit) else []
    return visit.page(
        "users/tokens.html", listing=_LIST.shown(visit, rows), mine=mine, makes=_is_admin(visit), error=""
    )


@get(["/tokens.xlsx", "/tokens.csv"], sync_to_thread=True)
def export_tokens(visit: Asked) -> Response[Any]:
    """Give the list as a file; it has nothing that opens anything."""
    return _LIST.export(visit, _rows(visit), visit.path.rpartition(".")[2])


@get("/tokens/new", sync_to_thread=True)
def ask_new(visit: Asked) -> Response[Any]:
    """Ask for a new token."""
    return _form(visit)


@post("/tokens", sync_to_thread=True)
def take_new(visit: Asked) -> Response[Any]:
    """Make a token, and show it once."""
    if wrong := proven(visit):
        return _form(visit, proof_error=wrong, status=422)
    kinds = tuple(TokenKind(kind) for kind in visit.form.texts("kind") if kind in set(TokenKind))
    scopes = tuple(
        TokenScope(kind, name)
        for kind in ScopeKind
        for name in visit.form.text(kind.value).replace("，", "、").split("、")
        if name.strip()
    )
    days = visit.form.text("days")
    until = visit.now + timedelta(days=int(days) if days in {str(n) for n, _ in _DAYS} else 0)
    try:
        made = make_token(
            visit.signin, AddToken(visit.form.text("title"), kinds, scopes, until), visit.user, visit.now
        )
    except UsageError as e:
        return _form(visit, error=said_by(e), status=422)
    return visit.page(
        "users/token_made.html", title=visit.form.text("title"), secret=made.secret, until=until
    )


@post("/tokens/{token:str}/revoke", sync_to_thread=True)
def take_back(visit: Asked, token: FromPath[str]) -> Response[Any]:
    """End a token at once."""
    if token not in {row["id"] for row in _rows(visit)}:
        raise no_such_page()
    revoke_token(visit.signin, token, visit.actor.code, visit.now)
    return visit.go("/tokens", done="token-revoked")


def _rows(visit: Visit) -> list[Row]:
    return [_row(visit, one) for one in list_tokens(visit.signin) if _is_theirs(visit, one)]


def _is_theirs(visit: Visit, one: ListedToken) -> bool:
    """Tell whether a token is the visitor's business: a firm's are those of its source."""
    if visit.reach is Reach.ALL:
        return True
    source = visit.grant.scope if visit.grant is not None else ""
    return TokenScope(ScopeKind.SOURCE, source) in one.scopes


def _row(visit: Visit, one: ListedToken) -> Row:
    return {
        "id": one.id,
        "title": one.title,
        "kinds": "、".join(KIND_TITLES[kind] for kind in one.kinds),
        "scopes": "；".join(f"{SCOPE_TITLES[scope.kind]}：{scope.name}" for scope in one.scopes) or "全部",
        "maker": one.maker.name if one.maker is not None else "命令行",
        "made_at": one.made_at,
        "until": one.until,
        "used_at": one.used_at,
        "state": "已吊销" if one.revoked else "已到期" if one.until <= visit.now else "有效",
    }


def _form(visit: Visit, *, error: str = "", proof_error: str = "", status: int = 200) -> Response[Any]:
    return visit.page(
        "users/token_new.html",
        status=status,
        kinds=[(kind.value, title) for kind, title in KIND_TITLES.items()],
        chosen=visit.form.texts("kind"),
        days=_DAYS,
        error=error,
        proof_error=proof_error,
    )


def _is_admin(visit: Visit) -> bool:
    return visit.grant is not None and visit.grant.role is Role.ADMIN


def _revokes(visit: Visit) -> bool:
    return visit.grant is not None and visit.grant.role in (Role.ADMIN, Role.FIRM)


HANDLERS = [show_tokens, export_tokens, ask_new, take_new, take_back]
