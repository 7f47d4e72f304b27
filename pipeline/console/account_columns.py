"""Columns of the list of accounts, as it is and as it was."""

from pipeline.console.listing import PageColumn
from pipeline.office.columns import Column, Kind, day, minute, number, text

SILENT = (("7", "7 天以上"), ("10", "10 天以上"), ("14", "14 天以上"))
"""Choices of the filter by silence: days in the address, words."""

COLUMNS = (
    PageColumn(text("said", "更新情况"), mark=lambda row: str(row["mark"]), phone="pd", sorts=False),
    PageColumn(
        text("name", "账号"),
        href=lambda row: str(row["url"]),
        beside=lambda row: str(row["platform"]),
        phone="pa",
    ),
    PageColumn(text("owner", "主办单位"), phone="pc"),
    PageColumn(text("area", "地区"), phone="hide", keeps_line=True),
    PageColumn(minute("newest_post_at", "最近发布", by_day="by_day"), phone="hide", keeps_line=True),
    PageColumn(number("silent_days", "未更新天数"), numeric=True, phone="pb"),
    PageColumn(
        minute("limit_at", "更新时限"),
        beside=lambda row: str(row["left"]),
        phone="hide",
        keeps_line=True,
    ),
    PageColumn(Column("number", "编号", Kind.ID), phone="hide"),
    PageColumn(text("platform", "平台"), only_exported=True),
    PageColumn(text("tier", "层级"), only_exported=True),
    PageColumn(day("opened_at", "开设日期"), only_exported=True),
)
OF_NAMES = frozenset({"number", "name", "owner", "area", "platform", "tier"})
"""What whoever sees names alone is shown: looks are to be unprejudiced."""
