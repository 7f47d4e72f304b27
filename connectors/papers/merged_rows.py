"""Merged cells over rows of data: those of an owner count for each row, those of what belongs to its row refuse it.

Whether a merge means each of its rows is asked where it may: who a row is about, on a page that has several rows of one
account, as lists of problems have; a name over rows with a platform each; and a time of looking.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.papers.paper import Column, Row
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area
from connectors.sheets.cells import Cell, shown
from connectors.sheets.merged_cells import Merged, settle_merged
from events.folding import fold

OF_SEVERAL_ROWS = frozenset({"findings", "answers", "posts", "reposts", "site_findings"})
"""Kinds of pages that have several rows of one account."""

_WHO = frozenset({"name", "account_id", "national_code", "platform", "account_type", "link"})
_WHEN = frozenset({"looked_at"})


class Sheet(msgspec.Struct, frozen=True):
    """What merges are settled on: a page of a kind, its columns and rows, and its cells."""

    kind: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    header_row: int
    by_row: Mapping[int, dict[int, Cell]]


def settle_merges(
    sheet: Sheet, merged: Iterable[Area], words: Vocabulary, *, for_each: bool
) -> tuple[Merged, bool]:
    """Fill merged cells of owners down over rows of data, in place; name the rows that any other one refuses.

    `for_each`: a person has said that merges mean each of their rows where they may. Returns too whether that would
    change anything.
    """
    data = {row.number for row in sheet.rows if row.sort == "data"}
    lines = {number: sheet.by_row[number] for number in sorted(data)}
    over_data = [
        area
        for area in merged
        if (area.last_row - area.first_row or area.last_column - area.first_column)
        and any(area.first_row <= number <= area.last_row for number in data)
    ]
    columns = sheet.columns
    owners = {column.index for column in columns if _is_of_owner(column, words)}
    known = {column.index for column in columns if _is_of_row(column, words)} - owners
    others = {column.index for column in columns} - owners - known
    asked = [area for area in over_data if _may_mean_each(area, sheet, lines)]
    filled: dict[int, set[int]] = {}
    if for_each:
        over_data = [area for area in over_data if area not in asked]
        meant = {area.first_column for area in asked}
        first = settle_merged(lines, asked, sheet.header_row, owners=meant, known=set(), others=set())
        filled = first.filled
    settled = settle_merged(lines, over_data, sheet.header_row, owners=owners, known=known, others=others)
    for column, numbers in filled.items():
        settled.filled.setdefault(column, set()).update(numbers)
    return settled, bool(asked)


def _may_mean_each(area: Area, sheet: Sheet, lines: Mapping[int, Mapping[int, Cell]]) -> bool:
    """Tell a merge over rows, in one column, of what several rows may have in common."""
    column = next((c for c in sheet.columns if c.index == area.first_column), None)
    rows = [cells for number, cells in lines.items() if area.first_row <= number <= area.last_row]
    if column is None or area.last_column > area.first_column or len(rows) < 2 or column.people:
        return False
    fields = set(column.fields)
    if not fields or area.first_row <= sheet.header_row:
        return False
    if fields <= _WHEN or (fields <= _WHO and sheet.kind in OF_SEVERAL_ROWS):
        return True
    platform = next((c for c in sheet.columns if "platform" in c.fields and c is not column), None)
    if "name" not in fields or platform is None:
        return False
    platforms = [fold(shown(cells.get(platform.index))) for cells in rows]
    return all(platforms) and len(set(platforms)) == len(platforms)


def _is_of_owner(column: Column, words: Vocabulary) -> bool:
    if column.people:
        return True
    fields = words.words.fields
    return bool(column.fields) and all(f in fields and fields[f].of_owner for f in column.fields)


def _is_of_row(column: Column, words: Vocabulary) -> bool:
    fields = words.words.fields
    known = [fields[field] for field in column.fields if field in fields]
    return bool(column.rule) or any(field.of_row or field.values == "time" for field in known)
