"""The program: its options, and how each error ends it."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline.cli.ending import FAULT, refuse_other_encodings, unforeseen
from pipeline.cli.field_options import told, with_options
from pipeline.cli.help_page import ABOUT
from pipeline.cli.on_demand import OnDemand
from pipeline.cli.options import Context
from pipeline.cli.streams import forget_output, ready_streams
from pipeline.home.errors import Kind, kind_of, of_system
from pipeline.home.settings import Overrides

_STATUS = {
    Kind.NOT_FOUND: 2,
    Kind.INVALID: 2,
    Kind.UNAVAILABLE: 2,
    Kind.DAMAGED: 2,
    Kind.CONFLICT: 1,
    Kind.BUSY: 1,
}
"""With what a command ends, by the kind of its error."""

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
    except Exception as e:  # noqa: BLE001 (the last place that can turn a fault into a sentence)
        if (kind := kind_of(e)) is None:
            _end(with_options(unforeseen(e)), FAULT)
        if isinstance(e, OSError):
            _end(with_options(of_system(e)), _STATUS[kind])
        sys.stderr.write(f"xuncha: {told(e)}\n")
        raise SystemExit(_STATUS[kind]) from None


def _end(text: str, status: int) -> NoReturn:
    sys.stderr.write(f"xuncha: {text}\n")
    if sys.stdout is sys.__stdout__:
        forget_output()  # what could not be written would be tried again
    raise SystemExit(status) from None
