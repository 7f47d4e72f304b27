"""Commands about who signs in to the console."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from events.instants import local_iso
from events.messages import message
from pipeline.access.store import Store, open_signin
from pipeline.access.user_care import (
    SYSTEM,
    AddUser,
    add_user,
    disable_user,
    drop_codes,
    find_login,
    grant_role,
    invite,
    list_users,
    revoke_role,
    set_password,
)
from pipeline.access.users import ROLE_TITLES, Grant, Role
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.errors import UsageError
from pipeline.office.columns import ident, minute, text

users = typer.Typer(help="Users (用户): who signs in to the console, and as what.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="Login name.")]
RoleName = Annotated[
    str, typer.Option("--role", help=f"{'、'.join(ROLE_TITLES.values())}, or {', '.join(Role)}.")
]
About = Annotated[
    str,
    typer.Option(
        "--about",
        help="About what: area of 主管单位, unit of 主办单位, source of 监测单位, code of 检查组.",
    ),
]
_USERS = (
    ident("login", "登录名"),
    text("name", "姓名"),
    text("roles", "角色"),
    text("state", "状态"),
    minute("made_at", "添加时间"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(users, name="users")


@contextmanager
def signin_of(ctx: typer.Context) -> Iterator[Store]:
    """Open the sign-in store of a command's home."""
    with closing(open_signin(home_of(ctx))) as store:
        yield store


@users.command("add")
def add(
    ctx: typer.Context,
    login: Login,
    name: Annotated[str, typer.Option(prompt="姓名 name", help="What the user is called.")],
    role: RoleName,
    about: About = "",
    as_json: Json = False,
) -> None:
    """Add somebody who may sign in, and print the link by which they choose a password within three days.

    Example: xuncha users add wangwu --name 王五 --role 主办单位 --about 某市教育局
    """
    now = datetime.now(UTC)
    with signin_of(ctx) as store:
        user = add_user(store, AddUser(login, name, (_grant(role, about),)), SYSTEM, now)
        _show_invitation(ctx, store, user.id, user.login, as_json=as_json)


@users.command("list")
@grouped
def show(ctx: typer.Context, *, to: Output) -> None:
    """List who may sign in, and as what; a role that waits for a second person is marked.

    Example: xuncha users list
    """
    with signin_of(ctx) as store:
        found = list_users(store)
    rows: list[dict[str, Any]] = [
        {
            "user_id": user.id,
            "login": user.login,
            "name": user.name,
            "roles": [
                _grant_text(Grant(Role(one.role), one.scope), waits=not one.agreed_by) for one in user.grants
            ],
            "grants": [
                {"role": one.role, "scope": one.scope, "waits": not one.agreed_by} for one in user.grants
            ],
            "state": "停用" if user.disabled else "正常" if user.password else "未设密码",
            "disabled": user.disabled,
            "one_time_codes": bool(user.code_key),
            "made_at": datetime.fromtimestamp(user.made_at / 1e6, UTC),
        }
        for user in found
    ]
    show_list(rows, _USERS, to)


@users.command("grant")
def grant(ctx: typer.Context, login: Login, role: RoleName, about: About = "", as_json: Json = False) -> None:
    """Give somebody a role.

    Example: xuncha users grant lisi --role 签发人
    """
    given = _grant(role, about)
    with signin_of(ctx) as store:
        user = find_login(store, login)
        grant_role(store, user.id, given, SYSTEM, datetime.now(UTC))
    _done(f"已授予 granted: {user.login} {_grant_text(given)}", user.login, as_json=as_json)


@users.command("revoke")
def revoke(
    ctx: typer.Context, login: Login, role: RoleName, about: About = "", as_json: Json = False
) -> None:
    """Take a role from somebody; it counts from their next click on.

    Example: xuncha users revoke lisi --role 签发人
    """
    taken = _grant(role, about)
    with signin_of(ctx) as store:
        user = find_login(store, login)
        revoke_role(store, user.id, taken, SYSTEM, datetime.now(UTC))
    _done(f"已收回 revoked: {user.login} {_grant_text(taken)}", user.login, as_json=as_json)


@users.command("disable")
def disable(
    ctx: typer.Context,
    login: Login,
    again: Annotated[bool, typer.Option("--enable", help="Let them sign in again.")] = False,
    as_json: Json = False,
) -> None:
    """Keep somebody from signing in; whoever is signed in is out at once.

    Example: xuncha users disable lisi
    """
    with signin_of(ctx) as store:
        user = find_login(store, login)
        disable_user(store, user.id, SYSTEM, datetime.now(UTC), disabled=not again)
    outcome = f"已恢复 enabled: {user.login}" if again else f"已停用 disabled: {user.login}"
    _done(outcome, user.login, as_json=as_json)


@users.command("password")
def password(
    ctx: typer.Context,
    login: Login,
    given: Annotated[
        str,
        typer.Option(
            "--password",
            prompt="新密码 new password",
            hide_input=True,
            confirmation_prompt=True,
            help="Asked for where it is not given; what is given stands in the history of the shell.",
        ),
    ],
    without_codes: Annotated[
        bool, typer.Option("--without-codes", help="Ask for no one-time codes any more: the phone is lost.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Give somebody a new password; they are signed out everywhere.

    Example: xuncha users password lisi
    """
    now = datetime.now(UTC)
    with signin_of(ctx) as store:
        user = find_login(store, login)
        set_password(store, user.id, given, SYSTEM, now)
        if without_codes:
            drop_codes(store, user.id, SYSTEM, now)
    _done(f"已设置密码 password set: {user.login}", user.login, as_json=as_json)


@users.command("invite")
def invite_again(ctx: typer.Context, login: Login, as_json: Json = False) -> None:
    """Print a link by which somebody chooses a password, once, within three days; an earlier one is taken back.

    Example: xuncha users invite wangwu
    """
    with signin_of(ctx) as store:
        user = find_login(store, login)
        _show_invitation(ctx, store, user.id, user.login, as_json=as_json)


def _show_invitation(ctx: typer.Context, store: Store, user_id: str, login: str, *, as_json: bool) -> None:
    made = invite(store, user_id, SYSTEM, datetime.now(UTC))
    path = f"/invite/{made.token}"
    if as_json:
        print_json({"login": login, "path": path, "until": made.until})
    else:
        say(f"已添加 user: {login}")
        pages = home_of(ctx).settings.console.url
        say(f"设置密码的链接 link to choose a password: {pages}{path}")
        if not pages:
            say("前面加上网页的地址 put the address of the pages before it, like http://127.0.0.1:8080")
        say(f"有效期至 until: {local_iso(made.until)}")


def _done(outcome: str, login: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"login": login})
    else:
        say(outcome)


def _grant(role: str, about: str) -> Grant:
    found = next((one for one in Role if role.strip() in (one.value, ROLE_TITLES[one])), None)
    if found is None:
        raise UsageError(
            message("--role {role!r}: write one of {roles}", role=role, roles="、".join(ROLE_TITLES.values()))
        )
    return Grant(found, about.strip())


def _grant_text(grant: Grant, *, waits: bool = False) -> str:
    about = f"（{grant.scope}）" if grant.scope else ""
    return f"{ROLE_TITLES[grant.role]}{about}{'（待同意）' if waits else ''}"
