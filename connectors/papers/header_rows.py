"""The header of a page: the one to three rows near the top that hold the most known headers."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from connectors.papers.header_meaning import indicator_of, meaning_of, nearest_headers
from connectors.papers.platform_words import platform_in_header
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from connectors.sheets.headers import Line

_LONGEST_PARENT = 20


class Header(msgspec.Struct, frozen=True):
    """Rows that may be the header: parent and child by column from 0; the parent is empty in a header of one row."""

    rows: tuple[int, ...]
    names: dict[int, tuple[str, str]]
    known: int
    near: int = 0  # headers that are near to a known one
    by_parents: int = 0  # headers that mean what they do by what stands over them

    def shown(self, column: int) -> str:
        """Give a header as it is told: 管理责任人/姓名."""
        return shown_header(*self.names[column])


def shown_header(parent: str, child: str) -> str:
    """Give a header with its parent, as it is told."""
    return "/".join(part for part in (parent, child) if part)


def find_header(
    lines: Sequence[Line],
    merged: Sequence[Area],
    words: Vocabulary,
    *,
    is_table: bool = False,
    told: Collection[str] = (),
    from_row: int = 1,
) -> Header | None:
    """Return the best of the first rows; of two that know as many headers the lower one, of equal ones the first.

    `is_table`: a person has said that there is a header, so one known word is enough to tell it. `told`: keys of
    headers that a person has said the meaning of, as known as those of the vocabulary. `from_row`: where the table
    may begin.
    """
    within = from_row - 1 + words.numbers.header_within_rows
    by_row = {number: cells for number, cells in lines if number <= within + 2}
    found: Header | None = None
    for number in sorted(row for row in by_row if row <= within):
        for candidate in (
            _single(number, by_row, words, told),
            _double(number, by_row, merged, words, told),
            _triple(number, by_row, merged, words, told),
        ):
            if candidate is None or not (_may_be_one(candidate, words) or (is_table and candidate.known)):
                continue
            if found is None or _is_better(candidate, found):
                found = candidate
    return found


def is_repeated(cells: Mapping[int, Cell], header: Header) -> bool:
    """Tell a row that is the header again, or its lower row, as a printed list has it on each page."""
    if len(cells) < 2:
        return False
    return all(
        column in header.names
        and header_key(shown(cell)) in {header_key(part) for part in header.names[column]}
        for column, cell in cells.items()
    )


def _may_be_one(candidate: Header, words: Vocabulary) -> bool:
    """Tell a row with enough known headers; one of them at most may be made up for by headers near to known ones."""
    needed = words.numbers.known_headers
    return candidate.known >= needed - 1 and candidate.known + candidate.near >= needed


def is_some_header(cells: Mapping[int, Cell], words: Vocabulary) -> bool:
    """Tell a row most of whose cells are known headers: below a table it begins another one."""
    if len(cells) < words.numbers.known_headers:
        return False
    known = unknown = 0
    for cell in cells.values():
        text = shown(cell)
        if len(text) <= _LONGEST_PARENT and header_key(text) in words.header_words:
            known += 1
        else:
            unknown += 1
            if unknown * 2 >= len(cells):  # most rows are data: their first cells say so
                return False
    return known >= words.numbers.known_headers


def _is_better(candidate: Header, found: Header) -> bool:
    rank, best = (candidate.known, candidate.by_parents), (found.known, found.by_parents)
    if rank != best:
        return rank > best
    return len(candidate.rows) <= len(found.rows) and candidate.names != found.names


def _single(
    row: int, by_row: Mapping[int, Mapping[int, Cell]], words: Vocabulary, told: Collection[str]
) -> Header | None:
    names = {column: ("", text) for column, cell in by_row[row].items() if (text := shown(cell))}
    return _counted((row,), names, words, told)


def _double(
    row: int,
    by_row: Mapping[int, Mapping[int, Cell]],
    merged: Sequence[Area],
    words: Vocabulary,
    told: Collection[str],
) -> Header | None:
    """Read a row with the one below as its children; None where a cell below has no parent."""
    top, below = by_row[row], by_row.get(row + 1)
    if below is None:
        return None
    over = _parents(row, top, below, merged)
    if (
        not _spans(over)
        or not below.keys() <= over.keys()
        or any(len(over[c]) > _LONGEST_PARENT for c in below)
    ):
        return None
    own = {column: ("", shown(cell)) for column, cell in top.items() if column not in over}
    if not own and len(set(over.values())) == 1:
        return None  # a title stands over all of them
    names = own | {column: (over[column], shown(cell)) for column, cell in below.items()}
    return _counted((row, row + 1), dict(sorted(names.items())), words, told)


def _triple(
    row: int,
    by_row: Mapping[int, Mapping[int, Cell]],
    merged: Sequence[Area],
    words: Vocabulary,
    told: Collection[str],
) -> Header | None:
    """Read a row over parents over children; of two that stand over a child, the one by which it means something."""
    top, middle, below = by_row[row], by_row.get(row + 1), by_row.get(row + 2)
    if middle is None or below is None:
        return None
    over = _parents(row, top, {**below, **middle}, merged)
    between = _parents(row + 1, middle, below, merged)
    if not _spans(over) or not _spans(between):
        return None
    under = {column: shown(cell) for column, cell in middle.items() if column not in between}
    if not under.keys() <= over.keys() or not below.keys() <= over.keys() | between.keys():
        return None
    if max((len(text) for text in (*over.values(), *between.values())), default=0) > _LONGEST_PARENT:
        return None
    names = {column: ("", shown(cell)) for column, cell in top.items() if column not in over}
    if not names and len(set(over.values())) == 1:
        return None
    names |= {column: (over[column], text) for column, text in under.items() if column not in below}
    for column, cell in below.items():
        parents = [parent for parent in (between.get(column), over.get(column)) if parent]
        child = shown(cell)
        tells = (parent for parent in parents if _tells(parent, child, words))
        names[column] = (next(tells, parents[0]), child)
    return _counted((row, row + 1, row + 2), dict(sorted(names.items())), words, told)


def _spans(over: Mapping[int, str]) -> bool:
    """Tell whether a parent stands over several columns, as none does where rows of data follow each other."""
    return len(set(over.values())) < len(over)


def _tells(parent: str, child: str, words: Vocabulary) -> bool:
    """Tell whether a header means something else, or anything at all, by what stands over it."""
    return bool(parent) and meaning_of(parent, child, words) != meaning_of("", child, words)


def _parents(
    row: int, top: Mapping[int, Cell], below: Mapping[int, Cell], merged: Sequence[Area]
) -> dict[int, str]:
    """Say which parent stands over each column: merged over several, blank up to the next one, or over it alone."""
    over: dict[int, str] = {}
    for area in merged:
        if area.first_row == area.last_row == row and area.first_column < area.last_column:
            for column in below:
                if area.first_column <= column <= area.last_column and area.first_column in top:
                    over[column] = shown(top[area.first_column])
    for start in top:
        column = start + 1
        while column in below and column not in top and column not in over and start in below:
            over[start] = over[column] = shown(top[start])
            column += 1
    return over | {column: shown(top[column]) for column in below if column in top and column not in over}


def _counted(
    rows: tuple[int, ...], names: dict[int, tuple[str, str]], words: Vocabulary, told: Collection[str]
) -> Header:
    """Count the headers that are known; those near to a known one only where one is lacking."""
    unknown = [
        child
        for parent, child in names.values()
        if meaning_of(parent, child, words) is None
        and not (parent and indicator_of(child, words))
        and header_key(shown_header(parent, child)) not in told
    ]
    platforms = sum(platform_in_header("", child, words) is not None for child in unknown)
    known = len(names) - len(unknown) + (platforms if platforms > 1 else 0)
    lacking = known == words.numbers.known_headers - 1
    near = sum(next(nearest_headers(child, words), None) is not None for child in unknown) if lacking else 0
    by_parents = sum(_tells(parent, child, words) for parent, child in names.values())
    return Header(rows, names, known, near, by_parents)
