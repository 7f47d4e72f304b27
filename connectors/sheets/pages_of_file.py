"""The pages of a handed-in file, a workbook or delimited text, within bounds."""

from pathlib import Path

import msgspec

from connectors.sheets import delimited
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import Column, SheetKind, header_key
from connectors.sheets.errors import SheetTooLargeError, UnreadableSheetError
from connectors.sheets.files import read_file
from connectors.sheets.headers import HEADER_WITHIN_ROWS, Line
from connectors.sheets.notes import Note
from connectors.sheets.page import Page
from connectors.sheets.signatures import foreign_kind
from connectors.sheets.workbook import open_workbook
from events.messages import message

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
DELIMITED = frozenset({".csv", ".tsv", ".txt"})

_OTHER_PAGES = {"chart": message("chart"), "dialog": message("dialog"), "macro": message("macro sheet")}


class Source(msgspec.Struct, frozen=True):
    """One page on its way to a table."""

    path: Path
    title: str  # shown where a file has several
    place: int
    page: Page
    lettered: bool

    @property
    def where(self) -> str:
        """Begins what is said of the page."""
        return message("page {title}: ", title=self.title) if self.title else ""


def pages_of(path: Path, kind: SheetKind, notes: list[Note]) -> list[Source]:
    """Read the pages of .xlsx or .csv; what was left out is noted. Raises SheetError.

    The kind tells by which mark text is cut. Every page is within the bounds: a header is looked for in each of its
    first cells.
    """
    suffix = path.suffix.lower()
    if suffix not in DELIMITED | {".xlsx"}:
        raise UnreadableSheetError(
            path,
            message("is a {suffix} file", suffix=path.suffix or message("nameless")),
            message("save it as .xlsx or .csv"),
        )
    content = read_file(
        path,
        max_bytes=MAX_BYTES,
        smaller=message("split it into several sheets"),
        empty=message("fill in the template"),
    )
    if suffix == ".xlsx":
        sources = _pages(path, content, notes)
    else:
        lines = _cut(path, content, kind)
        sources = [Source(path, "", 0, Page(lines, [], set(), [], [], []), lettered=False)]
    for source in sources:
        _refuse_too_large(source)
    return sources


def _pages(path: Path, content: bytes, notes: list[Note]) -> list[Source]:
    """Read every page; those that are hidden, and charts, are noted and left out."""
    read: list[tuple[str, Page]] = []
    with open_workbook(path, content) as book:
        for entry in book.pages:
            if entry.kind != "sheet":
                notes.append(
                    Note(
                        "page_not_read",
                        entry.title,
                        message("was not read: it is a {kind}", kind=_OTHER_PAGES[entry.kind]),
                    )
                )
                continue
            page = book.read(entry)
            if not page.lines:
                continue
            if entry.hidden:
                notes.append(Note("page_not_read", entry.title, message("was not read: it is hidden")))
            else:
                read.append((entry.title, page))
    several = len(read) > 1
    return [
        Source(path, title if several else "", place, page, lettered=True)
        for place, (title, page) in enumerate(read)
    ]


def _cut(path: Path, content: bytes, kind: SheetKind) -> list[Line]:
    """Cut a CSV file by the delimiter that shows the most known headers."""
    foreign = foreign_kind(content)
    if foreign is not None:
        raise UnreadableSheetError(
            path,
            message("is {foreign} with the name of a CSV file", foreign=foreign),
            message("save it as .xlsx or .csv"),
        )
    text = delimited.decode(path, content)
    best = max(
        delimited.DELIMITERS,
        key=lambda mark: max(
            (len(_known(cells, kind)) for _, cells in delimited.head(path, text, mark, HEADER_WITHIN_ROWS)),
            default=0,
        ),
    )
    return list(delimited.read_lines(path, text, best))


def _known(cells: dict[int, Cell], kind: SheetKind) -> list[Column]:
    by_header = kind.by_header()
    return [by_header[key] for cell in cells.values() if (key := header_key(shown(cell))) in by_header]


def _refuse_too_large(source: Source) -> None:
    for number, cells in source.page.lines:
        if number > MAX_ROWS:
            raise SheetTooLargeError(
                source.path,
                message("{where}has more than {max_rows} rows", where=source.where, max_rows=MAX_ROWS),
                message("split it into several sheets"),
            )
        if max(cells) >= MAX_COLUMNS:
            raise SheetTooLargeError(
                source.path,
                message(
                    "{where}has more than {max_columns} columns (row {number})",
                    where=source.where,
                    max_columns=MAX_COLUMNS,
                    number=number,
                ),
                message("take out the columns that are not asked"),
            )
