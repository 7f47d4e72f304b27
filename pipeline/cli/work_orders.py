"""Work orders from above (上级工单): received with their clock, answered, exported."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from events.instants import local_iso
from pipeline.cli.days import At, Day, end_of
from pipeline.cli.filters import scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Instant, Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.work_orders.columns import COLUMNS, row_of
from pipeline.office.work_orders.orders import (
    AnswerOrder,
    OrderRecorded,
    ReceiveOrder,
    WithdrawOrder,
    answer_order,
    list_orders,
    receive_order,
    withdraw_order,
)

orders = typer.Typer(help="Work orders from above (上级工单), each with its own clock.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="Number of the work order.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(orders, name="work-orders")


@orders.command("receive")
def receive(
    ctx: typer.Context,
    number: Number,
    sender: Annotated[str, typer.Option(help="Office that asks.")],
    level: Annotated[
        Literal["national", "province", "city"], typer.Option(help="Level of that office.")
    ] = "province",
    about: Annotated[str, typer.Option(help="What it asks.")] = "",
    account: Annotated[str, typer.Option(help="The account that it is about.")] = "",
    unit: Annotated[str, typer.Option(help="Unit that has to act; default: the owner of the account.")] = "",
    at: At = None,
    due_at: Annotated[
        datetime | None,
        typer.Option("--due-at", parser=Instant, metavar="TIME", help="Until when an answer is wanted."),
    ] = None,
    hours: Annotated[int | None, typer.Option(min=1, help="In place of it: so many hours.")] = None,
    working_hours: Annotated[
        int | None, typer.Option(min=1, help="In place of it: so many hours of working days.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Record a work order; it waits in `xuncha today` until it is answered.

    Example: xuncha work-orders receive 苏政务〔2023〕7号 --sender 省政府办公厅 --account gh_1 --working-hours 16
    """
    asked = ReceiveOrder(
        number=number,
        level=level,
        sender=sender,
        about=about,
        account=account,
        unit=unit,
        at=at.at if at else None,
        due_at=due_at,
        hours=hours,
        working_hours=working_hours,
    )
    with open_workspace(home_of(ctx)) as workspace:
        done = receive_order(workspace, asked, OFFICE)
    term = f"，期限 due {local_iso(done.due_at)}" if done.due_at else ""
    _say(done, f"已登记工单 received: {done.number}{term}", as_json=as_json)


@orders.command("answer")
def answer(
    ctx: typer.Context,
    number: Number,
    said: Annotated[str, typer.Option("--text", help="What was done.")],
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", exists=True, dir_okay=False, help="A file of evidence; may be repeated."),
    ] = None,
    at: At = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the answer as DOCX, too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Record the answer to a work order.

    Example: xuncha work-orders answer 苏政务〔2023〕7号 --text 已修复并回复网民 --out answer.docx
    """
    asked = AnswerOrder(number, said, tuple(file or ()), at.at if at else None)
    with open_workspace(home_of(ctx)) as workspace:
        done = answer_order(workspace, asked, OFFICE)
        if out is not None:
            from pipeline.office.work_orders.answer_sheet import answer_docx  # noqa: PLC0415 (slow)

            out.write_bytes(answer_docx(workspace, done.number))
    _say(done, f"已答复工单 answered: {done.number}", as_json=as_json)


@orders.command("withdraw")
def withdraw(
    ctx: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="What was wrong.")],
    as_json: Json = False,
) -> None:
    """Withdraw the newest answer to a work order, or the order where it has none.

    Example: xuncha work-orders withdraw 苏政务〔2023〕7号 --reason 录错了编号
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_order(workspace, WithdrawOrder(number, reason), OFFICE)
    _say(done, f"已撤回 withdrawn: {done.number}", as_json=as_json)


@orders.command("list")
@grouped
def list_all(
    ctx: typer.Context,
    on: Day = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """List the work orders, what is overdue first.

    Example: xuncha work-orders list --xlsx orders.xlsx
    """
    at = end_of(on)
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        rows = [row_of(order, registry, at) for order in list_orders(workspace, at, scope_of(filters))]
    show_list(rows, COLUMNS, to)


def _say(done: OrderRecorded, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"number": done.number, "event_id": str(done.event_id), "due_at": done.due_at})
    else:
        say(text)
