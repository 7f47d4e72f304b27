"""The sheet of the national system: written for it, and read when it comes back."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds.national import NATIONAL
from connectors.sheets.notes import Rows
from connectors.sheets.reading import read_rows
from connectors.sheets.templates import TEXT, stable_workbook
from connectors.sheets.vocabulary import words
from connectors.text_cells import CellStyle, write_row
from events.days import chinese_day
from events.folding import fold_name
from events.messages import message
from events.national import RUNNING, STOPPED, NationalEntry

_HEAD, _BODY = CellStyle(font=Font(bold=True)), CellStyle(font=Font(bold=False))
_STATES = words(
    {RUNNING: (RUNNING, "运行", "正常运行", "在用"), STOPPED: (STOPPED, "关停", "注销", "已注销", "停用")}
)


def write_national(path: Path, entries: Sequence[NationalEntry]) -> None:
    """Write the sheet; the same entries are the same bytes."""
    workbook = Workbook()
    page = workbook.worksheets[0]
    page.title = NATIONAL.title
    write_row(page, 1, [column.title for column in NATIONAL.columns])
    for row, entry in enumerate(entries, start=2):
        texts = [entry.given_id if c.key == "account_id" else getattr(entry, c.key) for c in NATIONAL.columns]
        write_row(page, row, texts)
    for number, column in enumerate(NATIONAL.columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = 2 * len(column.title) + 12
    for cells in page.iter_rows():
        for cell in cells:
            cell.number_format = TEXT
            (_HEAD if cell.row == 1 else _BODY).put_on(cell)
    page.freeze_panes = "A2"
    path.write_bytes(stable_workbook(workbook))


def read_national(path: Path) -> Rows[NationalEntry]:
    """Read a sheet that came back; an account may stand once, by its id or by its name on a platform."""
    seen: dict[tuple[str, ...], int] = {}
    return read_rows(path, NATIONAL, lambda fields: _entry(fields, seen))


def _entry(fields: RowFields, seen: dict[tuple[str, ...], int]) -> NationalEntry | None:
    fields.need("name", "platform")
    opened, given_id = fields.moment("opened_on"), fields.id("account_id")
    state = fields.choice("state", _STATES)
    entry = NationalEntry(
        given_id=given_id or "",
        name=fields.text("name"),
        platform=fields.platform(),
        owner=fields.text("owner"),
        supervisor=fields.text("supervisor"),
        tier=fields.text("tier"),
        area=fields.text("area"),
        link=fields.address("link"),
        opened_on=chinese_day(opened.at).isoformat() if opened else "",
        state=state or "",
    )
    key = (
        ("id", entry.platform, entry.given_id)
        if given_id
        else ("name", entry.platform, fold_name(entry.name))
    )
    first = seen.setdefault(key, fields.number)
    if first != fields.number:
        column = "account_id" if given_id else "name"
        fields.refuse(
            column,
            message("is the account of row {first} again", first=first),
            message("keep one of the two rows"),
        )
    return None if fields.errors else entry
