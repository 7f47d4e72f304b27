"""Reading a filing form from DOCX: the first bordered table that has its labels, within bounds."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from docx import Document
from docx.table import Table as DocxTable

from connectors.filings.cells import Cell, clean, shown
from connectors.filings.errors import (
    CellError,
    DuplicateColumnsError,
    MissingColumnsError,
    SheetErrors,
    SheetTooLargeError,
    UnreadableSheetError,
)
from connectors.filings.fields import RowFields
from connectors.filings.files import read_file
from connectors.filings.forms.form import FilingForm, form_of
from connectors.filings.forms.layout import LINES, SEAL, TITLE, key_of_label, role_of_label
from connectors.filings.kinds.forms import FORMS
from connectors.filings.packages import refuse_bomb
from connectors.filings.table import Row, Table

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_ROWS = 200
SAVE_AGAIN = "open it in Word or WPS and save it again as .docx"
_NEEDED_LABELS = ("name", "owner", "platform", "category")
_OPINIONS = {key for line in LINES if line.shape == "opinion" for key in line.keys}
_DATE = re.compile(r"(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*$")
_BLANK_DATE = re.compile(r"年\s*月\s*日\s*$")


class FormTable(Table, frozen=True):
    """The cells of one form as a table of one row; errors name the row of the form where a cell stands."""

    rows_of: dict[str, int] = {}  # header -> row of the form, from 1

    def error(self, row: int, column: str, cell: Cell | None, problem: str, remedy: str) -> CellError:
        """Name a bad cell by the row of the form and its label."""
        return CellError(self.rows_of.get(column, row), column, "", shown(cell), problem, remedy)


def read_docx_form(path: Path) -> FilingForm:
    """Read one form; raises `SheetError` where the file cannot be taken, `SheetErrors` naming every wrong cell."""
    table = _form_table(path, _document_table(path, _content(path)))
    fields = RowFields(table, table.rows[0])
    form = form_of(fields)
    if form is None:
        raise SheetErrors(path, tuple(fields.errors))
    return form


def _content(path: Path) -> bytes:
    content = read_file(path, max_bytes=MAX_BYTES, smaller="take out the pictures", empty="fill in the form")
    refuse_bomb(
        path,
        content,
        limit=MAX_UNPACKED_BYTES,
        noun="Word document",
        suffix=".docx",
        again=SAVE_AGAIN,
        smaller="take out the pictures",
    )
    return content


def _document_table(path: Path, content: bytes) -> DocxTable:
    try:
        tables = Document(io.BytesIO(content)).tables
    except Exception as error:  # a damaged part raises whatever the library meets
        raise UnreadableSheetError(path, f"is damaged or no document ({error})", SAVE_AGAIN) from error
    for table in tables:
        if any(key_of_label(text, None) == "name" for row in _rows(path, table) for text in row[:1]):
            return table
    raise MissingColumnsError(path, "holds no table with the cell 账号名称", f"use the form {TITLE}")


def _rows(path: Path, table: DocxTable) -> Iterator[list[str]]:
    """Give the texts of each row, merged cells once."""
    for number, row in enumerate(table.rows, start=1):
        if number > MAX_ROWS:
            raise SheetTooLargeError(path, f"has more than {MAX_ROWS} rows", f"use the form {TITLE}")
        texts: list[str] = []
        last = None
        for cell in row.cells:
            if cell._tc is not last:  # noqa: SLF001 (the library has no other name for a merged cell)
                texts.append("\n".join(clean(p.text) for p in cell.paragraphs).strip())
            last = cell._tc  # noqa: SLF001
        yield texts


def _form_table(path: Path, table: DocxTable) -> FormTable:
    cells: dict[str, Cell] = {}
    columns: dict[str, str] = {}
    rows_of: dict[str, int] = {}
    for number, texts in enumerate(_rows(path, table), start=1):
        for key, label, value in _pairs(texts):
            if key in columns:
                raise DuplicateColumnsError(
                    path,
                    f"rows {rows_of[columns[key]]} and {number} of the form mean the same ({label})",
                    "keep one",
                )
            for name, part, text in _parts(key, label, value):
                columns[name], rows_of[part] = part, number
                if text:
                    cells[part] = text
    missing = [
        column.title for column in FORMS.columns if column.key in _NEEDED_LABELS and column.key not in columns
    ]
    if missing:
        raise MissingColumnsError(path, f"lacks the cell {'、'.join(missing)}", f"use the form {TITLE}")
    return FormTable(path, tuple(columns.values()), columns, frozenset(), {}, [Row(1, cells, {})], rows_of)


def _pairs(texts: list[str]) -> Iterator[tuple[str, str, str]]:
    """Give key, label and value of what stands beside a label in a row."""
    role = role_of_label(texts[0]) if texts else None
    rest = texts[1:] if role is not None else texts
    index = 0
    while index < len(rest):
        key = key_of_label(rest[index], role)
        if key is None:
            index += 1
            continue
        label = "".join((rest[index] if role is None else texts[0] + rest[index]).split())
        value = rest[index + 1] if index + 1 < len(rest) else ""
        yield key, label, value
        index += 2


def _parts(key: str, label: str, value: str) -> Iterator[tuple[str, str, str]]:
    """Give key, header and text of a cell; the box of an opinion holds its date, too."""
    if key not in _OPINIONS:
        yield key, label, clean(value)
        return
    text = value.replace(SEAL, "").replace("(单位盖章)", "").strip()
    dated = _DATE.search(text)
    opinion = text[: dated.start()] if dated else _BLANK_DATE.sub("", text)
    yield key, label, clean(opinion)
    yield f"{key}_on", f"{label}日期", dated[1] if dated else ""
