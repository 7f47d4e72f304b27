"""Tables whose fields go down, and forms of one account: read as any other, named as they lie."""

from datetime import date

import pytest
from openpyxl import Workbook

from connectors.papers.paper import PersonOnRow, ReadPage
from connectors.papers.places import cell_name, line_name
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from tests.connectors.papers.second_city import Rows, saved, workbook

RECEIVED = date(2026, 11, 28)
TURNED: Rows = [
    ["淞口市政务新媒体台账"],
    ["填报单位：淞口市教育局"],
    ["账号名称", "淞口教育", "淞口招考", "淞口校园"],
    ["平台", "微信", "微博", "抖音"],
    ["主办单位", "淞口市教育局", None, None],
    ["开通时间", "2016-1-1", "去年", "2018-2-1"],
    ["联系人", "甲某", "乙某", "丙某"],
    ["联系电话", "16100000001", "16100000002", "161000"],
    ["备注", None, "试运行", None],
    [],
    ["填报人：甲某", None, "填报日期：2026年9月1日"],
]
CHECK: Rows = [
    ["2026年第三季度政务新媒体自查表"],
    ["填报单位", "淞口市教育局", "填报日期", "2026年9月20日"],
    ["账号名称", "淞口教育", "平台", "微信公众号"],
    ["检查时间", "2026年9月18日", "自查结果", "☑合格 □不合格"],
    ["存在问题", "无", "整改措施", None],
    ["填报人", "甲某", "联系电话", "16100000001"],
    ["注：一个账号填一张。"],
]


def page_of(rows: Rows, settled: Settled | None = None) -> ReadPage:
    return read_paper("表.xlsx", workbook(表=rows), RECEIVED, {"表": settled} if settled else {}).pages[0]


def test_a_turned_ledger_says_what_the_ledger_says_that_lies_as_usual():
    """Every record alike; only the places differ, and they are those of the paper."""
    block = TURNED[2:9]
    usual = page_of([*TURNED[:2], *[list(row) for row in zip(*block, strict=True)], TURNED[10]])
    turned = page_of(TURNED)
    assert (usual.layout, turned.layout, turned.kind) == ("rows", "columns", "accounts")
    for name in ("fields", "platform", "people", "aside"):
        assert [getattr(r, name) for r in turned.records] == [getattr(r, name) for r in usual.records]
    assert [record.row for record in turned.records] == [2, 3, 4]
    assert [line_name(turned.layout, record.row) for record in turned.records] == ["B", "C", "D"]
    aside = [
        (cell_name(cell.column, record.row), cell.why.code)
        for record in turned.records
        for cell in record.set_aside
    ]
    assert aside == [("C6", "not_a_time"), ("D8", "not_a_phone")]
    assert (turned.context.reported_by.place, str(turned.context.sheet_date.value)) == ("A2", "2026-09-01")
    assert turned.records[0].people == (PersonOnRow("contact", "甲某", phone="16100000001"),)
    assert "turned" in [hint.code for hint in turned.hints]


def test_a_cell_of_a_turned_page_is_mended_by_its_name():
    """What is written into C6 is the opening day of the account in column C; a row may be read as another field."""
    page = page_of(TURNED, Settled(mended={"C6": "2017-5-5"}, reads={"9": "functions"}))
    assert str(page.records[1].time("opened_at")) == "2017-05-05"
    assert page.records[1].text("functions") == "试运行"


def test_merged_cells_and_hidden_columns_of_a_turned_page():
    """An owner merged over accounts is that of each; an id merged over two refuses them by its cells."""
    book = Workbook()
    page = book.worksheets[0]
    for row in TURNED:
        page.append(row)
    page.insert_rows(5)
    page["A5"], page["B5"] = "账号ID", "gh_1"
    page.merge_cells("B6:D6")
    page.merge_cells("B5:C5")
    page.column_dimensions["D"].hidden = True
    read = read_paper("表.xlsx", saved(book), RECEIVED).pages[0]
    assert [record.text("owner") for record in read.records] == ["淞口市教育局"] * 3
    refused = [[(d.why.code, d.why.says["place"]) for d in record.refusals] for record in read.records]
    assert refused == [[("merged_over", "B5:C5")], [("merged_over", "B5:C5")], []]
    assert "hidden_rows" in [question.why.code for question in read.questions]


def test_a_turned_sheet_of_looks():
    """A blank newest post refuses its account alone; a row of running numbers above the names is none of it."""
    page = page_of(
        [
            ["监测周报（监测时间：2026年9月7日 9:00）"],
            ["序号", 1, 2],
            ["账号名称", "淞口教育", "淞口民政"],
            ["平台", "微信", "微博"],
            ["最新发布时间", "2026-9-1", None],
        ]
    )
    assert (page.kind, [record.fate for record in page.records]) == ("looks", ["taken", "refused"])


def test_two_accounts_of_a_turned_page_that_are_one_name_their_columns():
    """What rows say of each other's numbers is said of columns."""
    names, platforms = [*TURNED[2][:3], "淞口教育"], [*TURNED[3][:3], "微信"]
    owners = ["主办单位", *["淞口市教育局"] * 3]
    page = page_of([names, platforms, owners, *TURNED[5:8]])
    doubts = [[(d.why.code, d.why.says["row"]) for d in record.doubts] for record in page.records]
    assert doubts == [[("named_twice_across", "D")], [], [("named_twice_across", "B")]]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (
            [
                ["账号名称", "填写全称", "必填"],
                ["平台", "填写平台", "必填"],
                ["主办单位", "填写单位全称", "必填"],
                ["开通时间", "按年月日", "选填"],
            ],
            "no_known_header",
        ),
        ([*TURNED[2:5], [None, "甲", "乙", "丙"], *TURNED[5:8]], "no_kind"),
        ([[*TURNED[2][:3], None], *TURNED[3:8]], "no_kind"),
    ],
)
def test_what_is_no_table_of_accounts_is_not_turned(rows, why):
    """Instructions for columns, a row without a field, an account without a name: nothing is guessed."""
    page = page_of(rows)
    assert (page.read, page.why.code) == (False, why)


def test_a_self_check_form_of_one_account_is_read():
    """A label and what stands beside it, in two halves; the ticked answer is the answer, cells bear their names."""
    page = page_of(CHECK)
    (record,) = page.records
    assert (page.layout, page.kind, page.questions) == ("form", "self_check", ())
    assert (record.text("name"), record.platform.name, record.text("outcome")) == (
        "淞口教育",
        "微信公众号",
        "passed",
    )
    assert str(record.time("checked_at")) == "2026-09-18"
    assert (page.context.reported_by.value, page.context.quarter) == ("淞口市教育局", "2026Q3")
    assert {column.header: column.letter for column in page.columns}["自查结果"] == "D4"
    down = page_of(
        [[*row[:2]] for row in CHECK[:1]] + [pair for row in CHECK[1:6] for pair in (row[:2], row[2:])]
    )
    assert down.records[0].fields == record.fields


@pytest.mark.parametrize(
    ("title", "label"),
    [("政务新媒体备案登记表", "备注"), ("政务新媒体情况表", "主管单位意见"), ("开设申请表", "备注")],
)
def test_forms_of_filings_go_in_elsewhere(title, label):
    """A form that asks for something is no ledger, whatever fields it has."""
    rows: Rows = [
        [title],
        *[
            [label, row[1]]
            for label, row in zip(("账号名称", "平台", "主办单位", "开通时间"), TURNED[2:6], strict=True)
        ],
        [label, "同意"],
    ]
    page = page_of(rows)
    assert (page.read, page.why.code) == (False, "form_table")


def test_a_short_form_is_one_too():
    """Who reports and when are labels of a form as names and platforms are."""
    page = page_of(CHECK[:4])
    assert (page.layout, page.records[0].text("outcome")) == ("form", "passed")


@pytest.mark.parametrize("ticks", ["□合格 □不合格", "☑合格 ☑不合格"])
def test_a_form_without_one_answer_is_asked(ticks):
    """Of no box or two boxes none is chosen."""
    rows = [list(row) for row in CHECK]
    rows[3][3] = ticks
    assert [d.why.code for d in page_of(rows).records[0].doubts] == ["outcome_unclear"]


def test_a_form_with_a_table_in_it_stays_a_form():
    """Headers without values beside them begin a table: whose rows they are is not said."""
    rows: Rows = [
        *CHECK[:4],
        ["问题类别", "问题描述", "整改措施"],
        ["更新不及时", "8月未更新", "已更新"],
        CHECK[5],
    ]
    assert not page_of(rows).read
