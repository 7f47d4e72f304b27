"""What a person mends of a page before it is read: single cells, and what a column holds."""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from connectors.papers.paper import Column
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import column_index
from connectors.sheets.cells import clean
from connectors.sheets.columns import header_key
from connectors.sheets.headers import Line

MAX_TEXT = 2_000
"""Characters of a mended cell."""

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


def is_cell(text: str) -> bool:
    """Tell the name of a cell, like F12."""
    return _CELL.fullmatch(text) is not None


def correct_cells(lines: Sequence[Line], corrections: Mapping[str, str]) -> None:
    """Put what a person wrote into the cells that it is for; an empty text empties the cell.

    The lines are changed in place. A cell of a row that has no line has nothing to mend.
    """
    if not corrections:
        return
    by_row = dict(lines)
    for cell, text in corrections.items():
        found = _CELL.fullmatch(cell)
        cells = by_row.get(int(found[2])) if found else None
        if found is None or cells is None:
            continue
        index, value = column_index(found[1]), clean(text)[:MAX_TEXT]
        if value:
            cells[index] = value
        else:
            cells.pop(index, None)


def as_settled(columns: Sequence[Column], reads: Mapping[str, str], words: Vocabulary) -> list[Column]:
    """Return columns with the fields that a person gave them; one that tells of people stays what it is.

    A field that the vocabulary does not know keeps the column aside.
    """
    return [
        column
        if column.people or column.letter not in reads
        else _holding(column, reads[column.letter], words)
        for column in columns
    ]


def as_settled_by_header(
    columns: Sequence[Column], told: Mapping[str, str], words: Vocabulary
) -> list[Column]:
    """Return columns with the fields that were told for their headers, by key; one that tells of people stays."""
    return [
        column
        if column.people or (field := told.get(header_key(column.header))) is None
        else _holding(column, field, words)
        for column in columns
    ]


def _holding(column: Column, field: str, words: Vocabulary) -> Column:
    known = words.words.fields.get(field)
    if known is None:
        return replace(column, use="kept_aside", fields=(), rule="", nearest="")
    return replace(column, use=known.use, fields=(field,), rule="", nearest="")
