"""The command that looks at the sources of the settings."""

from typing import Annotated

import typer

from pipeline.cli.kafka_processes import MetricsHost, MetricsPort
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.logs import configure_process_logs
from pipeline.home.metrics import serve_metrics
from pipeline.home.progress import Progress
from pipeline.patrol.process import AskPatrol, patrol


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("patrol")(look_at_sources)


def look_at_sources(
    ctx: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Make every look that may be made by now, then end.")
    ] = False,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; can be repeated.")] = None,
    metrics_port: MetricsPort = 0,
    metrics_host: MetricsHost = "127.0.0.1",
    as_json: Json = False,
) -> None:
    """Look at the sources of the settings, each account when a look is due, until a signal.

    `xuncha run` does so by itself. A second patrol waits for as long as the first one lives, so that nothing is asked
    twice. With --once exit 1 if another one holds a source.

    Example: xuncha patrol --once
    """
    home = home_of(ctx)
    if not once:
        configure_process_logs()
    serve_metrics(metrics_host, metrics_port, process="patrol")
    with Progress("巡检 looks", None) as progress:
        done = patrol(home, AskPatrol(once, tuple(source or ())), on_look=lambda: progress.add(1))
    held = [name for name, counts in done.sources.items() if counts.held_elsewhere]
    if as_json:
        names = ("looks", "good", "failed", "new_posts")
        print_json({**{name: done.total(name) for name in names}, "held_elsewhere": held})
    else:
        say(
            f"巡检 looks: {done.total('looks')}；成功 good: {done.total('good')}；失败 failed: {done.total('failed')}；"
            f"新内容 new posts: {done.total('new_posts')}"
        )
        if held:
            say(f"由另一进程巡检 held by another patrol: {'、'.join(held)}")
    if once and held:
        raise typer.Exit(1)
