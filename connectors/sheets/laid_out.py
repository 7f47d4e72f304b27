"""Sheets laid out as offices lay them out: a title across the page, headers in two rows, merged cells, notes below."""

from collections.abc import Sequence

import msgspec
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from connectors.sheets.templates import stable_workbook
from connectors.text_cells import write_number, write_text

Cell = str | int
Row = Sequence[Cell]


class LaidOut(msgspec.Struct, frozen=True, kw_only=True):
    """A page, from top to bottom.

    A header of two rows has its parents in the first; an empty parent is the one on its left, an empty child leaves
    the column to its parent. Equal cells that follow each other in a column of `joined` become one merged cell, within
    those of the column before it in `joined`.
    """

    name: str
    above: Sequence[str]  # each across the page
    header: Sequence[Sequence[str]]
    rows: Sequence[Row]
    below: Sequence[Row] = ()
    widths: Sequence[int]
    joined: Sequence[int] = ()  # numbers of columns, from 0


def laid_out_workbook(pages: Sequence[LaidOut], *, keywords: str = "") -> bytes:
    """Write pages into a workbook, with keywords among its properties; the same pages are the same bytes."""
    workbook = Workbook()
    workbook.properties.keywords = keywords or None
    workbook.remove(workbook.worksheets[0])
    for page in pages:
        _write(workbook.create_sheet(page.name), page)
    return stable_workbook(workbook)


def _write(sheet: Worksheet, page: LaidOut) -> None:
    for number, text in enumerate(page.above, start=1):
        _put(sheet, number, 1, text)
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(page.widths))
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    header = len(page.above) + 1
    _write_header(sheet, header, page.header)
    first = header + len(page.header)
    for number, row in enumerate((*page.rows, *page.below), start=first):
        for column, value in enumerate(row, start=1):
            _put(sheet, number, column, value)
    _join(sheet, first, page)
    for column, width in enumerate(page.widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{first}"


def _write_header(sheet: Worksheet, at: int, header: Sequence[Sequence[str]]) -> None:
    """Write one header row, or two: a parent spans its children, and a column without children both rows."""
    for number, texts in enumerate(header, start=at):
        for column, text in enumerate(texts, start=1):
            _put(sheet, number, column, text)
            sheet.cell(number, column).font = Font(bold=True)
            sheet.cell(number, column).alignment = Alignment(horizontal="center", vertical="center")
    if len(header) == 1:
        return
    parents, children = header
    starts = [column for column, text in enumerate(parents) if text]
    for start, end in zip(starts, (*starts[1:], len(parents)), strict=True):
        if not children[start]:
            sheet.merge_cells(start_row=at, end_row=at + 1, start_column=start + 1, end_column=start + 1)
        elif end > start + 1:
            sheet.merge_cells(start_row=at, end_row=at, start_column=start + 1, end_column=end)


def _join(sheet: Worksheet, first: int, page: LaidOut) -> None:
    for place, column in enumerate(page.joined):
        keys = [tuple(row[each] for each in page.joined[: place + 1]) for row in page.rows]
        start = 0
        for end in range(1, len(keys) + 1):
            if end < len(keys) and keys[end] == keys[start]:
                continue
            if end > start + 1:
                sheet.merge_cells(
                    start_row=first + start,
                    end_row=first + end - 1,
                    start_column=column + 1,
                    end_column=column + 1,
                )
                sheet.cell(first + start, column + 1).alignment = Alignment(vertical="center")
            start = end


def _put(sheet: Worksheet, row: int, column: int, value: Cell) -> None:
    if isinstance(value, int):
        write_number(sheet.cell(row, column), value)
    else:
        write_text(sheet.cell(row, column), value)
