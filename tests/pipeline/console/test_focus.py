"""重点关注 in the console: the list by rights, flags, the update after a look at it, and a flag that was wrong."""

import re

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, FIRM, RULES, WEST, copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import done, rows

CLERK, AUDITOR = user_of(Role.CLERK), user_of(Role.AUDITOR)
COMPETENT = user_of(Role.COMPETENT, EAST)
WESTERN = user_of(Role.COMPETENT, WEST, "u-west")
OWNER = user_of(Role.OWNER, f"{WEST}水务局")
USERS = (CLERK, AUDITOR, COMPETENT, WESTERN, OWNER)


@pytest.fixture(scope="module")
def seen(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture(scope="module")
def desk(city, tmp_path_factory):
    home = copy_of(city, tmp_path_factory.mktemp("focus"))
    with console_of(home, *USERS, now=NOW) as browser:
        yield browser


def test_the_list_says_why_since_when_and_how_many_weeks(seen):
    page = text_of(seen.sign_in(CLERK).get("/focus").text)
    assert "名单内 2 个账号" in page
    assert "西山县水务局 西山县 检查结果 监测时间点前2周内无更新 2026-06-15 18:00 已满 4 周" in page
    assert "第三方反馈 更新间隔变长 2026-09-08 17:00 1 周，共 4 周" in page


def test_a_competent_office_sees_its_area_and_owners_nothing(seen):
    assert "名单内 0 个账号" in seen.sign_in(COMPETENT).get("/focus").text
    assert "名单内 2 个账号" in seen.sign_in(WESTERN).get("/focus").text
    number = _number(seen, "西山水务")
    assert seen.sign_in(COMPETENT).get(f"/focus/{number}").status_code == 404
    assert seen.sign_in(OWNER).get("/focus").status_code == 404


def test_the_list_of_a_day_is_the_one_of_that_day(seen):
    page = text_of(seen.sign_in(AUDITOR).get("/focus?at=2026-07-01&known_at=2026-07-01").text)
    assert "名单内 2 个账号" in page
    assert "第三方反馈 更新间隔变长" not in page
    assert "登记风险反馈" not in page


def test_an_account_shows_its_stays_and_weeks(seen):
    number = _number(seen, "西山水务")
    page = text_of(seen.sign_in(CLERK).get(f"/focus/{number}").text)
    assert "2026-06-15 18:00 列入" in page
    assert page.count("有更新") + page.count("无更新或无记录") >= 4


@pytest.mark.slow
def test_whom_the_last_round_found_silent_enters_by_the_page(city, tmp_path):
    """Frozen in September: its silent accounts wait, enter with one press, and are not proposed a second time."""
    home = copy_of(city, tmp_path)
    name = "west-2026Q3"
    checked = ("--check-point", "2026-09-14T18:00:00+08:00", "--ruleset", RULES)
    done(home, "round", "announce", name, "--area", WEST, *checked)
    done(home, "round", "draw", name)
    done(home, "round", "freeze", name, "--although", "书面告知")
    run = next(r["run_id"] for r in rows(home, "rounds") if r["check_point"].startswith("2026-09-14"))
    due = rows(home, "focus", "update", *checked[:2], "--run", run, "--dry-run")
    names = sorted(row["name"] for row in due if row["cause"] == "verdict")
    assert names
    with console_of(home, CLERK, now=NOW) as browser:
        assert f"有 {len(set(names))} 个账号符合列入条件" in text_of(
            browser.sign_in(CLERK).get("/focus").text
        )
        preview = text_of(browser.get("/focus/update").text)
        assert all(re.search(rf"{one} 纳入 检查结果", preview) for one in names)
        assert browser.post("/focus/update").status_code == 303
        assert "符合列入条件" not in browser.get("/focus").text
        assert "名单没有变化" in browser.get("/focus/update").text


@pytest.mark.slow
def test_a_flag_waits_until_the_list_is_updated_and_falls_when_it_is_withdrawn(desk):
    number = _number_of_account(desk, "江州教育")
    flag = {"account": number, "by": FIRM, "reason": "人员轮换", "at": "9月17日"}
    assert desk.sign_in(CLERK).post("/focus/flag", flag).status_code == 303
    page = desk.get("/focus").text
    assert "有 1 个账号符合列入条件" in page
    preview = text_of(desk.get("/focus/update").text)
    assert re.search(r"江州教育 .*纳入 第三方反馈 人员轮换", preview)
    assert "名单内 2 个账号" in desk.get("/focus").text
    assert desk.post("/focus/update").status_code == 303
    assert "人员轮换" in desk.get("/focus").text
    account = desk.get(f"/focus/{number}").text
    chosen = re.search(r'name="flag" value="([^"]+)"', account)[1]
    refused = desk.post(f"/focus/{number}/withdraw", {"flag": chosen, "reason": ""})
    assert refused.status_code == 422
    assert (
        desk.post(f"/focus/{number}/withdraw", {"flag": chosen, "reason": "反馈错了账号"}).status_code == 303
    )
    assert "人员轮换" not in desk.get("/focus").text


def test_a_flag_of_today_waits_today(desk):
    """Told at nine with the day alone, it is not unseen until midnight."""
    before = re.search(r"有 (\d+) 个账号符合列入条件", desk.sign_in(CLERK).get("/focus").text)
    flag = {
        "account": _number_of_account(desk, "江州教育"),
        "by": FIRM,
        "reason": "停更苗头",
        "at": "9月18日",
    }
    assert desk.post("/focus/flag", flag).status_code == 303
    after = re.search(r"有 (\d+) 个账号符合列入条件", desk.get("/focus").text)
    assert int(after[1]) == (int(before[1]) if before else 0) + 1


def test_a_flag_names_an_account_of_the_area_of_who_flags(desk):
    flag = {"account": _number_of_account(desk, "江州教育"), "by": FIRM}
    assert desk.sign_in(COMPETENT).post("/focus/flag", flag).status_code == 404
    refused = desk.post("/focus/flag", {"account": "没有的账号", "by": FIRM})
    assert refused.status_code == 422
    assert 'value="没有的账号"' in refused.text


def test_only_clerks_update_the_list(desk):
    for user in (AUDITOR, COMPETENT, OWNER):
        assert desk.sign_in(user).post("/focus/update").status_code == 404


def _number(browser, name):
    page = browser.sign_in(CLERK).get("/focus.csv").content.decode("utf-8-sig")
    return next(line.split(",")[2] for line in page.splitlines() if line.startswith(name))


def _number_of_account(browser, name):
    from pipeline.home.folder import Home
    from pipeline.home.registry import registry_now
    from pipeline.home.workspace import open_workspace

    home = browser.client.app.state.console.home_path
    with open_workspace(Home(home)) as workspace:
        registry = registry_now(workspace)
    return next(registry.numbers[a] for a, e in registry.entries.items() if e.name == name)
