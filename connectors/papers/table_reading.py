"""One table from its cells: columns, kind, rows, context, records, and questions about the page as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from connectors.papers import as_above, page_hints
from connectors.papers.account_groups import account_groups, cells_of, group_reading
from connectors.papers.columns import settle_groups
from connectors.papers.ditto import resolve_dittos
from connectors.papers.doubled_columns import one_column_a_field
from connectors.papers.duplicates import mark_duplicates, names_alike
from connectors.papers.header_rows import Header, is_some_header
from connectors.papers.labels import labelled
from connectors.papers.mending import as_settled, as_settled_by_header
from connectors.papers.merged_rows import Sheet, settle_merges
from connectors.papers.page_hints import Told
from connectors.papers.page_kinds import decide
from connectors.papers.page_questions import NEED_TIME, ask_about_page, holds
from connectors.papers.paper import Column, Context, Doubt, ReadPage, Reason, Record, Row, Stated
from connectors.papers.paper_time import PaperTime
from connectors.papers.platform_words import platform_in_header
from connectors.papers.records import Heading, heading_of, read_record
from connectors.papers.row_fields import Reading
from connectors.papers.row_sorts import day_alone, sort_rows, stated_totals
from connectors.papers.settled import Settled
from connectors.papers.several_accounts import accounts_of_row
from connectors.papers.source_pages import SourcePage
from connectors.papers.split_times import join_times
from connectors.papers.surroundings import gather, platforms_named, read_context, time_in_file_name
from connectors.papers.unread_pages import (
    not_read,
    proves_nothing,
    without_kind,
    without_results,
)
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import column_letters
from connectors.sheets.cells import Broken, Cell, shown
from connectors.sheets.headers import Line
from connectors.sheets.merged_cells import Merged

_ACCOUNT_AS_ABOVE = Doubt(Reason("account_as_above"), "name", answers=("yes", "no"), default="no")
_MERGED_FOR_EACH = Doubt(Reason("merged_for_each"), answers=("yes", "no"), default="no")


class TableReader:
    """Holds what the steps of reading one page share."""

    def __init__(
        self,
        source: SourcePage,
        header: Header,
        lines: list[Line],
        file_name: str,
        received: date,
        words: Vocabulary,
        settled: Settled,
        letters: Mapping[int, str] = {},
    ) -> None:
        assert source.page is not None  # noqa: S101
        self._source, self._page, self._header, self._lines = source, source.page, header, lines
        self._by_row = dict(lines)
        self._file_name, self._received, self._words, self._settled = file_name, received, words, settled
        self._letters = letters
        self._dittos: dict[int, int] = {}  # column -> cells that say as the one above
        self._header, self._joined = join_times(header, self._by_row, words)
        below = [cells for number, cells in lines if number > header.rows[-1]]
        self._groups = account_groups(self._header, below, words)

    def read(self) -> ReadPage:
        first_guess = self._columns(
            [cells for number, cells in self._lines if number > self._header.rows[-1]]
        )
        kind, unclear = self._kind(first_guess)
        if self._settled.kind:
            kind, unclear = self._settled.kind, None
        if not kind:
            return without_kind(self._source, self._lines, self._words)
        if (
            not self._settled.kind
            and (why := proves_nothing(first_guess, self._titles(), self._words)) is not None
        ):
            return not_read(self._source, why)
        rows = self._rows(first_guess)
        self._dittos = resolve_dittos(rows, self._by_row, self._page.merged, self._words)
        columns = self._columns(self._data(rows), kind)
        rows = rows if columns == first_guess else self._rows(columns)
        uncomputed = self._uncomputed(columns, rows, kind)
        if uncomputed is not None:
            return without_results(self._source, uncomputed)
        around = gather(rows, self._by_row, self._source.called, self._file_name, self._words)
        context, questions = read_context(around, self._received, self._words)
        context = self._with_settled(context)
        if context.platform is None:
            context = msgspec.structs.replace(context, platform=self._platform_of_names())
        if context.looked_at is None and kind in NEED_TIME and not holds(columns, "looked_at"):
            context = msgspec.structs.replace(context, looked_at=time_in_file_name(around, self._received))
        columns, doubled = one_column_a_field(columns, self._data(rows), self._settled.columns)
        sheet = Sheet(kind, columns, rows, self._header.rows[-1], self._by_row)
        each = self._settled.merged_for_each
        merged, may_mean_each = settle_merges(sheet, self._page.merged, self._words, for_each=each)
        if self._settled.same_owner_as_above:
            self._fill_owner(columns, rows)
        fill = self._settled.same_account_as_above
        unmerged = [row for row in rows if not merged.refused.get(row.number)]
        lacking = as_above.lacking(kind, columns, self._data(unmerged), fill=fill)
        records = self._records(kind, columns, rows, context, merged)
        questions = [
            *([unclear] if unclear else []),
            *questions,
            *doubled,
            *ask_about_page(kind, columns, context, records),
            *([_MERGED_FOR_EACH] if may_mean_each and not each else []),
            *([_ACCOUNT_AS_ABOVE] if lacking else []),
            *self._asked(columns, rows, merged),
        ]
        return ReadPage(
            title=self._source.title,
            read=True,
            hidden=self._source.hidden,
            kind=kind,
            header_rows=self._header.rows,
            context=context,
            columns=tuple(columns),
            rows=tuple(rows),
            records=tuple(records),
            filled_down={column_letters(c): len(filled) for c, filled in sorted(merged.filled.items())},
            totals=tuple(stated_totals(rows, self._by_row, columns, self._words)),
            questions=tuple(questions),
            hints=tuple(self._hints(columns, rows, merged, records)),
        )

    def _kind(self, columns: Sequence[Column]) -> tuple[str, Doubt | None]:
        above = [(number, cells) for number, cells in self._lines if number < self._header.rows[0]]
        titles = self._titles()
        labels = [label for number, cells in above for label in labelled(number, cells, self._words)]
        named = platforms_named(titles, labels, self._source.called, self._words)
        told = named or self._platform_of_names() or any(group.platform for group in self._groups)
        said = (*(("platform",) if told else ()), *(("owner",) if self._units_stand_over() else ()))
        return decide(columns, [*titles, self._source.called, self._file_name], self._words, said)

    def _units_stand_over(self) -> bool:
        """Tell whether rows stand under headings that name a unit."""
        lone = (shown(next(iter(cells.values()))) for _, cells in self._lines if len(cells) == 1)
        return any(heading_of(text, Heading(), self._words).unit for text in lone)

    def _platform_of_names(self) -> Stated | None:
        """Read the platform of all accounts in the header over their names, 公众号名称, if it is one column."""
        for parent, child in () if self._groups else self._header.names.values():
            split = None if parent else platform_in_header("", child, self._words)
            if split is not None and self._words.by_header.get(split[1], ("",))[0] == "name":
                return Stated(split[0], "title", "")
        return None

    def _titles(self) -> list[str]:
        return [
            shown(cell)
            for number, cells in self._lines
            if number < self._header.rows[0]
            for cell in cells.values()
        ]

    def _columns(self, rows: Sequence[Mapping[int, Cell]], kind: str = "") -> list[Column]:
        known = self._words.words.kinds.get(kind)
        columns = settle_groups(
            self._header, self._groups, rows, self._page.hidden_columns, self._words, known
        )
        columns = [
            msgspec.structs.replace(column, letter=self._letters.get(column.index, column.letter))
            for column in columns
        ]
        columns = as_settled_by_header(
            columns, {**self._settled.learned, **self._settled.headers}, self._words
        )
        return as_settled(columns, self._settled.reads, self._words)

    def _rows(self, columns: Sequence[Column]) -> list[Row]:
        rows = sort_rows(
            self._lines, self._page.merged, self._page.hidden_rows, self._header, columns, self._words
        )
        if not self._settled.leave_out_hidden_rows:
            return rows
        return [
            msgspec.structs.replace(row, sort="hidden") if row.hidden and row.sort == "data" else row
            for row in rows
        ]

    def _data(self, rows: Sequence[Row]) -> list[dict[int, Cell]]:
        return [self._by_row[row.number] for row in rows if row.sort == "data"]

    def _uncomputed(self, columns: Sequence[Column], rows: Sequence[Row], kind: str) -> str | None:
        """Return the header of a needed column whose every cell is a formula without a result."""
        data = self._data(rows)
        for column in columns:
            if set(column.fields) & set(self._words.words.kinds[kind].row_needs):
                cells = [cells[column.index] for cells in data if column.index in cells]
                if cells and all(isinstance(cell, Broken) for cell in cells):
                    return column.header
        return None

    def _with_settled(self, context: Context) -> Context:
        if self._settled.looked_at is not None:
            given = Stated(self._settled.looked_at, "given", "")
            context = msgspec.structs.replace(context, looked_at=given)
        if self._settled.area:
            context = msgspec.structs.replace(context, area=Stated(self._settled.area, "given", ""))
        if self._settled.span is not None:
            context = msgspec.structs.replace(context, span=self._settled.span)
        if self._settled.marks:
            context = msgspec.structs.replace(context, marks={**context.marks, **self._settled.marks})
        return context

    def _fill_owner(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Take a blank owner for the one above, as a person has said it is meant."""
        for column in columns:
            if "owner" not in column.fields:
                continue
            above: Cell | None = None
            for cells in map(self._by_row.__getitem__, (row.number for row in rows if row.sort == "data")):
                above = cells.get(column.index, above)
                if above is not None:
                    cells.setdefault(column.index, above)

    def _records(
        self,
        kind: str,
        columns: Sequence[Column],
        rows: Sequence[Row],
        context: Context,
        merged: Merged,
    ) -> list[Record]:
        named = context.looked_at.value if context.looked_at is not None else None
        reading = Reading(
            columns,
            self._words.words.kinds[kind],
            kind,
            self._words,
            self._latest(context),
            self._received,
            named.day if isinstance(named, PaperTime) and named.precision != "month" else None,
        )
        records, heading = [], Heading()
        for row in rows:
            if row.sort == "section":
                heading = heading_of(row.text, heading, self._words)
                context, reading = self._of_day(row.text, row.number, context, reading)
            if row.sort != "data":
                continue
            refused = merged.refused.get(row.number, {})
            filled = frozenset(c for c, numbers in merged.filled.items() if row.number in numbers)
            cells = self._by_row[row.number]
            accounts = [] if self._groups else accounts_of_row(cells, columns, self._words)
            for place, own in enumerate(accounts):
                record = read_record(reading, context, self._source.title, row, own, refused, heading, filled)
                records.append(msgspec.structs.replace(record, part=place))
            for place, group, own in cells_of(cells, self._groups, self._words):
                of_group = context
                if group.platform:
                    said = Stated(group.platform, "title", "")
                    of_group = msgspec.structs.replace(context, platform=said)
                of_columns = group_reading(reading, group)
                record = read_record(
                    of_columns, of_group, self._source.title, row, own, refused, heading, filled
                )
                records.append(msgspec.structs.replace(record, part=place))
        return mark_duplicates(records, kind)

    def _of_day(self, heading: str, row: int, context: Context, reading: Reading) -> tuple[Context, Reading]:
        """Take a day over rows for the day on which they were looked at, where nobody has said another one."""
        day = day_alone(heading, reading.latest)
        given = context.looked_at is not None and context.looked_at.source == "given"
        if day is None or given:
            return context, reading
        looked = Stated(PaperTime("day", day), "cell", f"A{row}")
        return (
            msgspec.structs.replace(context, looked_at=looked),
            msgspec.structs.replace(reading, looked_on=day),
        )

    def _latest(self, context: Context) -> date:
        """Give the last day that a day without a year may mean: a little after the day of the page."""
        days = [
            stated.value.last_day
            for stated in (context.sheet_date, context.looked_at)
            if stated is not None and isinstance(stated.value, PaperTime)
        ]
        if days:
            slack = timedelta(days=self._words.numbers.year_slack_days)
            last = max(days)
            return max(last, min(last + slack, self._received))
        if context.year is not None:
            return min(date(context.year, 12, 31), max(self._received, date(context.year, 1, 1)))
        return self._received

    def _asked(self, columns: Sequence[Column], rows: Sequence[Row], merged: Merged) -> list[Doubt]:
        """Ask about a second table, about hidden rows, and about owners that may mean the one above."""
        asked = []
        above = (self._by_row.get(row.number, {}) for row in rows if row.sort == "above")
        second = sum(row.sort == "other_table" for row in rows) > 1  # a header without rows is none
        if second or any(is_some_header(cells, self._words) for cells in above):
            asked.append(Doubt(Reason("two_tables"), answers=("take_this_one", "leave_out")))
        if any(row.hidden and row.sort == "data" for row in rows):
            asked.append(Doubt(Reason("hidden_rows"), answers=("take", "leave_out"), default="take"))
        owner = next((column.index for column in columns if "owner" in column.fields), None)
        data = self._data(rows)
        settled = merged.filled or self._settled.same_owner_as_above
        if owner is not None and not settled and data and owner in data[0]:
            blank = sum(owner not in cells for cells in data)
            if blank / len(data) >= self._words.numbers.owner_blank_share:
                asked.append(Doubt(Reason("owner_as_above"), "owner", answers=("yes", "no"), default="no"))
        return asked

    def _hints(
        self, columns: Sequence[Column], rows: Sequence[Row], merged: Merged, records: Sequence[Record]
    ) -> list[Reason]:
        """Tell what was read otherwise than it looks."""
        settled, data = self._settled, {row.number for row in rows if row.sort == "data"}
        told = Told(settled.learned, frozenset(settled.reads), frozenset(settled.headers))
        return [
            *page_hints.of_columns(columns, self._dittos, merged, told, self._words),
            *(Reason("joined_time", {"header": header}) for header in self._joined),
            *names_alike(records),
            *page_hints.of_struck(self._page.struck, data, self._by_row, self._header.rows[-1]),
            *page_hints.of_colours((*self._titles(), *(row.text for row in rows if row.text)), self._words),
        ]
