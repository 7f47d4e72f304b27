"""互动测试 in the console: who sees which test, an answer, and a suggestion that becomes a finding."""

from datetime import datetime

import pytest

from events.instants import SHANGHAI
from pipeline.access.users import Role
from pipeline.home.actor import Actor
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.interaction.acts import AskQuestion, ask_question
from tests.pipeline.console.browsing import NOW, console_of, text_of, user_of
from tests.pipeline.console.city import EAST, WEST, copy_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT, WESTERN = user_of(Role.COMPETENT, EAST), user_of(Role.COMPETENT, WEST, "u-west")
OWNER = user_of(Role.OWNER, f"{WEST}水务局")
FIRM, CHECKER = user_of(Role.FIRM, "sheets"), user_of(Role.CHECKER, "C2")
USERS = (CLERK, AUDITOR, COMPETENT, WESTERN, OWNER, FIRM, CHECKER)
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
