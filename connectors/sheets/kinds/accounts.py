"""The sheet of accounts."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import (
    AREA,
    DAY,
    ID,
    LINK,
    NAME,
    OFFICE,
    OPERATOR,
    OWNER,
    PLATFORM,
    SECTION,
    TIER,
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
            of_owner=True,
        ),
        TIER,
        AREA,
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
    keeps_unknown=True,
)
