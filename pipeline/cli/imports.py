"""Commands that make a home and take facts from people: findings, posts, and templates of sheets."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.days import At
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.office import Areas, Letterhead, areas_in
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import InputFile, Instant, Json, RulesetName, home_of
from pipeline.cli.output import say, say_counts
from pipeline.cli.withdrawing import Second, due_fields, say_due, say_withdrawn
from pipeline.cli.words import SEVERITIES
from pipeline.home.actor import OFFICE
from pipeline.home.new_home import DEFAULT_PARTITIONS, make_home
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, NUMBER, ident, minute, number, placed, text, word
from pipeline.office.findings import list_findings
from pipeline.office.imports import (
    ImportFindings,
    ImportPosts,
    import_findings,
    import_posts,
)
from pipeline.office.observation_withdrawals import (
    WithdrawFinding,
    WithdrawObservation,
    withdraw_finding,
    withdraw_post,
)
from pipeline.office.own_office import DescribeOffice, describe_office
from pipeline.office.taking_back import TakeBack

findings = typer.Typer(help="Findings of checkers.", no_args_is_help=True)
posts = typer.Typer(help="Posts handed in.", no_args_is_help=True)

_STATES = {"valid": "有效", "withdrawn": "已核减"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("init")(init)
    app.command("templates")(templates)
    app.add_typer(findings, name="findings")
    app.add_typer(posts, name="posts")


def init(
    ctx: typer.Context,
    partitions: Annotated[
        int, typer.Option(min=1, max=256, help="Partitions of the log; they stay as they are.")
    ] = DEFAULT_PARTITIONS,
    office: Annotated[
        str | None, typer.Option(help="Name of the office as it stands below its documents 落款.")
    ] = None,
    letterhead: Letterhead = None,
    areas: Areas = None,
) -> None:
    """Make the home: log, history and settings. One that exists is left as it is.

    What the office says of itself here it can say later, too: `xuncha office set`.

    Example: xuncha --home city init --office 江城市人民政府办公室 --letterhead 江城市人民政府办公室文件
    """
    home = make_home(ctx.obj.home_path, partitions=partitions, over=ctx.obj.over)
    description = DescribeOffice(office, letterhead, areas_in(areas))
    if description != DescribeOffice():
        with open_workspace(home) as workspace:
            describe_office(workspace, description, OFFICE)
    say(f"巡查目录 home: {home.path}；下一步 next: xuncha --home {home.path} intake FILE")


def templates(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write to.")] = Path("templates"),
) -> None:
    """Write an empty XLSX of each kind of sheet, with Chinese headers and a page that explains them."""
    from pipeline.office.templates import write_templates  # noqa: PLC0415 (openpyxl is slow to import)

    for path in write_templates(folder):
        say(str(path))


@findings.command("import")
def take_findings(
    ctx: typer.Context, file: InputFile, ruleset: RulesetName = None, as_json: Json = False
) -> None:
    """Take findings of checkers; each names a rule by code or Chinese name, and counts in the quarter of its time."""
    with open_workspace(home_of(ctx)) as workspace:
        done = import_findings(workspace, ImportFindings(file, ruleset), OFFICE)
    ids = [str(finding) for finding in done.findings]
    if as_json:
        say_counts(as_json=as_json, **done.counts, findings=ids, notes=done.notes)
        return
    say_counts(as_json=as_json, **done.counts, notes=done.notes)
    for finding_id in ids:
        say(finding_id)


@findings.command("list")
@grouped
def show_findings(
    ctx: typer.Context,
    filters: Filters,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="Only findings that are 有效 (valid) or 已核减 (withdrawn)."),
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option(help="Only findings of this rule, by code or name.")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the findings as known now, withdrawn ones too.

    Example: xuncha findings list --area 甲区 --state 有效 --xlsx 问题.xlsx
    """
    home = home_of(ctx)
    names = rule_names(home.path)
    states, rules = codes_meant(state, _STATES, "--state"), codes_meant(rule, names, "--rule")
    with open_workspace(home) as workspace:
        registry = registry_now(workspace)
        kept = kept_accounts(workspace, filters, registry)
        found = [
            row
            for row in list_findings(workspace)
            if (kept is None or row["subject"] in kept)
            and (states is None or _state(row) in states)
            and (rules is None or row["rule"] in rules)
        ]
    people = [
        placed(
            {**row, "state": _state(row), "short": row["finding_id"][:8]},
            registry.entries.get(row["subject"]),
        )
        for row in found
    ]
    rows = [{key: row[key] for key in row if key not in ("subject", "date_only")} for row in found]
    columns = (
        ident("short", "问题ID"),
        NUMBER,
        *ACCOUNT,
        word("rule", "指标", names),
        word("severity", "性质", SEVERITIES),
        number("count", "数量"),
        minute("found_at", "发现时间", by_day="date_only"),
        word("state", "状态", _STATES),
        text("note", "备注"),
        text("finder", "发现单位"),
    )
    show_list(rows, columns, to, people=people)


def _state(row: Mapping[str, Any]) -> str:
    return "withdrawn" if row["withdrawn"] else "valid"


@findings.command("withdraw")
def take_back_finding(
    ctx: typer.Context,
    finding_id: Annotated[str, typer.Argument(help="Id of the finding, or its beginning.")],
    reason: Annotated[str, typer.Option(help="Why it was a false alarm (核减).")],
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw a finding (核减): it leaves every score of whoever knows this; old rounds stay as they were.

    Where a frozen round knew it, a second person agrees, and the revision that is due is named.

    Example: xuncha findings withdraw 88a5e2df --reason 误报 --second 分管主任
    """
    asked = WithdrawFinding(finding_id, TakeBack(reason, second))
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_finding(workspace, asked, OFFICE)
    ids = {"withdrawn": str(done.withdrawn), "event_id": str(done.event_id)}
    say_counts(as_json=as_json, **ids, revisions_due=due_fields(done.revisions_due))
    if not as_json:
        say_due(done.revisions_due)


@posts.command("import")
def take_posts(
    ctx: typer.Context,
    file: InputFile,
    complete_from: Annotated[
        datetime | None,
        typer.Option(
            "--complete-from", parser=Instant, metavar="TIME", help="The rows are complete from here on."
        ),
    ] = None,
    complete_until: Annotated[
        datetime | None,
        typer.Option(
            "--complete-until", parser=Instant, metavar="TIME", help="The rows are complete up to here."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take posts that owners or the monitoring firm hand in; they prove silence only over the span they declare."""
    with open_workspace(home_of(ctx)) as workspace:
        done = import_posts(workspace, ImportPosts(file, complete_from, complete_until), OFFICE)
    say_counts(as_json=as_json, **done.counts, notes=done.notes)


@posts.command("withdraw")
def take_back_post(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="Why the observation was wrong.")],
    post_id: Annotated[
        str | None, typer.Argument(help="Id of the post; or name it by account and time.")
    ] = None,
    account: Annotated[str | None, typer.Option(help="Account of the post, with --at.")] = None,
    at: At = None,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw a post that was observed wrongly: it never counted for whoever knows this; old rounds stay as they were.

    A look that named it may then be handed in again with the right time.

    Example: xuncha posts withdraw --account gh_1 --at "2023-02-12 09:00" --reason 时间看错
    """
    asked = WithdrawObservation(id=post_id, account=account, at=at, why=TakeBack(reason, second))
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_post(workspace, asked, OFFICE)
    say_withdrawn(done, as_json=as_json)
