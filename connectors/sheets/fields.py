"""The fields of one row; what is wrong with them is collected, not raised."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TypeVar

from connectors.sheets.cells import (
    Cell,
    as_address,
    as_choice,
    as_count,
    as_days,
    as_id,
    as_key,
    as_moment,
    as_text,
    as_whole,
    machine,
    shown,
)
from connectors.sheets.errors import BadValueError, CellError
from connectors.sheets.row_numbers import in_page
from connectors.sheets.rows import AccountRef, NamedAccount
from connectors.sheets.table import Row, Table
from connectors.sheets.vocabulary import CLEARED_WORDS, NONE_WORDS, PLATFORMS
from events.messages import message
from events.moments import Moment

T = TypeVar("T")

_PLATFORM_BY_KEY = {platform.casefold(): platform for platform in PLATFORMS}


class RowFields:
    """Reads one row by the keys of its columns; a bad field reads as if blank and leaves an error."""

    def __init__(self, table: Table, row: Row) -> None:
        self._table = table
        self._row = row
        self.number = row.number
        self.errors: list[CellError] = []
        self.named: NamedAccount | None = None  # once the account of the row was read
        for column, cell in row.stray.items():
            problem, remedy = (
                message("has content under no header"),
                message("give the column a header or clear the cell"),
            )
            place = f"{column}{in_page(row.number)}" if table.letters else ""
            self.errors.append(CellError(row.number, column, place, shown(cell), problem, remedy))
        for header, area in row.merged.items():
            problem, remedy = (
                message("belongs to the merged cell {area}", area=area),
                message("take it apart and fill in each row"),
            )
            self.errors.append(table.error(row.number, header, row.cells.get(header), problem, remedy))

    def refuse(self, key: str, problem: str, remedy: str) -> None:
        """Leave an error at the cell of a column."""
        header = self._table.columns.get(key, key)
        self.errors.append(self._table.error(self.number, header, self.cell(key), problem, remedy))

    def need(self, *keys: str) -> None:
        """Refuse blank cells of columns that every row must fill."""
        for key in keys:
            if self.cell(key) is None and self._table.columns.get(key) not in self._row.merged:
                self.refuse(key, message("is empty"), message("fill it in"))

    def cell(self, key: str) -> Cell | None:
        """Give the cell as it stands, None when blank or without a column."""
        return self._row.cells.get(self._table.columns.get(key, ""))

    @property
    def above(self) -> tuple[str, ...]:
        """Give what stands over the header of the table."""
        return self._table.above

    def text(self, key: str) -> str:
        """Read a text, empty when blank."""
        return self._take(key, as_text) or ""

    def id(self, key: str) -> str | None:
        """Read an id."""
        return self._take(key, as_id)

    def link(self, key: str) -> str | None:
        """Read the link of a post."""
        return self._take(key, as_key)

    def address(self, key: str) -> str:
        """Read the link of a page: the address behind a hyperlink, not its words; empty when blank."""
        return self._take(key, as_address) or ""

    def moment(self, key: str, latest: datetime | None = None) -> Moment | None:
        """Read a time."""
        return self._take(key, lambda cell: as_moment(cell, latest))

    def moment_or_none(self, key: str, latest: datetime | None = None) -> tuple[Moment | None, bool]:
        """Read a time, or the word 无: then the second value is true."""
        if self.holds_one_of(key, NONE_WORDS | CLEARED_WORDS):
            return None, True
        return self.moment(key, latest), False

    def holds_one_of(self, key: str, words: Collection[str]) -> bool:
        """Tell whether a cell holds one of some words."""
        cell = self.cell(key)
        return cell is not None and machine(shown(cell)) in words

    def whole(self, key: str) -> int | None:
        """Read a whole number from 0 up, None when blank."""
        return self._take(key, as_whole)

    def days(self, key: str) -> float | None:
        """Read a number of days, None when blank."""
        return self._take(key, as_days)

    def choice(self, key: str, choices: Mapping[str, str]) -> str | None:
        """Read one of the known words."""
        return self._take(key, lambda cell: as_choice(cell, choices))

    def count(self, key: str) -> int:
        """Read a count, 1 when blank."""
        return self._take(key, as_count) or 1

    def platform(self) -> str:
        """Read the platform; known ones come back in the one spelling of the list."""
        return one_spelling(self.text("platform"))

    def account(self) -> AccountRef:
        """Read which account the row is about."""
        before = len(self.errors)
        ref = AccountRef(
            self.id("account_id"),
            self.text("name") or None,
            self.platform() or None,
            self.text("owner") or None,
        )
        if len(self.errors) == before and ref.given_id is None and (ref.name is None or ref.platform is None):
            key = next(key for key in ("account_id", "name") if key in self._table.columns)
            self.refuse(
                key,
                message("does not say which account"),
                message("give the account id, or both name and platform"),
            )
        if len(self.errors) == before:
            self.named = NamedAccount(self.number, ref)
        return ref

    def unknown(self) -> tuple[dict[str, str], dict[str, str]]:
        """Read the columns that are not known: those about things, those about people."""
        extra: dict[str, str] = {}
        people: dict[str, str] = {}
        known = set(self._table.columns.values())
        for header in self._table.header:
            if header in known or header not in self._row.cells:
                continue
            text = self._read(header, self._row.cells[header], as_text)
            if text is not None:
                (people if header in self._table.people else extra)[header] = text
        return extra, people

    def _take(self, key: str, read: Callable[[Cell], T]) -> T | None:
        cell = self.cell(key)
        return None if cell is None else self._read(self._table.columns[key], cell, read)

    def _read(self, header: str, cell: Cell, read: Callable[[Cell], T]) -> T | None:
        try:
            return read(cell)
        except BadValueError as error:
            self.errors.append(self._table.error(self.number, header, cell, error.problem, error.remedy))
            return None


def one_spelling(platform: str) -> str:
    """Return a platform that is known in the one spelling of the list, another as it stands."""
    return _PLATFORM_BY_KEY.get(machine(platform).replace(" ", "").casefold(), platform)


def read_newest(fields: RowFields, latest: datetime) -> Moment | None:
    """Read the newest post that a look saw; None where the row says 无, or its cell was refused.

    A blank says nothing: whoever looked and found no post writes so.
    """
    newest, none = fields.moment_or_none("newest_post_at", latest)
    if newest is None and not none and fields.cell("newest_post_at") is None:
        fields.refuse(
            "newest_post_at",
            message("is empty, which says nothing"),
            message("write the time of the newest post, or 无 if the account shows no post at all"),
        )
    return newest
