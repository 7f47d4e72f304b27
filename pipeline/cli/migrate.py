"""The schema of the history, and the users of its server."""

from typing import Annotated

import typer

from events.messages import message
from pipeline.cli.options import Context, Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.office.account_numbers import number_existing
from pipeline.upkeep.history_schema import (
    AreaAsked,
    MakeUsers,
    list_missing,
    list_standings,
    make_users,
    migrate_history,
)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("migrate")(bring_up_to_date)


def bring_up_to_date(
    ctx: typer.Context,
    status: Annotated[bool, typer.Option("--status", help="Show what is applied; change nothing.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the statements that are missing; change nothing.")
    ] = False,
    users: Annotated[
        bool,
        typer.Option(
            "--users", help="Make users and roles of a ClickHouse server; the settings name an administrator."
        ),
    ] = False,
    writer_password_from: Annotated[
        str, typer.Option(metavar="VARIABLE", help="Environment variable with the writer's password.")
    ] = "XUNCHA_WRITER_PASSWORD",  # noqa: S107 (a name, not a secret)
    bi_password_from: Annotated[
        str, typer.Option(metavar="VARIABLE", help="Environment variable with the password of the BI user.")
    ] = "XUNCHA_BI_PASSWORD",  # noqa: S107 (as above)
    area: Annotated[
        list[str] | None,
        typer.Option(
            metavar="USER=AREA=VARIABLE",
            help="With --users: a user of one area, like bi_donghu=东湖区=XUNCHA_BI_DONGHU; may be repeated.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force-unlock", help="First take away the lock of a migration that died.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring the tables and views of the history to this release; a home without a server does so by itself.

    Accounts from before there were numbers for people (编号) get theirs.

    Example: xuncha --clickhouse http://127.0.0.1:8123 migrate --status
    """
    if status + dry_run + users > 1:
        raise UsageError(message("--status, --dry-run and --users are three things to do; name one of them"))
    if status or dry_run:
        context: Context = ctx.obj
        home = context.home(prepare=False)
        (_show if status else _rehearse)(home, as_json=as_json)
        return
    home = home_of(ctx)
    if users:
        areas = tuple(_area(text) for text in area or ())
        _make_users(home, MakeUsers(writer_password_from, bi_password_from, areas), as_json=as_json)
    else:
        _apply(home, force=force, as_json=as_json)


def _show(home: Home, *, as_json: bool) -> None:
    rows = [
        {
            "version": s.migration.version,
            "name": s.migration.name,
            "applied_at": s.applied_at,
            "state": s.state,
        }
        for s in list_standings(home)
    ]
    columns = {"version": "版本", "name": "文件", "applied_at": "执行时间", "state": "状态"}
    print_rows(rows, as_json=as_json, columns=columns)


def _rehearse(home: Home, *, as_json: bool) -> None:
    missing = list_missing(home)
    if as_json:
        print_json({"rows": [{"name": m.name, "statements": list(m.statements)} for m in missing]})
        return
    for migration in missing:
        say(f"-- {migration.name}")
        for statement in migration.statements:
            say(f"{statement};\n")


def _area(text: str) -> AreaAsked:
    """Read USER=AREA=VARIABLE."""
    user, first, rest = text.partition("=")
    area, last, variable = rest.rpartition("=")
    if not (first and last and user and area and variable):
        raise UsageError(message("--area {text!r}: write USER=AREA=VARIABLE", text=text))
    return AreaAsked(user, area, variable)


def _make_users(home: Home, asked: MakeUsers, *, as_json: bool) -> None:
    made = make_users(home, asked)
    if as_json:
        print_json({"users": made})
    else:
        say(f"用户已就绪 users: {'、'.join(made)}")


def _apply(home: Home, *, force: bool, as_json: bool) -> None:
    done = migrate_history(home, force=force)
    numbered = number_existing(home, OFFICE)
    if as_json:
        unlocked = None if done.unlocked is None else str(done.unlocked)
        print_json({"applied": done.applied, "unlocked": unlocked, "numbered": len(numbered.given)})
        return
    if done.unlocked is not None:
        say(f"已解除 lock taken from {done.unlocked}")
    say(f"已执行 applied: {'、'.join(done.applied) if done.applied else '-'}")
    if numbered.given:
        say(f"已为原有账号编号 accounts numbered: {len(numbered.given)}")
    if numbered.waiting:
        say(
            f"尚未编号的账号 accounts without a number: {numbered.waiting}；入库后 then: xuncha accounts number"
        )
