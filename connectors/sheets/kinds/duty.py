"""The duty table 值班表: goes into the people store, never into an event."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import OFFICE

DUTY = SheetKind(
    "duty",
    "值班表",
    (
        Column(
            "unit",
            "单位",
            ("单位名称", "主办单位", "值班单位", "值班科室", "unit"),
            "单位全称",
            "Unit in full",
            OFFICE,
            "yes",
            of_owner=True,
        ),
        Column(
            "first_day",
            "值班日期",
            ("开始日期", "值班开始日期", "日期", "起始日期", "from"),
            "按周值班的填第一天；也可写10月1日-3日、国庆期间",
            "The first day, of a week its Monday; or 10月1日-3日",
            "2026-10-01",
            "yes",
        ),
        Column(
            "last_day",
            "结束日期",
            ("值班结束日期", "截止日期", "至", "until"),
            "只值一天的不填",
            "The last day; blank: one day",
            "2026-10-07",
        ),
        Column(
            "person",
            "值班人员",
            ("值班人", "值班员", "姓名", "带班人员"),
            "已在人员表中登记的姓名，几个人用顿号分开",
            "Name as in the sheet of people; several parted by 、",
            "张某",
            "yes",
        ),
        Column(
            "substitute",
            "替班人员",
            ("替班人", "备班人员", "备班", "代班人员"),
            "已在人员表中登记的姓名",
            "Who stands in, as in the sheet of people",
            "李某",
        ),
    ),
)
