"""The sheet of rows that are handed in for the yearly assessment (昆政办发〔2019〕162号 annex 3: 证明材料)."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import DAY, TIME_EN, TIME_ZH

ASSESSMENT = SheetKind(
    "assessment",
    "考核材料",
    (
        Column(
            "unit",
            "单位",
            ("被考核单位", "单位名称", "单位代码", "assessed unit"),
            "被考核单位的全称或代码",
            "Assessed unit in full, or its code",
            "某镇人民政府",
            "yes",
        ),
        Column(
            "measure",
            "事项",
            ("考核事项", "项目", "measure"),
            "从列表选择",
            "Choose from the list",
            "市级表彰",
            "yes",
            offered=(
                *("市级表彰", "省级表彰", "市级排名前5", "省级排名前5", "未纳入绩效考核", "弄虚作假"),
                *("相近账号", "新开设未申请", "整改不到位", "报关停未关停", "未按时备案", "漏管账号"),
            ),
        ),
        Column(
            "happened_at",
            "时间",
            ("日期", "发生时间", "发文日期", "date"),
            TIME_ZH,
            TIME_EN,
            DAY,
            "yes",
        ),
        Column(
            "count",
            "次数",
            ("数量", "起数", "number"),
            "次数或起数，留空为 1",
            "How many; blank: 1",
            "1",
            numeric=True,
        ),
        Column(
            "document",
            "依据文件",
            ("文件", "文号", "证明材料", "document"),
            "说明此事的文件标题或文号",
            "Title or number of the paper that says so",
            "某市通报",
            "yes",
        ),
        Column("note", "备注", ("说明", "details"), "其他说明", "What else is to be said", "第三页"),
    ),
)
