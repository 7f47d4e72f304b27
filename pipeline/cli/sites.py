"""Commands about websites (政府网站): their registry, what was seen of them, suggestions, and taking back."""

from typing import Annotated

import typer

from events.moments import Moment
from pipeline.cli.days import At, Day, end_of, moment_or_now, read_moment
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import OptionGroup, Output, grouped
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, say, say_counts
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.fact_words import FACTS
from pipeline.office.scope import Scope
from pipeline.office.sheet_imports import Imported, ImportSheet
from pipeline.office.sites.findings import RecordSiteFinding, record_site_finding
from pipeline.office.sites.looks import SampleMessage, import_looks, sample_message
from pipeline.office.sites.registry import (
    import_columns,
    import_sites,
    known_sites,
    list_columns,
    list_sites,
)
from pipeline.office.sites.scope import sites_within
from pipeline.office.sites.suspicions import (
    ConfirmSiteSuspicion,
    DismissSiteSuspicion,
    confirm_site_suspicion,
    dismiss_site_suspicion,
    list_site_suspicions,
)
from pipeline.office.sites.withdrawals import WithdrawSiteFact, list_site_facts, withdraw_site_fact
from pipeline.office.sites.words import COLUMNS, KINDS, SITES, SUSPICION_STATES, SUSPICIONS

sites = typer.Typer(
    help="Websites of government (政府网站) and of public institutions.", no_args_is_help=True
)

_FACTS = (
    minute("time", "时间"),
    word("type", "事项", FACTS),
    text("source", "来源"),
    text("actor", "办理人"),
    ident("fact_id", "事项ID"),
)
Which = Annotated[str, typer.Argument(metavar="SITE", help="Domain, name or 网站标识码 of the site.")]
Suggestion = Annotated[str, typer.Argument(help="Id of the suggestion, or its beginning.")]


class SiteFilters(OptionGroup, frozen=True):
    """Which websites a list is about."""

    unit: Annotated[
        str | None, typer.Option("--unit", help="Only this unit, by name or code, and those below it.")
    ] = None
    area: Annotated[str | None, typer.Option("--area", help="Only this area.")] = None
    tier: Annotated[str | None, typer.Option("--tier", help="Only this tier (层级).")] = None


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(sites, name="sites")


def domains_within(workspace: Workspace, filters: SiteFilters) -> set[str]:
    """Return the domains of the sites that a list is about."""
    known = known_sites(workspace)
    scope = Scope(unit=filters.unit, area=filters.area, tier=filters.tier)
    return {known[subject].domain for subject in sites_within(workspace, known, scope)}


@sites.command("import")
def take_sites(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Bring the registry of websites to what a sheet lists (网站名录); all of it or none.

    Columns at least 首页网址, 网站名称, 网站类别, 主办单位. Blank cells change nothing.

    Example: xuncha sites import sites.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_sites(workspace, ImportSheet(file), OFFICE)
    _say_imported(done, as_json=as_json)


@sites.command("import-columns")
def take_columns(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Bring the columns of websites to what a sheet lists (栏目名录); all of it or none.

    Example: xuncha sites import-columns site-columns.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_columns(workspace, ImportSheet(file), OFFICE)
    _say_imported(done, as_json=as_json)


@sites.command("import-looks")
def take_looks(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take what people saw of websites (网站检查): the newest entry of each column; all of it or none.

    Example: xuncha sites import-looks site-looks.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_looks(workspace, ImportSheet(file), OFFICE)
    _say_imported(done, as_json=as_json)


@sites.command("list")
@grouped
def show_sites(
    ctx: typer.Context,
    filters: SiteFilters,
    on: Day = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only sites of this kind: 政府网站, institution.")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the websites that stand in the registry on a day.

    Example: xuncha sites list --area 湘乡市
    """
    kinds = codes_meant(kind, KINDS, "--kind")
    with open_workspace(home_of(ctx)) as workspace:
        kept = domains_within(workspace, filters)
        rows = [row for row in list_sites(workspace, end_of(on)) if row["domain"] in kept]
    show_list([row for row in rows if kinds is None or row["kind"] in kinds], SITES, to)


@sites.command("columns")
@grouped
def show_columns(ctx: typer.Context, filters: SiteFilters, on: Day = None, *, to: Output) -> None:
    """List the columns of websites that are watched.

    Example: xuncha sites columns --unit 某市水利局
    """
    with open_workspace(home_of(ctx)) as workspace:
        kept = domains_within(workspace, filters)
        rows = [row for row in list_columns(workspace, end_of(on)) if row["domain"] in kept]
    show_list(rows, COLUMNS, to)


@sites.command("finding")
def record_finding(
    ctx: typer.Context,
    site: Which,
    rule: Annotated[str, typer.Option(help="Name or code of the rule that it breaks.")],
    note: Annotated[str, typer.Option(help="What was seen; no names.")] = "",
    page: Annotated[str, typer.Option(help="Address of the page that shows it.")] = "",
    count: Annotated[int, typer.Option(min=1, help="How often.")] = 1,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record what a person found wrong with a website, under a rule that people judge.

    Example: xuncha sites finding www.example.gov.cn --rule 无有效互动渠道 --note 留言无法提交
    """
    asked = RecordSiteFinding(
        site=site, rule=rule, found=moment_or_now(at), note=note, page=page, count=count
    )
    with open_workspace(home_of(ctx)) as workspace:
        recorded = record_site_finding(workspace, asked, OFFICE)
    if as_json:
        print_json(
            {"finding_id": str(recorded.id), "domain": recorded.site.domain, "rule": recorded.rule.code}
        )
        return
    say(f"已记录 recorded: {recorded.site.name}：{recorded.rule.name}")


@sites.command("message")
def record_message(
    ctx: typer.Context,
    site: Which,
    reference: Annotated[str, typer.Option(help="Number or address of the message on the site.")],
    asked: Annotated[
        Moment, typer.Option("--asked", parser=read_moment, metavar="TIME", help="When it was sent.")
    ],
    answered: Annotated[
        Moment | None,
        typer.Option(
            "--answered", parser=read_moment, metavar="TIME", help="When it was answered, if it was."
        ),
    ] = None,
    valid: Annotated[bool, typer.Option("--valid/--invalid", help="有效留言 or 无效留言")] = True,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record whether a message to a website was answered, as a person saw it (留言回应).

    Example: xuncha sites message www.example.gov.cn --reference 2022-0042 --asked 2022-03-01
    """
    wanted = SampleMessage(
        site=site,
        reference=reference,
        asked=asked,
        answered=answered,
        looked=moment_or_now(at),
        valid=valid,
    )
    with open_workspace(home_of(ctx)) as workspace:
        done = sample_message(workspace, wanted, OFFICE)
    if as_json:
        print_json({"fact_id": str(done.event.id), "domain": done.site.domain})
        return
    say(f"已记录 recorded: {done.site.name}：留言 {reference}")


@sites.command("suggestions")
@grouped
def show_suggestions(
    ctx: typer.Context,
    filters: SiteFilters,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="Only suggestions that stand so: 待确认, dismissed, …"),
    ] = None,
    *,
    to: Output,
) -> None:
    """List the suggestions about websites: missing tags, links that lead elsewhere, and the like.

    Example: xuncha sites suggestions --state 待确认
    """
    states = codes_meant(state, SUSPICION_STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        kept = domains_within(workspace, filters)
        everything = filters == SiteFilters()
        rows = [row for row in list_site_suspicions(workspace) if everything or row["domain"] in kept]
    show_list([row for row in rows if states is None or row["state"] in states], SUSPICIONS, to)


@sites.command("confirm")
def confirm(
    ctx: typer.Context,
    which: Suggestion,
    reason: Annotated[str, typer.Option(help="What was seen; no names.")] = "",
    rule: Annotated[str, typer.Option(help="Rule that it breaks: recorded as a finding.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Confirm a suggestion about a website; with --rule it becomes a finding.

    Example: xuncha sites confirm 316f4b8e --reason 已核实
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = confirm_site_suspicion(
            workspace, ConfirmSiteSuspicion(which, moment_or_now(at), reason, rule), OFFICE
        )
    _say_settled(str(done.suspicion.id), "confirmed", as_json=as_json)


@sites.command("dismiss")
def dismiss(
    ctx: typer.Context,
    which: Suggestion,
    reason: Annotated[str, typer.Option(help="Why it means nothing; no names.")],
    at: At = None,
    as_json: Json = False,
) -> None:
    """Dismiss a suggestion about a website; the same one is not made again.

    Example: xuncha sites dismiss 316f4b8e --reason 合作单位网站
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = dismiss_site_suspicion(
            workspace, DismissSiteSuspicion(which, moment_or_now(at), reason), OFFICE
        )
    _say_settled(str(done.suspicion.id), "dismissed", as_json=as_json)


@sites.command("facts")
@grouped
def show_facts(ctx: typer.Context, site: Which, *, to: Output) -> None:
    """List the facts that stand about a website, the newest first, with the ids by which they are taken back.

    Example: xuncha sites facts www.example.gov.cn
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_site_facts(workspace, site)
    show_list(rows, _FACTS, to)


@sites.command("withdraw")
def withdraw(
    ctx: typer.Context,
    fact: Annotated[str, typer.Argument(help="Id of the fact or of the check, or its beginning.")],
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
    as_json: Json = False,
) -> None:
    """Take back a fact about a website; checks that knew it stay as they are and are named.

    Example: xuncha sites withdraw 316f4b8e --reason 录入错误
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_site_fact(workspace, WithdrawSiteFact(fact, reason), OFFICE)
    if as_json:
        print_json({"fact_id": str(done.fact.id), "type": done.fact.type, "checks": list(done.checks)})
        return
    say(f"已撤回 withdrawn: {FACTS[done.fact.type]}")
    if done.checks:
        say(f"已定稿的检查不变 checks that knew it: {'、'.join(done.checks)}")


def _say_imported(done: Imported, *, as_json: bool) -> None:
    say_counts(as_json=as_json, **done.counts, notes=done.notes)


def _say_settled(suspicion: str, outcome: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"suspicion_id": suspicion, "outcome": outcome})
        return
    say(f"{SUSPICION_STATES[outcome]} {outcome}: {suspicion}")
