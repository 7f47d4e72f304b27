"""Lists: one grammar of filters, one table, one export of exactly what a list shows.

A page says its columns and filters once. The address says which rows: `?q=…&area=甲区&sort=limit&page=2`, a `-` before
the column for the other order. The export of `/accounts?…` is `/accounts.xlsx?…`, with the same rows in the same order.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response

from events.days import last_second
from events.folding import fold
from pipeline.home.typed_numbers import typed_number
from pipeline.office.columns import Column, Kind, Plain, plain, titles, written
from pipeline.office.list_files import Listed, write_list_text, write_list_workbook

if TYPE_CHECKING:
    from pipeline.console.visit import Visit

PAGE_ROWS = 50
Row = dict[str, Any]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {Kind.SHARE: "0.0%"}


class PageColumn(msgspec.Struct, frozen=True):
    """How a column looks on a page; what it holds its `Column` says."""

    column: Column
    href: Callable[[Row], str] | None = None  # where its text leads
    mark: Callable[[Row], str] | None = None  # name of the mark before its text: over, red, ok …
    tag: Callable[[Row], str] | None = None  # its text stands in a tag of this look: ok, warn, bad, plain
    beside: Callable[[Row], str] | None = None  # said in grey behind its text
    below: Callable[[Row], str] | None = None  # said in grey on a line of its own
    phone: str = ""  # pa pb pc pd: its corner on a phone; hide: not there; empty: a line with its title
    numeric: bool = False
    keeps_line: bool = False  # its text is not broken
    sorts: bool = True
    sort_key: Callable[[Row], Any] | None = None  # where the plain value is not what rows are ordered by
    exported: bool = True
    only_exported: bool = False  # a page says it elsewhere, as beside a name

    @property
    def key(self) -> str:
        """Return what names it in addresses."""
        return self.column.key

    def text(self, row: Row) -> str:
        """Return what a cell says."""
        return written(self.column, row)


class Filter(msgspec.Struct, frozen=True):
    """A choice over a list: of the values under a key, by the words of people."""

    key: str
    title: str
    choices: Sequence[tuple[str, str]]  # value in the address, word
    keeps: Callable[[Row, str], bool] | None = (
        None  # None: rows of which the value under the key is the chosen one
    )

    def keep(self, row: Row, chosen: str) -> bool:
        """Tell whether a row fits a choice."""
        return self.keeps(row, chosen) if self.keeps is not None else str(row.get(self.key) or "") == chosen


class Listing(msgspec.Struct, frozen=True):
    """A page of a list, ready to be shown by the macro `table`."""

    title: str  # the caption
    path: str  # of the list, where this page of it is shown
    columns: tuple[PageColumn, ...]
    exported: tuple[PageColumn, ...]  # what programs get: the columns of the files
    filters: tuple[Filter, ...]
    rows: tuple[Row, ...]  # of this page
    found: int  # that fit the filters
    total: int
    page: int
    pages: int
    sort: str
    descending: bool
    query: dict[str, str]  # what narrows it, by key
    searched: bool = False  # the list has a box for words
    search_hint: str = "名称、单位、编号"
    none_title: str = "还没有记录"
    none_next: str = ""
    page_rows: int = PAGE_ROWS
    wide: bool = False  # the table scrolls alone

    @property
    def head(self) -> str:
        """Return the column that names what a row is about: the first that leads somewhere, else the first."""
        return next((c.key for c in self.columns if c.href is not None), self.columns[0].key)

    @property
    def tight(self) -> bool:
        """Tell whether a row takes two lines on a phone: columns name the corners where they stand."""
        return any(column.phone.startswith("p") for column in self.columns)

    @property
    def first(self) -> int:
        """Return the place of the first row shown, from one."""
        return (self.page - 1) * self.page_rows + 1

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def page_links(self) -> list[int]:
        """Return the pages that the pager names; 0 stands for those it leaves out."""
        near = {1, self.pages, *range(max(self.page - 2, 1), min(self.page + 2, self.pages) + 1)}
        links: list[int] = []
        for n in sorted(near):
            if links and n - links[-1] > 1:
                links.append(0)
            links.append(n)
        return links

    @property
    def chips(self) -> list[tuple[str, str]]:
        """Return what narrows the list, in words, by key."""
        words = {one.key: dict(one.choices) for one in self.filters}
        titles_of = {one.key: one.title for one in self.filters}
        return [
            (key, f"{titles_of[key]} {words[key].get(value, value)}" if key in words else f"含“{value}”")
            for key, value in self.query.items()
        ]

    @property
    def cleared(self) -> dict[str, None]:
        """Return what an address leaves out to show all rows."""
        return dict.fromkeys(self.query)

    @property
    def order_said(self) -> str:
        """Return by what its rows are ordered, in words."""
        column = next((c for c in self.columns if c.key == self.sort), None)
        if column is None:
            return f"共 {self.found} 条"
        return f"共 {self.found} 条，按{column.column.title}{'从大到小' if self.descending else '从小到大'}"


class ListPage(msgspec.Struct, frozen=True):
    """What a list is: its columns, filters, and what its search box looks at."""

    title: str
    path: str
    columns: tuple[PageColumn, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()  # keys of which the text is searched; empty: no box
    sort: str = ""  # as the address says it; empty: the order in which rows come
    search_hint: str = "名称、单位、编号"
    none_title: str = "还没有记录"  # where there is no row at all
    none_next: str = ""  # what to do then
    wide: bool = False  # more columns than a desk is wide: the table scrolls alone

    def fitting(self, visit: "Visit", rows: Sequence[Row], but: str = "") -> list[Row]:
        """Return the rows that the address asks for, as they come; the filter `but` is left aside."""
        kept = list(rows)
        if (wanted := fold(visit.ask("q"))) and self.search:
            kept = [r for r in kept if any(wanted in fold(str(r.get(k) or "")) for k in self.search)]
        for one in self.filters:
            if one.key != but and (chosen := visit.ask(one.key)):
                kept = [row for row in kept if one.keep(row, chosen)]
        return kept

    def narrowed(self, visit: "Visit", rows: Sequence[Row]) -> list[Row]:
        """Return the rows that the address asks for, in its order."""
        kept = self.fitting(visit, rows)
        key, descending = self.order(visit)
        column = next((c for c in self.columns if c.key == key and c.sorts), None)
        if column is not None:
            of_row, source = column.sort_key, column.column
            value: Callable[[Row], Any] = of_row or (lambda row: plain(source, row))
            valued = [(_comparable(value(row)), row) for row in kept]
            with_value = [pair for pair in valued if pair[0] is not None]
            with_value.sort(key=itemgetter(0), reverse=descending)
            kept = [row for _, row in with_value] + [row for one, row in valued if one is None]
        return kept

    def shown(self, visit: "Visit", rows: Sequence[Row]) -> Listing:
        """Return the page of the list that the address asks for."""
        return self.page_of(visit, self.narrowed(visit, rows), len(rows))

    def page_of(self, visit: "Visit", found: Sequence[Row], total: int) -> Listing:
        """Return the page that the address asks for, of the rows that fit its filters."""
        page = self.asked_page(visit, len(found))
        rows = found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        return self.page_of_rows(visit, rows, len(found), total)

    def asked_page(self, visit: "Visit", found: int) -> int:
        """Return the page that the address asks for, from one; the nearest that there is of `found` rows."""
        pages = max(1, -(-found // PAGE_ROWS))
        return min(max(typed_number(visit.ask("page")) or 1, 1), pages)

    def page_of_rows(self, visit: "Visit", rows: Sequence[Row], found: int, total: int) -> Listing:
        """Return a page whose rows a query narrowed, ordered and cut: those of `asked_page`, at most `PAGE_ROWS`."""
        key, descending = self.order(visit)
        narrowing = ("q", *(one.key for one in self.filters))
        return Listing(
            title=self.title,
            path=self.path or visit.path,
            columns=tuple(column for column in self.columns if not column.only_exported),
            exported=tuple(column for column in self.columns if column.exported),
            filters=self.filters,
            rows=tuple(rows),
            found=found,
            total=total,
            page=self.asked_page(visit, found),
            pages=max(1, -(-found // PAGE_ROWS)),
            sort=key,
            descending=descending,
            query={name: value for name in narrowing if (value := visit.ask(name))},
            searched=bool(self.search),
            search_hint=self.search_hint,
            none_title=self.none_title,
            none_next=self.none_next,
            wide=self.wide,
        )

    def export(self, visit: "Visit", rows: Sequence[Row], ending: str = "") -> Response[bytes]:
        """Return the file of what the address asks for, all pages of it.

        `ending` is xlsx or csv; empty: the one that the address has.
        """
        return self.export_rows(visit, self.narrowed(visit, rows), ending)

    def export_rows(self, visit: "Visit", found: Sequence[Row], ending: str = "") -> Response[bytes]:
        """Return the file of rows that a query narrowed and ordered."""
        ending = ending or visit.path.rpartition(".")[2]
        columns = [c.column for c in self.columns if c.exported]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"list.{ending}"
            if ending == "xlsx":
                write_list_workbook(path, self.title[:31], [_listed(c, found) for c in columns])
            else:
                write_list_text(path, titles(columns), [[_as_text(c, row) for c in columns] for row in found])
            content = path.read_bytes()
        return visit.file(content, f"{self.title}.{ending}", _XLSX if ending == "xlsx" else "text/csv")

    def order(self, visit: "Visit") -> tuple[str, bool]:
        """Return the key of the column by which rows are ordered, and whether the greatest come first."""
        asked = visit.ask("sort") or self.sort
        return asked.removeprefix("-"), asked.startswith("-")


def _comparable(value: Any) -> Any:
    """Return what a value is ordered by: of a column of minutes, a day of which no time was told stands at its end."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return last_second(value)
    return value


def _listed(column: Column, rows: Sequence[Row]) -> Listed:
    return Listed(
        column.title,
        [plain(column, row) for row in rows],
        [written(column, row) for row in rows],
        _FORMATS.get(column.kind, ""),
    )


def _as_text(column: Column, row: Row) -> Plain:
    return written(column, row) if column.kind is Kind.SHARE else plain(column, row)
