"""The command that looks whether everything is as it must be."""

from datetime import UTC, datetime
from typing import Any

import typer
from msgspec import to_builtins
from msgspec.structs import replace

from pipeline.cli.field_options import with_options
from pipeline.cli.options import Context, Json
from pipeline.cli.output import print_rows
from pipeline.upkeep.doctor.examination import examine

_MARKS = {"ok": "正常", "warning": "注意", "wrong": "错误"}
_TITLES = {
    "settings": "设置",
    "secrets": "密钥变量",
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
    "database clock": "数据库时钟",
}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("doctor")(doctor)


def doctor(ctx: typer.Context, as_json: Json = False) -> None:
    """Check settings, log, history, rules, calendar and clocks, and say what to do about what is wrong.

    What needs something that is not there is left out. Exit 1 if anything is wrong; warnings are no reason to.

    Example: xuncha --home city doctor
    """
    context: Context = ctx.obj
    found = [
        replace(finding, found=with_options(finding.found), advice=with_options(finding.advice))
        for finding in examine(context.home_path, context.over, lambda: datetime.now(UTC))
    ]
    is_wrong = any(finding.state == "wrong" for finding in found)
    rows: list[dict[str, Any]] = [
        {**to_builtins(f), "title": f"{_TITLES[f.name]} {f.name}", "mark": _MARKS[f.state]} for f in found
    ]
    if as_json:
        rows = to_builtins(found)
    shown = {"title": "检查", "mark": "结论", "found": "现状", "advice": "建议"}
    print_rows(rows, as_json=as_json, columns=shown, head={"all_right": not is_wrong})
    if is_wrong:
        raise typer.Exit(1)
