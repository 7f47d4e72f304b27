"""Lists as files that an office works on with: delimited text and workbooks."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from connectors.delimited_text import write_delimited
from connectors.documents.example_marking import as_example
from connectors.sheets.list_pages import ListColumn, ListPage, fitting_width, write_list

Plain = str | int | float | date | datetime | None


class Listed(msgspec.Struct, frozen=True):
    """A column with its cells."""

    title: str
    values: Sequence[Plain]
    texts: Sequence[str]  # the same as people read them, by which the column is as wide as it needs
    number_format: str = ""  # of numbers; empty: as they are


def write_list_text(path: Path, titles: Sequence[str], rows: Sequence[Sequence[Plain]]) -> None:
    """Write a list as CSV, over an older file of the same name."""
    write_delimited(path, titles, rows)


def write_list_workbook(path: Path, page: str, columns: Sequence[Listed], *, example: bool = False) -> None:
    """Write a list as a workbook of one page, over an older one; that of an `example` says so above its pages."""
    listed = tuple(
        ListColumn(c.title, fitting_width((c.title, *c.texts)), number_format=c.number_format)
        for c in columns
    )
    rows = list(zip(*(c.values for c in columns), strict=True))
    write_list(path, [ListPage(page, "", listed, rows)])
    if example:
        path.write_bytes(as_example(path.read_bytes()))
