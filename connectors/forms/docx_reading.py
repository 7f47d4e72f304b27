"""Reading a filing form from DOCX: the bordered table that has its labels, as a person sees it, within bounds."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from connectors.forms.form import FilingForm, form_of
from connectors.forms.layout import LINES, SEAL, TITLE, key_of_label, role_of_label
from connectors.people.roles import TITLES, Role
from connectors.sheets.cells import Broken, Cell, clean, shown
from connectors.sheets.columns import header_key
from connectors.sheets.errors import (
    CellError,
    DuplicateColumnsError,
    MissingColumnsError,
    SheetErrors,
    UnreadableSheetError,
)
from connectors.sheets.fields import RowFields
from connectors.sheets.files import read_file
from connectors.sheets.kinds.forms import FORMS
from connectors.sheets.packages import require_sound_package
from connectors.sheets.table import Row, Table
from connectors.word.controls import is_prompt
from connectors.word.document import AGAIN, WordDocument
from connectors.word.errors import WordError
from connectors.word.shown import PLAIN, Seen
from connectors.word.tables import Rows, SeenCell, tables_of
from events.messages import message

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
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


class _Pair(msgspec.Struct, frozen=True):
    """A label and the cells with its value; several where the label is merged over their rows."""

    key: str
    label: str
    label_cell: SeenCell
    row: int
    values: tuple[SeenCell, ...]


class _Layout(msgspec.Struct, frozen=True):
    """What a table says: pairs, and texts that stand beside neither label nor value."""

    pairs: dict[str, _Pair]
    unread: tuple[str, ...]


def require_sound_form(path: Path, content: bytes) -> None:
    """Raise `SheetError` unless a package is a Word document that unpacks within bounds."""
    require_sound_package(
        path,
        content,
        limit=MAX_UNPACKED_BYTES,
        noun=message("Word document"),
        suffix=".docx",
        again=AGAIN,
        smaller=message("take out the pictures"),
    )


def read_docx_form(path: Path) -> FilingForm:
    """Read one form; raises `SheetError` where the file cannot be taken, `SheetErrors` naming every wrong cell."""
    content = read_file(
        path, max_bytes=MAX_BYTES, smaller=message("take out the pictures"), empty=message("fill in the form")
    )
    require_sound_form(path, content)
    layout = _layout(path, _tables(path, content))
    table = _form_table(path, layout)
    fields = RowFields(table, table.rows[0])
    form = form_of(fields)
    if form is None:
        raise SheetErrors(path, tuple(fields.errors))
    return msgspec.structs.replace(form, unread=layout.unread)


def _tables(path: Path, content: bytes) -> list[Rows]:
    try:
        return list(tables_of(WordDocument(content)))
    except WordError as error:
        raise UnreadableSheetError(path, error.problem, error.remedy) from error


def _layout(path: Path, tables: Iterable[Rows]) -> _Layout:
    """Return what the one form of a document says; a second form, or a part of it elsewhere, is refused."""
    labelled = [rows for rows in tables if any(_key(cell, None) == "name" for row in rows for cell in row)]
    whole = [rows for rows in labelled if set(_NEEDED_LABELS) <= _labels(rows)]
    if not labelled:
        raise MissingColumnsError(
            path,
            message("holds no table with the cell 账号名称"),
            message("use the form {title}", title=TITLE),
        )
    if len(whole) > 1:
        raise UnreadableSheetError(
            path,
            message("holds {whole_count} forms", whole_count=len(whole)),
            message("hand in one document for each account"),
        )
    form = (whole or labelled)[0]
    layout = _read(path, form)
    for rows in tables:
        elsewhere = set() if rows is form else _labels(rows) - _labels(form) - layout.pairs.keys()
        if elsewhere:
            titles = "、".join(column.title for column in FORMS.columns if column.key in elsewhere)
            raise UnreadableSheetError(
                path,
                message("has {titles} in another table", titles=titles),
                message("make it one table again"),
            )
    return layout


def _read(path: Path, rows: Rows) -> _Layout:
    pairs: dict[str, _Pair] = {}
    unread: list[str] = []
    for number, row in enumerate(rows, start=1):
        for pair in _pairs(path, number, row, unread):
            known = pairs.get(pair.key)
            if known is None:
                pairs[pair.key] = pair
            elif known.label_cell is not pair.label_cell:
                raise DuplicateColumnsError(
                    path,
                    message(
                        "rows {row} and {number} of the form mean the same ({label})",
                        row=known.row,
                        number=number,
                        label=pair.label,
                    ),
                    message("keep one"),
                )
            else:  # the label is merged over both rows
                more = tuple(value for value in pair.values if value not in known.values)
                pairs[pair.key] = msgspec.structs.replace(known, values=known.values + more)
    return _Layout(pairs, tuple(unread))


def _pairs(path: Path, number: int, row: list[SeenCell], unread: list[str]) -> Iterator[_Pair]:
    """Give each label of a row with the cell beside it; a label is never the value of the one before it."""
    role = role_of_label(row[0].seen.text) if row else None
    index = 0 if role is None else 1
    found = False
    while index < len(row):
        cell = row[index]
        key = _key(cell, role)
        beside = row[index + 1] if index + 1 < len(row) else None
        if key is not None:
            found = True
            label = "".join((cell.seen.text if role is None else row[0].seen.text + cell.seen.text).split())
            is_value = beside is not None and _key(beside, role) is None
            yield _Pair(key, label, cell, number, (beside,) if beside is not None and is_value else ())
            index += 2 if is_value else 1
            continue
        index += _pass_over(path, number, row, index, unread, found=found, role=role)


def _pass_over(
    path: Path,
    number: int,
    row: list[SeenCell],
    index: int,
    unread: list[str],
    *,
    found: bool,
    role: Role | None,
) -> int:
    """Keep what stands in a cell that is no label and no value; return how many cells that takes in."""
    text = clean(row[index].seen.text)
    beside = row[index + 1] if index + 1 < len(row) else None
    if not text:
        return 1
    where = message("row {number} of the form", number=number)
    if role is not None and not found:
        problem = message(
            "{where}: {titles} has no cell 姓名 before what is filled in", where=where, titles=TITLES[role]
        )
        raise UnreadableSheetError(path, problem, message("use the form {title}", title=TITLE))
    if found and beside is None:
        problem = message("{where}: “{text}” stands beside no label", where=where, text=text[:20])
        raise UnreadableSheetError(path, problem, message("put it into the cell that it belongs to"))
    heading = beside is not None and _key(beside, role) is not None
    if row[index].row != number or heading or header_key(text) == header_key(TITLE):
        return 1
    unread.append(text)
    return 1 if beside is None else 2


def _key(cell: SeenCell, role: Role | None) -> str | None:
    return key_of_label(cell.seen.text, role)


def _labels(rows: Rows) -> set[str]:
    return {key for row in rows for cell in row if (key := _key(cell, None)) is not None}


def _form_table(path: Path, layout: _Layout) -> FormTable:
    cells: dict[str, Cell] = {}
    columns: dict[str, str] = {}
    rows_of: dict[str, int] = {}
    for key, pair in layout.pairs.items():
        columns[key], rows_of[pair.label] = pair.label, pair.row
        if key in _OPINIONS:
            columns[f"{key}_on"], rows_of[f"{pair.label}日期"] = f"{pair.label}日期", pair.row
        cells |= _cells(pair)
    missing = [
        column.title for column in FORMS.columns if column.key in _NEEDED_LABELS and column.key not in columns
    ]
    if missing:
        raise MissingColumnsError(
            path,
            message("lacks the cell {missing}", missing="、".join(missing)),
            message("use the form {title}", title=TITLE),
        )
    return FormTable(
        path, tuple(columns.values()), columns, frozenset(), {}, [Row(1, cells, {})], rows_of=rows_of
    )


def _cells(pair: _Pair) -> dict[str, Cell]:
    """Return the cells of a pair by header; the box of an opinion holds its date, too."""
    text = "\n".join(value.seen.text for value in pair.values if not is_prompt(value.seen.text)).strip()
    obstacle = _obstacle(pair, text)
    if obstacle:
        return {pair.label: Broken(clean(text), message("holds {obstacle}", obstacle=obstacle), PLAIN)}
    if pair.key not in _OPINIONS:
        return {pair.label: clean(text)} if clean(text) else {}
    text = text.replace(SEAL, "").replace("(单位盖章)", "").strip()
    dated = _DATE.search(text)
    opinion = clean(text[: dated.start()] if dated else _BLANK_DATE.sub("", text))
    return {pair.label: opinion} if not dated else {pair.label: opinion, f"{pair.label}日期": dated[1]}


def _obstacle(pair: _Pair, text: str) -> str:
    """Return what keeps a value from being read as it is seen."""
    seen: list[Seen] = [pair.label_cell.seen, *(value.seen for value in pair.values)]
    found = next((each.obstacle for each in seen if each.obstacle), "")
    if found:
        return found
    if pair.key == "category" and any(each.listed for each in seen):
        return message("a list, whose bullets may be boxes")
    if any(each.drawn for each in seen) and (pair.key == "category" or not clean(text)):
        return message("a picture or a drawing")
    return ""
