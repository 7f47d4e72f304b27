"""The command that fills the history, where the log is on Kafka."""

from functools import partial
from threading import Event

import typer

from pipeline.cli.kafka_processes import MetricsHost, MetricsPort, SessionTimeout
from pipeline.cli.options import home_of
from pipeline.home.failpoints import fail_point
from pipeline.home.logs import configure_process_logs
from pipeline.home.stopping import stop_on_signals


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("sink")(sink)


def sink(
    ctx: typer.Context,
    session_timeout_s: SessionTimeout = 20.0,
    metrics_port: MetricsPort = 0,
    metrics_host: MetricsHost = "127.0.0.1",
) -> None:
    """Store facts and derived events in the history until a signal; start more of them to share the work.

    It goes on where the database says that the history ends, and waits for a database that is away. Exit 0 asked to
    stop; 65 a record of the future stands in the log, so do not start again before a person has looked; 75 anything
    else, start again.

    Example: xuncha --home city --kafka 127.0.0.1:9092 --clickhouse http://127.0.0.1:8123 sink
    """
    from pipeline.home.metrics import serve_metrics  # noqa: PLC0415
    from pipeline.runtime.kafka.garbage import look_seldom  # noqa: PLC0415
    from pipeline.runtime.kafka.lag import SINK  # noqa: PLC0415 (Kafka's libraries are slow to import)
    from pipeline.runtime.kafka.latency import note_stored  # noqa: PLC0415
    from pipeline.runtime.kafka.process import run_process  # noqa: PLC0415
    from pipeline.runtime.kafka.sink import KafkaSink  # noqa: PLC0415
    from pipeline.runtime.kafka.sink_settings import SinkSettings  # noqa: PLC0415

    configure_process_logs()
    home = home_of(ctx)
    cluster = home.kafka
    serve_metrics(metrics_host, metrics_port, process=SINK)
    settings = SinkSettings(session_timeout_s=session_timeout_s, max_clock_gap=home.max_clock_gap)
    open_client = partial(home.history_client, timeout_s=settings.insert_timeout_s, for_sink=True)

    look_seldom()

    def work(stop: Event) -> None:
        KafkaSink(cluster, open_client, settings, fail_point=fail_point, on_stored=note_stored).run(stop)

    raise typer.Exit(run_process(work, stop_on_signals()))
