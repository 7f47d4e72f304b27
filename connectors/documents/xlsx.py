"""A document as a workbook: tables, figures by name, and what they follow from; written and read back."""

import io
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from connectors.documents.document import Document, Table
from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.found import Found, FoundTable
from connectors.documents.layout import EXAMPLE
from connectors.documents.marks import unmarked
from connectors.documents.package import repacked
from connectors.text_cells import CellStyle, write_number, write_text
from events.figures import printed
from events.messages import message

_FIGURES, _PROVENANCE, _EXAMPLE = "数据", "依据", "示例"
_FIGURES_HEADER = ("名称", "说明", "项", "数值")
_PROVENANCE_HEADER = ("名称", "说明", "内容")
_NUMBERS = "序号"
"""Header of a first column that holds numbers."""

_MOST_ROWS, _MOST_COLUMNS = 200_000, 100
_LINE = Side("thin", color="808080")
_BODY_CELL = CellStyle(
    border=Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE),
    alignment=Alignment(vertical="center", wrap_text=True),
)
_HEAD_CELL = CellStyle(font=Font(bold=True), fill=PatternFill("solid", fgColor="E7E6E6"))


def write_xlsx(document: Document, *, example: bool = False) -> bytes:
    """Write pages, figures and what they follow from; every text is text, whatever it begins with.

    A workbook of invented facts has a page more, which says so, and says so above every page in print.
    """
    book = Workbook()
    del book[book.sheetnames[0]]
    for page in document.pages:
        _table_sheet(book.create_sheet(page.name), page.table)
    figures = ((f.place, f.label, f.key, f.value) for f in document.figures)
    _sheet(book.create_sheet(_FIGURES), _FIGURES_HEADER, figures, (26, 44, 32, 14))
    provenance = ((o.place, o.label, o.text) for o in document.provenance)
    _sheet(book.create_sheet(_PROVENANCE), _PROVENANCE_HEADER, provenance, (16, 16, 90))
    if document.secrecy:
        _put_above_pages(book, "left", document.secrecy)
    if example:
        write_text(book.create_sheet(_EXAMPLE).cell(1, 1), EXAMPLE)
        _put_above_pages(book, "center", EXAMPLE)
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), document.at)


def read_xlsx(document: bytes, *, noun: str, pages: Iterable[str]) -> Found:
    """Read figures, what they follow from, and the pages of these names; raises `UnreadableDocumentError`."""
    try:
        book = load_workbook(io.BytesIO(document), read_only=True, data_only=True, keep_links=False)
        tables = [_found(book[name], noun) for name in pages]
        figures = list(_cells(book[_FIGURES], len(_FIGURES_HEADER), noun))
        provenance = list(_cells(book[_PROVENANCE], len(_PROVENANCE_HEADER), noun))
    except UnreadableDocumentError:
        raise
    except Exception as e:  # openpyxl has no error of its own: a damaged part raises whatever it meets
        raise UnreadableDocumentError(
            message("is no workbook of a {noun}: {error}", noun=noun, error=e)
        ) from e
    marked = [(row[0], row[3]) for row in figures[1:]] + [(row[0], row[2]) for row in provenance[1:]]
    return Found(marked, tables)


def _table_sheet(sheet: Worksheet, table: Table) -> None:
    total = sum(table.widths)
    widths = tuple(round(w / total * 130) for w in table.widths)
    numbered = table.header[0] == _NUMBERS
    rows = (
        tuple(int(cell) if numbered and i == 0 else unmarked(cell) for i, cell in enumerate(cells))
        for cells in table.rows
    )
    _sheet(sheet, table.header, rows, widths)


def _sheet(
    sheet: Worksheet, header: tuple[str, ...], rows: Iterable[tuple[Any, ...]], widths: tuple[int, ...]
) -> None:
    for r, row in enumerate((header, *rows), 1):
        for c, value in enumerate(row, 1):
            cell = sheet.cell(r, c)
            if isinstance(value, int):
                write_number(cell, value)
            else:
                write_text(cell, printed(value))
            _BODY_CELL.put_on(cell)
            if r == 1:
                _HEAD_CELL.put_on(cell)
    for c, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(c)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put_above_pages(book: Workbook, side: Literal["left", "center"], text: str) -> None:
    """Print a text at the top of every page."""
    for sheet in book.worksheets:
        if sheet.oddHeader is not None:
            getattr(sheet.oddHeader, side).text = text.replace("&", "&&")


def _found(sheet: Any, noun: str) -> FoundTable:
    """Return a page; rows that end early have empty cells up to the end of the header."""
    rows = list(_cells(sheet, 0, noun))
    header = rows[0] if rows else ()
    return FoundTable(
        sheet.title, header, tuple((*row, *[""] * (len(header) - len(row))) for row in rows[1:])
    )


def _cells(sheet: Any, width: int, noun: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a page from its top, whatever size it states; cells that were left out are empty."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _MOST_ROWS or len(row) > _MOST_COLUMNS:
            raise UnreadableDocumentError(
                message("page {title} is larger than any of a {noun}", title=sheet.title, noun=noun)
            )
        cells = ["" if value is None else unescape(str(value)) for value in row]
        yield (*cells, *[""] * (width - len(cells)))
