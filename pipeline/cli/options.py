"""Options that several commands share, and how their values are read."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from connectors.kafka.cluster import Cluster
from events.instants import parse_instant
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.given import NOTHING, Given
from pipeline.home.settings import FILE_NAME, Overrides


class Context:
    """What the options before the command say."""

    def __init__(self, home: Path, over: Overrides) -> None:
        self.home_path = home
        self.over = over

    def home(self, given: Given = NOTHING, *, prepare: bool = True) -> Home:
        """Open the home that the command works on; without `prepare` no folder of it is made."""
        return Home(self.home_path, self.over, given, prepare=prepare)


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as e:
        raise typer.BadParameter(str(e)) from None


def home_of(ctx: typer.Context) -> Home:
    """Return the home of a command."""
    context: Context = ctx.obj
    return context.home(_given(ctx))


def _given(ctx: typer.Context) -> Given:
    """Return the texts and files that a command was given, by option or argument as people write it."""
    texts, files = [], []
    for parameter in ctx.command.params:
        value = ctx.params.get(parameter.name or "")
        option = (
            parameter.opts[0] if parameter.param_type_name == "option" else (parameter.name or "").upper()
        )
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, str):
                texts.append((option, each))
            elif isinstance(each, Path) and each.is_file():
                files.append(each)
    return Given(tuple(texts), tuple(files))


def cluster_of(ctx: typer.Context) -> Cluster:
    """Return where the log of a command's home is on Kafka; raises `UsageError` in an embedded home."""
    home = home_of(ctx)
    if home.cluster is None:
        raise UsageError(
            f"the log of {home.path} is embedded, and this command is for one on Kafka; write --kafka HOST:PORT"
            f" before the command, or [kafka] into {home.path / FILE_NAME}"
        )
    return home.cluster


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
TextFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="TOML.")]
