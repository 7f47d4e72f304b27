"""The columns of a check sheet as a file; its page has them once more (CONTRIBUTING)."""

from msgspec.structs import replace

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import AT, ID, NAME, OWNER, PLATFORM, REFERENCE, TIME_EN, TIME_ZH

MARK = Column(
    "mark",
    "检查单编号",
    ("sheet id",),
    "检查单的编号，请勿改动",
    "Which sheet the row belongs to; leave it as it is",
    "某市-2023Q1/C1/0123456789abcdef",
    "yes",
)
RULE = Column(
    "rule",
    "问题",
    ("指标", "检查指标", "问题类型", "突出问题", "problem"),
    "从列表选择指标；没有问题留空",
    "Name or code of a rule; blank: nothing found",
    "发布商业广告",
)
SEVERITY = Column(
    "severity",
    "性质",
    ("问题性质", "是否单项否决"),
    "单项否决或扣分，可留空按指标确定",
    "Red line or deduction; blank: as the rule says",
    "扣分",
    offered=("单项否决", "扣分"),
)

CHECKS = SheetKind(
    "checks",
    "检查单",
    (
        MARK,
        replace(ID, needed="yes"),
        replace(NAME, needed="no"),
        replace(PLATFORM, needed="no"),
        OWNER,
        Column(
            "looked_at",
            "检查时间",
            ("检查日期", "查看时间", "checked at"),
            f"查看账号的时间，{TIME_ZH}",
            f"When the account was looked at. {TIME_EN}",
            AT,
        ),
        Column(
            "newest_post_at",
            "最新发布时间",
            ("最近发布时间", "最新更新时间", "newest post"),
            f"查看时最新一条的发布时间，{TIME_ZH}；一条都没有的写“无”",
            f"Newest post seen. {TIME_EN}; 无: the account shows no post at all",
            AT,
        ),
        RULE,
        SEVERITY,
        Column(
            "count",
            "数量",
            ("次数", "条数", "处数", "number"),
            "问题个数，留空为 1",
            "How many; blank: 1",
            "1",
            numeric=True,
        ),
        Column(
            "found_at",
            "发现时间",
            ("发现日期", "found"),
            f"发现问题的时间，留空按检查时间；{TIME_ZH}",
            f"When it was found; blank: when the account was looked at. {TIME_EN}",
            AT,
        ),
        Column(
            "note",
            "备注",
            ("问题描述", "具体表现", "情况说明", "details"),
            "具体情况；不写姓名、电话和涉密内容",
            "Details; no names, no telephone numbers, nothing secret",
            "首页横幅",
        ),
        Column(
            "evidence",
            "证据文件",
            ("截图", "截图文件", "evidence file"),
            "与检查单放在同一文件夹的文件名",
            "Name of a file beside the sheet",
            "1.png",
        ),
        REFERENCE,
    ),
    keeps_unknown=True,  # to refuse them
)

GIVEN = ("mark", "account_id", "name", "platform", "owner")
"""Columns that a sheet is handed out with; the checker leaves them as they are."""

RULES_PAGE = "指标"
"""Page that lists the rules to choose from."""
