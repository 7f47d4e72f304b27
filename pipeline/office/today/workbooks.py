"""Workbooks of a day: the page of today, and the look list, which comes back through the intake."""

from pathlib import Path

from connectors.delimited_text import write_delimited
from connectors.sheets.list_pages import ListColumn, ListPage, write_list
from events.instants import SHANGHAI
from pipeline.office.today.look_list import LookList
from pipeline.office.today.picture import Today
from pipeline.office.today.rows import (
    SECTIONS,
    URGENT_HEADERS,
    came_in_rows,
    moment_or_day,
    need_values,
    urgent_rows,
    waiting_rows,
)
from pipeline.office.today.short_quota import LATE_HEADERS, REASONS, late_rows

_WIDTHS = (8, 30, 24, 14, 8, 12, 18, 18, 12, 24)
_LATE_WIDTHS = (30, 24, 14, 30, 18, 16)
_URGENT_WIDTHS = (40, 36, 18, 18, 12)
_LOOKS = (
    ListColumn("账号名称", 24),
    ListColumn("平台", 14),
    ListColumn("主办单位", 30),
    ListColumn("原因", 30),
    ListColumn("上次检查", 18),
    ListColumn("已知最新发布", 18),
    ListColumn("检查时间", 17, fill_in=True),
    ListColumn("最新发布时间", 17, fill_in=True),
    ListColumn("最长间隔", 10, fill_in=True),
)


def write_today(path: Path, found: Today) -> None:
    """Write the page as a workbook, a sheet for each part."""
    day = f"{found.now.astimezone(SHANGHAI):%Y年%-m月%-d日}"
    pages = []
    if found.urgent:
        columns = tuple(ListColumn(h, w) for h, w in zip(URGENT_HEADERS, _URGENT_WIDTHS, strict=True))
        pages.append(ListPage("应急处置", f"应急处置  {day}", columns, urgent_rows(found)))
    for section in SECTIONS:
        columns = tuple(ListColumn(h, w) for h, w in zip(section.headers, _WIDTHS, strict=True))
        title = section.title.format(until=found.until.astimezone(SHANGHAI))
        rows = need_values(section, found.of(*section.standings))
        pages.append(ListPage(section.name, f"{title}  {day}", columns, rows))
    if late := late_rows(found.short_quotas):
        columns = tuple(ListColumn(h, w) for h, w in zip(LATE_HEADERS, _LATE_WIDTHS, strict=True))
        pages.append(ListPage("额度不足", f"额度不足，需人工检查或增加登录  {day}", columns, late))
    came = (ListColumn("事项", 40), ListColumn("数量", 10))
    pages.append(ListPage("最近报送", f"最近报送  {day}", came, came_in_rows(found)))
    waits = (ListColumn("事项", 24), ListColumn("对象", 50), ListColumn("时间", 12), ListColumn("编号", 20))
    pages.append(ListPage("待办事项", f"待办事项  {day}", waits, waiting_rows(found)))
    write_list(path, pages)


def write_look_list(path: Path, looks: LookList) -> None:
    """Write the list as a sheet: three columns are left to whoever looks, and a row left blank says nothing."""
    title = f"巡查清单（{looks.day.year}年{looks.day.month}月{looks.day.day}日）"
    rows = [
        (
            row.name,
            row.platform,
            row.owner,
            REASONS[row.reason],
            row.last_look_at,
            moment_or_day(row.newest_post_at, by_day=row.newest_post_by_day),
            "",
            "",
            "",
        )
        for row in looks.rows
    ]
    write_list(path, [ListPage("巡查清单", title, _LOOKS, rows)])


def write_today_text(path: Path, found: Today) -> None:
    """Write the accounts of the page as CSV, the part that each stands in before it."""
    rows = [
        (section.name, *values)
        for section in SECTIONS
        for values in need_values(section, found.of(*section.standings))
    ]
    header = ("类别", *SECTIONS[0].headers)
    write_delimited(path, header, rows)
