"""Commands that show whom alerts go to: ahead of time, and what it came to."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import msgspec
import typer

from events.days import chinese_day
from pipeline.cli.alerts import alerts
from pipeline.cli.days import read_day, read_day_end
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import home_of
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import day, ident, minute, number, text, word
from pipeline.voice.alerts import level_in_words
from pipeline.voice.preview import preview
from pipeline.voice.sent import list_burden, list_sent, list_waiting
from pipeline.voice.wording import REASONS

_KINDS = {
    "alert": "提醒",
    "cleared": "解除",
    "withdrawn": "撤回",
    "stalled": "采集源异常",
    "recovered": "采集源恢复",
    "impaired": "采集源受限",
    "restored": "采集源复原",
    "emergency": "应急处置",
    "unreached": "未送达告知",
    "task": "整改提醒",
}
_STEPS = {"early": "预警", "last": "最后一次", "limit": "超期"}
_PREVIEW = (
    minute("at", "发送时间"),
    text("unit", "接收单位"),
    text("role", "角色"),
    word("reason", "原因", {**REASONS, "nobody": "无人可送达，告知市办"}),
    text("channel", "渠道"),
    text("name", "账号名称"),
    text("owner", "主办单位"),
    text("level_zh", "级别"),
    word("step", "步骤", _STEPS),
    word("link", "附链接", {True: "是", False: "否"}),
    ident("person_id", "人员ID"),
)
_BURDEN = (
    day("day", "日期"),
    text("unit", "单位"),
    text("kind_zh", "类别"),
    number("messages", "新消息"),
    number("renewed", "更新卡片"),
    number("people", "人数"),
    number("most", "每人最多"),
    number("pilot", "其中试运行"),
)


_SENT = (
    minute("at", "时间"),
    text("unit", "接收单位"),
    word("reason", "原因", REASONS),
    text("channel", "渠道"),
    word("kinds", "类别", _KINDS),
    number("tells", "合并条数"),
    text("renewed", "更新卡片"),
    text("pilot", "试运行"),
    ident("destination", "接收人ID或群"),
)
_WAITING = (
    minute("due", "最早发送时间"),
    text("name", "账号名称"),
    text("owner", "主办单位"),
    text("level_zh", "级别"),
    minute("at", "提醒时间"),
    word("why", "原因", {"time": "未到发送时间", "held": "受每日上限、渠道或人员限制"}),
)

First = Annotated[str | None, typer.Option("--from", help="First day; default: 30 days ago.")]
Last = Annotated[str | None, typer.Option("--until", help="Last day; default: today.")]


def register(app: typer.Typer) -> None:
    """Add nothing: these are commands of the group of alerts."""
    del app


@alerts.command("preview")
@grouped
def show_preview(
    ctx: typer.Context,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at",
            parser=read_day_end,
            metavar="DAY",
            help="The day meant, or a moment of it; default: today.",
        ),
    ] = None,
    *,
    to: Output,
) -> None:
    """Show who would be told what on a day if nothing is posted, on which channel, and why; sends nothing.

    Example: xuncha alerts preview --at 2026-10-01
    """
    rows = [msgspec.structs.asdict(row) for row in preview(home_of(ctx), at or datetime.now(UTC))]
    people = [{**row, "level_zh": level_in_words(row["level"])} for row in rows]
    show_list(rows, _PREVIEW, to, people=people)


@alerts.command("burden")
@grouped
def show_burden(
    ctx: typer.Context,
    begin: First = None,
    until: Last = None,
    *,
    to: Output,
) -> None:
    """Count the messages that units got, by day and kind: new ones, and changes of cards.

    Example: xuncha alerts burden --from 2026-10-01 --xlsx burden.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = [msgspec.structs.asdict(row) for row in list_burden(workspace, *_span(begin, until))]
    people = [
        {**row, "kind_zh": "、".join(_KINDS.get(kind, kind) for kind in row["kind"].split("+"))}
        for row in rows
    ]
    show_list(rows, _BURDEN, to, people=people)


@alerts.command("sent")
@grouped
def show_sent(ctx: typer.Context, begin: First = None, until: Last = None, *, to: Output) -> None:
    """List the messages that went out to people and groups: to whom, why, and how many alerts each merged."""
    with open_workspace(home_of(ctx)) as workspace:
        rows = [msgspec.structs.asdict(row) for row in list_sent(workspace, *_span(begin, until))]
    show_list(rows, _SENT, to)


@alerts.command("waiting")
@grouped
def show_waiting(ctx: typer.Context, *, to: Output) -> None:
    """List the open alerts that no person was told yet, with when they may go out, and what holds them back."""
    with open_workspace(home_of(ctx)) as workspace:
        rows = [msgspec.structs.asdict(row) for row in list_waiting(workspace, datetime.now(UTC))]
    show_list(rows, _WAITING, to, people=[{**row, "level_zh": level_in_words(row["level"])} for row in rows])


def _span(begin: str | None, until: str | None) -> tuple[date, date]:
    last = chinese_day(datetime.now(UTC)) if until is None else read_day(until)
    return (last - timedelta(days=30) if begin is None else read_day(begin)), last
