"""政策解读 on its page: the office hands a sheet in and takes back, each unit sees its own."""

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import EAST, NOW, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
MINE, OTHERS = "江州市交通运输局", "西山县水务局"
OWNER = user_of(Role.OWNER, MINE, "u-owner")
COMPETENT = user_of(Role.COMPETENT, EAST)
FIRM = user_of(Role.FIRM, "sheets")
SHEET = (
    "文号,标题,牵头起草部门,发布日期,解读形式,解读链接,解读日期\n"
    f"江交〔2026〕8号,公交票价办法,{MINE},2026-08-01,问答,,2026-08-02\n"
    f"西水〔2026〕2号,节水办法,{OTHERS},2026-08-03,,,\n"
).encode("utf-8-sig")


@pytest.fixture
def desk(city, tmp_path):
    with console_of(copy_of(city, tmp_path), CLERK, AUDITOR, OWNER, COMPETENT, FIRM, now=NOW) as browser:
        yield browser


def test_a_sheet_is_taken_and_each_sees_the_documents_of_its_scope(desk):
    """The office sees all, a unit its own, a competent office those of its area; the firm has no such page."""
    assert "还没有登记文件" in desk.sign_in(CLERK).get("/interpretation").text
    assert desk.post("/interpretation", {}, {"file": ("x.exe", b"MZ")}).status_code == 422
    assert desk.post("/interpretation", {}, {"file": ("x.csv", SHEET)}).status_code == 303
    page = text_of(desk.get("/interpretation").text)
    assert "缺访谈、图解、音频、H5等其中1种形式的政策解读" in page
    assert "节水办法" in page
    assert "节水办法" in desk.get("/interpretation.csv?state=short").text
    own = desk.sign_in(OWNER).get("/interpretation").text
    assert ("公交票价办法" in own, "节水办法" in own) == (True, False)
    assert "公交票价办法" not in desk.sign_in(COMPETENT).get("/interpretation").text
    assert desk.sign_in(FIRM).get("/interpretation").status_code == 404
    assert desk.sign_in(AUDITOR).post("/interpretation", {}, {"file": ("x.csv", SHEET)}).status_code == 404


def test_a_document_that_was_entered_wrongly_is_taken_back(desk):
    """With a reason, by its number; a number that nobody entered is said."""
    desk.sign_in(CLERK).post("/interpretation", {}, {"file": ("x.csv", SHEET)})
    wrong = desk.post("/interpretation/withdraw", {"number": "无〔2026〕1号", "reason": "登记有误"})
    assert (wrong.status_code, "没有登记过文件" in wrong.text) == (422, True)
    assert (
        desk.post("/interpretation/withdraw", {"number": "西水[2026]2号", "reason": " "}).status_code == 422
    )
    sent = desk.post("/interpretation/withdraw", {"number": "西水[2026]2号", "reason": "登记有误"})
    assert sent.status_code == 303
    assert "节水办法" not in desk.get("/interpretation").text
