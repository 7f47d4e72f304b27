"""The filing form 备案登记表 as a sheet: one page a unit, one row an account (昆政办发〔2019〕162号 annex 4)."""

from msgspec.structs import replace

from connectors.people.roles import TITLES, Role
from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import DAY, ID, LINK, NAME, OWNER, PLATFORM, SECTION

ROLES = (Role.MAIN_LEADER, Role.LEADER_IN_CHARGE, Role.CHIEF_EDITOR, Role.STAFF_1, Role.STAFF_2)
"""People whom the form asks for, in its order."""

PERSON_FIELDS = {"name": "姓名", "post": "职务", "phone": "联系方式"}
_EXAMPLES = {"name": "张某", "post": "主任", "phone": "010-00000000"}


def person_key(role: Role, field: str) -> str:
    """Return the key of a column about a person: `main_leader_name`."""
    return f"{role.value}_{field}"


def _people() -> tuple[Column, ...]:
    return tuple(
        Column(
            person_key(role, field),
            f"{TITLES[role]}{title}",
            (),
            f"{TITLES[role]}的{title}",
            f"{title} of {role.value.replace('_', ' ')}",
            _EXAMPLES[field],
            of_owner=True,
        )
        for role in ROLES
        for field, title in PERSON_FIELDS.items()
    )


FORMS = SheetKind(
    "forms",
    "备案登记表",
    (
        NAME,
        replace(OWNER, needed="yes"),
        Column(
            "description",
            "发布内容及功能定位",
            ("功能定位", "发布内容", "简介", "说明"),
            "发布什么、有什么功能",
            "What it publishes and what it is for",
            "发布政务信息",
        ),
        LINK,
        PLATFORM,
        Column(
            "category",
            "报备类别",
            ("备案类别", "备案类型", "类别"),
            "开设、变更、关停或注销",
            "Opening, change, stop or cancelling",
            "开设",
            "yes",
            offered=("开设", "变更", "关停", "注销"),
        ),
        replace(ID, needed="no"),
        Column(
            "effective_on",
            "生效日期",
            ("生效时间", "办理日期"),
            "实际开设、变更、关停或注销的日期",
            "Day of the act",
            DAY,
        ),
        SECTION,
        *_people(),
        Column(
            "reason",
            "原因",
            ("开设、变更、注销原因", "开设、变更、关停、注销原因", "备案原因"),
            "备案原因",
            "Reason",
            "机构改革",
        ),
        Column("owner_opinion", "主办单位意见", (), "同意或不同意，可附说明", "Approved or not", "同意"),
        Column("owner_opinion_on", "主办单位意见日期", (), "盖章日期", "Day of the seal", DAY),
        Column(
            "office_opinion",
            "市政府办公室意见",
            ("政府办公室意见",),
            "同意或不同意，可附说明",
            "Approved or not",
            "同意",
        ),
        Column(
            "office_opinion_on",
            "市政府办公室意见日期",
            ("政府办公室意见日期",),
            "意见日期",
            "Day of the opinion",
            DAY,
        ),
    ),
)
