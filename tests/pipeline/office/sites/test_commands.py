"""Commands about websites: registry, looks, status, checks that are kept, suggestions, taking back."""

import pytest

from tests.copied import copied
from tests.pipeline.inputs import sheet
from tests.pipeline.office.sites import town as w
from tests.pipeline.program import asked, done, rows, xuncha

AT = ("--check-point", w.T)


@pytest.fixture(scope="module")
def town_model(home_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sites")
    copied(home_model, folder / "home")
    w.build(folder / "home", folder)
    return folder / "home"


@pytest.fixture
def town(town_model, tmp_path):
    """A copy of the town, to change."""
    copied(town_model, tmp_path / "town")
    return tmp_path / "town"


def verdicts(home, *words):
    return {row["domain"]: row["verdict"] for row in rows(home, "sites", "status", *AT, *words)}


@pytest.mark.slow
def test_sites_are_judged_by_what_was_handed_in(town_model):
    """国办秘函〔2019〕19号: in order, failed by five columns, unknown where nobody looked."""
    found = {row["domain"]: row for row in rows(town_model, "sites", "status", *AT)}
    assert {domain: row["verdict"] for domain, row in found.items()} == {
        w.GOOD: "passed",
        w.OLD: "failed",
        w.UNSEEN: "unknown",
    }
    assert set(found[w.OLD]["overdue"]) == {*w.OLD_COLUMNS, "调查征集"}
    assert "site-veto-columns" in found[w.OLD]["broken"]
    table = done(town_model, "sites", "status", *AT, "--verdict", "不合格").out
    assert "栏目不更新" in table
    assert w.GOOD not in table


def test_a_site_is_shown_with_the_age_of_its_columns(town_model):
    """The overdue ones first, with the limit of their class or their own."""
    told = asked(town_model, "sites", "show", "某市水利局网站", *AT)
    assert told["verdict"] == "failed"
    by_name = {row["name"]: row for row in told["rows"]}
    assert (by_name["调查征集"]["limit_days"], by_name["政策"]["limit_months"]) == (90, 6)
    assert by_name["要闻一"]["state"] == "overdue"
    shown = xuncha(town_model, "sites", "show", "4303000002", *AT).out
    assert "6个月" in shown
    assert "never_looked" in done(town_model, "sites", "show", w.UNSEEN, *AT).out


def test_the_same_sheets_again_add_nothing(town, tmp_path):
    """Design promise 2: known rows are counted as known."""
    for words in (
        ("import", w.sites(tmp_path)),
        ("import-columns", w.columns(tmp_path)),
        ("import-looks", w.looks(tmp_path)),
    ):
        assert asked(town, "sites", *words)["events"] == 0, words


def test_a_changed_row_changes_the_registry_from_now_on(town, tmp_path):
    """The list as of a day before shows what stood then; blank cells change nothing."""
    path = sheet(
        tmp_path / "new.csv",
        ("网址", "名称", "类型", "主办单位"),
        (f"https://{w.GOOD}/", "某市人民政府网", "政府网站", "某市政府办"),
    )
    assert asked(town, "sites", "import", path)["events"] == 1
    names = {row["domain"]: (row["name"], row["tier"]) for row in rows(town, "sites", "list")}
    assert names[w.GOOD] == ("某市人民政府网", "市级")
    before = {row["domain"]: row["name"] for row in rows(town, "sites", "list", "--on", "2022-09-30")}
    assert before[w.GOOD] == "某市政府门户网站"


@pytest.mark.parametrize(
    ("command", "headers", "row", "told"),
    [
        ("import", w.SITE_HEADERS, ("无", "甲", "政府网站", "某局", "", "", ""), "no address of a page"),
        ("import", w.SITE_HEADERS, ("http://a.gov.cn", "甲", "门户", "某局", "", "", ""), "类别"),
        ("import-columns", w.COLUMN_HEADERS, ("nobody.gov.cn", "甲", "http://a.cn/b", "其他", ""), "no site"),
        ("import-columns", w.COLUMN_HEADERS, (w.OLD, "甲", "http://a.cn/b", "其他", 0), "number of days"),
        ("import-looks", w.LOOK_HEADERS, (w.OLD, "无此栏目", w.LOOKED, "2022-09-01", 1), "no column"),
        ("import-looks", w.LOOK_HEADERS, (w.OLD, "公告", w.LOOKED, "无", 4), "no entry"),
        ("import-looks", w.LOOK_HEADERS, (w.OLD, "公告", w.LOOKED, "2022-09-30 11:00", 4), "behind the look"),
    ],
)
def test_a_wrong_row_is_told_with_its_place_and_nothing_is_taken(
    town_model, tmp_path, command, headers, row, told
):
    """All of a sheet or none of it."""
    answer = xuncha(town_model, "sites", command, sheet(tmp_path / "wrong.csv", headers, row))
    assert answer.status == 2
    assert told in answer.complaint


def test_a_check_is_kept_once_and_verified(town):
    """Its rows stand in the log, whatever is learnt later; a second one of the name is refused."""
    kept = asked(town, "sites", "check", "2022Q3", *AT)
    assert (kept["checked"], kept["passed"], kept["failed"], kept["unknown"]) == (3, 1, 1, 1)
    assert asked(town, "sites", "verify", "2022Q3")["same"]
    again = xuncha(town, "sites", "check", "２０２２Ｑ３", *AT)
    assert (again.status, "site check" in again.err) == (1, True)
    done(town, "sites", "finding", w.GOOD, "--rule", "无有效互动渠道", "--at", "2022-09-29")
    assert verdicts(town)[w.GOOD] == "failed"
    assert asked(town, "sites", "verify", "2022Q3")["same"]
    (listed,) = rows(town, "sites", "checks")
    assert (listed["checked"], listed["government"], listed["pass_rate"]) == (3, 2, "50.00%")
    result = {row["domain"]: row["verdict"] for row in rows(town, "sites", "result", "2022Q3")}
    assert result[w.GOOD] == "passed"


def test_a_check_whose_ruleset_is_gone_says_so(town):
    """A home's own ruleset that was removed: the rows stay readable, nothing is judged again."""
    released = w.Path(__file__).parents[4] / "infra" / "site_rulesets" / "national-2019-19-sites.toml"
    own = town / "site_rulesets" / "own.toml"
    own.parent.mkdir()
    own.write_text(
        released.read_text("utf-8").replace('name = "national-2019-19-sites"', 'name = "own"'), "utf-8"
    )
    done(town, "sites", "check", "own", *AT, "--ruleset", "own")
    assert asked(town, "sites", "verify", "own")["same"]
    own.unlink()
    answer = xuncha(town, "sites", "verify", "own", "--json")
    assert (answer.status, answer.json["rules_known"]) == (1, False)
    assert len(rows(town, "sites", "result", "own")) == 3


def test_what_was_wrong_is_taken_back(town):
    """A look falls with its proof, a check with its name; checks that knew a fact are named and stay."""
    done(town, "sites", "check", "2022Q3", *AT)
    look = next(row for row in rows(town, "sites", "facts", w.OLD) if row["type"] == "site.patrolled")
    told = asked(town, "sites", "withdraw", look["fact_id"][:8], "--reason", "录入错误")
    assert told["checks"] == ["2022Q3"]
    assert verdicts(town)[w.OLD] == "unknown"
    assert asked(town, "sites", "verify", "2022Q3")["same"]
    assert xuncha(town, "sites", "withdraw", look["fact_id"], "--reason", "again").status == 2


def test_a_look_that_was_taken_back_can_be_handed_in_again(town, tmp_path):
    """It is another fact, with the same content."""
    look = next(row for row in rows(town, "sites", "facts", w.OLD) if row["type"] == "site.patrolled")
    done(town, "sites", "withdraw", look["fact_id"], "--reason", "录入错误")
    assert asked(town, "sites", "import-looks", w.looks(tmp_path))["events"] == 1
    assert verdicts(town)[w.OLD] == "failed"


def test_another_sheet_of_the_same_moment_adds_what_it_says(town, tmp_path):
    """Two checkers may have looked at one time: neither sheet hides the other."""
    assert asked(town, "sites", "import-looks", w.looks(tmp_path, old=4))["events"] == 1
    assert verdicts(town)[w.OLD] == "passed"


def test_a_message_without_an_answer_fails_a_site_after_three_months(town):
    """互动回应差: told by who looked, and undone by an answer."""
    words = ("sites", "message", w.GOOD, "--reference", "2022-7", "--asked", "2022-06-01 09:00")
    done(town, *words, "--at", "2022-09-30 09:00")
    assert verdicts(town)[w.GOOD] == "failed"
    done(town, *words, "--answered", "2022-09-29 09:00", "--at", "2022-09-30 10:00")
    assert verdicts(town)[w.GOOD] == "passed"
    wrong = xuncha(town, *words, "--answered", "2022-05-01", "--at", "2022-09-30 10:00")
    assert (wrong.status, "follow one another" in wrong.complaint) == (2, True)


def test_a_finding_of_secrets_has_no_text(town):
    """安全泄密: text is refused, without it the rule alone is recorded."""
    words = ("sites", "finding", w.GOOD, "--rule", "安全泄密", "--at", "2022-09-29")
    refused = xuncha(town, *words, "--note", "某页")
    assert (refused.status, "without text" in refused.complaint) == (2, True)
    done(town, *words)
    (stored,) = asked(town, "sql", "SELECT data FROM records WHERE type = 'site_finding.recorded'")["rows"]
    assert "office" not in stored["data"]
    assert verdicts(town)[w.GOOD] == "failed"


def test_nobody_finds_what_follows_from_looks(town_model):
    """栏目不更新 is judged from looks; a name that is no rule is answered with the nearest."""
    for rule, told in (("栏目不更新", "nobody finds it"), ("无有效互动渠", "无有效互动渠道")):
        answer = xuncha(town_model, "sites", "finding", w.GOOD, "--rule", rule)
        assert (answer.status, told in answer.complaint) == (2, True)


def test_a_suggestion_waits_for_a_person(town):
    """A link outside of government is no finding until somebody confirms it with a rule."""
    (found,) = rows(town, "sites", "suggestions", "--state", "待确认")
    assert (found["what"], found["detail"], found["state"]) == ("outside_link", "合作伙伴", "open")
    stored = asked(town, "sql", "SELECT data FROM records WHERE type = 'site.suspected'")["rows"]
    assert all("合作伙伴" not in row["data"] for row in stored)
    one = found["suspicion_id"][:8]
    done(town, "sites", "dismiss", one, "--reason", "友好城市网站")
    refused = xuncha(town, "sites", "confirm", one)
    assert (refused.status, "友好城市网站" in refused.err) == (1, True)
    assert rows(town, "sites", "suggestions")[0]["state"] == "dismissed"


def test_a_confirmed_suggestion_may_become_a_finding(town):
    """With a rule it counts against the site; again it adds nothing."""
    one = rows(town, "sites", "suggestions")[0]["suspicion_id"]
    done(town, "sites", "confirm", one, "--rule", "未提供互动渠道")
    done(town, "sites", "confirm", one, "--rule", "未提供互动渠道")
    kinds = [row["type"] for row in rows(town, "sites", "facts", w.GOOD)]
    assert kinds.count("site_finding.recorded") == 1
    assert verdicts(town)[w.GOOD] == "failed"


def test_lists_are_narrowed_by_unit_area_and_kind(town_model):
    """A word that no site has is refused with the nearest."""
    area = rows(town_model, "sites", "list", "--area", "某区")
    unit = rows(town_model, "sites", "columns", "--unit", "某市水利局")
    assert [row["domain"] for row in area] == [w.UNSEEN]
    assert len(unit) == 6
    assert len(rows(town_model, "sites", "list", "--kind", "事业单位网站")) == 1
    assert xuncha(town_model, "sites", "list", "--area", "某曲").status == 2


def test_accounts_know_nothing_of_sites(town_model):
    """Sites are no accounts: neither the registry of accounts nor today's list has them."""
    assert rows(town_model, "accounts", "list") == []
    today = asked(town_model, "today", "--on", "2022-09-30")
    assert (0, []) == (today["accounts"], today["needs"])
