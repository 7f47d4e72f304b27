"""Filing forms as a workbook: a page a unit, a row an account."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from connectors.forms.docx_writing import form_texts
from connectors.forms.form import CATEGORY_TITLES, FilingForm, form_of
from connectors.forms.layout import TITLE
from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.fields import RowFields
from connectors.sheets.kinds.forms import FORMS
from connectors.sheets.notes import Rows
from connectors.sheets.table import read_sheet
from connectors.sheets.templates import TEXT, stable_workbook
from connectors.text_cells import CellStyle, write_row

NO_OWNER = "未填主办单位"
_PAGE_NAME_LENGTH = 31  # of Excel
_NOT_IN_PAGE_NAMES = re.compile(r"[\[\]:*?/\\']")
_THIN = Side(style="thin")
_CELL = CellStyle(
    alignment=Alignment(wrap_text=True, vertical="center"),
    border=Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN),
)
_HEAD, _BODY = CellStyle(font=Font(bold=True)), CellStyle(font=Font(bold=False))


def xlsx_forms(forms: Iterable[FilingForm]) -> bytes:
    """Write forms, a page for each owner with a title over its header; the same forms are the same bytes."""
    by_owner: dict[str, list[FilingForm]] = defaultdict(list)
    for form in forms:
        by_owner[form.owner or NO_OWNER].append(form)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for owner, owned in sorted(by_owner.items()):
        _page(workbook.create_sheet(_page_name(owner, workbook.sheetnames)), owner, owned)
    return stable_workbook(workbook)


def read_xlsx_forms(path: Path) -> Rows[FilingForm]:
    """Read the forms of every page; raises `SheetErrors` naming every wrong cell of all of them."""
    forms: list[FilingForm] = []
    errors: list[CellError] = []
    sheet = read_sheet(path, FORMS)
    for table in sheet.tables:
        for row in table.rows:
            fields = RowFields(table, row)
            form = form_of(fields)
            errors.extend(fields.errors)
            if form is not None:
                forms.append(form)
    if errors:
        raise SheetErrors(path, tuple(errors))
    return Rows(forms, sheet.notes)


def _page(page: Worksheet, owner: str, forms: list[FilingForm]) -> None:
    columns = len(FORMS.columns)
    write_row(page, 1, [f"{TITLE}（{owner}）"])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    page["A1"].font = Font(bold=True, size=16)
    page["A1"].alignment = Alignment(horizontal="center")
    write_row(page, 2, [column.title for column in FORMS.columns])
    for number, form in enumerate(forms, start=3):
        texts = _row_texts(form)
        write_row(page, number, [texts.get(column.key, "") for column in FORMS.columns])
    for number, column in enumerate(FORMS.columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = 2 * len(column.title) + 4
    for row in page.iter_rows(min_row=2, max_col=columns):
        for cell in row:
            cell.number_format = TEXT
            _CELL.put_on(cell)
            (_HEAD if cell.row == 2 else _BODY).put_on(cell)
    page.freeze_panes = "B3"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _row_texts(form: FilingForm) -> dict[str, str]:
    texts = {**form_texts(form), "category": CATEGORY_TITLES[form.kind]}
    for key in ("owner_opinion", "office_opinion"):
        opinion = getattr(form, key)
        if opinion is not None:
            texts |= {key: opinion.text, f"{key}_on": opinion.given_on.isoformat()}
    return texts


def _page_name(owner: str, taken: list[str]) -> str:
    """Return a name that Excel allows and no other page has, whatever the case of its letters."""
    name = _NOT_IN_PAGE_NAMES.sub(" ", owner).strip()[:_PAGE_NAME_LENGTH] or NO_OWNER
    used = {other.casefold() for other in taken}
    number = 2
    candidate = name
    while candidate.casefold() in used:
        ending = f" {number}"
        candidate = name[: _PAGE_NAME_LENGTH - len(ending)] + ending
        number += 1
    return candidate
