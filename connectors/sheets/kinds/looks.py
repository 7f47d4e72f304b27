"""The sheet of looks by hand."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT, AT, TIME_EN, TIME_ZH

LOOKS = SheetKind(
    "looks",
    "检查",
    (
        *ACCOUNT,
        Column(
            "looked_at",
            "检查时间",
            ("检查日期", "巡查时间", "巡查日期", "查看时间", "监测时间", "checked at", "looked"),
            "如 2021-06-16 17:05，请写到几点几分：只写日期的按当天 0 时计，能判定的周少得多",
            "Like 2021-06-16 17:05; a date alone counts from the beginning of that day and judges far fewer weeks",
            AT,
            "yes",
        ),
        Column(
            "newest_post_at",
            "最新发布时间",
            ("最近发布时间", "最新更新时间", "最后更新时间", "最后发布时间", "newest post", "last post"),
            f"检查时看到的最新一条，{TIME_ZH}；从未发布的写“无”，原有内容全部删除的写“已清空”",
            f"Newest post seen. {TIME_EN}; 无: it never posted; 已清空: all of its posts were taken down",
            AT,
            "yes",
        ),
        Column(
            "longest_gap",
            "最长间隔天数",
            ("最长间隔", "最长间隔（天）", "最大间隔天数", "最长更新间隔", "longest gap"),
            "自上次检查以来，两次更新之间最长隔了几天；不清楚的留空",
            "Longest time without a post since the last look, in days; blank: not counted",
            "3",
        ),
        Column(
            "updates_28d",
            "近28天更新次数",
            ("28天更新次数", "近四周更新次数", "近4周更新次数", "updates in 28 days"),
            "服务号填写：检查之前 28 天内推送的次数；不清楚的留空",
            "Of service accounts: pushes in the 28 days before the look; blank: not counted",
            "4",
        ),
    ),
)
