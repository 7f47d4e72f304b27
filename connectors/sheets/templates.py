"""Templates to fill in: one workbook for each kind of sheet, the same bytes every time."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds import KINDS
from connectors.text_cells import CellStyle, write_row, write_text

GUIDE = "说明"
GUIDE_HEADER = ("列名 Column", "是否必填 Needed", "说明", "Explanation", "示例 Example")
GUIDE_WIDTHS = (16, 30, 60, 60, 24)
NEEDED = {
    "yes": "必填 needed",
    "no": "选填 optional",
    "account": "账号ID，或账号名称和平台 the id, or name and platform",
}
LAST_ROW = 10_000  # drop-down lists reach this far
TEXT = "@"
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - the file format stores it without a zone
_GUIDE_CELL = CellStyle(alignment=Alignment(wrap_text=True, vertical="top"))
ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def write_templates(folder: Path) -> list[Path]:
    """Write every template into a folder, over older ones of the same name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in KINDS:
        path = folder / f"{kind.name}.xlsx"
        path.write_bytes(template(kind))
        paths.append(path)
    return paths


def template(kind: SheetKind) -> bytes:
    """Make one template: a data page with nothing but its header, and a page that explains each column."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _data_page(workbook.create_sheet(kind.title), kind)
    _guide_page(workbook.create_sheet(GUIDE), kind)
    return stable_workbook(workbook)


def _data_page(page: Worksheet, kind: SheetKind) -> None:
    """Write the header; columns are text, so that Excel changes neither long ids nor written times."""
    page.freeze_panes = "A2"
    for number, column in enumerate(kind.columns, start=1):
        letter = get_column_letter(number)
        header = page.cell(1, number)
        write_text(header, column.title)
        header.font = Font(bold=True)
        dimension = page.column_dimensions[letter]
        dimension.width = _width(column)
        if not column.numeric:
            dimension.number_format = TEXT
        if column.offered:
            page.add_data_validation(_choice(column, f"{letter}2:{letter}{LAST_ROW}"))


def _guide_page(page: Worksheet, kind: SheetKind) -> None:
    write_row(page, 1, GUIDE_HEADER)
    for row, column in enumerate(kind.columns, start=2):
        write_row(page, row, (column.title, NEEDED[column.needed], column.zh, column.en, column.example))
    for number, width in enumerate(GUIDE_WIDTHS, start=1):
        page.cell(1, number).font = Font(bold=True)
        page.column_dimensions[get_column_letter(number)].width = width
    for cells in page.iter_rows(min_row=2):
        for cell in cells:
            cell.number_format = TEXT
            _GUIDE_CELL.put_on(cell)
    page.freeze_panes = "A2"


def _choice(column: Column, cells: str) -> DataValidation:
    choice = DataValidation(
        type="list",
        formula1='"' + ",".join(column.offered) + '"',
        allow_blank=True,
        errorStyle="stop" if column.strict else "warning",
        errorTitle=column.title,
        error=column.zh,
        showErrorMessage=True,
    )
    choice.add(cells)
    return choice


def _width(column: Column) -> int:
    """Give a width in digits; a Chinese character takes two."""
    longest = max(len(text.encode("gb18030")) for text in (column.title, column.example, *column.offered))
    return max(longest + 4, 12)


def stable_workbook(workbook: Workbook) -> bytes:
    """Save with fixed times: a template that did not change is the same file."""
    workbook.properties.creator = "xuncha"
    workbook.properties.created = MADE_AT
    saved = io.BytesIO()
    workbook.save(saved)
    workbook.properties.modified = MADE_AT  # saving sets it to the wall clock
    stable = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(stable, "w") as target:
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            is_core = part.filename == "docProps/core.xml"
            target.writestr(entry, tostring(workbook.properties.to_tree()) if is_core else source.read(part))
    return stable.getvalue()
