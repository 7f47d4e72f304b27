"""The sheet of the national system: accounts as it takes them and gives them back."""

from msgspec.structs import replace

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import (
    AREA,
    DAY,
    ID,
    LINK,
    NAME,
    OFFICE,
    OWNER,
    PLATFORM,
    TIER,
)
from events.national import RUNNING, STOPPED

NATIONAL = SheetKind(
    "national",
    "全国政务新媒体信息报送",
    (
        NAME,
        PLATFORM,
        replace(ID, needed="no"),
        OWNER,
        Column(
            "supervisor", "主管单位", ("主管部门",), "主管单位", "Competent office", OFFICE, of_owner=True
        ),
        TIER,
        AREA,
        replace(LINK, names=(*LINK.names, "链接", "网址")),
        Column(
            "opened_on", "开设时间", ("开设日期", "开通时间", "开通日期"), "开设日期", "Day of opening", DAY
        ),
        Column(
            "state",
            "运行状态",
            ("状态", "账号状态"),
            "正常或已关停",
            "Running or stopped",
            RUNNING,
            offered=(RUNNING, STOPPED),
            strict=False,
        ),
    ),
)
