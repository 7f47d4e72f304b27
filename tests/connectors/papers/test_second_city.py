"""Papers of a second city as an office has them: nothing is added, moved or deleted before they are read."""

from datetime import date, time
from time import process_time

import pytest
from openpyxl import Workbook

from connectors.papers.paper import Finding, PersonOnRow, ReadPage
from connectors.papers.paper_time import PaperTime
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from tests.connectors.papers.second_city import OPENED, Rows, accounts, ledger, saved, weekly, workbook

RECEIVED = date(2026, 11, 28)


def page_of(content: bytes, name: str = "表.xlsx", place: int = 0) -> ReadPage:
    read = read_paper(name, content, RECEIVED)
    assert read.refused is None
    return read.pages[place]


def test_a_ledger_with_titles_totals_and_notes_is_read_as_it_is():
    """Every account has its unit, its opening as precise as it is written, and its person with the right number."""
    page = page_of(workbook(台账=ledger()))
    assert (page.kind, page.header_rows) == ("accounts", (3,))
    assert (page.count("data"), page.count("total"), page.count("note")) == (60, 1, 2)
    assert str(page.context.sheet_date.value) == "2026-07-01"
    assert page.context.reported_by.value == "清原市人民政府办公室"
    assert [record.fate for record in page.records] == ["taken"] * 60
    told = [(r.text("name"), r.platform.name, r.text("owner")) for r in page.records]
    assert told == [(n, p.replace("抖音号", "抖音"), o) for n, p, o in accounts()]
    precisions = [r.time("opened_at").precision if r.time("opened_at") else None for r in page.records[:7]]
    assert precisions == ["day", "day", "month", "day", "day", "day", None]
    assert OPENED[2] == "2016.5"
    assert str(page.records[2].time("opened_at")) == "2016-05"
    assert page.records[1].people == (PersonOnRow("responsible", "甲某1", phone="16100000001"),)
    assert page.records[0].people[0].phone == "0900-6000000"
    assert {record.text("area") for record in page.records} == {"清原市", "东岭区"}


def test_a_weekly_sheet_has_its_time_in_a_line_under_the_title():
    """Each row is a look at the time of the page, days without a year are of the page's year."""
    page = page_of(workbook(监测=weekly()))
    assert page.kind == "looks"
    assert str(page.context.looked_at.value) == "2026-07-06T09:00+08:00"
    assert (page.context.looked_at.source, page.context.looked_at.place) == ("title", "A2")
    assert page.context.checked_by.value == "清原清朗信息有限公司"
    assert [record.fate for record in page.records] == ["taken"] * 60
    newest = [str(record.time("newest_post_at")) for record in page.records[:5]]
    assert newest == [
        "2026-07-04",
        "2026-07-05T12:11+08:00",
        "2026-07-05T17:20+08:00",
        "2026-07-03T09:30+08:00",
        "2026-07-04T08:15+08:00",
    ]


@pytest.mark.parametrize(
    ("line", "name", "looked_at"),
    [
        ("（2026年7月6日）", "周报.xlsx", "2026-07-06"),
        ("监测时段：2026年6月30日—7月6日", "周报.xlsx", "2026-07-06"),
        ("监测时段：2026.6.30-7.6　截至7月6日17:30", "周报.xlsx", "2026-07-06T17:30+08:00"),
        ("第27期", "周报0706.xlsx", "2026-07-06"),
    ],
)
def test_the_time_of_looking_is_found_where_it_stands(line, name, looked_at):
    """A title, a span by its last day, 截至 before the span, and at last the name of the file."""
    rows = weekly(line)
    page = page_of(workbook(监测=rows), name)
    assert str(page.context.looked_at.value) == looked_at
    assert not page.questions


def test_a_weekly_sheet_without_a_time_is_asked_for_it():
    """No time is made up, and the question has no default."""
    page = page_of(workbook(监测=weekly("第27期")))
    assert [(q.why.code, q.default) for q in page.questions] == [("no_time", None)]


def test_rows_that_name_another_day_than_the_page_are_a_question():
    """Last week's title over this week's column is not decided by the reader."""
    rows = [[*row, "2026-07-13 09:30"] if isinstance(row[0], int) else list(row) for row in weekly()]
    rows[2].append("监测时间")
    page = page_of(workbook(监测=rows))
    (question,) = page.questions
    assert question.why.code == "time_conflicts"
    assert question.answers == ("2026-07-13T09:30+08:00", "2026-07-06T09:00+08:00")
    settled = Settled(looked_at=PaperTime("minute", date(2026, 7, 6), time(9)))
    (read,) = read_paper("表.xlsx", workbook(监测=rows), RECEIVED, {"监测": settled}).pages
    assert read.questions == ()
    assert {str(record.time("looked_at")) for record in read.records} == {"2026-07-06T09:00+08:00"}


def test_merged_owners_and_people_fill_down_and_nothing_else_does():
    """Owner, person and number count for each row of their merge; a blank outside a merge stays blank."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "市级"
    for row in (
        ["序号", "主办单位", "账号名称", "平台", "负责人", "手机号", "备注"],
        [1, "清原市教育局", "清原教育", "微信订阅号", "乙某", "16100000101", "一"],
        [2, None, "清原教育", "新浪微博", None, None, None],
        [3, None, "清原教育", "抖音号", None, None, None],
        [4, "清原市民政局", "清原民政", "微信订阅号", "丙某", "16100000102", None],
        [5, None, "清原福利", "微信订阅号", None, None, None],
    ):
        page.append(row)
    for columns in "BEFG":
        page.merge_cells(f"{columns}2:{columns}4")
    read = page_of(saved(book))
    assert [record.text("owner") for record in read.records] == ["清原市教育局"] * 3 + ["清原市民政局", ""]
    assert [len(record.people) for record in read.records] == [1, 1, 1, 1, 0]
    assert read.filled_down == {"B": 2, "E": 2, "F": 2}
    assert [record.text("area") for record in read.records] == ["市直"] * 5
    assert [dict(record.aside) for record in read.records] == [{"备注": "一"}, {}, {}, {}, {}]


def test_a_merge_over_a_name_refuses_its_rows():
    """A name that lies over two rows is no name of the second."""
    book = Workbook()
    page = book.worksheets[0]
    for row in (
        ["账号名称", "平台", "主办单位"],
        ["清原教育", "微信订阅号", "甲局"],
        [None, "新浪微博", "甲局"],
    ):
        page.append(row)
    page.merge_cells("A2:A3")
    read = page_of(saved(book))
    assert [record.fate for record in read.records] == ["refused", "refused"]
    assert {
        refusal.why.says["place"]
        for record in read.records
        for refusal in record.refusals
        if refusal.why.says
    } == {"A2:A3"}


def test_people_of_units_keep_their_numbers_apart():
    """A number belongs to the nearest role on its left that has none of the kind: nobody's overwrites another's."""
    rows = [
        [
            "序号",
            "单位",
            "主要领导",
            "职务",
            "手机",
            "分管领导",
            "职务",
            "手机",
            "联系人",
            "办公电话",
            "手机",
        ],
        [
            1,
            "清原市教育局",
            "甲某",
            "局长",
            "16100000001",
            "乙某",
            "副局长",
            "16100000002",
            "丙某",
            "0900-6234567",
            "16100000003",
        ],
    ]
    page = page_of(workbook(通讯录=rows))
    assert page.kind == "people"
    assert page.records[0].people == (
        PersonOnRow("main_leader", "甲某", "局长", "16100000001"),
        PersonOnRow("leader_in_charge", "乙某", "副局长", "16100000002"),
        PersonOnRow("contact", "丙某", "", "16100000003", "0900-6234567"),
    )


def test_a_list_of_units_is_no_ledger():
    """Kind, tier, area and competent office of each unit are read."""
    rows = [
        ["清原市政务新媒体主管主办单位名单"],
        ["2026年7月"],
        ["单位代码", "单位名称", "单位类别", "层级", "所属地区", "上级单位"],
        ["QY001", "清原市人民政府办公室", "市政府办公室", "市级部门和单位", "清原市", None],
        ["QY002", "清原市教育局", "主办单位", "市级部门和单位", "清原市", "清原市人民政府办公室"],
    ]
    page = page_of(workbook(单位=rows))
    assert page.kind == "units"
    assert page.records[1].fields == {
        "owner_code": "QY002",
        "owner": "清原市教育局",
        "unit_kind": "主办单位",
        "tier": "市级部门和单位",
        "area": "清原市",
        "competent_office": "清原市人民政府办公室",
    }


def test_a_list_of_risks_names_them_without_proving_anything():
    """What a firm calls late is told; a wrong word is still a question."""
    rows = [
        ["内容更新不及时风险账号反馈单（第37周）"],
        ["序号", "账号名", "平台类型", "反馈时间", "反馈单位", "风险情况"],
        [1, "清原司法", "微信订阅号", "2026.8.20", "清原清朗信息有限公司", "更新间隔接近一周"],
        [2, "清原商务", "微信订阅号", "2026.8.20", "清原清朗信息有限公司", "错别字"],
    ]
    page = page_of(workbook(Sheet=rows))
    assert (page.kind, page.questions) == ("warnings", ())
    assert [record.fate for record in page.records] == ["taken", "doubtful"]
    (risk,) = page.records[0].findings
    assert (risk.rule, risk.take) == ("yellow-4-updates", "told")


def test_a_self_check_as_a_list_gives_outcomes_and_problems():
    """无 is no problem, 不合格 names one, the title says area and quarter."""
    rows = [
        ["东岭区2026年第三季度政务新媒体自查情况表"],
        ["序号", "账号名称", "平台类型", "主办单位", "检查时间", "检查结果", "问题", "是否整改", "备注"],
        [1, "东岭发布", "微信订阅号", "东岭区人民政府办公室", "2026.9.10", "合格", "无", None, None],
        [
            2,
            "东岭发布",
            "抖音号",
            "东岭区人民政府办公室",
            "2026.9.10",
            "不合格",
            "发布商业广告",
            "已整改",
            None,
        ],
        ["填表人：某某    审核人：某某   联系电话：0900-6234567"],
    ]
    page = page_of(workbook(Sheet=rows))
    assert (page.kind, page.context.quarter, page.count("signature")) == ("self_check", "2026Q3", 1)
    assert [record.text("outcome") for record in page.records] == ["passed", "failed"]
    assert [str(record.time("checked_at")) for record in page.records] == ["2026-09-10"] * 2
    assert [record.findings for record in page.records] == [
        (),
        (Finding("发布商业广告", "yellow-6-advertising", ("yellow-6-advertising",), "sure", "yellow"),),
    ]
    assert {record.text("area") for record in page.records} == {"东岭区"}


def test_a_closed_account_has_its_day_and_one_without_is_asked():
    """注销 with a day closes on it; without one the day of the sheet is offered."""
    rows = [
        ["账号名称", "平台", "主办单位", "账号状态", "关停时间", "粉丝数", "管理员电话"],
        ["清原旧号", "微信订阅号", "清原市教育局", "已注销", "2025.12.1", 12000, "16100000900"],
        ["清原故事", "微信订阅号", "清原市教育局", "已关停", None, 3, None],
        ["清原先锋", "微信订阅号", "清原市教育局", "停更", None, 3, None],
    ]
    page = page_of(workbook(Sheet=rows))
    first, second, third = page.records
    assert (first.text("state"), first.time("closed_at")) == (
        "cancelled",
        PaperTime("day", date(2025, 12, 1)),
    )
    assert first.people == (PersonOnRow("staff_1", phone="16100000900"),)
    assert first.aside == {"粉丝数": "12000"}
    assert [(d.why.code, d.default) for d in second.doubts] == [("closed_without_day", "by_sheet_date")]
    assert [(d.why.code, d.default) for d in third.doubts] == [("status_unclear", "open")]


def test_usual_slips_refuse_their_row_and_say_why():
    """A day that does not exist, a word, a bare number, a day after the look and a blank each have their reason."""
    looked = "2026-11-28 09:00"
    rows = [
        ["账号名称", "平台", "监测时间", "最新更新时间"],
        ["清原教育", "微信订阅号", looked, "2026-11-27"],
        ["清原教育", "微博", looked, "2026-13-27"],
        ["清原公安", "抖音", looked, "11月27日"],
        ["清原公安", "快手", looked, "昨天"],
        ["清原科技", "微信", looked, "46353"],
        ["清原财政", "微信订阅号", looked, "2027-11-16"],
        ["清原司法", "微信订阅号", looked, None],
        ["清原信访", "微信订阅号", looked, "无"],
    ]
    page = page_of(workbook(Sheet=rows))
    why = [[refusal.why.code for refusal in record.refusals] for record in page.records]
    assert why == [
        [],
        ["does_not_exist"],
        [],
        ["relative_time"],
        ["bare_number"],
        ["after_the_look"],
        ["newest_blank"],
        [],
    ]
    assert page.records[-1].text("no_post") == "无"
    assert str(page.records[2].time("newest_post_at")) == "2026-11-27"


def test_two_hundred_rows_are_read_within_a_second():
    """A preview is shown while somebody waits; time of the processor, for other programs run as well."""
    rows = ledger(1)[:3]
    rows += [
        [n, f"清原{n}号", "微信订阅号", f"清原市第{n}局", None, "清原市", "2016.5", f"甲{n}", "16100000001"]
        for n in range(200)
    ]
    content = workbook(台账=rows)
    page_of(workbook(台账=ledger(3)))  # loads the words
    begun = process_time()
    assert len(page_of(content).records) == 200
    assert process_time() - begun < 1


@pytest.mark.slow
def test_a_thousand_posts_of_one_account_are_compared_in_no_time():
    """Rows that may be many for one account are one only where they are equal throughout."""
    rows: Rows = [["账号名称", "平台", "标题", "发布时间"]]
    rows += [["清原教育", "微信", f"通知{n % 2000}", "2026-09-01 08:00"] for n in range(2100)]
    page = page_of(workbook(发文=rows))
    assert (page.kind, len(page.fated("taken")), len(page.fated("duplicate"))) == ("posts", 2000, 100)
