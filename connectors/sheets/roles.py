"""Headers under which sheets tell of responsible people: which role, and which of its fields."""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from connectors.people.person import PersonGiven
from connectors.people.roles import TITLES, Role
from connectors.sheets.columns import header_key

_ALSO = {
    Role.MAIN_LEADER: ("主要负责人", "单位负责人", "单位主要领导"),
    Role.LEADER_IN_CHARGE: ("分管负责人", "单位分管领导", "分管"),
    Role.SECTION: ("管理科室负责人", "科室主任", "科长"),
    Role.CHIEF_EDITOR: ("主编", "总编"),
    Role.STAFF_1: ("工作人员", "工作人员一", "管理员", "经办人", "运维人员"),
    Role.STAFF_2: ("工作人员二",),
    Role.RESPONSIBLE: ("责任人", "账号负责人", "运营负责人"),
    Role.CONTACT: ("联络员", "联络人"),
}
_ROLE_BY_KEY = {
    header_key(name): role for role, title in TITLES.items() for name in (str(role), title, *_ALSO[role])
}
_CONTACT_NUMBERS = {"电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "phone", "tel"}
"""Headers of a number without a role: that of the contact."""

_FIELDS = {
    "wecom": re.compile(r"(?:的)?(?:企业微信|政务微信)(?:账号|id)?$"),
    "dingtalk": re.compile(r"(?:的)?(?:专有|浙政)?钉钉(?:账号|id|userid)?$"),
    "feishu": re.compile(r"(?:的)?飞书(?:账号|id)?$"),
    "mail": re.compile(r"(?:的)?(?:电子)?(?:邮箱|邮件)(?:地址)?$"),
    "phone": re.compile(
        r"(?:的)?(?:联系方式|(?:办公|固定|移动|联系)?(?:电话|手机)(?:号码?)?|座机|phone|tel)$"
    ),
    "post": re.compile(r"(?:的)?(?:职务|职位|post)$"),
    "name": re.compile(r"(?:的)?(?:姓名|名字|name)?$"),
}


def role_of(text: str) -> Role | None:
    """Return the role that a text names, by code or by title; None where it names none."""
    return _ROLE_BY_KEY.get(header_key(text))


def people_by_role(cells: Mapping[str, str]) -> tuple[dict[str, PersonGiven], tuple[str, ...]]:
    """Return the people whom columns tell of, by role, and the headers whose role or field is not known."""
    people: dict[str, PersonGiven] = {}
    left_out = []
    for header, text in cells.items():
        placed = _place(header)
        if placed is None:
            left_out.append(header)
            continue
        role, field = str(placed[0]), placed[1]
        people[role] = replace(people.get(role, PersonGiven("")), **{field: text.strip()})
    return {role: given for role, given in people.items() if not given.is_blank}, tuple(left_out)


def _place(header: str) -> tuple[Role, str] | None:
    key = header_key(header)
    if key in _CONTACT_NUMBERS:
        return Role.CONTACT, "phone"
    for field, ending in _FIELDS.items():
        found = ending.search(key)
        role = _ROLE_BY_KEY.get(key[: found.start()]) if found else None
        if role is not None:
            return role, field
    return None
