"""Lists that go out as a workbook: header, rows of texts, numbers and dates, a title where there is one.

Columns to fill in stand out. A list without a title has its header in the first row, with a filter on it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

HEADER_ROW = 2
"""Of a list with a title."""

_NARROWEST, _WIDEST, _MARGIN = 8, 60, 4


class ListColumn(msgspec.Struct, frozen=True):
    """A column; one to fill in is blank and takes what is typed as a text."""

    header: str
    width: int
    fill_in: bool = False
    number_format: str = ""  # of numbers; empty: as they are


class ListPage(msgspec.Struct, frozen=True):
    """A page of a list."""

    name: str
    title: str  # empty: none
    columns: tuple[ListColumn, ...]
    rows: Sequence[Sequence[str | int | float | date | datetime | None]]


def write_list(path: Path, pages: Iterable[ListPage]) -> None:
    """Write a workbook with these pages, over an older one of the same name."""
    from connectors.sheets.list_writer import write_pages  # noqa: PLC0415 (its library is slow to import, and large)

    write_pages(path, pages)


def fitting_width(texts: Iterable[str]) -> int:
    """Return the width, in digits, of a column of texts: a Chinese character takes two, a long text is wrapped."""
    longest = max((len(text.encode("gb18030")) for text in texts), default=0)
    return max(_NARROWEST, min(longest + _MARGIN, _WIDEST))
