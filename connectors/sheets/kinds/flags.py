"""The sheet of risk flags 风险反馈 that the monitoring firm hands in (Suzhou 2023Q1 bulletin, 一(三))."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT, DAY, TIME_EN, TIME_ZH

FLAGS = SheetKind(
    "flags",
    "风险反馈",
    (
        *ACCOUNT,
        Column(
            "flagged_at",
            "反馈时间",
            ("反馈日期", "提示时间", "提示日期", "预警时间", "flagged"),
            TIME_ZH,
            TIME_EN,
            DAY,
            "yes",
        ),
        Column(
            "by",
            "反馈单位",
            ("监测机构", "监测单位", "第三方机构", "来源", "flagged by"),
            "反馈风险的单位，不填个人姓名",
            "Unit that flagged it, not a person",
            "某监测公司",
            "yes",
        ),
        Column(
            "reason",
            "风险",
            ("风险说明", "风险原因", "原因", "情况说明", "备注", "risk"),
            "为何可能更新不及时",
            "Why it may not be updated in time",
            "更新间隔接近一周",
        ),
    ),
)
