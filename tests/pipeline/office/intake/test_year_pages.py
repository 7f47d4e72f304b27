"""Pages about websites, interpretation, reposts and the yearly assessment go in like any other paper."""

import pytest
from openpyxl import Workbook

from tests.copied import copied
from tests.pipeline.program import asked, done, rows, xuncha

RECEIVED = ("--received", "2026-08-20")
SITES = ["序号", "网站名称", "首页网址", "网站标识码", "主办单位", "地区"]
COLUMNS = ["所属网站", "栏目名称", "栏目网址", "栏目类别", "更新期限"]
DOCUMENTS = ["序号", "文件名称", "文号", "牵头起草部门", "印发日期", "解读形式", "解读日期", "解读链接"]
TASKS = ["任务编号", "转载标题", "来源单位", "完成时限", "转载范围"]
DONE = ["任务编号", "账号名称", "平台", "转载时间", "转载链接"]
PORTAL, BUREAU = "澜川市人民政府门户网站", "澜川市水务局网站"


def book(path, *pages):
    """Write pages, each of a name and its lines."""
    made = Workbook()
    made.remove(made.active)
    for title, *lines in pages:
        page = made.create_sheet(title)
        for line in lines:
            page.append(line)
    made.save(path)
    return path


def sites(*more):
    return (
        "网站名录",
        ["澜川市政府网站名单"],
        SITES,
        [1, PORTAL, "https://www.lanchuan.gov.cn/", "3299000001", "澜川市人民政府办公室", "澜川市"],
        [2, BUREAU, "https://slj.lanchuan.gov.cn/", "3299000002", "澜川市水务局", "澜川市"],
        *more,
    )


def taken(home, path, *words):
    plan = asked(home, "intake", path, *RECEIVED, *words)
    return plan, asked(home, "intake", "confirm", plan["plan"], "--accept-defaults")


def kinds(plan):
    return [page["kind"] for page in plan["pages"]]


@pytest.fixture
def home(home_model, tmp_path):
    return copied(home_model, tmp_path / "home")


@pytest.mark.slow
def test_a_workbook_of_sites_and_columns_becomes_the_registry(home, tmp_path):
    """Columns find the sites of the same workbook; the kind that nobody says is asked once; undone, all is gone."""
    columns = (
        "栏目名录",
        COLUMNS,
        [PORTAL, "要闻", "https://www.lanchuan.gov.cn/yw/", "动态要闻", None],
        [PORTAL, "通知公告", "https://www.lanchuan.gov.cn/tz/", None, None],
        ["slj.lanchuan.gov.cn", "工作动态", "https://slj.lanchuan.gov.cn/gz/", "动态要闻", 30],
        ["没有的网站", "工作动态", "https://x.gov.cn/gz/", "动态要闻", None],
    )
    path = book(tmp_path / "a.xlsx", sites(), columns)
    plan, answer = taken(home, path)
    assert kinds(plan) == ["sites", "site_columns"]
    (question,) = plan["questions"]
    assert (question["why"], question["default"], question["rows"]) == (
        "site_kind_unsaid",
        "government",
        [3, 4],
    )
    assert [(row["row"], row["why"]) for row in plan["refused"]] == [(5, "row_unfit")]
    assert [hint["why"] for hint in plan["hints"]] == ["class_by_name"]
    assert answer["new_facts"] == 5
    listed = {row["name"]: row for row in rows(home, "sites", "list")}
    assert {name: (row["kind"], row["columns"]) for name, row in listed.items()} == {
        PORTAL: ("government", 2),
        BUREAU: ("government", 1),
    }
    assert {(c["name"], c["column_class"], c["limit_days"]) for c in rows(home, "sites", "columns")} == {
        ("要闻", "news", None),
        ("通知公告", "notice", None),
        ("工作动态", "news", 30),
    }
    again = asked(home, "intake", path, *RECEIVED)
    assert (again["totals"]["new_facts"], bool(again["taken_before"])) == (0, True)
    done(home, "intake", "undo", answer["intake"], "--reason", "名单有误")
    assert rows(home, "sites", "list") == []
    _, anew = taken(home, path)
    assert (anew["new_facts"], len(rows(home, "sites", "columns"))) == (5, 3)


def test_another_list_states_what_changed_of_a_site(home, tmp_path):
    """A change is shown before and after, and holds from the day of the paper; what does not differ is no fact."""
    taken(home, book(tmp_path / "a.xlsx", sites()))
    title, caption, header, first, _ = sites()
    renamed = [2, BUREAU, "https://slj.lanchuan.gov.cn/", "3299000002", "澜川市水利局", "澜川市"]
    plan, answer = taken(home, book(tmp_path / "b.xlsx", (title, caption, header, first, renamed)))
    assert [(c["field"], c["before"], c["after"], c["holds_from"]) for c in plan["changes"]] == [
        ("unit", "澜川市水务局", "澜川市水利局", "2026-08-19")
    ]
    assert answer["new_facts"] == 1
    units = {row["name"]: row["unit"] for row in rows(home, "sites", "list")}
    assert units[BUREAU] == "澜川市水利局"


def test_a_page_about_one_site_need_not_name_it(home, tmp_path):
    """Its title names the site; a row whose address is none is refused with what is wrong, and others are taken."""
    taken(home, book(tmp_path / "a.xlsx", sites()))
    page = (
        "栏目",
        [f"{BUREAU}栏目清单"],
        ["序号", "栏目名称", "栏目网址", "栏目类别"],
        [1, "工作动态", "https://slj.lanchuan.gov.cn/gz/", "动态要闻"],
        [2, "政策文件", "没有", "政策文件"],
    )
    plan, answer = taken(home, book(tmp_path / "c.xlsx", page))
    assert (answer["new_facts"], [r["row"] for r in plan["refused"]]) == (1, [4])
    assert rows(home, "sites", "columns")[0]["site_name"] == BUREAU


def test_documents_and_interpretations_are_taken_as_their_sheet_is(home, tmp_path):
    """A row may name two forms; a document that nobody told whole is refused; the annex says what is missing."""
    page = (
        "政策解读",
        ["2026年第二季度规范性文件解读情况"],
        DOCUMENTS,
        [
            1,
            "某办法",
            "澜政规〔2026〕1号",
            "澜川市水务局",
            "2026-04-02",
            "图解、问答",
            "2026-04-03",
            "https://x.cn/1",
        ],
        [2, "某规定", "澜政规〔2026〕2号", "澜川市民政局", "2026-05-02", None, None, None],
        [3, None, "澜政规〔2026〕3号", None, None, "音频", "2026-05-09", None],
    )
    path = book(tmp_path / "a.xlsx", page)
    plan, answer = taken(home, path)
    assert (kinds(plan), answer["new_facts"]) == (["interpretations"], 4)
    assert [row["row"] for row in plan["refused"]] == [5]
    missing = rows(home, "interpretation", "missing", "--on", "2026-06-30")
    assert [row["number"] for row in missing] == ["澜政规〔2026〕2号"]
    done(home, "intake", "undo", answer["intake"], "--reason", "表格有误")
    assert rows(home, "interpretation", "list", "--on", "2026-06-30") == []


def test_forms_may_be_ticked_dated_or_linked_in_columns_of_their_own(home, tmp_path):
    """湘潭 2022Q3, annex 2: what is missing follows from the columns; ticks without a day are asked about once."""
    page = (
        "解读统计",
        ["规范性文件政策解读统计表（截至2026年8月10日）"],
        ["序号", "文件名称", "文号", "牵头起草部门", "印发日期", "解读形式", None, None, None, None],
        [None, None, None, None, None, "问答", "访谈", "图解", "音频", "H5"],
        [1, "某办法", "澜政规〔2026〕1号", "澜川市水务局", "2026-04-02", "√", None, "√", "×", None],
        [2, "某规定", "澜政规〔2026〕2号", "澜川市民政局", "2026-05-02", "2026-05-04", None, None, "否", "/"],
        [3, "某细则", "澜政规〔2026〕3号", "澜川市民政局", "2026-05-02", "很快", None, None, None, None],
        [4, "某清单", "澜政规〔2026〕4号", "澜川市民政局", "2026-05-02", None, None, None, None, None],
    )
    path = book(tmp_path / "a.xlsx", page)
    plan, answer = taken(home, path)
    assert (kinds(plan), answer["new_facts"]) == (["interpretations"], 6)
    assert [row["row"] for row in plan["refused"]] == [6]
    (question,) = plan["questions"]
    assert (question["why"], question["default"], question["rows"]) == (
        "interpreted_day_unsaid",
        "sheet_date",
        [4],
    )
    before = rows(home, "interpretation", "missing", "--on", "2026-08-01")
    assert {row["number"][-2] for row in before} == {"1", "2", "4"}
    missing = rows(home, "interpretation", "missing", "--on", "2026-08-10")
    assert [(row["number"][-2], row["problem"]) for row in missing] == [
        ("2", "缺访谈、图解、音频、H5等其中1种形式的政策解读"),
        ("4", "缺问答、访谈、图解、音频、H5等其中2种形式的政策解读"),
    ]
    done(home, "intake", "undo", answer["intake"], "--reason", "日期有误")
    told = asked(home, "intake", path, *RECEIVED, "--answer", f"{question['id']}=document_day")
    asked(home, "intake", "confirm", told["plan"])
    before = rows(home, "interpretation", "missing", "--on", "2026-08-01")
    assert {row["number"][-2] for row in before} == {"2", "4"}


@pytest.mark.slow
def test_tasks_and_who_carried_them_come_in_one_workbook(registry, tmp_path):
    """The tasks go first; an account is found as on any page; a number that nobody gave is refused."""
    tasks = (
        "转载任务",
        TASKS,
        ["转载〔2026〕8号", "防汛通知", "中国政府网", "2026-08-10 18:00", "全市"],
        ["转载〔2026〕9号", "节水倡议", "新华社", "8月12日", "全市"],
        ["转载〔2026〕10号", "义诊", "新华社", "2026-08-12", "没有的区"],
    )
    carried = (
        "转载情况",
        DONE,
        ["转载〔2026〕8号", "澜川发布", "新浪微博", "2026-08-10 17:00", "https://x.cn/8"],
        ["转载〔2026〕7号", "澜川发布", "新浪微博", "2026-08-10 17:00", "https://x.cn/7"],
    )
    plan, answer = taken(registry, book(tmp_path / "a.xlsx", tasks, carried))
    assert kinds(plan) == ["repost_tasks", "reposts"]
    refused = {(row["page"], row["row"]): row["why"] for row in plan["refused"]}
    assert refused == {
        ("转载任务", 3): "no_year",
        ("转载任务", 4): "scope_unknown",
        ("转载情况", 3): "no_repost_task",
    }
    assert answer["new_facts"] == 2
    (order,) = rows(registry, "reposts", "list")
    assert order["number"] == "转载〔2026〕8号"
    shown = {row["name"]: row["state"] for row in rows(registry, "reposts", "show", "转载〔2026〕8号")}
    assert shown["澜川发布"] == "done"
    done(registry, "intake", "undo", answer["intake"], "--reason", "任务有误")
    assert rows(registry, "reposts", "list") == []


def test_a_task_about_a_piece_of_no_listed_source_unit_is_refused(registry, tmp_path):
    """昆政办发〔2019〕162号 二(四) 稿源单位, as `reposts order`: the row says which unit is on no list."""
    with (registry / "xuncha.toml").open("a", encoding="utf-8") as file:
        file.write('\nrepost_sources = ["中国政府网"]\n')
    tasks = (
        "转载任务",
        TASKS,
        ["转载〔2026〕8号", "防汛通知", "中国政府网", "2026-08-10 18:00", "全市"],
        ["转载〔2026〕9号", "节水倡议", "中国政府网、某网", "2026-08-12", "全市"],
    )
    plan, answer = taken(registry, book(tmp_path / "a.xlsx", tasks))
    assert [("source_unlisted", 3)] == [(row["why"], row["row"]) for row in plan["refused"]]
    assert 1 == answer["new_facts"]


def test_praise_ranking_and_appraisal_become_rows_for_the_assessment(home, tmp_path):
    """昆政办发〔2019〕162号 annex 3: each waits for the office; who is part of the appraisal says nothing."""
    praise = (
        "表彰情况",
        ["单位名称", "表彰级别", "表彰时间", "表彰文件"],
        ["昆山市水务局", "市级", "2020-09-17", "表扬通报"],
        ["没有的局", "市级", "2020-09-17", "表扬通报"],
    )
    appraisal = (
        "绩效考核",
        ["单位名称", "是否纳入绩效考核", "认定时间", "依据文件"],
        ["昆山市水务局", "是", "2020-12-01", "考核办法"],
        ["昆山市统计局", "否", "2020-12-01", "考核办法"],
    )
    plan, answer = taken(home, book(tmp_path / "a.xlsx", praise, appraisal))
    assert kinds(plan) == ["assessment", "assessment"]
    assert [(row["page"], row["row"]) for row in plan["refused"]] == [("表彰情况", 3)]
    assert answer["new_facts"] == 2
    notes = rows(home, "assessment", "notes", "2020", "--waiting")
    assert {(note["unit"], note["measure"]) for note in notes} == {
        ("昆山市水务局", "praise_city"),
        ("昆山市统计局", "no_appraisal"),
    }


def test_class_line_and_papers_stand_in_a_ledger(registry, tmp_path):
    """Each as its command would record it, from the day of the paper on; the same again is known."""
    header = ["账号名称", "平台", "账号类别", "条线", "编制部门证书", "是否支持IPv6"]
    row = ["澜川发布", "新浪微博", "发布类", "政务公开", "11329900001234", "否"]
    path = book(tmp_path / "a.xlsx", ("台账", ["账号分类清单"], header, row))
    plan, answer = taken(registry, path)
    assert (kinds(plan), plan["totals"]["new"], answer["new_facts"]) == (["accounts"], 0, 4)
    assert {c["field"]: c["after"] for c in plan["changes"]} == {
        "account_class": "发布类",
        "line": "政务公开",
        "paper_establishment_certificate": "编制部门证书：11329900001234",
        "paper_ipv6": "IPv6：没有",
    }
    (listed,) = [r for r in rows(registry, "rulesets", "assigned") if r["account_class"]]
    assert listed["account_class"] == "publishing"
    papers = {row["credential"]: row["has"] for row in rows(registry, "accounts", "papers")}
    assert papers == {"establishment_certificate": "held", "ipv6": "lacking"}
    again = book(tmp_path / "b.xlsx", ("台账", ["账号分类清单"], header, [*row[:3], None, None, "否"]))
    assert asked(registry, "intake", again, *RECEIVED)["totals"]["new_facts"] == 0
    done(registry, "intake", "undo", answer["intake"], "--reason", "清单有误")
    assert rows(registry, "accounts", "papers") == []


def test_a_replaced_list_of_sites_keeps_what_it_states_alike(home, tmp_path):
    """One mended cell is one difference: the other site stays under its fact, and nothing is asked about rows gone."""
    _, answer = taken(home, book(tmp_path / "a.xlsx", sites()))
    title, caption, header, first, second = sites()
    mended = (title, caption, header, first, [*second[:4], "澜川市水利局", second[5]])
    plan = asked(
        home, "intake", "replace", answer["intake"], book(tmp_path / "b.xlsx", mended), "--reason", "单位写错"
    )
    assert "rows_gone" not in {question["why"] for question in plan["questions"]}
    replaced = xuncha(home, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert replaced.status == 0, replaced.err
    units = {row["name"]: row["unit"] for row in rows(home, "sites", "list")}
    assert units == {PORTAL: "澜川市人民政府办公室", BUREAU: "澜川市水利局"}
