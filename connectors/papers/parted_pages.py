"""Several tables on one sheet, below each other or side by side: each is a page of its own.

A row has the number and a column the letter that it has on the sheet. What stands above the first table holds for the
others too, but for a line with a number, as in documents.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from connectors.papers.header_rows import is_some_header
from connectors.papers.labels import labelled
from connectors.papers.source_pages import SourcePage
from connectors.papers.unread_pages import is_label_form
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from connectors.sheets.headers import Line
from connectors.sheets.page import Page
from events.folding import fold

_MOST_TITLES = 3  # lines right above a header that are its own
_FEWEST_HEADERS = 2  # of a table beside another one
_NUMBERED = re.compile(
    r"(?:[(（]?[一二三四五六七八九十\d]+[)）、.．]|附件|附表|表\s*[\d一二三四五六七八九十])"
)


def parted(source: SourcePage, words: Vocabulary) -> list[SourcePage]:
    """Return the tables of a sheet as pages, the first under its name; the sheet as it is where it holds but one."""
    if source.page is None or is_label_form(source.page.lines, words):
        return [source]
    parts = [part for below in _below(source.page.lines, words) for part in _beside(below, words)]
    if len(parts) < 2:
        return [source]
    return [_as_page(source, source.page, part, place) for place, part in enumerate(parts, start=1)]


_Rows = Mapping[int, Mapping[int, Cell]]


class _Part(msgspec.Struct, frozen=True):
    """A table: lines above it that are not its own, its lines, and the row of its header (0: none is known)."""

    above: list[Line]
    lines: list[Line]
    header: int = 0


def _as_page(source: SourcePage, page: Page, part: _Part, place: int) -> SourcePage:
    """Return a table as a page; what is struck through elsewhere on the sheet is none of it."""
    first, last = part.lines[0][0], part.lines[-1][0]
    own = msgspec.structs.replace(
        page,
        lines=[*part.above, *part.lines],
        struck=[(row, column) for row, column in page.struck if first <= row <= last],
    )
    title = source.title if place == 1 else f"{source.title}（表{place}）"
    return msgspec.structs.replace(source, title=title, sheet=source.title, page=own, from_row=first)


def _below(lines: Sequence[Line], words: Vocabulary) -> Iterator[_Part]:
    """Part tables that stand below each other, where a header says otherwise than the one before it."""
    heads = _with_rows(list(_heads(lines, words)), lines)
    if not heads:
        yield _Part([], list(lines))
        return
    common = [
        line
        for line in lines
        if line[0] < lines[heads[0]][0] and not any(map(_is_numbered, line[1].values()))
    ]
    starts = [0, *(_with_titles(lines, head, words) for head in heads[1:]), len(lines)]
    for place, head in enumerate(heads):
        own = list(lines[starts[place] : starts[place + 1]])
        yield _Part(common if place else [], own, lines[head][0])


def _is_numbered(cell: Cell) -> bool:
    return _NUMBERED.match(shown(cell)) is not None


def _heads(lines: Sequence[Line], words: Vocabulary) -> Iterator[int]:
    """Give the places of headers of which each begins a table: no lower row of one before it, and no repetition."""
    known: dict[int, set[str]] = {}  # keys of the header that holds, by column
    has_data = True
    for place, (_, cells) in enumerate(lines):
        if not is_some_header(cells, words):
            has_data = has_data or len(cells) > 1
            continue
        keys = {column: header_key(shown(cell)) for column, cell in cells.items()}
        if has_data and not all(key in known.get(column, ()) for column, key in keys.items()):
            known = {}
            yield place
        for column, key in keys.items():
            known.setdefault(column, set()).add(key)
        has_data = False


def _with_rows(heads: Sequence[int], lines: Sequence[Line]) -> list[int]:
    """Leave out what looks like a header and has no rows: labels to sign beside, at the foot of a table."""
    ends = [*heads, len(lines)][1:]
    spans = zip(heads, ends, strict=True) if heads else ()
    filled = [any(len(cells) > 1 for _, cells in lines[head + 1 : end]) for head, end in spans]
    return [head for place, head in enumerate(heads) if not place or filled[place]]


def _with_titles(lines: Sequence[Line], head: int, words: Vocabulary) -> int:
    """Return the place from which lines belong to a header: titles and labels right above it, and no notes."""
    place = head
    while place and head - place < _MOST_TITLES and lines[place][0] - lines[place - 1][0] == 1:
        number, cells = lines[place - 1]
        is_label = any(True for _ in labelled(number, cells, words))
        text = shown(next(iter(cells.values())))
        if (len(cells) > 1 and not is_label) or _ends_table(text, words):
            break
        place -= 1
    return place


def _ends_table(text: str, words: Vocabulary) -> bool:
    rows = words.words.rows
    return text.startswith((*rows.note, *rows.signature)) or fold(text).startswith(
        tuple(map(fold, (*rows.total, *rows.subtotal)))
    )


def _beside(part: _Part, words: Vocabulary) -> list[_Part]:
    """Part two tables side by side with an empty column between, where the right one is one of its own."""
    over = [line for line in part.lines if line[0] < part.header]
    body = [line for line in part.lines if part.header and line[0] >= part.header]
    for gap in _gaps(body):
        left = {number: {c: v for c, v in cells.items() if c < gap} for number, cells in body}
        right = {number: {c: v for c, v in cells.items() if c > gap} for number, cells in body}
        heads = left[part.header], right[part.header]
        if min(map(len, heads)) < _FEWEST_HEADERS or _keys(heads[0]) == _keys(heads[1]):
            continue  # too narrow for a table, or a list in two halves, which is read as one
        named = [_has_name(head, words) for head in heads]
        apart = _stand_apart(left, right, part.header) or _has_title(over, gap, words)
        if not any(named) or (not all(named) and not apart):
            continue
        above = [*part.above, *over]
        beside = _Part(above, [line for line in right.items() if line[1]], part.header)
        kept = [(number, {c: v for c, v in cells.items() if c < gap}) for number, cells in over]
        own = [line for line in (*kept, *left.items()) if line[1]]
        return [_Part(part.above, own, part.header), *_beside(beside, words)]
    return [part]


def _gaps(body: Sequence[Line]) -> Iterator[int]:
    """Give the columns within a table in which nothing stands."""
    filled = {column for _, cells in body for column in cells}
    yield from (
        column for column in range(min(filled, default=0), max(filled, default=0)) if column not in filled
    )


def _keys(head: Mapping[int, Cell]) -> list[str]:
    return [header_key(shown(cell)) for cell in head.values()]


def _has_name(head: Mapping[int, Cell], words: Vocabulary) -> bool:
    """Tell a header with names of accounts and enough beside them to be that of a table."""
    names = any(words.by_header.get(key, ("",))[0] == "name" for key in _keys(head))
    return names and is_some_header(head, words)


def _stand_apart(left: _Rows, right: _Rows, header: int) -> bool:
    """Tell two tables by their rows: some hold the right one alone, or most the left one alone."""
    rows = [number for number in left if number > header]
    beside = [number for number in rows if right[number]]
    return any(not left[number] for number in beside) or len(beside) * 2 < len(rows)


def _has_title(over: Sequence[Line], gap: int, words: Vocabulary) -> bool:
    """Tell whether a title of its own stands over what lies right of a column; a label there is of the whole sheet."""
    return any(
        column > gap and not any(True for _ in labelled(number, {column: cell}, words))
        for number, cells in over
        for column, cell in cells.items()
    )
