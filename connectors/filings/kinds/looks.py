"""The sheet of looks by hand."""

from connectors.filings.columns import Column, SheetKind
from connectors.filings.kinds.shared import ACCOUNT, AT, TIME_EN, TIME_ZH

LOOKS = SheetKind(
    "looks",
    "检查",
    (
        *ACCOUNT,
        Column(
            "looked_at",
            "检查时间",
            ("检查日期", "巡查时间", "巡查日期", "查看时间", "监测时间", "checked at", "looked"),
            TIME_ZH,
            TIME_EN,
            AT,
            "yes",
        ),
        Column(
            "newest_post_at",
            "最新发布时间",
            ("最近发布时间", "最新更新时间", "最后更新时间", "最后发布时间", "newest post", "last post"),
            f"检查时看到的最新一条，{TIME_ZH}；一条都没有的写“无”",
            f"Newest post seen. {TIME_EN}; 无: the account shows no post at all",
            AT,
            "yes",
        ),
    ),
)
