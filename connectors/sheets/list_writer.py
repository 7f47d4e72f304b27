"""Writing lists as workbooks: title, header, rows, widths and print settings."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from connectors.sheets.list_pages import HEADER_ROW, ListPage
from connectors.text_cells import CellStyle, write_day, write_moment, write_number, write_text

_TEXT = "@"
_LINE = Side("thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = CellStyle(font=Font(bold=True), fill=PatternFill("solid", fgColor="E7E6E6"), border=_BOX)
_BODY = CellStyle(border=_BOX, alignment=Alignment(vertical="center", wrap_text=True))
_FILL_IN = CellStyle(fill=PatternFill("solid", fgColor="FFF2CC"))


def write_pages(path: Path, pages: Iterable[ListPage]) -> None:
    """Write a workbook with these pages, over an older one of the same name."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for page in pages:
        _write(book.create_sheet(page.name), page)
    book.save(path)


def _write(sheet: Worksheet, page: ListPage) -> None:
    header_row = HEADER_ROW if page.title else 1
    if page.title:
        write_text(sheet.cell(1, 1), page.title)
        sheet.cell(1, 1).font = Font(bold=True, size=14)
    for number, column in enumerate(page.columns, 1):
        head = sheet.cell(header_row, number)
        write_text(head, column.header)
        _HEAD.put_on(head)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for place, row in enumerate(page.rows, header_row + 1):
        for number, (column, value) in enumerate(zip(page.columns, row, strict=True), 1):
            cell = sheet.cell(place, number)
            _write_value(cell, value, column.number_format)
            _BODY.put_on(cell)
            if column.fill_in:
                _FILL_IN.put_on(cell)
                cell.number_format = _TEXT
    if not page.title:
        last = f"{get_column_letter(len(page.columns))}{header_row + len(page.rows)}"
        sheet.auto_filter.ref = f"A{header_row}:{last}"
    sheet.freeze_panes = f"A{header_row + 1}"
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_value(
    cell: Cell | MergedCell, value: str | float | date | datetime | None, number_format: str
) -> None:
    if isinstance(value, datetime):
        write_moment(cell, value)
    elif isinstance(value, date):
        write_day(cell, value)
    elif isinstance(value, int | float):
        write_number(cell, value)
        if number_format:
            cell.number_format = number_format
    elif value is not None:
        write_text(cell, value)
