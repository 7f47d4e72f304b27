"""The program: its options, and how each error ends it."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from connectors.history.client import HistoryError
from connectors.history.server.spawn import ServerStartError
from connectors.kafka.cluster import ClusterError
from connectors.log.port import LogError
from connectors.people.person import PeopleError
from connectors.sheets.errors import SheetError
from pipeline.cli.ending import (
    FAULT,
    of_system,
    refuse_other_encodings,
    unforeseen,
)
from pipeline.cli.field_options import told
from pipeline.cli.help_page import ABOUT
from pipeline.cli.on_demand import OnDemand
from pipeline.cli.options import Context
from pipeline.cli.streams import forget_output, ready_streams
from pipeline.home.errors import BusyError, ConflictError, UsageError
from pipeline.home.settings import Overrides

app = typer.Typer(
    name="xuncha", cls=OnDemand, help=ABOUT, no_args_is_help=True, pretty_exceptions_enable=False
)


@app.callback()
def options(
    ctx: typer.Context,
    home: Annotated[
        Path, typer.Option(envvar="XUNCHA_HOME", help="Folder of this xuncha.", file_okay=False)
    ] = Path(".xuncha"),
    kafka: Annotated[
        str | None,
        typer.Option(envvar="XUNCHA_KAFKA", metavar="HOST:PORT", help="Brokers of a log on Kafka."),
    ] = None,
    clickhouse: Annotated[
        str | None,
        typer.Option(envvar="XUNCHA_CLICKHOUSE", metavar="URL", help="Server of a history on ClickHouse."),
    ] = None,
    clock_is_right: Annotated[
        bool,
        typer.Option(
            "--clock-is-right",
            help="Write, however far the clock is ahead of the newest record (max_clock_gap_days).",
        ),
    ] = False,
) -> None:
    ctx.obj = Context(home, Overrides(kafka=kafka, clickhouse=clickhouse, clock_is_right=clock_is_right))


def main() -> None:
    """Run the command line: exit 0 done, 1 the answer is no, 2 wrong use or wrong input, 70 a fault of the program."""
    ready_streams()
    try:
        refuse_other_encodings(sys.argv[1:])
        app()
    except (UsageError, SheetError, HistoryError, ServerStartError, LogError, ClusterError, PeopleError) as e:
        sys.stderr.write(f"xuncha: {told(e)}\n")
        raise SystemExit(2) from None
    except (ConflictError, BusyError) as e:
        sys.stderr.write(f"xuncha: {told(e)}\n")
        raise SystemExit(1) from None
    except OSError as e:
        _end(of_system(e), 2)
    except Exception as e:  # noqa: BLE001 (the last place that can turn a fault into a sentence)
        _end(unforeseen(e), FAULT)


def _end(said: str, status: int) -> NoReturn:
    sys.stderr.write(f"xuncha: {said}\n")
    if sys.stdout is sys.__stdout__:
        forget_output()  # what could not be written would be tried again
    raise SystemExit(status) from None
