"""The command that watches: the run of folds, history and alerts."""

from typing import Annotated

import typer

from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.reminding import reminding
from pipeline.home.progress import Progress
from pipeline.runtime.embedded.owner import run_forever, run_until_idle


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("run")(run)


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
        run_forever(home, ticks=not no_ticks, hourly=reminding(home))
    if not until_idle:
        return
    if as_json:
        print_json({"folded": done.folded, "stored": done.stored, "delivered": done.delivered})
    else:
        sent = "" if done.delivered is None else f"；发出 delivered: {done.delivered}"
        say(f"已处理 folded: {done.folded}；入库 stored: {done.stored}{sent}")
