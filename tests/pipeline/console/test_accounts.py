import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, USERS


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
