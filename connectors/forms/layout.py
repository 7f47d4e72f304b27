"""The layout of the filing form as a bordered table, shared by who writes and who reads it."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from connectors.people.roles import TITLES, Role
from connectors.sheets.columns import header_key
from connectors.sheets.kinds.forms import PERSON_FIELDS, ROLES

TITLE = "政务新媒体备案登记表"
SEAL = "（单位盖章）"
WIDTHS_CM = (2.4, 1.3, 2.9, 1.3, 2.6, 2.1, 3.6)
"""Columns of the grid: label, then name, post and number with a label each."""


class Line(msgspec.Struct, frozen=True):
    """One row of the table."""

    shape: Literal["wide", "pair", "person", "opinion"]
    labels: tuple[str, ...]
    keys: tuple[str, ...]
    height_cm: float = 0.95
    role: Role | None = None
    sealed: bool = False


def _person(role: Role) -> Line:
    keys = tuple(f"{role.value}_{field}" for field in PERSON_FIELDS)
    return Line("person", (TITLES[role], *PERSON_FIELDS.values()), keys, role=role)


LINES = (
    Line("wide", ("账号名称",), ("name",)),
    Line("wide", ("主办单位",), ("owner",)),
    Line("wide", ("发布内容及\n功能定位",), ("description",), 2.4),
    Line("wide", ("账号链接",), ("link",)),
    Line("pair", ("账号平台", "报备类别"), ("platform", "category"), 1.1),
    Line("pair", ("账号ID", "生效日期"), ("account_id", "effective_on"), 1.1),
    _person(ROLES[0]),
    _person(ROLES[1]),
    Line("wide", ("管理科室",), ("section",)),
    *(_person(role) for role in ROLES[2:]),
    Line("wide", ("开设、\n变更、\n关停、\n注销\n原因",), ("reason",), 2.6),
    Line("opinion", ("主办\n单位\n意见",), ("owner_opinion",), 3.2, sealed=True),
    Line("opinion", ("市政府\n办公室\n意见",), ("office_opinion",), 3.2),
)
"""Rows in the order of annex 4 of 昆政办发〔2019〕162号; account id and effective day are ours, for the registry."""

ALSO: Mapping[str, str] = {"开设、变更、注销原因": "reason", "原因": "reason"}
"""Labels of other prints of the form."""


def key_of_label(text: str, role: Role | None) -> str | None:
    """Return the key that a label stands for; `role` is the person whose row it stands in."""
    wanted = header_key(text)
    for line in LINES:
        if line.role is not role:
            continue
        labels = line.labels[1:] if line.role is not None else line.labels
        for label, key in zip(labels, line.keys, strict=True):
            if header_key(label) == wanted:
                return key
    if role is None:
        return next((key for label, key in ALSO.items() if header_key(label) == wanted), None)
    return None


def role_of_label(text: str) -> Role | None:
    """Return the person whose row begins with a label."""
    wanted = header_key(text)
    return next((line.role for line in LINES if line.role and header_key(line.labels[0]) == wanted), None)
