"""Codes of websites in words, and the columns of lists about them, for command line and pages."""

from collections.abc import Mapping

from pipeline.office.columns import Column, Kind, day, ident, minute, number, text, word
from projections.sites.ages import State

KINDS: Mapping[str, str] = {"government": "政府网站", "institution": "事业单位网站"}
CLASSES: Mapping[str, str] = {
    "news": "动态要闻",
    "notice": "通知公告",
    "policy": "政策文件",
    "service_statistics": "办事统计",
    "message_replies": "留言公开",
    "other": "其他",
}
VERDICTS: Mapping[str, str] = {"passed": "合格", "failed": "不合格", "unknown": "无法判定"}
STATES: Mapping[str, str] = {
    State.OVERDUE: "超期未更新",
    State.EMPTY: "空白栏目",
    State.UNKNOWN: "无法判定",
    State.FRESH: "正常",
    State.UNLIMITED: "不限期",
}
SUSPECTED: Mapping[str, str] = {
    "missing_tag": "缺少规定的网页标签",
    "site_code": "网站标识码不同",
    "unavailable": "无法打开",
    "dead_link": "链接打不开",
    "hijacked_link": "链接转到别处",
    "outside_link": "链接到非政府网站",
    "unlisted_column": "未登记的栏目",
}
SUSPICION_STATES: Mapping[str, str] = {"open": "待确认", "confirmed": "已确认", "dismissed": "已排除"}
MISSING: Mapping[str, str] = {
    "never_looked": "没有检查过",
    "emptied": "原有内容不见了，需人工查看",
    "undated": "有条目看不出日期",
    "no_recent_look": "期限过后没有检查过",
}
"""Why it is not known how a page stands."""

SITES = (
    ident("domain", "域名"),
    text("name", "网站名称"),
    word("kind", "类别", KINDS),
    text("unit", "主办单位"),
    text("tier", "层级"),
    text("area", "地区"),
    ident("site_code", "网站标识码"),
    number("columns", "栏目数"),
    day("since", "开办时间"),
)
COLUMNS = (
    ident("domain", "域名"),
    text("site_name", "网站名称"),
    text("unit", "主办单位"),
    text("name", "栏目名称"),
    word("column_class", "类别", CLASSES),
    number("limit_days", "更新期限（天）"),
    text("url", "网址"),
    day("since", "开设时间"),
)
STANDING = (
    ident("domain", "域名"),
    text("name", "网站名称"),
    word("kind", "类别", KINDS),
    text("unit", "主办单位"),
    text("area", "地区"),
    word("verdict", "结果", VERDICTS),
    text("broken_zh", "突出问题", wraps=True),
    number("points", "扣分"),
    text("overdue", "超期未更新的栏目", wraps=True),
    text("empty", "空白栏目", wraps=True),
    text("not_judged_zh", "无法判定的指标", wraps=True),
)
AGES = (
    text("name", "栏目名称"),
    word("column_class", "类别", CLASSES),
    minute("newest_at", "最新一条", by_day="newest_date_only"),
    number("age_days", "距今天数"),
    text("limit", "期限"),
    word("state", "状态", STATES),
    word("missing", "说明", MISSING),
)
CHECKS = (
    ident("name", "检查名称"),
    minute("check_point", "监测时间点"),
    minute("known_at", "知悉时间"),
    text("ruleset", "指标"),
    number("checked", "检查网站"),
    number("government", "政府网站"),
    number("institution", "事业单位网站"),
    number("passed", "合格"),
    number("failed", "不合格"),
    number("unknown", "无法判定"),
    Column("pass_rate", "合格率", Kind.TEXT),
    minute("frozen_at", "定稿时间"),
)
SUSPICIONS = (
    text("site_name", "网站名称"),
    text("unit", "主办单位"),
    word("what", "线索", SUSPECTED),
    text("detail", "显示为", wraps=True),
    text("url", "链接", wraps=True),
    text("page", "所在网页", wraps=True),
    minute("seen_at", "发现时间"),
    word("state", "状态", SUSPICION_STATES),
    text("reason", "说明", wraps=True),
    ident("suspicion_id", "线索ID"),
)


def limit_words(days: int | None, months: int | None) -> str:
    """Return a limit as people say it; empty where there is none."""
    return f"{months}个月" if months else f"{days}天" if days else ""
