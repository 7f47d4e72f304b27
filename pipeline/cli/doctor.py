"""The command that looks whether everything is as it must be."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer
from msgspec import to_builtins
from msgspec.structs import replace

from events.fields import shown as name_fields
from pipeline.cli.field_options import option_of, with_options
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Context
from pipeline.cli.reader import language
from pipeline.office.columns import text, word
from pipeline.upkeep.doctor.examination import examine
from pipeline.upkeep.doctor.finding import Finding

_MARKS = {"ok": "正常", "warning": "注意", "wrong": "错误"}
_TITLES = {
    "settings": "设置",
    "secrets": "密钥变量",
    "channels": "提醒渠道",
    "sources": "数据来源",
    "lexicon": "阅评词库",
    "disk": "磁盘",
    "calendar": "节假日历",
    "ruleset": "规则",
    "confinement": "隔离",
    "brokers": "消息服务",
    "topics": "主题",
    "partitions": "分区数",
    "topic settings": "主题设置",
    "last tick": "最近时钟",
    "file of the log": "日志文件",
    "times of the log": "日志时间",
    "dead letters": "死信",
    "broker clock": "消息服务时钟",
    "database": "数据库",
    "schema": "表结构",
    "rows": "记录数",
    "files of the history": "历史库文件",
    "log and history": "日志与历史库",
    "repeats": "重复",
    "stored rulesets": "已用规则",
    "claims": "占用",
    "intakes": "收件",
    "texts": "文字",
    "answers": "对提醒的答复",
    "emergencies": "应急处置",
    "database clock": "数据库时钟",
}
_COLUMNS = (
    text("title", "检查"),
    word("state", "结论", _MARKS),
    text("found", "现状", wraps=True),
    text("advice", "建议", wraps=True),
)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("doctor")(doctor)


@grouped
def doctor(
    ctx: typer.Context,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="Show only what is 正常 (ok), 注意 (warning) or 错误 (wrong)."),
    ] = None,
    *,
    to: Output,
) -> None:
    """Check settings, log, history, rules, calendar and clocks, and say what to do about what is wrong.

    What needs something that is not there is left out. Exit 1 if anything is wrong; warnings are no reason to.

    Example: xuncha --home city doctor
    """
    states = codes_meant(state, _MARKS, "--state")
    context: Context = ctx.obj
    found = list(examine(context.home_path, context.over, lambda: datetime.now(UTC)))
    is_wrong = any(finding.state == "wrong" for finding in found)
    kept = [f for f in found if states is None or f.state in states]
    rows = [to_builtins(_in(_in_english, f)) for f in kept]
    localized = [to_builtins(_in(with_options, f)) for f in kept]
    people = [{**row, "title": _title(row["name"])} for row in localized]
    show_list(rows, _COLUMNS, to, head={"all_right": not is_wrong}, people=people)
    if is_wrong:
        raise typer.Exit(1)


def _in(translate: Callable[[str], str], finding: Finding) -> Finding:
    return replace(finding, found=translate(finding.found), advice=translate(finding.advice))


def _in_english(text: str) -> str:
    return name_fields(str(text), option_of)


def _title(name: str) -> str:
    """Return what a check is called; who reads Chinese needs no English beside it."""
    return _TITLES[name] if language() == "zh" else f"{_TITLES[name]} {name}"
