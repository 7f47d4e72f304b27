"""Lists that go out as a workbook: a title, a header, rows of texts and numbers; columns to fill in stand out."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from connectors.text_cells import write_number, write_text

HEADER_ROW = 2
_TEXT = "@"
_HEAD, _FILL_IN = PatternFill("solid", fgColor="E7E6E6"), PatternFill("solid", fgColor="FFF2CC")
_LINE = Side("thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


class ListColumn(msgspec.Struct, frozen=True):
    """A column; one to fill in is blank and takes what is typed as a text."""

    header: str
    width: int
    fill_in: bool = False


class ListPage(msgspec.Struct, frozen=True):
    """A page of a list."""

    name: str
    title: str
    columns: tuple[ListColumn, ...]
    rows: Sequence[Sequence[str | int]]


def write_list(path: Path, pages: Iterable[ListPage]) -> None:
    """Write a workbook with these pages, over an older one of the same name."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for page in pages:
        _write(book.create_sheet(page.name), page)
    book.save(path)


def _write(sheet: Worksheet, page: ListPage) -> None:
    write_text(sheet.cell(1, 1), page.title)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for number, column in enumerate(page.columns, 1):
        head = sheet.cell(HEADER_ROW, number)
        write_text(head, column.header)
        head.font, head.fill, head.border = Font(bold=True), _HEAD, _BOX
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for place, row in enumerate(page.rows, HEADER_ROW + 1):
        for number, (column, value) in enumerate(zip(page.columns, row, strict=True), 1):
            cell = sheet.cell(place, number)
            if isinstance(value, int):
                write_number(cell, value)
            else:
                write_text(cell, value)
            cell.border, cell.alignment = _BOX, Alignment(vertical="center", wrap_text=True)
            if column.fill_in:
                cell.fill, cell.number_format = _FILL_IN, _TEXT
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
