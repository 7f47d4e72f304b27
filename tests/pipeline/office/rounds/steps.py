"""Steps of a round that several tests take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from connectors.sheets.check_sheets.kind import CHECKS
from connectors.sheets.check_sheets.writer import HEADER_ROW
from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done

NAME = "city-2021Q2"
SECOND = ("--second", "分管主任")
"""Who agrees that something goes which a frozen round knew."""
FREEZE = ("round", "freeze", NAME, "--although", "试点")
"""The small city has accounts that nobody could judge, and units that nobody told."""
COLUMN = {column.key: number for number, column in enumerate(CHECKS.columns, start=1)}


def announced(home: Path, *words: object, name: str = NAME) -> Any:
    """Announce a round at the small city's check point; without words, of every account."""
    return asked(home, "round", "announce", name, "--check-point", c.CHECK_POINT, *words)


def drawn(home: Path, *words: object) -> Any:
    """Announce and draw."""
    announced(home, *words)
    return asked(home, "round", "draw", NAME)


def frozen(home: Path, *words: object) -> Any:
    """Announce, draw and freeze."""
    drawn(home, *words)
    return asked(home, *FREEZE)


def sheet_of(home: Path, folder: Path, checkers: object = 1, checker: str = "C1") -> Path:
    """Hand out the sheets and return that of a checker."""
    done(home, "round", "sheets", NAME, "--folder", folder, "--checkers", checkers)
    return folder / f"{NAME}-{checker}.xlsx"


def fill(path: Path, change: Callable[[Worksheet], None]) -> Path:
    """Fill a sheet in as a person would, in Excel."""
    book = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def row_of(page: Worksheet, account_id: str) -> int:
    """Return the row of an account."""
    return next(
        row[0].row
        for row in page.iter_rows(min_row=HEADER_ROW + 1)
        if row[COLUMN["account_id"] - 1].value == account_id
    )


def put(page: Worksheet, row: int, **cells: object) -> None:
    """Write cells of a row by their keys; a look that does not say what it saw saw no post."""
    if "looked_at" in cells:
        cells.setdefault("newest_post_at", "无")
    for key, value in cells.items():
        page.cell(row, COLUMN[key]).value = value
