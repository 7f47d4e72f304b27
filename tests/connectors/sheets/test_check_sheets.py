"""Check sheets as they come back from people: what is read, and which cell is refused."""

import csv
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from connectors.sheets.check_sheets.finding import SheetContext
from connectors.sheets.check_sheets.kind import CHECKS
from connectors.sheets.check_sheets.reader import read_checks, read_mark
from connectors.sheets.check_sheets.sheet import SheetAccount, SheetRule
from connectors.sheets.check_sheets.writer import HEADER_ROW, check_sheet
from connectors.sheets.errors import BadValueError, SheetErrors
from connectors.sheets.readers import read_findings

MARK = "某市-2023Q1/C1/0123456789abcdef"
ACCOUNTS = (
    SheetAccount("wechat:gh_1", "某市发布", "微信订阅号", "某市人民政府办公室"),
    SheetAccount("weibo:2", "=1+1", "新浪微博", ""),
)
RULES = (SheetRule("yellow-6-advertising", "发布商业广告", "扣分", "附件2"),)
NOW = datetime(2023, 2, 20, tzinfo=UTC)
COLUMN = {column.key: number for number, column in enumerate(CHECKS.columns, start=1)}


def settle(text, severity):
    if "广告" not in text:
        raise BadValueError("is no rule of this round", "choose one from the list")
    return "yellow-6-advertising", severity or "yellow"


def only_one_picture(name):
    if name != "1.png":
        raise BadValueError("is no file beside the sheet", "put it there")


SHEET = SheetContext(
    mark=MARK,
    names={a.account_id: a.name for a in ACCOUNTS},
    settle_rule=settle,
    check_file=only_one_picture,
    start=datetime(2022, 12, 31, 16, tzinfo=UTC),
    check_point=datetime(2023, 2, 20, 4, tzinfo=UTC),
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(check_sheet("某市 检查单（C1）", MARK, ACCOUNTS, RULES))
    return path


def filled(path, row=HEADER_ROW + 1, **cells):
    """Fill in a row; whoever looked also says what was the newest post, unless it is given as None."""
    if "looked_at" in cells:
        cells.setdefault("newest_post_at", "2023-01-31")
    book = load_workbook(path)
    for key, value in cells.items():
        book.worksheets[0].cell(row, COLUMN[key]).value = value
    book.save(path)
    return path


def as_csv(path, target, encoding):
    with target.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(
            [[cell.value for cell in row] for row in load_workbook(path).worksheets[0].iter_rows()]
        )
    return target


def test_a_sheet_that_nobody_filled_in_holds_nothing(path):
    """The rows that it was handed out with say nothing yet; its mark is known."""
    assert MARK == read_mark(path)
    assert [] == read_checks(path, SHEET, NOW)


def test_a_name_that_begins_with_an_equals_sign_is_no_formula(path):
    """It is shown as it stands, and read back as the name of the account."""
    (row,) = read_checks(filled(path, HEADER_ROW + 2, looked_at="2023-02-13 09:00"), SHEET, NOW)
    assert ("weibo:2", datetime(2023, 2, 13, 1, tzinfo=UTC)) == (row.account_id, row.looked_at)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_sheet_saved_as_csv_is_the_same_sheet(path, tmp_path, encoding):
    """As Excel and WPS save it: three encodings, the titles above the header."""
    filled(
        path, looked_at="２０２３年２月１３日 ９时", rule="发布商业广告\u200b", count="２", evidence="1.png"
    )
    book, text = read_checks(path, SHEET, NOW), as_csv(path, tmp_path / "sheet.csv", encoding)
    assert MARK == read_mark(text)
    assert book == read_checks(text, SHEET, NOW)
    finding = book[0].finding
    assert ("yellow-6-advertising", 2, "1.png") == (finding.rule, finding.count, finding.evidence)
    assert datetime(2023, 2, 13, 1, tzinfo=UTC) == finding.found_at


@pytest.mark.parametrize(
    ("cells", "cell", "problem"),
    [
        ({"looked_at": "13.2.23"}, "F4", "is not a date that can be read"),
        ({"looked_at": "2023-02-22"}, "F4", "lies in the future"),
        ({"looked_at": 44970}, "F4", "is a bare number, not a date"),
        ({"newest_post_at": "2023-02-12"}, "G4", "stands without 检查时间"),
        (
            {"looked_at": "2023-02-12 08:00", "newest_post_at": "2023-02-12 09:00"},
            "G4",
            "later than the look",
        ),
        ({"note": "无"}, "L4", "stands without a 问题"),
        ({"looked_at": "2023-02-13", "rule": "错别字"}, "H4", "is no rule of this round"),
        ({"looked_at": "2023-02-13", "rule": "广告", "count": "零"}, "J4", "is not a whole number"),
        ({"looked_at": "2023-02-13", "rule": "广告", "severity": "严重"}, "I4", "is not a known value"),
        (
            {"looked_at": "2023-02-13", "rule": "广告", "evidence": "2.png"},
            "M4",
            "is no file beside the sheet",
        ),
        ({"rule": "广告"}, "K4", "is empty, and so is 检查时间"),
        ({"rule": "广告", "found_at": "2023-02-20 12:00:01"}, "K4", "lies outside the round"),
        ({"rule": "广告", "found_at": "2022-12-31"}, "K4", "lies outside the round"),
        (
            {"rule": "广告", "looked_at": "2023-02-21 09:00"},
            "K4",
            "is empty, and 检查时间 lies outside the round",
        ),
        ({"looked_at": "2023-02-13", "account_id": "wechat:gh_3"}, "B4", "is not on this sheet"),
        ({"looked_at": "2023-02-13", "account_id": None}, "B4", "is empty"),
        ({"looked_at": "2023-02-13", "name": "某县发布"}, "C4", "does not go with the account id"),
        ({"looked_at": "2023-02-13", "mark": "某市-2022Q4/C1/0"}, "A4", "is not the mark of this sheet"),
    ],
)
def test_a_wrong_cell_is_named(path, cells, cell, problem):
    """Row, header and place in the workbook, the problem, and what to do."""
    with pytest.raises(SheetErrors) as raised:
        read_checks(filled(path, **cells), SHEET, NOW)
    (error,) = raised.value.errors
    assert cell == error.place
    assert problem in error.problem
    assert error.remedy


def test_a_look_without_a_finding_says_what_it_saw(path):
    """Definitions of weeks: a blank says nothing; 无 says that the account shows no post at all."""
    with pytest.raises(SheetErrors, match=r"is empty, which says nothing; write .* or 无"):
        read_checks(filled(path, looked_at="2023-02-13 09:00", newest_post_at=None), SHEET, NOW)
    (row,) = read_checks(filled(path, newest_post_at="无"), SHEET, NOW)
    assert (datetime(2023, 2, 13, 1, tzinfo=UTC), None) == (row.looked_at, row.newest_post_at)


def test_the_time_beside_a_finding_alone_is_no_look(path):
    """Where the newest post is blank, 检查时间 says when the finding was made, and the row proves nothing."""
    filled(path, looked_at="2023-02-13 09:00", newest_post_at=None, rule="广告")
    (row,) = read_checks(path, SHEET, NOW)
    assert (None, datetime(2023, 2, 13, 1, tzinfo=UTC)) == (row.looked_at, row.finding.found_at)


def test_a_name_in_other_characters_is_the_name_of_the_account(path):
    """A check sheet that went through a PDF has radicals for ideographs."""
    name = ACCOUNTS[0].name
    assert "市" in name
    (row,) = read_checks(filled(path, looked_at="2023-02-13", name=f"{name}\ufe0f（官方微博）"), SHEET, NOW)
    assert ACCOUNTS[0].account_id == row.account_id


def test_a_finding_outside_the_round_is_told_when_it_would_count(path):
    """Design section 3, Findings: time in the period of the check point, its begin outside, its end inside."""
    late = filled(path, looked_at="2023-02-21 09:00", rule="广告")
    with pytest.raises(SheetErrors, match="after 2023-01-01 00:00:00 and not after 2023-02-20 12:00:00"):
        read_checks(late, SHEET, NOW)
    (row,) = read_checks(filled(path, found_at="2023-02-20 12:00:00"), SHEET, NOW)
    assert (SHEET.check_point, False) == (row.finding.found_at, row.finding.date_only)


@pytest.mark.parametrize("column", ["found_at", "looked_at"])
def test_a_date_alone_on_the_day_of_the_check_point_stands_at_it(path, column):
    """The end of that day would lie after the check point, and the finding would count in no score."""
    (row,) = read_checks(filled(path, rule="广告", **{column: "2023-02-20"}), SHEET, NOW)
    assert (SHEET.check_point, True) == (row.finding.found_at, row.finding.date_only)


def test_a_finding_at_the_time_of_a_look_that_is_a_date_is_a_date_too(path):
    """Design section 3, times: the end of the day stands for a date only, flagged."""
    (row,) = read_checks(filled(path, rule="广告", looked_at="2023-02-13"), SHEET, NOW)
    assert (row.looked_at, True) == (row.finding.found_at, row.finding.date_only)


@pytest.mark.parametrize("filled_in", [{}, {"looked_at": "2023-02-13 09:00"}])
def test_content_under_a_header_that_no_check_sheet_has_is_refused(path, filled_in):
    """A renamed column of findings would vanish, and with it the findings."""
    filled(path, row=HEADER_ROW, rule="问题类别")
    with pytest.raises(SheetErrors) as raised:
        read_checks(filled(path, **filled_in, rule="发布商业广告"), SHEET, NOW)
    (error,) = raised.value.errors
    assert ("问题类别", "H4") == (error.column, error.place)
    assert "header that a check sheet does not have" in error.problem


def test_titles_and_rules_that_begin_with_an_equals_sign_are_no_formulas(tmp_path):
    """They are shown as they stand, in whatever opens the sheet."""
    path = tmp_path / "sheet.xlsx"
    rule = SheetRule("=1+1", "=1+1", "=1+1", "=1+1")
    path.write_bytes(check_sheet("=1+1", MARK, ACCOUNTS, (rule,)))
    book = load_workbook(path)
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value == "=1+1"]
    assert 6 == len(cells)  # the title, the name of an account, and the four cells of the rule
    assert {"s"} == {cell.data_type for cell in cells}


def test_a_date_alone_on_the_day_of_the_look_is_not_later_than_it(path):
    """A newest post dated on the day of the look was published before the look."""
    (row,) = read_checks(filled(path, looked_at="2023-02-13 09:00", newest_post_at="2023-02-13"), SHEET, NOW)
    assert row.looked_at == row.newest_post_at
    assert row.newest_post_date_only


@pytest.mark.parametrize("rule", ["red-2-secrets", "red-3-harmful-content"])
def test_a_sheet_of_findings_takes_a_reference_and_no_text_for_secrets(tmp_path, rule):
    """Domain section 2, red lines 2 and 3: what a note says of them would stand in the log for ever."""

    def findings(note, reference):
        path = tmp_path / "findings.csv"
        headers = ("账号ID", "问题", "发现时间", "备注", "证据编号")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([headers, ("gh_1", rule, "2023-02-13", note, reference)])
        return read_findings(path, lambda text: text, NOW)

    with pytest.raises(SheetErrors, match="column 备注: must stay empty") as raised:
        findings("原文如下", "A-17")
    assert "原文如下" not in str(raised.value)
    (row,) = findings("", "A-17")
    assert ("A-17", "") == (row.reference, row.note)
