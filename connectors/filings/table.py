"""One handed-in sheet as rows of cells under known headers, within bounds."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from connectors.filings import delimited
from connectors.filings.cells import Cell, shown
from connectors.filings.columns import Column, SheetKind, header_key
from connectors.filings.errors import (
    CellError,
    DuplicateColumnsError,
    EmptySheetError,
    MissingColumnsError,
    SheetTooLargeError,
    UnreadableSheetError,
)
from connectors.filings.files import read_file
from connectors.filings.persons import people_columns

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
HEADER_WITHIN_ROWS = 10
DELIMITED = frozenset({".csv", ".tsv", ".txt"})

Line = tuple[int, Sequence[Cell | None]]


class Row(msgspec.Struct, frozen=True):
    """One row with content; blank cells are absent."""

    number: int  # as the person sees it
    cells: dict[str, Cell]  # by header
    stray: dict[str, Cell]  # content under no header, by column


class Table(msgspec.Struct, frozen=True):
    """The rows below the header."""

    path: Path
    header: tuple[str, ...]  # as in the file, cleaned
    columns: dict[str, str]  # key of a known column -> its header in the file
    people: frozenset[str]  # headers of unknown columns about people
    letters: dict[str, str]  # header -> letter; empty for a CSV file
    rows: list[Row]

    def error(self, row: int, column: str, cell: Cell | None, problem: str, remedy: str) -> CellError:
        """Name a bad cell by row, header and, in a workbook, its place."""
        letter = self.letters.get(column)
        return CellError(row, column, f"{letter}{row}" if letter else "", shown(cell), problem, remedy)


def read_pages(path: Path, kind: SheetKind) -> list[Table]:
    """Read every visible page with content of a workbook, each as `read_table` does; places name their page."""
    from connectors.filings import workbook  # noqa: PLC0415 (slow to import, needed for workbooks alone)

    if path.suffix.lower() != ".xlsx":
        return [read_table(path, kind)]
    tables = {page: read_table(path, kind, page) for page in workbook.page_names(path, _content(path))}
    if len(tables) < 2:
        return [*tables.values()] or [read_table(path, kind)]
    return [
        msgspec.structs.replace(
            table, letters={header: f"{page}!{letter}" for header, letter in table.letters.items()}
        )
        for page, table in tables.items()
    ]


def read_table(path: Path, kind: SheetKind, page: str | None = None) -> Table:
    """Read .xlsx or .csv; the header is the first of the first ten rows with every needed column.

    Titles above it are passed over. `page` names a page of a workbook; by default the first with content is read.
    Raises SheetError when the file as a whole cannot be taken.
    """
    content = _content(path)
    lettered = path.suffix.lower() == ".xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl tells of decorations that it leaves out
        lines = _bounded(
            path, _workbook_lines(path, content, page) if lettered else _cut(path, content, kind)
        )
        early = []
        for line in lines:
            early.append(line)
            if line[0] >= HEADER_WITHIN_ROWS:
                break
        place = _find_header(path, early, kind)
        header_row, cells = early[place]
        header = {index: shown(cell) for index, cell in enumerate(cells) if cell is not None}
        columns = _columns(path, header_row, header, kind, lettered=lettered)
        rows = [_row(number, cells, header, lettered) for number, cells in chain(early[place + 1 :], lines)]
    if not rows:
        raise EmptySheetError(path, f"has no rows below its header in row {header_row}", "fill in the rows")
    letters = {name: _letter(index) for index, name in header.items()} if lettered else {}
    unknown = set(header.values()) - set(columns.values())
    people = people_columns(unknown, (row.cells for row in rows))
    return Table(path, tuple(header.values()), columns, people, letters, rows)


def _content(path: Path) -> bytes:
    if path.suffix.lower() not in DELIMITED | {".xlsx"}:
        raise UnreadableSheetError(path, f"is a {path.suffix or 'nameless'} file", "save it as .xlsx or .csv")
    return read_file(
        path, max_bytes=MAX_BYTES, smaller="split it into several sheets", empty="fill in the template"
    )


def _cut(path: Path, content: bytes, kind: SheetKind) -> Iterator[Line]:
    """Cut a CSV file by the delimiter that shows the most known headers."""
    text = delimited.decode(path, content)
    best = max(
        delimited.DELIMITERS,
        key=lambda mark: max(
            (len(_known(cells, kind)) for cells in delimited.head(path, text, mark, HEADER_WITHIN_ROWS)),
            default=0,
        ),
    )
    return delimited.read_lines(path, text, best)


def _workbook_lines(path: Path, content: bytes, page: str | None) -> Iterable[Line]:
    from connectors.filings import workbook  # noqa: PLC0415 (slow to import, needed for workbooks alone)

    return workbook.read_lines(path, content, page)


def _bounded(path: Path, lines: Iterable[Line]) -> Iterator[Line]:
    for number, cells in lines:
        if number > MAX_ROWS:
            raise SheetTooLargeError(path, f"has more than {MAX_ROWS} rows", "split it into several sheets")
        if any(cell is not None for cell in cells[MAX_COLUMNS:]):
            raise SheetTooLargeError(
                path,
                f"has more than {MAX_COLUMNS} columns (row {number})",
                "take out the columns that are not asked",
            )
        yield number, cells


def _known(cells: Iterable[Cell | None], kind: SheetKind) -> list[Column]:
    by_header = kind.by_header()
    return [by_header[key] for cell in cells if (key := header_key(shown(cell))) in by_header]


def _find_header(path: Path, lines: Sequence[Line], kind: SheetKind) -> int:
    candidates = [
        (index, {column.key for column in _known(cells, kind)})
        for index, (number, cells) in enumerate(lines)
        if number <= HEADER_WITHIN_ROWS
    ]
    for index, keys in candidates:
        if not kind.missing(keys):
            return index
    if not lines:
        raise EmptySheetError(path, "has no content", "fill in the template")
    index, keys = max(candidates, key=lambda candidate: len(candidate[1]), default=(0, set()))
    if len(keys) == 0:
        raise MissingColumnsError(
            path,
            f"has no header of {kind.name} in its first {HEADER_WITHIN_ROWS} rows",
            f"name the columns {', '.join(kind.missing(()))} as in the template",
        )
    raise MissingColumnsError(
        path,
        f"row {lines[index][0]} lacks the column {', '.join(kind.missing(keys))}",
        "add it as in the template",
    )


def _columns(
    path: Path, row: int, header: dict[int, str], kind: SheetKind, *, lettered: bool
) -> dict[str, str]:
    """Map keys of known columns to headers; two columns of one meaning are refused."""
    by_header = kind.by_header()
    first: dict[str, int] = {}
    columns: dict[str, str] = {}
    for index, name in header.items():
        key = header_key(name)
        column = by_header.get(key)
        meaning = column.key if column else key
        if meaning in first:
            one, two = (_letter(place) if lettered else str(place + 1) for place in (first[meaning], index))
            raise DuplicateColumnsError(
                path,
                f"row {row}: columns {one} ({header[first[meaning]]}) and {two} ({name}) mean the same",
                "keep one of them",
            )
        first[meaning] = index
        if column:
            columns[column.key] = name
    return columns


def _row(number: int, cells: Sequence[Cell | None], header: dict[int, str], lettered: bool) -> Row:
    named: dict[str, Cell] = {}
    stray: dict[str, Cell] = {}
    for index, cell in enumerate(cells):
        if cell is None:
            continue
        if index in header:
            named[header[index]] = cell
        else:
            stray[_letter(index) if lettered else str(index + 1)] = cell
    return Row(number, named, stray)


def _letter(index: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 (slow to import, needed for workbooks alone)

    return get_column_letter(index + 1)
