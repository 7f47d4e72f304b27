"""同上 and 〃: a cell of data that says the same as the one above it, put in place before the cell is read."""

from collections.abc import Mapping, Sequence

from connectors.papers.paper import Row
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area
from connectors.sheets.cells import Broken, Cell, shown
from events.folding import fold
from events.messages import message

_LONGEST = 6  # characters of 同上, with spaces within


def resolve_dittos(
    rows: Sequence[Row], by_row: Mapping[int, dict[int, Cell]], merged: Sequence[Area], words: Vocabulary
) -> dict[int, int]:
    """Put the cell above into each cell of data that says 同上, in place; return how many of each column did.

    A merged cell counts for each of its rows. Where nothing stands above, or a heading parts the two, the cell is
    broken: it names neither a unit nor a day.
    """
    resolved: dict[int, int] = {}
    above: int | None = None
    for row in rows:
        if row.sort in ("section", "total"):
            above = None
        if row.sort != "data":
            continue
        number = row.number
        cells = by_row[number]
        for column, cell in cells.items():
            if not isinstance(cell, str) or len(cell) > _LONGEST or fold(cell) not in words.dittos:
                continue
            meant = None if above is None else _cell_at(above, column, by_row, merged)
            if meant is None:
                cells[column] = _without_above(cell)
            else:
                cells[column] = meant
                resolved[column] = resolved.get(column, 0) + 1
        above = number
    return resolved


def _cell_at(
    row: int, column: int, by_row: Mapping[int, Mapping[int, Cell]], merged: Sequence[Area]
) -> Cell | None:
    cell = by_row[row].get(column)
    if cell is not None:
        return cell
    over = next((a for a in merged if a.first_row < row <= a.last_row and a.first_column == column), None)
    return None if over is None else by_row.get(over.first_row, {}).get(column)


def _without_above(cell: Cell) -> Broken:
    return Broken(
        shown(cell), message("says “as above”, and nothing stands above it"), message("write it out")
    )
