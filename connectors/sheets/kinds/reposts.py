"""The sheet of reposts 转载: which account carried which piece, and when."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT, AT, TIME_EN, TIME_ZH

REPOSTS = SheetKind(
    "reposts",
    "转载",
    (
        *ACCOUNT,
        Column(
            "number",
            "任务编号",
            ("转载任务编号", "转载任务", "任务号", "order number"),
            "转载任务的编号",
            "Number of the order",
            "转载〔2022〕8号",
            "yes",
        ),
        Column(
            "posted_at",
            "转载时间",
            ("转载日期", "完成时间", "完成日期", "reposted"),
            TIME_ZH,
            TIME_EN,
            AT,
            "yes",
        ),
        Column(
            "link",
            "转载链接",
            ("链接", "网址", "文章链接", "url"),
            "转载内容的链接",
            "Link of the post",
            "https://example.cn/s/8",
        ),
    ),
)
