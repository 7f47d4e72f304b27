"""Numbers of rows, unlike one another over all pages of a workbook."""

from typing import Self

_PAGE_STRIDE = 1 << 24  # above every row of a page


class RowNumber(int):
    """A row of one of several pages: a number of its own among all rows of the file, shown as a person finds it."""

    number: int
    page: str

    def __new__(cls, number: int, page: str, place: int) -> Self:
        """Return the number of a row of the page at a place, from 0."""
        made = super().__new__(cls, place * _PAGE_STRIDE + number)
        made.number, made.page = number, page
        return made

    def __str__(self) -> str:
        return f"{self.number} of page {self.page}"

    __repr__ = __str__


def in_page(row: int) -> int:
    """Return the number of a row in its page."""
    return row.number if isinstance(row, RowNumber) else row
