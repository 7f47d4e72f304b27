"""Two columns of a page for one field: equal ones are one, of others a person says which counts."""

from collections.abc import Mapping, Sequence

import msgspec

from connectors.papers.paper import Column, Doubt, Reason
from connectors.sheets.cells import Cell, shown
from events.folding import fold

_ONE_VALUE = frozenset(
    {"name", "account_id", "owner", "platform", "opened_at", "newest_post_at", "outcome", "area"}
)


def one_column_a_field(
    columns: Sequence[Column], rows: Sequence[Mapping[int, Cell]], chosen: Mapping[str, str]
) -> tuple[list[Column], list[Doubt]]:
    """Keep one of two columns with equal cells; where they differ, which of them counts is a question.

    `chosen`: letters of columns by field, as a person chose them. Columns of accounts side by side tell of several
    accounts and are no double.
    """
    kept: list[Column] = []
    doubts: list[Doubt] = []
    first: dict[str, Column] = {}
    for column in columns:
        field = column.fields[0] if column.fields and not column.people and not column.side else ""
        if field not in _ONE_VALUE or column.use != "understood" or field not in first:
            first.setdefault(field, column)
            kept.append(column)
            continue
        other = first[field]
        if chosen.get(field) == column.letter:
            kept[kept.index(other)] = msgspec.structs.replace(other, use="kept_aside", fields=())
            kept.append(column)
            first[field] = column
            continue
        differ = any(
            fold(shown(cells.get(column.index))) not in ("", fold(shown(cells.get(other.index))))
            for cells in rows
        )
        if differ and field not in chosen:
            answers = (other.letter, column.letter)
            doubts.append(Doubt(Reason("two_columns"), field, column.letter, column.header, answers))
        kept.append(msgspec.structs.replace(column, use="kept_aside", fields=()))
    return kept, doubts
