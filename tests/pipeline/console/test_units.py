"""单位与人员 in the console: the tree by rights, people behind a reason, and erasing by two persons."""

import re

import pytest

from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.office.people import list_accesses, list_nameless
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, OWNER_UNIT, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, SIGNER = user_of(Role.CLERK), user_of(Role.SIGNER)
OWNER = user_of(Role.OWNER, OWNER_UNIT)
COMPETENT = user_of(Role.COMPETENT, EAST)
AUDITOR, FIRM = user_of(Role.AUDITOR), user_of(Role.FIRM, "某公司")
USERS = (CLERK, SIGNER, OWNER, COMPETENT, AUDITOR, FIRM)
NUMBERS = re.compile(r"1\d{10}")
UNIT = "/units/U01"  # of the owner


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture
def desk(city, tmp_path):
    home = copy_of(city, tmp_path)
    with console_of(home, *USERS, now=NOW) as browser:
        browser.home = Home(home)
        yield browser


def test_the_tree_stands_with_those_above_first(seen):
    page = text_of(seen.sign_in(CLERK).get("/units").text)
    assert "24 个单位" in page
    assert page.index("江州市人民政府办公室 市政府办公室") < page.index("东江区人民政府办公室 主管单位")


def test_everybody_sees_the_units_of_their_scope(seen):
    assert "8 个单位" in seen.sign_in(COMPETENT).get("/units").text
    assert seen.get(UNIT).status_code == 404
    assert "1 个单位" in seen.sign_in(OWNER).get("/units").text
    assert seen.get(UNIT).status_code == 200
    assert seen.get("/units/JZ-ZFB").status_code == 404
    assert seen.sign_in(FIRM).get("/units").status_code == 404


def test_no_page_shows_names_or_numbers_unasked(seen):
    for user in (CLERK, OWNER, AUDITOR):
        page = seen.sign_in(user).get(UNIT).text
        assert "示乙" not in page
        assert not NUMBERS.search(text_of(page))


def test_an_auditor_sees_who_looked_and_cannot_look(desk):
    page = desk.sign_in(AUDITOR).get(UNIT).text
    assert "查看姓名和号码" not in page
    assert "查阅记录" in page
    assert desk.post(f"{UNIT}/person", {"person": _somebody(desk), "reason": "提醒更新"}).status_code == 404


def test_one_person_is_shown_for_a_reason_that_is_kept(desk):
    person = _somebody(desk)
    refused = desk.sign_in(CLERK).post(f"{UNIT}/person", {"person": person, "reason": "好奇"})
    assert refused.status_code == 422
    assert not NUMBERS.search(text_of(refused.text))
    shown = desk.post(f"{UNIT}/person", {"person": person, "reason": "提醒更新", "detail": "今天到期"})
    assert shown.status_code == 200
    assert len(NUMBERS.findall(text_of(shown.text))) == 1
    assert shown.headers["cache-control"] == "no-store"
    access = list_accesses(desk.home, person)[-1]
    assert (access.by, access.action, access.reason) == (CLERK.id, "read", "提醒更新：今天到期")


def test_somebody_of_another_unit_is_not_shown(desk):
    theirs = next(
        row["person_id"] for row in list_nameless(desk.home).rows if row["unit"] not in (OWNER_UNIT, "")
    )
    refused = desk.sign_in(OWNER).post(f"{UNIT}/person", {"person": theirs, "reason": "提醒更新"})
    assert refused.status_code == 422
    assert not NUMBERS.search(text_of(refused.text))
    assert list_accesses(desk.home, theirs)[-1].by != OWNER.id


def test_whoever_knows_a_new_number_enters_it(desk):
    form = {"role": "工作人员2", "name": "周示戊", "post": "科员", "phone": "16100001009"}
    assert desk.sign_in(OWNER).post(f"{UNIT}/people", form).status_code == 303
    assert "3 人" in desk.get(UNIT).text
    refused = desk.post(f"{UNIT}/people", {"role": "工作人员2", "name": ""})
    assert refused.status_code == 422
    assert desk.sign_in(COMPETENT).post(f"{UNIT}/people", form).status_code == 404


def test_nobody_is_erased_by_one_person(desk):
    person = _somebody(desk)
    alone = desk.sign_in(CLERK).post(f"{UNIT}/erase/agree", {"person": person, "decision": "erase"})
    assert alone.status_code == 422
    assert desk.post(f"{UNIT}/erase", {"person": person, "reason": "已调离"}).status_code == 303
    again = desk.post(f"{UNIT}/erase", {"person": person, "reason": "已调离"})
    assert again.status_code == 409
    own = desk.post(f"{UNIT}/erase/agree", {"person": person, "decision": "erase"})
    assert own.status_code == 422
    assert "须由另一人办理" in text_of(own.text)
    assert "已提请删除" in text_of(desk.get(UNIT).text)
    done = desk.sign_in(SIGNER).post(f"{UNIT}/erase/agree", {"person": person, "decision": "erase"})
    assert done.status_code == 303, text_of(done.text)
    assert person not in {row["person_id"] for row in list_nameless(desk.home).rows}


@pytest.mark.parametrize("reason", ["已调离，电话13912345678", "孙示乙已调离"])
def test_a_reason_that_tells_of_somebody_is_wrong_input(desk, reason):
    """The access log outlives them, so the form comes back with what to do; it is not the program that is busy."""
    person = _somebody(desk)
    desk.sign_in(CLERK)
    for path, form in (
        ("erase", {}),
        ("person", {"reason": "核对名单", "detail": reason}),
        ("erase/agree", {"decision": "keep"}),
    ):
        refused = desk.post(f"{UNIT}/{path}", {"person": person, "reason": reason, **form})
        assert refused.status_code == 422, path
        assert "请换一种写法" in text_of(refused.text)
        assert path == "erase/agree" or f'value="{reason}"' in refused.text, "what was typed is there again"


def test_who_is_kept_can_be_asked_for_again(desk):
    person = _somebody(desk)
    desk.sign_in(OWNER).post(f"{UNIT}/erase", {"person": person, "reason": "已调离"})
    kept = {"person": person, "decision": "keep", "reason": "仍在岗"}
    assert desk.sign_in(CLERK).post(f"{UNIT}/erase/agree", kept).status_code == 303
    assert "已提请删除" not in text_of(desk.get(UNIT).text)
    assert (
        desk.sign_in(OWNER).post(f"{UNIT}/erase", {"person": person, "reason": "确已调离"}).status_code == 303
    )


def test_a_duty_table_is_taken_and_shown_without_names(desk):
    sheet = f"单位,开始日期,结束日期,值班人员,替班人员\n{OWNER_UNIT},2026-09-19,2026-09-20,孙示乙,\n".encode()
    done = desk.sign_in(CLERK).post("/units/duty", {}, {"file": ("值班.csv", sheet, "text/csv")})
    assert done.status_code == 303, text_of(done.text)
    page = text_of(desk.get("/units").text)
    assert f"{OWNER_UNIT} 9月19日至9月20日 工作人员1" in page
    assert "孙示乙" not in page
    refused = desk.post("/units/duty", {}, {"file": ("值班.exe", b"MZ", "application/octet-stream")})
    assert refused.status_code == 422


def _somebody(desk):
    rows = list_nameless(desk.home).rows
    return next(row["person_id"] for row in rows if (row["unit"], row["role"]) == (OWNER_UNIT, "工作人员1"))
