"""The sheet of units: who is above whom."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import AREA, DAY, OFFICE, TIER_NAMES, TIME_EN, TIME_ZH

UNITS = SheetKind(
    "units",
    "单位",
    (
        Column(
            "code",
            "单位代码",
            ("单位编码", "编码", "代码", "统一社会信用代码", "unit code"),
            "单位的唯一代码，按文本填写，以后不变",
            "The lasting code of the unit, as text",
            "320500-zfb",
            "yes",
        ),
        Column("name", "单位名称", ("名称", "单位", "unit name"), "单位全称", "Unit in full", OFFICE, "yes"),
        Column(
            "kind",
            "单位类别",
            ("类别", "单位类型", "类型", "unit kind"),
            "市政府办公室、主管单位、主办单位或运维机构",
            "City office, competent office, owner unit or operating firm",
            "主办单位",
            "yes",
            offered=("市政府办公室", "主管单位", "主办单位", "运维机构"),
        ),
        Column("tier", "层级", TIER_NAMES, "单位层级", "Tier of the unit", "市级部门和单位", of_owner=True),
        AREA,
        Column(
            "parent",
            "上级单位",
            ("上级单位代码", "主管单位", "隶属单位", "parent unit"),
            "上级单位的代码或全称；没有可留空",
            "Code or full name of the unit above; blank: none",
            "320500-zfb",
        ),
        Column(
            "duties",
            "职责关键词",
            ("职责", "主要职责", "duty keywords"),
            "用顿号或逗号分开，用于核对账号名称",
            "Keywords parted by commas; names of accounts are compared with them",
            "交通、出行",
        ),
        Column(
            "representative",
            "代表账号",
            ("地区代表账号", "代表账号ID", "representative account"),
            "代表本地区的账号ID；一个地区只有一个",
            "Id of the account that stands for the area; one an area",
            "gh_0123456789ab",
        ),
        Column(
            "since",
            "成立时间",
            ("成立日期", "设立时间", "生效时间", "since"),
            f"{TIME_ZH}；不知道可留空",
            f"{TIME_EN}; blank: not known",
            DAY,
        ),
        Column(
            "ended_at",
            "撤销时间",
            ("撤销日期", "终止时间", "ended"),
            f"仅撤销时填写，{TIME_ZH}",
            f"Only where the unit ceased. {TIME_EN}",
            DAY,
        ),
    ),
)
