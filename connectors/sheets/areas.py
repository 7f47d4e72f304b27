"""The areas of a page: merged cells, hidden columns and hyperlinks."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.sheets.cells import Cell, Linked, clean
from connectors.sheets.escapes import unescaped
from connectors.sheets.xml_parts import Attributes, is_true, relation, whole_number
from events.messages import message

MAX_RANGES = 100_000
MAX_WALKED = 20_000_000
"""Rows and cells under links; those of a real page do not overlap."""

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Area(msgspec.Struct, frozen=True):
    """A rectangle of cells; rows from 1, columns from 0, both ends inside."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class TooLargeError(Exception):
    """A page above a bound; says which, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(message("{problem}; {remedy}", problem=problem, remedy=remedy))
        self.problem = problem
        self.remedy = remedy


def column_index(letters: str) -> int:
    """Return the place of a column from 0: A is 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """Return the letters of a column by its place from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_area(text: str) -> Area | None:
    """Read A1 or A1:C3, None where it is neither."""
    first, _, last = text.partition(":")
    corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
    if None in corners:
        return None
    rows = sorted(int(corner[2]) for corner in corners if corner)
    columns = sorted(column_index(corner[1].upper()) for corner in corners if corner)
    return Area(rows[0], rows[1], columns[0], columns[1])


class AreaReader:
    """Collects the areas of one page while it streams by; `addresses` are its external links by id."""

    def __init__(self, part: str, addresses: Mapping[str, str]) -> None:
        self.merged: list[Area] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.links: list[tuple[Area, str]] = []
        self._part = part
        self._addresses = addresses
        self._ranges = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Take an element; those that name no area are passed over."""
        match name:
            case "mergeCell":
                if (area := self._area(attributes.get("ref", ""))) is not None:
                    self.merged.append(area)
            case "hyperlink":
                self._start_link(attributes)
            case "col":
                width = attributes.get("width")
                if is_true(attributes.get("hidden")) or (width is not None and width.strip("0.") == ""):
                    self._count_range()
                    first, last = (
                        whole_number(self._part, name, attributes.get(end, "0")) for end in ("min", "max")
                    )
                    self.hidden_columns.append((first - 1, last - 1))

    def _start_link(self, attributes: Attributes) -> None:
        area = self._area(attributes.get("ref", ""))
        target = relation(attributes, "id")
        if area is None or target is None:  # a place inside the workbook
            return
        place = attributes.get("location")
        address = self._addresses.get(target, "") + (f"#{place}" if place else "")
        if address:
            self.links.append((area, clean(unescaped(address))))

    def _area(self, reference: str) -> Area | None:
        self._count_range()
        return read_area(reference)

    def _count_range(self) -> None:
        self._ranges += 1
        if self._ranges > MAX_RANGES:
            raise TooLargeError(
                message(
                    "has more than {max_ranges} merged cells, links and hidden columns", max_ranges=MAX_RANGES
                ),
                message("take out those that are not asked"),
            )


class Walk:
    """Counts the rows and cells that are looked for under areas: these may lie over one another without end."""

    def __init__(self, most: int, problem: str, remedy: str) -> None:
        self._walked = 0
        self._most = most
        self._problem = problem
        self._remedy = remedy

    def under(self, first: int, last: int, held: Mapping[int, object]) -> list[int]:
        """Return the held rows or columns from first to last; raises TooLargeError above the bound."""
        places = range(first, last + 1)
        self._walked += min(len(places), len(held))
        if self._walked > self._most:
            raise TooLargeError(self._problem, self._remedy)
        if len(places) <= len(held):
            return [place for place in places if place in held]
        return [place for place in held if place in places]


def put_links(lines: Iterable[tuple[int, dict[int, Cell]]], links: Sequence[tuple[Area, str]]) -> None:
    """Put the addresses of hyperlinks behind the texts that they lie under."""
    if not links:
        return
    by_row = dict(lines)
    walk = Walk(MAX_WALKED, message("has links that lie over one another"), message("take out the links"))
    for area, address in links:
        for row in walk.under(area.first_row, area.last_row, by_row):
            cells = by_row[row]
            for column in walk.under(area.first_column, area.last_column, cells):
                cell = cells[column]
                if isinstance(cell, str) and not _same_address(cell, address):
                    cells[column] = Linked(cell, address)


def _same_address(words: str, address: str) -> bool:
    """Tell words that are their address: Excel adds a slash to a bare host."""
    return words.rstrip("/") == address.rstrip("/")
