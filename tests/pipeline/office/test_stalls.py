"""Stalls that a person declares: looks since the last new post prove nothing, until it is lifted by another person."""

import json
from datetime import timedelta

import pytest

from pipeline.access.users import Role
from tests.copied import copied
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.inputs import at, daily, polls, sheet
from tests.pipeline.program import asked, by_account, done, rows, xuncha

LAST_NEW, LOOKED = at("2021-06-14 08:00"), at("2021-06-15 08:00")
SOURCE, CROSSING = "recorded-polls", "CROSSING"
CHECK_POINT = (LOOKED + timedelta(hours=1)).isoformat()
CLERK, OTHER, AUDITOR = user_of(Role.CLERK), user_of(Role.CLERK, id_="u-other"), user_of(Role.AUDITOR)
NOW = LOOKED + timedelta(hours=2)


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """Six accounts that post daily and one that falls silent; the last poll shows nothing new at any of them."""
    folder = tmp_path_factory.mktemp("stalls")
    home, lively = folder / "home", [f"P{n}" for n in range(6)]
    names = [(name, f"某市{name}", "抖音") for name in (*lively, CROSSING)]
    posts = {name: daily(LAST_NEW - timedelta(days=27, hours=n + 1), 27) for n, name in enumerate(lively)}
    posts[CROSSING] = [LAST_NEW - timedelta(days=14) + timedelta(hours=1)]
    done(home, "init", "--partitions", 4)
    done(home, "accounts", "import", sheet(folder / "accounts.csv", ("账号ID", "账号名称", "平台"), *names))
    done(home, "polls", "replay", polls(folder / "polls", [(LAST_NEW, posts), (LOOKED, {})]))
    done(home, "run", "--until-idle")
    return home


@pytest.fixture
def home(looked, tmp_path):
    return copied(looked, tmp_path / "home")


def verdict(home):
    """Return verdict and reason of the account that crossed the limit behind the last new post."""
    row = by_account(rows(home, "status", "--check-point", CHECK_POINT))[CROSSING]
    return row["verdict"], row["reason"]


def told(home):
    """Return the messages about sources."""
    path = home / "alerts.jsonl"
    lines = map(json.loads, path.read_text("utf-8").splitlines()) if path.exists() else ()
    return [(line["kind"], line["text"]) for line in lines if line["kind"] in ("stalled", "recovered")]


@pytest.mark.slow
def test_a_declared_stall_takes_the_proof_and_lifting_gives_it_back(home):
    """Design section 3, Stalled source: looks behind the last new post prove nothing; what was lifted never was."""
    assert ("stale", "") == verdict(home)
    since = asked(home, "sources", "declare-stall", SOURCE, "--reason", "接口返回旧数据")["stalled_since"]
    assert since == LAST_NEW.isoformat()
    (row,) = rows(home, "sources")
    assert (True, True) == (row["stalled"], row["declared"])
    assert ("unknown", "source_stalled") == verdict(home)
    assert 0 != xuncha(home, "sources", "declare-stall", SOURCE, "--reason", "再次").status
    done(home, "run", "--until-idle")
    done(home, "sources", "lift-stall", SOURCE, "--reason", "核实为正常")
    assert ("stale", "") == verdict(home)
    done(home, "run", "--until-idle")
    assert ["stalled", "recovered"] == [kind for kind, _ in told(home)]
    assert "登记为停滞" in told(home)[0][1]
    assert "停滞登记已" in told(home)[1][1]
    assert 0 != xuncha(home, "sources", "lift-stall", SOURCE, "--reason", "再次").status


@pytest.mark.slow
def test_who_declared_a_stall_does_not_lift_it(home):
    """Design, Two persons: another one does; the page offers what may be done, and the trail tells both."""
    where = f"/sources/{SOURCE}"
    with console_of(home, CLERK, OTHER, AUDITOR, now=NOW) as browser:
        browser.sign_in(AUDITOR)
        assert "登记停滞" not in browser.get(where).text
        assert 404 == browser.post(f"{where}/stall", {"reason": "x"}).status_code
        browser.sign_in(CLERK)
        assert "这个来源没有在更新" in browser.get(where).text
        assert 422 == browser.post(f"{where}/stall", {"reason": " "}).status_code
        assert 422 == browser.post(f"{where}/stall", {"reason": "请打 13900001111"}).status_code
        assert 303 == browser.post(f"{where}/stall", {"reason": "接口返回旧数据"}).status_code
        assert 409 == browser.post(f"{where}/stall", {"reason": "再次"}).status_code
        shown = text_of(browser.get(where).text)
        assert "您登记停滞：接口返回旧数据" in shown
        refused = browser.post(f"{where}/lift", {"reason": "看错了"})
        assert (422, True) == (refused.status_code, "另一人" in refused.text)
        browser.sign_in(OTHER)
        assert 303 == browser.post(f"{where}/lift", {"reason": "看错了"}).status_code
        assert "撤销停滞登记：看错了" in text_of(browser.get(where).text)
        assert 422 == browser.post(f"{where}/lift", {"reason": "再次"}).status_code
        trail = text_of(browser.get("/audit").text)
        assert "登记停滞；接口返回旧数据" in trail
        assert "撤销停滞登记；看错了" in trail
        assert "共 4 条" not in trail
