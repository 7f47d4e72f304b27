"""Cells of sheets that go out: a text stays a text, whatever it begins with. No other place gives a cell a value."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from connectors.delimited_text import starts_formula
from events.instants import SHANGHAI
from events.printable import printable

MOST_CHARACTERS = 32_767
"""Of one cell, by Excel and by the library, which would cut the rest off without a word."""
_CUT = "…"
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NUMBER_OF = {
    "font": "fontId",
    "fill": "fillId",
    "border": "borderId",
    "alignment": "alignmentId",
    "protection": "protectionId",
}


class CellStyle:
    """How many cells look: `font`, `fill`, `border`, `alignment` and `protection`, each as the library has them.

    The library compares every property of a style with those of the workbook at each cell, which takes longer than the
    rest of a sheet. Here it does so for the first cell; the others get the numbers that it found.
    """

    def __init__(self, **styles: Any) -> None:
        self._styles = styles
        self._numbers: WeakKeyDictionary[Workbook, dict[str, int]] = WeakKeyDictionary()

    def put_on(self, cell: Cell | MergedCell) -> None:
        """Let a cell look so; what it has beside it, like the format of its number, stays."""
        styled: Any = cell  # its types say nothing of these numbers
        book = styled.parent.parent
        known = self._numbers.get(book)
        if known is None:
            for name, style in self._styles.items():
                setattr(styled, name, style)
            own = styled._style  # noqa: SLF001
            self._numbers[book] = {_NUMBER_OF[name]: getattr(own, _NUMBER_OF[name]) for name in self._styles}
            return
        if styled._style is None:  # noqa: SLF001
            styled._style = StyleArray()  # noqa: SLF001
        for name, number in known.items():
            setattr(styled._style, name, number)  # noqa: SLF001


def write_text(cell: Cell | MergedCell, text: str) -> None:
    """Write a text as one: no formula, link or exchange with a program, also after somebody edits the cell.

    An empty text leaves the cell empty. What spreadsheets take for a formula in other widths, or behind a tab or a
    line break, is marked as a text as well.
    """
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} is part of a merged cell")
    cleaned = printable(text)
    if not cleaned:
        return
    if len(cleaned) > MOST_CHARACTERS:
        cleaned = cleaned[: MOST_CHARACTERS - len(_CUT)] + _CUT
    cell.value = _ESCAPE.sub(
        "_x005F_", cleaned
    )  # ECMA-376 part 1, 22.9.2.19: else a reader takes it for a character
    cell.data_type = "s"
    cell.quotePrefix = starts_formula(cleaned)


def write_number(cell: Cell | MergedCell, number: float) -> None:
    """Write a number as one."""
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} is part of a merged cell")
    cell.value = number


def write_moment(cell: Cell | MergedCell, at: datetime) -> None:
    """Write an aware moment as a date of Chinese time, to the minute: a workbook knows no zones."""
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} is part of a merged cell")
    cell.value = at.astimezone(SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)
    cell.number_format = "yyyy-mm-dd hh:mm"


def write_day(cell: Cell | MergedCell, day: date) -> None:
    """Write a day as a date."""
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} is part of a merged cell")
    cell.value = day
    cell.number_format = "yyyy-mm-dd"


def write_row(page: Worksheet, row: int, texts: Sequence[str]) -> None:
    """Write texts into a row from its first column on."""
    for column, text in enumerate(texts, start=1):
        write_text(page.cell(row, column), text)
