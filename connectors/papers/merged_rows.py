"""Merged cells over rows of data: those of an owner count for each row, those of what belongs to its row refuse it."""

from collections.abc import Iterable, Mapping, Sequence

from connectors.papers.paper import Column, Row
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area
from connectors.sheets.cells import Cell
from connectors.sheets.merged_cells import Merged, settle_merged


def settle_merges(
    columns: Sequence[Column],
    rows: Sequence[Row],
    merged: Iterable[Area],
    header_row: int,
    by_row: Mapping[int, dict[int, Cell]],
    words: Vocabulary,
) -> Merged:
    """Fill merged cells of owners down over rows of data, in place; name the rows that any other one refuses."""
    data = {row.number for row in rows if row.sort == "data"}
    over_data = [
        area
        for area in merged
        if (area.last_row - area.first_row or area.last_column - area.first_column)
        and any(area.first_row <= number <= area.last_row for number in data)
    ]
    owners = {column.index for column in columns if _is_of_owner(column, words)}
    known = {column.index for column in columns if _is_of_row(column, words)}
    others = {column.index for column in columns} - owners - known
    lines = {number: by_row[number] for number in sorted(data)}
    return settle_merged(lines, over_data, header_row, owners=owners, known=known, others=others)


def _is_of_owner(column: Column, words: Vocabulary) -> bool:
    if column.people:
        return True
    fields = words.words.fields
    return bool(column.fields) and all(f in fields and fields[f].of_owner for f in column.fields)


def _is_of_row(column: Column, words: Vocabulary) -> bool:
    fields = words.words.fields
    known = [fields[field] for field in column.fields if field in fields]
    return bool(column.rule) or any(field.of_row or field.values == "time" for field in known)
