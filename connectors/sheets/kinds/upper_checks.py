"""The sheet of results of upper-level checks 上级抽查 (昆政办发〔2019〕162号 annex 3, veto 1 and bonus 2)."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT, DAY, TIME_EN, TIME_ZH

UPPER_CHECKS = SheetKind(
    "upper-checks",
    "上级抽查",
    (
        *ACCOUNT,
        Column(
            "level",
            "检查层级",
            ("抽查层级", "检查单位层级", "检查机关", "检查单位", "level"),
            "国务院、省级或市级",
            "State Council, province or city",
            "省级",
            "yes",
            offered=("国务院", "省级", "市级"),
        ),
        Column(
            "checked_at",
            "检查时间",
            ("抽查时间", "检查日期", "抽查日期", "通报时间", "checked"),
            TIME_ZH,
            TIME_EN,
            DAY,
            "yes",
        ),
        Column(
            "outcome",
            "检查结果",
            ("抽查结果", "结果", "是否合格", "result"),
            "合格或不合格",
            "Passed or failed",
            "不合格",
            "yes",
            offered=("合格", "不合格"),
        ),
        Column(
            "cause",
            "不合格原因",
            ("原因", "不合格类型", "cause"),
            "严重错误或其他；不合格必填",
            "Serious error or other; needed where it failed",
            "其他",
            offered=("严重错误", "其他"),
        ),
        Column(
            "document",
            "依据文件",
            ("文件", "通报文号", "文号", "document"),
            "通报的标题或文号",
            "Title or number of the bulletin",
            "某省通报",
        ),
        Column("note", "备注", ("说明", "具体情况", "details"), "具体情况", "Details", "首页横幅"),
    ),
)
