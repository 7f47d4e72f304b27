"""Commands that answer alerts: read, put off, muted, already posted; and what holds alerts back."""

from datetime import UTC, date, datetime
from typing import Annotated

import msgspec
import typer

from events.instants import SHANGHAI
from pipeline.cli.alerts import alerts
from pipeline.cli.days import read_day
from pipeline.cli.filters import scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Instant, Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.answers.acts import (
    Acknowledge,
    Answered,
    Mute,
    Posted,
    Snooze,
    TakeBackAnswers,
    acknowledge,
    mute,
    posted,
    snooze,
    take_back_answers,
)
from pipeline.office.answers.listing import list_held
from pipeline.office.answers.reasons import mute_reasons
from pipeline.office.columns import ACCOUNT, ident, minute, number, text, word

CAUSES = {"snooze": "暂缓提醒", "mute": "静音", "claim": "声明已发布，待检查"}
_HELD = (
    *ACCOUNT,
    word("cause", "原因", CAUSES),
    minute("since", "起"),
    minute("until", "止"),
    text("reason", "说明", wraps=True),
    text("link", "链接"),
)
_REASONS = (ident("code", "代码"), text("title", "原因", wraps=True), number("days", "最长天数"))

What = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT|ALERT", help="An account as people name it, or the first letters of an alert's id."
    ),
]
Until = Annotated[
    datetime, typer.Option("--until", parser=Instant, metavar="TIME", help="Until when; seven days at most.")
]
LastDay = Annotated[
    date | None,
    typer.Option(
        "--until",
        parser=read_day,
        metavar="DAY",
        help="Its last day. Default: as long as the reason may last.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the group of alerts."""
    del app


@alerts.command("acknowledge")
def acknowledge_alert(
    ctx: typer.Context,
    what: What,
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    as_json: Json = False,
) -> None:
    """Say that an open alert was read (知悉). Nobody has to, nothing follows from it, and no list shows it.

    Example: xuncha alerts acknowledge 某市发布
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = acknowledge(workspace, Acknowledge(what, undo), OFFICE)
    _show(done, "已撤回知悉" if undo else "已知悉", as_json)


@alerts.command("snooze")
def snooze_alerts(
    ctx: typer.Context,
    what: What,
    until: Until,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: Json = False,
) -> None:
    """Put the warnings about an account off (暂缓提醒): seven days at most, and never the limit itself.

    Example: xuncha alerts snooze 某市发布 --until 2025-06-10T09:00 --reason 稿件审核中
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = snooze(workspace, Snooze(what, until, reason), OFFICE)
    _show(done, "已暂缓提醒", as_json)


@alerts.command("mute")
def mute_alerts(
    ctx: typer.Context,
    what: What,
    reason: Annotated[
        str, typer.Option(help="A reason of `xuncha alerts reasons`, by its code or its title.")
    ],
    until: LastDay = None,
    note: Annotated[str, typer.Option(help="What is to be said about it; no names.")] = "",
    as_json: Json = False,
) -> None:
    """Mute the alerts of an account (静音), with a reason; it ends with its last day, and at the next post.

    Example: xuncha alerts mute 某市发布 --reason 正在办理关停或整合 --until 2025-07-31
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = mute(workspace, Mute(what, reason, until, note), OFFICE)
    _show(done, "已静音", as_json)


@alerts.command("unmute")
def unmute_alerts(
    ctx: typer.Context,
    what: What,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: Json = False,
) -> None:
    """Take back what holds the alerts of an account: mutes, snoozes, and that it has posted (恢复提醒).

    Example: xuncha alerts unmute 某市发布 --reason 已完成整合
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = take_back_answers(workspace, TakeBackAnswers(what, reason), OFFICE)
    _show(done, "已恢复提醒", as_json)


@alerts.command("posted")
def posted_already(
    ctx: typer.Context,
    what: What,
    link: Annotated[str, typer.Option(help="Where the post can be seen.")],
    as_json: Json = False,
) -> None:
    """Record that a unit says it has posted (已发布). Alerts wait for the next look; what it shows decides.

    Example: xuncha alerts posted 某市发布 --link https://mp.weixin.qq.com/s/example
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = posted(workspace, Posted(what, link), OFFICE)
    _show(done, "已记录声明，待下次检查核实", as_json)


@alerts.command("answers")
@grouped
def list_answers(
    ctx: typer.Context,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    *,
    to: Output,
) -> None:
    """List what holds alerts back now, and until when: snoozes, mutes, and who says that it has posted.

    Example: xuncha alerts answers
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = list_held(workspace, datetime.now(UTC), scope_of(filters))
    rows = [msgspec.to_builtins(one, builtin_types=(datetime,)) for one in found]
    show_list([{**row, "account_id": row["given_id"]} for row in rows], _HELD, to)


@alerts.command("reasons")
@grouped
def list_reasons(*, to: Output) -> None:
    """List the reasons for which alerts may be muted.

    Example: xuncha alerts reasons
    """
    rows = [{"code": code, "title": one.title, "days": one.days} for code, one in mute_reasons().items()]
    show_list(rows, _REASONS, to)


def _show(done: Answered, word_of: str, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "account_id": done.account_id,
                "event_ids": [str(event_id) for event_id in done.event_ids],
                "until": done.until,
            }
        )
        return
    until = f"，至 {done.until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if done.until else ""
    say(f"{word_of}：{done.title}{until}")
