"""Old binary workbooks (Excel 97 to 2003, and what WPS saves as .et): pages as those of a new one.

The library reads in plain Python what no program has checked, so the container is looked at first, and whatever the
library meets inside a damaged file is one kind of error.
"""

import io
import struct
from pathlib import Path
from typing import Any

import msgspec
import xlrd

from connectors.sheets.areas import Area, TooLargeError, put_links
from connectors.sheets.cell_values import numeral, too_long
from connectors.sheets.cells import Broken, Cell, clean, clean_lines
from connectors.sheets.errors import SheetTooLargeError, UnreadableSheetError
from connectors.sheets.escapes import typed
from connectors.sheets.number_formats import number_format
from connectors.sheets.page import Page
from connectors.sheets.styles import MAX_CHARACTERS
from connectors.sheets.workbook import MAX_PAGES
from events.messages import message

MAX_BYTES = 20 * 1024 * 1024  # a page of that time has at most 65,536 rows
AGAIN = message("open it in Excel or WPS and save it as .xlsx")

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<24xHHHHH10xII")  # [MS-CFB] 2.2, up to the first sector of the directory
_SMALLEST = 512
_LITTLE_ENDIAN = 0xFFFE
_SECTOR_SHIFTS = {3: 9, 4: 12}  # by major version
_OWN_FORMATS = 164  # formats below are known by their number alone
_TEXT_LIKE = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


class OldPage(msgspec.Struct, frozen=True):
    """A page as the workbook lists it, with its cells."""

    title: str
    hidden: bool
    page: Page


def read_old_workbook(path: Path, content: bytes) -> list[OldPage]:
    """Read every page; raises SheetError where the file is locked, damaged or above a bound."""
    _require_sound_container(path, content)
    try:
        return _pages(content)
    except TooLargeError as error:
        raise SheetTooLargeError(path, error.problem, error.remedy) from error
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise UnreadableSheetError(
                path, message("is protected by a password"), message("take the password off")
            ) from error
        raise UnreadableSheetError(path, message("is damaged ({error})", error=error), AGAIN) from error
    except Exception as error:  # the library meets damage with whatever error the place has
        raise UnreadableSheetError(
            path, message("is damaged ({name})", name=type(error).__name__), AGAIN
        ) from error


def _pages(content: bytes) -> list[OldPage]:
    log = io.StringIO()  # the library prints what it wonders about
    book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=log)
    if book.nsheets > MAX_PAGES:
        raise TooLargeError(
            message("has more than {max_pages} pages", max_pages=MAX_PAGES),
            message("split it into several files"),
        )
    return [_page(book, sheet) for sheet in book.sheets()]


def _require_sound_container(path: Path, content: bytes) -> None:
    """Refuse a file whose header does not fit its length: tables are made as long as the header says."""
    if len(content) > MAX_BYTES:
        raise SheetTooLargeError(
            path, message("is larger than {max_bytes} MB", max_bytes=MAX_BYTES // 1024**2), AGAIN
        )
    if not content.startswith(_MAGIC) or len(content) < _SMALLEST:
        raise UnreadableSheetError(path, message("is no old workbook"), AGAIN)
    _, major, order, shift, _, of_table, of_directory = _HEADER.unpack_from(content)
    if order != _LITTLE_ENDIAN or _SECTOR_SHIFTS.get(major) != shift:
        raise UnreadableSheetError(path, message("is damaged (header of the container)"), AGAIN)
    if max(of_table, of_directory) << shift > len(content):
        raise UnreadableSheetError(path, message("is damaged (more sectors than bytes)"), AGAIN)


def _page(book: Any, sheet: Any) -> OldPage:
    merged = [Area(top + 1, bottom, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
    page = Page([], merged, set(), _hidden_columns(sheet), [], _links(sheet))
    for row in range(sheet.nrows):
        cells: dict[int, Cell] = {}
        for column, kind in enumerate(sheet.row_types(row)):
            if kind in _TEXT_LIKE:
                continue
            if _is_struck(book, sheet, row, column):
                page.struck.append((row + 1, column))
                continue
            cell = _cell(book, sheet, row, column, kind)
            if cell is not None and cell != "":
                cells[column] = cell
        if not cells:
            continue
        page.lines.append((row + 1, cells))
        if _is_hidden(sheet, row):
            page.hidden_rows.add(row + 1)
    put_links(page.lines, page.links)
    return OldPage(clean(sheet.name)[:60], sheet.visibility != 0, page)


def _cell(book: Any, sheet: Any, row: int, column: int, kind: int) -> Cell | None:
    value = sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_TEXT:
        text = str(value)
        return too_long(text) if len(text) > MAX_CHARACTERS else typed(clean_lines(text)) or None
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        error_text = xlrd.error_text_from_code.get(value, "#N/A")
        return Broken(
            error_text, message("is an error of Excel"), message("correct the formula or type the value")
        )
    number, code = _format(book, sheet, row, column)
    return numeral(repr(value), number_format(number, code), from_1904=book.datemode == 1)


def _format(book: Any, sheet: Any, row: int, column: int) -> tuple[int, str | None]:
    number = book.xf_list[sheet.cell_xf_index(row, column)].format_key
    known = book.format_map.get(number)
    return number, known.format_str if known is not None and number >= _OWN_FORMATS else None


def _is_struck(book: Any, sheet: Any, row: int, column: int) -> bool:
    """Tell a cell whose whole text is struck through."""
    font = book.xf_list[sheet.cell_xf_index(row, column)].font_index
    return bool(book.font_list[font].struck_out)


def _is_hidden(sheet: Any, row: int) -> bool:
    row_info = sheet.rowinfo_map.get(row)
    return (
        bool(sheet.default_row_hidden) if row_info is None else bool(row_info.hidden or row_info.height == 0)
    )


def _hidden_columns(sheet: Any) -> list[tuple[int, int]]:
    return [(index, index) for index, info in sheet.colinfo_map.items() if info.hidden or info.width == 0]


def _links(sheet: Any) -> list[tuple[Area, str]]:
    """Give the addresses of links outside the workbook with what they lie under."""
    return [
        (Area(link.frowx + 1, link.lrowx + 1, link.fcolx, link.lcolx), clean(str(link.url_or_path)))
        for link in sheet.hyperlink_list
        if link.type == "url" and link.url_or_path
    ]
