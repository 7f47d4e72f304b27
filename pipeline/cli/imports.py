"""Commands that take facts from people: registry, filings, findings, looks, posts, and their templates."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from connectors.filings.sheets import read_accounts, read_filings, read_findings, read_looks, read_posts
from events.codec import Event
from events.finding import FindingWithdrawn
from events.ids import fact_id
from pipeline.cli.options import InputFile, Instant, Json, RulesetName, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.current import current_history
from pipeline.errors import UsageError
from pipeline.findings import find_finding, list_findings
from pipeline.imports import Span, finding_events, look_events, post_events
from pipeline.late_filings import late_filings
from pipeline.new_home import DEFAULT_PARTITIONS, make_home
from pipeline.registry import registry_now
from pipeline.registry_imports import SHEETS, account_events, filing_events
from pipeline.rulesets import find_ruleset

accounts = typer.Typer(help="The registry of accounts.", no_args_is_help=True)
filings = typer.Typer(help="Filings (备案): opened, changed, closed.", no_args_is_help=True)
findings = typer.Typer(help="Findings of checkers.", no_args_is_help=True)
looks = typer.Typer(help="Looks by hand.", no_args_is_help=True)
posts = typer.Typer(help="Posts handed in.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("init")(init)
    app.command("templates")(templates)
    for name, group in {
        "accounts": accounts,
        "filings": filings,
        "findings": findings,
        "looks": looks,
        "posts": posts,
    }.items():
        app.add_typer(group, name=name)


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
    from connectors.filings.templates import write_templates  # noqa: PLC0415 (openpyxl is slow to import)

    folder.mkdir(parents=True, exist_ok=True)
    for path in write_templates(folder):
        say(str(path))


@accounts.command("import")
def import_accounts(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Bring the registry to what a sheet lists; all of it or none.

    Columns at least account_id (账号ID), name (账号名称), platform (平台); known too: owner, tier, area, opened_at,
    description. Where a sheet has no id, one is derived from platform, name and owner.

    Of a known account, blank cells change nothing, and neither does a new description, supervisor (主管单位) or unknown
    column: file a new description (filings import, 新说明).
    """
    rows = read_accounts(file)
    with current_history(home_of(ctx)) as current:
        events, derived = account_events(rows, registry_now(current), datetime.now(UTC))
        current.log.append(events)
    people = sum(bool(row.people) for row in rows)
    _told(as_json, rows=len(rows), events=len(events), derived_ids=derived, rows_with_people=people)
    if derived and not as_json:
        say(f"{derived} 个账号没有账号ID，已按平台、名称、主办单位生成 ids were derived (derived-…)")
    if people and not as_json:
        say(f"{people} 行含人员信息，未写入记录 names and numbers of people were left out of the log")


@accounts.command("list")
def list_accounts(ctx: typer.Context, as_json: Json = False) -> None:
    """List the registry as known now."""
    with current_history(home_of(ctx)) as current:
        entries = registry_now(current).entries
    rows = [
        {
            "account_id": e.given_id,
            "name": e.name,
            "platform": e.platform,
            "owner": e.owner,
            "tier": e.tier,
            "area": e.area,
            "opened_at": e.opened_at,
            "subject": subject,
        }
        for subject, e in sorted(entries.items())
    ]
    shown = {
        "account_id": "账号ID",
        "name": "账号名称",
        "platform": "平台",
        "owner": "主办单位",
        "opened_at": "开设时间",
    }
    print_rows(rows, as_json=as_json, columns=shown)


@filings.command("import")
def import_filings(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take filings of openings, changes and closings; they count from their own time on, however late they come."""
    rows = read_filings(file)
    with current_history(home_of(ctx)) as current:
        events = filing_events(file, rows, registry_now(current))
        current.log.append(events)
    late = late_filings(rows)
    _told(as_json, rows=len(rows), events=len(events), late=len(late))
    if not as_json:
        for line in late:
            say(line)


@findings.command("import")
def import_findings(
    ctx: typer.Context, file: InputFile, ruleset: RulesetName = None, as_json: Json = False
) -> None:
    """Take findings of checkers; each names a rule by code or Chinese name, and counts in the quarter of its time."""
    home = home_of(ctx)
    rules = find_ruleset(ruleset or home.settings.ruleset, home.path).ruleset
    rows = read_findings(file, rules.resolve)
    with current_history(home) as current:
        events = finding_events(file, rows, registry_now(current), rules, datetime.now(UTC))
        current.log.append(events)
    ids = [str(e.id) for e in events]
    if as_json:
        _told(as_json, rows=len(rows), events=len(events), findings=ids)
        return
    _told(as_json, rows=len(rows), events=len(events))
    for finding_id in ids:
        say(finding_id)


@findings.command("list")
def show_findings(ctx: typer.Context, as_json: Json = False) -> None:
    """List the findings as known now, withdrawn ones too."""
    with current_history(home_of(ctx)) as current:
        rows = list_findings(current)
    shown = {
        "finding_id": "问题ID",
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
    as_json: Json = False,
) -> None:
    """Withdraw a finding (核减): it leaves every score of whoever knows this; old rounds stay as they were."""
    if not reason.strip():
        raise UsageError("--reason is empty; say why the finding is withdrawn")
    with current_history(home_of(ctx)) as current:
        known = find_finding(current, finding_id)
        data = FindingWithdrawn(corrects=known.event.id, reason=reason)
        event_id = fact_id(SHEETS, known.event.subject, f"withdrawn:{known.event.id}")
        current.log.append([Event(event_id, SHEETS, known.event.subject, datetime.now(UTC), data)])
    _told(as_json, withdrawn=str(known.event.id), event_id=str(event_id))


@looks.command("import")
def import_looks(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take looks by hand: when somebody looked at an account, and the newest post that was there."""
    rows = read_looks(file)
    with current_history(home_of(ctx)) as current:
        events = look_events(file, rows, registry_now(current))
        current.log.append(events)
    _told(as_json, rows=len(rows), events=len(events))


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
    with current_history(home_of(ctx)) as current:
        events = post_events(file, rows, registry_now(current), span)
        current.log.append(events)
    _told(as_json, rows=len(rows), events=len(events))


def _told(as_json: bool, **counts: object) -> None:
    if as_json:
        print_json(counts)
        return
    words = {
        "rows": "行 rows",
        "events": "新事实 events",
        "late": "逾期备案 late filings",
        "withdrawn": "已核减 withdrawn",
    }
    say("；".join(f"{words[k]}: {v}" for k, v in counts.items() if k in words))
