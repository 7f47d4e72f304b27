"""Commands that serve pages: the console alone, and all of a home in one command."""

import ipaddress
import sys
from typing import Annotated

import typer

from events.messages import message
from pipeline.cli.options import Context, home_of
from pipeline.cli.reminding import reminding
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.logs import configure_process_logs
from pipeline.home.new_home import make_home

DEFAULT_PORT = 8080

Host = Annotated[
    str, typer.Option("--host", help="Address that browsers reach; 0.0.0.0: every address of this machine.")
]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the pages.")]
BehindHttps = Annotated[
    bool,
    typer.Option(
        "--behind-https", help="A proxy before it speaks HTTPS with browsers: cookies go over HTTPS alone."
    ),
]
Proxy = Annotated[
    str,
    typer.Option(
        "--proxy",
        metavar="ADDRESS",
        help="With --behind-https: the proxy whose word on the address of a browser counts; no one else's does.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("console")(console)
    app.command("serve")(serve)


def console(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    behind_https: BehindHttps = False,
    proxy: Proxy = "127.0.0.1",
) -> None:
    """Serve the pages of a home until a signal: the web server alone.

    Folds, patrol and alerts run elsewhere: `xuncha run` on this machine, or the processes of a log on Kafka. On a home
    where nobody can sign in yet it prints the code of the first run.

    Example: xuncha --home city console --host 0.0.0.0 --behind-https
    """
    from pipeline.console.server import Reached, serve_console  # noqa: PLC0415 (slow to import)

    configure_process_logs()
    _require_proxy(proxy)
    context: Context = ctx.obj
    home_of(ctx)
    serve_console(context.home_path, Reached(host, port, behind_https, proxy), context.over)


def serve(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    behind_https: BehindHttps = False,
    proxy: Proxy = "127.0.0.1",
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Of a log on Kafka: how many workers to start.")
    ] = 1,
    no_ticks: Annotated[
        bool, typer.Option("--no-ticks", help="Write no clock ticks: for polls that are replayed.")
    ] = False,
) -> None:
    """Run a home and serve its pages, in one command, until a signal: `run` and `console` together.

    A home that is not there yet is made. Open the address that it prints; at the first time it prints a code, too,
    and the pages lead on from there.

    Example: xuncha --home city serve
    """
    _require_proxy(proxy)
    context: Context = ctx.obj
    if not context.home_path.exists():
        make_home(context.home_path, over=context.over)
    home = home_of(ctx)
    command = _console_command(home, host, port, proxy if behind_https else "")
    if home.cluster is not None:
        from pipeline.runtime.kafka.supervisor import supervise  # noqa: PLC0415 (Kafka's library is slow to import)

        supervise(home, home.kafka, workers=workers, ticks=not no_ticks, console=command)
    else:
        from pipeline.runtime.embedded.owner import run_forever  # noqa: PLC0415

        run_forever(home, ticks=not no_ticks, console=command, hourly=reminding(home))


def _console_command(home: Home, host: str, port: int, proxy: str) -> list[str]:
    kafka, clickhouse = home.settings.kafka, home.settings.clickhouse
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(home.path)]
    if kafka is not None:
        command += ["--kafka", kafka.bootstrap]
    if clickhouse is not None:
        command += ["--clickhouse", clickhouse.url]
    if home.max_clock_gap is None:
        command += ["--clock-is-right"]
    command += ["console", "--host", host, "--port", str(port)]
    return [*command, "--behind-https", "--proxy", proxy] if proxy else command


def _require_proxy(proxy: str) -> None:
    """Demand an address or a network: a wildcard would let every browser say where it is."""
    try:
        ipaddress.ip_network(proxy, strict=False)
    except ValueError:
        raise UsageError(
            message(
                "--proxy {proxy!r}: write the address of the proxy, like 10.0.0.5 or 10.0.0.0/24", proxy=proxy
            )
        ) from None
