"""Places on a paper by the names that a person reads there, however its table lies."""

import re

from msgspec.structs import replace

from connectors.papers.paper import Doubt, Layout, ReadPage, Reason, Record, Stated
from connectors.papers.turned_tables import LaidOut
from connectors.sheets.areas import column_index, column_letters

_CELL = re.compile(r"([A-Z]{1,3})(-?\d+)")
_TOLD: dict[Layout, str] = {"columns": "turned", "form": "one_account"}
_ACROSS = {"named_twice": "named_twice_across", "merged_once": "merged_once_across"}
"""Reasons that name a row, and those that name a column in its place."""


def cell_name(letter: str, row: int) -> str:
    """Return the name of a cell by that of its column and the number of its row, as a record and its column bear them.

    F and 12 are F12; where the fields go down, row 7 of the paper and the account in its column 3 are C7; a field of a
    form is called by its cell already.
    """
    if letter.isdecimal():
        return f"{column_letters(row - 1)}{letter}"
    return letter if letter[-1:].isdecimal() else f"{letter}{row}"


def line_name(layout: Layout, row: int) -> str:
    """Return what a person calls the row of a record: 12, column C where accounts lie side by side, none in a form."""
    if layout == "form":
        return ""
    return column_letters(row - 1) if layout == "columns" else str(row)


def as_it_lies(page: ReadPage, laid: LaidOut) -> ReadPage:
    """Return a page that was turned before it was read, with the places that it names as they are on the paper."""
    context = page.context
    moved = {
        name: replace(stated, place=_above(stated.place, laid))
        for name in ("area", "reported_by", "checked_by", "sheet_date", "looked_at")
        if isinstance(stated := getattr(context, name), Stated)
    }
    records = tuple(_record(record) for record in page.records) if laid.layout == "columns" else page.records
    hints = (Reason(_TOLD[laid.layout]), *page.hints)
    hints = tuple(_reason(hint) for hint in hints) if laid.layout == "columns" else hints
    return replace(page, layout=laid.layout, context=replace(context, **moved), records=records, hints=hints)


def _above(place: str, laid: LaidOut) -> str:
    """Return the place of a cell above a table by its row on the paper; what a form says has none."""
    if laid.layout == "form":
        return ""
    found = _CELL.fullmatch(place)
    row = int(found[2]) - laid.header.rows[0] + laid.first_row if found else 0
    return f"{found[1]}{row}" if found and 0 < row < laid.first_row else place


def _record(record: Record) -> Record:
    return replace(
        record,
        refusals=tuple(_doubt(doubt) for doubt in record.refusals),
        contradictions=tuple(_doubt(doubt) for doubt in record.contradictions),
        doubts=tuple(_doubt(doubt) for doubt in record.doubts),
    )


def _doubt(doubt: Doubt) -> Doubt:
    return replace(doubt, why=_reason(doubt.why))


def _reason(reason: Reason) -> Reason:
    """Return a reason with the cells that it names turned, and a column for the row that it names."""
    says = {
        key: _CELL.sub(_turned, text) if key in ("place", "places") else text
        for key, text in reason.says.items()
    }
    code = _ACROSS.get(reason.code, reason.code)
    if code != reason.code:
        says["row"] = column_letters(int(says["row"]) - 1)
    return Reason(code, says)


def _turned(cell: re.Match[str]) -> str:
    return f"{column_letters(int(cell[2]) - 1)}{column_index(cell[1]) + 1}"
