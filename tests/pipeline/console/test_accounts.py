import re
from datetime import timedelta

import pytest

from pipeline.access.users import Role
from pipeline.console.app import SESSION_COOKIE, Console
from pipeline.home.folder import Home
from pipeline.office.people import list_accesses
from pipeline.office.standing.standings import KeptStandings
from tests.pipeline.console.browsing import NOW, client_of, console_of, text_of
from tests.pipeline.console.city import BULLETIN, BY_ID, EAST, USERS, copy_of
from tests.pipeline.console.clock import clock_at
from tests.pipeline.console.signed_in import FixedSessions
from tests.pipeline.program import done


def data_of(browser, url):
    return browser.get(url, headers={"accept": "application/json"}).json()["data"]


@pytest.fixture(scope="module")
def browser(city):
    with console_of(city, *USERS.values(), now=NOW) as opened:
        yield opened


def test_today_counts_everybody_once(browser):
    """The counts of the marks are the population, and each is a link to its rows."""
    browser.sign_in(USERS[Role.CLERK])
    page = browser.get("/today")
    assert page.status_code == 200, page.text
    data = data_of(browser, "/today")
    assert sum(one["value"] for one in data["counts"]) == 40
    for one in data["counts"]:
        found = data_of(browser, one["url"])["listing"]["found"]
        assert found == one["value"], one


def test_today_names_who_must_post_and_of_whom_nobody_knows(browser):
    said = text_of(browser.sign_in(USERS[Role.CLERK]).get("/today").text)
    for words in (
        "需更新账号",
        "今天到期",
        "已超",
        "待核实账号",
        "尚未检查",
        "最近报送",
        "数据来源",
    ):
        assert words in said, words


class CountedStandings(KeptStandings):
    """Standings that note what was reckoned from them."""

    def __init__(self):
        super().__init__()
        self.made = []

    def following(self, newest, key, make):
        def noted():
            self.made.append(key)
            return make()

        return super().following(newest, key, noted)


@pytest.mark.parametrize(
    "url", ["/today", "/accounts?sort=-newest_post_at&silent=10", "/accounts?s=red&q=江"]
)
def test_a_page_that_is_asked_again_a_moment_later_reckons_nothing_anew(city, url):
    """The clock runs on between two requests, as it does between those of people; in the next minute all is new."""
    user, later, counts = USERS[Role.CLERK], timedelta(), []
    console = Console(city, FixedSessions({user.id: user}), now=lambda: NOW + later)
    console.standings = CountedStandings()
    with client_of(console) as client:
        client.cookies.set(SESSION_COOKIE, user.id)
        for seconds in (0, 10, 20, 120):
            later = timedelta(seconds=seconds)
            assert client.get(url).status_code == 200
            counts.append(len(console.standings.made))
    assert 0 < counts[0] == counts[1] == counts[2] < counts[3]


@pytest.mark.parametrize(
    "sort", ["limit_at", "-limit_at", "newest_post_at", "name", "owner", "-silent_days", "number"]
)
def test_accounts_in_any_order(browser, sort):
    """Any order shows everybody; a file holds the same rows in the same order."""
    browser.sign_in(USERS[Role.CLERK])
    data = data_of(browser, f"/accounts?sort={sort}")["listing"]
    assert (data["found"], len(data["rows"])) == (40, 40)
    file = browser.get(f"/accounts.csv?sort={sort}").content.decode("utf-8-sig").splitlines()
    assert [row["name"] for row in data["rows"]] == [line.split(",")[1] for line in file[1:]]


def test_an_area_sees_its_own(browser):
    browser.sign_in(USERS[Role.COMPETENT])
    data = data_of(browser, "/accounts")["listing"]
    assert {row["area"] for row in data["rows"]} == {EAST}
    assert len(data["rows"]) == data["total"] == 12
    assert data_of(browser, "/accounts?area=西山县")["listing"]["found"] == 0
    day = data_of(browser, "/today")
    assert sum(one["value"] for one in day["counts"]) == 12
    assert day["came_in"] == []
    assert browser.get("/today.xlsx").status_code == 200


def test_words_and_filters_narrow(browser):
    browser.sign_in(USERS[Role.CLERK])

    def found(query):
        return data_of(browser, f"/accounts?{query}")["listing"]["found"]

    assert found("q=教育局") == found("q=教育局&sort=name") > 0
    assert found("q=0001") == 1
    assert found("silent=14") == found("silent=14&s=over") + found("silent=14&s=unknown")
    assert found("state=closed") == 0


def test_a_firm_sees_names_alone(browser):
    browser.sign_in(USERS[Role.FIRM])
    data = data_of(browser, "/accounts?s=over")
    assert data["listing"]["found"] == 40
    assert {"said", "limit_at", "silent_days"}.isdisjoint(data["listing"]["rows"][0])
    assert "已超期" not in browser.get("/accounts").text


def test_an_account_stands_under_its_number(browser):
    """How it stands, its history, its registration; the year is a drawing and a table, the score has clauses."""
    browser.sign_in(USERS[Role.CLERK])
    row = data_of(browser, "/accounts?s=red")["listing"]["rows"][0]
    url = f"/accounts/{row['number']}"
    page = browser.get(url)
    assert page.status_code == 200, page.text
    said = text_of(page.text)
    for words in (row["name"], "今天到期", "一年的更新", "办理记录", "登记", "联系"):
        assert words in said, words
    drawing = browser.get(f"{url}/year.svg")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert drawing.text.count("<rect") > 350
    assert "没有更新" in text_of(browser.get(f"{url}/year").text)
    score = text_of(browser.get(f"{url}/score").text)
    assert "暂定" in score
    assert browser.get("/accounts/9999").status_code == 404


def test_a_past_account_has_no_forms(browser):
    """With a moment of knowledge a page wears the band, keeps the moment in its links and writes nothing."""
    browser.sign_in(USERS[Role.AUDITOR])
    page = browser.get("/accounts/0002?known_at=2026-09-10&at=2026-09-10")
    assert page.status_code == 200, page.text
    assert "您在查看过去的情况" in page.text
    assert '<form method="post"' not in page.text
    assert "/accounts/0002/year.svg?" in page.text
    assert browser.get("/accounts/0002/score?known_at=2026-09-10&at=2026-09-10").status_code == 200


def test_others_accounts_are_not_there(browser):
    """Whoever may not see an account hears what who asks for none hears."""
    missing = browser.sign_in(USERS[Role.CLERK]).get("/accounts/9999").text
    for role in (Role.COMPETENT, Role.OWNER):
        browser.sign_in(USERS[role])
        mine = {row["number"] for row in data_of(browser, "/accounts")["listing"]["rows"]}
        other = next(n for n in ("0001", "0002", "0003", "0004") if n not in mine)
        for path in ("", "/year", "/year.svg"):
            found = browser.get(f"/accounts/{other}{path}")
            assert (found.status_code, len(found.text)) == (404, len(missing))
        assert browser.post(f"/accounts/{other}/acknowledge").status_code == 404
    assert browser.get(f"/accounts/{min(mine)}/score").status_code == 404


def test_a_number_is_shown_for_a_reason_and_logged(city, tmp_path):
    """One at a time; without a reason nobody's; the reading stands in the log."""
    home = copy_of(city, tmp_path)
    done(
        home,
        "people",
        "add",
        "--unit",
        BY_ID["jz02"].owner,
        "--role",
        "联系人",
        "--name",
        "张三丰",
        "--phone",
        "13800001234",
    )
    with console_of(home, *USERS.values(), now=NOW) as browser:
        browser.sign_in(USERS[Role.CLERK])
        number = next(
            r["number"] for r in data_of(browser, "/accounts?q=" + BY_ID["jz02"].owner)["listing"]["rows"]
        )
        page = browser.get(f"/accounts/{number}").text
        assert "张三丰" not in page
        assert "13800001234" not in page
        person = re.search(r'<option value="([0-9a-f-]+)">联系人', page)[1]
        url = f"/accounts/{number}/contact"
        assert browser.post(url, {"person": person}).status_code == 422
        shown = browser.post(url, {"person": person, "reason": "提醒更新"})
        assert "13800001234" in shown.text
        assert browser.post(url, {"person": "nobody", "reason": "提醒更新"}).status_code == 404
        browser.sign_in(USERS[Role.AUDITOR])
        assert browser.post(url, {"person": person, "reason": "提醒更新"}).status_code == 404
    assert any("提醒更新" in row.reason for row in list_accesses(Home(home), None))


def test_what_somebody_answers_is_there_on_the_next_page(city, tmp_path):
    """知悉, 静音 and 恢复: each is a fact with its actor, and the page after it shows it."""
    home = copy_of(city, tmp_path)
    with console_of(home, *USERS.values(), now=NOW) as browser, clock_at(NOW):
        browser.sign_in(USERS[Role.OWNER])
        number = data_of(browser, "/accounts?s=red")["listing"]["rows"][0]["number"]
        url = f"/accounts/{number}"
        answer = browser.post(f"{url}/acknowledge")
        assert answer.status_code == 303, answer.text
        assert "已知悉" in browser.get(answer.headers["location"]).text
        assert browser.post(f"{url}/mute", {"reason": "closing"}).status_code == 404
        browser.sign_in(USERS[Role.CLERK])
        assert "已知悉" in browser.get("/today").text
        assert browser.post(f"{url}/mute", {"reason": ""}).status_code == 422
        assert browser.post(f"{url}/mute", {"reason": "closing"}).status_code == 303
        assert "已静音" in browser.get(url).text
        assert browser.post(f"{url}/resume", {"reason": "已恢复"}).status_code == 303
        assert "已静音至" not in browser.get(url).text


def test_the_box_finds_accounts_units_and_documents(browser):
    """By name, number and 文号; who sees an area finds its accounts alone."""
    browser.sign_in(USERS[Role.CLERK])
    assert browser.get("/search?q=0003").headers["location"] == "/accounts/0003"
    assert "江州市教育局" in text_of(browser.get("/search?q=教育局").text)
    assert BULLETIN in text_of(browser.get("/search?q=18号").text)
    assert "没有找到" in browser.get("/search?q=<script>alert(1)</script>").text
    assert "没有找到" in browser.get(f"/search?q={'9' * 30}").text, "no account has so long a number"
    browser.sign_in(USERS[Role.COMPETENT])
    assert {one["owner"][:3] for one in data_of(browser, "/search?q=教育局")["accounts"]} == {EAST}
