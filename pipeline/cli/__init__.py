"""The command line: thin commands over the services of `pipeline`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from connectors.filings.errors import SheetError
from connectors.history.client import HistoryError
from connectors.history.server.spawn import ServerStartError
from connectors.log.port import LogError
from pipeline.cli import imports, reference, rounds, sources, watch
from pipeline.cli.options import Context
from pipeline.errors import UsageError
from pipeline.logs import configure_logs

HELP = """巡查 xuncha: watches government accounts on other people's platforms, warns before one goes stale,
and proves each quarter's verdicts.

Begin with: xuncha init; xuncha accounts import accounts.csv; xuncha polls replay polls/; xuncha run --until-idle;
xuncha status --check-point 2021-06-17T15:24:25+08:00
"""

app = typer.Typer(name="xuncha", help=HELP, no_args_is_help=True, pretty_exceptions_enable=False)
for module in (imports, sources, watch, rounds, reference):
    module.register(app)

_log = structlog.get_logger(__name__)


@app.callback()
def options(
    ctx: typer.Context,
    home: Annotated[
        Path, typer.Option(envvar="XUNCHA_HOME", help="Folder of this xuncha.", file_okay=False)
    ] = Path(".xuncha"),
) -> None:
    ctx.obj = Context(home)


def main() -> None:
    """Run the command line: exit 0 done, 1 the answer is no, 2 wrong use or wrong input."""
    configure_logs()
    try:
        app()
    except (UsageError, SheetError, HistoryError, ServerStartError, LogError) as e:
        sys.stderr.write(f"xuncha: {e}\n")
        raise SystemExit(2) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
