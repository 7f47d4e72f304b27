"""Commands that look intakes up: the list, what one brought, what would differ today, remembered answers."""

from typing import Annotated, Any

import msgspec
import typer

from events.unit import UNIT_PREFIX
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import home_of
from pipeline.cli.output import say
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, day, ident, minute, number, text, word
from pipeline.office.fact_words import FACTS
from pipeline.office.intake.answers import forget_answer, list_answers
from pipeline.office.intake.differing import diff_intake
from pipeline.office.intake.listing import list_intakes, show_intake

Number = Annotated[str, typer.Argument(help="Number of the intake, like 2026-0007.")]
answers_group = typer.Typer(help="Answers that are remembered (答复).", no_args_is_help=True)

_KINDS = {
    "accounts": "台账",
    "looks": "巡查",
    "findings": "问题",
    "self_check": "自查",
    "people": "人员",
    "units": "单位",
    "posts": "发文",
    "answers": "整改反馈",
    "sites": "网站",
    "site_columns": "栏目",
    "site_looks": "网站检查",
    "site_findings": "网站问题",
    "interpretations": "政策解读",
    "repost_tasks": "转载任务",
    "reposts": "转载",
    "assessment": "考核材料",
    "other": "其他",
}
_DIFFERENCES = {"new": "今天会新增", "withdrawn": "已撤销", "not_taken": "今天不收"}
_STAGES = {"open": "未完成", "taken": "已收", "withdrawn": "已撤销", "replaced": "已替换"}
_LISTED = (
    ident("intake", "收件号"),
    minute("opened_at", "收件时间"),
    day("received_at", "收到日期"),
    word("kinds", "内容", _KINDS),
    number("facts", "事实"),
    word("stage", "状态", _STAGES),
    text("reason", "撤销原因"),
)
_ROW = (text("page", "工作表"), text("line", "行"), *ACCOUNT)
_BROUGHT = (*_ROW, word("type", "事实", FACTS), text("known_before", "此前已有"), text("withdrawn", "已撤销"))
_DIFFERING = (*_ROW, word("what", "差别", _DIFFERENCES), word("type", "事实", FACTS))
_ANSWERS = (
    text("field", "项目"),
    text("sender", "报送单位"),
    text("cell", "单元格"),
    text("answer", "答复"),
)


def register(intake: typer.Typer) -> None:
    """Add these commands to the group of intakes."""
    intake.command("list")(list_all)
    intake.command("show")(show_one)
    intake.command("diff")(diff_one)
    intake.add_typer(answers_group, name="answers")


@grouped
def list_all(
    ctx: typer.Context,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only intakes that are so: 已收, withdrawn, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the intakes: what came when, and what was undone.

    Example: xuncha intake list
    """
    stages = codes_meant(state, _STAGES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        rows = [plain(v) for v in list_intakes(workspace) if stages is None or v.stage in stages]
    for row in rows:
        row |= {"kinds_zh": [_KINDS.get(k, k) for k in row["kinds"]], "stage_zh": _STAGES[row["stage"]]}
    show_list(rows, _LISTED, to)


@grouped
def show_one(ctx: typer.Context, number: Number, *, to: Output) -> None:
    """Show what an intake brought, row by row.

    Example: xuncha intake show 2026-0007
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = [plain(view) for view in show_intake(workspace, number)]
    people = [{**row, "name": row["name"].removeprefix(UNIT_PREFIX)} for row in rows]
    show_list(rows, _BROUGHT, to, head={"intake": number}, people=people)


@grouped
def diff_one(ctx: typer.Context, number: Number, *, to: Output) -> None:
    """Show what would differ if the papers of an intake were read today: new facts, withdrawn ones, rows not taken.

    Example: xuncha intake diff 2026-0007
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = diff_intake(workspace, number)
    rows = [
        {
            "page": d.page,
            "row": d.row,
            "line": d.line,
            "name": d.account.name,
            "platform": d.account.platform,
            "owner": d.account.owner,
            "what": d.what,
            "type": d.type,
            "fate": d.fate,
            "says": d.says,
            "what_zh": _DIFFERENCES[d.what],
        }
        for d in found
    ]
    show_list(rows, _DIFFERING, to, head={"intake": number})


@answers_group.command("list")
@grouped
def list_remembered(ctx: typer.Context, to: Output) -> None:
    """List what is remembered: answers for the same cell, and what the headers of a sender mean.

    Example: xuncha intake answers list
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = [plain(answer) for answer in list_answers(workspace)]
    show_list(rows, _ANSWERS, to)


@answers_group.command("forget")
def forget_remembered(
    ctx: typer.Context,
    field: Annotated[str, typer.Argument(help="Field, as `list` shows it.")],
    cell: Annotated[str, typer.Argument(help="Words of the cell.")],
    sender: Annotated[str, typer.Option(help="Of a header: whose papers it stands in.")] = "",
) -> None:
    """Forget a remembered answer, so that the next paper asks again.

    Example: xuncha intake answers forget platform 订月号
    """
    with open_workspace(home_of(ctx)) as workspace:
        forget_answer(workspace, field, cell, sender)
    say(f"已忘记 {field} “{cell}” 的答复")


def plain(view: msgspec.Struct) -> dict[str, Any]:
    """Return the fields of a view."""
    return {name: getattr(view, name) for name in view.__struct_fields__}
