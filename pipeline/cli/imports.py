"""Commands that make a home and take facts from people: findings, posts, and templates of sheets."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from connectors.sheets.readers import read_findings, read_posts
from connectors.sheets.times import Moment
from pipeline.cli.days import At
from pipeline.cli.options import InputFile, Instant, Json, RulesetName, home_of
from pipeline.cli.output import print_rows, say, say_counts
from pipeline.cli.withdrawing import Second, due_fields, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.new_home import DEFAULT_PARTITIONS, make_home
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import open_workspace
from pipeline.office.findings import find_finding, list_findings, withdrawal
from pipeline.office.imports import Span, finding_events, post_events, refuse_incomplete, settle_spans
from pipeline.office.post_keys import settle_known
from pipeline.office.posts import find_post, find_post_at, post_withdrawal
from pipeline.office.taking_back import TakeBack, take_back

findings = typer.Typer(help="Findings of checkers.", no_args_is_help=True)
posts = typer.Typer(help="Posts handed in.", no_args_is_help=True)


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
) -> None:
    """Make the home: log, history and settings. One that exists is left as it is.

    Example: xuncha --home city init; with its log on Kafka: xuncha --home city --kafka 127.0.0.1:9092 init
    """
    home = make_home(ctx.obj.home_path, partitions=partitions, over=ctx.obj.over)
    say(f"巡查目录 home: {home.path}；下一步 next: xuncha --home {home.path} accounts import FILE")


def templates(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write to.")] = Path("templates"),
) -> None:
    """Write an empty XLSX of each kind of sheet, with Chinese headers and a page that explains them."""
    from connectors.sheets.templates import write_templates  # noqa: PLC0415 (openpyxl is slow to import)

    folder.mkdir(parents=True, exist_ok=True)
    for path in write_templates(folder):
        say(str(path))


@findings.command("import")
def import_findings(
    ctx: typer.Context, file: InputFile, ruleset: RulesetName = None, as_json: Json = False
) -> None:
    """Take findings of checkers; each names a rule by code or Chinese name, and counts in the quarter of its time."""
    home = home_of(ctx)
    rules = find_ruleset(ruleset or home.settings.ruleset, home.path).ruleset
    rows = read_findings(file, rules.resolve)
    with open_workspace(home) as workspace:
        events = finding_events(file, rows, registry_now(workspace), rules, datetime.now(UTC))
        taken = append_new(workspace, events)
    ids = [str(e.id) for e in events]
    if as_json:
        say_counts(as_json=as_json, rows=len(rows), **taken.counts, findings=ids, notes=rows.notes)
        return
    say_counts(as_json=as_json, rows=len(rows), **taken.counts, notes=rows.notes)
    for finding_id in ids:
        say(finding_id)


@findings.command("list")
def show_findings(ctx: typer.Context, as_json: Json = False) -> None:
    """List the findings as known now, withdrawn ones too."""
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_findings(workspace)
    shown = {
        "finding_id": "问题ID",
        "number": "编号",
        "account_id": "账号ID",
        "name": "账号名称",
        "rule": "指标",
        "severity": "性质",
        "count": "数量",
        "found_at": "发现时间",
        "withdrawn": "已核减",
    }
    print_rows(rows, as_json=as_json, columns=shown)


@findings.command("withdraw")
def withdraw_finding(
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
    demand_reason("finding", reason)
    with open_workspace(home_of(ctx)) as workspace:
        known = find_finding(workspace, finding_id)
        event = withdrawal(known, reason)
        due = take_back(workspace, [event], TakeBack(reason, second), OFFICE)
    told = due_fields(due)
    say_counts(as_json=as_json, withdrawn=str(known.event.id), event_id=str(event.id), revisions_due=told)
    if not as_json:
        say_due(due)


@posts.command("import")
def import_posts(
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
    if (complete_from is None) != (complete_until is None):
        raise UsageError("--complete-from and --complete-until go together")
    span = None
    if complete_from is not None and complete_until is not None:
        if complete_from >= complete_until:
            raise UsageError("--complete-from must lie before --complete-until")
        if complete_until > datetime.now(UTC):
            raise UsageError(
                "--complete-until lies in the future; nobody knows that rows are complete until then"
            )
        span = Span(complete_from, complete_until)
    rows = read_posts(file)
    if span is not None:
        refuse_incomplete(file, rows.notes)
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        settled = settle_known(workspace, file, rows, registry)
        events = settle_spans(workspace, file, rows, registry, post_events(file, settled, registry, span))
        taken = append_new(workspace, events)
    say_counts(as_json=as_json, rows=len(rows), **taken.counts, notes=rows.notes)


@posts.command("withdraw")
def withdraw_post(
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
    demand_reason("post", reason)
    demand_one_name("post", post_id, account, at)
    with open_workspace(home_of(ctx)) as workspace:
        if account is not None and at is not None:
            post = find_post_at(workspace, account, at)
        else:
            post = find_post(workspace, post_id or "")
        event = post_withdrawal(post, reason)
        due = take_back(workspace, [event], TakeBack(reason, second), OFFICE)
    ids = {"withdrawn": str(post.id), "account_id": post.account_id, "event_id": str(event.id)}
    say_counts(as_json=as_json, **ids, revisions_due=due_fields(due))
    if not as_json:
        say_due(due)


def demand_reason(what: str, reason: str) -> None:
    """Refuse a withdrawal without a reason."""
    if not reason.strip():
        raise UsageError(f"--reason is empty; say why the {what} is withdrawn")


def demand_one_name(what: str, given_id: str | None, account: str | None, at: Moment | None) -> None:
    """Refuse a look or post that is named in both ways, in neither, or by half of the second."""
    if (given_id is None) != (account is not None and at is not None) or (account is None) != (at is None):
        raise UsageError(f"name the {what} by its id, or by --account and --at together")
