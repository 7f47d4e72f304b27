"""Commands about the rules of single accounts and places, the class of accounts, and original pieces."""

from datetime import date
from typing import Annotated, cast

import typer

from events.ruling import AccountClass
from pipeline.cli.days import At, moment_or_now, read_day
from pipeline.cli.filters import codes_meant, scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.credentials.columns import COLUMNS as PAPER_COLUMNS
from pipeline.office.credentials.columns import row_of
from pipeline.office.credentials.papers import RecordPaper, list_papers, record_paper
from pipeline.office.rulings.assign import Assign, assign_ruleset
from pipeline.office.rulings.classes import (
    CLASSES,
    ClassAccounts,
    CountOriginals,
    class_accounts,
    count_originals,
)
from pipeline.office.rulings.columns import COLUMNS
from pipeline.office.rulings.views import list_ruled
from projections.registry.credentials import PAPERS

Since = Annotated[
    date, typer.Option("--since", parser=read_day, metavar="DAY", help="The first day, not one to come.")
]
Basis = Annotated[str, typer.Option(help="The document or list that says so.")]


def register_rules(group: typer.Typer) -> None:
    """Add the commands about rules to those about rulesets."""
    group.command("assign")(assign)
    group.command("unassign")(unassign)
    group.command("assigned")(list_assigned)


def register_accounts(group: typer.Typer) -> None:
    """Add the commands about classes and original pieces to those about accounts."""
    group.command("class")(class_them)
    group.command("originals")(originals)
    group.command("paper")(paper)
    group.command("papers")(list_all_papers)


def assign(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Name or name@version.")],
    since: Since,
    basis: Basis,
    area: Annotated[str, typer.Option(help="Of this area, accounts to come too.")] = "",
    unit: Annotated[str, typer.Option(help="Of this unit and those below it, accounts to come too.")] = "",
    account: Annotated[list[str] | None, typer.Option(help="Of this account alone.")] = None,
    as_json: Json = False,
) -> None:
    """Judge the accounts of an area, of a unit, or single ones by other rules than the others, from a day on.

    Rounds, warnings and provisional scores follow. Of what is laid down for places the nearest unit goes before the
    area; what is said of an account alone goes before both.

    Example: xuncha rulesets assign minhou-practice-2025 --area 某县 --since 2025-06-01 --basis 某政办〔2025〕9号
    """
    _assign(ctx, Assign(name, since, basis, area, unit, tuple(account or ())), as_json=as_json)


def unassign(
    ctx: typer.Context,
    since: Since,
    basis: Basis,
    area: Annotated[str, typer.Option(help="Of this area.")] = "",
    unit: Annotated[str, typer.Option(help="Of this unit and those below it.")] = "",
    account: Annotated[list[str] | None, typer.Option(help="Of this account alone.")] = None,
    as_json: Json = False,
) -> None:
    """Judge accounts by the rules of the round or the home again, from a day on.

    Example: xuncha rulesets unassign --area 某县 --since 2026-01-01 --basis 某政办〔2026〕1号
    """
    _assign(ctx, Assign("", since, basis, area, unit, tuple(account or ())), as_json=as_json)


def _assign(ctx: typer.Context, asked: Assign, *, as_json: bool) -> None:
    with open_workspace(home_of(ctx)) as workspace:
        done = assign_ruleset(workspace, asked, OFFICE)
    if as_json:
        print_json({field: getattr(done, field) for field in done.__struct_fields__})
        return
    rules = done.ruleset or "检查或本机构的规则 those of the round or the home"
    say(f"自{asked.since}起适用 ruled by {rules}：{len(done.accounts)} 个账号有变化 accounts changed")


@grouped
def list_assigned(ctx: typer.Context, filters: Filters, *, to: Output) -> None:
    """List the accounts that other rules than those of the round or the home are named for, and those with a class.

    Example: xuncha rulesets assigned --area 某县
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_ruled(workspace, scope_of(filters))
    show_list([{f: getattr(row, f) for f in row.__struct_fields__} for row in rows], COLUMNS, to)


def class_them(
    ctx: typer.Context,
    account_class: Annotated[
        str, typer.Argument(help="发布类 (publishing), 服务类 (service), 办事类 (transaction).")
    ],
    account: Annotated[list[str], typer.Argument(help="Accounts: names or ids.")],
    since: Since,
    basis: Basis,
    as_json: Json = False,
) -> None:
    """Say of which class accounts are; rulesets may ask updates every two weeks of accounts that publish alone.

    Example: xuncha accounts class 服务类 江城公积金 --since 2023-03-01 --basis 账号分类清单
    """
    code = next(iter(codes_meant([account_class], CLASSES, "class") or ()))
    with open_workspace(home_of(ctx)) as workspace:
        asked = ClassAccounts(tuple(account), cast("AccountClass", code), since, basis)
        done = class_accounts(workspace, asked, OFFICE)
    if as_json:
        print_json({"account_class": code, "accounts": done})
        return
    say(f"{CLASSES[code]}：{len(done)} 个账号有变化 accounts changed")


def originals(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Name or id.")],
    month: Annotated[str, typer.Option(help="The month: 2025-04.")],
    count: Annotated[int, typer.Option(help="Original pieces 原创 in it.")],
    at: At = None,
    finder: Annotated[str, typer.Option(help="Who counted.")] = "",
    as_json: Json = False,
) -> None:
    """Record how many original pieces an account had in a month: a post does not tell, so people count.

    Example: xuncha accounts originals 江城发布 --month 2025-04 --count 3
    """
    with open_workspace(home_of(ctx)) as workspace:
        asked = CountOriginals(account, month, count, moment_or_now(at).at, finder)
        done = count_originals(workspace, asked, OFFICE)
    if as_json:
        print_json({"month": month, "count": count, "accounts": done})
        return
    say(f"{month} 原创 {count} 条 original pieces：{'已登记 recorded' if done else '已有相同登记 known'}")


def paper(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Name or id.")],
    name: Annotated[
        str,
        typer.Argument(help="The paper: 编制部门证书, 新闻信息服务许可, 视听许可, IPv6, 变更公告."),
    ],
    held: Annotated[bool, typer.Option("--held/--lacking", help="Whether the account has it.")] = True,
    number: Annotated[str, typer.Option(help="Number of the certificate or licence.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record a paper that filings ask for since 2024; `registry check` names who lacks one, as a suggestion.

    Example: xuncha accounts paper 江城发布 编制部门证书 --number 11320500014149520K
    """
    code = next(iter(codes_meant([name], PAPERS, "paper") or ()))
    with open_workspace(home_of(ctx)) as workspace:
        asked = RecordPaper(account, code, held, moment_or_now(at).at, number)
        done = record_paper(workspace, asked, OFFICE)
    if as_json:
        print_json({"credential": code, "held": held, "accounts": done})
        return
    say(f"{PAPERS[code]}：{'已登记 recorded' if done else '已有相同登记 known'}")


@grouped
def list_all_papers(ctx: typer.Context, filters: Filters, *, to: Output) -> None:
    """List what is known of the papers of open accounts.

    Example: xuncha accounts papers --area 某县
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = list_papers(workspace, scope_of(filters))
    show_list([row_of(one) for one in found], PAPER_COLUMNS, to)
