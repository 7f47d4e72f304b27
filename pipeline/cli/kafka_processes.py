"""Commands that are processes of a log on Kafka: they run until a signal, and their exit code says how to go on."""

from typing import Annotated

import typer

from pipeline.cli.options import home_of
from pipeline.home.logs import configure_process_logs
from pipeline.home.rulesets import rulebook_of_home


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("worker")(worker)
    app.command("live")(live)


SessionTimeout = Annotated[
    float,
    typer.Option(
        "--session-timeout",
        metavar="SECONDS",
        min=1,
        help="After so long without a sign of life the group gives this process's partitions to others.",
    ),
]


MetricsPort = Annotated[
    int,
    typer.Option(
        "--metrics-port",
        min=0,
        max=65535,
        help="Offer metrics to Prometheus at this port, each process at its own; 0: nowhere.",
    ),
]
MetricsHost = Annotated[
    str, typer.Option("--metrics-host", help="Address of the metrics; 0.0.0.0 shows them to everybody.")
]


def worker(
    ctx: typer.Context,
    session_timeout_s: SessionTimeout = 10.0,
    metrics_port: MetricsPort = 0,
    metrics_host: MetricsHost = "127.0.0.1",
) -> None:
    """Fold the facts of a log on Kafka: alerts and scores; start more of them to share the work.

    Exit codes: 0 asked to stop; 65 the log holds what nobody can fold, so do not start again before a person has
    looked; 75 anything else, start again.
    """
    from pipeline.home.metrics import serve_metrics  # noqa: PLC0415
    from pipeline.runtime.kafka.app import run_app  # noqa: PLC0415 (Faust is slow to import, and other commands need none)
    from pipeline.runtime.kafka.fold import fold_loop  # noqa: PLC0415
    from pipeline.runtime.kafka.lag import WORKER  # noqa: PLC0415

    configure_process_logs()
    home = home_of(ctx)
    cluster = home.kafka
    serve_metrics(metrics_host, metrics_port, process=WORKER)
    ruleset = rulebook_of_home(home)
    loop = fold_loop(
        cluster,
        ruleset,
        session_timeout_s=session_timeout_s,
        max_clock_gap=home.max_clock_gap,
        folder=home.path,
    )
    raise typer.Exit(run_app(cluster, WORKER, [loop], home.path))


def live(ctx: typer.Context) -> None:
    """Keep a live view of alerts and lag in run/live.json of the home; it may miss or repeat what happens.

    Exit codes: 0 asked to stop; 75 anything else, start again.
    """
    from pipeline.runtime.kafka.live import run_live  # noqa: PLC0415 (Faust is slow to import)

    configure_process_logs()
    home = home_of(ctx)
    raise typer.Exit(run_live(home.kafka, home.path))
