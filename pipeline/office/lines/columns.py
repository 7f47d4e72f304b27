"""Columns of the figures by line or area, for commands and the page."""

from pipeline.office.columns import number, share, text

FIGURES = (
    text("branch", "条线/地区"),
    number("accounts", "账号数"),
    number("checked", "检查数"),
    share("share", "检查比例"),
    number("passed", "合格"),
    number("failed", "不合格"),
    number("unknown", "无法判定"),
    share("pass_rate", "合格率"),
)
