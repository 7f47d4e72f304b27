"""Rows of a paper read by the reader of the sheet that they stand for: one judge for papers and for single imports."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from connectors.papers.paper import Reason, Record
from connectors.papers.paper_time import PaperTime
from connectors.sheets.columns import SheetKind
from connectors.sheets.notes import Rows
from events.messages import message
from pipeline.office.filled_sheets import FIRST_ROW, FilledError, filled_sheet
from pipeline.office.intake.building import Item


class _Numbered(Protocol):
    @property
    def row(self) -> int: ...


R = TypeVar("R", bound=_Numbered)
Fields = Mapping[str, Sequence[str]]
"""By column of the sheet the fields of a record that may say it, the first that does counts."""


class Filled(msgspec.Struct, frozen=True):
    """A row of a paper as the sheet would have it."""

    item: Item
    cells: Mapping[str, str]  # by key of the column
    needs: tuple[str, ...]


def cells_of(record: Record, fields: Fields) -> dict[str, str]:
    """Return the cells of a record by column; of a link the address behind the words counts."""
    return {column: text for column, names in fields.items() if (text := said(record, names))}


def said(record: Record, names: Sequence[str]) -> str:
    """Return what the first of some fields says that says anything, as a person would write it."""
    for name in names:
        address = record.links.get(name, "") if name in _LINKS else ""
        value = address or record.fields.get(name)
        if isinstance(value, PaperTime):
            return str(value)
        if value not in (None, ""):
            return str(value)
    return ""


_LINKS = frozenset(
    {"link", "post_link", "site_home", "column_url", "interpretation_link", "repost_link", "site_domain"}
)


def read_filled(
    kind: SheetKind, rows: Sequence[Filled], read: Callable[[Path], Rows[R]]
) -> tuple[dict[int, R], dict[int, Reason]]:
    """Return what a reader makes of rows, and why it refuses the others, both by their number in the paper.

    Each row stands in the sheet where it stands in the paper, so that what is said of another row names it rightly.
    """
    keys = [column.key for column in kind.columns]
    headers = [column.title for column in kind.columns]
    wrong: dict[int, Reason] = {}
    left = {row.item.at.row: row for row in rows}
    while left:
        lines = [
            [left[number].cells.get(key, "") if number in left else "" for key in keys]
            for number in range(FIRST_ROW, max(left) + 1)
        ]
        try:
            with filled_sheet(headers, lines) as path:
                return {row.row: row for row in read(path)}, wrong
        except FilledError as errors:
            for cell in errors.cells:
                problem = message("{column}: {said}", column=cell.column, said=cell.said)
                wrong.setdefault(cell.row + FIRST_ROW, Reason("row_unfit", {"problem": problem}))
        left = {number: row for number, row in left.items() if number not in wrong}
    return {}, wrong
