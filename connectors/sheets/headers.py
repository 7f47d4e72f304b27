"""Finding the header of a page: one row, or two where a merged parent stands over its children."""

from collections.abc import Mapping, Sequence

import msgspec

from connectors.sheets.areas import Area
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import SheetKind, header_key

HEADER_WITHIN_ROWS = 15

Line = tuple[int, dict[int, Cell]]


class Header(msgspec.Struct, frozen=True):
    """A row that could be the header, with the rows that belong to it."""

    row: int  # the lower one
    names: dict[int, str]  # by column from 0
    keys: set[str]  # known columns among them


def find_header(
    lines: Sequence[Line], merged: Sequence[Area], kind: SheetKind
) -> tuple[Header | None, Header]:
    """Return the first row near the top with every needed column, and the row that comes nearest."""
    best = Header(0, {}, set())
    early = [line for line in lines if line[0] <= HEADER_WITHIN_ROWS]
    by_row = dict(early)
    for number, cells in early:
        header = _header(number, cells, by_row, merged, kind)
        if kind.missing(header.keys):
            best = max(best, header, key=lambda h: len(h.keys))
            continue
        return _with_children(header, by_row, merged, kind), header
    return None, best


def _header(
    row: int,
    cells: Mapping[int, Cell],
    by_row: Mapping[int, Mapping[int, Cell]],
    merged: Sequence[Area],
    kind: SheetKind,
) -> Header:
    """Read a row with what is merged down into it from the row above, which makes the two one header."""
    above = by_row.get(row - 1, {})
    down = [a for a in merged if a.first_row == row - 1 and a.last_row == row and a.first_column in above]
    names = {column: shown(cell) for column, cell in cells.items()}
    if down:
        names = _joined(row, names, above, merged, kind)
        names |= {a.first_column: shown(above[a.first_column]) for a in down}
    names = dict(sorted(names.items()))
    by_header = kind.by_header()
    keys = {by_header[key].key for name in names.values() if (key := header_key(name)) in by_header}
    return Header(row, names, keys)


def _with_children(
    header: Header, by_row: Mapping[int, Mapping[int, Cell]], merged: Sequence[Area], kind: SheetKind
) -> Header:
    """Go on to the row below where it holds nothing but the children of parents in this one."""
    below = by_row.get(header.row + 1, {})
    parents = [
        a for a in merged if a.first_row == a.last_row == header.row and a.first_column < a.last_column
    ]
    under = {c for a in parents for c in range(a.first_column, min(a.last_column, a.first_column + 255) + 1)}
    if not below or not below.keys() <= under:
        return header
    names = header.names | _joined(
        header.row + 1, {c: shown(v) for c, v in below.items()}, by_row[header.row], merged, kind
    )
    by_header = kind.by_header()
    keys = {by_header[key].key for name in names.values() if (key := header_key(name)) in by_header}
    return header if kind.missing(keys) else Header(header.row + 1, dict(sorted(names.items())), keys)


def _joined(
    row: int, names: Mapping[int, str], above: Mapping[int, Cell], merged: Sequence[Area], kind: SheetKind
) -> dict[int, str]:
    """Put the parent before each child: 主要领导 over 姓名 is 主要领导姓名; a child that is known by itself stays."""
    by_header = kind.by_header()
    joined = dict(names)
    for area in merged:
        if not area.first_row == area.last_row == row - 1 or area.first_column not in above:
            continue
        for column in names:
            if area.first_column <= column <= area.last_column:
                whole = shown(above[area.first_column]) + names[column]
                if header_key(whole) in by_header or header_key(names[column]) not in by_header:
                    joined[column] = whole
    return joined
