"""The tables of a Word document as pages: what stands over a table goes with it, and one that runs on is one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from connectors.forms.answer_reading import MAX_TABLE_ROWS
from connectors.sheets.areas import Area
from connectors.sheets.cells import Broken, Cell, clean
from connectors.sheets.columns import header_key
from connectors.sheets.errors import UnreadableSheetError
from connectors.sheets.headers import Line
from connectors.sheets.page import Page
from connectors.word.document import WordDocument
from connectors.word.errors import WordError
from connectors.word.tables import Rows, SeenCell, blocks_of
from events.messages import message

_RUNS_ON = re.compile(r"[(（]?(?:续表?|接上[页表])[\d一二三四五六七八九十]*[)）]?")
_LONGEST_LINE = 40  # characters of a line that is a title or a label; a longer one is text of the letter
_LINES_OVER, _LINES_BELOW = 5, 4


class WordTable(msgspec.Struct, frozen=True):
    """A table and the short lines over it."""

    title: str  # 表1
    page: Page


def word_tables(path: Path, content: bytes) -> list[WordTable]:
    """Return the tables of a document whose package is sound; raises `SheetError` for one that cannot be read."""
    try:
        blocks = list(blocks_of(WordDocument(content), max_rows=MAX_TABLE_ROWS))
    except WordError as error:
        raise UnreadableSheetError(path, error.problem, error.remedy) from error
    return [
        WordTable(f"表{number}", _page(over, rows, below))
        for number, (over, rows, below) in enumerate(_parts(blocks), start=1)
    ]


def _parts(blocks: Sequence[str | Rows]) -> Iterator[tuple[list[str], list[Rows], list[str]]]:
    """Yield each table with the lines over it, the tables in which it runs on over pages, and the lines at the end."""
    over: list[str] = []
    found: tuple[list[str], list[Rows]] | None = None
    first = next((clean(block) for block in blocks if isinstance(block, str) and clean(block)), "")
    for block in blocks:
        if isinstance(block, str):
            text = clean(block)
            if text and not _RUNS_ON.fullmatch(text):
                over.append(text)
            continue
        if found is not None and not over and _runs_on(found[1][0], block):
            found[1].append(block)
            continue
        if found is not None:
            yield *found, []
        lines = [line for line in over if len(line) <= _LONGEST_LINE][-_LINES_OVER:]
        title = [first] if first and first not in lines and len(first) <= _LONGEST_LINE else []
        found, over = ([*title, *lines], [block]), []
    if found is not None:
        yield found[0], found[1], [line for line in over if len(line) <= _LONGEST_LINE][-_LINES_BELOW:]


def _runs_on(rows: Rows, more: Rows) -> bool:
    """Tell whether a table has the columns of the one before it: the same header, or cells in the same places."""
    if not rows or not more:
        return False
    texts = [[header_key(clean(cell.seen.text)) for cell in one[0]] for one in (rows, more)]
    return texts[0] == texts[1] or _starts(rows[-1]) == _starts(more[0])


def _starts(row: Sequence[SeenCell]) -> list[int]:
    return [cell.column for cell in row]


def _page(over: Sequence[str], tables: Sequence[Rows], below: Sequence[str]) -> Page:
    lines: list[Line] = [(number, {0: text}) for number, text in enumerate(over, start=1)]
    merged: list[Area] = []
    before = len(lines)
    for rows in tables:
        _append(rows, before, lines, merged)
        before += len(rows)
    lines += [(number, {0: text}) for number, text in enumerate(below, start=before + 1)]
    return Page(lines, merged, set(), [], [], [])


def _append(rows: Rows, before: int, lines: list[Line], merged: list[Area]) -> None:
    """Put a table below the rows `before`; columns that no cell begins in do not count, as nobody sees them."""
    places = {column: i for i, column in enumerate(sorted({cell.column for row in rows for cell in row}))}
    lasts = {id(cell): number for number, row in enumerate(rows, start=1) for cell in row}
    for number, row in enumerate(rows, start=1):
        cells: dict[int, Cell] = {}
        for cell, last in zip(row, _last_places(row, places), strict=True):
            place = places[cell.column]
            if cell.row != number:
                continue
            value = _value(cell)
            if value is not None:
                cells[place] = value
            if last > place or lasts[id(cell)] > number:
                merged.append(Area(before + number, before + lasts[id(cell)], place, last))
        if cells:
            lines.append((before + number, cells))


def _last_places(row: Sequence[SeenCell], places: Mapping[int, int]) -> list[int]:
    nexts = [places[cell.column] - 1 for cell in row[1:]]
    return [*nexts, len(places) - 1] if row else []


def _value(cell: SeenCell) -> Cell | None:
    text = clean(cell.seen.text)
    if cell.seen.obstacle:
        problem = message("holds {obstacle}", obstacle=cell.seen.obstacle)
        return Broken(text, problem, message("type the text into the cell itself, without it"))
    return text or None
