"""Commands of a log on Kafka that watch or drive it from outside: lag, ticker."""

import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from pipeline.cli.field_options import told
from pipeline.cli.kafka_processes import MetricsHost, MetricsPort
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import home_of
from pipeline.cli.output import say
from pipeline.cli.reminding import reminding
from pipeline.office.columns import number, text

_LAG = (
    text("group", "消费组"),
    text("topic", "主题"),
    number("partition", "分区"),
    text("holder", "进程"),
    number("committed", "已处理"),
    number("end", "末尾"),
    number("stable_end", "可读至"),
    number("past_last_tick", "已过最近时钟"),
    number("waiting_s", "等待秒数"),
    text("stuck", "停滞"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("ticker")(ticker)
    app.command("lag")(lag)


def ticker(
    ctx: typer.Context, metrics_port: MetricsPort = 0, metrics_host: MetricsHost = "127.0.0.1"
) -> None:
    """Write clock ticks into every partition until a signal; one a log is enough.

    Exit 65: the brokers' clock is wrong, so do not start again before a person has looked.

    Example: xuncha --home city --kafka 127.0.0.1:9092 ticker
    """
    from pipeline.home.logs import configure_logs  # noqa: PLC0415
    from pipeline.home.metrics import serve_metrics  # noqa: PLC0415
    from pipeline.runtime.kafka.exits import POISON, PoisonedError  # noqa: PLC0415
    from pipeline.runtime.kafka.ticker import run_ticker  # noqa: PLC0415 (Kafka's library is slow to import)

    configure_logs()
    serve_metrics(metrics_host, metrics_port, process="ticker")
    home = home_of(ctx)
    try:
        code = run_ticker(home, home.kafka, reminding(home))
    except PoisonedError as e:
        sys.stderr.write(f"xuncha: {told(e)}\n")
        raise typer.Exit(POISON) from None
    raise typer.Exit(code)


@grouped
def lag(
    ctx: typer.Context,
    stuck_after: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="A record that waits longer means that it is stuck.")
    ] = 60,
    every: Annotated[bool, typer.Option("--all", help="Show partitions that wait for nothing, too.")] = False,
    *,
    to: Output,
) -> None:
    """Show how far workers, sinks and notifiers have come: committed against end, and since when a record waits.

    Exit 1 when a record has waited for longer than --stuck-after, or when no tick came for two intervals: a process
    may hang while it is alive, and only an offset that moves says that it works.

    Example: xuncha --home city lag --stuck-after 120
    """
    from pipeline.runtime.kafka.lag import measure_lag, stuck  # noqa: PLC0415 (Kafka's library is slow to import)

    now = datetime.now(UTC)
    measured = measure_lag(home_of(ctx).kafka)
    hanging = stuck(measured, now, timedelta(seconds=stuck_after))
    step = timedelta(minutes=home_of(ctx).settings.tick_minutes)
    late = measured.last_tick is not None and now - measured.last_tick > 2 * step
    rows: list[dict[str, Any]] = [
        {
            "group": s.group,
            "topic": s.topic,
            "partition": s.partition,
            "holder": s.holder,
            "committed": s.committed,
            "end": s.end,
            "stable_end": s.stable_end,
            "past_last_tick": s.past_last_tick,
            "waiting_s": None
            if s.waiting_since is None
            else round((now - s.waiting_since).total_seconds(), 1),
            "stuck": s in hanging,
        }
        for s in measured.standings
    ]
    people = [row for row in rows if every or row["waiting_s"] is not None]
    head = {"last_tick": measured.last_tick, "tick_late": late, "stuck": bool(hanging)}
    title = None if people else "没有积压 nothing waits"
    is_read = show_list(rows, _LAG, to, head=head, people=people, title=title)
    held = sorted({f"{s.topic}/{s.partition}" for s in measured.standings if s.stable_end < s.end})
    if is_read and held:
        say(
            f"有未结束的事务 a transaction is open in {', '.join(held)}: nobody can read on before it is over;"
            " find its producer, or `kafka-transactions.sh find-hanging` and `abort`"
        )
    if is_read and late:
        say(f"时钟已停 no tick since {measured.last_tick}; is `xuncha ticker` running?")
    if hanging or late:
        raise typer.Exit(1)
