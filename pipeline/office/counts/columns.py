"""Columns of the counts over time, for commands and the page."""

from typing import Any

from msgspec.structs import asdict

from pipeline.office.columns import number, share, text
from projections.counts.counts import By, Count

BY: dict[By, str] = {"": "全部", "area": "地区", "tier": "层级", "platform": "平台"}
UNTOLD = "未注明"
COLUMNS = (
    text("quarter", "季度"),
    text("part_said", "范围"),
    number("accounts", "账号数"),
    number("opened", "新开"),
    number("closed", "关停"),
    number("checked", "检查"),
    number("passed", "合格"),
    number("failed", "不合格"),
    number("unknown", "待核实"),
    share("pass_rate", "合格率"),
    number("silent", "超两周未更新"),
    number("slow", "超7天未更新"),
    number("longest_silence", "最长未更新天数"),
    number("focus", "重点关注"),
    number("focus_entered", "列入"),
    number("focus_left", "销号"),
    number("asked", "要求整改"),
    number("in_time", "按时答复"),
    number("late", "逾期答复"),
    number("overdue", "逾期未答复"),
    number("waiting", "待答复"),
    number("repeated", "一年内再次要求"),
)


def row_of(count: Count) -> dict[str, Any]:
    """Return the row of a list."""
    return {**asdict(count), "part_said": part_said(count)}


def part_said(count: Count) -> str:
    """Return what a row is about, in words."""
    return "全部" if count.whole else count.part or UNTOLD
