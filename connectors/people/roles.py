"""Roles of responsible people (昆政办发〔2019〕162号 annex 4)."""

from enum import StrEnum


class Role(StrEnum):
    """The people whom the filing form asks for, and two whom other sheets name."""

    MAIN_LEADER = "main_leader"
    LEADER_IN_CHARGE = "leader_in_charge"
    SECTION = "section"
    CHIEF_EDITOR = "chief_editor"
    STAFF_1 = "staff_1"
    STAFF_2 = "staff_2"
    RESPONSIBLE = "responsible"
    CONTACT = "contact"


TITLES = {
    Role.MAIN_LEADER: "主要领导",
    Role.LEADER_IN_CHARGE: "分管领导",
    Role.SECTION: "科室负责人",
    Role.CHIEF_EDITOR: "总编辑",
    Role.STAFF_1: "工作人员1",
    Role.STAFF_2: "工作人员2",
    Role.RESPONSIBLE: "负责人",
    Role.CONTACT: "联系人",
}


def role_title(role: str) -> str:
    """Return what people call a role; one that is not known keeps its own name."""
    return TITLES[Role(role)] if role in TITLES else role
