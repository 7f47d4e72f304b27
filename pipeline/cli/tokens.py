"""Commands about the tokens of programs."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from events.instants import local_iso
from events.messages import message
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
from pipeline.access.user_care import SYSTEM
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json
from pipeline.cli.output import print_json, say
from pipeline.cli.users import signin_of
from pipeline.home.errors import UsageError
from pipeline.office.columns import day, ident, minute, text

tokens = typer.Typer(help="Tokens (接口令牌): which programs hand in what, until when.", no_args_is_help=True)
_TOKENS = (
    ident("token_id", "编号"),
    text("title", "名称"),
    text("kinds", "可报送"),
    text("scopes", "范围"),
    text("maker", "创建人"),
    day("until", "有效期至"),
    text("state", "状态"),
    minute("used_at", "最近使用"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(tokens, name="tokens")


@tokens.command("add")
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What the token is for, in a few words.")],
    kinds: Annotated[list[str], typer.Option("--kind", help=f"{', '.join(TokenKind)}; can be repeated.")],
    sources: Annotated[list[str] | None, typer.Option("--source", help="Only of this source.")] = None,
    areas: Annotated[list[str] | None, typer.Option("--area", help="Only of this area.")] = None,
    units: Annotated[list[str] | None, typer.Option("--unit", help="Only of this unit.")] = None,
    days: Annotated[int, typer.Option(min=1, max=LONGEST.days, help="Days until it ends.")] = 180,
    as_json: Json = False,
) -> None:
    """Make a token for a program; it is shown once, and never again.

    Example: xuncha tokens add 监测平台 --kind look --kind post --source monitor-2
    """
    now = datetime.now(UTC)
    given = ((ScopeKind.SOURCE, sources), (ScopeKind.AREA, areas), (ScopeKind.UNIT, units))
    scopes = tuple(TokenScope(kind, name) for kind, names in given for name in names or ())
    asked = AddToken(title, tuple(map(_kind, kinds)), scopes, now + timedelta(days=days))
    with signin_of(ctx) as store:
        made = make_token(store, asked, None, now)
    if as_json:
        print_json({"token_id": made.id, "token": made.secret, "until": asked.until})
    else:
        say(made.secret)
        say(f"编号 id: {made.id}；有效期至 until: {local_iso(asked.until)}；仅显示这一次 shown this once")


@tokens.command("list")
@grouped
def show(ctx: typer.Context, *, to: Output) -> None:
    """List the tokens, newest first: what they may hand in, until when, when last used.

    Example: xuncha tokens list
    """
    now = datetime.now(UTC)
    with signin_of(ctx) as store:
        found = list_tokens(store)
    show_list([_row(one, now) for one in found], _TOKENS, to)


@tokens.command("revoke")
def revoke(
    ctx: typer.Context,
    token_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the token; see `tokens list`.")],
    as_json: Json = False,
) -> None:
    """End a token; from then on nobody hands in anything with it.

    Example: xuncha tokens revoke ID
    """
    with signin_of(ctx) as store:
        revoke_token(store, token_id, SYSTEM, datetime.now(UTC))
    if as_json:
        print_json({"token_id": token_id})
    else:
        say(f"已吊销 revoked: {token_id}")


def _row(one: ListedToken, now: datetime) -> dict[str, Any]:
    return {
        "token_id": one.id,
        "title": one.title,
        "kinds": [KIND_TITLES[kind] for kind in one.kinds],
        "scopes": [f"{SCOPE_TITLES[scope.kind]}：{scope.name}" for scope in one.scopes],
        "maker": one.maker.login if one.maker is not None else None,
        "until": one.until,
        "state": "已吊销" if one.revoked else "已到期" if one.until <= now else "有效",
        "used_at": one.used_at,
    }


def _kind(text: str) -> TokenKind:
    found = next((one for one in TokenKind if text in (one.value, KIND_TITLES[one])), None)
    if found is None:
        raise UsageError(
            message("--kind {kind!r}: write one of {kinds}", kind=text, kinds=", ".join(TokenKind))
        )
    return found
