"""Commands about checks of websites: how sites stand, keeping a check, verifying it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from events.instants import local_iso
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import CheckPoint, Json, KnownAt, home_of, read_check_point
from pipeline.cli.output import print_json, say
from pipeline.cli.sites import SiteFilters, Which, domains_within, sites
from pipeline.home.actor import OFFICE
from pipeline.home.errors import NotFoundError
from pipeline.home.site_rulesets import find_site_ruleset
from pipeline.home.workspace import open_workspace
from pipeline.office.sites.checks import (
    FreezeSiteCheck,
    find_site_check,
    freeze_site_check,
    list_site_checks,
    row_of_check,
    verify_site_check,
)
from pipeline.office.sites.registry import find_site
from pipeline.office.sites.standing import column_rows, standings
from pipeline.office.sites.words import AGES, CHECKS, STANDING, VERDICTS, limit_words

Name = Annotated[str, typer.Argument(help="Name of the check.")]
Rules = Annotated[
    str,
    typer.Option("--ruleset", help="Ruleset for websites, name or name@version; default: the national one."),
]
Verdicts = Annotated[
    list[str] | None, typer.Option("--verdict", help="Only sites that came out so: 合格, failed, 无法判定.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to those of websites."""
    del app


@sites.command("status")
@grouped
def show_status(
    ctx: typer.Context,
    check_point: CheckPoint,
    filters: SiteFilters,
    known_at: KnownAt = None,
    ruleset: Rules = "",
    verdict: Verdicts = None,
    *,
    to: Output,
) -> None:
    """Show how websites stand at a check point: verdict, broken rules, overdue and empty columns.

    Example: xuncha sites status --check-point 2022-09-30 --verdict 不合格
    """
    home = home_of(ctx)
    wanted = codes_meant(verdict, VERDICTS, "--verdict")
    with open_workspace(home) as workspace:
        rules = find_site_ruleset(ruleset, home.path)
        k = workspace.known_at(known_at)
        kept = domains_within(workspace, filters)
        everything = filters == SiteFilters()
        judged = [one.judged.row for one in standings(workspace, rules, check_point, k)]
    rows = [row_of_check(row, rules.ruleset) for row in judged]
    rows = [
        row
        for row in rows
        if (everything or row["domain"] in kept) and (wanted is None or row["verdict"] in wanted)
    ]
    head = {"check_point": check_point, "known_at": k, "ruleset": rules.ruleset.label}
    title = f"网站 {local_iso(check_point)}，{rules.ruleset.label}"
    show_list(rows, STANDING, to, head=head, title=title)


@sites.command("show")
@grouped
def show_site(
    ctx: typer.Context,
    site: Which,
    check_point: Annotated[
        datetime | None,
        typer.Option(
            "--check-point",
            parser=read_check_point,
            metavar="TIME",
            help="The moment that is judged; default: now.",
        ),
    ] = None,
    ruleset: Rules = "",
    *,
    to: Output,
) -> None:
    """Show the columns of a website with their age and limit, the overdue ones first.

    Example: xuncha sites show www.example.gov.cn --check-point 2022-09-30
    """
    home = home_of(ctx)
    t = check_point or datetime.now(UTC)
    with open_workspace(home) as workspace:
        rules = find_site_ruleset(ruleset, home.path)
        subject = find_site(workspace, site).subject
        found = standings(workspace, rules, t, subjects={subject})
    rows = [row for one in found for row in column_rows(one, rules.ruleset, t)]
    people = [{**row, "limit": limit_words(row["limit_days"], row["limit_months"])} for row in rows]
    head = {**row_of_check(found[0].judged.row, rules.ruleset), "check_point": t} if found else {}
    if show_list(rows, AGES, to, head=head, people=people) and found:
        row = found[0].judged.row
        say(f"{row.name}：{VERDICTS[row.verdict]}")
        for rule, missing in found[0].judged.missing.items():
            say(f"  无法判定 not judged: {rule}（{'、'.join(missing)}）")


@sites.command("check")
def check(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the check, like 2022Q3; taken once.")],
    check_point: CheckPoint,
    known_at: KnownAt = None,
    ruleset: Rules = "",
    as_json: Json = False,
) -> None:
    """Judge all websites at a check point and keep the rows under a name.

    Example: xuncha sites check 2022Q3 --check-point 2022-09-30
    """
    asked = FreezeSiteCheck(name, check_point, known_at, ruleset)
    with open_workspace(home_of(ctx)) as workspace:
        done = freeze_site_check(workspace, asked, OFFICE)
    figures, frozen = done.figures, done.frozen
    if as_json:
        print_json(
            {
                "name": frozen.name,
                "check_point": frozen.check_point,
                "known_at": frozen.known_at,
                "checked": figures.checked,
                "passed": figures.passed,
                "failed": figures.failed,
                "unknown": figures.unknown,
                "digest": frozen.digest,
                "manifest_hash": frozen.manifest_hash,
            }
        )
        return
    say(
        f"已定稿 kept: {frozen.name}：{figures.checked} 家网站，合格 {figures.passed}，"
        f"不合格 {figures.failed}，无法判定 {figures.unknown}"
    )


@sites.command("checks")
@grouped
def show_checks(ctx: typer.Context, *, to: Output) -> None:
    """List the checks of websites that were kept.

    Example: xuncha sites checks
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_site_checks(workspace)
    show_list(rows, CHECKS, to)


@sites.command("result")
@grouped
def show_result(ctx: typer.Context, name: Name, verdict: Verdicts = None, *, to: Output) -> None:
    """Show the rows of a check that was kept.

    Example: xuncha sites result 2022Q3 --xlsx websites.xlsx
    """
    home = home_of(ctx)
    wanted = codes_meant(verdict, VERDICTS, "--verdict")
    with open_workspace(home) as workspace:
        frozen = find_site_check(workspace, name).frozen
    try:
        ruleset = find_site_ruleset(frozen.ruleset, home.path).ruleset
    except NotFoundError:
        ruleset = None  # rows stay readable without it
    rows = [row_of_check(row, ruleset) for row in frozen.rows if wanted is None or row.verdict in wanted]
    head = {"name": frozen.name, "check_point": frozen.check_point, "known_at": frozen.known_at}
    show_list(rows, STANDING, to, head=head)


@sites.command("verify")
def verify(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Judge a kept check again from the facts, as known then, and compare row by row; status 1 where they differ.

    Example: xuncha sites verify 2022Q3
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = verify_site_check(workspace, name)
    if as_json:
        print_json(
            {
                "name": done.check.frozen.name,
                "rules_known": done.rules_known,
                "same": done.same,
                "differing": list(done.differing),
            }
        )
    elif not done.rules_known:
        say(f"指标已不在本机，未重新判定 its ruleset is not here: {done.check.frozen.ruleset}")
    elif done.same:
        say(f"一致 the same: {done.check.frozen.name}")
    else:
        say(f"不一致 different: {'、'.join(done.differing)}")
    if not done.same:
        raise typer.Exit(1)
