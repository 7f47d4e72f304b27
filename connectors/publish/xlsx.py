"""The annex as a workbook, with every figure by name and what they belong to; written and read back."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from connectors.publish.errors import UnreadableDocumentError
from connectors.publish.marks import Said
from connectors.publish.package import repacked
from connectors.publish.tables import ANNEX_HEADER, Table, table_of
from connectors.text_cells import write_number, write_text
from events.bulletin_content import BulletinContent
from events.figures import printed
from events.instants import local_iso

_ANNEX, _INTERNAL, _FULL_MARKS, _FIGURES, _BASIS = "附件", "内部信息", "历次满分账号", "数据", "依据"
_ROLL = "full_marks_all_year"
_FIGURES_HEADER = ("名称", "说明", "项", "数值")
_BASIS_HEADER = ("名称", "说明", "内容")
_MOST_ROWS, _MOST_COLUMNS = 200_000, 100
_HEAD = PatternFill("solid", fgColor="E7E6E6")
_LINE = Side("thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def write_xlsx(content: BulletinContent) -> bytes:
    """Write the annex, the figures and what they belong to; every text is text, whatever it begins with."""
    book = Workbook()
    del book[book.sheetnames[0]]
    _table_sheet(book.create_sheet(_ANNEX), table_of("annex", content))
    if content.edition == "internal":
        _table_sheet(book.create_sheet(_INTERNAL), table_of("internal", content))
    if content.named.get(_ROLL):
        _table_sheet(book.create_sheet(_FULL_MARKS), table_of(_ROLL, content))
    figures = [
        (place, content.labels.get(place.partition(".")[0], ""), key, value)
        for place, key, value in content.figures.by_place()
    ]
    _sheet(book.create_sheet(_FIGURES), _FIGURES_HEADER, figures, (26, 44, 32, 14))
    _sheet(book.create_sheet(_BASIS), _BASIS_HEADER, _basis(content), (16, 16, 90))
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), content.provenance.known_at)


def read_xlsx(document: bytes) -> Said:
    """Read the figures, what they belong to, and the annex; raises `UnreadableDocumentError`."""
    try:
        book = load_workbook(io.BytesIO(document), read_only=True, data_only=True, keep_links=False)
        annex = list(_cells(book[_ANNEX], len(ANNEX_HEADER)))
        figures = list(_cells(book[_FIGURES], len(_FIGURES_HEADER)))
        basis = list(_cells(book[_BASIS], len(_BASIS_HEADER)))
    except UnreadableDocumentError:
        raise
    except Exception as e:  # openpyxl has no error of its own: a damaged part raises whatever it meets
        raise UnreadableDocumentError(f"is no workbook of a bulletin: {e}") from e
    if not annex or annex[0] != ANNEX_HEADER:
        raise UnreadableDocumentError(f"sheet {_ANNEX} does not begin with {'、'.join(ANNEX_HEADER)}")
    said = [(row[0], row[3]) for row in figures[1:]] + [(row[0], row[2]) for row in basis[1:]]
    return said, annex[1:]


def _basis(content: BulletinContent) -> Iterator[tuple[str, str, str]]:
    p = content.provenance
    yield "ruleset", "检查规则", p.ruleset
    yield "check_point", "监测时间点", local_iso(p.check_point) or ""
    yield "known_at", "数据截至", local_iso(p.known_at) or ""
    yield "run_id", "检查批次", str(p.run_id)
    yield "digest", "结果摘要", p.digest
    if p.seed_by_hand is not None:
        yield "seed", "抽样种子（人工指定）", str(p.seed_by_hand)


def _table_sheet(sheet: Worksheet, table: Table) -> None:
    total = sum(table.widths)
    widths = tuple(round(w / total * 130) for w in table.widths)
    rows = [(int(cells[0]), *cells[1:]) for cells in table.rows]
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
            cell.border = _BOX
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if r == 1:
                cell.font, cell.fill = Font(bold=True), _HEAD
    for c, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(c)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _cells(sheet: Any, width: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a page from its top, whatever size it states; cells that were left out are empty."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _MOST_ROWS or len(row) > _MOST_COLUMNS:
            raise UnreadableDocumentError(f"page {sheet.title} is larger than any of a bulletin")
        cells = ["" if value is None else unescape(str(value)) for value in row]
        yield (*cells, *[""] * (width - len(cells)))
