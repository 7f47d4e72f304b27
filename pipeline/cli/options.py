"""Options that several commands share, and how their values are read."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from events.instants import parse_instant
from pipeline.home import Home


class Context:
    """What the options before the command say."""

    def __init__(self, home: Path) -> None:
        self.home_path = home

    def home(self) -> Home:
        """Open the home that the command works on."""
        return Home(self.home_path)


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as e:
        raise typer.BadParameter(str(e)) from None


def home_of(ctx: typer.Context) -> Home:
    """Return the home of a command."""
    context: Context = ctx.obj
    return context.home()


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
CheckPoint = Annotated[
    datetime,
    typer.Option(
        "--check-point",
        parser=_instant,
        metavar="TIME",
        help="The moment that is judged, like 2021-06-17T15:24:25+08:00.",
    ),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        parser=_instant,
        metavar="TIME",
        help="The moment of knowledge; default: now, which is closed.",
    ),
]
Instant = _instant
RulesetName = Annotated[
    str | None,
    typer.Option("--ruleset", help="Name or name@version; see `xuncha rulesets`. Default: the home's."),
]
Quarter = Annotated[
    str | None, typer.Option("--quarter", help="Period, like 2021Q2; default: that of the check point.")
]
InputFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX.")]
