"""Merged cells: one that describes the owner counts for each of its rows, any other leaves its rows in doubt."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

import msgspec

from connectors.sheets.areas import Area, Walk
from connectors.sheets.cells import Cell
from events.messages import message


class Merged(msgspec.Struct, frozen=True):
    """What merged cells mean for the rows of a table."""

    filled: dict[int, set[int]]  # column -> rows that took the cell of their merge
    refused: dict[int, dict[int, Area]]  # row -> column -> the merge that lies over it
    once: dict[int, Area]  # other columns -> a merge that counted for its first row alone


def settle_merged(
    lines: Mapping[int, dict[int, Cell]],
    merged: Iterable[Area],
    header_row: int,
    *,
    owners: set[int],
    known: set[int],
    others: set[int],
) -> Merged:
    """Fill the columns of `owners` down, in place; name the rows that a merge over another `known` column touches.

    A merge over several columns counts for its first one. Blank cells outside a merge stay blank. A merge that begins
    in the header holds a title, which is no value of the rows below: it leaves them in doubt in any column.
    """
    found = Merged({}, {}, {})
    columns = sorted(owners | known | others)
    width = max(columns, default=-1) + 1
    # Of cells beside one another each row is under one a column at most.
    walk = Walk(
        len(lines) * width,
        message("has merged cells that lie over one another"),
        message("take the merged cells apart"),
    )
    for area in merged:
        if area.last_row <= header_row or area.first_column >= width:
            continue
        rows = [row for row in walk.under(area.first_row, area.last_row, lines) if row > header_row]
        for column in columns[bisect_left(columns, area.first_column) :]:
            if column > area.last_column:
                break
            if column in known or area.first_row <= header_row:
                for row in rows:
                    found.refused.setdefault(row, {})[column] = area
            elif column == area.first_column and column in owners:
                _fill(found, lines, area, rows)
            elif column == area.first_column and len(rows) > 1:
                found.once[column] = area
    return found


def _fill(found: Merged, lines: Mapping[int, dict[int, Cell]], area: Area, rows: list[int]) -> None:
    column = area.first_column
    cell = lines.get(area.first_row, {}).get(column)
    if cell is None:
        return
    for row in rows:
        if row != area.first_row and column not in lines[row]:
            lines[row][column] = cell
            found.filled.setdefault(column, set()).add(row)
