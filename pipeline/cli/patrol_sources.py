"""Commands about the sources: how each stands, whether its settings work, and which kinds there are."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from events.instants import local_iso
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.reader import in_language
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import minute, number, share, text, word
from pipeline.office.stalls import declare_stall, lift_stall
from pipeline.patrol.source_check import AskCheck, check_sources, kinds_in_order
from pipeline.patrol.source_list import list_sources

sources = typer.Typer(
    help="Sources (来源): last good look, lag, failures, coverage, quota, log-in; whether one is stalled.",
    invoke_without_command=True,
)

_LOG_INS = {"": "", "works": "有效", "refused": "失效"}
_SOURCES = (
    text("source", "来源"),
    number("accounts", "账号数"),
    minute("last_look_at", "最近巡检"),
    minute("last_good_look_at", "最近成功巡检"),
    minute("last_new_post_at", "最近有新内容"),
    text("stalled", "停滞"),
    minute("stalled_since", "停滞自"),
    number("failing", "失败账号数"),
    share("coverage", "七日覆盖率"),
    number("lag_s", "设置延迟（秒）"),
    number("seen_lag_s", "估计延迟（秒）"),
    text("is_late", "延迟超出设置"),
    number("quota_used", "今日已用"),
    number("quota_left", "今日剩余"),
    word("log_in", "登录状态", _LOG_INS),
)
_WHAT = {
    "settings": "设置",
    "accounts": "账号",
    "answers": "能否取数",
    "log_in": "登录状态",
    "canaries": "哨兵账号",
}
_CHECKED = (
    text("source", "来源"),
    word("what", "检查项", _WHAT),
    word("fits", "结果", {True: "正常", False: "有问题"}),
    text("detail", "说明", wraps=True),
)
_KINDS = (
    number("preference", "优先次序"),
    text("kind", "类型"),
    text("title", "名称", wraps=True),
    word("proves_silence", "可证明未更新", {True: "是", False: "否"}),
    word("borrows_login", "借用个人登录", {True: "是", False: "否"}),
)
Only = Annotated[list[str] | None, typer.Option("--source", help="Only this source; can be repeated.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(sources, name="sources")


@sources.callback()
@grouped
def sources_main(ctx: typer.Context, to: Output) -> None:
    """List the sources: last good look, lag, failures, coverage, quota, log-in; whether one is stalled."""
    if ctx.invoked_subcommand is None:
        _show(ctx, to)


@sources.command("list")
@grouped
def list_all(ctx: typer.Context, to: Output) -> None:
    """List the sources."""
    _show(ctx, to)


def _show(ctx: typer.Context, to: Output) -> None:
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_sources(workspace, datetime.now(UTC))
    show_list(rows, _SOURCES, to)


@sources.command("check")
@grouped
def check(
    ctx: typer.Context,
    source: Only = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of the outside.")] = False,
    *,
    to: Output,
) -> None:
    """Examine the sources of the settings: accounts, canaries, log-in, and a look at a few accounts each.

    Nothing becomes a fact. Exit 1 if anything is wrong.
    """
    found = check_sources(home_of(ctx), AskCheck(tuple(source or ()), offline, datetime.now(UTC)))
    rows = [{name: getattr(one, name) for name in one.__struct_fields__} for one in found]
    people = [{**row, "detail": in_language(one.detail)} for row, one in zip(rows, found, strict=True)]
    show_list(rows, _CHECKED, to, people=people)
    if not all(one.fits for one in found):
        raise typer.Exit(1)


@sources.command("declare-stall")
def declare(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="Name of the source.")],
    reason: Annotated[str, typer.Option(help="What was seen; without names and numbers.")],
    as_json: Json = False,
) -> None:
    """Say that a source is stalled since its last new post: until it shows a newer one its looks prove nothing.

    Example: xuncha sources declare-stall public-feeds --reason 接口返回旧数据
    """
    with open_workspace(home_of(ctx)) as workspace:
        since = declare_stall(workspace, source, reason, OFFICE)
    if as_json:
        print_json({"source": source, "stalled_since": since})
    else:
        say(f"已登记停滞 stalled since: {local_iso(since)}")


@sources.command("lift-stall")
def lift(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="Name of the source.")],
    reason: Annotated[str, typer.Option(help="Why it was wrong; without names and numbers.")],
    as_json: Json = False,
) -> None:
    """Take back a stall that somebody declared: it never was, and the looks since count.

    Example: xuncha sources lift-stall public-feeds --reason 核实为正常
    """
    with open_workspace(home_of(ctx)) as workspace:
        lift_stall(workspace, source, reason, OFFICE)
    if as_json:
        print_json({"source": source})
    else:
        say(f"已撤销停滞登记 lifted: {source}")


@sources.command("kinds")
@grouped
def kinds(to: Output) -> None:
    """List the kinds of sources, the one that is to be preferred first."""
    rows = [
        {
            "preference": kind.preference,
            "kind": kind.name,
            "title": kind.title,
            "proves_silence": kind.can_prove_silence,
            "borrows_login": kind.borrows_login,
        }
        for kind in kinds_in_order()
    ]
    show_list(rows, _KINDS, to)
