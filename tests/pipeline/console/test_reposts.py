"""转载任务 on its pages: the office gives an order, each unit hands in its own, and the office takes back."""

import re

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import EAST, NOW, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
MINE, OTHERS = "江州市交通运输局", "西山县水务局"
OWNER, OTHER = user_of(Role.OWNER, MINE, "u-owner"), user_of(Role.OWNER, OTHERS, "u-other")
COMPETENT = user_of(Role.COMPETENT, EAST)
USERS = (CLERK, AUDITOR, OWNER, OTHER, COMPETENT)
ORDER = {
    "number": "转载〔2026〕8号",
    "title": "关于做好防汛工作的通知",
    "due": "2026-09-20 18:00",
    "source": "中国政府网、江州日报",
    "area": "江州市",
}


@pytest.fixture
def desk(city, tmp_path):
    with console_of(copy_of(city, tmp_path), *USERS, now=NOW) as browser:
        yield browser


def test_an_order_is_given_seen_and_answered(desk):
    """A unit sees an order that asks its accounts alone, and hands in what is its own; others have no such page."""
    assert "没有转载任务" in desk.sign_in(CLERK).get("/reposts").text
    assert desk.post("/reposts/order", {**ORDER, "due": "很快"}).status_code == 422
    assert desk.post("/reposts/order", {**ORDER, "area": "无此区"}).status_code == 422
    sent = desk.post("/reposts/order", ORDER)
    assert sent.status_code == 303
    page = sent.headers["location"].partition("?")[0]
    assert "中国政府网、江州日报" in text_of(desk.get(page).text)
    assert desk.post("/reposts/order", {**ORDER, "title": "另一通知"}).status_code == 409
    own = desk.sign_in(OWNER).get(page).text
    assert ("江州交通" in own, "江州教育" in own) == (True, False)
    mine = desk.get("/my").text
    assert ("要转载的信息" in mine, page in mine) == (True, True)
    account = re.search(r'<option value="([^"]+)"[^>]*>江州交通', own)[1]
    stranger = re.search(r'<option value="([^"]+)"[^>]*>江州教育', desk.sign_in(CLERK).get(page).text)[1]
    assert desk.sign_in(OWNER).post(f"{page}/done", {"account": stranger}).status_code == 404
    assert desk.post(f"{page}/done", {"account": account, "at": "2999-01-01"}).status_code == 422
    handed = desk.post(f"{page}/done", {"account": account, "link": "https://example.cn/1"})
    assert handed.status_code == 303
    assert "已转载" in text_of(desk.get(page).text)
    for other in re.findall(r'<option value="([^"]+)"[^>]*>江州交通', desk.get(page).text):
        assert desk.post(f"{page}/done", {"account": other}).status_code == 303
    assert "要转载的信息" not in desk.get("/my").text
    assert desk.get("/reposts.csv").text.count("\n") > 1
    assert "防汛" not in desk.sign_in(OTHER).get("/reposts").text
    assert desk.get(page).status_code == 404
    assert "防汛" not in desk.sign_in(COMPETENT).get("/reposts").text
    assert desk.sign_in(AUDITOR).post(f"{page}/done", {"account": account}).status_code == 404
    assert desk.sign_in(OWNER).post(f"{page}/withdraw", {"reason": "报错"}).status_code == 404
    taken = desk.sign_in(CLERK).post(f"{page}/withdraw", {"account": account, "reason": "报错"})
    assert taken.status_code == 303
    assert desk.post(f"{page}/withdraw", {"reason": ""}).status_code == 422
    assert desk.post(f"{page}/withdraw", {"reason": "下达有误"}).status_code == 303
    assert "没有转载任务" in desk.get("/reposts").text
