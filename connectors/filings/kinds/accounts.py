"""The sheet of accounts."""

from connectors.filings.columns import Column, SheetKind
from connectors.filings.kinds.shared import (
    AREA_NAMES,
    DAY,
    ID,
    LINK,
    NAME,
    OFFICE,
    OPERATOR,
    OWNER,
    PLATFORM,
    SECTION,
    TIER_NAMES,
    TIME_EN,
    TIME_ZH,
    VERIFIED_AS,
)

ACCOUNTS = SheetKind(
    "accounts",
    "账号",
    (
        ID,
        NAME,
        PLATFORM,
        OWNER,
        Column(
            "supervisor",
            "主管单位",
            ("主管部门", "competent office"),
            "负责检查本账号的单位",
            "Office that checks the account",
            OFFICE,
        ),
        Column("tier", "层级", TIER_NAMES, "主办单位层级", "Tier of the owner unit", "市级部门和单位"),
        Column("area", "地区", AREA_NAMES, "所属地区", "Area", "某市"),
        Column(
            "opened_at",
            "开设时间",
            ("开设日期", "开通时间", "开通日期", "注册时间", "opened"),
            f"{TIME_ZH}；不知道可留空",
            f"{TIME_EN}; blank: not known",
            DAY,
        ),
        Column(
            "description",
            "说明",
            ("简介", "账号简介", "功能定位", "功能介绍", "发布内容及功能定位", "purpose"),
            "账号功能定位",
            "Purpose of the account",
            "发布政务信息",
        ),
        LINK,
        SECTION,
        OPERATOR,
        VERIFIED_AS,
    ),
)
