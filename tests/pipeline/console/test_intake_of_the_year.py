"""数据报送 with pages of the year: what the preview calls them, who may hand them in, and what a yes writes."""

import io

import pytest
from docx import Document

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import CITY, EAST, OFFICE, copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.console.test_intake import confirmed, sheet

CLERK = user_of(Role.CLERK)
COMPETENT, OWNER = user_of(Role.COMPETENT, EAST), user_of(Role.OWNER, f"{EAST}教育局")
SITES = sheet(
    ("序号", "网站名称", "首页网址", "网站标识码", "主办单位", "地区"),
    (1, f"{CITY}人民政府门户网站", "https://www.jiangzhou.gov.cn/", "3299000001", OFFICE, CITY),
    (2, f"{CITY}水务局网站", "没有网址", "3299000002", f"{CITY}水务局", CITY),
    title="网站名录",
)
PRAISE = sheet(
    ("单位名称", "表彰级别", "表彰时间", "表彰文件"),
    (f"{EAST}教育局", "市级", "2026-03-01", "通报"),
    title="表彰情况",
)


@pytest.fixture
def browser(city, tmp_path):
    with console_of(copy_of(city, tmp_path), CLERK, COMPETENT, OWNER, now=NOW) as opened:
        yield opened.sign_in(CLERK)


def test_a_list_of_websites_is_shown_and_taken(browser):
    """The preview says what the page is, asks of which kind the sites are, and names what is wrong with a row."""
    answer = browser.post("/in", files={"files": ("网站.xlsx", SITES)})
    assert answer.status_code == 303, text_of(answer.text)
    at = answer.headers["location"]
    page = browser.get(at).text
    said = text_of(page)
    for told in ("网站名录", "没有写网站类别", "政府网站", "新增 1 个网站", "首页网址"):
        assert told in said, told
    done = confirmed(browser, at)
    assert done.status_code == 303, text_of(done.text)
    assert f"{CITY}人民政府门户网站" in text_of(browser.get("/sites").text)


@pytest.mark.parametrize(
    ("user", "content", "status"),
    [
        (COMPETENT, SITES, 422),
        (OWNER, SITES, 422),
        (COMPETENT, PRAISE, 303),
        (OWNER, PRAISE, 422),
    ],
    ids=["sites by an area", "sites by a unit", "praise by an area", "praise by a unit"],
)
def test_what_an_area_or_a_unit_hands_in_is_its_own(browser, user, content, status):
    """Lists of websites are the office's; what is assessed is handed in by areas, not by single units."""
    assert browser.sign_in(user).post("/in", files={"files": ("表.xlsx", content)}).status_code == status


def test_the_form_of_answers_is_given_beside_the_sheet(browser):
    """整改 has both, and a unit gets its own tasks."""
    assert "/tasks/sheet?form=docx" in browser.get("/tasks").text
    for user in (CLERK, OWNER):
        answer = browser.sign_in(user).get("/tasks/sheet?form=docx")
        assert answer.status_code == 200
        assert "政务新媒体问题整改回执" in Document(io.BytesIO(answer.content)).paragraphs[0].text
