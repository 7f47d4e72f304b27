"""XLSX files: the first page with content, values only."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.datetime import from_excel

from connectors.filings.cells import Broken, Cell, clean
from connectors.filings.errors import (
    BadValueError,
    EmptySheetError,
    SheetError,
    SheetTooLargeError,
    UnreadableSheetError,
)
from connectors.filings.packages import refuse_bomb
from connectors.filings.times import CHINA, end_of_day, moment_at

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
LAST_ROW = 1_048_576  # of Excel
SAVE_AGAIN = "open it in Excel or WPS and save it again as .xlsx"

# Formats that Chinese Excel stores by number alone (ECMA-376 part 1, 18.8.30, zh-cn).
_CHINESE_DATES = frozenset({*range(27, 32), 36, *range(50, 55), 57, 58})
_CHINESE_CLOCKS = frozenset({*range(32, 36), 55, 56})
_CHINESE_TIMES = _CHINESE_DATES | _CHINESE_CLOCKS
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class Page(Protocol):
    """A page of a workbook opened for reading only, which the stubs of openpyxl do not know."""

    sheet_state: str
    title: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(self) -> Iterable[tuple[ReadOnlyCell, ...]]: ...


def page_names(path: Path, content: bytes) -> list[str]:
    """Return the names of the visible pages with content, in their order."""
    _refuse_bomb(path, content)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return [sheet.title for sheet, _ in _with_content(path, workbook)]
    except SheetError:
        raise
    except Exception as error:  # as in read_lines
        raise UnreadableSheetError(path, f"is damaged or no workbook ({error})", SAVE_AGAIN) from error


def read_lines(
    path: Path, content: bytes, page: str | None = None
) -> Iterator[tuple[int, list[Cell | None]]]:
    """Give the rows with content of a page, by default of the first visible one that has any."""
    _refuse_bomb(path, content)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet, index = _page(path, workbook, page)
        formulas = _formulas(path, content, index)
        for number, row in _rows(path, sheet):
            cells = [
                _cell(cell, workbook, is_formula=(number, column) in formulas)
                for column, cell in enumerate(row, start=1)
            ]
            if any(cell is not None for cell in cells):
                yield number, cells
    except SheetError:
        raise
    except Exception as error:  # openpyxl has no error of its own: a damaged part raises whatever it meets
        raise UnreadableSheetError(path, f"is damaged or no workbook ({error})", SAVE_AGAIN) from error


def _refuse_bomb(path: Path, content: bytes) -> None:
    refuse_bomb(
        path,
        content,
        limit=MAX_UNPACKED_BYTES,
        noun="workbook",
        suffix=".xlsx",
        again=SAVE_AGAIN,
        smaller="split it into several sheets",
    )


def _rows(path: Path, sheet: Page) -> Iterator[tuple[int, tuple[ReadOnlyCell, ...]]]:
    """Give every row, whatever size the page states; a row number that Excel cannot have is refused."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            raise SheetTooLargeError(path, f"has rows after {LAST_ROW}", SAVE_AGAIN)
        yield number, row


def _page(path: Path, workbook: Workbook, page: str | None) -> tuple[Page, int]:
    for sheet, index in _with_content(path, workbook):
        if page in (None, sheet.title):
            return sheet, index
    raise EmptySheetError(path, "has no content", "fill in the first page of the template")


def _with_content(path: Path, workbook: Workbook) -> Iterator[tuple[Page, int]]:
    for index, sheet in enumerate(cast(list[Page], workbook.worksheets)):
        visible = sheet.sheet_state == "visible"
        if visible and any(cell.value is not None for _, row in _rows(path, sheet) for cell in row):
            yield sheet, index


def _formulas(path: Path, content: bytes, index: int) -> frozenset[tuple[int, int]]:
    """Find the formulas of a page; a second opening, because values and formulas never come together."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pages = [name for name in archive.namelist() if "sheet" in name.lower() and name.endswith(".xml")]
        if not any(_holds_formula(archive, name) for name in pages):
            return frozenset()
    workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    return frozenset(
        (number, column)
        for number, row in _rows(path, cast(list[Page], workbook.worksheets)[index])
        for column, cell in enumerate(row, start=1)
        if cell.data_type == "f"
    )


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as part:
        while chunk := part.read(1 << 20):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-64:]
    return False


def _cell(cell: ReadOnlyCell, workbook: Workbook, *, is_formula: bool) -> Cell | None:
    value = cell.value
    if value is None:
        computed = not is_formula or cell.data_type == "str"  # str: a formula that gave an empty text
        return (
            None
            if computed
            else Broken("", "is a formula without a value", f"{SAVE_AGAIN}, or type the value")
        )
    if cell.data_type == "e":
        return Broken(str(value), "is an error of Excel", "correct the formula or type the value")
    if isinstance(value, bool):
        value = str(value).upper()
    elif isinstance(value, int | float) and cell.style_array.numFmtId in _CHINESE_TIMES:
        value = from_excel(value, workbook.epoch)
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, date):
        return _moment(value, cell)
    return value if isinstance(value, int | float) else clean(str(value)) or None


def _moment(value: date, cell: ReadOnlyCell) -> Cell:
    try:
        if not isinstance(value, datetime):
            return end_of_day(value)
        if value.time() == datetime.min.time() and not _shows_clock(cell):
            return end_of_day(value.date())
        return moment_at(value.replace(tzinfo=CHINA))
    except BadValueError as error:
        return Broken(str(value), error.problem, error.remedy)


def _shows_clock(cell: ReadOnlyCell) -> bool:
    if cell.style_array.numFmtId in _CHINESE_CLOCKS:
        return True
    return re.search("[hs]", _LITERALS.sub("", cell.number_format).lower()) is not None
