"""Counts over time (历年数据): accounts, results, focus list and rectification, quarter by quarter."""

from typing import Annotated, Literal

import typer
from msgspec.structs import asdict

from pipeline.cli.days import Day, end_of
from pipeline.cli.filters import scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import home_of
from pipeline.home.workspace import open_workspace
from pipeline.office.counts.columns import COLUMNS, row_of
from pipeline.office.counts.over_time import AskCounts, list_counts

First = Annotated[
    str,
    typer.Option(
        "--from", metavar="QUARTER", help="First quarter, like 2022Q2; default: that of the first round."
    ),
]
Last = Annotated[
    str, typer.Option("--until", metavar="QUARTER", help="Last quarter, like 2023Q1; default: this one.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("counts")(counts)


@grouped
def counts(
    ctx: typer.Context,
    since: First = "",
    until: Last = "",
    by: Annotated[
        Literal["area", "tier", "platform"] | None,
        typer.Option(help="Rows of each area, tier or platform below those of the whole."),
    ] = None,
    on: Day = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """Count accounts, results, silence, focus list and rectification by quarter (历年数据).

    docs/figures.md defines each figure.

    Example: xuncha counts --from 2022Q2 --until 2023Q1 --by area --xlsx counts.xlsx
    """
    asked = AskCounts(since, until, by or "")
    with open_workspace(home_of(ctx)) as workspace:
        found = list_counts(workspace, asked, end_of(on), scope_of(filters))
    show_list([asdict(count) for count in found], COLUMNS, to, people=[row_of(count) for count in found])
