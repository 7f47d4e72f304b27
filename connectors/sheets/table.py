"""Handed-in sheets as rows of cells under known headers: every page that has the header."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from connectors.sheets.areas import TooLargeError, column_letters
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import SheetKind, header_key
from connectors.sheets.errors import (
    CellError,
    DuplicateColumnsError,
    EmptySheetError,
    MissingColumnsError,
    SheetTooLargeError,
)
from connectors.sheets.headers import HEADER_WITHIN_ROWS, Header, find_header
from connectors.sheets.merged_cells import Merged, settle_merged
from connectors.sheets.notes import Note, places, stretches
from connectors.sheets.pages_of_file import Source, pages_of
from connectors.sheets.persons import people_columns
from connectors.sheets.row_numbers import RowNumber, in_page
from events.closeness import distance
from events.messages import joined, message

_LONG_HEADER = 6
"""Characters from which two slips of the pen are none of another word."""

UNDERSTOOD_FROM = 3
"""Known headers from which on a page without every needed one is held to be a page of its kind."""


class Row(msgspec.Struct, frozen=True):
    """One row with content; blank cells are absent."""

    number: int  # as the person sees it; unlike those of other pages
    cells: dict[str, Cell]  # by header
    stray: dict[str, Cell]  # content under no header, by column
    merged: dict[
        str, str
    ] = {}  # headers of cells that belong to a merge which leaves the row in doubt, with its place


class Table(msgspec.Struct, frozen=True):
    """The rows below one header."""

    path: Path
    header: tuple[str, ...]  # as in the file, cleaned
    columns: dict[str, str]  # key of a known column -> its header in the file
    people: frozenset[str]  # headers of unknown columns about people
    letters: dict[str, str]  # header -> letter, behind the page where there are several; empty for a CSV file
    rows: list[Row]
    above: tuple[str, ...] = ()  # what stands over the header

    def error(self, row: int, column: str, cell: Cell | None, problem: str, remedy: str) -> CellError:
        """Name a bad cell by row, header and, in a workbook, its place."""
        letter = self.letters.get(column)
        return CellError(
            row, column, f"{letter}{in_page(row)}" if letter else "", shown(cell), problem, remedy
        )


class Sheet(msgspec.Struct, frozen=True):
    """A file: the table of each page that has the header, and what was noticed."""

    tables: list[Table]
    notes: list[Note]


def read_sheet(path: Path, kind: SheetKind) -> Sheet:
    """Read .xlsx or .csv: the rows of every page whose first rows hold every needed column of the kind.

    Titles above the header are passed over; pages, columns and rows that a person may take for read, or may not have
    seen, are noted. Raises SheetError when the file as a whole cannot be taken.
    """
    notes: list[Note] = []
    sources = pages_of(path, kind, notes)
    found = [(source, *find_header(source.page.lines, source.page.merged, kind)) for source in sources]
    if not any(header for _, header, _ in found):
        raise _without_header(path, kind, [(source, nearest) for source, _, nearest in found])
    taken = []
    for source, header, nearest in found:
        if header is None:
            notes.append(_not_read(source, kind, nearest))
        elif not any(number > header.row for number, _ in source.page.lines):
            text = message("has no rows below its header in row {row}", row=header.row)
            notes.append(Note("page_not_read", source.title, text))
        else:
            taken.append((source, header))
    if len(taken) == 1:  # no need to say which page a row is of
        taken = [(msgspec.structs.replace(source, title=""), header) for source, header in taken]
    tables = [_table(source, header, kind, notes) for source, header in taken]
    if not tables:
        rows = joined(" and ", (str(header.row) for _, header, _ in found if header))
        raise EmptySheetError(
            path,
            message("has no rows below its header in row {rows}", rows=rows),
            message("fill in the rows"),
        )
    return Sheet(tables, notes)


def _without_header(
    path: Path, kind: SheetKind, nearest: Sequence[tuple[Source, Header]]
) -> EmptySheetError | MissingColumnsError:
    if not any(source.page.lines for source, _ in nearest):
        return EmptySheetError(path, message("has no content"), message("fill in the template"))
    source, best = max(nearest, key=lambda pair: len(pair[1].keys))
    if not best.keys:
        pages = "、".join(source.title for source, _ in nearest if source.title)
        return MissingColumnsError(
            path,
            joined(
                "",
                (
                    message(
                        "has no header of {name} in the first {header_within_rows} rows",
                        name=kind.name,
                        header_within_rows=HEADER_WITHIN_ROWS,
                    ),
                    message(" of any page ({pages})", pages=pages) if pages else "",
                ),
            ),
            message("name the columns {missing} as in the template", missing=joined(", ", kind.missing(()))),
        )
    return MissingColumnsError(
        path, joined("", (source.where, _lacking(kind, best))), message("add it as in the template")
    )


def _lacking(kind: SheetKind, header: Header) -> str:
    lacks = message(
        "row {row} lacks the column {missing}",
        row=header.row,
        missing=joined(", ", kind.missing(header.keys)),
    )
    return joined("; ", (lacks, *_slips(kind, header)))


def _slips(kind: SheetKind, header: Header) -> Iterator[str]:
    """Say which unknown headers are near to one of a needed column that the row lacks."""
    by_header = kind.by_header()
    lacking = {
        known: column
        for known, column in by_header.items()
        if column.needed != "no" and column.key not in header.keys
    }
    for name in header.names.values():
        if (key := header_key(name)) in by_header:
            continue
        for known, column in lacking.items():
            slips = 1 if len(known) < _LONG_HEADER else 2
            if len(known) > slips + 1 and distance(key, known, slips) <= slips:
                yield message("“{name}” may be {title}, written otherwise", name=name, title=column.title)
                break


def _not_read(source: Source, kind: SheetKind, nearest: Header) -> Note:
    if len(nearest.keys) >= UNDERSTOOD_FROM:
        return Note(
            "page_not_understood",
            source.title,
            message("was not read: {lacking}", lacking=_lacking(kind, nearest)),
        )
    return Note(
        "page_not_read", source.title, message("was not read: it has no header of {name}", name=kind.name)
    )


def _table(source: Source, header: Header, kind: SheetKind, notes: list[Note]) -> Table:
    path, page = source.path, source.page
    columns = _columns(source, header, kind)
    by_index = {index: name for index, name in header.names.items() if header_key(name)}
    lines = [(number, cells) for number, cells in page.lines if number > header.row]
    repeated = [number for number, cells in lines if _is_header(cells, header.names)]
    if repeated:
        notes.append(
            Note(
                "repeated_header",
                source.title,
                message("rows that repeat the header were left out: {rows}", rows=stretches(repeated)),
            )
        )
        lines = [(number, cells) for number, cells in lines if number not in set(repeated)]
    unknown = set(by_index.values()) - set(columns.values())
    people = people_columns(unknown, (_by_header(cells, by_index) for _, cells in lines))
    merged = _merged(source, header.row, by_index, kind, columns, people)
    letters = {name: _letter(source, index) for index, name in by_index.items()} if source.lettered else {}
    rows = [_row(source, number, cells, by_index, merged, header.row) for number, cells in lines]
    notes.extend(_noticed(source, header, by_index, merged, [number for number, _ in lines]))
    if not kind.keeps_unknown:
        unread = [
            name for name in by_index.values() if name in unknown and any(name in row.cells for row in rows)
        ]
        notes.extend(
            Note("column_not_read", source.title, message("column {name} was not read", name=name))
            for name in unread
        )
    above = tuple(
        shown(cell) for number, cells in page.lines if number < header.row for cell in cells.values()
    )
    return Table(path, tuple(by_index.values()), columns, people, letters, rows, above)


def _columns(source: Source, header: Header, kind: SheetKind) -> dict[str, str]:
    """Map keys of known columns to headers; two columns of one meaning are refused."""
    by_header = kind.by_header()
    first: dict[str, int] = {}
    columns: dict[str, str] = {}
    for index, name in header.names.items():
        key = header_key(name)
        if not key:  # a star or a dash is no title
            continue
        column = by_header.get(key)
        meaning = column.key if column else key
        if meaning in first:
            one, two = (
                column_letters(place) if source.lettered else str(place + 1)
                for place in (first[meaning], index)
            )
            raise DuplicateColumnsError(
                source.path,
                message(
                    "{where}row {row}: columns {one} ({names}) and {two} ({name}) mean the same",
                    where=source.where,
                    row=header.row,
                    one=one,
                    names=header.names[first[meaning]],
                    two=two,
                    name=name,
                ),
                message("keep one of them"),
            )
        first[meaning] = index
        if column:
            columns[column.key] = name
    return columns


def _is_header(cells: dict[int, Cell], header: dict[int, str]) -> bool:
    """Tell a row that is the header again, as a printed list has it on each page."""
    return len(cells) == len(header) and all(
        header_key(shown(cell)) == header_key(header.get(index, "")) for index, cell in cells.items()
    )


def _by_header(cells: dict[int, Cell], header: dict[int, str]) -> dict[str, Cell]:
    return {header[index]: cell for index, cell in cells.items() if index in header}


def _merged(
    source: Source,
    header_row: int,
    names: dict[int, str],
    kind: SheetKind,
    columns: dict[str, str],
    people: frozenset[str],
) -> Merged:
    owned = {columns[c.key] for c in kind.columns if c.of_owner and c.key in columns} | people
    known = set(columns.values()) - owned
    try:
        return settle_merged(
            dict(source.page.lines),
            source.page.merged,
            header_row,
            owners={index for index, name in names.items() if name in owned},
            known={index for index, name in names.items() if name in known},
            others={index for index, name in names.items() if name not in owned | known},
        )
    except TooLargeError as error:
        raise SheetTooLargeError(
            source.path, message("{where}{problem}", where=source.where, problem=error.problem), error.remedy
        ) from error


def _row(
    source: Source,
    number: int,
    cells: dict[int, Cell],
    header: dict[int, str],
    merged: Merged,
    header_row: int,
) -> Row:
    stray = {
        column_letters(index) if source.lettered else str(index + 1): cell
        for index, cell in cells.items()
        if index not in header
    }
    doubt = {
        header[index]: f"{column_letters(area.first_column)}{area.first_row}:"
        f"{column_letters(area.last_column)}{area.last_row}"
        + (" of the header" if area.first_row <= header_row else "")
        for index, area in merged.refused.get(number, {}).items()
    }
    numbered = RowNumber(number, source.title, source.place) if source.title else number
    return Row(numbered, _by_header(cells, header), stray, doubt)


def _noticed(
    source: Source, header: Header, by_index: dict[int, str], merged: Merged, numbers: Iterable[int]
) -> list[Note]:
    """Note what a person may not have seen in the rows that were read."""
    page, title, rows = source.page, source.title, set(numbers)
    notes = []
    if hidden := page.hidden_rows & rows:
        notes.append(
            Note("hidden_rows", title, message("hidden rows were read: {rows}", rows=stretches(hidden)))
        )
    for index, name in by_index.items():
        if any(first <= index <= last for first, last in page.hidden_columns):
            notes.append(
                Note(
                    "hidden_columns",
                    title,
                    message(
                        "column {letters} ({name}) is hidden, and was read",
                        letters=column_letters(index),
                        name=name,
                    ),
                )
            )
        if index in merged.filled:
            text = message(
                "column {name}: merged cells count for each of their rows: {rows}",
                name=name,
                rows=stretches(merged.filled[index]),
            )
            notes.append(Note("filled_down", title, text))
        if index in merged.once:
            text = message(
                "column {name}: a merged cell counts for its first row alone: {row}",
                name=name,
                row=merged.once[index].first_row,
            )
            notes.append(Note("merged", title, text))
    if struck := [place for place in page.struck if place[0] > header.row]:
        notes.append(
            Note(
                "struck",
                title,
                message("text that is struck through was left out: {places}", places=places(struck)),
            )
        )
    return notes


def _letter(source: Source, index: int) -> str:
    letters = column_letters(index)
    return f"{source.title}!{letters}" if source.title else letters
