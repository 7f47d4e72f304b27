"""Commands of monthly supervision 月督导: the month unit by unit, letters and orders, their answers."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from events.days import chinese_day
from pipeline.cli.days import At, read_day
from pipeline.cli.filters import scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.example_files import mark_file
from pipeline.office.rectification.sheet import open_among, write_sheet
from pipeline.office.supervision import months
from pipeline.office.supervision.acts import (
    AnswerSupervision,
    IssueSupervision,
    WithdrawSupervision,
    answer_supervision,
    document_of,
    draft_supervision,
    issue_supervision,
    withdraw_supervision,
    withdraw_supervision_answer,
)
from pipeline.office.supervision.listing import COLUMNS, KINDS, find_supervision, list_supervision

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The number of the document, or its id.")]
Month = Annotated[str, typer.Option("--month", metavar="2026-08", help="The month; default: the last one.")]
Reason = Annotated[str, typer.Option(help="What was wrong; no names.")]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", dir_okay=False, metavar="FILE", help="Write the document here (.docx)."),
]
Form = Annotated[
    Path | None,
    typer.Option(
        "--form",
        dir_okay=False,
        metavar="FILE",
        help="Write the form on which the unit answers (整改回执, .docx; .xlsx: a sheet).",
    ),
]

supervision = typer.Typer(
    help="Monthly supervision (月督导): the month by unit, letters (提醒函), orders (督办单), answers.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(supervision, name="supervision")


@supervision.command("month")
@grouped
def show_month(
    ctx: typer.Context,
    month: Month = "",
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """List what a month was, unit by unit: found, over the limit, waiting, answered, letters. Nobody is ranked.

    Example: xuncha supervision month --month 2026-08
    """
    today = chinese_day(datetime.now(UTC))
    with open_workspace(home_of(ctx)) as workspace:
        rows = months.list_month(workspace, month or months.last_month(today), today, scope_of(filters))
    show_list([msgspec.to_builtins(row) for row in rows], months.COLUMNS, to)


@supervision.command("issue")
def issue(
    ctx: typer.Context,
    kind: Annotated[
        Literal["letter", "order"],
        typer.Argument(help="A letter that reminds, or an order about what is late."),
    ],
    unit: Annotated[str, typer.Option(help="The unit, by its name.")],
    number: Annotated[str, typer.Option(help="The number of the document; blank: a draft alone.")] = "",
    month: Month = "",
    on: Annotated[
        date | None,
        typer.Option("--on", parser=read_day, metavar="DAY", help="The day of issue; default: today."),
    ] = None,
    last_day: Annotated[
        date | None,
        typer.Option("--due", parser=read_day, metavar="DAY", help="Last day for the answer."),
    ] = None,
    out: Out = None,
    form: Form = None,
    as_json: Json = False,
) -> None:
    """Issue a letter (提醒函) or an order (督办单) under its number; without a number the draft is written.

    Example: xuncha supervision issue order --unit 某市某局 --number 江府办督〔2026〕3号 --due 2026-09-10 -o 督办单.docx
    """
    today = chinese_day(datetime.now(UTC))
    asked = IssueSupervision(
        kind=kind,
        unit=unit,
        month=month or months.last_month(today),
        number=number,
        issued_on=on or today,
        due=last_day,
    )
    with open_workspace(home_of(ctx)) as workspace:
        if not number:
            content, issued = draft_supervision(workspace, asked), None
        else:
            issued = issue_supervision(workspace, asked, OFFICE)
            content = document_of(workspace, issued)
            if form is not None:
                write_sheet(form, open_among(workspace, today, issued.tasks))
                mark_file(workspace.home, form)
    if out is not None:
        out.write_bytes(content)
    if as_json:
        print_json(
            {
                "id": str(issued.id) if issued else None,
                "number": number,
                "tasks": [str(task) for task in issued.tasks] if issued else [],
                "accounts": list(issued.accounts) if issued else [],
                "file": str(out) if out else None,
            }
        )
        return
    what = KINDS[kind]
    say(f"已发出 issued: {what} {number}（{unit}）" if issued else f"草稿 draft: {what}（{unit}）")


@supervision.command("list")
@grouped
def show_all(
    ctx: typer.Context,
    unit: Annotated[str, typer.Option(help="Only to this unit, by its name.")] = "",
    month: Annotated[str, typer.Option("--month", metavar="2026-08", help="Only about this month.")] = "",
    on: Annotated[
        date | None, typer.Option("--on", parser=read_day, metavar="DAY", help="Overdue as of this day.")
    ] = None,
    *,
    to: Output,
) -> None:
    """List letters and orders, with the state of their answers.

    Example: xuncha supervision list --month 2026-08
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = list_supervision(workspace, on or chinese_day(datetime.now(UTC)), unit=unit, month=month)
    show_list([msgspec.to_builtins(one) for one in found], COLUMNS, to)


@supervision.command("answer")
def answer(
    ctx: typer.Context,
    what: Number,
    said: Annotated[str, typer.Option("--text", help="What the unit did; no names.")] = "",
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", exists=True, dir_okay=False, help="A file of the answer; may be repeated."),
    ] = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record what a unit answered to a letter or an order.

    Example: xuncha supervision answer 江府办督〔2026〕3号 --text 已完成整改
    """
    asked = AnswerSupervision(what, said, tuple(file or ()), at.at if at else None)
    with open_workspace(home_of(ctx)) as workspace:
        one = answer_supervision(workspace, asked, OFFICE)
    if as_json:
        print_json({"id": str(one.id), "number": one.number})
        return
    say(f"已记录答复 answered: {one.number}")


@supervision.command("document")
def document(ctx: typer.Context, what: Number, out: Out = None, form: Form = None) -> None:
    """Write the document of a letter or an order as it went out, and the form for the answer.

    Example: xuncha supervision document 江府办督〔2026〕3号 -o 督办单.docx
    """
    with open_workspace(home_of(ctx)) as workspace:
        one = find_supervision(workspace, what)
        content = document_of(workspace, one)
        if form is not None:
            today = chinese_day(datetime.now(UTC))
            write_sheet(form, open_among(workspace, today, one.tasks))
            mark_file(workspace.home, form)
    path = out or Path(f"{KINDS[one.kind]}-{one.unit}.docx")
    path.write_bytes(content)
    say(f"已写 written: {path}")


@supervision.command("withdraw")
def withdraw(
    ctx: typer.Context,
    what: Number,
    reason: Reason,
    answer: Annotated[
        bool, typer.Option("--answer", help="Its newest answer, which was recorded wrongly.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take back a letter or an order that was issued by mistake, or its newest answer; the number stays used.

    Example: xuncha supervision withdraw 江府办督〔2026〕3号 --reason 发错了单位
    """
    asked = WithdrawSupervision(what, reason)
    act = withdraw_supervision_answer if answer else withdraw_supervision
    with open_workspace(home_of(ctx)) as workspace:
        one = act(workspace, asked, OFFICE)
    if as_json:
        print_json({"id": str(one.id), "number": one.number})
        return
    say(f"已撤回 withdrawn: {one.number}")
