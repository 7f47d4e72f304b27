"""Old workbooks: what a person sees in them, and what is refused before a library opens it."""

import struct
from datetime import date
from pathlib import Path

import pytest

from connectors.papers.old_workbook import MAX_BYTES, read_old_workbook
from connectors.papers.reading import read_paper
from connectors.sheets.areas import Area
from connectors.sheets.cells import shown
from connectors.sheets.errors import SheetTooLargeError, UnreadableSheetError
from tests.connectors.papers.old_books import MONTH_XF, STRUCK_XF, ZEROS_XF, OldSheet, container, old_workbook

RECEIVED = date(2026, 9, 1)
PATH = Path("旧表.xls")
HEADER = {
    (0, column): text for column, text in enumerate(("主办单位", "账号名称", "平台", "账号ID", "开设日期"))
}
ROWS = {
    (1, 0): "清原市教育局",
    (1, 1): "清原教育",
    (1, 2): "订阅号",
    (1, 3): 123456.0,
    (1, 4): 42248.0,  # 2015-09-01
    (2, 1): "清原考试",
    (2, 2): "微博",
    (2, 3): "'00123",
    (2, 4): "作废",
}
SHEET = OldSheet(
    "台账",
    HEADER | ROWS,
    formats={(1, 3): ZEROS_XF, (1, 4): MONTH_XF, (2, 4): STRUCK_XF},
    merged=[(1, 2, 0, 0)],
    hidden_rows=[2],
    hidden_columns=[3],
)


def test_merges_formats_and_what_is_hidden_are_seen():
    """Merges, hidden rows, columns and pages, struck text and formats of numbers are as in a new workbook."""
    first, second = read_old_workbook(
        PATH, old_workbook(SHEET, OldSheet("隐藏", {(0, 0): "甲"}, hidden=True))
    )
    assert (first.title, first.hidden, second.title, second.hidden) == ("台账", False, "隐藏", True)
    page = first.page
    assert page.merged == [Area(2, 3, 0, 0)]
    assert (page.hidden_rows, page.hidden_columns, page.struck) == ({3}, [(3, 3)], [(3, 4)])
    by_row = {number: {column: shown(cell) for column, cell in cells.items()} for number, cells in page.lines}
    assert by_row[2] == {0: "清原市教育局", 1: "清原教育", 2: "订阅号", 3: "0000123456", 4: "2015-09"}
    assert by_row[3] == {1: "清原考试", 2: "微博", 3: "00123"}


@pytest.mark.parametrize("name", ["台账.xls", "台账.et", "台账.xlsx"])
def test_an_old_workbook_is_known_by_its_content(name):
    """WPS calls it .et, and a clerk may call it anything."""
    read = read_paper(name, old_workbook(SHEET), RECEIVED)
    (page,) = read.pages
    assert (read.form, page.kind) == ("xls", "accounts")
    assert [record.text("owner") for record in page.records] == ["清原市教育局"] * 2
    assert [record.text("account_id") for record in page.records] == ["0000123456", "00123"]
    assert str(page.records[0].time("opened_at")) == "2015-09"
    assert [question.why.code for question in page.questions] == ["hidden_rows"]
    assert [hint.code for hint in page.hints] == ["hidden_column", "struck"]


def test_a_locked_workbook_is_refused():
    """Whether old Excel or a new one has locked it."""
    assert read_paper("a.xls", old_workbook(SHEET, encrypted=True), RECEIVED).refused.code == "encrypted"
    assert read_paper("a.xlsx", container(b"x", "EncryptedPackage"), RECEIVED).refused.code == "encrypted"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda raw: raw[:28] + b"\xff\xff" + raw[30:], "header of the container"),
        (lambda raw: raw[:30] + struct.pack("<H", 20) + raw[32:], "header of the container"),
        (lambda raw: raw[:44] + struct.pack("<I", 5000) + raw[48:], "more sectors than bytes"),
        (lambda raw: raw[:600], "damaged"),
        (lambda _: b"\xd0\xcf\x11\xe0", "no old workbook"),
    ],
)
def test_a_damaged_container_is_refused_before_it_is_opened(change, problem):
    """The header must fit the length of the file; what the library meets is one kind of error."""
    with pytest.raises(UnreadableSheetError, match=problem):
        read_old_workbook(PATH, change(old_workbook(SHEET)))


def test_an_old_workbook_above_the_bound_is_refused():
    """A page of that time has at most 65,536 rows."""
    with pytest.raises(SheetTooLargeError, match="20 MB"):
        read_old_workbook(PATH, old_workbook(SHEET) + bytes(MAX_BYTES))
