"""Options that several commands share, and how their values are read."""

import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from events.fields import marked
from events.instants import SHANGHAI, NoZoneError, in_calendar, local_iso, parse_instant
from events.messages import message
from pipeline.home.folder import Home
from pipeline.home.given import NOTHING, Given
from pipeline.home.settings import Overrides

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Context:
    """What the options before the command say."""

    def __init__(self, home: Path, over: Overrides) -> None:
        self.home_path = home
        self.over = over
        _WITHOUT_ZONE.clear()

    def home(self, given: Given = NOTHING, *, prepare: bool = True) -> Home:
        """Open the home that the command works on; without `prepare` no folder of it is made."""
        return Home(
            self.home_path,
            self.over,
            given,
            prepare=prepare,
            on_closed=_print_closed,
            on_texts_elsewhere=_print_texts_elsewhere,
        )


def _print_closed(known_at: datetime | None) -> None:
    """Say behind a command that wrote as known at which moment its facts are in every answer."""
    moment = (
        local_iso(known_at)
        if known_at
        else "尚未确定 not closed yet: the history has not taken the facts so far"
    )
    sys.stderr.write(f"知悉时间 known at {moment}\n")


def _print_texts_elsewhere() -> None:
    """Say why a list shows （文字未找到）, and how the texts come here."""
    sys.stderr.write(
        "部分文字不在本目录，请从原目录复制 people.sqlite some texts are not in this home:"
        " copy people.sqlite from the home that its log comes from, while no command runs\n"
    )


_WITHOUT_ZONE: set[str] = set()
"""Times without a zone of which this command said how it takes them."""


def say_chinese_time(text: str) -> None:
    """Say once a command that a time without a zone is taken as Chinese time."""
    if not _WITHOUT_ZONE:
        sys.stderr.write(f"{text}: 按北京时间 taken as Chinese time (+08:00)\n")
    _WITHOUT_ZONE.add(text)


def _instant(text: str) -> datetime:
    """Read a moment; without a zone it is Chinese time, and a day alone is none."""
    if _DAY.fullmatch(text):
        raise typer.BadParameter(
            message("{text!r} is a day; write the time of day, too, like {text}T09:00", text=text)
        )
    try:
        try:
            return parse_instant(text)
        except NoZoneError:
            at = in_calendar(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))
            say_chinese_time(text)
            return at
    except ValueError as e:
        raise typer.BadParameter(marked(e)) from None


def read_check_point(text: str) -> datetime:
    """Read the moment that is judged: a time, a day (its 24:00 in China), or `today`, which is now."""
    if text == "today":
        return datetime.now(UTC)
    if not _DAY.fullmatch(text):
        return _instant(text)
    try:
        midnight = datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
        return in_calendar(midnight + timedelta(days=1))
    except ValueError as e:
        raise typer.BadParameter(message("{text!r}: {error}", text=text, error=e)) from None


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
    command = " ".join(ctx.command_path.split()[1:])
    return Given(tuple(texts), tuple(files), command)


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
CheckPoint = Annotated[
    datetime,
    typer.Option(
        "--check-point",
        parser=read_check_point,
        metavar="TIME",
        help="The moment that is judged, like 2021-06-17T15:24:25+08:00; a day means its 24:00, today means now.",
    ),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        parser=_instant,
        metavar="TIME",
        help="The moment of knowledge; default: the newest that is closed.",
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
