"""The schema of the history, and the users of its server."""

import secrets
from typing import Annotated

import typer
from clickhouse_connect.driver.client import Client

from connectors.history.migrate import Applied, migrate, pending, require_known, standings
from connectors.history.migration_lock import force_unlock, migration_lock
from connectors.history.users import apply_users
from pipeline.cli.options import Context, Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.home.errors import UsageError
from pipeline.home.settings import environment_value


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("migrate")(migrate_history)


def migrate_history(
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
    force: Annotated[
        bool, typer.Option("--force-unlock", help="First take away the lock of a migration that died.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring the tables and views of the history to this release; a home without a server does so by itself.

    Example: xuncha --clickhouse http://127.0.0.1:8123 migrate --status
    """
    if status + dry_run + users > 1:
        raise UsageError("--status, --dry-run and --users are three things to do; name one of them")
    if status or dry_run:
        context: Context = ctx.obj
        applied = context.home(prepare=False).applied_migrations()
        (_show if status else _rehearse)(applied, as_json=as_json)
        return
    with home_of(ctx).history(unfilled=True) as (client, _):
        if users:
            _make_users(client, _password(writer_password_from), _password(bi_password_from), as_json=as_json)
        else:
            _apply(client, force=force, as_json=as_json)


def _show(applied: Applied, *, as_json: bool) -> None:
    require_known(applied)
    rows = [
        {
            "version": s.migration.version,
            "name": s.migration.name,
            "applied_at": s.applied_at,
            "state": s.state,
        }
        for s in standings(applied)
    ]
    shown = {"version": "版本", "name": "文件", "applied_at": "执行时间", "state": "状态"}
    print_rows(rows, as_json=as_json, columns=shown)


def _rehearse(applied: Applied, *, as_json: bool) -> None:
    missing = pending(applied)
    if as_json:
        print_json({"rows": [{"name": m.name, "statements": list(m.statements)} for m in missing]})
        return
    for migration in missing:
        say(f"-- {migration.name}")
        for statement in migration.statements:
            say(f"{statement};\n")


def _make_users(client: Client, writer_password: str, bi_password: str, *, as_json: bool) -> None:
    if secrets.compare_digest(writer_password.encode(), bi_password.encode()):
        raise UsageError("writer and BI user need passwords of their own")
    made = apply_users(client, writer_password=writer_password, bi_password=bi_password)
    if as_json:
        print_json({"users": made})
    else:
        say(f"用户已就绪 users: {'、'.join(made)}")


def _apply(client: Client, *, force: bool, as_json: bool) -> None:
    held = force_unlock(client) if force else None
    with migration_lock(client):
        names = migrate(client)
    if as_json:
        print_json({"applied": names, "unlocked": None if held is None else str(held)})
        return
    if held is not None:
        say(f"已解除 lock taken from {held}")
    say(f"已执行 applied: {'、'.join(names) if names else '-'}")


def _password(variable: str) -> str:
    value = environment_value(variable)
    if not value:
        raise UsageError(f"the environment variable {variable} holds no password")
    return value
