"""Commands that look intakes up: the list, what one brought, what would differ today, remembered answers."""

from typing import Annotated, Any

import msgspec
import typer

from events.unit import UNIT_PREFIX
from pipeline.cli.intake_shown import FACTS, day, minute
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_rows, say
from pipeline.home.workspace import open_workspace
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
    "other": "其他",
}
_DIFFERENCES = {"new": "今天会新增", "withdrawn": "已撤销", "not_taken": "今天不收"}
_STAGES = {"open": "未完成", "taken": "已收", "withdrawn": "已撤销", "replaced": "已替换"}


def register(intake: typer.Typer) -> None:
    """Add these commands to the group of intakes."""
    intake.command("list")(list_all)
    intake.command("show")(show_one)
    intake.command("diff")(diff_one)
    intake.add_typer(answers_group, name="answers")


def list_all(ctx: typer.Context, as_json: Json = False) -> None:
    """List the intakes: what came when, and what was undone.

    Example: xuncha intake list
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = [plain(view) for view in list_intakes(workspace)]
    columns = {
        "intake": "收件号",
        "opened_at": "收件时间",
        "received_at": "收到日期",
        "kinds_zh": "内容",
        "facts": "事实",
        "stage_zh": "状态",
        "reason": "撤销原因",
    }
    for row in rows:
        row |= {"kinds_zh": [_KINDS.get(k, k) for k in row["kinds"]], "stage_zh": _STAGES[row["stage"]]}
        if not as_json:
            row |= {"opened_at": minute(row["opened_at"]), "received_at": day(row["received_at"])}
    print_rows(rows, as_json=as_json, columns=columns)


def show_one(ctx: typer.Context, number: Number, as_json: Json = False) -> None:
    """Show what an intake brought, row by row.

    Example: xuncha intake show 2026-0007
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = [plain(view) for view in show_intake(workspace, number)]
    if not as_json:
        for row in rows:
            row |= {
                "type": FACTS.get(row["type"], row["type"]),
                "row": row["row"] or None,
                "name": row["name"].removeprefix(UNIT_PREFIX),
            }
    columns = {
        "page": "工作表",
        "row": "行",
        "name": "账号",
        "platform": "平台",
        "owner": "主办单位",
        "type": "事实",
        "known_before": "此前已有",
        "withdrawn": "已撤销",
    }
    print_rows(rows, as_json=as_json, columns=columns, head={"intake": number})


def diff_one(ctx: typer.Context, number: Number, as_json: Json = False) -> None:
    """Show what would differ if the papers of an intake were read today: new facts, withdrawn ones, rows not taken.

    Example: xuncha intake diff 2026-0007
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = diff_intake(workspace, number)
    rows = [
        {
            "page": d.page,
            "row": d.row,
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
    columns = {
        "page": "工作表",
        "row": "行",
        "name": "账号",
        "platform": "平台",
        "owner": "主办单位",
        "what_zh": "差别",
        "type": "事实",
    }
    print_rows(rows, as_json=as_json, columns=columns, head={"intake": number})


@answers_group.command("list")
def list_remembered(ctx: typer.Context, as_json: Json = False) -> None:
    """List the answers that are remembered and given again for the same cell.

    Example: xuncha intake answers list
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = [plain(answer) for answer in list_answers(workspace)]
    print_rows(rows, as_json=as_json, columns={"field": "项目", "cell": "单元格", "answer": "答复"})


@answers_group.command("forget")
def forget_remembered(
    ctx: typer.Context,
    field: Annotated[str, typer.Argument(help="Field, as `list` shows it.")],
    cell: Annotated[str, typer.Argument(help="Words of the cell.")],
) -> None:
    """Forget a remembered answer, so that the next paper asks again.

    Example: xuncha intake answers forget platform 订月号
    """
    with open_workspace(home_of(ctx)) as workspace:
        forget_answer(workspace, field, cell)
    say(f"已忘记 {field} “{cell}” 的答复")


def plain(view: msgspec.Struct) -> dict[str, Any]:
    """Return the fields of a view."""
    return {name: getattr(view, name) for name in view.__struct_fields__}
