"""阅评 on its pages: the office judges one suggestion after another, and nobody below the city reads a word."""

from datetime import timedelta

import pytest

from events.codec import Event
from events.wording import WordingSuspected
from events.wording_ids import wording_suspected
from pipeline.access.users import Role
from pipeline.home.folder import Home
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import BY_ID, NOW, USERS, copy_of
from tests.pipeline.program import asked, rows

CLERK = USERS[Role.CLERK]
MAY_READ = (Role.CLERK, Role.SIGNER, Role.AUDITOR)
MAY_NOT = (Role.COMPETENT, Role.OWNER, Role.FIRM, Role.CHECKER, Role.ADMIN)
SNIPPET = "关于⟦砼砹砺⟧的通知"


@pytest.fixture(scope="module")
def reviewed(city, tmp_path_factory):
    """A copy of the city in which two titles are suspected; the texts lie in the text store."""
    home = copy_of(city, tmp_path_factory.mktemp("review"))
    accounts = {row["account_id"]: row for row in rows(home, "accounts", "list")}
    told = []
    for n, native in enumerate(("jz01", "jz02")):
        subject = _subject(home, native)
        data = WordingSuspected(
            entry=f"w-{n}", commitment="c" * 64, kind="organ", severity="red", near=False, where="title",
            post=f"{n}" * 32, context=f"{n}" * 32, snippet=SNIPPET, link="https://example.cn/1",
        )  # fmt: skip
        event_id = wording_suspected(subject, data.post, "title", data.entry)
        told.append(Event(event_id, "feeds", subject, NOW - timedelta(hours=n + 1), data))
    log = Home(home).open_log()
    log.append(told)
    log.close()
    assert accounts
    return home


def _subject(home, native):
    (row,) = asked(
        home,
        "sql",
        f"SELECT DISTINCT subject FROM records WHERE type = 'account.opened' AND subject LIKE '%:{native}'",
    )["rows"]
    return row["subject"]


@pytest.fixture
def desk(reviewed, tmp_path):
    with console_of(copy_of(reviewed, tmp_path), *USERS.values(), now=NOW) as browser:
        yield browser


def ids(browser):
    page = browser.sign_in(CLERK).get("/review?state=open").text
    return [part.partition('"')[0] for part in page.split('href="/review/')[1:] if part[8] == "-"]


def test_the_office_reads_and_nobody_below_the_city(desk):
    """Issue Year, 7: a firm sees nothing of the lexicon, nor of what was read; whoever may not gets 404."""
    one = ids(desk)[0]
    for role in MAY_READ:
        assert BY_ID["jz01"].name in desk.sign_in(USERS[role]).get("/review").text
        assert "砼砹砺" in desk.get(f"/review/{one}").text
        assert 200 == desk.get("/review/figures").status_code
    for role in MAY_NOT:
        browser = desk.sign_in(USERS[role])
        assert {404} == {
            browser.get(path).status_code for path in ("/review", f"/review/{one}", "/review.csv")
        }


def test_only_a_clerk_judges(desk):
    """A signer reads, and has no form."""
    one = ids(desk)[0]
    assert "确认属实" in desk.get(f"/review/{one}").text
    signer = desk.sign_in(USERS[Role.SIGNER])
    assert "确认属实" not in signer.get(f"/review/{one}").text
    assert 404 == signer.post(f"/review/{one}/confirm", {"severity": "red"}).status_code


def test_one_after_another_is_judged(desk):
    """Behind each answer stands the next suggestion: Tab and Enter are enough."""
    first, second = set(ids(desk)[:2]) and list(dict.fromkeys(ids(desk)))
    answer = desk.post(f"/review/{first}/confirm", {"severity": "red", "reason": "名称有误"})
    assert f"/review/{second}" in answer.headers["location"]
    answer = desk.post(f"/review/{second}/dismiss", {"everywhere": "1"})
    assert answer.headers["location"].startswith("/review?")
    page = text_of(desk.get("/review").text)
    assert ("属实 1" in page, "已排除 1" in page) == (True, True)
    assert "名称有误" in desk.get("/findings").text or "表述错误" in desk.get("/findings").text
    answer = desk.post(f"/review/{second}/confirm", {"severity": "red"})
    assert 409 == answer.status_code
    assert (
        desk.post(f"/review/{second}/undo", {"reason": "核定有误"}).headers["location"].startswith("/review/")
    )
    assert [second] == list(dict.fromkeys(ids(desk)))


def test_the_files_of_the_list_hold_no_snippet(desk):
    """Exports name the entry by its id."""
    text = desk.sign_in(CLERK).get("/review.csv").text
    assert ("w-0" in text, "砼" in text) == (True, False)


def test_what_waits_leads_to_the_list(desk):
    """今日 counts suggestions that nobody judged, of an account once."""
    page = desk.sign_in(CLERK).get("/today").text
    assert "疑似表述错误待核" in page
    assert 'href="/review' in page
