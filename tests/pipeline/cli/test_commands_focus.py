"""Commands of the focus list on a small city: flags, update, list, history, daily watch."""

from datetime import datetime, timedelta

import pytest

from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, daily, polls, sheet
from tests.pipeline.program import asked, by_account, done, rows, xuncha

CHECK_POINT = c.CHECK_POINT
LATER = "2021-07-20T12:00:00+08:00"
FLAG_HEADERS = ("账号ID", "反馈时间", "反馈单位", "风险")


def update(home, *words, check_point=CHECK_POINT):
    """Return what an update of the list at a check point did."""
    return asked(home, "focus", "update", "--check-point", check_point, *words)


def changes(answer):
    """Return account, change and cause of each row."""
    return {(r["account_id"], r["change"], r["cause"]) for r in answer["rows"]}


def on_list(home, *words):
    """Return the accounts of the list."""
    return {r["account_id"] for r in rows(home, "focus", "list", *words)}


def test_silent_and_slow_accounts_of_a_run_enter_the_list(city):
    """苏州 2023Q1, 三(一): those named for 内容更新不及时 enter, those whose updates nobody knows do not; once."""
    run = asked(city, "score", "--check-point", CHECK_POINT)
    broken = {
        r["account_id"]
        for r in run["rows"]
        if {"red-5-silent", "yellow-4-updates"} & {d["rule"] for d in r["deductions"]}
    }
    assert c.SILENT in broken
    assert c.UNSEEN not in broken
    first = update(city, "--run", run["run_id"][:8])
    assert {(account, "entered", "verdict") for account in broken} == changes(first)
    assert (0, len(broken)) == (first["before"], first["after"])
    again = update(city, "--run", run["run_id"])
    assert ([], len(broken)) == (again["rows"], again["after"])
    assert broken == on_list(city)


def test_a_dry_run_records_nothing(city):
    """It shows the same rows with the same ids, and the list stays as it was."""
    done(city, "focus", "flag", "--account", c.POSTING, "--by", "某监测公司", "--at", CHECK_POINT)
    dry = update(city, "--dry-run")
    assert {(c.POSTING, "entered", "flag")} == changes(dry)
    assert not dry["recorded"]
    assert set() == on_list(city)
    assert dry["rows"] == update(city)["rows"]


def test_a_sheet_of_flags_is_taken_whole_or_not_at_all(city, tmp_path):
    """Each wrong cell is named and no flag is taken; the right sheet twice gives the same flags."""
    good = (c.POSTING, "２０２１年6月15日", "某监测公司", "更新间隔接近一周")
    wrong = sheet(
        tmp_path / "wrong.xlsx",
        FLAG_HEADERS,
        good,
        (c.SERVICE, "六月", "某监测公司", ""),
        (c.UNSEEN, "2021-06-15", "", ""),
    )
    answer = xuncha(city, "focus", "flag", wrong)
    assert 2 == answer.status
    assert "row 3, column 反馈时间 (B3)" in answer.complaint
    assert "row 4, column 反馈单位 (C4)" in answer.complaint
    assert [] == update(city, "--dry-run")["rows"]
    right = sheet(tmp_path / "right.csv", FLAG_HEADERS, good)
    flags = [asked(city, "focus", "flag", right)["events"] for _ in range(2)]
    assert flags[0] == flags[1]
    assert {(c.POSTING, "entered", "flag")} == changes(update(city))
    (row,) = rows(city, "focus", "list")
    assert (["flag"], CHECK_POINT) == (row["causes"], row["entered_at"])
    assert "第三方反馈" in done(city, "focus", "list").out


def test_an_unknown_account_of_a_flag_is_refused(shared_city, tmp_path):
    """Nobody can be watched who is not in the registry."""
    path = sheet(tmp_path / "f.csv", FLAG_HEADERS, ("无此账号", "2021-06-15", "某监测公司", ""))
    assert "no account with id '无此账号'" in xuncha(shared_city, "focus", "flag", path).complaint
    answer = xuncha(shared_city, "focus", "flag", "--account", c.POSTING, "--by", "某监测公司")
    assert (2, True) == (answer.status, "--account needs --by and --at" in answer.complaint)
    assert 2 == xuncha(shared_city, "focus", "flag").status


def test_a_finding_enters_and_its_withdrawal_takes_the_account_off(city, tmp_path):
    """核减: the list as known before stays as it was known; as known now the account never was on it."""
    headers = ("账号ID", "问题", "发现时间", "发现单位")
    path = sheet(tmp_path / "f.csv", headers, (c.POSTING, "内容更新不及时", "2021-06-10", "某监测公司"))
    (finding,) = asked(city, "findings", "import", path)["findings"]
    assert {(c.POSTING, "entered", "finding")} == changes(update(city))
    before = asked(city, "focus", "list")
    done(city, "findings", "withdraw", finding, "--reason", "误报")
    assert set() == on_list(city)
    assert {c.POSTING} == on_list(city, "--known-at", before["known_at"])
    assert [] == update(city)["rows"]


@pytest.fixture(scope="module")
def watched_model(city_model, tmp_path_factory):
    """The city with two flagged accounts on the list, and polls up to a month later: one posted daily, one did not."""
    folder = tmp_path_factory.mktemp("watched")
    city = folder / "home"
    copied(city_model / "home", city)
    for account in (c.POSTING, c.SILENT):
        done(city, "focus", "flag", "--account", account, "--by", "某监测公司", "--at", CHECK_POINT)
    update(city)
    posted = daily(at("2021-06-17 18:00"), 33)
    later = polls(folder / "later", [(at("2021-07-20 12:00"), {c.POSTING: posted})])
    done(city, "polls", "replay", later)
    assert 2 == asked(city, "focus", "list")["size"]
    return city


@pytest.fixture
def watched(watched_model, tmp_path):
    """A copy of it, to change."""
    copied(watched_model, tmp_path / "watched")
    return tmp_path / "watched"


@pytest.mark.slow
def test_an_account_leaves_when_its_frequency_held(watched):
    """销号: four weeks after the entry with a post in each; the silent one stays; the update again does nothing."""
    four_weeks = (at("2021-06-17 12:00") + timedelta(weeks=4)).isoformat()
    early = (at("2021-06-17 12:00") + timedelta(weeks=4, seconds=-1)).isoformat()
    assert [] == update(watched, "--dry-run", check_point=early)["rows"]
    assert {(c.POSTING, "left", None)} == changes(update(watched, "--dry-run", check_point=four_weeks))
    assert [] == update(watched, "--weeks", 5, "--dry-run", check_point=LATER)["rows"]
    answer = update(watched, check_point=LATER)
    assert {(c.POSTING, "left", None)} == changes(answer)
    assert (2, 1) == (answer["before"], answer["after"])
    assert [] == update(watched, check_point=LATER)["rows"]
    assert {c.SILENT} == on_list(watched)
    assert {c.POSTING, c.SILENT} == on_list(watched, "--on", "2021-07-19")


def test_the_weeks_are_a_setting_of_the_home(watched):
    """focus_weeks of xuncha.toml stands where --weeks does not."""
    settings = watched / "xuncha.toml"
    settings.write_text(settings.read_text("utf-8").replace("focus_weeks = 4", "focus_weeks = 5"), "utf-8")
    assert [] == update(watched, "--dry-run", check_point=LATER)["rows"]
    assert 1 == len(update(watched, "--weeks", 4, "--dry-run", check_point=LATER)["rows"])


def test_a_closed_account_is_struck_off(watched, tmp_path):
    """An account that is not open any more leaves with that reason."""
    path = sheet(tmp_path / "close.csv", ("账号ID", "备案类别", "生效时间"), (c.SILENT, "注销", "2021-07-01"))
    done(watched, "filings", "import", path)
    left = by_account(update(watched, check_point=LATER)["rows"])
    assert ("left", "账号已关停或注销") == (left[c.SILENT]["change"], left[c.SILENT]["reason"])


def test_the_history_shows_the_size_by_month_and_by_day(watched):
    """苏州 2023Q1, 一(二): how large the list was, and who came and went."""
    update(watched, check_point=LATER)
    months = rows(watched, "focus", "history")
    assert [(2, 2, 0), (1, 0, 1)] == [(r["size"], r["entered"], r["left"]) for r in months]
    days = rows(watched, "focus", "history", "--by", "day")
    assert 34 == len(days)
    assert (2, 1) == (days[-2]["size"], days[-1]["size"])
    august = rows(watched, "focus", "history", "--until", "2021-08-01")
    assert [2, 1, 1] == [r["size"] for r in august]


def test_the_history_ends_within_a_month(watched):
    """What came after --until is not told: neither the exit later in the month, nor a list before its first entry."""
    update(watched, check_point=LATER)
    months = rows(watched, "focus", "history", "--until", "2021-07-10")
    assert [(2, 2, 0), (2, 0, 0)] == [(r["size"], r["entered"], r["left"]) for r in months]
    assert at("2021-07-10 23:59:59") == datetime.fromisoformat(months[-1]["until"])
    assert [] == rows(watched, "focus", "history", "--until", "2021-06-01")


def test_flags_that_wait_for_an_update_are_counted(city):
    """They put nobody on the list, so the list says how many there are as of its day."""
    assert 0 == asked(city, "focus", "list")["pending_flags"]
    for account in (c.POSTING, c.SILENT):
        done(city, "focus", "flag", "--account", account, "--by", "某监测公司", "--at", CHECK_POINT)
    listed = asked(city, "focus", "list", "--on", "2021-06-17")
    assert (0, 2) == (listed["size"], listed["pending_flags"])
    assert 0 == asked(city, "focus", "list", "--on", "2021-06-16")["pending_flags"]
    assert "flags not yet on the list: 2" in done(city, "focus", "list", "--on", "2021-06-17").out
    update(city)
    listed = asked(city, "focus", "list", "--on", "2021-06-17")
    assert (2, 0) == (listed["size"], listed["pending_flags"])


def test_the_daily_watch_says_what_each_account_needs(watched_model):
    """国办秘函〔2019〕19号 red line 5: exit 1 while an account is over the limit; the most urgent comes first."""
    answer = xuncha(watched_model, "focus", "watch", "--check-point", LATER, "--json")
    assert 1 == answer.status
    assert [(c.SILENT, "over_limit"), (c.POSTING, "nothing")] == [
        (r["account_id"], r["need"]) for r in answer.rows
    ]
    told = xuncha(watched_model, "focus", "watch", "--check-point", LATER).out
    assert "已超两周，立即更新" in told
    day = (at("2021-05-20 09:00") + timedelta(days=13)).isoformat()
    assert 0 == xuncha(watched_model, "focus", "watch", "--check-point", day).status


@pytest.mark.slow
def test_a_run_of_a_later_check_point_is_refused(city):
    """Nobody enters for a verdict that lies after the moment of the list."""
    run = asked(city, "score", "--check-point", CHECK_POINT)["run_id"]
    answer = xuncha(city, "focus", "update", "--check-point", "2021-06-16T12:00:00+08:00", "--run", run)
    assert (2, True) == (answer.status, "give a later --check-point" in answer.complaint)


def test_an_empty_list_is_told_as_such(shared_city):
    """Nobody on the list: list, history and watch answer with no rows."""
    assert 0 == asked(shared_city, "focus", "list")["size"]
    assert [] == rows(shared_city, "focus", "history")
    assert [] == asked(shared_city, "focus", "watch", "--check-point", CHECK_POINT)["rows"]


@pytest.mark.slow
def test_a_withdrawn_flag_takes_its_entry_with_it(city):
    """The account leaves the list from the start; flagged again it enters anew. A flag that is not there is refused."""
    flag = ("focus", "flag", "--account", c.POSTING, "--by", "某监测公司", "--at", CHECK_POINT)
    done(city, *flag)
    update(city)
    assert {c.POSTING} == on_list(city)
    withdraw = ("focus", "withdraw", "--account", c.POSTING, "--reason", "反馈错了账号")
    told = asked(city, *withdraw)
    assert (1, False) == (told["entries"], told["still_listed"])
    assert set() == on_list(city)
    nothing = (
        ("focus", "withdraw", "--reason", "x"),
        ("focus", "withdraw", told["flag_id"], "--reason", " "),
    )
    for words in (withdraw, *nothing):
        assert 2 == xuncha(city, *words).status
    done(city, *flag)
    update(city)
    assert {c.POSTING} == on_list(city)


@pytest.mark.slow
def test_a_flag_is_named_by_its_time_where_there_are_several(city):
    """Two flags of an account: without a time both are shown, with a day the one of that day goes."""
    for day in ("2021-06-10T10:00:00+08:00", "2021-06-12T10:00:00+08:00"):
        done(city, "focus", "flag", "--account", c.POSTING, "--by", "某监测公司", "--at", day)
    withdraw = ("focus", "withdraw", "--account", c.POSTING, "--reason", "反馈错了账号")
    answer = xuncha(city, *withdraw)
    assert (2, True) == (answer.status, "means 2 flags; name one by its id" in answer.complaint)
    assert "已撤回反馈" in done(city, *withdraw, "--at", "2021-06-12").out
    update(city)
    assert {c.POSTING} == on_list(city)
    done(city, *withdraw)
    assert set() == on_list(city)
