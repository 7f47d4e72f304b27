"""The closing adviser: which accounts to improve, merge or close, with evidence; and what the office decided."""

from typing import Annotated, Literal

import typer

from pipeline.cli.days import At, Day, end_of
from pipeline.cli.filters import scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.advice.advising import CHOICES, list_advice
from pipeline.office.advice.columns import COLUMNS, row_of
from pipeline.office.advice.deciding import (
    Decide,
    Decided,
    WithdrawDecision,
    decide,
    withdraw_decision,
)

advice = typer.Typer(
    help="Advice about accounts (提升、整合、关停): improve, merge or close; people decide.",
    no_args_is_help=True,
)
Account = Annotated[str, typer.Argument(help="The account: its id, number or name.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(advice, name="advice")


@advice.command("list")
@grouped
def list_all(
    ctx: typer.Context,
    on: Day = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were decided, too.")] = False,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """List the accounts about which something is advised, closings first, with the evidence of each.

    Example: xuncha advice list --area 某区 --xlsx advice.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = list_advice(workspace, end_of(on), scope_of(filters))
    show_list([row_of(one) for one in found if everything or not one.quiet], COLUMNS, to)


@advice.command("decide")
def decide_one(
    ctx: typer.Context,
    account: Account,
    choice: Annotated[
        Literal["improve", "merge", "close", "keep"], typer.Argument(help="What becomes of it.")
    ],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record what the office decided; the account itself is closed or merged by its filing.

    Example: xuncha advice decide gh_0123456789ab merge --reason 并入某区发布
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = decide(workspace, Decide(account, choice, reason, at.at if at else None), OFFICE)
    _say(done, f"已决定 decided: {done.name} {CHOICES[choice]}", as_json=as_json)


@advice.command("withdraw")
def withdraw(
    ctx: typer.Context,
    account: Account,
    reason: Annotated[str, typer.Option(help="What was wrong.")],
    as_json: Json = False,
) -> None:
    """Withdraw the newest decision about an account; what was advised is advised again.

    Example: xuncha advice withdraw gh_0123456789ab --reason 登记错了账号
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_decision(workspace, WithdrawDecision(account, reason), OFFICE)
    _say(done, f"已撤回决定 withdrawn: {done.name}", as_json=as_json)


def _say(done: Decided, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"event_id": str(done.event_id), "account_id": done.account_id})
    else:
        say(text)
