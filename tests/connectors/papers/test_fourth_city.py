"""Papers of a fourth invented city, 淞口市: heads of three rows, units as headings, struck rows."""

from collections.abc import Callable, Iterable
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from connectors.papers.paper import PersonOnRow, ReadPage
from connectors.papers.reading import read_paper
from connectors.papers.time_words import read_time
from tests.connectors.papers.second_city import Rows, saved

RECEIVED = date(2026, 11, 28)
LEDGER = ["账号名称", "平台", "主办单位", "开设时间"]


def read_pages(
    rows: Rows, merges: Iterable[str] = (), then: Callable[[Worksheet], None] | None = None
) -> tuple[ReadPage, ...]:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "表"
    for row in rows:
        page.append(row)
    for merge in merges:
        page.merge_cells(merge)
    if then is not None:
        then(page)
    return read_paper("表.xlsx", saved(book), RECEIVED).pages


def page_of(
    rows: Rows, merges: Iterable[str] = (), then: Callable[[Worksheet], None] | None = None
) -> ReadPage:
    (page,) = read_pages(rows, merges, then)
    return page


PEOPLE = (
    PersonOnRow("responsible", "甲某", phone="16100000001"),
    PersonOnRow("contact", "乙某", phone="16100000002"),
)


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("levels", [2, 3])
def test_a_head_of_several_rows_tells_whose_telephone_it_is(levels, beside):
    """负责人 and 联络员 over 姓名 and 电话, below 人员情况 or not: each with the own number, and nobody is lost."""
    rows: Rows = [
        ["账号情况", None, None, "人员情况", None, None, None],
        ["基本信息", None, "开设信息", "负责人", None, "联络员", None],
        ["账号名称", "平台", "主办单位", "姓名", "联系电话", "姓名", "联系电话"],
        ["淞口教育", "微博", "淞口市教育局", "甲某", "16100000001", "乙某", "16100000002"],
    ]
    merges = ["A1:C1", "D1:G1", "A2:B2", "D2:E2", "F2:G2"]
    if levels == 2:
        rows, merges = rows[1:], ["A1:B1", "D1:E1", "F1:G1"]
    if beside:
        rows = [[*row, text] for row, text in zip(rows, ["备注", *[None] * (levels - 1), "甲"], strict=True)]
    page = page_of([["台账"], *rows], [_lower(merge) for merge in merges])
    (record,) = page.records
    assert (page.header_rows, record.people) == (tuple(range(2, 2 + levels)), PEOPLE)
    assert (record.text("owner"), record.aside) == ("淞口市教育局", {"备注": "甲"} if beside else {})


def _lower(merge: str) -> str:
    first, last = merge.split(":")
    return f"{first[0]}{int(first[1]) + 1}:{last[0]}{int(last[1]) + 1}"


def test_a_second_person_of_one_role_is_told():
    """Two columns of names without a role: the first counts, the other one is not lost in silence."""
    page = page_of(
        [
            [*LEDGER, "姓名", "电话", "姓名"],
            ["淞口教育", "微博", "淞口市教育局", "2019-1-1", "甲某", "16100000001", "乙某"],
        ]
    )
    (record,) = page.records
    assert record.people == (PersonOnRow("contact", "甲某", phone="16100000001"),)
    assert [(cell.column, cell.why.code, "乙" in cell.cell) for cell in record.set_aside] == [
        ("G", "second_person", False)
    ]


@pytest.mark.parametrize("merged", [True, False])
def test_a_unit_over_its_accounts_is_their_owner(merged):
    """Where no column names owners; the area above it stays, sums and notes between rows part nothing."""
    rows: Rows = [
        ["淞口市政务新媒体台账"],
        ["序号", "账号名称", "平台", "开设时间"],
        ["一、蓼汀区"],
        ["蓼汀区教育局"],
        [1, "蓼汀教育", "微信公众号", "2018-5-3"],
        ["小计", None, "1个"],
        ["注：本年新增"],
        [2, "蓼汀招考", "微博", "2018-5-3"],
        ["二、市属学校"],
        [3, "淞口一中", "微信公众号", "2018-5-3"],
    ]
    page = page_of(rows, ["A4:D4"] if merged else [])
    assert [(r.text("owner"), r.text("area")) for r in page.records] == [
        ("蓼汀区教育局", "蓼汀区"),
        ("蓼汀区教育局", "蓼汀区"),
        ("", ""),
    ]
    with_owners = [rows[0], [*rows[1], "主办单位"], *rows[2:4], [*rows[4], None], [*rows[7], "淞口市民政局"]]
    assert [r.text("owner") for r in page_of(with_owners).records] == ["", "淞口市民政局"]


def test_a_row_that_is_struck_through_is_told():
    """It was left out without a word before."""

    def strike(page: Worksheet) -> None:
        for place in ("A3", "B3", "C3", "D3", "D4"):
            page[place].font = Font(strike=True)

    rows = [[f"淞口{n}号", "微博", "淞口市教育局", "2019-1-1"] for n in (1, 2, 3)]
    page = page_of([LEDGER, *rows], then=strike)
    assert [record.text("name") for record in page.records] == ["淞口1号", "淞口3号"]
    told = {hint.code: dict(hint.says) for hint in page.hints}
    assert (told["struck_rows"], told["struck"]) == ({"rows": "3"}, {"places": "D4"})


def test_what_colours_mean_is_told_not_to_be_read():
    """标红 in the title or a note; a name of an account that speaks of a colour is none."""
    rows: Rows = [LEDGER, ["红色淞口", "微博", "淞口市委办", "2019-1-1"]]
    page = page_of([["台账（标红的已注销）"], *rows, ["注：黄色底纹为新增"]])
    assert [hint.says["cell"] for hint in page.hints if hint.code == "colours"] == [
        "台账（标红的已注销）",
        "注：黄色底纹为新增",
    ]
    assert page_of(rows).hints == ()


@pytest.mark.parametrize("again", ["淞口市政务新媒体台账", "淞口市政务新媒体台账（续表）"])
def test_a_title_that_comes_again_on_the_next_page_parts_nothing(again):
    """The rows below it are still of the area above."""
    row = ["淞口教育", "微博", "蓼汀区教育局", "2019-1-1"]
    rows: Rows = [
        ["淞口市政务新媒体台账"],
        LEDGER,
        ["二、蓼汀区"],
        row,
        [again],
        LEDGER,
        ["蓼汀民政", *row[1:]],
    ]
    page = page_of(rows, ["A1:D1", "A5:D5"])
    assert [record.text("area") for record in page.records] == ["蓼汀区", "蓼汀区"]


@pytest.mark.parametrize(
    "text",
    [
        "2019年3月5号",
        "二〇一九年三月五日",
        "2019、3、5",
        "2019。3。5",
        "2019年3月5日开通",
        "2019年3月5日正式上线",
        "２０１９．３．５",
    ],
)
def test_days_as_clerks_write_them(text):
    """One day each."""
    assert str(read_time(text, RECEIVED)) == "2019-03-05"


@pytest.mark.parametrize("text", ["三月二号", "3月2号", "三月二日"])
def test_the_second_and_third_of_a_month_in_chinese(text):
    """二 and 三 alone are numbers, too."""
    assert str(read_time(text, RECEIVED)) == "2026-03-02"
