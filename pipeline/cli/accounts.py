"""Commands about accounts: lists taken and shown, a card as of a day, who was responsible, stop notices."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from connectors.sheets.rows import AccountRow
from pipeline.cli.days import At, Day, end_of, moment_or_now
from pipeline.cli.options import InputFile, Json, KnownAt, home_of
from pipeline.cli.output import cell, print_json, print_rows, say, say_counts
from pipeline.cli.withdrawing import Second, due_fields, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.appending import append_new
from pipeline.home.folder import Home
from pipeline.home.people import names_of, open_people, remember_rows
from pipeline.home.registry import find_account, find_alone, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.account_numbers import number_accounts, number_newcomers
from pipeline.office.accounts import card_known, responsible_on, stop_notice_event
from pipeline.office.registry_imports import account_events
from pipeline.office.units import known_unit_names
from pipeline.office.withdrawals import WithdrawAccount, withdraw_account

accounts = typer.Typer(help="The registry of accounts.", no_args_is_help=True)

_CARD = {
    "given_id": "账号ID",
    "name": "账号名称",
    "platform": "平台",
    "owner": "主办单位",
    "supervisor": "主管单位",
    "tier": "层级",
    "area": "地区",
    "description": "发布内容及功能定位",
    "link": "账号链接",
    "section": "管理科室",
    "operator": "运维机构",
    "verified_as": "认证信息",
    "opened_at": "开设时间",
    "closed_at": "关停时间",
}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(accounts, name="accounts")


@accounts.command("import")
def import_accounts(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Bring the registry to what a sheet lists; all of it or none.

    Columns at least account_id (账号ID), name (账号名称), platform (平台); known too: owner, supervisor, tier, area,
    opened_at, description, link, section, operator, verified_as. Where a sheet has no id, one is derived from
    platform, name and owner. Of a known account, blank cells change nothing.

    Columns about people (主要领导, 分管领导电话, 联系人, …) go into the people store, and only ids into the log; those
    whose role is not known, and rows without an owner unit, are left out.
    """
    from connectors.sheets.readers import read_accounts  # noqa: PLC0415 (openpyxl is slow to import)

    rows = read_accounts(file)
    home = home_of(ctx)
    with open_workspace(home) as workspace:
        registry = registry_now(workspace)
        units = known_unit_names(workspace, registry)
        if any(row.people for row in rows):
            unstored = account_events(rows, registry, datetime.now(UTC), units=units).events
            home.texts.refuse_in_facts(unstored, names_of(rows))
        people, left_out = _remembered(home, rows)
        listed = account_events(rows, registry, datetime.now(UTC), people, path=file, units=units)
        taken = append_new(workspace, listed.events)
        workspace.catch_up()
        number_newcomers(workspace, OFFICE)
    derived = listed.derived_ids
    with_people = sum(bool(row.people) for row in rows)
    stored = len({person for by_role in people.values() for person in by_role.values()})
    say_counts(
        as_json=as_json,
        rows=len(rows),
        **{**taken.counts, "known": len(rows) - len({event.subject for event in listed.events})},
        derived_ids=derived,
        rows_with_people=with_people,
        people=stored,
        columns_left_out=left_out,
        notes=(*rows.notes, *listed.notes),
    )
    if derived and not as_json:
        say(f"{derived} 个账号没有账号ID，已按平台、名称、主办单位生成 ids were derived (derived-…)")
    if stored and not as_json:
        say(
            f"{stored} 名人员已存入人员库，记录中只有编号 names and numbers are in the people store, ids in the log"
        )
    if left_out and not as_json:
        say(f"未取用的人员列 left out, their role or unit is not known: {'、'.join(left_out)}")


def _remembered(home: Home, rows: Sequence[AccountRow]) -> tuple[dict[int, dict[str, str]], list[str]]:
    """Store the people of a list; where there are none, the people store is not opened."""
    if not any(row.people for row in rows):
        return {}, []
    with contextlib.closing(open_people(home)) as store:
        return remember_rows(store, rows)


@accounts.command("list")
def list_accounts(ctx: typer.Context, as_json: Json = False) -> None:
    """List the registry as known now."""
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
    entries = registry.entries
    rows = [
        {
            "number": registry.numbers.get(subject),
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
        "number": "编号",
        "account_id": "账号ID",
        "name": "账号名称",
        "platform": "平台",
        "owner": "主办单位",
        "opened_at": "开设时间",
    }
    print_rows(rows, as_json=as_json, columns=shown)


@accounts.command("number")
def number(ctx: typer.Context, as_json: Json = False) -> None:
    """Give every account that has none a number for people (编号), like 0042: once, and never to another.

    Whoever names an account may write its number. From then on new accounts get theirs as they come in.

    Example: xuncha accounts number
    """
    with open_workspace(home_of(ctx)) as workspace:
        given = number_accounts(workspace, OFFICE).given
        registry = registry_now(workspace)
    rows = [
        {"number": registry.numbers.get(account), "account": registry.title(account), "subject": account}
        for account in given
    ]
    print_rows(rows, as_json=as_json, columns={"number": "编号", "account": "账号"})


@accounts.command("show")
def show(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Account: its name, 名称（平台，主办单位）, or an id.")],
    on: Day = None,
    as_json: Json = False,
) -> None:
    """Show everything that the registry says of an account as of a day, people by id. Exit 1 where it was not open yet.

    Example: xuncha accounts show gh_0123456789ab --on 2023-03-31
    """
    at = end_of(on)
    with open_workspace(home_of(ctx)) as workspace:
        card = card_known(workspace, find_alone(workspace, account), at)
    if card is None:
        if as_json:
            print_json({"account_id": account, "at": at, "known": False})
        else:
            say(f"{account}: 当日尚未开设 not open on that day")
        raise typer.Exit(1)
    told = msgspec.structs.asdict(card)
    if as_json:
        print_json({**told, "at": at, "known": True})
        return
    for key, title in _CARD.items():
        say(f"{title}: {cell(told[key] or None)}")
    for title, value in (*card.extra.items(), *(("人员ID", f"{r}: {i}") for r, i in card.people.items())):
        say(f"{title}: {value}")


@accounts.command("stop-notice")
def stop_notice(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Account: its name, 名称（平台，主办单位）, or an id.")],
    link: Annotated[str, typer.Option(help="Link of the notice.")] = "",
    title: Annotated[str, typer.Option(help="Title of the notice.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record that an account published the notice that it stops (停更公告).

    Example: xuncha accounts stop-notice gh_0123456789ab --at 2023-03-01 --link https://example.cn/1
    """
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        event = stop_notice_event(find_account(registry, account), link, title, moment_or_now(at))
        workspace.log.append([event])
    if as_json:
        print_json({"subject": event.subject, "event_id": str(event.id)})
    else:
        say(f"已记录停更公告 stop notice: {registry.title(event.subject)}")


@accounts.command("withdraw")
def withdraw(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Id of the account.")],
    reason: Annotated[str, typer.Option(help="Why it never was one of the registry.")],
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw an account that never was: everything that the registry says of it, from the start.

    Whoever knows this sees no such account at any time; old rounds stay as they were. Looks, posts and findings told of
    it are named; they stay, and count for nobody. Refused where it was filed or applied for: that one is closed by a
    filing. Listing the account again makes it an account again.

    Example: xuncha accounts withdraw gh_0123456789ab --reason 与另一账号重复登记
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_account(workspace, WithdrawAccount(account, reason, second), OFFICE)
    if as_json:
        print_json(
            {
                "account_id": done.account_id,
                "name": done.name,
                "withdrawn": [str(event.data.corrects) for event in done.events],
                "event_ids": [str(event.id) for event in done.events],
                "looks": done.looks,
                "posts": done.posts,
                "findings": [str(finding) for finding in done.findings],
                "revisions_due": due_fields(done.revisions_due),
            }
        )
        return
    say(f"{done.name}: 已撤回登记 withdrawn: {len(done.events)} 项事实 facts")
    if done.looks or done.posts or done.findings:
        say(
            f"此账号的巡查 looks: {done.looks}；发文 posts: {done.posts}；问题 findings: {len(done.findings)}；"
            "均保留，不再计入 they stay and count for nobody"
        )
    for finding in done.findings:
        say(f"问题 finding: {finding}")
    say_due(done.revisions_due)


@accounts.command("responsible")
def responsible(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Account: its name, 名称（平台，主办单位）, or an id.")],
    on: Day = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Say who was responsible for an account on a day: unit, those above it, section, firm, people by id.

    Exit 1 where the account was not open yet. `xuncha people show` reads the person behind an id.

    Example: xuncha accounts responsible gh_0123456789ab --on 2023-03-31
    """
    at = end_of(on)
    with open_workspace(home_of(ctx)) as workspace:
        found = responsible_on(workspace, find_alone(workspace, account), at, known_at)
    if found is None:
        if as_json:
            print_json({"account_id": account, "at": at, "known": False})
        else:
            say(f"{account}: 当日尚未开设 not open on that day")
        raise typer.Exit(1)
    if as_json:
        print_json({**msgspec.to_builtins(found), "at": at, "known": True})
        return
    lines = {
        "账号": f"{found.name}（{found.platform}）{'' if found.open else '，已关停'}",
        "主办单位": found.owner,
        "上级单位": " → ".join(found.line),
        "主管单位": found.supervisor,
        "管理科室": found.section,
        "运维机构": found.operator,
        "人员ID": "、".join(f"{role}: {person}" for role, person in found.people.items()),
    }
    for title, value in lines.items():
        say(f"{title}: {value or '-'}")
