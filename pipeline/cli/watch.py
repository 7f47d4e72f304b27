"""Commands that watch: the run of folds, history and alerts, and the alerts themselves."""

from typing import Annotated

import typer

from pipeline.cli.columns import ACCOUNT, minute, placed, text, word
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.words import FACTS
from pipeline.home.progress import Progress
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.runtime.embedded.owner import run_forever, run_until_idle
from pipeline.voice.alerts import ALERT_TYPES, level_in_words, list_alerts

_TYPES = {type_: FACTS[type_] for type_ in ALERT_TYPES}
_COLUMNS = (
    minute("at", "时间"),
    word("type", "类型", _TYPES),
    text("level_zh", "级别"),
    *ACCOUNT,
    text("delivered", "已送达"),
    text("withdrawn", "已撤回"),
)


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
        # Kafka's library is slow to import
        from pipeline.runtime.kafka.idle import wait_until_stored  # noqa: PLC0415
        from pipeline.runtime.kafka.supervisor import supervise  # noqa: PLC0415

        if until_idle:
            with Progress("处理事件 events", None) as progress:
                done = wait_until_stored(home, progress.add)
        else:
            supervise(home, home.kafka, workers=workers, ticks=not no_ticks)
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


@grouped
def alerts(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Option(help="Only this account, by name or id.")] = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only messages of this type: 提醒, 解除, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the alerts, oldest first: raised, skipped, cleared, and stalled sources."""
    with open_workspace(home_of(ctx)) as workspace:
        types = codes_meant(state, _TYPES, "--state")
        registry = registry_now(workspace)
        subject = None if account is None else find_account(registry, account)
        kept = kept_accounts(workspace, filters, registry)
        found = [
            row
            for row in list_alerts(workspace)
            if (subject is None or row["subject"] == subject)
            and (kept is None or row["subject"] in kept)
            and (types is None or row["type"] in types)
        ]
    people = [
        placed(
            {**row, "name": row["name"] or row["subject"], "level_zh": level_in_words(row["level"])},
            registry.entries.get(row["subject"]),
        )
        for row in found
    ]
    rows = [{key: row[key] for key in row if key != "subject"} for row in found]
    show_list(rows, _COLUMNS, to, people=people)
