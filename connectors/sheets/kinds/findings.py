"""The sheet of findings."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT, AT, REFERENCE, TIME_EN, TIME_ZH

FINDINGS = SheetKind(
    "findings",
    "问题",
    (
        *ACCOUNT,
        Column(
            "rule",
            "问题",
            ("指标", "检查指标", "问题类型", "问题指标", "问题/指标", "突出问题", "rule code", "problem"),
            "指标名称或代码",
            "Name or code of the rule",
            "发布商业广告",
            "yes",
        ),
        Column(
            "severity",
            "性质",
            ("问题性质", "是否单项否决", "单项否决/扣分"),
            "单项否决或扣分，可留空按指标确定",
            "Red line or deduction; blank: as the rule says",
            "扣分",
            offered=("单项否决", "扣分"),
        ),
        Column(
            "count",
            "数量",
            ("次数", "条数", "处数", "问题数量", "number"),
            "问题个数，留空为 1",
            "How many; blank: 1",
            "1",
            numeric=True,
        ),
        Column(
            "found_at",
            "发现时间",
            ("发现日期", "检查时间", "检查日期", "found"),
            TIME_ZH,
            TIME_EN,
            AT,
            "yes",
        ),
        Column(
            "finder",
            "发现单位",
            ("检查单位", "监测机构", "监测单位", "来源", "found by"),
            "发现问题的单位，不填个人姓名",
            "Unit that found it, not a person",
            "某监测公司",
        ),
        Column(
            "note",
            "备注",
            ("说明", "问题描述", "具体表现", "情况说明", "details"),
            "具体情况",
            "Details",
            "首页横幅",
        ),
        REFERENCE,
    ),
)
