"""Commands of reposts 转载任务: orders, what was carried, who did not, who did all."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from events.quarters import parse_quarter
from pipeline.cli.days import At, Day, end_of
from pipeline.cli.filters import codes_meant, scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import InputFile, Instant, Json, home_of
from pipeline.cli.output import say_counts
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ident
from pipeline.office.reposts.acts import (
    HandInRepost,
    OrderRepost,
    WithdrawRepost,
    hand_in_repost,
    import_reposts,
    order_repost,
    withdraw_repost,
)
from pipeline.office.reposts.listing import (
    ACCOUNT_COLUMNS,
    ORDER_COLUMNS,
    PRAISED_COLUMNS,
    STATES,
    UNIT_COLUMNS,
    Reposts,
    accounts_of,
    list_orders,
    praised,
    units_of,
)
from pipeline.office.reposts.suggestions import COLUMNS as SUGGESTED_COLUMNS
from pipeline.office.reposts.suggestions import suggested_reposts
from pipeline.office.sheet_imports import ImportSheet

reposts = typer.Typer(
    help="Repost orders (转载任务): who has to carry a piece, who did, who did all.", no_args_is_help=True
)

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the order (任务编号).")]
Quarter = Annotated[str, typer.Option("--quarter", help="Quarter in which orders fell due, like 2022Q4.")]
_MISSING = (ident("order", "任务编号"), *ACCOUNT_COLUMNS)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(reposts, name="reposts")


@reposts.command("order")
def give(
    ctx: typer.Context,
    number: Number,
    title: Annotated[str, typer.Option(help="Title of the piece.")],
    due: Annotated[
        datetime,
        typer.Option("--due", parser=Instant, metavar="TIME", help="Until when it has to be carried."),
    ],
    source: Annotated[
        list[str] | None, typer.Option(help="Whose piece it is; may be given several times.")
    ] = None,
    link: Annotated[str, typer.Option(help="Link of the piece.")] = "",
    area: Annotated[
        list[str] | None, typer.Option(help="Only accounts of this area; may be given several times.")
    ] = None,
    tier: Annotated[
        list[str] | None, typer.Option(help="Only accounts of this tier; may be given several times.")
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Only this account; may be given several times.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Order that accounts carry a piece until a moment; without area, tier and account all of them.

    Example: xuncha reposts order 转载〔2022〕8号 --title 某通知 --due "2022-11-02 18:00" --source 中国政府网
    """
    asked = OrderRepost(
        number=number,
        title=title,
        due_at=due,
        source_units=tuple(source or ()),
        link=link,
        areas=tuple(area or ()),
        tiers=tuple(tier or ()),
        accounts=tuple(account or ()),
    )
    with open_workspace(home_of(ctx)) as workspace:
        event = order_repost(workspace, asked, OFFICE)
    say_counts(as_json=as_json, order=event.data.number, event_id=str(event.id))


@reposts.command("done")
def hand_in(
    ctx: typer.Context,
    number: Number,
    account: Annotated[str, typer.Argument(help="Account, by name, number or id.")],
    link: Annotated[str, typer.Option(help="Link of its post.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record that an account carried a piece.

    Example: xuncha reposts done 转载〔2022〕8号 宜兴发改 --link https://example.cn/s/8 --at "2022-11-01 14:00"
    """
    asked = HandInRepost(number, account, link, at)
    with open_workspace(home_of(ctx)) as workspace:
        event = hand_in_repost(workspace, asked, OFFICE)
    say_counts(as_json=as_json, account=event.data.account, event_id=str(event.id))


@reposts.command("import")
def take(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take a sheet of reposts: account, number of the order, time, link.

    Example: xuncha reposts import zhuanzai.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_reposts(workspace, ImportSheet(file), OFFICE)
    say_counts(as_json=as_json, **done.counts, notes=done.notes)


@reposts.command("list")
@grouped
def show_orders(ctx: typer.Context, filters: Filters, on: Day = None, *, to: Output) -> None:
    """List the orders, with how many accounts carried each in time.

    Example: xuncha reposts list --area 宜兴市
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_orders(Reposts(workspace, end_of(on), scope_of(filters)))
    show_list(_plain(rows), ORDER_COLUMNS, to)


@reposts.command("show")
@grouped
def show(
    ctx: typer.Context,
    number: Number,
    filters: Filters,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="Only accounts that stand so: 已转载, 逾期转载, 未转载, 未到期."),
    ] = None,
    on: Day = None,
    *,
    to: Output,
) -> None:
    """Show how the accounts of an order stand, those that did not carry it first.

    Example: xuncha reposts show 转载〔2022〕8号 --state 未转载 --xlsx 未转载.xlsx
    """
    states = codes_meant(state, STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        asked = Reposts(workspace, end_of(on), scope_of(filters))
        rows = accounts_of(asked, asked.find(number))
    show_list(_plain([row for row in rows if states is None or row.state in states]), ACCOUNT_COLUMNS, to)


@reposts.command("missing")
@grouped
def missing(ctx: typer.Context, filters: Filters, on: Day = None, *, to: Output) -> None:
    """List who did not carry a piece that fell due, over all orders.

    Example: xuncha reposts missing --unit 某市教育局
    """
    with open_workspace(home_of(ctx)) as workspace:
        asked = Reposts(workspace, end_of(on), scope_of(filters))
        rows = [
            {**msgspec.to_builtins(row, builtin_types=(datetime,)), "order": order.told.number}
            for order in asked.orders
            for row in accounts_of(asked, order)
            if row.state == "missing"
        ]
    show_list(rows, _MISSING, to)


@reposts.command("units")
@grouped
def by_unit(
    ctx: typer.Context,
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help="Number of an order; default: all orders.")
    ] = None,
    on: Day = None,
    *,
    filters: Filters,
    to: Output,
) -> None:
    """Show what share each unit carried in time, the lowest first.

    Example: xuncha reposts units 转载〔2022〕8号
    """
    with open_workspace(home_of(ctx)) as workspace:
        asked = Reposts(workspace, end_of(on), scope_of(filters))
        orders = [asked.find(number)] if number else asked.orders
        rows = [{**msgspec.structs.asdict(u), "share": u.share} for u in units_of(asked, orders)]
    show_list(rows, UNIT_COLUMNS, to)


@reposts.command("suggest")
@grouped
def suggest(ctx: typer.Context, number: Number, filters: Filters, *, to: Output) -> None:
    """List posts whose title says that of the piece, of accounts that handed nothing in: suggestions to confirm.

    Only where titles of posts are kept; `reposts done` records what a person has seen.

    Example: xuncha reposts suggest 转载〔2022〕8号
    """
    now = datetime.now(UTC)
    with open_workspace(home_of(ctx)) as workspace:
        asked = Reposts(workspace, now, scope_of(filters))
        rows = suggested_reposts(workspace, asked, asked.find(number), now)
    show_list(_plain(rows), SUGGESTED_COLUMNS, to)


@reposts.command("praise")
@grouped
def praise(ctx: typer.Context, quarter: Quarter, filters: Filters, *, to: Output) -> None:
    """List the accounts that carried in time all that fell due in a quarter and that they were asked.

    Example: xuncha reposts praise --quarter 2022Q4 --xlsx 转载表扬.xlsx
    """
    period = parse_quarter(quarter)
    with open_workspace(home_of(ctx)) as workspace:
        at = min(period.end, datetime.now(UTC))
        rows = praised(Reposts(workspace, at, scope_of(filters)), period.start, at)
    show_list(_plain(rows), PRAISED_COLUMNS, to, head={"quarter": quarter})


@reposts.command("withdraw")
def take_back(
    ctx: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
    account: Annotated[
        str, typer.Option(help="Only what was handed in for this account; default: the whole order.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Take back an order with all that was handed in for it, or what was handed in for one account.

    Example: xuncha reposts withdraw 转载〔2022〕8号 --account 宜兴发改 --reason 登记有误
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_repost(workspace, WithdrawRepost(number, reason, account), OFFICE)
    say_counts(as_json=as_json, order=done.number, withdrawn=done.facts)


def _plain(rows: list[Any]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(row, builtin_types=(datetime,)) for row in rows]
