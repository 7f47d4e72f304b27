"""Rows that somebody fills in on a page, read by the reader of the sheet that they stand for: one judge for both."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from connectors.delimited_text import write_delimited
from connectors.sheets.errors import SheetErrors
from events.messages import Message, message
from pipeline.home.errors import UsageError

FIRST_ROW = 2
"""Number of the row below the header."""


class WrongCell(msgspec.Struct, frozen=True):
    """What is wrong with a box: its row from 0, the header that it stands for, and what to do."""

    row: int
    column: str
    said: Message


class FilledError(UsageError):
    """Rows that were refused; nothing of them was taken."""

    def __init__(self, cells: Sequence[WrongCell]) -> None:
        super().__init__(
            message(
                "{number} boxes are wrong; nothing was taken",
                number=len(cells),
            )
        )
        self.cells = tuple(cells)


@contextmanager
def filled_sheet(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Path]:
    """Give a sheet of rows, gone afterwards; what its reader refuses comes back as `FilledError`, by row and header.

    The same rows are the same bytes, so that a form that is sent twice is one report.
    """
    with tempfile.TemporaryDirectory(prefix="xuncha-") as folder:
        path = Path(folder) / "页面填报.csv"
        write_delimited(path, headers, rows)
        try:
            yield path
        except SheetErrors as errors:
            raise FilledError(
                [
                    WrongCell(
                        error.row - FIRST_ROW,
                        error.column,
                        message("{problem}，{remedy}", problem=error.problem, remedy=error.remedy),
                    )
                    for error in errors.errors
                ]
            ) from None
