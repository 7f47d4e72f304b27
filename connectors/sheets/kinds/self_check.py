"""The sheet of a self-check 自查: which accounts an area or unit checked, and with what result.

Suzhou 2023Q1 bulletin, last paragraph (检查名单和结果); 昆政办发〔2019〕162号 三(三).
"""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT, AT, DAY, TIME_EN, TIME_ZH

SELF_CHECK = SheetKind(
    "self-check",
    "自查",
    (
        *ACCOUNT,
        Column(
            "checked_at",
            "检查时间",
            ("检查日期", "自查时间", "自查日期", "checked"),
            f"{TIME_ZH}；未检查可留空",
            f"{TIME_EN}; blank: not checked",
            DAY,
            "yes",
        ),
        Column(
            "outcome",
            "检查结果",
            ("自查结果", "结果", "是否合格", "检查结论", "result"),
            "合格、不合格或未检查",
            "Passed, failed or not checked",
            "合格",
            "yes",
            offered=("合格", "不合格", "未检查"),
        ),
        Column(
            "rule",
            "问题",
            ("指标", "检查指标", "问题类型", "问题指标", "突出问题", "存在问题", "problem"),
            "指标名称或代码；不合格必填，一个账号有几个问题就填几行",
            "Name or code of the rule; one row for each problem",
            "发布商业广告",
        ),
        Column(
            "count", "数量", ("次数", "条数", "处数"), "问题个数，留空为 1", "How many", "1", numeric=True
        ),
        Column(
            "newest_post_at",
            "最新发布时间",
            ("最近发布时间", "最新更新时间", "最后更新时间", "最后发布时间", "newest post"),
            f"检查时看到的最新一条，{TIME_ZH}；填写后可证明更新情况",
            f"Newest post seen at the check. {TIME_EN}; proves how the account is updated",
            AT,
        ),
        Column(
            "rectified",
            "是否整改",
            ("整改情况", "是否已整改", "rectified"),
            "问题是否已整改",
            "Whether the problem was mended",
            "已整改",
            offered=("已整改", "未整改"),
        ),
        Column(
            "note", "备注", ("说明", "问题描述", "具体情况", "details"), "具体情况", "Details", "首页横幅"
        ),
    ),
)
