"""Layouts of other offices, each with what must not go wrong silently."""

from datetime import date, time

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from connectors.papers.paper import PersonOnRow, ReadPage
from connectors.papers.paper_time import PaperTime
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from connectors.sheets.kinds.national import NATIONAL
from tests.connectors.papers.second_city import Rows, saved, workbook

RECEIVED = date(2026, 11, 28)
LEDGER = ["账号名称", "平台", "主办单位", "开通时间"]


def page_of(rows: Rows, settled: Settled | None = None) -> ReadPage:
    return read_paper("表.xlsx", workbook(表=rows), RECEIVED, {"表": settled} if settled else {}).pages[0]


def codes(page: ReadPage) -> list[list[str]]:
    return [[doubt.why.code for doubt in record.doubts] for record in page.records]


def test_blocks_of_districts_with_repeated_headers_and_subtotals():
    """Sections give the area, a subtotal counts its own block, a header that comes again is no data."""
    header = ["序号", "账 号\n名 称", "平台", "主办单位", "开通时间", "联系人及电话"]
    page = page_of(
        [
            ["清原市政务新媒体台账"],
            header,
            ["一、市直部门"],
            [1, "清原教育", "订阅号", "市教育局", "2016.9", "张某 16100000001"],
            [2, "清原民政", "订阅号", "市民政局", "2017年", "李某（科长）161-0000-0002"],
            ["小计", "2个"],
            header,
            ["二、东岭区"],
            [1, "东岭发布", "微博", "区政府办", "2015-01-01", "0900-6234567"],
            ["小计", "2个"],
            ["总计", "3个"],
            ["填报人：某某　审核人：某某　填报日期：2026年9月1日"],
        ]
    )
    sorts = {sort: page.count(sort) for sort in ("data", "total", "section", "repeated_header", "signature")}
    assert sorts == {"data": 3, "total": 3, "section": 2, "repeated_header": 1, "signature": 1}
    assert [(total.stated, total.agrees) for total in page.totals] == [(2, True), (2, False), (3, True)]
    assert [(r.text("area"), r.text("owner")) for r in page.records] == [
        ("市直", "市教育局"),
        ("市直", "市民政局"),
        ("东岭区", "东岭区政府办"),
    ]
    assert [record.people for record in page.records] == [
        (PersonOnRow("contact", "张某", phone="16100000001"),),
        (PersonOnRow("contact", "李某", "科长", "16100000002"),),
        (PersonOnRow("contact", phone="0900-6234567"),),
    ]
    assert [cell.why.code for cell in page.records[1].set_aside] == ["year_alone"]
    assert str(page.context.sheet_date.value) == "2026-09-01"


def test_a_list_of_late_accounts_is_no_sheet_of_looks():
    """It has a deadline and says nothing of accounts that it leaves out; a title that comes again is no account."""
    header = ["序号", "账号名称", "平台", "主办单位", "最后更新时间", "未更新天数", "整改时限"]
    page = page_of(
        [
            ["未更新预警清单（截至2026年9月7日）"],
            header,
            [1, "清原教育", "微信", "市教育局", "2026-8-27", "11", "2026-9-10"],
            [None, "未更新预警清单（续）"],
            header,
            [2, "清原民政", "微信", "市民政局", "8月26日", "12", "2026-9-10"],
            ["共计2个账号，均为微信公众号"],
        ]
    )
    assert (page.kind, page.questions) == ("warnings", ())
    assert [str(record.time("newest_post_at")) for record in page.records] == ["2026-08-27", "2026-08-26"]
    assert [(total.stated, total.agrees) for total in page.totals] == [(2, True)]


def test_a_day_in_december_of_a_sheet_in_january_is_of_the_year_before():
    """A day without a year lies before the day of its page, or at most a month after it, and is a mistake then."""
    page = page_of(
        [
            ["政务新媒体监测周报（监测时间：2026年1月5日 9:00）"],
            ["账号名称", "平台", "主办单位", "最新发布时间"],
            ["清原教育", "微信", "市教育局", "12月28日"],
            ["清原民政", "微信", "市民政局", "1月6日"],
        ]
    )
    assert str(page.records[0].time("newest_post_at")) == "2025-12-28"
    assert [refusal.why.code for refusal in page.records[1].refusals] == ["after_the_look"]


def test_counts_without_times_are_no_looks():
    """A monthly table of counts has a span and no platform column; the bracket behind a name is its platform."""
    page = page_of(
        [
            ["清原县2026年4月政务新媒体监测情况"],
            ["（监测时间：2026年4月1日-4月30日）"],
            ["序号", "主办单位", "新媒体名称", "发布条数"],
            [1, "县公安局", "清原公安", 12],
            [2, "县公安局", "清原公安（新浪微博）", 0],
            ["合计", None, None, 12],
        ]
    )
    assert page.kind == "counts"
    assert (page.context.span.first, page.context.span.last) == (date(2026, 4, 1), date(2026, 4, 30))
    assert [(q.why.code, q.default) for q in page.questions] == [("no_platform", "微信公众号")]
    first, second = page.records
    assert (first.platform, second.platform.name, second.text("name")) == (None, "新浪微博", "清原公安")
    assert (first.text("owner"), second.fields["posts_in_span"]) == ("清原县公安局", 0)
    assert page.totals == ()


def test_an_annex_names_area_or_unit_in_one_column():
    """A unit under 地区（单位） is the owner; 是否单项否决 gives the severity."""
    page = page_of(
        [
            ["附件1"],
            ["2026年第三季度存在突出问题的政务新媒体"],
            ["序号", "地区\n(单位)", "政务新媒体账号名称", "账号平台", "存在的突出问题", "是否单项否决"],
            [1, "东岭区", "东岭教育", "微信公众号", "无互动", "是"],
            [2, "市教育局", "清原教育", "抖音", "存在严重表述错误3处", "是"],
            ["备注：以上按国办指标检查。"],
        ]
    )
    assert (page.kind, page.context.title, page.count("note")) == (
        "findings",
        "2026年第三季度存在突出问题的政务新媒体",
        1,
    )
    assert [(r.text("area"), r.text("owner")) for r in page.records] == [("东岭区", ""), ("", "市教育局")]
    assert [(f.rule, f.count, f.severity) for r in page.records for f in r.findings] == [
        ("red-7-no-interaction", 1, "red"),
        ("red-1-wording", 3, "red"),
    ]


def test_headers_near_to_known_ones_need_cells_that_agree():
    """主办单位全称 over names of units is the owner, and this is told; over anything else it is kept aside."""
    header = ["账号名称*（全称）", "所属平台（下拉）", "主办单位全称", "账号开通时间"]
    page = page_of([header, ["清原教育", "订阅号", "清原市教育局", "2016-01-01"]])
    assert page.records[0].fields == {
        "name": "清原教育",
        "owner": "清原市教育局",
        "opened_at": PaperTime("day", date(2016, 1, 1)),
    }
    assert {hint.says["header"] for hint in page.hints if hint.code == "near_header"} == set(header[2:])
    other = page_of([[*header, "备注"], ["清原教育", "订阅号", "三级", "长期", "甲"]])
    assert other.records[0].fields == {"name": "清原教育"}
    assert other.records[0].aside == {"主办单位全称": "三级", "账号开通时间": "长期", "备注": "甲"}


def test_a_table_that_is_not_understood_is_a_question():
    """Five rows of three cells are never passed over; instructions and sums are named."""
    unknown = page_of([["街道", "户数", "人口"], *[[f"街{n}", n, n * 3] for n in range(6)]])
    assert (unknown.read, unknown.why.code) == (False, "not_understood")
    assert [(q.why.code, q.default) for q in unknown.questions] == [("page_not_understood", None)]
    assert page_of([["行标签", "计数项:账号名称"], ["东岭区", 3], ["总计", 3]]).why.code == "pivot"
    assert page_of([["街道", "户数", "人口"], ["甲", 1, 2]]).why.code == "no_known_header"
    assert page_of([["填写说明"], ["一、按实填写。"]]).why.code == "instructions"
    assert page_of([["政务新媒体账号备案登记表"], ["报备类别", "□开设 ☑注销"]]).why.code == "form"


def test_blank_owners_without_merges_are_asked_once():
    """上同? is asked for the page; answered with yes, each row has the owner above it."""
    rows: Rows = [
        ["主办单位", "账号名称", "平台", "开通时间"],
        ["清原市教育局", "清原教育", "订阅号", "2016-1-1"],
        [None, "清原教育", "微博", "2016-1-1"],
        ["清原市民政局", "清原民政", "订阅号", "2016-1-1"],
        [None, "清原社工", "订阅号", "2016-1-1"],
    ]
    page = page_of(rows)
    assert [(q.why.code, q.default) for q in page.questions] == [("owner_as_above", "no")]
    assert [record.text("owner") for record in page.records] == ["清原市教育局", "", "清原市民政局", ""]
    settled = page_of(rows, Settled(same_owner_as_above=True))
    assert settled.questions == ()
    assert [record.text("owner") for record in settled.records] == ["清原市教育局"] * 2 + ["清原市民政局"] * 2


@pytest.mark.parametrize(
    ("title", "owner", "written"),
    [
        ("平川市", "市场监督管理局", "市场监督管理局"),
        ("平川市", "市民政局", "平川市民政局"),
        ("东岭区", "区政务服务局", "东岭区政务服务局"),
        ("各县区", "县公安局", "县公安局"),
    ],
)
def test_an_owner_is_written_out_only_where_it_lacks_its_area(title, owner, written):
    """市场 is no 市 without its city, and 各县区 is no area."""
    rows: Rows = [[f"{title}政务新媒体台账"], [*LEDGER, "所属地区"], ["甲", "微博", owner, "2016-1-1", None]]
    if title.endswith("市"):
        rows[2][4] = title
    assert page_of(rows).records[0].text("owner") == written


def test_a_merge_over_what_is_neither_of_owner_nor_of_row_counts_once():
    """A purpose that lies over two accounts is that of the first, which is told; nothing is refused."""
    book = Workbook()
    page = book.worksheets[0]
    for row in (
        [*LEDGER, "功能定位"],
        ["甲", "微博", "市教育局", "2016-1-1", "发布"],
        ["乙", "微博", "市教育局", "2016-1-1", None],
    ):
        page.append(row)
    page.merge_cells("E2:E3")
    read = read_paper("表.xlsx", saved(book), RECEIVED).pages[0]
    assert [(record.fate, record.text("functions")) for record in read.records] == [
        ("taken", "发布"),
        ("taken", ""),
    ]
    assert [hint.code for hint in read.hints] == ["merged_once"]


def test_two_columns_for_one_field_are_one_where_they_agree():
    """Equal cells are one; others are asked, and the answer decides."""
    rows: Rows = [["账号名称", "平台", "主办单位", "责任单位"], ["清原教育", "微博", "市教育局", "市教育局"]]
    assert page_of(rows).questions == ()
    rows.append(["清原民政", "微博", "市民政局", "市社会局"])
    (question,) = page_of(rows).questions
    assert (question.why.code, question.answers, question.default) == ("two_columns", ("C", "D"), None)
    assert page_of(rows, Settled(columns={"owner": "D"})).records[1].text("owner") == "市社会局"


def test_ticks_without_a_note_are_asked_once_a_page():
    """Half of the offices tick what is in order, half what is wrong."""
    rows: Rows = [
        ["2026年第三季度自查表 填报日期：2026.9.18"],
        ["账号名称", "平台", "严重表述错误", "2周内无更新", "商业广告", "自查结论"],
        ["清原教育", "微信", "√", "√", "√", "合格"],
        ["清原民政", "微信", "×3", "√", "√", "不合格"],
    ]
    assert [q.why.code for q in page_of(rows).questions] == ["marks_unexplained"]
    page = page_of(rows, Settled(marks={"tick": "fine", "cross": "problem"}))
    assert page.questions == ()
    assert [[(f.rule, f.count) for f in r.findings] for r in page.records] == [[], [("red-1-wording", 3)]]


def test_one_cell_with_several_names_or_platforms_is_two_accounts_or_asked():
    """The default is two accounts; a row with its name alone is doubtful, too."""
    page = page_of(
        [
            ["账号名称", "平台", "主办单位"],
            ["清原教育、清原考试", "微信公众号", "市教育局"],
            ["清原民政", "微信公众号、微博", "市民政局"],
            ["清原财政", None, None],
            ["清原水务", "微信公众号", "市水务局"],
        ]
    )
    assert codes(page) == [["two_names"], ["two_platforms"], ["platform_blank", "name_alone"], []]
    assert [platform.name for platform in page.records[1].platforms] == ["微信公众号", "新浪微博"]


def test_rows_that_claim_one_account_otherwise_are_both_in_doubt():
    """Equal rows are one, rows with two ids are two accounts, others are asked."""
    page = page_of(
        [
            [*LEDGER, "账号ID"],
            ["清原教育", "微信", "市教育局", "2016-1-1", "gh_1"],
            ["清原教育", "微信", "市教育局", "2016-1-1", "gh_1"],
            ["清原教育", "微信", "市教育局", "2017-1-1", "gh_2"],
            ["清原民政", "微信", "市民政局", "2016-1-1", None],
            ["清原民政", "微信", "市民政局", "2018-1-1", None],
        ]
    )
    assert [record.fate for record in page.records] == ["taken", "duplicate", "taken", "doubtful", "doubtful"]
    assert [doubt.why.says["row"] for record in page.records[3:] for doubt in record.doubts] == ["6", "5"]


def test_ids_that_lost_digits_are_set_aside():
    """An id that a spreadsheet has rounded is no id; a month stored as 2017.1 may be October."""
    page = page_of([[*LEDGER, "账号ID"], ["清原教育", "微博", "市教育局", 2017.1, 12345678901234567890]])
    (record,) = page.records
    assert record.fate == "taken"
    assert {cell.field: cell.why.code for cell in record.set_aside} == {
        "account_id": "unreadable",
        "opened_at": "month_unclear",
    }


def test_struck_and_hidden_rows_are_told():
    """Struck text is left out; hidden rows are taken unless a person says otherwise."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "表"
    for row in (
        LEDGER,
        ["清原教育", "微博", "市教育局", "2016-1-1"],
        ["清原民政", "微博", "市民政局", "2016-1-1"],
    ):
        page.append(row)
    page["D2"].font = Font(strike=True)
    page.row_dimensions[3].hidden = True
    content = saved(book)
    read = read_paper("表.xlsx", content, RECEIVED).pages[0]
    assert [(q.why.code, q.default) for q in read.questions] == [("hidden_rows", "take")]
    assert [hint.says["places"] for hint in read.hints] == ["D2"]
    assert (len(read.records), read.records[0].time("opened_at")) == (2, None)
    left = read_paper("表.xlsx", content, RECEIVED, {"表": Settled(leave_out_hidden_rows=True)}).pages[0]
    assert [record.text("name") for record in left.records] == ["清原教育"]
    assert (left.count("hidden"), left.questions) == (1, ())


def test_a_row_that_names_an_account_is_data_whatever_its_other_cells_say():
    """A purpose that begins like a signature or a note does not make its row vanish."""
    header = ["功能定位", *LEDGER]
    rows: Rows = [
        header,
        ["联系电话：0900-6234567", "清原教育", "微博", "市教育局", "2016-1-1"],
        ["备注：发布公告", "清原民政", "微博", "市民政局", "2016-1-1"],
        ["注：", None, "以上为全部账号"],
    ]
    page = page_of(rows)
    assert (page.count("data"), page.count("note"), len(page.records)) == (2, 1, 2)


@pytest.mark.parametrize("rows_between", [1, 20])
def test_two_tables_below_each_other_are_two_pages(rows_between):
    """Each under its own header and titles; what stands above the first holds for the second, its own lines do not."""
    first = [[f"清原{number}号", "微博", "市教育局", "2016-1-1"] for number in range(rows_between)]
    second: Rows = [["二、更新情况"], ["账号名称", "平台", "最新发布时间"], ["清原民政", "微博", "2026-8-1"]]
    rows: Rows = [["监测时间：2026年9月1日 9:00"], ["一、台账"], LEDGER, *first, ["注：甲"], [], *second]
    one, other = read_paper("表.xlsx", workbook(表=rows), RECEIVED).pages
    assert (one.title, one.kind, other.title, other.kind) == ("表", "accounts", "表（表2）", "looks")
    assert [record.text("name") for record in one.records] == [row[0] for row in first]
    assert [(r.text("name"), r.row, str(r.time("looked_at"))) for r in other.records] == [
        ("清原民政", rows_between + 8, "2026-09-01T09:00+08:00")
    ]
    assert (one.questions, one.count("note"), other.questions, other.context.title) == (
        (),
        1,
        (),
        "监测时间：2026年9月1日 9:00",
    )


def test_two_headers_with_nothing_between_are_asked_about():
    """Which of them the rows stand under is not said."""
    second = ["账号名称", "平台", "监测时间", "最新发布时间"]
    page = page_of([LEDGER, second, ["清原民政", "微博", "2026-9-1", "2026-8-1"]])
    assert ("two_tables", None) in [(q.why.code, q.default) for q in page.questions]


@pytest.mark.parametrize("lacks", [(), (3,)])
def test_two_tables_side_by_side_are_two_pages(lacks):
    """With an empty column between: other columns, each row of its own table; a title stands over its own."""
    left: Rows = [
        ["市直部门"],
        LEDGER,
        ["清原教育", "微博", "市教育局", "2016-1-1"],
        ["清原民政", "微博", "市民政局", "2016-1-1"],
    ]
    right: Rows = [
        ["区县"],
        ["账号名称", "平台", "主办单位"],
        ["东岭发布", "抖音", "东岭区府办"],
        ["西岭发布", "抖音", "西岭区府办"],
    ]
    rows = [
        [*one, *[None] * (5 - len(one)), *([] if place in lacks else other)]
        for place, (one, other) in enumerate(zip(left, right, strict=True))
    ]
    first, second = read_paper("表.xlsx", workbook(表=rows), RECEIVED).pages
    assert [record.text("name") for record in first.records] == ["清原教育", "清原民政"]
    assert [record.text("name") for record in second.records] == ["东岭发布", "西岭发布"][: 2 - len(lacks)]
    assert [column.letter for column in second.columns] == ["F", "G", "H"]


def test_a_small_table_of_figures_beside_a_ledger_is_no_part_of_it():
    """The area in its first column is none of the account that stands in the same row."""
    counts = [["各区县统计", None], ["区县", "账号数"], ["东岭区", 3], ["西岭县", 2], ["合计", 5]]
    left: Rows = [["台账"], LEDGER, *[[f"清原{n}", "微博", "市教育局", "2016-1-1"] for n in "甲乙"], []]
    rows = [[*one, *[None] * (5 - len(one)), *two] for one, two in zip(left, counts, strict=True)]
    first, second = read_paper("表.xlsx", workbook(表=rows), RECEIVED).pages
    assert [record.text("area") for record in first.records] == ["", ""]
    assert (second.read, second.why.code) == (False, "no_known_header")


@pytest.mark.parametrize("note", [None, "见备注"])
def test_an_empty_column_within_a_table_parts_nothing(note):
    """Rows that go on behind it are one table, whatever single cells are blank."""
    header = [*LEDGER, None, "联系人", "备注"]
    rows = [[f"清原{n}", "微博", "市教育局", "2016-1-1", None, f"甲{n}", note] for n in "乙丙丁"]
    page = page_of([["台账"], header, *rows])
    assert [record.people[0].name for record in page.records] == ["甲乙", "甲丙", "甲丁"]


def test_sheets_of_the_program_itself_go_another_way():
    """A check sheet is read back as one, the national sheet is reconciled."""
    assert (
        page_of([["检查单编号", *LEDGER], ["某/C1", "清原教育", "微博", "甲", None]]).why.code
        == "check_sheet"
    )
    titles: list[object] = [column.title for column in NATIONAL.columns]
    assert page_of([titles, ["清原教育", "微博"]]).why.code == "national_sheet"


def test_names_of_one_owner_that_differ_in_one_character_are_told():
    """One may be a slip of the pen; a number or another owner tells accounts apart."""
    rows = [
        (n, o)
        for n, o in (
            ("清原文旅", "甲局"),
            ("清原文旋", "甲局"),
            ("清原一中", "乙局"),
            ("清原二中", "乙局"),
            ("清原文化", "丙局"),
        )
    ]
    page = page_of([LEDGER, *[[name, "微博", owner, "2016-1-1"] for name, owner in rows]])
    assert [dict(hint.says) for hint in page.hints] == [{"one": "清原文旅", "other": "清原文旋"}]


def test_an_area_may_stand_behind_its_province_and_city():
    """The last of several names counts, in one cell or in columns of their own."""
    page = page_of([[*LEDGER, "省/市/县"], ["甲", "微博", "乙局", "2016-1-1", "某省/清原市/东岭区"]])
    assert page.records[0].text("area") == "东岭区"
    page = page_of(
        [["省", "市", "县", *LEDGER], ["某省", "清原市", "东岭区", "甲", "微博", "乙局", "2016-1-1"]]
    )
    assert page.records[0].text("area") == "东岭区"


def test_a_person_may_say_what_a_page_is():
    """A page whose header is hardly known, and a hidden one, are read where somebody says their kind."""
    rows: Rows = [["账号名称", "所在载体名", "甲方"], *[[f"清原{n}号", "微博", "丙"] for n in range(6)]]
    assert page_of(rows).why.code == "not_understood"
    page = page_of(rows, Settled(kind="accounts"))
    assert [record.text("name") for record in page.records][:2] == ["清原0号", "清原1号"]


def test_what_is_told_of_a_page_names_nobody():
    """A number in a note or behind a label stays in the file."""
    page = page_of(
        [
            ["填报单位：甲局 16100000001"],
            LEDGER,
            ["甲", "微博", "乙局", "2016-1-1"],
            ["注：请联系16100000001"],
        ]
    )
    assert (page.context.reported_by, page.rows[-1].sort, page.rows[-1].text) == (None, "note", "")


def test_links_are_kept_beside_their_words():
    """The address behind 点击查看 is the link of the account."""
    book = Workbook()
    page = book.worksheets[0]
    for row in ([*LEDGER, "账号链接"], ["清原教育", "微博", "市教育局", "2016-1-1", "点击查看"]):
        page.append(row)
    page["E2"].hyperlink = "https://weibo.com/qyjy"
    (record,) = read_paper("表.xlsx", saved(book), RECEIVED).pages[0].records
    assert (record.text("link"), record.links) == (
        "https://weibo.com/qyjy",
        {"link": "https://weibo.com/qyjy"},
    )


def test_unknown_columns_about_people_reach_no_record():
    """Neither a header about people nor a number in a cell comes into what is kept aside."""
    page = page_of(
        [
            [*LEDGER, "值班人员", "其他说明"],
            ["清原教育", "微博", "市教育局", "2016-1-1", "甲某", "电话16100000001"],
        ]
    )
    assert page.records[0].aside == {}
    assert [column.header for column in page.columns if column.people] == ["值班人员", "其他说明"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n", "picture"),
        (b"<html><table></table></html>", "without_table"),
        (b"PK\x03\x04", "damaged"),
        ("账号名称,平台\n清原�育,微博\n".encode(), "characters_lost"),
        (b"\xff\xfe\x00", "encoding"),
        (b"\n\n", "empty"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(content, code):
    """What stands in the file decides, whatever it is called."""
    read = read_paper("台账.xlsx", content, RECEIVED)
    assert (read.refused.code, read.pages) == (code, ())


@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_delimited_text_is_read_in_every_encoding(mark, encoding):
    """.csv, .tsv and .txt as spreadsheets and consoles write them."""
    text = "\n".join(mark.join(row) for row in (LEDGER, ["清原䶮泽", "微博", "市教育局", "2016.5"]))
    read = read_paper("台账.txt", text.encode(encoding), RECEIVED)
    assert read.encoding == encoding.removesuffix("-sig")
    assert read.pages[0].records[0].text("name") == "清原䶮泽"


def test_an_address_where_an_id_is_asked_for_is_the_link():
    """Offices paste the profile into 账号ID; an id beside it stays one."""
    header = ["账号名称", "平台", "主办单位", "账号ID"]
    ids = ["https://weibo.com/u/6012345601", "WWW.toutiao.com/c/user/1", "yunting_fabu", "weibo.com/yunting"]
    page = page_of(
        [
            header,
            *(
                ["云汀发布", platform, "云汀市政府办", i]
                for platform, i in zip(["微博", "头条号", "订阅号", "微博"], ids, strict=True)
            ),
        ]
    )
    assert [(r.text("account_id"), r.text("link")) for r in page.records] == [
        ("", ids[0]),
        ("", ids[1]),
        (ids[2], ""),
        ("", ids[3]),
    ]


def test_a_name_and_a_number_are_parted_by_whatever_stands_between():
    """张某/161…, 张某|161…, 张某；161…: one person each, and no number set aside."""
    rows = [
        [f"云汀{n}", "订阅号", "云汀市教育局", f"张某{mark}16100000001"] for n, mark in enumerate("/／|；:、")
    ]
    page = page_of([["账号名称", "平台", "主办单位", "责任人及电话"], *rows])
    assert {record.people for record in page.records} == {
        (PersonOnRow("responsible", "张某", phone="16100000001"),)
    }
    assert not any(record.set_aside for record in page.records)


def test_a_list_of_things_done_is_of_applications_and_no_ledger():
    """事项 holds 开设, 变更 and 注销: an account that was cancelled is not entered as one that stands."""
    header = ["申请单位", "新媒体名称", "平台", "事项", "申请日期"]
    done = [
        ["云汀市教育局", f"云汀{n}", "订阅号", what, "2026-07-03"]
        for n, what in enumerate(["开设", "更名", "注销"])
    ]
    page = page_of([["第三季度政务新媒体开设、变更、注销汇总表"], header, *done])
    assert (page.kind, [column.fields for column in page.columns if column.header == "事项"]) == (
        "applications",
        [("filing_kind",)],
    )


@pytest.mark.parametrize(
    ("title", "note", "found_at"),
    [
        ("问题清单", "备注：以上情况截至2026年9月30日。", "2026-09-30"),
        ("问题清单", "注：截至2026年9月30日17:00", "2026-09-30T17:00+08:00"),
        ("问题清单（截至2026年9月25日）", "注：截至2026年9月30日", "2026-09-25"),
        ("2026年9月问题清单", "备注：请于10月15日前整改。", ""),
    ],
)
def test_problems_without_a_day_were_found_by_that_of_their_page(title, note, found_at):
    """What stands above goes before a note; a month or a deadline is no day of finding."""
    header = ["账号名称", "平台", "存在的突出问题", "是否单项否决"]
    page = page_of([[title], header, ["云汀教育", "微博", "未提供有效互动功能", "是"], [note]])
    assert [str(record.time("found_at") or "") for record in page.records] == [found_at]


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：（盖章）云汀市卫生健康委员会", "云汀市卫生健康委员会"),
        ("填报单位（公章）：云汀市教育局", "云汀市教育局"),
        ("填报单位:(加盖公章)云汀市民政局", "云汀市民政局"),
    ],
)
def test_a_ledger_without_owners_asks_for_all_whether_they_are_of_the_unit_that_reports(line, unit):
    """Once a page, with that unit as the default; where a column names owners nothing is asked."""
    page = page_of([["台账"], [line], ["账号名称", "平台", "账号ID"], ["健康云汀", "订阅号", "jkyt"]])
    assert [(q.why.code, q.answers, q.default) for q in page.questions] == [
        ("no_owner", (unit, "no_owner"), unit)
    ]
    by_unit = ["地区（单位）", "账号名称", "平台", "账号ID"]
    assert not page_of([["台账"], [line], by_unit, ["云汀市民政局", "民政云汀", "订阅号", "mzyt"]]).questions
    assert not page_of([["台账"], [line], LEDGER, ["健康云汀", "订阅号", "某某局", "2020-01-02"]]).questions


def test_a_column_of_accounts_holds_names_where_no_other_does():
    """账号 alone is the name, also where the kind of the page would look for ids; beside 账号名称 it is the id."""
    days = ["9.21", "9.22"]
    page = page_of([["9月第四周更新情况"], ["序号", "账号", "平台", *days], [1, "云汀教育", "微信", 1, 2]])
    assert (page.records[0].text("name"), page.records[0].text("account_id")) == ("云汀教育", "")
    beside = page_of(
        [["台账"], ["账号", *LEDGER], ["ytjy2020", "云汀教育", "微信", "云汀市教育局", "2020-01-02"]]
    )
    assert (beside.records[0].text("name"), beside.records[0].text("account_id")) == ("云汀教育", "ytjy2020")


@pytest.mark.parametrize(
    ("title", "asked"),
    [("9月第四周更新情况", ["looks"]), ("账号台账", []), ("转载情况", ["reposts", "repost_tasks"])],
)
def test_a_title_that_speaks_against_a_bare_ledger_is_asked_about(title, asked):
    """Names and platforms alone may be of any list; a title of another kind is not passed over."""
    page = page_of([[title], ["序号", "账号名称", "平台", "周一", "周二"], [1, "云汀教育", "微信", 1, 2]])
    assert [q.answers for q in page.questions if q.why.code == "kind_unclear"] == (
        [("accounts", *asked, "leave_out")] if asked else []
    )


def test_what_stands_behind_people_is_theirs():
    """微信号 behind a person is that person's and reaches no record; behind an account it is the account's."""
    page = page_of(
        [
            ["账号名称", "平台", "运维人员", "手机号码", "微信号"],
            ["云汀教育", "微信", "周某", "16155512345", "zz_2020"],
        ]
    )
    record = page.records[0]
    assert (record.text("account_id"), record.aside) == ("", {})
    assert record.people == (PersonOnRow("staff_1", "周某", phone="16155512345"),)
    page = page_of([["账号名称", "平台", "微信号", "运维人员"], ["云汀教育", "微信", "ytjy2020", "周某"]])
    assert page.records[0].text("account_id") == "ytjy2020"


def test_remarks_of_a_ledger_that_speak_of_more_are_told():
    """A closing or another name in 备注 is not registered by itself, and not passed over in silence."""
    remarks = ["拟于2026年12月15日注销", "原名：云汀教育在线", "每周更新", None]
    page = page_of(
        [[*LEDGER, "备注"], *([f"云汀{n}", "微信", "某某局", "2020-01-02", r] for n, r in enumerate(remarks))]
    )
    assert [[(h.code, h.says) for h in record.hints] for record in page.records] == [
        [("remark_not_taken", {"header": "备注", "cell": remarks[0]})],
        [("remark_not_taken", {"header": "备注", "cell": remarks[1]})],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("cell", "looked_at"),
    [
        ("09:30", "2026-10-09T09:30+08:00"),
        ("9：05", "2026-10-09T09:05+08:00"),
        (time(16, 45), "2026-10-09T16:45+08:00"),
        ("10-08 17:00", "2026-10-08T17:00+08:00"),
        ("25:00", None),
    ],
)
def test_a_time_of_day_alone_is_of_the_day_of_its_page(cell, looked_at):
    """日期：2026年10月9日 above, 09:30 in 监测时间; without a day above, the row is refused as before."""
    rows = [
        ["账号名称", "平台", "最新发文时间", "监测时间"],
        ["云汀教育", "订阅号", "2026-10-08 09:12", cell],
    ]
    record = page_of([["监测日报"], ["日期：2026年10月9日"], *rows]).records[0]
    assert (str(record.time("looked_at")) if not record.refusals else None) == looked_at
    assert page_of([["监测日报"], *rows]).records[0].refusals or cell == "10-08 17:00"


def test_a_label_ends_where_the_next_one_begins_though_it_is_not_known():
    """填表单位 and whatever stands behind it on the same line; a state under 新媒体状态 is one."""
    header = ["新媒体名称", "新媒体类型", "主办单位", "新媒体状态"]
    line = "填表单位：云汀区人民政府办公室　　　分发范围：各单位　　填表日期：2026年9月28日"
    page = page_of([["台账"], [line], header, ["云汀发布", "订阅号", "云汀区人民政府办公室", "正常运行"]])
    assert page.context.reported_by.value == "云汀区人民政府办公室"
    assert str(page.context.sheet_date.value) == "2026-09-28"
    assert page.records[0].text("state") == "open"
