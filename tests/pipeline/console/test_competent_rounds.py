"""A competent office runs a round and its bulletin in its area, under its name; the city and other areas see them."""

import re

import pytest

from events.round import RoundAnnounced
from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.own_office import office_now
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import EAST, NOW, OFFICE, USERS, WEST, copy_of
from tests.pipeline.console.signed_in import user_of

ONE, OTHER = user_of(Role.COMPETENT, EAST, "u-one"), user_of(Role.COMPETENT, EAST, "u-two")
WESTERN, CLERK, SIGNER = user_of(Role.COMPETENT, WEST, "u-west"), USERS[Role.CLERK], USERS[Role.SIGNER]
NAME, OWN_OFFICE = "2026Q3", f"{EAST}人民政府办公室"
PLAN = {
    "check_point": "2026年9月15日20时",
    "scheme": "all",
    "basis": "国办秘函〔2019〕19号",
    "office_name": OWN_OFFICE,
    "letterhead": f"{OWN_OFFICE}文件",
}


@pytest.fixture(scope="module")
def home(city, tmp_path_factory):
    return copy_of(city, tmp_path_factory.mktemp("competent"))


@pytest.fixture(scope="module")
def browser(home):
    with console_of(home, *USERS.values(), ONE, OTHER, WESTERN, now=NOW) as opened:
        yield opened


def did(browser, user, url, data=None, files=None):
    answer = browser.sign_in(user).post(url, data, files)
    assert 303 == answer.status_code, text_of(answer.text)[-900:]


def not_theirs(browser, user, url, data=None):
    answer = browser.sign_in(user).post(url, data) if data is not None else browser.sign_in(user).get(url)
    assert 404 == answer.status_code, (url, answer.status_code)


def page(browser, user, url):
    answer = browser.sign_in(user).get(url)
    assert 200 == answer.status_code, (url, answer.status_code)
    return answer.text


@pytest.mark.slow
def test_a_competent_office_checks_its_area_from_plan_to_bulletin(browser, home):
    """Issue of a county by two of its people: each act theirs alone, two persons where the rules say so."""
    plan = page(browser, ONE, "/rounds/new")
    assert f"范围：{EAST}" in plan
    assert 'name="area"' not in plan
    answer = browser.sign_in(ONE).post("/rounds/new", {**PLAN, "office_name": ""})
    assert (422, True) == (answer.status_code, "落款" in answer.text)
    did(browser, ONE, "/rounds/new", {**PLAN, "area": WEST, "confirmed": "1"})
    where = f"/rounds/{NAME}"
    assert f"{EAST}办理" in text_of(page(browser, CLERK, where))
    not_theirs(browser, WESTERN, where)
    for user in (CLERK, WESTERN):
        not_theirs(browser, user, f"{where}/draw", {})
    not_theirs(browser, ONE, "/rounds/jiangzhou-2026Q3/revise", {})
    not_theirs(browser, ONE, "/rounds/jiangzhou-2026Q3/sheets")

    did(browser, ONE, f"{where}/draw")
    did(browser, ONE, f"{where}/sheets", {"checkers": "1"})
    sheets = page(browser, ONE, f"{where}/sheets")
    assert "检查组 1" in text_of(sheets)
    form = re.search(rf"{where}/sheets/[0-9a-f]{{4}}-C1/form", sheets)[0]
    not_theirs(browser, USERS[Role.CHECKER], form)
    not_theirs(browser, CLERK, form)
    rows = sorted(set(map(int, re.findall(r'name="looked_at-(\d+)"', page(browser, ONE, form)))))
    assert 12 == len(rows)
    said = {f"looked_at-{n}": "2026-09-15 19:00" for n in rows}
    said |= {f"newest_post_at-{n}": "2026-09-15 08:00" for n in rows} | {"rule-0": "严重表述错误"}
    did(browser, ONE, form, said, {"evidence-0": ("1.png", b"\x89PNG\r\n\x1a\n picture")})
    found = set(re.findall(r"/findings/2026-\d+", page(browser, ONE, where)))
    (finding,) = (one for one in found if f"{one}/evidence/" in page(browser, ONE, one))
    for one in found - {finding}:  # of the city's own check
        not_theirs(browser, OTHER, f"{one}/recheck", {"holds": "1"})
    assert 422 == browser.sign_in(ONE).post(f"{finding}/recheck", {"holds": "1"}).status_code
    did(browser, OTHER, f"{finding}/recheck", {"holds": "1"})
    did(browser, ONE, f"{where}/serve", {"how": "书面告知", "days": "3"})
    did(browser, ONE, f"{where}/propose", {"although": "单位已书面表示无异议"})
    assert 422 == browser.sign_in(ONE).post(f"{where}/freeze").status_code
    did(browser, OTHER, f"{where}/freeze")

    bulletin = f"/bulletins/{NAME}"
    not_theirs(browser, CLERK, f"{bulletin}/draft", {})
    not_theirs(browser, WESTERN, bulletin)
    did(browser, ONE, f"{bulletin}/draft")
    page(browser, ONE, f"{bulletin}?edition=internal")
    did(browser, ONE, f"{bulletin}/check")
    did(browser, ONE, f"{bulletin}/submit")
    assert 422 == browser.sign_in(ONE).post(f"{bulletin}/sign", {"role": "主任"}).status_code
    not_theirs(browser, SIGNER, f"{bulletin}/sign", {"role": "主任"})
    assert "待签发" in page(browser, OTHER, "/bulletins")
    did(browser, OTHER, f"{bulletin}/sign", {"role": "主任"})
    did(browser, ONE, f"{bulletin}/issue", {"number": "东江府办〔2026〕3号"})
    for user in (CLERK, USERS[Role.AUDITOR], WESTERN):
        shown = text_of(page(browser, user, bulletin))
        assert OWN_OFFICE in shown
        assert OFFICE not in shown
    not_theirs(browser, WESTERN, f"{bulletin}?edition=internal")
    with open_workspace(Home(home)) as workspace:
        assert (OWN_OFFICE, OFFICE) == (office_now(workspace, EAST).name, office_now(workspace).name)
        (announced,) = (
            k.event.data
            for k in workspace.known.read((RoundAnnounced.type,))
            if k.event.subject == f"round:{NAME}"
        )
        assert (EAST, EAST) == (announced.area, announced.office)
