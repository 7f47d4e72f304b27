"""Commands of reports from below (季度自查) and of checks from above (上级抽查)."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.days import Day, Received, end_of, read_day
from pipeline.cli.filters import codes_meant, kept_accounts, rows_with
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import InputFile, Json, KnownAt, RulesetName, home_of, read_check_point
from pipeline.cli.output import print_json, say, say_counts, say_known, say_notes
from pipeline.cli.withdrawing import Second, due_fields, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, day, minute, number, placed, share, text, word
from pipeline.office.reports.self_checks import ImportReport, import_report, reports_due
from pipeline.office.reports.upper_checks import import_upper_checks, list_upper_checks
from pipeline.office.reports.withdrawal import WithdrawReport, withdraw_report
from pipeline.office.sheet_imports import ImportSheet
from projections.reports.self_checks import Timing

reports = typer.Typer(
    help="Reports from below (季度自查): self-checks of areas and units.", no_args_is_help=True
)
upper_checks = typer.Typer(help="Results of checks from above (上级抽查).", no_args_is_help=True)

_TIMINGS = {
    Timing.ON_TIME: "按时",
    Timing.LATE: "逾期",
    Timing.MISSING: "未报送",
    Timing.PENDING: "未到期",
}
_LEVELS = {"state_council": "国务院", "province": "省级", "city": "市级"}
_OUTCOMES = {"passed": "合格", "failed": "不合格"}
_CAUSES = {"serious_error": "严重错误", "other": "其他"}
_DUE = (
    text("unit", "单位"),
    day("due", "报送期限"),
    word("timing", "报送", _TIMINGS),
    minute("received_at", "收到时间"),
    number("days_late", "逾期天数"),
    number("accounts", "账号"),
    number("checked", "已检查"),
    share("share", "检查比例"),
    text("complete", "全部检查"),
    number("failed", "不合格"),
)
_CHECKED = (
    minute("checked_at", "检查时间"),
    word("level", "层级", _LEVELS),
    *ACCOUNT,
    word("outcome", "结果", _OUTCOMES),
    word("cause", "原因", _CAUSES),
    text("document", "依据文件"),
)
_MOST_ACCOUNTS = 5


QuarterName = Annotated[str, typer.Option("--quarter", help="Quarter that is reported on, like 2023Q1.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(reports, name="reports")
    app.add_typer(upper_checks, name="upper-checks")


@reports.command("import")
def import_self_check(
    ctx: typer.Context,
    file: InputFile,
    unit: Annotated[str, typer.Option("--unit", help="Code or name of the unit, or an area.")],
    quarter: QuarterName,
    received_at: Received = None,
    covers_year: Annotated[
        bool, typer.Option("--covers-year", help="A fourth report that tells of the whole year.")
    ] = False,
    ruleset: RulesetName = None,
    as_json: Json = False,
) -> None:
    """Take the self-check of a unit; its findings and looks count in rounds as any. All of it or none.

    A corrected sheet adds what is new; a finding that it takes back has to be withdrawn (核减), and is named.

    Example: xuncha reports import zicha.xlsx --unit 某区 --quarter 2023Q1 --received-at 2023-03-14
    """
    home = home_of(ctx)
    rules = find_ruleset(ruleset or home.settings.ruleset, home.path).ruleset
    asked = ImportReport(file, unit, quarter, rules, received_at, covers_year)
    with open_workspace(home) as workspace:
        report = import_report(workspace, asked, OFFICE)
    data = report.received.data
    fields = {
        "report_id": str(report.received.id),
        "unit": data.unit,
        "quarter": data.quarter,
        "accounts": data.accounts,
        "checked": data.checked,
        "failed": data.failed,
        "events": len(report.events),
        "left_out": [str(i) for i in report.left_out],
        "withdrawn": [str(i) for i in report.withdrawn],
        "notes": report.notes,
    }
    if as_json:
        print_json(fields)
        return
    again = "" if report.events else "；此前已收到 had been taken before"
    say(
        f"{data.unit} {data.quarter}: 账号 {data.accounts}，检查 {data.checked}，不合格 {data.failed}；"
        f"新事实 events: {len(report.events)}{again}"
    )
    for finding in report.left_out:
        say(
            f"此前报告的问题未再列出 not in this report: {finding}；"
            f"如属误报请核减 if it was wrong: xuncha findings withdraw {finding}"
        )
    for finding in report.withdrawn:
        say(f"此前已核减，仍不计 withdrawn before, stays so: {finding}")
    say_notes(report.notes)


@reports.command("withdraw")
def withdraw(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="Why the report was wrong.")],
    report: Annotated[str, typer.Argument(help="Id of the report, or its beginning.")] = "",
    unit: Annotated[
        str, typer.Option(help="In place of the id, with --quarter: code or name of its unit.")
    ] = "",
    quarter: Annotated[str, typer.Option(help="Quarter that it is about, like 2023Q1.")] = "",
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw a self-check that was taken in by mistake: its findings fall with it, looks and posts stay.

    The same file handed in again counts anew; a finding that was withdrawn by itself (核减) stays so.

    Example: xuncha reports withdraw --unit 某区 --quarter 2023Q1 --reason 报错了季度
    """
    asked = WithdrawReport(reason, report, unit, quarter, second)
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_report(workspace, asked, OFFICE)
    if as_json:
        print_json(
            {
                "report_id": str(done.report_id),
                "unit": done.unit,
                "quarter": done.quarter,
                "checks": done.checks,
                "findings": [str(i) for i in done.findings],
                "kept": [str(i) for i in done.kept],
                "revisions_due": due_fields(done.revisions_due),
            }
        )
        return
    say(f"已撤回自查表 withdrawn: {done.unit} {done.quarter}，账号 checks {done.checks}")
    for finding in done.findings:
        say(f"随之撤回的问题 fell with it: {finding}")
    for finding in done.kept:
        say(f"另有自查表写明，保留 told by another report, stays: {finding}")
    say_due(done.revisions_due)


@reports.command("due")
@grouped
def due(
    ctx: typer.Context,
    quarter: QuarterName,
    last_day: Annotated[
        date | None,
        typer.Option(
            "--due",
            parser=read_day,
            metavar="DAY",
            help="Another last day than that of the quarter's last month.",
        ),
    ] = None,
    check_point: Annotated[
        datetime | None,
        typer.Option(
            "--check-point", parser=read_check_point, metavar="TIME", help="As it stood then; default: now."
        ),
    ] = None,
    known_at: KnownAt = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit or area.")] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those that stand so: 未报送, 逾期, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """Show who reported on a quarter, who is late or missing, and what share of its accounts each checked.

    The last day is that of the quarter's last month (昆政办发〔2019〕162号 三(三)).

    Example: xuncha reports due --quarter 2023Q1 --due 2023-03-15
    """
    with open_workspace(home_of(ctx)) as workspace:
        known_at = workspace.known_at(known_at)
        at = check_point or datetime.now(UTC)
        timings = codes_meant(state, _TIMINGS, "--state")
        all_due = rows_with(
            reports_due(workspace, quarter, last_day, at, known_at), unit, "--unit", lambda s: s.name
        )
        states = [s for s in all_due if timings is None or s.timing in timings]
        entries = registry_now(workspace).entries
        behind = workspace.behind(known_at)
    rows = [
        {
            "unit": s.name,
            "subject": s.subject,
            "due": s.due.isoformat(),
            "timing": str(s.timing),
            "received_at": s.received_at,
            "days_late": s.days_late,
            "accounts": s.accounts,
            "checked": s.checked,
            "share": s.share,
            "complete": s.complete,
            "failed": s.failed,
            "covers_year": s.covers_year,
            "unchecked": [entries[a].name for a in s.unchecked],
            "unchecked_in_year": [entries[a].name for a in s.unchecked_in_year],
        }
        for s in states
    ]
    head = {"quarter": quarter, "check_point": at, "known_at": known_at, "behind": behind}
    people = [{**row, "complete": bool(row["complete"])} for row in rows]
    if not show_list(rows, _DUE, to, head=head, people=people):
        return
    say_known(known_at, behind)
    for s in states:
        if s.covers_year is False and s.received_at is not None:
            say(f"{s.name}: 第四季度报告未包括全年 the fourth report does not cover the year")
        if s.unchecked_in_year:
            names = "、".join(entries[a].name for a in s.unchecked_in_year[:_MOST_ACCOUNTS])
            say(f"{s.name}: 全年未检查 not checked in the year {len(s.unchecked_in_year)}: {names}")


@reports.command("upward")
def report_upward(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ROUND", help="The frozen round that it is about.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write into.")] = Path(),
    to: Annotated[str, typer.Option("--to", help="Office that gets it.")] = "",
    on: Day = None,
    as_json: Json = False,
) -> None:
    """Write the city's report upward (季度报告): the figures of the bulletin, and how rectification stands.

    Example: xuncha reports upward suzhou-2023Q1 --to 省政府办公厅 --out 季度报告
    """
    from pipeline.office.reports.upward import write_upward  # noqa: PLC0415 (slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        done = write_upward(workspace, name, out, end_of(on), to)
    if as_json:
        print_json(
            {"round": done.round, "figures": done.figures.plain(), "files": [str(f) for f in done.files]}
        )
        return
    say(f"已写 written: {'，'.join(str(path) for path in done.files)}")


@upper_checks.command("import")
def take_upper_checks(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take results of checks by State Council, province or city; the annual assessment will count them.

    Example: xuncha upper-checks import shangji.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_upper_checks(workspace, ImportSheet(file), OFFICE)
    say_counts(as_json=as_json, **done.counts, notes=done.notes)


@upper_checks.command("list")
@grouped
def show_upper_checks(
    ctx: typer.Context,
    filters: Filters,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those with this result: 合格, 不合格.")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the results of checks from above."""
    outcomes = codes_meant(state, _OUTCOMES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        kept = kept_accounts(workspace, filters, registry)
        rows = [
            row
            for row in list_upper_checks(workspace)
            if (kept is None or row["subject"] in kept) and (outcomes is None or row["outcome"] in outcomes)
        ]
    people = [placed(row, registry.entries.get(row["subject"])) for row in rows]
    show_list(rows, _CHECKED, to, people=people)
