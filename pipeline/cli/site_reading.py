"""Commands by which programs see websites: looks, columns found by tags, visits of home pages, links."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer

from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import home_of
from pipeline.cli.output import say
from pipeline.cli.sites import sites
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import Column, minute, number, text, word
from pipeline.office.sites.words import CLASSES

Sites = Annotated[
    list[str] | None,
    typer.Argument(metavar="SITE…", help="Domain, name or 网站标识码; none: every site of the registry."),
]
_CAUSES = {
    "": "打开",
    "dns": "域名无法解析",
    "connect": "无法连接",
    "tls": "证书问题",
    "timeout": "超过15秒",
    "status": "返回错误",
    "blank": "空白页",
    "blocked": "拦截程序访问，不计",
    "ours": "本机线路问题，不计",
}
_LINKS = {
    "dead_link": "疑似失效",
    "hijacked_link": "疑似被劫持",
    "outside_link": "非政府网站",
    "look_again": "打不开，待再次查看",
    "unknown": "无法判断",
}
_LOOKED = (
    text("name", "网站"),
    text("domain", "域名"),
    number("columns", "已读栏目"),
    text("unread", "未读栏目", wraps=True),
    minute("newest_at", "首页最新"),
    number("suggestions", "新线索"),
    text("failed", "未读原因"),
)
_FOUND = (
    text("name", "栏目"),
    text("column_type", "类型标签"),
    word("column_class", "类别", CLASSES),
    number("entries", "条目"),
    number("dated", "有日期"),
    minute("newest_at", "最新"),
    text("url", "网址", wraps=True),
)
_VISITED = (
    text("name", "网站"),
    text("domain", "域名"),
    minute("at", "访问时间"),
    word("cause", "结果", _CAUSES),
)
_SWEPT = (
    word("what", "线索", _LINKS),
    text("title", "链接文字", wraps=True),
    text("url", "链接", wraps=True),
    text("page", "所在页面", wraps=True),
    text("cause", "说明"),
)


def register(app: typer.Typer) -> None:
    """Add these commands to those of sites."""
    del app


@sites.command("look")
@grouped
def look(ctx: typer.Context, which: Sites = None, *, to: Output) -> None:
    """Read the home page and the declared columns of sites, and record what they show; no rule has to be written.

    Example: xuncha sites look www.example.gov.cn
    """
    from pipeline.patrol.sites.looking import AskSites, look_at_sites  # noqa: PLC0415 (slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        rows = look_at_sites(workspace, AskSites(tuple(which or ())), OFFICE)
    _show(rows, _LOOKED, to)


@sites.command("discover")
@grouped
def discover(ctx: typer.Context, which: Sites = None, *, to: Output) -> None:
    """Find columns by their mandatory tags (国办发〔2017〕47号); those that nobody declared become suggestions.

    Example: xuncha sites discover www.example.gov.cn
    """
    from pipeline.patrol.sites.looking import AskSites, discover_columns  # noqa: PLC0415 (slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        rows = discover_columns(workspace, AskSites(tuple(which or ())), OFFICE)
    _show(rows, _FOUND, to)


@sites.command("visit")
@grouped
def visit(ctx: typer.Context, which: Sites = None, *, to: Output) -> None:
    """Make the visits of home pages that are due now, and write the days that are over; the patrol does it by itself.

    Example: xuncha sites visit
    """
    from pipeline.patrol.sites.availability import visit_sites  # noqa: PLC0415 (slow to import)
    from pipeline.patrol.sites.looking import AskSites  # noqa: PLC0415 (slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        done = visit_sites(workspace, AskSites(tuple(which or ())))
    days = [{"domain": domain, "day": day} for domain, day in done.days]
    if _show(done.made, _VISITED, to, head={"days": days}) and days:
        say(f"已记录 days recorded: {len(days)}")


@sites.command("links")
@grouped
def links(ctx: typer.Context, which: Sites = None, *, to: Output) -> None:
    """Follow links that lead out of sites: dead after two looks an hour apart, leading elsewhere, out of government.

    Example: xuncha sites links www.example.gov.cn
    """
    from pipeline.patrol.sites.links import sweep_links  # noqa: PLC0415 (slow to import)
    from pipeline.patrol.sites.looking import AskSites  # noqa: PLC0415 (slow to import)

    with open_workspace(home_of(ctx)) as workspace:
        done = sweep_links(workspace, AskSites(tuple(which or ())), OFFICE)
    head = {"links": done.links, "left": done.left, "suggestions": done.suggestions}
    if _show(done.found, _SWEPT, to, head=head):
        say(f"已查看链接 links: {done.links}；新线索 suggestions: {done.suggestions}")


def _show(rows: Any, columns: tuple[Column, ...], to: Output, head: dict[str, Any] | None = None) -> bool:
    plain = [{key: _value(value) for key, value in msgspec.structs.asdict(row).items()} for row in rows]
    return show_list(plain, columns, to, head=head)


def _value(value: Any) -> Any:
    return value if not isinstance(value, tuple) or isinstance(value, datetime) else list(value)
