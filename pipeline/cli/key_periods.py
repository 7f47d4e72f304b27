"""Commands of key periods 重要时间节点: declared, listed, ended, reported day by day."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from events.days import chinese_day
from pipeline.cli.days import read_day
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say, say_counts
from pipeline.cli.tables import print_table
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.key_periods.acts import (
    DeclareKeyPeriod,
    EndKeyPeriod,
    WithdrawKeyPeriod,
    declare_key_period,
    end_key_period,
    withdraw_key_period,
)
from pipeline.office.key_periods.daily import DAY_COLUMNS, AskDailyReport, daily_report
from pipeline.office.key_periods.listing import COLUMNS, list_key_periods
from pipeline.office.key_periods.report_files import write_report

key_period = typer.Typer(
    help="Key periods (重要时间节点): denser looks, duty, a report of every day.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="Name of the period.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(key_period, name="key-period")


@key_period.command("declare")
def declare(
    ctx: typer.Context,
    name: Name,
    first: Annotated[date, typer.Option("--from", parser=read_day, metavar="DAY", help="The first day.")],
    last: Annotated[date, typer.Option("--until", parser=read_day, metavar="DAY", help="The last day.")],
    area: Annotated[
        list[str] | None, typer.Option(help="Only accounts of this area; may be given several times.")
    ] = None,
    looks: Annotated[int, typer.Option(help="So many looks a day at every account, at the least.")] = 1,
    duty: Annotated[
        bool, typer.Option("--duty/--no-duty", help="Whether somebody has to be on duty every day.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Declare a period: every account of its areas is looked at more often, from its first day to its last.

    Example: xuncha key-period declare 2023年全国两会 --from 2023-03-04 --until 2023-03-13 --looks 3
    """
    asked = DeclareKeyPeriod(
        name=name, starts_on=first, ends_on=last, areas=tuple(area or ()), looks_a_day=looks, duty=duty
    )
    with open_workspace(home_of(ctx)) as workspace:
        event = declare_key_period(workspace, asked, OFFICE)
    say_counts(as_json=as_json, key_period=event.data.name, event_id=str(event.id))


@key_period.command("list")
@grouped
def show(
    ctx: typer.Context,
    area: Annotated[str | None, typer.Option(help="Only periods that cover this area.")] = None,
    *,
    to: Output,
) -> None:
    """List the periods, with the days that have nobody on duty.

    Example: xuncha key-period list
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_key_periods(workspace, chinese_day(datetime.now(UTC)), area)
    show_list([msgspec.to_builtins(row) for row in rows], COLUMNS, to)


@key_period.command("end")
def end(
    ctx: typer.Context,
    name: Name,
    last: Annotated[
        date | None,
        typer.Option("--on", parser=read_day, metavar="DAY", help="The last day now. Default: today."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; no names.")] = "",
    as_json: Json = False,
) -> None:
    """End a period before its last day.

    Example: xuncha key-period end 2023年全国两会 --on 2023-03-12
    """
    with open_workspace(home_of(ctx)) as workspace:
        period = end_key_period(workspace, EndKeyPeriod(name, last, reason), OFFICE)
    say_counts(as_json=as_json, key_period=period.told.name, ends_on=period.ends_on.isoformat())


@key_period.command("withdraw")
def take_back(
    ctx: typer.Context,
    name: Name,
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
    as_json: Json = False,
) -> None:
    """Take back a period that was declared wrongly.

    Example: xuncha key-period withdraw 2023年全国两会 --reason 日期有误
    """
    with open_workspace(home_of(ctx)) as workspace:
        facts = withdraw_key_period(workspace, WithdrawKeyPeriod(name, reason), OFFICE)
    say_counts(as_json=as_json, key_period=name, withdrawn=facts)


@key_period.command("report")
def report(
    ctx: typer.Context,
    name: Name,
    on: Annotated[
        date | None, typer.Option("--on", parser=read_day, metavar="DAY", help="The day. Default: today.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", file_okay=False, help="Write DOCX, XLSX and HTML to this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Report a day of a period (日报): who was looked at by area, what was found, or that nothing was.

    Example: xuncha key-period report 2023年全国两会 --on 2023-03-05 --out 日报
    """
    asked = AskDailyReport(name, on or chinese_day(datetime.now(UTC)))
    with open_workspace(home_of(ctx)) as workspace:
        made = daily_report(workspace, asked)
        paths = write_report(workspace, made, folder) if folder is not None else ()
    if as_json:
        print_json({**msgspec.to_builtins(made), "quiet": made.is_quiet, "files": [str(p) for p in paths]})
        return
    print_table([msgspec.to_builtins(area) for area in made.areas], DAY_COLUMNS)
    if made.is_quiet:
        say(made.quiet_words)
    for path in paths:
        say(f"已写入 written: {path}")
