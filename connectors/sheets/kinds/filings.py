"""The sheet of filings."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import (
    ACCOUNT,
    DAY,
    LINK,
    OFFICE,
    OPERATOR,
    SECTION,
    TIME_EN,
    TIME_ZH,
)

_ONLY_CHANGE = ("仅变更时填写", "Only for a change")

FILINGS = SheetKind(
    "filings",
    "备案",
    (
        *ACCOUNT,
        Column(
            "kind",
            "备案类别",
            ("备案类型", "备案事项", "类别", "filing type", "type"),
            "开设、变更、注销或关停",
            "Opening, change, cancelling or closing",
            "变更",
            "yes",
            offered=("开设", "变更", "注销", "关停"),
        ),
        Column(
            "effective_at",
            "生效时间",
            ("办理时间", "实际时间", "变更时间", "注销时间", "关停时间", "开设时间", "生效日期"),
            f"实际开设、变更或注销的时间，{TIME_ZH}",
            f"When it took effect. {TIME_EN}",
            DAY,
            "yes",
        ),
        Column(
            "filed_at",
            "备案时间",
            ("备案日期", "报备时间", "报备日期", "filing date"),
            f"报送备案的时间，{TIME_ZH}",
            f"When it was filed. {TIME_EN}",
            DAY,
        ),
        Column(
            "reason",
            "原因",
            ("备案原因", "变更原因", "注销原因", "关停原因", "理由"),
            "备案原因",
            "Reason",
            "机构改革",
        ),
        Column(
            "new_name",
            "新名称",
            ("变更后名称", "变更后账号名称", "新账号名称"),
            *_ONLY_CHANGE,
            "某市政务",
        ),
        Column(
            "new_owner",
            "新主办单位",
            ("变更后主办单位",),
            *_ONLY_CHANGE,
            "某市大数据局",
        ),
        Column(
            "new_tier",
            "新层级",
            ("变更后层级", "新主办单位层级"),
            *_ONLY_CHANGE,
            "市级部门和单位",
        ),
        Column("new_area", "新地区", ("变更后地区",), *_ONLY_CHANGE, "某市"),
        Column(
            "new_description", "新说明", ("变更后说明", "新简介", "变更后简介"), *_ONLY_CHANGE, "发布政务信息"
        ),
        Column("new_supervisor", "新主管单位", ("变更后主管单位",), *_ONLY_CHANGE, OFFICE),
        Column("new_link", "新链接", ("变更后链接", "新账号链接"), *_ONLY_CHANGE, LINK.example),
        Column("new_section", "新管理科室", ("变更后管理科室",), *_ONLY_CHANGE, SECTION.example),
        Column("new_operator", "新运维机构", ("变更后运维机构",), *_ONLY_CHANGE, OPERATOR.example),
        Column("new_verified_as", "新认证信息", ("变更后认证信息",), *_ONLY_CHANGE, OFFICE),
    ),
)
