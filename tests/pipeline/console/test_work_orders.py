"""上级工单 in the console: received with a clock, answered with a document, taken back, each by rights."""

import io
import zipfile
from datetime import timedelta

import pytest

from events.days import chinese_day
from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT, FIRM = user_of(Role.COMPETENT, EAST), user_of(Role.FIRM, "sheets")
USERS = (CLERK, AUDITOR, COMPETENT, FIRM)
ORDER = {
    "number": "苏政务〔2026〕7号",
    "level": "province",
    "sender": "省政府办公厅",
    "account": "jz03",
    "at": "2026-09-17 09:00",
    "hours": "4",
    "about": "网民反映菜单打不开",
}


@pytest.fixture(scope="module")
def desk(city, tmp_path_factory):
    home = copy_of(city, tmp_path_factory.mktemp("orders"))
    with console_of(home, *USERS, now=NOW) as browser:
        yield browser


@pytest.mark.slow
def test_an_order_waits_and_is_answered_with_a_document(desk):
    """Overdue after its four hours it stands first, in 今日 too; the answer is given as DOCX, and can be taken back."""
    desk.sign_in(CLERK)
    assert desk.post("/work-orders", ORDER).status_code == 303
    assert "逾期未答复" in text_of(desk.get("/work-orders").text)
    assert "上级工单待答复" in desk.get("/today").text
    again = desk.post("/work-orders", ORDER | {"sender": "市政府办公室"})
    assert again.status_code == 409
    answer = {"number": ORDER["number"], "text": "已修复并回复网民"}
    assert desk.post("/work-orders/answer", answer).status_code == 303
    got = desk.get("/work-orders/answer.docx", params={"number": ORDER["number"]})
    assert got.status_code == 200
    with zipfile.ZipFile(io.BytesIO(got.content)) as document:
        assert "已修复并回复网民" in document.read("word/document.xml").decode()
    assert (
        desk.post("/work-orders/withdraw", {"number": ORDER["number"], "reason": "答错了"}).status_code == 303
    )
    assert "逾期未答复" in text_of(desk.get("/work-orders").text)


@pytest.mark.slow
@pytest.mark.parametrize("hours", ["0", "99999999", "9" * 5000, "四"])
def test_a_term_is_hours_of_a_year_at_most(desk, hours):
    refused = desk.sign_in(CLERK).post("/work-orders", ORDER | {"number": "9号", "hours": hours})
    assert refused.status_code == 422
    assert "小时" in refused.text


def test_an_order_of_today_came_by_now(desk):
    """A day alone lasts to midnight, and what came on it did not come in the future."""
    today = ORDER | {"number": "7号", "at": chinese_day(NOW).isoformat()}
    assert desk.sign_in(CLERK).post("/work-orders", today).status_code == 303
    tomorrow = today | {"number": "6号", "at": (chinese_day(NOW) + timedelta(days=1)).isoformat()}
    assert desk.post("/work-orders", tomorrow).status_code == 422


def test_one_term_alone_can_be_given(desk):
    """Hours and working hours together are refused in words, and a blank answer too."""
    both = ORDER | {"number": "8号", "working_hours": "8"}
    refused = desk.sign_in(CLERK).post("/work-orders", both)
    assert refused.status_code == 422
    assert "时限（工作小时）" in refused.text
    assert desk.post("/work-orders/answer", {"number": "没有", "text": "x"}).status_code == 422


def test_an_area_sees_the_orders_about_its_accounts_and_the_firm_none(desk):
    """One about an account of the city is not the area's; only a clerk records."""
    assert ORDER["number"] not in desk.sign_in(COMPETENT).get("/work-orders").text
    assert desk.get("/work-orders/answer.docx", params={"number": ORDER["number"]}).status_code == 404
    assert desk.sign_in(FIRM).get("/work-orders").status_code == 404
    assert desk.sign_in(AUDITOR).post("/work-orders", ORDER).status_code in (403, 404)
