"""Pages of units and of posts go in like any other paper."""

import pytest
from openpyxl import Workbook

from tests.copied import copied
from tests.pipeline.program import asked, done, rows

TITLE = ["江川市政务新媒体主管主办单位名单"]
HEADER = ["序号", "单位名称", "单位性质", "层级", "所属地区", "上级主管单位"]
OFFICE = "江川市人民政府办公室"
WATER, RENAMED, EDUCATION = "江川市水务局", "江川市水利局", "江川市教育局"


def sheet(path, *lines):
    book = Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def units(path, *names):
    lines = [
        [n, name, "主办单位", "市级部门和单位", "江川市", OFFICE] for n, name in enumerate(names, start=2)
    ]
    return sheet(path, TITLE, HEADER, [1, OFFICE, "市政府办公室", "市级部门和单位", "江川市", None], *lines)


def coded(path, *names):
    """Return the same list with codes, as another office keeps it."""
    header = ["单位代码", "单位名称", "单位类别", "层级", "所属地区", "上级单位"]
    lines = [
        [f"JC00{n}", name, "主办单位", "市级部门和单位", "江川市", OFFICE] for n, name in enumerate(names, 2)
    ]
    return sheet(
        path, TITLE, header, ["JC001", OFFICE, "市政府办公室", "市级部门和单位", "江川市", None], *lines
    )


def take(home, path, *words):
    plan = asked(home, "intake", path, "--received", "2026-07-01", *words)
    return plan, asked(home, "intake", "confirm", plan["plan"], "--accept-defaults")


@pytest.fixture
def home(home_model, tmp_path):
    return copied(home_model, tmp_path / "home")


def names_of(home):
    return {row["name"]: row["parent"] for row in rows(home, "units", "list")}


def test_a_page_of_units_becomes_the_tree(home, tmp_path):
    """Each unit stands below the one that its row names; undone it is gone, taken again it is back."""
    path = units(tmp_path / "a.xlsx", WATER, EDUCATION)
    plan, taken = take(home, path)
    assert (plan["totals"]["units_new"], taken["new_facts"], plan["doubtful"]) == (3, 3, [])
    told = names_of(home)
    office = next(row["code"] for row in rows(home, "units", "list") if row["name"] == OFFICE)
    assert told == {OFFICE: "", WATER: office, EDUCATION: office}
    done(home, "intake", "undo", taken["intake"], "--reason", "名单有误")
    assert names_of(home) == {}
    _, again = take(home, path)
    assert (again["new_facts"], set(names_of(home))) == (3, set(told))


def test_a_renamed_unit_is_the_same_unit_and_keeps_its_accounts(home, tmp_path):
    """One character apart in a list that lacks the known name: asked, and a rename by default."""
    take(home, units(tmp_path / "a.xlsx", WATER, EDUCATION))
    ledger = ["账号名称", "平台", "主办单位", "开设时间"]
    account = ["江川水务", "新浪微博", WATER, "2020-01-02"]
    take(home, sheet(tmp_path / "l.xlsx", ledger, account))
    plan, taken = take(home, coded(tmp_path / "b.xlsx", RENAMED, EDUCATION))
    (question,) = plan["questions"]
    assert (question["why"], question["default"], taken["new_facts"]) == ("unit_near", WATER, 1)
    assert [(c["before"], c["after"]) for c in plan["changes"]] == [(WATER, RENAMED)]
    assert set(names_of(home)) == {OFFICE, RENAMED, EDUCATION}
    later = asked(
        home, "intake", sheet(tmp_path / "m.xlsx", ledger, ["江川水务", "新浪微博", RENAMED, "2020-01-02"])
    )
    assert (later["questions"], later["changes"], later["totals"]["new"]) == ([], [], 0)


def test_a_unit_above_that_nobody_knows_is_set_aside(home, tmp_path):
    """A government stands above its office and in no list of offices: the unit is taken, and so is what is below it."""
    header = ["单位名称", "单位性质", "层级", "上级主管单位"]
    lines = [
        [WATER, "主办单位", "市级", "某某委"],
        ["水务站", "主办单位", "市级", WATER],
        [EDUCATION, "主办单位", "市级", None],
    ]
    plan, taken = take(home, sheet(tmp_path / "a.xlsx", TITLE, header, *lines))
    assert [(c["row"], c["column"], c["cell"], c["why"]) for c in plan["cells_set_aside"]] == [
        (3, "D", "某某委", "unit_above_unknown")
    ]
    assert (plan["refused"], taken["new_facts"]) == ([], 3)
    assert set(names_of(home)) == {WATER, "水务站", EDUCATION}


def test_a_circle_of_units_is_refused(home, tmp_path):
    """Each stands above the other: neither can be taken, the third is."""
    header = ["单位名称", "单位性质", "层级", "上级主管单位"]
    lines = [
        [WATER, "主办单位", "市级", "水务站"],
        ["水务站", "主办单位", "市级", WATER],
        [EDUCATION, "主办单位", "市级", None],
    ]
    plan, taken = take(home, sheet(tmp_path / "a.xlsx", TITLE, header, *lines))
    assert [(r["row"], r["why"]) for r in plan["refused"]] == [(3, "unit_unfit"), (4, "unit_unfit")]
    assert (taken["new_facts"], set(names_of(home))) == (1, {EDUCATION})


def test_a_page_of_posts_brings_posts_and_no_look(registry, tmp_path):
    """The key of a post is its link, else its time; known ones are known, and another time under a link contradicts."""
    header = ["账号名称", "平台", "标题", "发布时间", "稿件链接"]
    link = "https://example.invalid/1"
    path = sheet(
        tmp_path / "p.xlsx",
        header,
        ["澜川发布", "新浪微博", "甲", "2026-08-01 10:00", link],
        ["澜川发布", "新浪微博", "甲", "2026-08-01 10:00", link],
        ["澜川发布", "新浪微博", "乙", "2026-08-02", None],
        ["没有的号", "新浪微博", "丙", "2026-08-02", None],
    )
    plan = asked(registry, "intake", path, "--received", "2026-09-01")
    assert (plan["totals"]["posts"], plan["totals"]["looks"]) == (2, 0)
    assert (plan["totals"]["duplicate_rows_passed_over"], plan["totals"]["doubtful_rows"]) == (1, 1)
    asked(registry, "intake", "confirm", plan["plan"])
    other = sheet(tmp_path / "q.xlsx", header, ["澜川发布", "新浪微博", "甲", "2026-08-03 09:00", link])
    (row,) = asked(registry, "intake", other, "--received", "2026-09-01")["contradictions"]
    assert row["why"] == "post_time_differs"


def test_people_of_an_account_go_to_the_unit_that_it_is_known_to_belong_to(home, tmp_path):
    """A list by account need not name the unit again; of an account without any it is told that they are not taken."""
    ledger = ["账号名称", "平台", "主办单位", "开设时间"]
    lines = [["江川水务", "新浪微博", WATER, "2020-01-02"], ["江川快讯", "抖音", None, "2020-01-02"]]
    take(home, sheet(tmp_path / "l.xlsx", ledger, *lines))
    header = ["账号名称", "平台", "运维人员", "手机号码"]
    people = [["江川水务", "新浪微博", "周某", "16155512345"], ["江川快讯", "抖音", "吴某", "16155512346"]]
    plan, _ = take(home, sheet(tmp_path / "p.xlsx", header, *people))
    assert [(p["row"], p["unit"]) for p in plan["people"]] == [(2, WATER)]
    assert [(h["row"], h["why"]) for h in plan["hints"]] == [(3, "people_without_unit")]
    assert plan["totals"]["changed"] == plan["totals"]["new"] == 0


def test_a_unit_that_stands_twice_on_a_page_is_one(home, tmp_path):
    """A second row is passed over, and told where it says otherwise; with codes of their own they are two."""
    header = ["单位名称", "单位性质", "层级", "所属地区"]
    lines = [[WATER, "主办单位", tier, "江川市"] for tier in ("市级", None, "县级")]
    plan, taken = take(home, sheet(tmp_path / "a.xlsx", TITLE, header, *lines))
    assert (taken["new_facts"], plan["totals"]["duplicate_rows_passed_over"]) == (1, 1)
    assert [(r["row"], r["why"]) for r in plan["contradictions"]] == [(5, "unit_twice")]
    coded_rows = [["B01", EDUCATION, "主办单位", "江川市"], ["B02", EDUCATION, "主办单位", "江川市"]]
    plan, taken = take(
        home, sheet(tmp_path / "b.xlsx", TITLE, ["单位代码", "单位名称", "单位性质", "所属地区"], *coded_rows)
    )
    assert (taken["new_facts"], plan["totals"]["duplicate_rows_passed_over"]) == (2, 0)
