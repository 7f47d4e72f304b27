"""互动测试 in the console: who sees which test, an answer, and a suggestion that becomes a finding."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from events.days import chinese_day
from events.instants import SHANGHAI
from pipeline.access.users import Role
from pipeline.home.actor import Actor
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.interaction.acts import AskQuestion, ask_question
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, WEST, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT, WESTERN = user_of(Role.COMPETENT, EAST), user_of(Role.COMPETENT, WEST, "u-west")
OWNER = user_of(Role.OWNER, f"{WEST}水务局")
FIRM, CHECKER = user_of(Role.FIRM, "sheets"), user_of(Role.CHECKER, "C2")
USERS = (CLERK, AUDITOR, COMPETENT, WESTERN, OWNER, FIRM, CHECKER)
COMING = chinese_day(datetime.now(UTC)) + timedelta(days=10)
ASKED = datetime(2026, 9, 1, 9, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def tested(city, tmp_path_factory):
    """The city with two tests of the account of a bureau in the west: the office's, and the firm's."""
    home = copy_of(city, tmp_path_factory.mktemp("interaction"))
    with open_workspace(Home(home)) as workspace:
        by_office = ask_question(workspace, AskQuestion(what="西山水务", at=ASKED), CLERK.actor)
        asked = AskQuestion(what="西山水务", at=ASKED, channel="comment")
        by_firm = ask_question(workspace, asked, Actor(FIRM.id))
    with console_of(home, *USERS, now=NOW) as browser:
        yield browser, str(by_office.ids[0]), str(by_firm.ids[0])


def test_each_role_sees_what_is_its_own(tested):
    """The office all, a competent office its area, a firm its own, an owner nothing before it was told."""
    browser, by_office, by_firm = tested
    for user, shown in ((CLERK, 2), (AUDITOR, 2), (WESTERN, 2), (COMPETENT, 0), (FIRM, 1), (OWNER, 0)):
        page = browser.sign_in(user).get("/interaction")
        assert page.status_code == 200
        assert page.text.count("疑似互动回应差</") >= shown, user
        found = [browser.get(f"/interaction/{test}").status_code for test in (by_office, by_firm)]
        assert found.count(200) == shown
    assert browser.sign_in(CHECKER).get("/interaction").status_code == 404


def test_a_clerk_confirms_a_suggestion_and_nobody_else_may(tested):
    """An unanswered question becomes a finding of the account; the owner sees it once it was told."""
    browser, by_office, by_firm = tested
    browser.sign_in(AUDITOR)
    assert "确认线索" not in browser.get(f"/interaction/{by_office}").text
    browser.sign_in(CLERK)
    page = browser.get(f"/interaction/{by_firm}")
    assert "登记答复" in page.text
    sent = browser.post(f"/interaction/{by_firm}/dismiss", data={"reason": ""})
    assert sent.status_code == 422
    sent = browser.post(f"/interaction/{by_firm}/dismiss", data={"reason": "已电话答复"})
    assert "已排除" in text_of(browser.get(f"/interaction/{by_firm}").text)
    sent = browser.post(f"/interaction/{by_office}/confirm", data={"reason": "未答复"})
    assert "已确认" in text_of(browser.get(f"/interaction/{by_office}").text)


@pytest.fixture
def testing(city, tmp_path):
    """A copy of the city, to write into."""
    with console_of(copy_of(city, tmp_path), *USERS) as browser:
        yield browser


def test_a_plan_is_asked_and_answered_by_clicks_and_each_step_is_taken_back(testing):
    """Planned for a unit, asked on another day, answered; the answer, the question and the plan go again one by one."""
    for stranger in (AUDITOR, WESTERN, OWNER, FIRM):
        assert 404 == testing.sign_in(stranger).get("/interaction/plan").status_code
    testing.sign_in(CLERK)
    plan = {"unit": f"{WEST}水务局", "channel": "message", "kind": "consult", "by": COMING.isoformat()}
    for wrong in ({"by": "九月"}, {"by": "2026-09-01"}, {"channel": ""}, {"unit": "没有的单位"}):
        assert 422 == testing.post("/interaction/plan", {**plan, **wrong}).status_code
    assert 303 == testing.post("/interaction/plan", plan).status_code
    page = testing.get("/interaction?state=planned").text
    assert "待提问" in text_of(page)
    planned = next(p for p in re.findall(r'href="/interaction/([0-9a-f-]{36})"', page))
    asked = testing.post(f"/interaction/{planned}/asked", {"at": "2026-09-10", "reference": "2026-77"})
    test = asked.headers["location"].split("?")[0].rpartition("/")[2]
    assert test != planned
    assert 404 == testing.get(f"/interaction/{planned}").status_code
    answer = {"quality": "good", "at": "2026-09-11 10:00"}
    assert 422 == testing.post(f"/interaction/{test}/answer", {**answer, "at": "2026-09-01"}).status_code
    assert 303 == testing.post(f"/interaction/{test}/answer", answer).status_code
    assert "已答复" in text_of(testing.get(f"/interaction/{test}").text)
    for state in ("疑似互动回应差", "没有这一页"):
        step = re.search(r'<option value="([0-9a-f-]{36})"', testing.get(f"/interaction/{test}").text)[1]
        assert 422 == testing.post(f"/interaction/{test}/withdraw", {"step": step}).status_code
        assert (
            303
            == testing.post(f"/interaction/{test}/withdraw", {"step": step, "reason": "登记错了"}).status_code
        )
        assert state in text_of(testing.get(f"/interaction/{test}").text)
    assert "待提问" in text_of(testing.get(f"/interaction/{planned}").text)


def test_a_question_that_nobody_planned_is_taken_down(testing):
    """By the number or name of the account; what is missing is said."""
    testing.sign_in(CLERK)
    asked = {"subject": "西山水务", "channel": "comment", "kind": "complaint", "at": "2026-09-17"}
    assert 422 == testing.post("/interaction/ask", {**asked, "subject": ""}).status_code
    assert 422 == testing.post("/interaction/ask", {**asked, "subject": "没有的账号"}).status_code
    led = testing.post("/interaction/ask", asked).headers["location"]
    page = text_of(testing.get(led).text)
    assert "评论留言" in page
    assert "投诉" in page


def test_a_public_notice_exempts_what_it_announces_and_nothing_before(testing):
    """昆政办发〔2019〕162号 附件2: a function that fails, not announced; the notice taken back exempts nothing."""
    testing.sign_in(CLERK)
    broken = {"subject": "西山水务", "function": "办事大厅", "at": "2026-09-15 10:00"}
    first = testing.post("/interaction/functions", broken).headers["location"]
    assert "疑似功能无法使用" in text_of(testing.get(first).text)
    notice = {"subject": "西山水务", "at": "2026-09-16 08:00", "until": "2026年9月30日"}
    assert 422 == testing.post("/interaction/functions/notice", {**notice, "until": "月底"}).status_code
    assert 303 == testing.post("/interaction/functions/notice", notice).status_code
    again = {**broken, "at": "2026-09-17 10:00"}
    second = testing.post("/interaction/functions", again).headers["location"].partition("?")[0]
    assert "已公告，不计" in text_of(testing.get(second).text)
    page = testing.get("/interaction/functions").text
    assert "全部功能" in text_of(page)
    chosen = re.search(r'<option value="([0-9a-f-]{36})"', page)[1]
    back = {"notice": chosen, "reason": "公告已撤"}
    assert 303 == testing.post("/interaction/functions/notice/withdraw", back).status_code
    assert "疑似功能无法使用" in text_of(testing.get(second).text)
    assert 422 == testing.post(f"{second}/dismiss", {"reason": ""}).status_code
    assert 303 == testing.post(f"{second}/dismiss", {"reason": "已恢复"}).status_code
    assert 200 == testing.sign_in(WESTERN).get(second).status_code
    assert 404 == testing.sign_in(COMPETENT).get(second).status_code
    assert 404 == testing.sign_in(OWNER).get("/interaction/functions").status_code
