"""The list of accounts as it was: from the history, in the scope of today, without a word of what came later."""

import re
import threading
import time
from contextlib import closing
from datetime import timedelta

import pytest

from events.messages import message
from pipeline.access.users import Role
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.ticks import tick
from pipeline.office.standing.past import past_of
from pipeline.scores.steps import Step
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import ACCOUNTS, BY_ID, EAST, NEVER_SEEN, OWNER_UNIT, USERS, copy_of
from tests.pipeline.console.city_story import load_program
from tests.pipeline.console.clock import clock_at
from tests.pipeline.inputs import at, sheet
from tests.pipeline.program import done, rows

CHECK_POINT, BEFORE = "at=2026-09-17T18:00%2B08:00", "known_at=2026-09-18T09:00%2B08:00"
AFTER = ""  # without a moment of knowledge the newest is meant
NEWCOMER = "江州新号"


def data_of(browser, url):
    return browser.get(url, headers={"accept": "application/json"}).json()["data"]


def listed(browser, url):
    """Return the rows of a list by name and platform of the account."""
    found = data_of(browser, url)["listing"]
    assert found["pages"] == 1
    return {row["name"]: row for row in found["rows"]}


@pytest.fixture(scope="module")
def home(city, tmp_path_factory):
    """The city, in which an account was opened and the sheet of a week was withdrawn at 10 o'clock."""
    folder = tmp_path_factory.mktemp("past")
    made = copy_of(city, folder)
    load_program()
    with clock_at(at("2026-09-18 10:00")):
        headers = ("账号ID", "账号名称", "平台", "主办单位", "层级", "地区", "开设时间")
        ledger = sheet(
            folder / "new.csv", headers, ("jz50", NEWCOMER, "抖音", OWNER_UNIT, "", EAST, "2020-01-01")
        )
        done(made, "accounts", "import", ledger)
        number = next(row["intake"] for row in rows(made, "intake", "list") if row["facts"] > 0)
        done(made, "intake", "undo", number, "--reason", "表格有误")
        with closing(Home(made).open_log()) as log:
            tick(log, timedelta(minutes=60), at("2026-09-18 11:00"))
        done(made, "run", "--until-idle")
    return made


@pytest.fixture(scope="module")
def browser(home):
    with console_of(home, *USERS.values(), now=at("2026-09-18 11:00")) as opened:
        yield opened


@pytest.mark.slow
def test_an_account_that_was_not_known_is_not_there(browser):
    browser.sign_in(USERS[Role.CLERK])
    assert NEWCOMER in listed(browser, "/accounts")
    assert data_of(browser, f"/accounts?q={NEWCOMER}&{BEFORE}")["listing"]["rows"] == []
    assert data_of(browser, f"/accounts?{BEFORE}")["total"] == len(ACCOUNTS)
    assert NEWCOMER in data_of(browser, f"/accounts?q={NEWCOMER}&{CHECK_POINT}")["listing"]["rows"][0]["name"]
    assert data_of(browser, "/accounts?known_at=2026-03-01&at=2026-03-01")["total"] == 0


def test_a_week_that_was_withdrawn_counts_as_known_before(browser):
    """At the same check point who was silent by the withdrawn sheet is over the limit before, and unknown after."""
    browser.sign_in(USERS[Role.CLERK])
    before, after = (
        {one["mark"]: one["value"] for one in data_of(browser, f"/accounts?{CHECK_POINT}&{k}")["counts"]}
        for k in (BEFORE, AFTER)
    )
    assert set(before) == {"over", "unknown", "ok"}
    assert (sum(before.values()), sum(after.values())) == (len(ACCOUNTS), len(ACCOUNTS) + 1)
    assert (after["unknown"] > before["unknown"] + 1, after["over"] < before["over"]) == (True, True)
    unknown = data_of(browser, f"/accounts?s=unknown&{CHECK_POINT}&{BEFORE}")["listing"]
    assert unknown["found"] == before["unknown"]
    assert {BY_ID[n].name for n in NEVER_SEEN} <= {row["name"] for row in unknown["rows"]}


def test_the_page_is_of_the_past(browser):
    """It wears the band, has no forms but that of the filters, and its links lead into the same past."""
    browser.sign_in(USERS[Role.CLERK])
    page = browser.get(f"/accounts?{CHECK_POINT}&{BEFORE}").text
    said = text_of(page)
    assert "您在查看过去的情况" in said
    assert "2026-09-18 09:00" in said
    assert "今天" not in said
    assert 'method="post"' not in page
    links = re.findall(r'href="(/accounts[^"]*)"', page)
    back = [link for link in links if "known_at=" not in link]
    assert len(links) > len(ACCOUNTS)
    assert back == ["/accounts"], back
    account = next(link for link in links if re.match(r"/accounts/\d+\?", link)).replace("&amp;", "&")
    assert browser.get(account).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["", "sort=-silent_days", "s=over", "platform=新浪微博&sort=name", "silent=14", "q=教育", "area=东江区"],
)
def test_a_file_of_the_past_is_the_page(browser, query):
    browser.sign_in(USERS[Role.CLERK])
    asked = f"{query}&{CHECK_POINT}&{BEFORE}"
    shown = [row["number"] for row in data_of(browser, f"/accounts?{asked}")["listing"]["rows"]]
    lines = browser.get(f"/accounts.csv?{asked}").content.decode("utf-8-sig").splitlines()
    place = lines[0].split(",").index("编号")
    assert [line.split(",")[place] for line in lines[1:]] == shown
    assert browser.get(f"/accounts.xlsx?{asked}").status_code == 200
    assert shown


def test_a_scope_sees_its_own_past(browser):
    browser.sign_in(USERS[Role.COMPETENT])
    found = data_of(browser, f"/accounts?{CHECK_POINT}&{BEFORE}")
    assert found["total"] == len([a for a in ACCOUNTS if a.area == EAST])
    assert {row["area"] for row in found["listing"]["rows"]} == {EAST}
    browser.sign_in(USERS[Role.FIRM])
    page = browser.get(f"/accounts?s=over&silent=14&sort=silent_days&{CHECK_POINT}&{BEFORE}")
    assert page.status_code == 200
    assert "超期" not in page.text
    names = data_of(browser, f"/accounts?s=over&{CHECK_POINT}&{BEFORE}")["listing"]
    assert names["found"] == len(ACCOUNTS)
    assert {"said", "limit_at", "silent_days", "newest_post_at"}.isdisjoint(names["rows"][0])
    assert '"/accounts/' not in page.text


def test_an_owner_sees_its_own_past(browser):
    browser.sign_in(USERS[Role.OWNER])
    mine = {a.name for a in ACCOUNTS if a.owner == OWNER_UNIT}
    assert set(listed(browser, f"/accounts?{CHECK_POINT}&{BEFORE}")) == mine


@pytest.mark.parametrize("path", ["/today", "/today.xlsx", "/today.csv"])
def test_today_leads_to_the_list_of_that_day(browser, path):
    browser.sign_in(USERS[Role.CLERK])
    for asked in (BEFORE, f"{CHECK_POINT}&{BEFORE}"):
        answer = browser.get(f"{path}?{asked}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{path.replace('/today', '/accounts')}?")
        assert browser.get(answer.headers["location"]).status_code == 200
    assert data_of(browser, f"/today?{BEFORE}")["total"] == len(ACCOUNTS)


def test_what_can_be_asked_of_now_alone_is_left_out(browser):
    browser.sign_in(USERS[Role.CLERK])
    for asked in ("s=red", "state=closed"):
        answer = browser.get(f"/accounts?{asked}&{BEFORE}")
        assert answer.status_code == 303
        assert asked not in answer.headers["location"]
        assert browser.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "asked", ["known_at=2030-01-01", "at=0001-01-01", "known_at=0001-01-02", "at=9999-12-31", "at=gestern"]
)
def test_moments_of_which_nothing_can_be_said(browser, asked):
    """A moment that is not closed is refused; the ends of the calendar are no fault of the program."""
    browser.sign_in(USERS[Role.CLERK])
    answer = browser.get(f"/accounts?{asked}")
    assert answer.status_code == 422


def test_a_second_look_asks_no_history(browser, monkeypatch):
    browser.sign_in(USERS[Role.CLERK])
    asked = "known_at=2026-09-16T12:00%2B08:00"
    first = data_of(browser, f"/accounts?{asked}")
    monkeypatch.setattr("pipeline.office.standing.kept_pasts.past_of", None)
    assert data_of(browser, f"/accounts?{asked}") == first
    assert data_of(browser.sign_in(USERS[Role.COMPETENT]), f"/accounts?{asked}")["total"] < first["total"]


def test_a_large_registry_is_read_from_its_columns(home, monkeypatch):
    """What is read account by account of a city, and by columns of a nation, gives the same list."""
    monkeypatch.setattr("pipeline.home.kept_facts._FEW", -1)
    asked = f"/accounts?{CHECK_POINT}&{BEFORE}"
    with console_of(home, *USERS.values(), now=at("2026-09-18 11:00")) as browser:
        browser.sign_in(USERS[Role.CLERK])
        by_columns = data_of(browser, asked)
    monkeypatch.undo()
    with console_of(home, *USERS.values(), now=at("2026-09-18 11:00")) as browser:
        assert data_of(browser.sign_in(USERS[Role.CLERK]), asked) == by_columns


class Held:
    """Answers about the past that wait until they are let go."""

    def __init__(self, monkeypatch):
        self.go = threading.Event()
        monkeypatch.setattr("pipeline.office.standing.kept_pasts.past_of", self._past_of)

    def _past_of(self, desk, question, on_step):
        on_step(Step.POSTS)
        assert self.go.wait(60)
        return past_of(desk, question, on_step)


def polled(browser, url, until):
    """Ask for a page again and again, as a browser does, until its answer has another status than 202."""
    deadline = time.monotonic() + 60
    while (answer := browser.get(url)).status_code == 202 or (until and answer.status_code != until):
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.02)
    return answer


def test_an_answer_that_takes_long_shows_how_far_it_has_come(home, monkeypatch):
    """The page comes back by itself, without a script, until it is the list; files and programs wait for it."""
    held = Held(monkeypatch)
    url = f"/accounts?area={EAST}&{CHECK_POINT}&{BEFORE}"
    with console_of(home, *USERS.values(), now=at("2026-09-18 11:00"), patience_s=0.0) as browser:
        browser.sign_in(USERS[Role.CLERK])
        waiting = browser.get(url)
        assert (waiting.status_code, waiting.headers["refresh"]) == (202, "1")
        deadline = time.monotonic() + 60
        while "汇总发布记录，第 2 步，共 4 步" not in (said := text_of(browser.get(url).text)):
            assert time.monotonic() < deadline, said
        assert "您在查看过去的情况" in said
        held.go.set()
        program = data_of(browser, url)
        page = polled(browser, url, 200)
        assert "refresh" not in page.headers
        assert program["listing"]["found"] == len([a for a in ACCOUNTS if a.area == EAST])
        assert browser.get(url.replace("/accounts", "/accounts.csv")).status_code == 200


def test_few_answers_are_under_way_at_once_and_one_that_fails_says_why(home, monkeypatch):
    """Who asks for a fifth moment is told to come again; an answer that failed is told once, and made anew."""
    held = Held(monkeypatch)
    asked = [f"/accounts?known_at=2026-09-1{day}T09:00%2B08:00" for day in range(1, 6)]
    with console_of(home, *USERS.values(), now=at("2026-09-18 11:00"), patience_s=0.0) as browser:
        browser.sign_in(USERS[Role.CLERK])
        assert [browser.get(url).status_code for url in asked] == [202] * 4 + [503]
        held.go.set()
        assert polled(browser, asked[0], 200).status_code == 200

        def fail(*_):
            raise UsageError(message("no account with {said} in the registry{nearest}", said="x", nearest=""))

        monkeypatch.setattr("pipeline.office.standing.kept_pasts.past_of", fail)
        assert browser.get(asked[4]).status_code in {202, 422}
        assert polled(browser, asked[4], 422).status_code == 422
        monkeypatch.undo()
        assert polled(browser, asked[4], 200).status_code == 200


@pytest.mark.parametrize(
    ("path", "past"), [("/accounts", True), ("/findings", True), ("/tasks", False), ("/units", False)]
)
def test_a_page_that_has_no_past_says_so(browser, path, past):
    """Design section 2: the band stands on every page that takes the moments; another one does not claim to."""
    said = text_of(browser.sign_in(USERS[Role.CLERK]).get(f"{path}?{BEFORE}").text)
    assert ("您在查看过去的情况" in said, "这一页没有过去的数据" in said) == (past, not past)
