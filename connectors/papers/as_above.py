"""Rows without an account below one that has it, in lists that have several rows of one account."""

from collections.abc import Mapping, Sequence

from connectors.papers.merged_rows import OF_SEVERAL_ROWS
from connectors.papers.paper import Column
from connectors.sheets.cells import Cell, shown
from events.folding import fold

_WHO = frozenset({"name", "platform", "account_type", "account_id", "owner"})


def lacking(kind: str, columns: Sequence[Column], rows: Sequence[dict[int, Cell]], *, fill: bool) -> bool:
    """Tell whether rows lack their account where the one above may be meant.

    `fill`: a person has said that it is, and the cells are filled in, in place. A row that names another owner than
    the row above is not about its account.
    """
    who = [column.index for column in columns if _WHO.intersection(column.fields) and not column.side]
    name = next((column.index for column in columns if "name" in column.fields), None)
    owner = next((column.index for column in columns if "owner" in column.fields), None)
    if kind not in OF_SEVERAL_ROWS or name is None:
        return False
    found = False
    above: Mapping[int, Cell] = {}
    for cells in rows:
        other = owner in cells and fold(shown(cells[owner])) != fold(shown(above.get(owner)))
        if name in cells or name not in above or other:
            above = cells
            continue
        found = True
        if fill:
            cells.update({index: above[index] for index in who if index in above and index not in cells})
    return found and not fill
