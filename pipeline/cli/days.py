"""Days and times of acts as people write them on a command line."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from events.days import chinese_day, last_second
from events.messages import message
from events.moments import Moment
from pipeline.cli.options import say_chinese_time
from pipeline.home.errors import UsageError
from pipeline.home.typed_times import typed_moment

_ZONE = re.compile(r"(?:Z|[+-]\d{2}(?::?\d{2})?)\s*$", re.ASCII | re.IGNORECASE)
"""Behind a time of day."""


def read_moment(text: str) -> Moment:
    """Read a day or a time as people write it."""
    try:
        moment = typed_moment(text)
    except UsageError as e:
        raise typer.BadParameter(message("{text!r} {error}", text=text, error=e)) from None
    if not moment.date_only and not _ZONE.search(text):
        say_chinese_time(text)
    return moment


def read_day(text: str) -> date:
    """Read a day as people write it."""
    return chinese_day(read_moment(text).at)


def read_day_end(text: str) -> datetime:
    """Read a day as its last second in China."""
    return last_second(read_day(text))


def moment_or_now(given: Moment | None) -> Moment:
    """Return what was given, else now."""
    return given or Moment(datetime.now(UTC), date_only=False)


def end_of(day: date | None) -> datetime:
    """Return the end of a day in China; without a day, now."""
    return last_second(day) if day is not None else datetime.now(UTC)


At = Annotated[
    Moment | None,
    typer.Option(
        "--at",
        parser=read_moment,
        metavar="TIME",
        help="When it happened: a day or a time, Chinese time without a zone. Default: now.",
    ),
]
Day = Annotated[
    date | None,
    typer.Option("--on", parser=read_day, metavar="DAY", help="As of the end of this day. Default: now."),
]
FirstDay = Annotated[date, typer.Option("--on", parser=read_day, metavar="DAY", help="The first day.")]
Effective = Annotated[
    Moment | None,
    typer.Option("--effective", parser=read_moment, metavar="DAY", help="When it took effect."),
]
Received = Annotated[
    Moment | None,
    typer.Option("--received-at", parser=read_moment, metavar="DAY", help="When it came. Default: now."),
]
Filed = Annotated[
    Moment | None,
    typer.Option(
        "--filed", parser=read_moment, metavar="DAY", help="When it was filed with the office. Default: now."
    ),
]
