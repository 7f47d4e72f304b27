"""Commands of objections of units to their yearly assessment, and of how they are decided."""

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from events.messages import message
from pipeline.cli.assessment import UnitName, Year, assessment
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.assessment.flow import Decide, Object, decide, load_year, object_to
from pipeline.office.assessment.schemes import find_scheme
from pipeline.office.assessment.withdrawals import withdraw_notice, withdraw_objection
from pipeline.office.assessment.words import DECISIONS
from pipeline.office.columns import ident, minute, text, word

_OBJECTIONS = (
    ident("short", "异议ID"),
    text("unit", "单位"),
    text("item", "项目"),
    minute("raised_at", "提出时间"),
    text("reason", "理由"),
    word("outcome", "决定", DECISIONS),
    text("decision", "决定理由"),
)


def register(app: typer.Typer) -> None:
    """Add these commands; the group is added by its own module."""
    del app


@assessment.command("object")
def take_objection(
    ctx: typer.Context,
    year: Year,
    unit: UnitName,
    reason: Annotated[str, typer.Option(help="Why the unit objects; no names.")],
    item: Annotated[str, typer.Option(help="Code of the item; default: the whole result.")] = "",
    file: Annotated[list[Path] | None, typer.Option(help="Evidence; more than once.")] = None,
    as_json: Json = False,
) -> None:
    """Record an objection of a unit to the draft that it was told.

    Example: xuncha assessment object 2020 --unit 某镇人民政府 --item checks --reason 三月三十一日已寄出
    """
    asked = Object(year=year, unit=unit, item=item, reason=reason, files=tuple(file or ()))
    with open_workspace(home_of(ctx)) as workspace:
        one = object_to(workspace, asked, OFFICE)
    if as_json:
        print_json({"objection_id": str(one.id), "unit": one.data.unit, "item": one.data.item})
        return
    say(f"异议已登记 recorded: {one.id}")


@assessment.command("objections")
@grouped
def objections(ctx: typer.Context, year: Year, *, to: Output) -> None:
    """List the objections of a year, with how they were decided.

    Example: xuncha assessment objections 2020
    """
    with open_workspace(home_of(ctx)) as workspace:
        state = load_year(workspace, year)
        names = find_scheme(state.newest.data.scheme, workspace.home.path).scheme.names
    units = {row.unit: row.name for row in state.newest.data.rows}
    rows = [
        {
            "objection_id": str(one.id),
            "short": str(one.id)[:8],
            "code": one.data.unit,
            "unit": units.get(one.data.unit, one.data.unit),
            "item": names.get(one.data.item, one.data.item or "全部"),
            "raised_at": one.raised_at,
            "reason": one.data.reason,
            "outcome": one.outcome,
            "decision": one.reason,
        }
        for one in state.objections
    ]
    show_list(rows, _OBJECTIONS, to)


@assessment.command("withdraw-objection")
def take_objection_back(
    ctx: typer.Context,
    objection: Annotated[str, typer.Argument(help="Id of the objection, or its beginning.")],
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
) -> None:
    """Take an objection back that was recorded by mistake, and that nobody decided on.

    Example: xuncha assessment withdraw-objection 3f2a --reason 登记错了单位
    """
    with open_workspace(home_of(ctx)) as workspace:
        one = withdraw_objection(workspace, objection, reason, OFFICE)
    say(f"已撤回 withdrawn: {one.id}")


@assessment.command("withdraw-telling")
def take_notice_back(
    ctx: typer.Context, year: Year, reason: Annotated[str, typer.Option(help="What was wrong; no names.")]
) -> None:
    """Take back that the units were told the newest draft, where nobody objected to it yet.

    Example: xuncha assessment withdraw-telling 2020 --reason 还没有发出
    """
    with open_workspace(home_of(ctx)) as workspace:
        withdraw_notice(workspace, year, reason, OFFICE)
    say(f"{year} 年度考核：告知已撤回 withdrawn")


@assessment.command("decide")
def decide_objection(
    ctx: typer.Context,
    objection: Annotated[str, typer.Argument(help="Id of the objection, or its beginning.")],
    outcome: Annotated[str, typer.Option(help="upheld or rejected.")],
    reason: Annotated[str, typer.Option(help="Why it is decided so; no names.")],
) -> None:
    """Decide on an objection; where it is upheld, put right what was wrong and draft again.

    Example: xuncha assessment decide 3f2a --outcome rejected --reason 签收日为四月一日
    """
    if outcome not in DECISIONS:
        raise UsageError(message("{outcome!r} is neither upheld nor rejected", outcome=outcome))
    with open_workspace(home_of(ctx)) as workspace:
        one = decide(workspace, Decide(objection, cast(Any, outcome), reason), OFFICE)
    say(f"异议{DECISIONS[outcome]} {one.outcome}")
