"""备案 in the console: who sees which case, and an application on its way to the filing, each step by its person."""

import re

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import CITY, EAST, OFFICE, copy_of
from tests.pipeline.console.signed_in import user_of

OWNER_UNIT = f"{CITY}交通运输局"
CLERK, OTHER = user_of(Role.CLERK), user_of(Role.CLERK, id_="u-other")
SIGNER, FIRM = user_of(Role.SIGNER), user_of(Role.FIRM, "某公司")
OWNER = user_of(Role.OWNER, OWNER_UNIT)
LEADER = user_of(Role.OWNER, OWNER_UNIT, "u-leader")
STRANGER = user_of(Role.OWNER, f"{CITY}水务局", "u-stranger")
COMPETENT = user_of(Role.COMPETENT, EAST)
USERS = (CLERK, OTHER, SIGNER, FIRM, OWNER, LEADER, STRANGER, COMPETENT)


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture(scope="module")
def desk(city, tmp_path_factory):
    home = copy_of(city, tmp_path_factory.mktemp("filings"))
    with console_of(home, *USERS, now=NOW) as browser:
        yield browser


def test_cases_stand_with_number_state_and_what_is_next(seen):
    page = text_of(seen.sign_in(CLERK).get("/filings").text)
    assert "2 件，待审核 1 件，逾期 0 件" in page
    assert "江州出行 抖音 2026-01 江州市交通运输局 开设 待批 待审核 2026-09-07" in page


def test_what_waits_of_an_area_is_what_its_list_has(seen):
    """The application of a unit of the city stands neither among the cases of an area, nor in what waits there."""
    seen.sign_in(COMPETENT)
    assert "待审核 0 件" in text_of(seen.get("/filings").text)
    assert "备案申请待审批" not in text_of(seen.get("/today").text)
    assert "备案申请待审批 1" in text_of(seen.sign_in(CLERK).get("/today").text)


def test_a_filter_of_states_is_exported_as_shown(seen):
    rows = seen.sign_in(CLERK).get("/filings.csv?state=approved").content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["江州通勤"]


def test_an_owner_sees_its_own_cases_and_no_others(seen):
    assert "江州出行" in seen.sign_in(OWNER).get("/filings").text
    assert seen.get("/filings/2026-01").status_code == 200
    assert "江州出行" not in seen.sign_in(STRANGER).get("/filings").text
    for path in ("/filings/2026-01", "/filings/2026-01/form.docx", "/filings/2026-99"):
        found = seen.get(path)
        assert found.status_code == 404
        assert "没有这一页，或您没有权限" in found.text


@pytest.mark.parametrize("act", ["opinion", "file", "forward", "withdraw"])
def test_nobody_acts_on_cases_of_others(seen, act):
    assert seen.sign_in(STRANGER).post(f"/filings/2026-01/{act}", {"reason": "误报"}).status_code == 404
    assert seen.sign_in(FIRM).post(f"/filings/2026-01/{act}").status_code == 404


def test_an_owner_applies_for_its_own_unit_whatever_the_form_says(desk):
    form = {"kind": "opened", "name": "江州骑行", "platform": "快手", "owner": OFFICE, "reason": "便民"}
    done = desk.sign_in(OWNER).post("/filings/new", form)
    assert done.status_code == 303, text_of(done.text)
    where = done.headers["location"]
    assert where == "/filings/2026-03?done=filing-applied"
    page = text_of(desk.get(where).text)
    assert f"2026-03 · {OWNER_UNIT} · 快手" in page
    assert "已提交备案申请" in page


def test_a_competent_office_applies_for_units_of_its_area_alone(desk):
    form = {"kind": "opened", "name": "江州垂钓", "platform": "快手", "owner": OWNER_UNIT}
    refused = desk.sign_in(COMPETENT).post("/filings/new", form)
    assert refused.status_code == 422
    assert 'value="江州垂钓"' in refused.text


def test_an_application_about_an_account_of_others_is_refused(desk):
    refused = desk.sign_in(OWNER).post(
        "/filings/new", {"kind": "cancelled", "account": "0001", "reason": "停用"}
    )
    assert refused.status_code == 422


def test_the_applicant_gives_neither_opinion_and_another_person_does(desk):
    number = _applied(desk, "江州漫步")
    said = {"by": "owner", "approved": "yes", "text": "同意开设"}
    refused = desk.sign_in(OWNER).post(f"/filings/{number}/opinion", said)
    assert refused.status_code == 422
    assert "须由另一人办理" in text_of(refused.text)
    done = desk.sign_in(LEADER).post(f"/filings/{number}/opinion", said)
    assert done.headers["location"] == f"/filings/{number}?done=filing-opinion"


def test_an_owner_gives_no_opinion_in_the_name_of_the_office(desk):
    number = _applied(desk, "江州绿道")
    refused = desk.sign_in(LEADER).post(f"/filings/{number}/opinion", {"by": "office", "approved": "yes"})
    assert refused.status_code == 422
    assert "已批准" not in text_of(desk.get(f"/filings/{number}").text)


def test_a_case_goes_from_application_to_forwarding(desk):
    number = _applied(desk, "江州公交")
    desk.sign_in(LEADER).post(f"/filings/{number}/opinion", {"by": "owner", "approved": "yes"})
    desk.sign_in(SIGNER).post(f"/filings/{number}/opinion", {"by": "office", "approved": "yes"})
    form = {"effective": "9月16日", "filed": "2026-09-17"}
    done = desk.sign_in(CLERK).post(f"/filings/{number}/file", form)
    assert done.status_code == 303, text_of(done.text)
    page = text_of(desk.get(f"/filings/{number}").text)
    assert "已备案" in page
    done = desk.post(f"/filings/{number}/forward", {"system": "provincial", "receipt": "省-77"})
    assert done.status_code == 303, text_of(done.text)
    page = text_of(desk.get(f"/filings/{number}").text)
    assert "全省系统" in page
    assert "省-77" in page
    again = desk.post(f"/filings/{number}/forward", {"system": "provincial"})
    assert again.status_code == 422
    form = desk.get(f"/filings/{number}/form.docx")
    assert form.content.startswith(b"PK")


def test_a_day_that_has_not_come_is_refused_beside_the_form(desk):
    number = _applied(desk, "江州明日")
    said = {"by": "owner", "approved": "yes", "at": "2027-01-01"}
    refused = desk.sign_in(LEADER).post(f"/filings/{number}/opinion", said)
    assert refused.status_code == 422
    assert 'value="2027-01-01"' in refused.text


def test_a_withdrawn_application_keeps_its_number_for_ever(desk):
    first = _applied(desk, "江州误报")
    refused = desk.sign_in(OWNER).post(f"/filings/{first}/withdraw", {"reason": " "})
    assert refused.status_code == 422
    assert desk.post(f"/filings/{first}/withdraw", {"reason": "名称写错"}).status_code == 303
    assert desk.get(f"/filings/{first}").status_code == 404
    later = _applied(desk, "江州再报")
    assert int(later.partition("-")[2]) == int(first.partition("-")[2]) + 1


def test_names_of_people_do_not_enter_the_log(desk):
    form = {"kind": "opened", "name": "江州停车", "platform": "快手", "reason": "联系 16100001001"}
    refused = desk.sign_in(OWNER).post("/filings/new", form)
    assert refused.status_code == 422
    assert "含有个人的号码" in text_of(refused.text)


def test_a_form_without_the_token_of_its_session_writes_nothing(desk):
    form = {"kind": "opened", "name": "江州伪造", "platform": "快手"}
    assert desk.sign_in(OWNER).post("/filings/new", form, csrf="of-others").status_code == 403


def test_markup_in_a_name_is_shown_and_not_run(desk):
    number = _applied(desk, '江州<img src=x onerror="alert(1)">')
    page = desk.get(f"/filings/{number}").text
    assert "<img" not in page
    assert "&lt;img" in page


def test_a_case_of_the_past_has_no_forms(seen):
    page = seen.sign_in(CLERK).get("/filings/2026-01?known_at=2026-09-10").text
    assert "<form" not in re.sub(r'<form class="find".*?</form>', "", page, flags=re.DOTALL)
    assert seen.get("/filings/2026-01?known_at=2026-09-01").status_code == 404


def _applied(desk, name):
    done = desk.sign_in(OWNER).post("/filings/new", {"kind": "opened", "name": name, "platform": "快手"})
    assert done.status_code == 303, text_of(done.text)
    return re.search(r"/filings/(\d{4}-\d+)", done.headers["location"])[1]
