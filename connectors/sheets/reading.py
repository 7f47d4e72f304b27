"""Reading a sheet of any kind row by row: all of a file or none of it, with every bad cell named."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from connectors.sheets.columns import SheetKind
from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.fields import RowFields
from connectors.sheets.notes import Rows
from connectors.sheets.rows import NamedAccount
from connectors.sheets.table import read_sheet
from connectors.sheets.times import end_of_tomorrow

R = TypeVar("R")


def read_rows(path: Path, kind: SheetKind, take: Callable[[RowFields], R | None]) -> Rows[R]:
    """Return what `take` makes of each row; raises `SheetError` or, for bad cells, `SheetErrors`.

    `take` refuses cells on its fields; a row it returns None for needs a cell that it refused.
    """
    sheet = read_sheet(path, kind)
    errors: list[CellError] = []
    named: list[NamedAccount] = []
    rows: list[R] = []
    for table in sheet.tables:
        for row in table.rows:
            fields = RowFields(table, row)
            taken = take(fields)
            errors.extend(fields.errors)
            if fields.named is not None:
                named.append(fields.named)
            if taken is not None:
                rows.append(taken)
    if errors:
        raise SheetErrors(path, tuple(errors), tuple(named))
    return Rows(rows, sheet.notes)


def latest_time(now: datetime | None) -> datetime:
    """Return the latest time that an observation may carry, seen from `now` (default: the wall clock)."""
    return end_of_tomorrow(now if now is not None else datetime.now(UTC))
