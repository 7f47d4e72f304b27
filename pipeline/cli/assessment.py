"""Commands of the yearly assessment 年度考核: results, drafts, objections, the final one, sheets."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from events.instants import local_iso
from events.messages import message
from pipeline.cli.days import read_day
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of, read_check_point
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.assessment.flow import (
    draft,
    finalize,
    find_row,
    load_year,
    tell,
    verify,
)
from pipeline.office.assessment.results import AskYear, reckon
from pipeline.office.assessment.schemes import find_scheme, list_schemes
from pipeline.office.assessment.shown import (
    account_names,
    result_columns,
    result_rows,
    result_view,
)
from pipeline.office.assessment.suggestions import suggestions
from pipeline.office.assessment.words import MEASURES, STAGES
from pipeline.office.assessment.years import list_years
from pipeline.office.columns import day, ident, minute, number, text, word

assessment = typer.Typer(
    help="The yearly assessment (年度考核) of the units that supervise.", no_args_is_help=True
)

Year = Annotated[int, typer.Argument(min=2000, max=2100, help="The year, like 2020.")]
SchemeName = Annotated[
    str,
    typer.Option("--scheme", help="Name or name@version; default: that of the draft, else the one in force."),
]
UnitName = Annotated[str, typer.Option("--unit", help="Code or name of an assessed unit.")]
At = Annotated[
    datetime | None,
    typer.Option(
        "--check-point",
        parser=read_check_point,
        metavar="TIME",
        help="What happened until then counts; a day means its 24:00, today means now.",
    ),
]
_SCHEMES = (
    text("scheme", "考核指标"),
    text("title", "名称"),
    text("documents", "依据"),
    number("assumptions", "待定处理"),
    ident("sha256", "摘要"),
)
_YEARS = (
    number("year", "年度"),
    word("stage", "进度", STAGES),
    text("scheme", "考核指标"),
    minute("check_point", "计分时间点"),
    day("until", "异议截止"),
    number("open_objections", "待处理异议"),
    minute("finalized_at", "定稿时间"),
)
_POINTS = (
    text("item", "项目"),
    text("name", "细则"),
    text("points", "得扣分"),
    text("what", "依据"),
    day("day", "日期"),
    text("document", "文件"),
)
_SUGGESTIONS = (
    text("unit", "单位"),
    word("measure", "事项", MEASURES),
    text("reason", "线索"),
    text("clause", "条款"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(assessment, name="assessment")


@assessment.command("schemes")
@grouped
def schemes(ctx: typer.Context, *, to: Output) -> None:
    """List the schemes of assessment, those of the home among them.

    Example: xuncha assessment schemes
    """
    rows = [
        {
            "scheme": n.scheme.label,
            "title": n.scheme.title,
            "documents": list(n.scheme.documents),
            "roster": n.scheme.roster,
            "assumptions": len(n.scheme.assumptions),
            "sha256": n.sha256,
        }
        for n in list_schemes(home_of(ctx).path)
    ]
    show_list(rows, _SCHEMES, to)


@assessment.command("list")
@grouped
def years(ctx: typer.Context, *, to: Output) -> None:
    """List the years that were drafted, and how far each has come.

    Example: xuncha assessment list
    """
    with open_workspace(home_of(ctx)) as workspace:
        states = list_years(workspace)
    rows = [
        {
            "year": state.year,
            "stage": state.stage,
            "scheme": state.newest.data.scheme,
            "check_point": state.newest.data.check_point,
            "drafts": len(state.drafts),
            "until": state.newest.until,
            "open_objections": len(state.open_objections),
            "finalized_at": state.final.finalized_at if state.final else None,
            "digest": state.newest.data.digest,
        }
        for state in states.values()
    ]
    show_list(rows, _YEARS, to)


@assessment.command("show")
@grouped
def show(
    ctx: typer.Context,
    year: Year,
    unit: UnitName = "",
    check_point: At = None,
    scheme: SchemeName = "",
    *,
    to: Output,
) -> None:
    """Show the newest draft of a year; of one unit every point with what it rests on.

    With a check point nothing stored is shown: the year is reckoned as known now, and nothing is written.

    Example: xuncha assessment show 2020 --unit 某镇人民政府
    """
    with open_workspace(home_of(ctx)) as workspace:
        if check_point is None:
            data = load_year(workspace, year).newest.data
            named = find_scheme(data.scheme, workspace.home.path)
            rows, head = data.rows, {"digest": data.digest, "check_point": data.check_point}
        else:
            known_at = workspace.known_at(None)
            results = reckon(workspace, AskYear(year, check_point, scheme), known_at)
            named, rows = results.scheme, results.rows
            head = {"digest": results.digest, "check_point": check_point, "known_at": known_at}
        if not unit:
            show_list(result_rows(rows, named.scheme), result_columns(named.scheme), to, head=head)
            return
        row = find_row(rows, unit)
        result = result_view(row, named.scheme, account_names(workspace, (row,)))
    ground_rows: list[dict[str, Any]] = [
        {
            "item": charge.item,
            "name": charge.name,
            "clause": charge.clause,
            "points": "否决" if charge.points is None else f"{charge.points:+d}",
            "what": ground.what,
            "day": ground.day,
            "document": ground.document,
            "facts": [str(fact) for fact in ground.facts],
        }
        for charge in result.charges
        for ground in charge.grounds
    ]
    head |= {"unit": row.name, "outcome": row.outcome, "left": row.left, "total": row.total}
    if show_list(ground_rows, _POINTS, to, head=head, title=row.name):
        points = "" if row.total is None else f"，得分 {row.total}"
        say(f"{row.name}：{result.outcome}{points}")
        for remark in result.limited:
            say(remark)


@assessment.command("draft")
def draft_year(
    ctx: typer.Context,
    year: Year,
    check_point: At = None,
    scheme: SchemeName = "",
    as_json: Json = False,
) -> None:
    """Reckon the results of a year and record them as a draft; results that did not change are no new draft.

    Example: xuncha assessment draft 2020 --check-point 2021-01-31
    """
    if check_point is None:
        raise UsageError(message("give --check-point: what happened until then counts"))
    with open_workspace(home_of(ctx)) as workspace:
        made = draft(workspace, AskYear(year, check_point, scheme), OFFICE)
    failed = sum(row.outcome == "failed" for row in made.data.rows)
    fields = {
        "draft_id": str(made.id),
        "year": year,
        "scheme": made.data.scheme,
        "check_point": made.data.check_point,
        "known_at": made.data.known_at,
        "digest": made.data.digest,
        "units": len(made.data.rows),
        "failed": failed,
    }
    if as_json:
        print_json(fields)
        return
    say(f"{year} 年度考核已起草 drafted: {len(made.data.rows)} 个单位，不合格 {failed} 个")
    say(f"摘要 digest: {made.data.digest}")
    say(f"下一步 next: xuncha assessment show {year}")


@assessment.command("tell")
def notify_units(
    ctx: typer.Context,
    year: Year,
    until: Annotated[
        date, typer.Option(parser=read_day, metavar="DAY", help="Last day on which units may object.")
    ],
) -> None:
    """Record that the units were told the newest draft.

    Example: xuncha assessment tell 2020 --until 2021-02-10
    """
    with open_workspace(home_of(ctx)) as workspace:
        notice = tell(workspace, year, until, OFFICE)
    say(f"{year} 年度考核已告知各单位 told，异议截止 until {notice.until}")


@assessment.command("finalize")
def finalize_year(ctx: typer.Context, year: Year, as_json: Json = False) -> None:
    """Make the newest draft the result of the year, once the days of objections are past and all are decided.

    Example: xuncha assessment finalize 2020
    """
    with open_workspace(home_of(ctx)) as workspace:
        final = finalize(workspace, year, OFFICE)
    if as_json:
        print_json({"draft_id": str(final.id), "year": year, "finalized_at": final.finalized_at})
        return
    say(f"{year} 年度考核已定稿 final: {local_iso(final.finalized_at)}，摘要 digest {final.data.digest}")


@assessment.command("verify")
def verify_year(ctx: typer.Context, year: Year, as_json: Json = False) -> None:
    """Reckon the newest draft again at its own check point and known-at, and compare; exits with 1 where it differs.

    Example: xuncha assessment verify 2020
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = verify(workspace, year)
    if as_json:
        print_json(
            {
                "holds": found.holds,
                "stored": found.stored,
                "same": found.same,
                "differing": list(found.differing),
                "digest": found.draft.data.digest,
            }
        )
    elif found.same is None:
        say("指标或考核范围已不在，只核对了存档 scheme or roster is not here as it was: stored rows checked")
    else:
        say("一致 verified" if found.holds else f"不一致 differs: {'、'.join(found.differing)}")
    if not found.holds:
        raise typer.Exit(1)


@assessment.command("sheet")
def sheet(
    ctx: typer.Context,
    year: Year,
    path: Annotated[
        Path, typer.Argument(help="File to write, .docx or .xlsx; the other one comes beside it.")
    ],
    unit: UnitName = "",
) -> None:
    """Write the newest draft of a year as DOCX and XLSX: a summary, and each point with what it rests on.

    Example: xuncha assessment sheet 2020 kaohe.docx
    """
    from pipeline.office.assessment.sheets import write_sheets  # noqa: PLC0415 (slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        made = write_sheets(workspace, year, path, unit or None)
    for file in made:
        say(f"已写入 written: {file}")


@assessment.command("suspected")
@grouped
def suspected(ctx: typer.Context, check_point: At = None, scheme: SchemeName = "", *, to: Output) -> None:
    """List what the checks of the registry suspect of assessed units; nothing of it counts until a row is accepted.

    Example: xuncha assessment suspected --check-point 2020-12-31
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = suggestions(workspace, check_point or read_check_point("today"), scheme)
    rows = [{name: getattr(one, name) for name in one.__struct_fields__} for one in found]
    show_list(rows, _SUGGESTIONS, to)
