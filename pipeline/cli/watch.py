"""Commands that watch: the run of folds, history and alerts, and the alerts themselves."""

from typing import Annotated

import typer

from connectors.history.alerts import list_alerts
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.current import current_history
from pipeline.owner import run_forever, run_until_idle
from pipeline.registry import find_account, registry_now


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("run")(run)
    app.command("alerts")(alerts)


def run(
    ctx: typer.Context,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Stop when everything in the log is done; write no ticks.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fold the log, keep the history, raise and deliver alerts.

    Without --until-idle it goes on until a signal, ticks the clock, and owns the home: other commands ask it.
    """
    home = home_of(ctx)
    if not until_idle:
        run_forever(home)
        return
    done = run_until_idle(home)
    if as_json:
        print_json({"folded": done.folded, "stored": done.stored, "delivered": done.delivered})
    else:
        say(f"已处理 folded: {done.folded}；入库 stored: {done.stored}；发出 delivered: {done.delivered}")


def alerts(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Option(help="Only this account id.")] = None,
    as_json: Json = False,
) -> None:
    """List the alerts, oldest first: raised, skipped, cleared, and stalled sources."""
    with current_history(home_of(ctx)) as current:
        rows = list_alerts(current.client)
        if account is not None:
            registry = registry_now(current)
            given_id = registry.entries[find_account(registry, account)].given_id
            rows = [row for row in rows if row["account_id"] == given_id]
    shown = {
        "at": "时间",
        "type": "类型",
        "level": "级别",
        "account_id": "账号ID",
        "name": "账号名称",
        "delivered": "已送达",
    }
    print_rows(rows, as_json=as_json, columns=shown)
