"""督导 on its pages: the office issues, each unit sees its own and answers, the competent office its area's."""

import re
from io import BytesIO

import pytest
from docx import Document

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import EAST, NOW, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT = user_of(Role.COMPETENT, EAST)
MINE, OTHERS = "江州市交通运输局", "西山县水务局"
OWNER, OTHER = user_of(Role.OWNER, MINE, "u-owner"), user_of(Role.OWNER, OTHERS, "u-other")
FIRM = user_of(Role.FIRM, "sheets")
USERS = (CLERK, AUDITOR, COMPETENT, OWNER, OTHER, FIRM)
FORM = {"kind": "order", "unit": OTHERS, "month": "2026-08", "due": "2026-10-20"}


@pytest.fixture
def desk(city, tmp_path):
    with console_of(copy_of(city, tmp_path), *USERS, now=NOW) as browser:
        yield browser


def issued(desk, number="江府办督〔2026〕3号"):
    answer = desk.sign_in(CLERK).post("/supervision/new", {**FORM, "number": number})
    assert answer.status_code == 303, text_of(answer.text)
    return answer.headers["location"].partition("?")[0]


def test_the_office_issues_under_a_number_and_others_see_their_own(desk):
    """A draft is a file and no fact; what is wrong stays on the form; a unit sees what went to it, and no other's."""
    desk.sign_in(CLERK)
    assert "没有提醒函和督办单" in desk.get("/supervision").text
    draft = desk.post("/supervision/new", {**FORM, "draft": "1"})
    assert "attachment" in draft.headers["content-disposition"]
    assert OTHERS in "".join(p.text for p in Document(BytesIO(draft.content)).paragraphs)
    assert desk.post("/supervision/new", {**FORM, "number": ""}).status_code == 422
    assert desk.post("/supervision/new", {**FORM, "kind": "", "due": "很快"}).status_code == 422
    one = issued(desk)
    assert "江府办督〔2026〕3号" in desk.get("/supervision").text
    assert desk.get(f"{one}/document").content[:2] == b"PK"
    assert desk.sign_in(OTHER).get(one).status_code == 200
    assert desk.sign_in(OWNER).get(one).status_code == 404
    assert desk.get(f"{one}/document").status_code == 404
    assert "江府办督" not in desk.get("/supervision").text
    assert desk.sign_in(COMPETENT).get(one).status_code == 404
    assert desk.sign_in(FIRM).get("/supervision").status_code == 404
    assert desk.sign_in(OTHER).get("/supervision/new").status_code == 404
    assert desk.get("/supervision/month").status_code == 404


def test_a_late_order_stands_on_the_days_page_and_on_that_of_its_unit(desk):
    """Behind its last day; a competent office and other units hear nothing of it."""
    issue = {**FORM, "issued_on": "2026-09-01", "due": "2026-09-17", "number": "江府办督〔2026〕1号"}
    assert desk.sign_in(CLERK).post("/supervision/new", issue).status_code == 303
    assert "督导文书逾期未答复" in desk.get("/today").text
    page = text_of(desk.sign_in(OTHER).get("/my").text)
    assert "要答复的督办单 已逾期 江府办督〔2026〕1号" in page
    assert "督办单" not in desk.sign_in(OWNER).get("/my").text
    assert "督导文书" not in desk.sign_in(COMPETENT).get("/today").text


def test_a_unit_answers_and_the_office_may_take_it_back(desk):
    """With a file that is given back to who may see it; what was answered is not withdrawn before its answer."""
    one = issued(desk)
    assert desk.sign_in(AUDITOR).post(f"{one}/answer", {"text": "x"}).status_code == 404
    assert desk.sign_in(OTHER).post(f"{one}/answer", {"text": ""}).status_code == 422
    sent = desk.post(f"{one}/answer", {"text": "已完成整改。"}, {"files": ("截图.png", b"\x89PNG\r\n")})
    assert sent.status_code == 303
    page = desk.get(one).text
    assert "已完成整改。" in page
    link = re.search(rf'"({one}/evidence/[0-9a-f]{{64}})"', page)[1]
    assert desk.get(link).content == b"\x89PNG\r\n"
    assert desk.sign_in(OWNER).get(link).status_code == 404
    assert desk.sign_in(CLERK).post(f"{one}/withdraw", {"reason": "发错"}).status_code in (409, 422)
    assert desk.post(f"{one}/take-back", {"reason": ""}).status_code == 422
    assert desk.post(f"{one}/take-back", {"reason": "报错了单位"}).status_code == 303
    assert desk.post(f"{one}/withdraw", {"reason": "发错了单位"}).status_code == 303
    assert "已撤回" in text_of(desk.get(one).text)
    assert desk.sign_in(OTHER).post(f"{one}/answer", {"text": "已改"}).status_code in (409, 422)


def test_a_month_stands_by_units_and_says_what_is_no_month(desk):
    """The competent office sees its area; nobody is ranked."""
    page = desk.sign_in(CLERK).get("/supervision/month?month=2026-07").text
    assert OTHERS in page
    assert "不排名" in page
    assert OTHERS not in desk.sign_in(COMPETENT).get("/supervision/month?month=2026-07").text
    assert desk.sign_in(CLERK).get("/supervision/month?month=七月").status_code == 422
    assert desk.get("/supervision/month.csv?month=2026-07").text.count("\n") > 1
