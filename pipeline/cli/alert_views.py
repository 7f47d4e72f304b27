"""Commands that show whom alerts go to: ahead of time, and what it came to."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import typer

from events.days import chinese_day
from pipeline.cli.alerts import alerts
from pipeline.cli.columns import day, ident, minute, number, text, word
from pipeline.cli.days import read_day
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Instant, home_of
from pipeline.home.workspace import open_workspace
from pipeline.voice.alerts import level_in_words
from pipeline.voice.burden import list_burden
from pipeline.voice.preview import preview
from pipeline.voice.wording import REASONS

_KINDS = {
    "alert": "提醒",
    "cleared": "解除",
    "withdrawn": "撤回",
    "stalled": "采集源异常",
    "recovered": "采集源恢复",
    "emergency": "应急处置",
    "unreached": "未送达告知",
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


def register(app: typer.Typer) -> None:
    """Add nothing: these are commands of the group of alerts."""
    del app


@alerts.command("preview")
@grouped
def show_preview(
    ctx: typer.Context,
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=Instant, metavar="TIME", help="A moment of the day meant; default: now."),
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
    begin: Annotated[str | None, typer.Option("--from", help="First day; default: 30 days ago.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day; default: today.")] = None,
    *,
    to: Output,
) -> None:
    """Count the messages that units got, by day and kind: new ones, and changes of cards.

    Example: xuncha alerts burden --from 2026-10-01 --xlsx burden.xlsx
    """
    last = chinese_day(datetime.now(UTC)) if until is None else read_day(until)
    first = last - timedelta(days=30) if begin is None else read_day(begin)
    with open_workspace(home_of(ctx)) as workspace:
        rows = [msgspec.structs.asdict(row) for row in list_burden(workspace, first, last)]
    people = [
        {**row, "kind_zh": "、".join(_KINDS.get(kind, kind) for kind in row["kind"].split("+"))}
        for row in rows
    ]
    show_list(rows, _BURDEN, to, people=people)
