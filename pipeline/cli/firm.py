"""The monitoring firm's own work: the acceptance sheet of a quarter."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.days import Day, end_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import home_of
from pipeline.home.workspace import open_workspace
from pipeline.office.counts.acceptance_sheet import acceptance_docx
from pipeline.office.counts.firm import COLUMNS, acceptance

firm = typer.Typer(help="The monitoring firm (监测单位): how good its work was.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(firm, name="firm")


@firm.command("quality")
@grouped
def quality(
    ctx: typer.Context,
    quarter: Annotated[str, typer.Option(help="Quarter, like 2023Q1.")],
    name: Annotated[
        str,
        typer.Option("--firm", help="One firm, as its findings name it; default: all who found something."),
    ] = "",
    on: Day = None,
    docx: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the sheet as DOCX, too.")] = None,
    *,
    to: Output,
) -> None:
    """Give the acceptance sheet (验收表) of a quarter: coverage, delay, false alarms, what others found and it did not.

    Example: xuncha firm quality --quarter 2023Q1 --firm 某监测公司 --xlsx 验收表.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = acceptance(workspace, quarter, end_of(on), (name,) if name else None)
        if docx is not None:
            docx.write_bytes(acceptance_docx(workspace, found, end_of(on)))
    show_list(found.rows(), COLUMNS, to)
