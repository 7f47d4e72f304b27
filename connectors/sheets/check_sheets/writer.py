"""Writing the check sheet of one checker: locked account cells, drop-downs, and the mark of the sheet in each row."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from connectors.sheets.check_sheets.kind import CHECKS, GIVEN, MARK, RULE, RULES_PAGE, SEVERITY
from connectors.sheets.check_sheets.sheet import SheetAccount, SheetRule
from connectors.text_cells import CellStyle, write_row, write_text

TITLE_ROW, HINT_ROW, HEADER_ROW = 1, 2, 3
MORE_ROWS = 50
"""Blank rows below the accounts, for further findings of an account."""

_WIDTHS = {"account_id": 26, "name": 22, "platform": 12, "owner": 28, "rule": 30, "note": 30, "severity": 11}
_WIDTH = 17
_HINT = (
    "灰色单元格请勿改动。没有问题的账号只填检查时间和最新发布时间；一个账号有多个问题时，在下方空行从列表选择账号ID再填。"
    "证据文件与本表放在同一文件夹；泄密和有害内容只填证据编号，不写内容、不附文件。"
)
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
_HEAD = CellStyle(
    font=Font(bold=True),
    fill=PatternFill("solid", fgColor="D9E2F3"),
    border=_BORDER,
    alignment=Alignment(horizontal="center"),
)
_LOCKED = CellStyle(
    protection=Protection(locked=True), border=_BORDER, fill=PatternFill("solid", fgColor="EDEDED")
)
_OPEN = CellStyle(protection=Protection(locked=False), border=_BORDER)
_CHOSEN = CellStyle(protection=Protection(locked=False), fill=PatternFill())
_COLUMN = {column.key: number for number, column in enumerate(CHECKS.columns, start=1)}


def check_sheet(title: str, mark: str, accounts: Sequence[SheetAccount], rules: Sequence[SheetRule]) -> bytes:
    """Return the workbook of one checker."""
    workbook = Workbook()
    page = workbook.worksheets[0]
    page.title = CHECKS.title
    _head(page, title, mark)
    for number, account in enumerate(accounts, start=HEADER_ROW + 1):
        _row(page, number, (mark, account.account_id, account.name, account.platform, account.owner))
    first_blank = HEADER_ROW + 1 + len(accounts)
    last = first_blank + MORE_ROWS - 1
    for number in range(first_blank, last + 1):
        _row(page, number, (mark,))
        _CHOSEN.put_on(page.cell(number, _COLUMN["account_id"]))
    _choices(page, first_blank, last, len(rules))
    _rules_page(workbook.create_sheet(RULES_PAGE), rules)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def _head(page: Worksheet, title: str, mark: str) -> None:
    width = len(CHECKS.columns)
    for row, text in ((TITLE_ROW, title), (HINT_ROW, f"编号 {mark}　{_HINT}")):
        write_text(page.cell(row, 2), text)
        page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=width)
    page.cell(TITLE_ROW, 2).font = Font(bold=True, size=14)
    page.cell(TITLE_ROW, 2).alignment = Alignment(horizontal="center", vertical="center")
    page.cell(HINT_ROW, 2).alignment = Alignment(wrap_text=True, vertical="center")
    page.row_dimensions[TITLE_ROW].height = 26
    page.row_dimensions[HINT_ROW].height = 34
    for column in CHECKS.columns:
        number = _COLUMN[column.key]
        header = page.cell(HEADER_ROW, number)
        write_text(header, column.title)
        _HEAD.put_on(header)
        page.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(column.key, _WIDTH)
    page.column_dimensions[get_column_letter(_COLUMN[MARK.key])].hidden = True
    page.freeze_panes = f"{get_column_letter(_COLUMN['platform'])}{HEADER_ROW + 1}"
    page.protection.sheet = True
    page.protection.formatColumns = False  # False: people may do it
    page.protection.formatRows = False
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _row(page: Worksheet, number: int, values: Sequence[str]) -> None:
    """Write a row; cells are text, so that Excel changes neither ids nor written times."""
    for column in CHECKS.columns:
        place = _COLUMN[column.key]
        cell = page.cell(number, place)
        if place <= len(values):
            write_text(cell, values[place - 1])
        (_LOCKED if column.key in GIVEN else _OPEN).put_on(cell)
        if not column.numeric:
            cell.number_format = "@"


def _choices(page: Worksheet, first_blank: int, last: int, rules: int) -> None:
    first, ids = HEADER_ROW + 1, get_column_letter(_COLUMN["account_id"])
    lists = [
        (RULE.key, f"{RULES_PAGE}!$A$2:$A${rules + 1}", first),
        (SEVERITY.key, '"' + ",".join(SEVERITY.offered) + '"', first),
    ]
    if first_blank > first:
        lists.append(("account_id", f"${ids}${first}:${ids}${first_blank - 1}", first_blank))
    for key, formula, begin in lists:
        column = next(c for c in CHECKS.columns if c.key == key)
        choice = DataValidation(
            type="list",
            formula1=formula,
            allow_blank=True,
            errorStyle="stop",
            errorTitle=column.title,
            error=column.zh,
            showErrorMessage=True,
        )
        letter = get_column_letter(_COLUMN[key])
        choice.add(f"{letter}{begin}:{letter}{last}")
        page.add_data_validation(choice)


def _rules_page(page: Worksheet, rules: Sequence[SheetRule]) -> None:
    lines = [("指标", "性质", "代码", "依据"), *((r.name, r.line, r.code, r.clause) for r in rules)]
    for row, texts in enumerate(lines, start=1):
        write_row(page, row, texts)
    for number, width in enumerate((44, 12, 30, 60), start=1):
        page.cell(1, number).font = Font(bold=True)
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "A2"
    page.protection.sheet = True
