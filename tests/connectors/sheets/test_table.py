import pytest

from connectors.sheets import pages_of_file
from connectors.sheets.errors import (
    DuplicateColumnsError,
    EmptySheetError,
    MissingColumnsError,
    SheetError,
    SheetTooLargeError,
    UnreadableSheetError,
)
from connectors.sheets.kinds import ACCOUNTS, FINDINGS
from tests.connectors.sheets.tables import read_table

HEADER = ("账号ID", "账号名称", "平台", "主办单位")
LINE = ("gh_1", "某市发布", "新浪微博", "某局")


def test_titles_above_the_header_are_passed_over(write_xlsx):
    """A merged title, a date line and a group line come before the header; rows keep their numbers."""

    def merged(page):
        page.merge_cells("A1:D1")

    rows = [
        ("某市政务新媒体台账",),
        (),
        ("填报单位：某局", None, "2026年11月"),
        ("账号", None, "单位"),
        HEADER,
        LINE,
    ]
    found = read_table(write_xlsx(*rows, change=merged), ACCOUNTS)
    assert found.header == HEADER
    assert [(row.number, row.cells["平台"]) for row in found.rows] == [(6, "新浪微博")]


def test_a_header_with_a_slip_of_the_pen_is_named_beside_what_it_may_be(write_csv):
    """A needed column alone; a header of one's own is no slip."""
    path = write_csv("账号ID,问题,发见时间,粉丝数", "gh_1,发布商业广告,2021-06-01,3")
    with pytest.raises(
        MissingColumnsError, match="lacks the column 发现时间; “发见时间” may be 发现时间"
    ) as e:
        read_table(path, FINDINGS)
    assert "粉丝数" not in str(e.value)


@pytest.mark.parametrize(("row", "found"), [(15, True), (16, False)])
def test_the_header_stands_within_fifteen_rows(write_csv, row, found):
    """The fifteenth row may be the header, the sixteenth not."""
    path = write_csv(*["标题"] * (row - 1), ",".join(HEADER), ",".join(LINE))
    if found:
        assert read_table(path, ACCOUNTS).rows[0].number == 16
    else:
        with pytest.raises(MissingColumnsError, match="no header of accounts in the first 15 rows"):
            read_table(path, ACCOUNTS)


def test_missing_columns_are_all_named(write_csv):
    """The row that comes nearest to a header says what it lacks."""
    path = write_csv("标题", "账号ID,地区", "1,某市")
    with pytest.raises(
        MissingColumnsError, match=r"row 2 lacks the column 账号名称, 平台; add it as in the template"
    ):
        read_table(path, ACCOUNTS)


def test_an_account_needs_its_id_or_name_and_platform(write_csv):
    """Sheets about accounts must be able to say which."""
    with pytest.raises(MissingColumnsError, match=r"账号ID \(or both 账号名称 and 平台\)"):
        read_table(write_csv("账号名称,问题,发现时间", "a,b,2021-06-16"), FINDINGS)


@pytest.mark.parametrize(
    ("second", "places"), [("名称", "B .账号名称. and E .名称."), ("账号名称（必填）", "B .* and E")]
)
def test_two_columns_of_one_meaning_are_refused(write_xlsx, second, places):
    """Which of the two would count must not be guessed."""
    with pytest.raises(DuplicateColumnsError, match=f"row 1: columns {places}"):
        read_table(write_xlsx((*HEADER, second), LINE), ACCOUNTS)


def test_two_unknown_columns_of_one_name_are_refused_by_position(write_csv):
    """A CSV file has no letters, so places are counted."""
    with pytest.raises(DuplicateColumnsError, match=r"columns 5 .粉丝. and 6 .粉丝. mean the same"):
        read_table(write_csv(",".join((*HEADER, "粉丝", "粉丝")), ",".join(LINE)), ACCOUNTS)


def test_blank_rows_are_passed_over_and_counted(write_xlsx):
    """A row of spaces is blank; the next row keeps its number."""
    rows = read_table(write_xlsx(HEADER, (" ", "\u200b"), (), LINE), ACCOUNTS).rows
    assert [row.number for row in rows] == [4]


def test_content_under_no_header_is_kept_apart(write_xlsx):
    """A shifted row is not cut off in silence."""
    (row,) = read_table(write_xlsx(HEADER, (*LINE, None, "多出来的")), ACCOUNTS).rows
    assert row.stray == {"F": "多出来的"}


def test_columns_without_a_title_are_not_one_column(write_xlsx):
    """A star, a dash or a line is no title, and two of them do not mean the same."""
    found = read_table(write_xlsx((*HEADER, "*", "-", "_"), LINE, (*LINE[:3], "某办", "一")), ACCOUNTS)
    assert HEADER == found.header
    assert [{}, {"E": "一"}] == [row.stray for row in found.rows]


def test_a_header_with_a_dash_that_stands_again_is_left_out(write_xlsx):
    """A column without a title belongs to the header that is repeated, too."""
    head = (*HEADER, "-")
    found = read_table(write_xlsx(head, LINE, head, ("gh_2", *LINE[1:])), ACCOUNTS)
    assert [2, 4] == [row.number for row in found.rows]


def test_errors_name_the_place_in_a_workbook_and_none_in_a_csv_file(write_xlsx, write_csv):
    """C2 is found at once in Excel; a CSV file has only row and header."""
    in_workbook = read_table(write_xlsx(HEADER, LINE), ACCOUNTS)
    in_csv = read_table(write_csv(",".join(HEADER), ",".join(LINE)), ACCOUNTS)
    assert in_workbook.error(2, "平台", "甲", "is bad", "change it").place == "C2"
    assert in_csv.error(2, "平台", "甲", "is bad", "change it").place == ""


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_empty_file_is_refused(tmp_path, suffix):
    """Nothing handed in is not an empty registry."""
    path = tmp_path / f"sheet{suffix}"
    path.touch()
    with pytest.raises(EmptySheetError, match="is empty"):
        read_table(path, ACCOUNTS)


@pytest.mark.parametrize("lines", [["", " , ", ""], [",".join(HEADER)], [",".join(HEADER), ", ,"]])
def test_a_sheet_without_rows_is_refused(write_csv, lines):
    """A header alone says nothing."""
    with pytest.raises(EmptySheetError):
        read_table(write_csv(*lines), ACCOUNTS)


@pytest.mark.parametrize("name", ["sheet.xls", "sheet.xlsm", "sheet.pdf", "sheet"])
def test_other_kinds_of_files_are_refused(tmp_path, name):
    """The message says which kinds are read."""
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UnreadableSheetError, match=r"save it as \.xlsx or \.csv"):
        read_table(tmp_path / name, ACCOUNTS)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    """The system's reason is passed on."""
    (tmp_path / "folder.csv").mkdir()
    for name, problem in (("none.csv", "cannot be opened"), ("folder.csv", "is a folder")):
        with pytest.raises(UnreadableSheetError, match=problem):
            read_table(tmp_path / name, ACCOUNTS)


def test_a_file_above_the_bound_is_refused(write_csv, monkeypatch):
    """Bytes are counted while reading."""
    path = write_csv(",".join(HEADER), ",".join(LINE))
    monkeypatch.setattr(pages_of_file, "MAX_BYTES", path.stat().st_size)
    assert len(read_table(path, ACCOUNTS).rows) == 1
    monkeypatch.setattr(pages_of_file, "MAX_BYTES", path.stat().st_size - 1)
    with pytest.raises(SheetTooLargeError, match="larger than"):
        read_table(path, ACCOUNTS)


def test_rows_above_the_bound_are_refused(write_csv, monkeypatch):
    """The bound is the number of the last row with content."""
    path = write_csv(",".join(HEADER), ",".join(LINE), "", "")
    monkeypatch.setattr(pages_of_file, "MAX_ROWS", 2)
    assert len(read_table(path, ACCOUNTS).rows) == 1
    monkeypatch.setattr(pages_of_file, "MAX_ROWS", 1)
    with pytest.raises(SheetTooLargeError, match="more than 1 rows"):
        read_table(path, ACCOUNTS)


@pytest.mark.parametrize(("columns", "taken"), [(200, True), (201, False)])
def test_columns_above_the_bound_are_refused(write_xlsx, columns, taken):
    """Two hundred columns are read, one more is not."""
    path = write_xlsx((*HEADER, *(f"列{n}" for n in range(columns - 4))), LINE)
    if taken:
        assert len(read_table(path, ACCOUNTS).header) == 200
    else:
        with pytest.raises(SheetTooLargeError, match="more than 200 columns"):
            read_table(path, ACCOUNTS)


def test_formatted_columns_without_content_do_not_count(write_xlsx):
    """A page coloured to its last column is as wide as its content."""

    def coloured(page):
        page.cell(2, 16_384).number_format = "@"

    assert len(read_table(write_xlsx(HEADER, LINE, change=coloured), ACCOUNTS).rows) == 1


def test_every_refusal_is_a_sheet_error():
    """Callers catch one base class."""
    kinds = (
        DuplicateColumnsError,
        EmptySheetError,
        MissingColumnsError,
        SheetTooLargeError,
        UnreadableSheetError,
    )
    assert all(issubclass(kind, SheetError) for kind in kinds)
