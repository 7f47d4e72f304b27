"""Commands of rectification 整改: who has to answer what, answers, orders."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from events.days import chinese_day
from pipeline.cli.days import At, read_day
from pipeline.cli.filters import scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.round_shown import Reference
from pipeline.cli.withdrawing import Second, say_taken_back
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now, title_alone
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import NUMBER, day, ident, minute, number, text, word
from pipeline.office.example_files import mark_file
from pipeline.office.rectification.answers import AnswerRectification, answer
from pipeline.office.rectification.listing import STATES, list_tasks
from pipeline.office.rectification.orders import OrderRectification, order
from pipeline.office.rectification.rechecks import RecheckRectification, recheck_rectification
from pipeline.office.rectification.reminders import Remind, remind
from pipeline.office.rectification.sheet import open_tasks, write_sheet
from pipeline.office.rectification.units import OPEN, UNIT_COLUMNS, list_units
from pipeline.office.rectification.withdrawals import (
    WithdrawAnswer,
    WithdrawOrder,
    WithdrawRecheck,
    withdraw_answer,
    withdraw_order,
    withdraw_recheck,
)
from pipeline.office.taking_back import TakeBack

Day = Annotated[
    date | None, typer.Option("--on", parser=read_day, metavar="DAY", help="Overdue as of this day.")
]
Reason = Annotated[str, typer.Option(help="What was wrong; no names.")]

rectification = typer.Typer(
    help="Rectification (整改): who has to answer what, answers, rechecks, orders.", no_args_is_help=True
)

_DUE = (
    text("unit", "主办单位"),
    NUMBER,
    text("name", "账号名称"),
    text("platform", "平台"),
    text("problem", "问题"),
    number("count", "数量"),
    text("basis", "通报文号"),
    day("due", "期限"),
    number("days_late", "逾期天数"),
    word("state", "情况", STATES),
    minute("answered_at", "已答复"),
    text("repeats", "一年内重复"),
    minute("updated_at", "系统核实更新"),
    ident("short", "任务ID"),
)


_REMINDERS = (
    text("unit", "主办单位"),
    word("step", "提醒", {"before": "即将到期", "due": "今天到期", "late": "已逾期"}),
    day("due", "期限"),
    number("tasks", "整改项"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(rectification, name="rectification")


@rectification.command("due")
@grouped
def due(
    ctx: typer.Context,
    unit: Annotated[str, typer.Option(help="Only of this unit, by its name.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Answered ones, too.")] = False,
    on: Day = None,
    *,
    to: Output,
) -> None:
    """List who has not answered, by unit: each account and problem of an issued bulletin, and what the office ordered.

    Example: xuncha rectification due --unit 某市某局
    """
    today = on or chinese_day(datetime.now(UTC))
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        tasks = [
            task
            for task in list_tasks(workspace, today)
            if (not unit or task.unit == unit) and (everything or task.state in OPEN)
        ]
    rows: list[dict[str, Any]] = []
    for task in sorted(tasks, key=lambda t: (t.unit, t.account_id, t.rule, str(t.task_id))):
        entry = registry.entries.get(task.account_id)
        rows.append(
            {
                "task_id": str(task.task_id),
                "short": str(task.task_id)[:8],
                "unit": task.unit,
                "number": task.number,
                "account_id": entry.given_id if entry else task.account_id,
                "name": task.name,
                "platform": task.platform,
                "rule": task.rule,
                "problem": task.problem,
                "count": task.count,
                "basis": task.basis,
                "begun_on": task.begun_on.isoformat(),
                "due": task.due.isoformat() if task.due else None,
                "days_late": -(task.days_left or 0) if task.state == "late" else 0,
                "state": task.state,
                "answered_at": task.answered_at,
                "in_time": task.in_time,
                "rechecked_at": task.rechecked_at,
                "repeats": task.repeats,
                "unit_repeats": task.unit_repeats,
                "updated_at": task.updated_at,
            }
        )
    for_people = [{**row, "basis": row["basis"] or "办公室交办"} for row in rows]
    show_list(rows, _DUE, to, people=for_people)


@rectification.command("units")
@grouped
def units(
    ctx: typer.Context,
    on: Day = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """List who has answered and who has not, by unit: tasks, open ones, late ones, first last day.

    Example: xuncha rectification units --area 某区
    """
    today = on or chinese_day(datetime.now(UTC))
    with open_workspace(home_of(ctx)) as workspace:
        found = list_units(workspace, today, scope_of(filters))
    show_list([msgspec.to_builtins(one) for one in found], UNIT_COLUMNS, to)


@rectification.command("sheet")
@grouped
def sheet(
    ctx: typer.Context,
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            dir_okay=False,
            metavar="FILE",
            help="The workbook (.xlsx) or the Word form (.docx) to write.",
        ),
    ],
    on: Day = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
) -> None:
    """Write the sheet (整改情况表) or the form (整改回执) on which units answer, with their open tasks filled in.

    It comes back by `intake`.

    Example: xuncha rectification sheet --unit 某市某局 -o 整改情况表.xlsx

    As a Word form: xuncha rectification sheet --unit 某市某局 -o 整改回执.docx
    """
    today = on or chinese_day(datetime.now(UTC))
    with open_workspace(home_of(ctx)) as workspace:
        tasks = open_tasks(workspace, today, scope_of(filters))
    write_sheet(out, tasks)
    mark_file(home_of(ctx), out)
    say(f"已写 written: {out}，{len(tasks)} 项 tasks")


@rectification.command("answer")
def take_answer(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="ACCOUNT|TASK", help="An account: all its open tasks; or a task's id.")
    ],
    said: Annotated[str, typer.Option("--text", help="What the unit did; no names.")] = "",
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", exists=True, dir_okay=False, help="A file of the answer; may be repeated."),
    ] = None,
    at: At = None,
    reference: Reference = "",
    as_json: Json = False,
) -> None:
    """Record what a unit answered (整改情况). Whether it holds is looked at again; points never come back.

    Example: xuncha rectification answer gh_0123456789ab --text 已更正并加强审核 --file 整改报告.pdf
    """
    asked = AnswerRectification(what, said, tuple(file or ()), at.at if at else None, reference)
    with open_workspace(home_of(ctx)) as workspace:
        taken = answer(workspace, asked, OFFICE)
        title = title_alone(workspace, taken.account_id)
    if as_json:
        print_json(
            {
                "event_id": str(taken.event.id),
                "account_id": taken.account_id,
                "tasks": [str(task.id) for task in taken.tasks],
                "evidence": [e.sha256 for e in taken.event.data.evidence],
            }
        )
        return
    say(f"已记录答复 answered: {title}，{len(taken.tasks)} 项 tasks")


@rectification.command("recheck")
def recheck(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="ACCOUNT|TASK", help="An account: all its answered tasks; or a task's id."),
    ],
    held: Annotated[
        bool, typer.Option("--held/--not-held", help="Whether it is put right: then the task is closed.")
    ],
    by: Annotated[
        str,
        typer.Option("--by", metavar="PERSON|ROLE", help="Who looked: a code of a checker or a person id."),
    ],
    last_day: Annotated[
        date | None,
        typer.Option("--due", parser=read_day, metavar="DAY", help="New last day of what is not put right."),
    ] = None,
    note: Annotated[str, typer.Option(help="What was seen; no names.")] = "",
    as_json: Json = False,
) -> None:
    """Record whether something is put right (整改复查): it is closed, or waits again until a new last day.

    Example: xuncha rectification recheck gh_0123456789ab --held --by C2
    """
    asked = RecheckRectification(what, held, by, note, last_day)
    with open_workspace(home_of(ctx)) as workspace:
        done = recheck_rectification(workspace, asked, OFFICE)
        title = title_alone(workspace, done.account_id)
    if as_json:
        print_json(
            {
                "event_id": str(done.event.id),
                "account_id": done.account_id,
                "tasks": [str(task.id) for task in done.tasks],
                "held": held,
            }
        )
        return
    outcome = "已销号 closed" if held else "退回重新整改 waits again"
    say(f"{outcome}: {title}，{len(done.tasks)} 项 tasks")


@rectification.command("remind")
@grouped
def remind_units(
    ctx: typer.Context,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=read_day, metavar="DAY", help="As on this day; default: today."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who would be reminded, and do nothing.")
    ] = False,
    *,
    to: Output,
) -> None:
    """Remind units of tasks that wait: three working days before their last day, on it, and once behind it.

    `xuncha run`, `serve` and `ticker` do so by themselves in the hours of offices. The people of a unit hear of it
    once, on the channels of alerts.

    Example: xuncha rectification remind --dry-run
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = remind(workspace, Remind(on, dry_run), OFFICE)
    rows = [
        {"unit": one.unit, "step": one.step, "due": one.due.isoformat(), "tasks": len(one.tasks)}
        for one in done.reminders
    ]
    show_list(rows, _REMINDERS, to, head={"new": done.new, "dry_run": dry_run})


@rectification.command("order")
def give_order(
    ctx: typer.Context,
    finding: Annotated[str, typer.Argument(help="Id of the finding, or its beginning.")],
    last_day: Annotated[
        date | None,
        typer.Option("--due", parser=read_day, metavar="DAY", help="Last day for the answer."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is put right outside a bulletin.")] = "",
    as_json: Json = False,
) -> None:
    """Order that a finding is put right which no bulletin names (交办).

    Example: xuncha rectification order 88a5e2df --due 2023-03-10
    """
    with open_workspace(home_of(ctx)) as workspace:
        order_id = order(workspace, OrderRectification(finding, last_day, reason), OFFICE)
    if as_json:
        print_json({"order_id": str(order_id)})
        return
    say(f"已交办 ordered {str(order_id)[:8]}")


@rectification.command("withdraw-answer")
def take_answer_back(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="ACCOUNT|TASK|ANSWER", help="Id of the answer or of a task, or an account."),
    ],
    reason: Reason,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw an answer that was recorded wrongly; what it answered waits again.

    Example: xuncha rectification withdraw-answer gh_0123456789ab --reason 报错了单位
    """
    asked = WithdrawAnswer(what, TakeBack(reason, second))
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_answer(workspace, asked, OFFICE)
    say_taken_back(done, as_json=as_json)


@rectification.command("withdraw-order")
def take_order_back(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="FINDING|TASK|ORDER", help="Id of the order, its task or its finding."),
    ],
    reason: Reason,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw an order (交办) that was given wrongly: it asks for nothing.

    Example: xuncha rectification withdraw-order 88a5e2df --reason 通报已含该问题
    """
    asked = WithdrawOrder(what, TakeBack(reason, second))
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_order(workspace, asked, OFFICE)
    say_taken_back(done, as_json=as_json)


@rectification.command("withdraw-recheck")
def take_recheck_back(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="ACCOUNT|TASK|RECHECK", help="Id of the recheck or of a task, or an account."),
    ],
    reason: Reason,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw a recheck that was recorded wrongly; its tasks stand as before it.

    Example: xuncha rectification withdraw-recheck gh_0123456789ab --reason 看错了账号
    """
    asked = WithdrawRecheck(what, TakeBack(reason, second))
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_recheck(workspace, asked, OFFICE)
    say_taken_back(done, as_json=as_json)
