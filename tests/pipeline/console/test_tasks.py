"""整改 on its pages: each unit sees and answers its own, the office orders and takes back."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import EAST, NOW, copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import rows

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
SIGNER = user_of(Role.SIGNER)
COMPETENT = user_of(Role.COMPETENT, EAST)
MINE, OTHERS = "江州市交通运输局", "西山县水务局"
OWNER, OTHER = user_of(Role.OWNER, MINE, "u-owner"), user_of(Role.OWNER, OTHERS, "u-other")
NOBODY = user_of(Role.OWNER, "没有账号的单位", "u-nobody")
FIRM = user_of(Role.FIRM, "sheets")
USERS = (CLERK, SIGNER, AUDITOR, COMPETENT, OWNER, OTHER, NOBODY, FIRM)


@pytest.fixture(scope="module")
def tasks(city):
    """The ids of tasks by unit."""
    return {row["unit"]: row["task_id"] for row in rows(city, "rectification", "due", "--all")}


@pytest.fixture(scope="module")
def looking(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture
def desk(city, tmp_path):
    with console_of(copy_of(city, tmp_path), *USERS, now=NOW) as browser:
        yield browser


def test_each_sees_the_tasks_of_its_scope_and_no_others(looking, tasks):
    """The office all, a competent office its area, a unit its own; what is another's is not there."""
    assert {MINE, OTHERS} <= tasks.keys()
    everything = looking.sign_in(CLERK).get("/tasks").text
    assert MINE in everything
    assert OTHERS in everything
    own = looking.sign_in(OWNER).get("/tasks").text
    assert MINE in own
    assert OTHERS not in own
    assert OTHERS not in looking.sign_in(COMPETENT).get("/tasks").text
    assert looking.sign_in(OWNER).get(f"/tasks/{tasks[OTHERS]}").status_code == 404
    assert looking.post(f"/tasks/{tasks[OTHERS]}/answer", {"text": "已改"}).status_code == 404
    assert "没有需要整改的问题" in looking.sign_in(NOBODY).get("/tasks").text
    assert looking.sign_in(FIRM).get("/tasks").status_code == 404


def test_what_is_late_says_so_and_counts(looking):
    page = text_of(looking.sign_in(CLERK).get("/tasks").text)
    assert "逾期 65 天" in page
    late = looking.get("/tasks?state=answered").text
    assert MINE not in late
    assert looking.get("/tasks.csv?state=late").text.count("\n") > 1


@pytest.mark.slow
def test_a_unit_answers_with_evidence_and_the_office_may_take_it_back(desk, tasks):
    """The file is given back to who may see the task, as it was handed in, and to nobody else."""
    task = f"/tasks/{tasks[MINE]}"
    assert desk.sign_in(OWNER).post(f"{task}/answer", {"text": " "}).status_code == 422
    wrong = desk.post(f"{task}/answer", {"text": "已改"}, {"files": ("坏.exe", b"MZ")})
    assert (wrong.status_code, "不是可以收的文件" in wrong.text) == (422, True)
    sent = desk.post(
        f"{task}/answer", {"text": "已恢复更新。"}, {"files": ("../../截图.png", b"\x89PNG\r\n")}
    )
    assert sent.status_code == 303
    page = desk.get(task).text
    assert "已恢复更新。" in page
    link = re.search(rf'"({task}/evidence/[0-9a-f]{{64}})"', page)[1]
    file = desk.get(link)
    assert (file.content, file.headers["content-type"]) == (b"\x89PNG\r\n", "image/png")
    assert "attachment" in file.headers["content-disposition"]
    assert desk.get(f"{task}/evidence/{'0' * 64}").status_code == 404
    assert desk.get(f"{task}/evidence/..%2F..%2Fxuncha.toml").status_code == 404
    assert desk.sign_in(OTHER).get(link).status_code == 404
    assert desk.sign_in(OWNER).post(f"{task}/take-back", {"reason": "报错"}).status_code == 404
    assert desk.sign_in(CLERK).post(f"{task}/take-back", {"reason": ""}).status_code == 422
    assert desk.post(f"{task}/take-back", {"reason": "报错了单位"}).status_code == 303
    assert "还没有答复" in desk.get(task).text


def test_the_office_records_an_answer_on_paper_by_its_day(desk, tasks):
    task = f"/tasks/{tasks[OTHERS]}"
    assert desk.sign_in(CLERK).post(f"{task}/answer", {"text": "已改", "on": "昨天"}).status_code == 422
    assert desk.post(f"{task}/answer", {"text": "已改", "on": "2026年7月10日"}).status_code == 303
    assert "2026-07-10" in desk.get(task).text
    assert desk.sign_in(AUDITOR).post(f"{task}/answer", {"text": "x"}).status_code == 404


def test_the_office_orders_what_no_bulletin_names(desk):
    page = desk.sign_in(CLERK).get("/tasks/order").text
    finding = re.search(r'<option value="([0-9a-f-]{36})"', page)[1]
    assert desk.post("/tasks/order", {"finding": finding, "due": "很快"}).status_code == 422
    assert desk.post("/tasks/order", {"finding": ""}).status_code == 422
    assert desk.post("/tasks/order", {"finding": finding, "due": "2026-10-09"}).status_code == 303
    assert "办公室交办" in desk.get("/tasks").text
    assert finding not in desk.get("/tasks/order").text
    assert desk.sign_in(OWNER).get("/tasks/order").status_code == 404


@pytest.mark.slow
def test_another_person_rechecks_and_closes_what_a_unit_answered(desk, tasks):
    """Who recorded the answer does not; sent back it waits for the unit, closed it asks for nothing more."""
    task = f"/tasks/{tasks[OTHERS]}"
    assert desk.sign_in(CLERK).post(f"{task}/answer", {"text": "已改"}).status_code == 303
    refused = desk.post(f"{task}/recheck", {"held": "yes"})
    assert (refused.status_code, "另一名" in refused.text or "两人" in refused.text) == (422, True)
    assert desk.sign_in(SIGNER).post(f"{task}/recheck", {"held": ""}).status_code == 422
    assert desk.post(f"{task}/recheck", {"held": "no", "due": "很快"}).status_code == 422
    assert desk.post(f"{task}/recheck", {"held": "no"}).status_code == 422
    back = desk.post(f"{task}/recheck", {"held": "no", "due": "2099-01-08", "note": "仍未更新"})
    assert back.status_code == 303
    page = text_of(desk.get(task).text)
    assert "复查：未整改到位" in page
    assert "复查未过，待重新答复" in page
    assert desk.sign_in(OWNER).post(f"{task}/recheck", {"held": "yes"}).status_code == 404
    assert desk.sign_in(CLERK).post(f"{task}/answer", {"text": "已改"}).status_code == 303
    assert desk.sign_in(SIGNER).post(f"{task}/recheck", {"held": "yes"}).status_code == 303
    assert "已销号" in text_of(desk.get(task).text)
    assert "登记复查结果" not in desk.get(task).text
    assert desk.post(f"{task}/recheck/take-back", {"reason": ""}).status_code == 422
    assert desk.post(f"{task}/recheck/take-back", {"reason": "看错了"}).status_code == 303
    assert "已答复待复查" in text_of(desk.get(task).text)


def test_units_and_the_sheet_have_the_scope_of_who_asks(looking):
    """An owner unit sees its own line and gets a sheet of its own tasks."""
    everything = looking.sign_in(CLERK).get("/tasks/units").text
    assert MINE in everything
    assert OTHERS in everything
    own = looking.sign_in(OWNER).get("/tasks/units").text
    assert (MINE in own, OTHERS in own) == (True, False)
    assert looking.get("/tasks/units.csv").text.count("\n") == 2
    sheet = looking.get("/tasks/sheet")
    page = load_workbook(BytesIO(sheet.content)).active
    assert {row[0].value for row in page.iter_rows(min_row=3)} == {MINE}
    assert looking.sign_in(FIRM).get("/tasks/units").status_code == 404
