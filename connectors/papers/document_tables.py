"""Tables of documents, of Word or of the web, as pages: what is written above and below one belongs to it.

A row has the number that a person counts in its table. Lines above a table have numbers up to 0, as if the table stood
alone with its first row as 1. A table that goes on behind a page break, in a second table of the same shape, is one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from connectors.papers.header_rows import is_some_header
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area, put_links
from connectors.sheets.cells import Broken, Cell, clean, clean_lines
from connectors.sheets.headers import Line
from connectors.sheets.page import Page
from connectors.word.shown import PLAIN, Seen
from connectors.word.tables import Rows, SeenCell
from events.messages import message

_MOST_ABOVE = 6
_MOST_BELOW = 20
_LONGEST_TITLE = 30
_LONGEST_LABELS = 100
_SENTENCE = 20
_SAYS = re.compile("[:：]")
_GOES_ON = re.compile(r"[(（]?(?:续|接)上?[表页]?\s*[\d一二三四五六七八九十]*[)）]?[:：]?")
_NUMBERED = re.compile(
    r"(?:[(（]?[一二三四五六七八九十\d]+[)）、.．]|附件|附表|表\s*\d|第[一二三四五六七八九十\d]+[章节条部])"
)


class DocumentTable(msgspec.Struct, frozen=True):
    """A table, or several that are one."""

    title: str
    page: Page


class _Found(msgspec.Struct):
    above: list[str]
    rows: Rows
    below: list[str] = []


def tables_from(blocks: Iterable[Seen | Rows], words: Vocabulary) -> list[DocumentTable]:
    """Return every table of a document from its paragraphs and tables in their order."""
    found = _found(blocks, words)
    common = [text for text in found[0].above if not _NUMBERED.match(text)] if found else []
    tables = []
    for number, table in enumerate(found, start=1):
        own = table.above
        above = own if number == 1 else [*(text for text in common if text not in own), *own]
        page = _page(above, table)
        tables.append(DocumentTable(f"表{number} {_heading(own)}".strip(), page))
    return tables


def _heading(above: Sequence[str]) -> str:
    """Return the line right above a table where it is short and says nothing of its own, as 填报单位：… does."""
    last = above[-1] if above else ""
    return last if len(last) <= _LONGEST_TITLE and not _SAYS.search(last) else ""


def _found(blocks: Iterable[Seen | Rows], words: Vocabulary) -> list[_Found]:
    """Bring tables together with the paragraphs above them; those below the last one are its own."""
    found: list[_Found] = []
    between: list[str] = []
    for block in blocks:
        if isinstance(block, Seen):
            between += [text for text in map(clean, block.text.split("\n")) if text and not _is_prose(text)]
        elif any(cell.seen.text for row in block for cell in row):
            rows = _as_seen(block)
            may_go_on = found and all(_GOES_ON.fullmatch(text) for text in between)
            if may_go_on and _goes_on(found[-1].rows, rows, words):
                found[-1].rows += rows
            else:
                found.append(_Found(between[-_MOST_ABOVE:], rows))
            between = []
    if found:
        found[-1].below = between[:_MOST_BELOW]
    return found


def _as_seen(rows: Rows) -> Rows:
    """Return the rows in columns as a person counts them: those of the grid in which no cell begins are none.

    Word leaves a grid finer than the cells where somebody moved a border in one row.
    """
    begun = sorted({cell.column for row in rows for cell in row})
    made: dict[int, SeenCell] = {}
    for cell in (cell for row in rows for cell in row):
        place, end = bisect_left(begun, cell.column), bisect_left(begun, cell.column + cell.span)
        made.setdefault(id(cell), msgspec.structs.replace(cell, column=place + 1, span=end - place))
    return [[made[id(cell)] for cell in row] for row in rows]


def _is_prose(text: str) -> bool:
    """Tell a sentence of a letter: it says nothing of the table that a title or a label would say."""
    return len(text) > _LONGEST_LABELS or (
        len(text) > _SENTENCE and ("。" in text or text.endswith(("：", ":")))
    )


def _goes_on(above: Rows, rows: Rows, words: Vocabulary) -> bool:
    """Tell a table that goes on with the one above: its header comes again, or it has none and the same columns."""
    first = _begun(rows, 1)
    if first == _begun(above, 1):
        return True
    return not is_some_header(first, words) and _width(rows) == _width(above)


def _width(rows: Rows) -> int:
    return max((cell.column + cell.span for row in rows for cell in row), default=0)


def _page(above: Sequence[str], table: _Found) -> Page:
    after = len(table.rows) + 1
    lines: list[Line] = [(number, {0: text}) for number, text in enumerate(above, start=1 - len(above))]
    lines += [(number, cells) for number in range(1, after) if (cells := _begun(table.rows, number))]
    lines += [(number, {0: text}) for number, text in enumerate(table.below, start=after)]
    areas = list(_areas(table.rows))
    links = [
        (msgspec.structs.replace(area, last_row=area.first_row), cell.address)
        for cell, area in areas
        if cell.address
    ]
    put_links(lines, links)
    merged = [
        area for _, area in areas if area.last_row > area.first_row or area.last_column > area.first_column
    ]
    return Page(lines, merged, set(), [], [], links)


def _areas(rows: Rows) -> Iterator[tuple[SeenCell, Area]]:
    """Give each cell with where it lies; one that is merged over rows stands in each of them."""
    open_: dict[int, tuple[SeenCell, int]] = {}  # by column: the cell, and the row where it begins
    for number, row in enumerate([*rows, []], start=1):
        still = {cell.column: cell for cell in row}
        for column, (cell, first) in list(open_.items()):
            if still.get(column) is not cell:
                del open_[column]
                yield cell, Area(first, number - 1, column - 1, column + cell.span - 2)
        for column, cell in still.items():
            open_.setdefault(column, (cell, number))


def _begun(rows: Rows, number: int) -> dict[int, Cell]:
    """Return the cells that begin in a row and say something, by column from 0."""
    above = {id(cell) for cell in rows[number - 2]} if number > 1 else set()
    return {
        cell.column - 1: value
        for cell in rows[number - 1]
        if id(cell) not in above and (value := _cell(cell)) is not None
    }


def _cell(cell: SeenCell) -> Cell | None:
    text = clean_lines(cell.seen.text)
    if cell.seen.obstacle:
        return Broken(text, message("holds {obstacle}", obstacle=cell.seen.obstacle), PLAIN)
    return text or None
