"""提升整合关停 in the console: evidence by rights, a decision of the office, and its withdrawal."""

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import rows

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT, FIRM = user_of(Role.COMPETENT, EAST), user_of(Role.FIRM, "sheets")
USERS = (CLERK, AUDITOR, COMPETENT, FIRM)


@pytest.fixture(scope="module")
def desk(city, tmp_path_factory):
    home = copy_of(city, tmp_path_factory.mktemp("advice"))
    with console_of(home, *USERS, now=NOW) as browser:
        browser.home = home
        yield browser


def test_who_was_silent_at_a_check_is_advised_to_improve(desk):
    """The check of the second quarter found two over the limit; units with two of one name are to merge them."""
    page = text_of(desk.sign_in(CLERK).get("/advice").text)
    assert page.count("一年内检查发现超期未更新") == 2
    assert "西山水务" in page


def test_others_see_their_area_or_nothing(desk):
    """Its own area for a competent office, nothing for the firm; only a clerk decides."""
    assert "西山水务" not in desk.sign_in(COMPETENT).get("/advice").text
    assert desk.sign_in(FIRM).get("/advice").status_code == 404
    assert "登记决定" not in desk.sign_in(AUDITOR).get("/advice").text
    assert desk.post("/advice/decide", {"account": "西山水务", "choice": "close"}).status_code in (403, 404)


def test_a_decision_is_recorded_and_taken_back(desk):
    """To keep an account needs a reason; a decision makes the adviser quiet, its withdrawal undoes that."""
    desk.sign_in(CLERK)
    before = len(rows(desk.home, "advice", "list"))
    kept = {"account": "西山水务", "choice": "keep", "reason": ""}
    assert desk.post("/advice/decide", kept).status_code == 422
    assert desk.post("/advice/decide", kept | {"choice": "merge"}).status_code == 303
    assert before - 1 == len(rows(desk.home, "advice", "list"))
    assert desk.post("/advice/withdraw", {"account": "西山水务", "reason": "登记错了"}).status_code == 303
    assert before == len(rows(desk.home, "advice", "list"))
