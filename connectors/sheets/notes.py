"""What a reader noticed in a sheet that it took: what was not read, and what a person may not have seen."""

from collections.abc import Iterable
from typing import Generic, Literal, TypeVar

import msgspec

from connectors.sheets.areas import column_letters
from events.messages import message

R = TypeVar("R")
_MOST_STRETCHES = 8


class Note(msgspec.Struct, frozen=True):
    """One thing to tell."""

    kind: Literal[
        "page_not_read", "page_not_understood", "column_not_read", "cell_not_read", "hidden_rows", "hidden_columns",
        "filled_down", "merged", "struck",
        "repeated_header", "repeated_row", "address", "new_beside_known",
    ]  # fmt: skip
    page: str  # empty in a CSV file, and where a workbook has one page
    text: str  # a message

    def to_message(self) -> str:
        """Return what is told, as a message."""
        return message("page {page}: {text}", page=self.page, text=self.text) if self.page else self.text

    def __str__(self) -> str:
        return str(self.to_message())


class Rows(list[R], Generic[R]):
    """The rows of a sheet, with what its reader noticed."""

    def __init__(self, rows: Iterable[R] = (), notes: Iterable[Note] = ()) -> None:
        super().__init__(rows)
        self.notes = tuple(notes)


def stretches(numbers: Iterable[int]) -> str:
    """Write numbers as people do: 3, 5-9, 12."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    parts = [str(first) if first == last else f"{first}-{last}" for first, last in found[:_MOST_STRETCHES]]
    return ", ".join(parts) + (", …" if len(found) > _MOST_STRETCHES else "")


def places(cells: Iterable[tuple[int, int]]) -> str:
    """Write cells, given by row and column from 0, as a workbook calls them: B3, C5."""
    parts = [f"{column_letters(column)}{row}" for row, column in sorted(set(cells))]
    return ", ".join(parts[:_MOST_STRETCHES]) + (", …" if len(parts) > _MOST_STRETCHES else "")
