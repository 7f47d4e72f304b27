"""Pages of what people saw of websites, and of problems that they found, go in like any other paper."""

import pytest

from tests.copied import copied
from tests.pipeline.office.intake.test_year_pages import BUREAU, COLUMNS, PORTAL, book, kinds, sites, taken
from tests.pipeline.program import asked, done, rows

CHECKED = ["序号", "网站名称", "栏目", "检查时间", "最新发布时间", "条数"]
FOUND = ["序号", "网站名称", "问题类别", "问题描述", "问题网址", "发现时间", "数量"]
NOTICES = "https://www.lanchuan.gov.cn/tz/"


@pytest.fixture
def home(home_model, tmp_path):
    """A home whose registry has two sites, with two columns of the portal."""
    home = copied(home_model, tmp_path / "home")
    columns = (
        "栏目名录",
        COLUMNS,
        [PORTAL, "要闻", "https://www.lanchuan.gov.cn/yw/", "动态要闻", None],
        [PORTAL, "通知公告", NOTICES, "通知公告", None],
    )
    taken(home, book(tmp_path / "registry.xlsx", sites(), columns))
    return home


def checked(*lines):
    return "网站检查", ["澜川市政府网站检查表"], CHECKED, *lines


def standing(home, day="2026-08-18"):
    return {row["name"]: row for row in rows(home, "sites", "status", "--check-point", day)}


def test_each_row_is_a_look_at_one_page(home, tmp_path):
    """The home page by a blank cell or its word, a column by name or address; undone, nothing is known again."""
    before = standing(home)[PORTAL]
    page = checked(
        [1, PORTAL, None, "2026-08-18", "2026-08-17", None],
        [2, PORTAL, "要闻", "2026-08-18", "2026-07-01", 40],
        [3, PORTAL, NOTICES, "2026-08-18", "无", None],
        [4, BUREAU, "首页", "2026-08-18", "2026-08-01", None],
        [5, PORTAL, "没有的栏目", "2026-08-18", "2026-08-01", None],
        [6, PORTAL, "要闻", "2026-08-18", "2026-08-19", None],
    )
    path = book(tmp_path / "a.xlsx", page)
    plan, answer = taken(home, path)
    assert (kinds(plan), answer["new_facts"]) == (["site_looks"], 4)
    assert {row["row"]: row["why"] for row in plan["refused"]} == {7: "row_unfit", 8: "after_the_look"}
    now = standing(home)[PORTAL]
    assert (now["overdue"], now["empty"]) == (["要闻"], ["通知公告"])
    again = asked(home, "intake", path, "--received", "2026-08-20")
    assert again["totals"]["new_facts"] == 0
    done(home, "intake", "undo", answer["intake"], "--reason", "检查表有误")
    assert standing(home)[PORTAL] == before


def test_a_page_that_names_no_time_asks_for_one(home, tmp_path):
    """The title tells the day for all rows; without it nobody guesses, and no fact comes of the page."""
    header = ["序号", "网站名称", "栏目", "最新更新时间"]
    lines = [header, [1, PORTAL, "要闻", "2026-08-17"], [2, BUREAU, None, "2026-08-16"]]
    _, answer = taken(
        home, book(tmp_path / "a.xlsx", ("网站检查", ["网站检查（截至2026年8月18日）"], *lines))
    )
    assert answer["new_facts"] == 2
    plan = asked(home, "intake", book(tmp_path / "b.xlsx", ("网站检查", ["网站检查表"], *lines)))
    assert (kinds(plan), [q["why"] for q in plan["questions"]]) == (["site_looks"], ["no_time"])
    assert plan["totals"]["new_facts"] == 0


def test_a_look_of_another_week_is_set_aside(home, tmp_path):
    """Intake design 5.5: a row older than known contradicts; three of them, and the page is asked about as a whole."""
    newest = [[n, PORTAL, c, "2026-08-17", "2026-08-16"] for n, c in enumerate(("", "要闻", "通知公告"), 1)]
    taken(home, book(tmp_path / "a.xlsx", checked(*newest)))
    one = checked(
        [1, PORTAL, "要闻", "2026-08-19", "2026-08-02"], [2, BUREAU, None, "2026-08-19", "2026-08-03"]
    )
    plan, answer = taken(home, book(tmp_path / "b.xlsx", one))
    assert [(row["row"], row["why"]) for row in plan["contradictions"]] == [(3, "older_than_known")]
    assert answer["new_facts"] == 1
    old = [[n, PORTAL, c, "2026-08-19", "2026-08-02"] for n, c in enumerate(("", "要闻", "通知公告"), 1)]
    plan = asked(home, "intake", book(tmp_path / "c.xlsx", checked(*old)))
    (question,) = plan["questions"]
    assert (question["why"], question["default"], question["rows"]) == ("other_week", "leave_out", [3, 4, 5])


def test_two_rows_about_one_page_at_one_moment(home, tmp_path):
    """Alike they are one, otherwise the second is set aside and names the first."""
    page = checked(
        [1, PORTAL, "要闻", "2026-08-18", "2026-08-17", 20],
        [2, "www.lanchuan.gov.cn", "要闻", "2026-08-18", "2026-08-17", 20],
        [3, PORTAL, "要闻", "2026-08-18", "2026-08-10", 20],
    )
    plan, answer = taken(home, book(tmp_path / "a.xlsx", page))
    assert (answer["new_facts"], plan["totals"]["duplicate_rows_passed_over"]) == (1, 1)
    (row,) = plan["contradictions"]
    assert (row["row"], row["why"], row["says"]) == (5, "page_seen_twice", {"row": "3"})


def test_problems_of_websites_go_under_the_rules_that_people_judge(home, tmp_path):
    """Words that name no rule are asked about; what looks decide is refused; of secrets no word is kept."""
    page = (
        "网站问题清单",
        ["澜川市政府网站问题清单"],
        FOUND,
        [1, PORTAL, "无有效互动渠道", "留言提交后报错", "https://www.lanchuan.gov.cn/ly/", "2026-08-12", 2],
        [2, BUREAU, "留言板打不开", "点不开", None, "2026-08-12", None],
        [3, BUREAU, "首页不更新", None, None, "2026-08-12", None],
        [4, PORTAL, "安全泄密", "某某文件泄密", "https://www.lanchuan.gov.cn/x", "2026-08-12", None],
        [5, PORTAL, "无有效互动渠道", "没有留言板", None, None, None],
    )
    path = book(tmp_path / "a.xlsx", page)
    plan = asked(home, "intake", path)
    assert kinds(plan) == ["site_findings"]
    refused = {row["row"]: row["why"] for row in plan["refused"]}
    assert refused == {5: "row_unfit", 7: "no_time_of_finding"}
    (question,) = plan["questions"]
    assert (question["cell"], question["default"]) == ("留言板打不开", None)
    answered = asked(home, "intake", path, "--answer", f"{question['id']}=互动回应差（无有效互动渠道）")
    answer = asked(home, "intake", "confirm", answered["plan"])
    assert answer["new_facts"] == 3
    found = rows(home, "sites", "facts", "www.lanchuan.gov.cn")
    assert [row["type"] for row in found].count("site_finding.recorded") == 2
    now = standing(home)
    assert (now[PORTAL]["verdict"], now[BUREAU]["verdict"]) == ("failed", "failed")
    assert "某某" not in str(found)
    done(home, "intake", "undo", answer["intake"], "--reason", "清单有误")
    assert {row["verdict"] for row in rows(home, "sites", "status", "--check-point", "2026-08-18")} == {
        "unknown"
    }
