"""Pages as each person sees them: nothing is offered to who only reads, and pages agree with each other."""

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, Browser, console_of, text_of
from tests.pipeline.console.city import LAST_ROUND, USERS


@pytest.fixture(scope="module")
def browser(city):
    with console_of(city, *USERS.values(), now=NOW) as opened:
        yield opened


def said(browser: Browser, role: Role | None, path: str) -> str:
    return text_of(browser.sign_in(USERS.get(role)).get(path).text)


@pytest.mark.parametrize(
    ("path", "offered"),
    [
        ("/today", "上传表格"),
        ("/today", "· 撤销"),
        ("/looks", "可以逐个登记"),
        ("/units", "上传单位或人员名册"),
        ("/in/2026-0001", "下载原件"),
    ],
)
def test_a_signer_is_not_offered_what_a_clerk_does(browser, path, offered):
    assert offered in said(browser, Role.CLERK, path)
    assert offered not in said(browser, Role.SIGNER, path)


def test_a_competent_office_is_not_led_to_moments_compared(browser):
    """It sees the round of the city with the results of its area; 比对 is the office's."""
    path = f"/rounds/{LAST_ROUND}"
    assert "比对定稿与当前数据" in said(browser, Role.CLERK, path)
    page = said(browser, Role.COMPETENT, path)
    assert "重新验证" in page
    assert "比对" not in page


def test_a_finding_that_is_only_recorded_is_called_so_everywhere(browser):
    """The rules of the city fail nobody for missing interaction: neither the list nor the round says 单项否决."""
    for path in ("/findings", f"/rounds/{LAST_ROUND}"):
        assert "未提供有效互动功能 仅登记" in said(browser, Role.CLERK, path)
    assert "性质 仅登记" in said(browser, Role.CLERK, "/findings/2026-1")


def test_the_indicators_have_the_name_that_the_office_gave_them(browser):
    """On an account, beside its score, and on the page of the rules themselves."""
    title = "江州市政务新媒体检查指标"
    for path in ("/accounts/0022", "/accounts/0022/score", "/rulesets/suzhou-practice-2023@1"):
        page = said(browser, Role.CLERK, path)
        assert title in page
        assert path.startswith("/rulesets") or "苏州市检查抽查做法" not in page


def test_what_an_intake_brought_is_counted_as_its_rows_are(browser):
    """29 new records and 7 that were known are the 36 rows below."""
    page = said(browser, Role.CLERK, "/in/2026-0001")
    assert "29 条，另有 7 条此前已有" in page
    assert "共 36 条" in page


def test_a_day_without_a_time_is_a_day(browser):
    """Nobody said when on the 8th the self-check came."""
    page = said(browser, Role.CLERK, "/reports/2026Q3")
    assert "2026-09-08" in page
    assert "23:59" not in page


def test_an_administrator_begins_with_the_users(browser):
    answer = browser.sign_in(USERS[Role.ADMIN]).get("/")
    assert answer.headers["location"] == "/users"


def test_a_report_of_the_public_is_not_said_to_be_anything_beforehand(browser):
    """Who comes from no account chooses what is wrong; who rates a service is asked no more."""
    page = browser.sign_in(None).get("/p/report").text
    assert '<option value="">请选择</option>' in page
    assert " selected" not in page.partition('id="matter"')[2].partition("</select>")[0]
