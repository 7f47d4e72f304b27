"""Every page of a workbook is looked at: read if it has the header, else named."""

from datetime import UTC, datetime

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.worksheet.worksheet import Worksheet

from connectors.sheets.errors import DuplicateColumnsError, EmptySheetError, MissingColumnsError, SheetErrors
from connectors.sheets.kinds import ACCOUNTS
from connectors.sheets.readers import read_accounts, read_findings, read_posts
from connectors.sheets.table import read_sheet
from tests.connectors.sheets.workbooks import package, sheet_xml, text

POSTS = ("账号ID", "发布时间", "链接")
ACCOUNT = ("账号ID", "账号名称", "平台", "主办单位")
NOW = datetime(2023, 4, 1, tzinfo=UTC)


@pytest.fixture
def book(tmp_path):
    """Write a workbook from the rows of its pages by name."""

    def write(pages, change=None):
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
        for name, rows in pages.items():
            page = workbook.create_sheet(name)
            for row in rows:
                page.append(list(row))
        if change is not None:
            change(workbook)
        workbook.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return write


def post(day, number):
    return ("a", f"2023-{day} 09:00", f"https://example.cn/{number}")


def told(rows):
    return [(note.kind, note.page) for note in rows.notes]


def test_a_page_a_month_is_one_sheet(book):
    """Pages may have their header in other rows and their columns in another order."""
    path = book(
        {
            "1月": [POSTS, post("01-03", 1), post("01-10", 2)],
            "2月": [("江城市发布情况",), (), POSTS[::-1], post("02-03", 3)[::-1]],
            "3月": [POSTS, post("03-03", 4)],
        }
    )
    rows = read_posts(path, NOW)
    assert ["1", "2", "3", "4"] == [row.native_key.rpartition("/")[2] for row in rows]
    assert ["2 of page 1月", "3 of page 1月", "4 of page 2月", "2 of page 3月"] == [str(r.row) for r in rows]
    assert 4 == len({row.row for row in rows})
    assert () == rows.notes


def test_a_page_an_area_is_one_registry(book):
    """An account may stand once in all pages together; the page of the first row is named."""
    pages = {
        "甲区": [ACCOUNT, ("1", "甲发布", "抖音", "甲局")],
        "乙区": [ACCOUNT, ("2", "乙发布", "抖音", "乙局")],
    }
    assert ["1", "2"] == [row.given_id for row in read_accounts(book(pages))]
    pages["丙区"] = [ACCOUNT, ("1", "丙发布", "抖音", "丙局")]
    with pytest.raises(SheetErrors) as caught:
        read_accounts(book(pages))
    (error,) = caught.value.errors
    assert ("丙区!A2", "is the account of row 2 of page 甲区 again") == (error.place, error.problem)
    assert "row 2 of page 丙区, column 账号ID (丙区!A2): “1” is the account" in str(caught.value)


def test_every_bad_cell_of_every_page_is_named(book):
    """All of a file or none of it: the pages are one file."""
    header = ("账号ID", "问题", "发现时间")
    path = book(
        {
            "甲区": [header, ("1", "广告", "昨天")],
            "乙区": [header, ("1", "广告", "2023-02-01"), ("", "广告", "")],
        }
    )
    with pytest.raises(SheetErrors) as caught:
        read_findings(path, lambda text: text, NOW)
    assert [("甲区!C2", "昨天"), ("乙区!C3", ""), ("乙区!A3", "")] == [
        (e.place, e.value) for e in caught.value.errors
    ]


@pytest.mark.parametrize("first", [True, False])
def test_a_page_without_the_header_is_named(book, first):
    """Instructions before or behind the data do no harm, and are not passed over in silence."""
    data, notes = {"数据": [POSTS, post("01-03", 1)]}, {"填报说明": [("填报说明",), ("每周一报送",)]}
    rows = read_posts(book(notes | data if first else data | notes), NOW)
    assert 1 == len(rows)
    assert [("page_not_read", "填报说明")] == told(rows)
    assert "page 填报说明: was not read: it has no header of posts" == str(rows.notes[0])
    assert 2 == rows[0].row


def test_hidden_pages_and_charts_are_named_and_empty_pages_are_not(book):
    """What a person does not see is not read; a page without a cell has nothing to lose."""

    def hide(workbook):
        workbook["旧表"].sheet_state = "hidden"
        workbook["更旧"].sheet_state = "veryHidden"
        workbook.create_chartsheet("趋势").add_chart(BarChart())

    pages = {
        "旧表": [POSTS, post("01-01", 8)],
        "数据": [POSTS, post("01-03", 1)],
        "更旧": [("名单",)],
        "空": [],
    }
    rows = read_posts(book(pages, hide), NOW)
    assert ["https://example.cn/1"] == [row.native_key for row in rows]
    assert [("page_not_read", "旧表"), ("page_not_read", "更旧"), ("page_not_read", "趋势")] == told(rows)
    assert ["it is hidden", "it is hidden", "it is a chart"] == [
        n.text.rpartition(": ")[2] for n in rows.notes
    ]


def test_a_page_that_lacks_a_needed_column_is_named_with_it(book):
    """A month whose header has a slip of the pen: it is told apart from pages of something else."""
    lacking = [("账号ID", "账号名称", "平台", "发布时问"), ("a", "甲", "抖音", "2023-02-03")]
    rows = read_posts(book({"1月": [POSTS, post("01-03", 1)], "2月": lacking}), NOW)
    (note,) = rows.notes
    assert ("page_not_understood", "2月") == (note.kind, note.page)
    assert "row 1 lacks the column 发布时间" in note.text


def test_a_page_with_nothing_below_its_header_is_named(book):
    """The page of a month that is still to come."""
    rows = read_posts(book({"1月": [POSTS, post("01-03", 1)], "2月": [POSTS]}), NOW)
    assert [("page_not_read", "2月")] == told(rows)
    with pytest.raises(EmptySheetError, match="has no rows below its header"):
        read_posts(book({"1月": [POSTS], "2月": [POSTS]}), NOW)


def test_a_workbook_without_the_header_names_its_pages(book):
    """And the page that comes nearest says what it lacks."""
    with pytest.raises(MissingColumnsError, match=r"of any page \(说明、附注\)"):
        read_posts(book({"说明": [("填报说明",)], "附注": [("备查",)]}), NOW)
    with pytest.raises(MissingColumnsError, match="page 数据: row 1 lacks the column 发布时间"):
        read_posts(book({"说明": [("填报说明",)], "数据": [("账号ID", "链接"), ("a", "b")]}), NOW)
    with pytest.raises(
        DuplicateColumnsError, match=r"page 乙: row 1: columns A .账号ID. and D .账号编号. mean the same"
    ):
        read_posts(
            book({"甲": [POSTS, post("01-03", 1)], "乙": [(*POSTS, "账号编号"), post("01-04", 2)]}), NOW
        )


def test_a_header_of_two_rows_is_read(book):
    """A merged parent stands before each of its children, and titles above do not."""

    def merge(workbook):
        page: Worksheet = workbook["台账"]
        for area in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2"):
            page.merge_cells(area)

    path = book(
        {
            "台账": [
                ("江城市台账",),
                ("账号ID", "账号名称", "平台", "主办单位", "分管领导", None),
                (None, None, None, None, "姓名", "电话"),
                ("1", "甲发布", "抖音", "甲局", "张某", "010-00000000"),
            ]
        },
        merge,
    )
    (row,) = read_accounts(path)
    assert ({"分管领导姓名": "张某", "分管领导电话": "010-00000000"}, {}) == (row.people, row.extra)
    assert (4, "甲局") == (row.row, row.owner)


def test_a_header_in_the_lower_of_two_rows_takes_what_is_merged_down(book):
    """The needed columns stand below a parent; the others reach down to them."""

    def merge(workbook):
        for area in ("A1:A2", "B1:C1", "D1:D2", "E1:E2"):
            workbook["台账"].merge_cells(area)

    path = book(
        {
            "台账": [
                ("账号ID", "账号信息", None, "主办单位", "粉丝数"),
                (None, "账号名称", "平台", None, None),
                ("1", "甲发布", "抖音", "甲局", "12"),
            ]
        },
        merge,
    )
    (row,) = read_accounts(path)
    assert ("1", "甲发布", "甲局", {"粉丝数": "12"}) == (row.given_id, row.name, row.owner, row.extra)


def test_a_header_that_comes_again_is_no_row(book):
    """A list that was printed page by page."""
    path = book({"台账": [ACCOUNT, ("1", "甲", "抖音", "某局"), ACCOUNT, ("2", "乙", "抖音", "某局")]})
    rows = read_accounts(path)
    assert ["1", "2"] == [row.given_id for row in rows]
    assert [("repeated_header", "")] == told(rows)


def test_columns_that_were_not_read_are_named(book):
    """Unknown headers with content; those of the registry are kept, so they are read."""
    header = (*POSTS, "阅读量", "编辑", "空列")
    rows = read_posts(book({"1月": [header, (*post("01-03", 1), 5, "某科")]}), NOW)
    assert ["column 阅读量 was not read", "column 编辑 was not read"] == [note.text for note in rows.notes]
    assert [] == read_sheet(book({"a": [(*ACCOUNT, "粉丝"), ("1", "甲", "抖音", "某局", 1)]}), ACCOUNTS).notes


def test_hidden_rows_and_columns_are_read_and_told(book):
    """A filter or a hand hid them: they count, and a person hears of it."""

    def hide(workbook):
        page: Worksheet = workbook.worksheets[0]
        for row in (2, 3, 5):
            page.row_dimensions[row].hidden = True
        page.column_dimensions["B"].hidden = True

    people = [(str(n), f"号{n}", "抖音", "某局") for n in range(4)]
    rows = read_accounts(book({"台账": [ACCOUNT, *people]}, hide))
    assert 4 == len(rows)
    assert {"hidden rows were read: 2-3, 5", "column B (账号名称) is hidden, and was read"} == {
        note.text for note in rows.notes
    }


@pytest.mark.parametrize(
    ("row", "before", "notes"),
    [
        ('ht="0" customHeight="1"', "", ["hidden_rows"]),
        ('hidden="true"', "", ["hidden_rows"]),
        ("", '<sheetFormatPr zeroHeight="1"/>', ["hidden_rows"]),
        ("", '<cols><col min="2" max="3" width="0" customWidth="1"/></cols>', ["hidden_columns"] * 2),
        ("", '<cols><col min="9" max="9" hidden="1"/></cols>', []),
        ('ht="0.5"', "", []),
    ],
)
def test_what_has_no_height_or_width_is_hidden(tmp_path, row, before, notes):
    """Other ways to hide, as other programs write them."""
    head = "".join(text(f"{letter}1", name) for letter, name in zip("ABCD", ACCOUNT, strict=True))
    data = "".join(
        text(f"{letter}2", value) for letter, value in zip("ABCD", ("1", "甲", "抖音", "某局"), strict=True)
    )
    page = sheet_xml(f'<row r="1">{head}</row><row r="2" {row}>{data}</row>', before=before)
    assert notes == [note.kind for note in read_accounts(package(tmp_path / "h.xlsx", page)).notes]
