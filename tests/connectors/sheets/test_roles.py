import pytest

from connectors.people.person import PersonGiven
from connectors.people.roles import TITLES, role_title
from connectors.sheets.roles import people_by_role, role_of


@pytest.mark.parametrize("role", TITLES)
def test_a_role_is_known_by_code_and_by_title(role):
    """昆政办发〔2019〕162号 annex 4: the people of the filing form, as sheets and commands write them."""
    assert role_of(role) == role_of(TITLES[role]) == role_of(f" {TITLES[role]}（必填）") == role
    assert role_title(role) == TITLES[role]
    assert role_of("部长") is None
    assert role_title("部长") == "部长"


@pytest.mark.parametrize(
    ("header", "role", "field"),
    [
        ("主要领导", "main_leader", "name"),
        ("主要领导姓名", "main_leader", "name"),
        ("主要领导职务", "main_leader", "post"),
        ("主要领导联系方式", "main_leader", "phone"),
        ("分管领导手机号码", "leader_in_charge", "phone"),
        ("分管负责人（姓名）", "leader_in_charge", "name"),
        ("主编办公电话", "chief_editor", "phone"),
        ("工作人员2 职务", "staff_2", "post"),
        ("工作人员", "staff_1", "name"),
        ("负责人联系电话", "responsible", "phone"),
        ("联系人电话", "contact", "phone"),
        ("联系电话", "contact", "phone"),
        ("手机", "contact", "phone"),
    ],
)
def test_a_header_tells_the_role_and_what_stands_below_it(header, role, field):
    """Name, post or number of a role; a number without a role is that of the contact."""
    people, left_out = people_by_role({header: " 甲 "})
    given = PersonGiven("")
    if field == "post":  # a post alone tells of nobody
        people, left_out = people_by_role({header: " 甲 ", TITLES[role]: "乙"})
        given = PersonGiven("乙")
    assert left_out == ()
    assert people == {role: PersonGiven(**{**_fields(given), field: "甲"})}


@pytest.mark.parametrize("header", ["姓名", "职务", "值班员", "部长电话", "身份证号", "邮箱", "QQ"])
def test_a_header_without_a_known_role_is_left_out(header):
    """Whose name it is nobody knows, so it is said and not guessed."""
    assert people_by_role({header: "甲"}) == ({}, (header,))


def test_cells_of_one_role_are_one_person_and_blank_ones_nobody():
    """Columns of a role belong together; a post without name and number tells of nobody."""
    cells = {
        "总编辑": "李",
        "总编辑职务": "科员",
        "总编辑电话": "0512-1",
        "分管领导": " ",
        "主要领导职务": "局长",
    }
    assert people_by_role(cells) == ({"chief_editor": PersonGiven("李", "科员", "0512-1")}, ())


def _fields(given: PersonGiven) -> dict[str, str]:
    return {"name": given.name, "post": given.post, "phone": given.phone}
