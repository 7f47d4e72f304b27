"""Commands of the focus list 重点关注名单: flags, update, list, history, daily watch."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from events.messages import message
from pipeline.cli.days import At, read_day_end
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import CheckPoint, Instant, Json, KnownAt, RulesetName, home_of
from pipeline.cli.output import print_json, say, say_known, say_notes
from pipeline.cli.withdrawing import Second, due_fields, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.registry import numbers_now, registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, NUMBER, minute, number, placed, text, word
from pipeline.office.focus.flag_withdrawal import WithdrawFlag, withdraw_flag
from pipeline.office.focus.flags import FlagAccount, flag_account, import_flags
from pipeline.office.focus.focus_list import (
    focus_history,
    known_focus,
    pending_flags,
    watch_list,
)
from pipeline.office.focus.update import update_focus
from pipeline.office.focus.words import CAUSES, CHANGES
from pipeline.office.sheet_imports import ImportSheet
from pipeline.scores.scoring import ask, find_run
from projections.focus.focus_list import focus_at
from projections.focus.watch import Need

focus = typer.Typer(help="The focus list (重点关注名单): who is watched daily.", no_args_is_help=True)

_NEEDS: Mapping[Need, str] = {
    Need.OVER_LIMIT: "已超两周，立即更新",
    Need.LOOK: "更新情况不明，今日人工查看",
    Need.LIMIT_TODAY: "今日到两周期限，今日更新",
    Need.WEEK_TODAY: "今日更新，保持每周更新",
    Need.NOTHING: "",
}
_LISTED = (
    NUMBER,
    *ACCOUNT,
    text("area", "地区"),
    minute("entered_at", "纳入时间"),
    word("causes", "原因", CAUSES),
)
_HISTORY = (
    minute("until", "截至"),
    number("size", "名单内账号"),
    number("entered", "纳入"),
    number("left", "销号"),
)
_WATCHED = (
    NUMBER,
    *ACCOUNT,
    number("whole_days_silent", "未更新天数"),
    minute("newest_post_at", "最近更新"),
    minute("deadline", "两周期限"),
    text("looked_today", "24小时内已查看"),
    word("need", "今日所需", _NEEDS),
)
_UPDATED = (
    *ACCOUNT,
    word("change", "变化", CHANGES),
    word("cause", "原因", CAUSES),
    text("reason", "说明"),
)

Day = Annotated[
    datetime | None,
    typer.Option(
        "--on", parser=read_day_end, metavar="DAY", help="As it stood at the end of a day; default: now."
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--until", parser=read_day_end, metavar="DAY", help="Up to this day; default: the last change."
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(focus, name="focus")


@focus.command("flag")
def flag(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX.")
    ] = None,
    account: Annotated[str | None, typer.Option(help="One account instead of a sheet.")] = None,
    at: Annotated[
        datetime | None, typer.Option("--at", parser=Instant, metavar="TIME", help="When it was flagged.")
    ] = None,
    by: Annotated[str, typer.Option(help="Monitoring firm that flagged it.")] = "",
    reason: Annotated[str, typer.Option(help="Why it may not be updated in time.")] = "",
    as_json: Json = False,
) -> None:
    """Take flags of the monitoring firm: a sheet (see `xuncha templates`), or one account.

    Example: xuncha focus flag flags.xlsx; or
    xuncha focus flag --account gh_1 --by 某监测公司 --at 2023-02-10T10:00:00+08:00
    """
    if (file is None) == (account is None):
        raise UsageError(message("give a sheet, or --account with --by and --at"))
    with open_workspace(home_of(ctx)) as workspace:
        if file is not None:
            done = import_flags(workspace, ImportSheet(file), OFFICE)
        else:
            done = flag_account(workspace, FlagAccount(account or "", at, by, reason), OFFICE)
    taken = done.taken
    if as_json:
        counts = {"known": taken.known, "conflicts": taken.conflicts}
        print_json({"rows": done.rows, "events": done.flags, **counts, "notes": done.notes})
        return
    again = f"；此前已有 known before: {taken.known}" if taken.known else ""
    say(f"已收到风险反馈 flags: {done.rows}{again}；下一步 next: xuncha focus update --check-point TIME")
    say_notes(done.notes)


@focus.command("withdraw")
def withdraw(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="Why the flag was wrong.")],
    flag_id: Annotated[
        str, typer.Argument(metavar="FLAG", help="Id of the flag, or its beginning; or name its account.")
    ] = "",
    account: Annotated[str, typer.Option(help="In place of the id: the account that was flagged.")] = "",
    at: At = None,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw a flag that was wrong: the entry into the list that it caused never was. A drawn sample stays.

    Example: xuncha focus withdraw --account gh_1 --reason 反馈错了账号
    """
    asked = WithdrawFlag(reason, flag_id, account, at, second)
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_flag(workspace, asked, OFFICE)
    if as_json:
        print_json(
            {
                "flag_id": str(done.flag_id),
                "account_id": done.account_id,
                "entries": done.entries,
                "still_listed": done.still_listed,
                "revisions_due": due_fields(done.revisions_due),
            }
        )
        return
    entries = f"，纳入 {done.entries} 次随之撤回 entries fall with it" if done.entries else ""
    say(f"已撤回反馈 withdrawn: {done.name}{entries}")
    if done.still_listed:
        say("仍因其他原因在名单内 still listed for another cause")
    say_due(done.revisions_due)


@focus.command("update")
@grouped
def update(
    ctx: typer.Context,
    check_point: CheckPoint,
    run: Annotated[
        str | None,
        typer.Option("--run", help="Also enter who failed by silence or slow updates in this run."),
    ] = None,
    weeks: Annotated[
        int | None,
        typer.Option(min=1, max=13, help="Weeks that the frequency has to hold; default: the home's."),
    ] = None,
    ruleset: RulesetName = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it and record nothing.")] = False,
    *,
    to: Output,
) -> None:
    """Enter (纳入) and strike off (销号) accounts as the rules say at a check point; again, it adds what is missing.

    Example: xuncha focus update --check-point 2023-02-21T18:00:00+08:00 --run 5f0c --dry-run
    """
    home = home_of(ctx)
    with open_workspace(home) as workspace:
        runs = () if run is None else (find_run(workspace, run),)
        done = update_focus(
            workspace,
            check_point,
            runs,
            weeks or home.settings.focus_weeks,
            OFFICE,
            ruleset=ruleset,
            record=not dry_run,
        )
        entries = registry_now(workspace).entries
    head = {
        "check_point": check_point,
        "known_at": done.known_at,
        "before": done.before,
        "after": done.after,
        "recorded": not dry_run,
    }
    rules = rule_names(home.path)
    people = [
        {**placed(row, entries.get(row["subject"])), "reason": rules.get(row["reason"], row["reason"])}
        for row in done.rows
    ]
    if show_list(done.rows, _UPDATED, to, head=head, people=people):
        say(f"名单 list: {done.before} → {done.after}{'；未写入 nothing recorded' if dry_run else ''}")


@focus.command("list")
@grouped
def list_watched(
    ctx: typer.Context,
    on: Day = None,
    known_at: KnownAt = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """List who is on the list, since when and why; and how many flags wait for `focus update`.

    Example: xuncha focus list --on 2023-02-21
    """
    with open_workspace(home_of(ctx)) as workspace:
        known_at = workspace.known_at(known_at)
        at = on if on is not None else datetime.now(UTC)
        entries = focus_at(known_focus(workspace, known_at), at)
        pending = pending_flags(workspace, at, known_at)
        known_accounts = registry_now(workspace)
        registry = known_accounts.entries
        kept = kept_accounts(workspace, filters, known_accounts)
        behind = workspace.behind(known_at)
    rows: list[dict[str, Any]] = [
        {
            "number": known_accounts.numbers.get(account),
            "account_id": known.given_id if (known := registry.get(account)) else account,
            "name": known.name if known else "",
            "owner": known.owner if known else "",
            "area": known.area if known else "",
            "platform": known.platform if known else "",
            "entered_at": entry.entered_at,
            "causes": [c.cause for c in entry.causes],
            "subject": account,
        }
        for account, entry in entries.items()
        if kept is None or account in kept
    ]
    head = {"on": at, "known_at": known_at, "behind": behind, "size": len(rows), "pending_flags": pending}
    if show_list(rows, _LISTED, to, head=head):
        say_known(known_at, behind)
    if pending and not to.as_json:
        say(f"尚未纳入的风险反馈 flags not yet on the list: {pending}；下一步 next: xuncha focus update")


@focus.command("history")
@grouped
def history(
    ctx: typer.Context,
    by: Annotated[Literal["day", "month"], typer.Option(help="One row a day or a month.")] = "month",
    until: Until = None,
    *,
    to: Output,
) -> None:
    """Show the size of the list over time, and how many entered and left.

    Example: xuncha focus history --by month --until 2023-02-28
    """
    with open_workspace(home_of(ctx)) as workspace:
        known_at = workspace.offered()
        known, behind = known_focus(workspace, known_at), workspace.behind(known_at)
    sizes = focus_history(known, until, by_month=by == "month")
    rows = [{"until": s.until, "size": s.size, "entered": len(s.entered), "left": len(s.left)} for s in sizes]
    if show_list(rows, _HISTORY, to):
        say_known(known_at, behind)


@focus.command("watch")
@grouped
def watch(
    ctx: typer.Context,
    check_point: CheckPoint,
    known_at: KnownAt = None,
    ruleset: RulesetName = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those that need this, like over_limit.")
    ] = None,
    *,
    to: Output,
) -> None:
    """Say what each account of the list needs today (每日监测). Exit 1 when one is over the limit.

    Example: xuncha focus watch --check-point 2023-02-21T09:00:00+08:00
    """
    with open_workspace(home_of(ctx)) as workspace:
        question = ask(workspace, check_point, known_at, ruleset, None)
        kept = kept_accounts(workspace, filters)
        needs = codes_meant(state, _NEEDS, "--state")
        found = [
            one
            for one in watch_list(workspace, question)
            if (kept is None or one.facts.account_id in kept) and (needs is None or one.watched.need in needs)
        ]
        behind = workspace.behind(question.known_at)
        numbers = numbers_now(workspace)
    rows = [
        {
            "number": numbers.get(w.facts.account_id),
            "account_id": w.facts.given_id,
            "name": w.facts.name,
            "owner": w.facts.owner,
            "whole_days_silent": w.watched.whole_days_silent,
            "newest_post_at": w.watched.newest_post_at,
            "deadline": w.watched.deadline,
            "looked_today": w.watched.looked_today,
            "need": str(w.watched.need),
        }
        for w in found
    ]
    head = {"check_point": check_point, "known_at": question.known_at, "behind": behind}
    people = [{**row, "platform": w.facts.platform} for row, w in zip(rows, found, strict=True)]
    if show_list(rows, _WATCHED, to, head=head, people=people):
        say_known(question.known_at, behind)
    if any(w.watched.need is Need.OVER_LIMIT for w in found):
        raise typer.Exit(1)
