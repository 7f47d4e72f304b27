"""The command that tells people, where the log is on Kafka."""

from typing import Annotated

import typer

from pipeline.cli.kafka_processes import MetricsHost, MetricsPort, SessionTimeout
from pipeline.cli.options import home_of
from pipeline.home.logs import configure_process_logs


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("notifier")(notifier)


def notifier(
    ctx: typer.Context,
    channel: Annotated[
        list[str] | None,
        typer.Option(
            help="A channel that the settings give, by its name; can be repeated. Default: all of them."
        ),
    ] = None,
    session_timeout_s: SessionTimeout = 10.0,
    metrics_port: MetricsPort = 0,
    metrics_host: MetricsHost = "127.0.0.1",
) -> None:
    """Tell alerts to the channels of the home until a signal; each channel has a position of its own.

    On Kafka the console is the log of this process: a line for each message. More processes share the partitions; the
    file is for one of them.

    Exit 0 asked to stop, 65 for a person to look, 75 start it again.

    Example: xuncha --home city --kafka 127.0.0.1:9092 notifier --channel file
    """
    from pipeline.home.metrics import serve_metrics  # noqa: PLC0415
    from pipeline.runtime.kafka.app import run_app  # noqa: PLC0415 (Kafka's libraries are slow to import)
    from pipeline.runtime.kafka.notifier import notifier_loops  # noqa: PLC0415
    from pipeline.voice.channels import build_channels  # noqa: PLC0415

    configure_process_logs()
    home = home_of(ctx)
    cluster = home.kafka
    serve_metrics(metrics_host, metrics_port, process="notifier")
    channels = build_channels(home, channel or [])
    loops = notifier_loops(home, cluster, channels, session_timeout_s=session_timeout_s)
    raise typer.Exit(run_app(cluster, "notifier", loops, home.path))
