"""Commands about the registry as a whole: its checks, the national sheet, what patrols saw."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from events.account import AccountSpotted
from events.ids import derived_native
from pipeline.cli.days import At, Day, end_of, moment_or_now
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list, write_files
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import InputFile, Json, KnownAt, home_of
from pipeline.cli.output import print_json, print_rows, say, say_known, say_notes
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.accounts import spot_account
from pipeline.office.columns import text
from pipeline.office.registry_checks import check_registry
from projections.registry.checks import CHECKS
from projections.registry.identity.naming import real_id, title

registry = typer.Typer(help="The registry as a whole: checks and the national sheet.", no_args_is_help=True)

_FIELDS = {
    "name": "账号名称",
    "platform": "平台",
    "owner": "主办单位",
    "supervisor": "主管单位",
    "tier": "层级",
    "area": "地区",
    "link": "账号链接",
    "opened_on": "开设时间",
    "state": "运行状态",
}
_HITS = (
    text("title", "检查项"),
    text("accounts", "账号", wraps=True),
    text("reason", "情况", wraps=True),
    text("clause", "依据", wraps=True),
)
_DIFFERENCES = (
    text("side", "结果"),
    text("name", "账号名称"),
    text("platform", "平台"),
    text("field", "字段"),
    text("ours", "本级"),
    text("theirs", "全国系统"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(registry, name="registry")


@registry.command("check")
@grouped
def check(
    ctx: typer.Context,
    on: Day = None,
    known_at: KnownAt = None,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Only this check; one of {', '.join(CHECKS)}.")
    ] = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """Check the registry, with a reason for every hit. Exit 1 where something was found.

    Example: xuncha registry check --on 2023-03-31
    """
    checks = codes_meant(only, {name: word for name, (word, *_) in CHECKS.items()}, "--only")
    with open_workspace(home_of(ctx)) as workspace:
        known_at = workspace.known_at(known_at)
        view, hits = check_registry(workspace, end_of(on), known_at)
        kept = kept_accounts(workspace, filters)
        behind = workspace.behind(known_at)
    rows: list[dict[str, Any]] = [
        {
            "check": hit.check,
            "title": CHECKS[hit.check][0],
            "accounts": hit.accounts,
            "unit": hit.unit,
            "reason": hit.reason,
            "clause": hit.clause,
            "evidence": [str(i) for i in hit.evidence],
        }
        for hit in hits
        if (checks is None or hit.check in checks) and (kept is None or not kept.isdisjoint(hit.accounts))
    ]
    people = [
        {
            **row,
            "accounts": [
                title(view.cards[a].entry()) if a in view.cards else real_id(a) for a in row["accounts"]
            ],
        }
        for row in rows
    ]
    if show_list(rows, _HITS, to, head={"at": view.at, "hits": len(rows)}, people=people):
        say_known(known_at, behind)
    if rows:
        raise typer.Exit(1)


@registry.command("export-national")
def export_national(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="XLSX to write.")],
    on: Day = None,
    as_json: Json = False,
) -> None:
    """Write the registry as the national system lists it, closed accounts too.

    Example: xuncha registry export-national national.xlsx
    """
    from pipeline.office.national import NationalSheet, export_national  # noqa: PLC0415 (openpyxl is slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        accounts = export_national(workspace, NationalSheet(file, end_of(on)))
    if as_json:
        print_json({"file": str(file), "accounts": accounts})
    else:
        say(f"{file}: {accounts} 个账号 accounts")


@registry.command("reconcile")
@grouped
def reconcile(ctx: typer.Context, file: InputFile, on: Day = None, *, to: Output) -> None:
    """Compare the registry with a sheet of the national system. Exit 1 where they differ.

    Example: xuncha registry reconcile national.xlsx
    """
    from pipeline.office.national import NationalSheet, compare_national  # noqa: PLC0415 (openpyxl is slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        compared = compare_national(workspace, NationalSheet(file, end_of(on)))
    found = compared.found
    sides = (("仅本级有", found.ours_only), ("仅全国系统有", found.theirs_only))
    rows = [
        {"side": side, "name": e.name, "platform": e.platform, "field": "", "ours": "", "theirs": ""}
        for side, entries in sides
        for e in entries
    ]
    rows += [
        {"side": "不一致", "name": d.name, "field": _FIELDS[d.field], "ours": d.ours, "theirs": d.theirs}
        for d in found.differences
    ]
    write_files(rows, _DIFFERENCES, to)
    if to.as_json:
        print_json(
            {
                **msgspec.to_builtins(found),
                "agrees": found.agrees,
                "accuracy": found.accuracy,
                "notes": compared.notes,
            }
        )
    elif not to.files:
        print_rows(rows, as_json=False, columns=_DIFFERENCES)
        say(f"一致 same: {found.same}；录入准确率（待核）accuracy, to be looked up: {found.accuracy or '–'}")
        say_notes(compared.notes)
    if not found.agrees:
        raise typer.Exit(1)


@registry.command("spot")
def spot(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="账号名称")],
    platform: Annotated[str, typer.Option(help="平台")],
    given_id: Annotated[
        str | None, typer.Option("--id", help="Id on the platform, where it is known.")
    ] = None,
    link: Annotated[str, typer.Option(help="账号链接")] = "",
    owner: Annotated[str, typer.Option(help="Unit that it seems to belong to.")] = "",
    finder: Annotated[str, typer.Option(help="Who saw it: a unit, not a person.")] = "",
    note: Annotated[str, typer.Option(help="备注")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record an account that a patrol saw; where the registry does not know it, `registry check` calls it unfiled.

    Example: xuncha registry spot --name 某市文旅 --platform 抖音 --finder 某监测公司
    """
    when = moment_or_now(at)
    data = AccountSpotted(
        given_id=given_id or derived_native(platform, name, owner),
        name=name,
        platform=platform,
        link=link,
        owner=owner,
        finder=finder,
        note=note,
        date_only=when.date_only,
    )
    with open_workspace(home_of(ctx)) as workspace:
        event = spot_account(workspace, data, when, OFFICE)
    if as_json:
        print_json({"subject": event.subject, "event_id": str(event.id)})
    else:
        say(f"已记录 recorded: {name}（{platform}）")
