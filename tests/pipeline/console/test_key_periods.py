"""重要时间节点 on its pages: the office declares, ends, reports and takes back; others see what concerns them."""

import re

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import EAST, NOW, WEST, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
OWNER = user_of(Role.OWNER, "江州市交通运输局", "u-owner")
COMPETENT = user_of(Role.COMPETENT, EAST)
FIRM = user_of(Role.FIRM, "sheets")
PERIOD = {
    "name": "中秋国庆",
    "first": "2026-09-16",
    "last": "2026年10月8日",
    "area": WEST,
    "looks": "2",
    "duty": "1",
}


@pytest.fixture
def desk(city, tmp_path):
    with console_of(copy_of(city, tmp_path), CLERK, AUDITOR, OWNER, COMPETENT, FIRM, now=NOW) as browser:
        yield browser


def test_a_period_is_declared_reported_ended_and_taken_back(desk):
    """What makes no sense is said beside the form; reports are there for days that have begun, and for the office."""
    assert "还没有设定重要时间节点" in desk.sign_in(CLERK).get("/key-periods").text
    for wrong in (
        {"first": "很快"},
        {"last": "2026-09-01"},
        {"looks": "99"},
        {"looks": "多"},
        {"area": "无此区"},
    ):
        assert desk.post("/key-periods", {**PERIOD, **wrong}).status_code == 422, wrong
    assert desk.post("/key-periods", PERIOD).status_code == 303
    page = desk.get("/key-periods").text
    assert "进行中" in text_of(page)
    path = re.search(r'href="(/key-periods/[0-9a-f-]{36})"', page)[1]
    shown = desk.get(path).text
    assert "每个账号至少 2 次" in text_of(shown)
    assert f"{path}/reports/2026-09-18/docx" in shown
    assert f"{path}/reports/2026-09-19/docx" not in shown
    file = desk.get(f"{path}/reports/2026-09-17/xlsx")
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    for wrong in ("2026-09-19/docx", "2026-09-15/docx", "2026-09-17/exe", "x/docx"):
        assert desk.get(f"{path}/reports/{wrong}").status_code == 404, wrong
    assert "中秋国庆" not in desk.sign_in(COMPETENT).get("/key-periods").text
    assert "中秋国庆" in desk.sign_in(OWNER).get("/key-periods").text
    assert desk.get(path).status_code == 404
    assert desk.post("/key-periods", PERIOD).status_code == 404
    assert desk.sign_in(FIRM).get("/key-periods").status_code == 404
    assert desk.sign_in(AUDITOR).get(path).status_code == 200
    assert desk.post(f"{path}/end", {}).status_code == 404
    assert desk.sign_in(CLERK).post(f"{path}/end", {"last": "2027-01-01"}).status_code == 422
    assert desk.post(f"{path}/end", {"last": "2026-09-20", "reason": "提前结束"}).status_code == 303
    assert "2026年9月16日 至 2026年9月20日" in text_of(desk.get(path).text)
    assert desk.post(f"{path}/withdraw", {"reason": " "}).status_code == 422
    assert desk.post(f"{path}/withdraw", {"reason": "日期有误"}).status_code == 303
    assert "还没有设定重要时间节点" in desk.get("/key-periods").text
