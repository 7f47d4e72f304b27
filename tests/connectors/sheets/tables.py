"""The one table of a sheet, for tests of how it is read."""

from pathlib import Path

from connectors.sheets.columns import SheetKind
from connectors.sheets.table import Table, read_sheet


def read_table(path: Path, kind: SheetKind) -> Table:
    """Read a sheet that has one page with the header."""
    (table,) = read_sheet(path, kind).tables
    return table
