import re
from contextlib import closing

import pytest

from connectors.log.dead_letters import DeadLetter
from connectors.people.public_reports import ReportGiven
from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.office.publicity.reports import take_report
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import copy_of
from tests.pipeline.console.signed_in import user_of


def test_pages_load_assets_by_what_they_hold(city):
    with console_of(city) as browser:
        from pipeline.console.rendering import asset_url

        found = browser.get(asset_url("console.css"))
        assert (found.status_code, found.headers["cache-control"]) == (
            200,
            "public, max-age=31536000, immutable",
        )
        assert browser.get("/assets/console.000000000000.css").status_code == 404


def test_every_answer_bars_scripts_frames_and_guesses(city):
    with console_of(city) as browser:
        for path in ("/healthz", "/nowhere"):
            headers = browser.get(path).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_and_what_one_may_not_see_say_the_same(city):
    with console_of(city, user_of(Role.OWNER, "某局")) as browser:
        browser.sign_in(user_of(Role.OWNER, "某局"))
        missing = browser.get("/nowhere")
        assert missing.status_code == 404
        assert "没有这一页，或您没有权限" in missing.text


def test_the_menu_counts_what_waits_for_the_office(city):
    """An objection of the round waits; whoever only reads is not counted at, and the past has no open work."""
    clerk, area = user_of(Role.CLERK), user_of(Role.COMPETENT, "东江区")
    with console_of(city, clerk, area, now=NOW) as browser:
        said = text_of(browser.sign_in(clerk).get("/rulesets").text)
        assert "问题与异议 1 件待办" in said
        assert "件待办" not in text_of(browser.get("/rulesets?known_at=2026-09-10").text)
        assert "件待办" not in text_of(browser.sign_in(area).get("/rulesets").text)


@pytest.mark.slow
def test_the_menu_counts_what_stands_on_the_pages(whole_city):
    """Papers that wait for a yes, reports of the public, tasks that ask for the office, sources: as their pages say."""
    clerk, auditor = user_of(Role.CLERK), user_of(Role.AUDITOR)
    with console_of(whole_city, clerk, auditor, now=NOW) as browser:
        page = browser.sign_in(clerk).get("/rulesets").text
        said = text_of(page)
        for count in ("数据报送 1 件待办", "公众纠错 2 件待办", "整改 3 件待办", "数据来源 1 件待办"):
            assert count in said
        assert re.search(r'整改</span><span class="n hot">3', page)  # two of them are late
        assert "1 件待确认入库" in text_of(browser.get("/in").text)
        assert "共 2 条" in text_of(browser.get("/reports-from-public?state=open").text)
        shown = [text_of(browser.get(f"/tasks?state={state}").text) for state in ("late", "answered")]
        assert ["共 2 条" in shown[0], "共 1 条" in shown[1]] == [True, True]
        assert "件待办" not in text_of(browser.sign_in(auditor).get("/rulesets").text)


@pytest.mark.slow
def test_a_count_of_the_menu_follows_what_somebody_does(whole_city, tmp_path):
    """No fact tells of a plan that was dropped or a report that came: the next page counts them all the same."""
    clerk = user_of(Role.CLERK)
    home = copy_of(whole_city, tmp_path)
    with console_of(home, clerk, now=NOW) as browser:
        browser.sign_in(clerk)
        plan = re.search(r'href="(/in/plans/[^"]+)"', browser.get("/in").text)[1]
        assert browser.post(f"{plan}/drop").status_code == 303
        take_report(Home(home), ReportGiven(matter="content", called="0002", text="错字"), NOW)
        said = text_of(browser.get("/rulesets").text)
        assert "公众纠错 3 件待办" in said
        assert "数据报送" in said
        assert "数据报送 1 件待办" not in said


def test_an_erased_letter_waits_for_nobody(city, tmp_path):
    """The page of sources counts what could not be read as the list behind the figure does."""
    clerk = user_of(Role.CLERK)
    home = copy_of(city, tmp_path)
    with closing(Home(home).open_log()) as log, log.transaction():
        for place in ("item 1", "item 2"):
            log.note_letter(DeadLetter("/feeds/1.xml", place, "undated", b"<item/>"))
    with console_of(home, clerk, now=NOW) as browser:
        browser.sign_in(clerk)
        assert "数据来源 3 件待办" in text_of(browser.get("/rulesets").text)
        assert browser.post("/in/letters/1/erase").status_code == 303
        assert "无法识别 1 待处理" in text_of(browser.get("/sources").text)
        assert "共 1 条" in text_of(browser.get("/in/letters?state=waiting").text)
