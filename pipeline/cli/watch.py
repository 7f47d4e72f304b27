"""Commands that watch: the run of folds, history and alerts, and the alerts themselves."""

from contextlib import closing
from functools import partial
from typing import Annotated

import typer

from connectors.history.alerts import list_alerts
from connectors.history.row_counts import count_all
from connectors.kafka.cluster import Cluster
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.runtime.embedded.owner import Done, run_forever, run_until_idle


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("run")(run)
    app.command("alerts")(alerts)


def run(
    ctx: typer.Context,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Stop when everything in the log is done; write no ticks.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Of a log on Kafka: how many workers to start.")
    ] = 1,
    no_ticks: Annotated[
        bool, typer.Option("--no-ticks", help="Write no clock ticks: for polls that are replayed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fold the log, keep the history, raise and deliver alerts.

    Without --until-idle it goes on until a signal, ticks the clock, and owns the home: other commands ask it.
    Where the log is on Kafka, it starts worker, sink, notifier and ticker on this machine and keeps them running;
    with --until-idle it waits for those that run, here or elsewhere.
    """
    home = home_of(ctx)
    if home.cluster is not None:
        done = _run_on_kafka(home, home.cluster, until_idle=until_idle, workers=workers, ticks=not no_ticks)
    elif until_idle:
        done = run_until_idle(home)
    else:
        run_forever(home, ticks=not no_ticks)
    if not until_idle:
        return
    if as_json:
        print_json({"folded": done.folded, "stored": done.stored, "delivered": done.delivered})
    else:
        sent = "" if done.delivered is None else f"；发出 delivered: {done.delivered}"
        say(f"已处理 folded: {done.folded}；入库 stored: {done.stored}{sent}")


def _run_on_kafka(home: Home, cluster: Cluster, *, until_idle: bool, workers: int, ticks: bool) -> Done:
    """Keep the processes of a log on Kafka running, or wait until they are idle."""
    from pipeline.runtime.kafka.idle import wait_until_idle  # noqa: PLC0415 (Kafka's library is slow to import)
    from pipeline.runtime.kafka.supervisor import supervise  # noqa: PLC0415

    if not until_idle:
        supervise(home, cluster, workers=workers, ticks=ticks)
        return Done(0, 0, None)
    with Progress("处理事件 events", None) as progress, closing(home.history_client()) as client:
        return wait_until_idle(cluster, partial(count_all, client), progress.add)


def alerts(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Option(help="Only this account, by name or id.")] = None,
    as_json: Json = False,
) -> None:
    """List the alerts, oldest first: raised, skipped, cleared, and stalled sources."""
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_alerts(workspace.client)
        if account is not None:
            registry = registry_now(workspace)
            given_id = registry.entries[find_account(registry, account)].given_id
            rows = [row for row in rows if row["account_id"] == given_id]
    shown = {
        "at": "时间",
        "type": "类型",
        "level": "级别",
        "account_id": "账号ID",
        "name": "账号名称",
        "delivered": "已送达",
        "withdrawn": "已撤回",
    }
    print_rows(rows, as_json=as_json, columns=shown)
