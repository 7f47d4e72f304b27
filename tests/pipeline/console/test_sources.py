"""数据来源 and 无法识别: what could not be read, in words, read again once it is mended; suggestions of looks."""

import re
from contextlib import closing

import pytest

from connectors.log.dead_letters import DeadLetter
from pipeline.access.users import Role
from pipeline.home.folder import Home
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import asked

SOURCE = "某公司监测"
CLERK, ADMIN, AUDITOR = user_of(Role.CLERK), user_of(Role.ADMIN), user_of(Role.AUDITOR)
FIRM, OTHER = user_of(Role.FIRM, SOURCE), user_of(Role.FIRM, "另一公司", "u-other")
_ITEM = "<item><title>{title}</title><link>http://example.org/{n}</link>{date}</item>"
_FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>东江</title>{items}</channel></rss>'


def feed(*dates: str) -> str:
    items = (
        _ITEM.format(title=f"第{n}条", n=n, date=f"<pubDate>{date}</pubDate>" if date else "")
        for n, date in enumerate(dates)
    )
    return _FEED.format(items="".join(items))


@pytest.fixture
def letters(city, tmp_path):
    """The city, with a feed of which one item has no time."""
    home = copy_of(city, tmp_path)
    file = tmp_path / "feed.xml"
    file.write_text(feed("Thu, 17 Sep 2026 02:00:00 GMT", ""), "utf-8")
    account = asked(home, "accounts", "list")["rows"][0]["account_id"]
    looked = ("--looked-at", "2026-09-17T12:00:00+08:00", "--source", SOURCE)
    asked(home, "feed", "read", file, "--account", account, *looked)
    return home, file


def test_what_could_not_be_read_is_said_in_words_and_read_again(letters):
    """Reason and place in Chinese; replayed in vain before the file is mended, and well after it."""
    home, file = letters
    with console_of(home, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        page = browser.get("/in/letters")
        assert "没有发布时间" in text_of(page.text)
        assert SOURCE in page.text
        assert str(file) not in page.text
        where = "/in/letters/1"
        assert "第 2 条" in text_of(browser.get(where).text)
        vain = browser.post(f"{where}/replay")
        assert vain.status_code == 422
        assert "仍然无法识别" in vain.text
        file.write_text(feed("Thu, 17 Sep 2026 02:00:00 GMT", "Thu, 17 Sep 2026 03:00:00 GMT"), "utf-8")
        assert browser.post(f"{where}/replay").status_code == 303
        assert "已重新读取" in text_of(browser.get(where).text)


def test_a_source_leads_to_what_could_not_be_read_of_it(city, tmp_path):
    """By the name that people know it by, which the list is searched for."""
    home = copy_of(city, tmp_path)
    with closing(Home(home).open_log()) as log, log.transaction():
        context = {"source": "recorded-polls"}
        log.note_letter(DeadLetter("/polls/1.xml", "item 1", "undated", b"<item/>", context))
    with console_of(home, CLERK, now=NOW) as browser:
        page = browser.sign_in(CLERK).get("/sources/recorded-polls").text
        link = re.search(r'href="(/in/letters\?q=[^"]+)"', page)[1]
        assert "共 1 条" in text_of(browser.get(link).text)


def test_a_file_that_is_gone_is_said_without_its_folder(letters):
    """Whoever looks at a page has no business with folders of the server."""
    home, file = letters
    file.unlink()
    with console_of(home, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        answer = browser.post("/in/letters/1/replay")
        assert answer.status_code == 422
        assert str(file.parent) not in answer.text
        assert browser.post("/in/letters/replay").status_code == 303


def test_a_firm_sees_the_letters_of_its_own_source(letters):
    """Another firm finds nothing there; the auditor reads and does not act."""
    home, _ = letters
    with console_of(home, CLERK, FIRM, OTHER, AUDITOR, ADMIN, now=NOW) as browser:
        browser.sign_in(FIRM)
        assert browser.get("/in/letters/1").status_code == 200
        assert browser.post("/in/letters/1/erase").status_code == 404
        browser.sign_in(OTHER)
        assert browser.get("/in/letters/1").status_code == 404
        assert browser.post("/in/letters/1/replay").status_code == 404
        assert SOURCE not in browser.get("/sources").text
        browser.sign_in(AUDITOR)
        assert browser.get("/in/letters/1").status_code == 200
        assert browser.post("/in/letters/1/replay").status_code == 404
        browser.sign_in(ADMIN)
        assert browser.post("/in/letters/1/erase").status_code == 303
        assert "已删除" in text_of(browser.get("/in/letters/1").text)
        assert browser.get("/in/letters/77").status_code == 404


def test_the_page_of_sources_says_who_is_stalled(city):
    """One line a source; nobody is blamed for a stall."""
    with console_of(city, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        page = text_of(browser.get("/sources").text)
        assert "停滞" in page
        assert "不据此判定" in page
        one = browser.get("/sources/recorded-polls")
        assert one.status_code == 200
        assert "录入的轮询" in one.text
        assert browser.get("/sources/nowhere").status_code == 404
        assert browser.get("/suggestions/nothing").status_code == 404
