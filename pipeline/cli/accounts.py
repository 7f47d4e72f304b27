"""Commands about accounts: lists taken and shown, a card as of a day, who was responsible, stop notices."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer

from pipeline.cli import account_twins, lines, rulings
from pipeline.cli.days import At, Day, end_of, moment_or_now
from pipeline.cli.filters import codes_meant, scope_of
from pipeline.cli.listing import show_list, write_files
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import InputFile, Json, KnownAt, home_of
from pipeline.cli.output import minutes, print_json, print_rows, say, say_counts
from pipeline.cli.withdrawing import Second, due_fields, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.registry import find_alone, numbers_now, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.account_numbers import number_accounts
from pipeline.office.accounts import (
    NoticeStop,
    by_role_title,
    card_known,
    notice_stop,
    responsible_on,
)
from pipeline.office.columns import ACCOUNT, NUMBER, any_of, day, text, word, written
from pipeline.office.scope import accounts_within
from pipeline.office.sheet_imports import ImportSheet
from pipeline.office.withdrawals import WithdrawAccount, withdraw_account
from projections.registry.cards import AccountCard

accounts = typer.Typer(help="The registry of accounts.", no_args_is_help=True)

_CARD = {
    "number": "编号",
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

_FACTS = any_of({"what": "项目", "value": "内容"})
_STATES = {"open": "在册", "closed": "关停"}
_LISTED = (
    NUMBER,
    *ACCOUNT,
    text("tier", "层级"),
    text("area", "地区"),
    day("opened_at", "开设时间"),
    word("state", "状态", _STATES),
    day("closed_at", "关停时间"),
    text("account_id", "账号ID"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    account_twins.register(accounts)
    rulings.register_accounts(accounts)
    lines.register(accounts)
    app.add_typer(accounts, name="accounts")


@accounts.command("import")
def take_list(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Bring the registry to what a sheet lists; all of it or none.

    Columns at least account_id (账号ID), name (账号名称), platform (平台); known too: owner, supervisor, tier, area,
    opened_at, description, link, section, operator, verified_as. Where a sheet has no id, one is derived from
    platform, name and owner. Of a known account, blank cells change nothing.

    Columns about people (主要领导, 分管领导电话, 联系人, …) go into the people store, and only ids into the log; those
    whose role is not known, and rows without an owner unit, are left out.
    """
    from pipeline.office.account_lists import import_accounts  # noqa: PLC0415 (lists need no readers of sheets)

    with open_workspace(home_of(ctx)) as workspace:
        done = import_accounts(workspace, ImportSheet(file), OFFICE)
    say_counts(
        as_json=as_json,
        **{**done.counts, "known": done.unchanged},
        derived_ids=done.derived_ids,
        rows_with_people=done.rows_with_people,
        people=done.people,
        columns_left_out=done.columns_left_out,
        notes=done.notes,
    )
    if as_json:
        return
    if done.derived_ids:
        say(f"{done.derived_ids} 个账号没有账号ID，已按平台、名称、主办单位生成 ids were derived (derived-…)")
    if done.people:
        say(
            f"{done.people} 名人员已存入人员库，记录中只有编号 names and numbers are in the people store, ids in the"
            " log"
        )
    if done.columns_left_out:
        columns = "、".join(done.columns_left_out)
        say(f"未取用的人员列 left out, their role or unit is not known: {columns}")


@accounts.command("list")
@grouped
def list_accounts(
    ctx: typer.Context,
    filters: Filters,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those that are 在册 (open) or 关停 (closed).")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the registry as known now, closed accounts too."""
    wanted = codes_meant(state, _STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        kept = accounts_within(workspace, registry, scope_of(filters))
    entries, cards = registry.entries, registry.cards
    rows: list[dict[str, Any]] = [
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
        if subject in kept and (wanted is None or _state(cards[subject]) in wanted)
    ]
    people = [
        {
            **row,
            "state": _state(card := cards[row["subject"]]),
            "opened_at": _opened(card),
            "closed_at": card.closed_at,
        }
        for row in rows
    ]
    show_list(rows, _LISTED, to, people=people)


def _opened(card: AccountCard) -> datetime | str | None:
    """Return when an account was opened, the month where no more is known."""
    return minutes(card.opened_at)[: len("2018-01")] if card.opened_at and card.by_month else card.opened_at


def _state(card: AccountCard) -> str:
    return "open" if card.closed_at is None else "closed"


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
        found = find_alone(workspace, account)
        card, number_now = card_known(workspace, found, at), numbers_now(workspace).get(found)
    if card is None:
        if as_json:
            print_json({"account_id": account, "at": at, "known": False})
        else:
            say(f"{account}: 当日尚未开设 not open on that day")
        raise typer.Exit(1)
    fields = {"number": number_now, **msgspec.structs.asdict(card)}
    if as_json:
        print_json({**fields, "at": at, "known": True})
        return
    for key, title in _CARD.items():
        column = day(key, title) if key in ("opened_at", "closed_at") else text(key, title)
        say(f"{title}: {written(column, {**fields, 'opened_at': _opened(card)}) or '-'}")
    for title, value in (
        *card.extra.items(),
        *(("人员ID", f"{title}: {i}") for title, i in by_role_title(card.people).items()),
    ):
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
        event = notice_stop(workspace, NoticeStop(account, link, title, moment_or_now(at)), OFFICE)
        registry = registry_now(workspace)
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
@grouped
def responsible(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Account: its name, 名称（平台，主办单位）, or an id.")],
    on: Day = None,
    known_at: KnownAt = None,
    *,
    to: Output,
) -> None:
    """Say who was responsible for an account on a day: unit, those above it, section, firm, people by id.

    Exit 1 where the account was not open yet. `xuncha people show` reads the person behind an id.

    Example: xuncha accounts responsible gh_0123456789ab --on 2023-03-31
    """
    at = end_of(on)
    with open_workspace(home_of(ctx)) as workspace:
        found = responsible_on(workspace, find_alone(workspace, account), at, known_at)
    if found is None:
        if to.as_json:
            print_json({"account_id": account, "at": at, "known": False})
        else:
            say(f"{account}: 当日尚未开设 not open on that day")
        raise typer.Exit(1)
    lines = {
        "账号": f"{found.name}（{found.platform}）{'' if found.open else '，已关停'}",
        "主办单位": found.owner,
        "上级单位": " → ".join(found.line),
        "主管单位": found.supervisor,
        "管理科室": found.section,
        "运维机构": found.operator,
        "人员ID": "、".join(f"{role}: {i}" for role, i in by_role_title(found.people).items()),
    }
    write_files([{"what": what, "value": value} for what, value in lines.items()], _FACTS, to)
    if to.as_json:
        print_json({**msgspec.to_builtins(found), "at": at, "known": True})
    elif not to.files:
        for what, value in lines.items():
            say(f"{what}: {value or '-'}")
