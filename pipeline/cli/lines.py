"""Commands about lines of ministries: to which one accounts belong, and figures by line or area of one round."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.rulings import Basis, Since
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.lines.belonging import LineAccounts, line_accounts
from pipeline.office.lines.columns import FIGURES
from pipeline.office.lines.figures import Tree, accounts_by_branch, branch_figures


def register(group: typer.Typer) -> None:
    """Add these commands to those about accounts."""
    group.command("line")(line)
    group.command("lines")(list_lines)


def line(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The line of a ministry, like 应急管理; blank: none.")],
    since: Since,
    basis: Basis,
    unit: Annotated[str, typer.Option(help="Of this unit and those below it.")] = "",
    account: Annotated[list[str] | None, typer.Option(help="Of this account alone.")] = None,
    as_json: Json = False,
) -> None:
    """Say to which line of a ministry (条线) accounts belong, beside their area: they count once in each tree.

    A round samples by line with `--share 0.1 --by line`: a tenth of each line, rounded up.

    Example: xuncha accounts line 应急管理 --unit 江城市应急管理局 --since 2024-01-01 --basis 条线清单
    """
    with open_workspace(home_of(ctx)) as workspace:
        asked = LineAccounts(name, since, basis, unit, tuple(account or ()))
        done = line_accounts(workspace, asked, OFFICE)
    if as_json:
        print_json({"line": name, "accounts": done})
        return
    say(f"{name or '不属于条线 none'}：{len(done)} 个账号有变化 accounts changed")


@grouped
def list_lines(
    ctx: typer.Context,
    round_name: Annotated[
        str, typer.Option("--round", help="Of this frozen round; default: accounts now.")
    ] = "",
    tree: Annotated[Tree, typer.Option(help="By line, or by area.")] = "line",
    *,
    to: Output,
) -> None:
    """List how many accounts each line has, and how it came out in a frozen round; the same by area.

    Example: xuncha accounts lines --round 2024Q1 --tree area
    """
    with open_workspace(home_of(ctx)) as workspace:
        if round_name:
            found = branch_figures(workspace, round_name, tree)
        else:
            found = accounts_by_branch(workspace, datetime.now(UTC), workspace.offered(), tree)
    show_list([{f: getattr(one, f) for f in one.__struct_fields__} for one in found], FIGURES, to)
