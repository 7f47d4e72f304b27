"""The fields of one row: what its cells say, what cannot be read, and whether the row can do without."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from connectors.papers.paper import CellAside, Column, Doubt, Reason, Value
from connectors.papers.paper_time import PaperTime
from connectors.papers.people_cells import masked
from connectors.papers.time_words import BadTimeError, clock_on, time_beside_title, time_of
from connectors.papers.vocabulary import KindWords, Vocabulary
from connectors.sheets.areas import Area, column_letters
from connectors.sheets.cells import Broken, Cell, Linked, as_address, as_id, as_text, lines_of, machine, shown
from connectors.sheets.errors import BadValueError
from connectors.sheets.persons import holds_personal_data
from events.folding import fold
from events.messages import message

_IDS = frozenset({"account_id", "national_code", "owner_code", "site_code"})
_JOINED = frozenset({"finding_text", "rule", "evidence", "functions", "measures", "answer", "reason"})
_NOT_IN_FIELDS = frozenset({"platform", "account_type"})
_ADDRESS = re.compile(r"\s*(?:https?://|www\.|[\w-]+(?:\.[\w-]+)+/)\S", re.IGNORECASE)
_ID_LABEL = re.compile(r"^(?:账号|微信|原始|抖音|视频号|用户)?(?:ID|UID|号)\s*[:：]\s*", re.IGNORECASE)
_WORDS = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[、；;/]")  # between the ids of several accounts
_WHOLE = re.compile(r"(\d{1,7})(?:\.0)?\s*[天个处条次项]?")
_WHOLES = frozenset({"count", "posts_in_span", "updates_in_28_days"})
_ABOUT_DAYS = re.compile(
    r"(?:超过|大于|多于|不止|逾|约|近|>=?|≥|~).*\d.*|.*\d.*(?:以上|以内|多|余|左右|\+)(?:天|日)?"
)
_OF_A_DAY = frozenset({"looked_at", "newest_post_at", "published_at", "found_at", "reposted_at"})
"""Times by which is judged: a month alone is none, for its last day would be made up."""

_FUTURE_BY_RIGHT = frozenset({"effective_at", "looked_at", "newest_post_at"})


class Reading(msgspec.Struct, frozen=True):
    """What the rows of a page are read by."""

    columns: Sequence[Column]
    kind: KindWords
    kind_name: str
    words: Vocabulary
    latest: date  # last day that a day without a year may mean
    received: date
    looked_on: date | None = None  # day of looking that the page names


class RowFields:
    """Collects what the cells of a row say; a cell that cannot be read refuses the row only where it is needed."""

    def __init__(self, reading: Reading, cells: Mapping[int, Cell], merged: Mapping[int, Area]) -> None:
        self._reading = reading
        self._cells = cells
        self.values: dict[str, Value] = {}
        self.raw: dict[str, str] = {}  # words of the cell, by the name that the vocabulary gives the field
        self.lines = {  # of cells that have several, by field
            column.fields[0]: lines
            for column in reading.columns
            if column.fields and (lines := lines_of(cells.get(column.index)))
        }
        self.links: dict[str, str] = {}
        self.aside: dict[str, str] = {}
        self.set_aside: list[CellAside] = []
        self.refusals: list[Doubt] = []
        for column in reading.columns:
            self._take(column, merged.get(column.index))
        self._take_strays()

    def column(self, field: str) -> Column | None:
        """Return the first column of a field."""
        return next((column for column in self._reading.columns if field in column.fields), None)

    def doubt(
        self,
        code: str,
        field: str,
        answers: tuple[str, ...] = (),
        default: str | None = None,
        **details: str,
    ) -> Doubt:
        """Make a doubt at the cell of a field; `details` are what its text puts in."""
        column = self.column(field)
        letter = column.letter if column else ""
        return Doubt(
            Reason(code, details), field, letter, _without_people(self.raw.get(field, "")), answers, default
        )

    def refuse(self, code: str, field: str, **details: str) -> None:
        """Refuse the row for what a field says or does not say."""
        self.refusals.append(self.doubt(code, field, (), None, **details))

    def _take(self, column: Column, merge: Area | None) -> None:
        cell = self._cells.get(column.index)
        field = column.fields[0] if column.fields else ""
        if merge is not None and column.use == "understood" and not column.people:
            self._refuse_merged(column, field, merge)
        if cell is None or column.people or column.use == "ignored":
            return
        text = shown(cell)
        if isinstance(cell, Linked) and cell.address:
            self.links[field or column.header] = cell.address
        if column.use == "kept_aside":
            if not holds_personal_data(text):
                self.aside[column.header] = text
            if field == "posts_in_span":
                self._take_value(column, field, cell)
            return
        if field == "newest_post_at" and fold(text) in self._reading.words.no_post:
            self.values["no_post"] = text  # the account shows no post at all; a blank cell says nothing
        elif field and fold(text) not in self._reading.words.blanks:
            self.raw.setdefault(field, text)
            if field not in _NOT_IN_FIELDS:
                self._take_value(column, field, cell)

    def _take_value(self, column: Column, field: str, cell: Cell) -> None:
        field = "link" if field == "account_id" and _is_address(cell) else field
        try:
            value = self._reader(field)(cell)
        except BadTimeError as error:
            self._unreadable(column, field, cell, Reason(error.code))
        except BadValueError as error:
            code = "cell_broken" if isinstance(cell, Broken) else "unreadable"
            self._unreadable(column, field, cell, Reason(code, {"problem": str(error.problem)}))
        else:
            if isinstance(value, PaperTime) and value.precision == "month" and field in _OF_A_DAY:
                self._unreadable(column, field, cell, Reason("month_alone"))
            elif isinstance(value, PaperTime) and self._in_future(field, value):
                self._unreadable(column, field, cell, Reason("in_future"))
            elif field in _JOINED and field in self.values:
                self.values[field] = f"{self.values[field]}；{value}"
            elif value != "":
                self.values.setdefault(self._reading.kind.renames.get(field, field), value)

    def _reader(self, field: str) -> Callable[[Cell], Value]:
        known = self._reading.words.words.fields[field]
        if known.values == "time":
            return lambda cell: self._time(field, cell)
        if field == "account_id":
            return _account_id
        if field in _IDS:
            return as_id
        if field == "days_silent":
            return lambda cell: _days(cell, self._reading.words)
        if field in _WHOLES:
            return _whole
        return as_address if field in ("link", "post_link") else as_text

    def _time(self, field: str, cell: Cell) -> PaperTime:
        text, latest = shown(cell), self._reading.latest
        found = None
        if field == "looked_at":
            found = clock_on(text, self._reading.looked_on)
        elif field == "newest_post_at":
            found = time_beside_title(text, latest)
        return found or time_of(cell, latest)

    def _in_future(self, field: str, value: PaperTime) -> bool:
        return field not in _FUTURE_BY_RIGHT and value.day > self._reading.received

    def _unreadable(self, column: Column, field: str, cell: Cell, why: Reason) -> None:
        if field in self._reading.kind.row_needs or field == "looked_at" or self._is_needed_days(field):
            self.refusals.append(Doubt(why, field, column.letter, _without_people(shown(cell))))
            return
        self.set_aside.append(CellAside(field, column.letter, _without_people(shown(cell)), why))

    def _is_needed_days(self, field: str) -> bool:
        """Tell the days of silence where no column has the newest post: they are all that such a look saw."""
        return field == "days_silent" and self.tells_days_alone

    @property
    def tells_days_alone(self) -> bool:
        """Whether the page has a column of days of silence and none of newest posts."""
        kind = self._reading.kind_name
        return (
            kind == "looks"
            and self.column("days_silent") is not None
            and self.column("newest_post_at") is None
        )

    def _refuse_merged(self, column: Column, field: str, merge: Area) -> None:
        place = (
            f"{column_letters(merge.first_column)}{merge.first_row}"
            f":{column_letters(merge.last_column)}{merge.last_row}"
        )
        why = Reason("merged_over", {"place": place})
        self.refusals.append(Doubt(why, field or column.header, column.letter))

    def _take_strays(self) -> None:
        """Keep what stands under no header aside under the letters of its column."""
        known = {column.index for column in self._reading.columns}
        for index, cell in self._cells.items():
            text = shown(cell)
            if index not in known and not holds_personal_data(text):
                self.aside[column_letters(index)] = text


def _is_address(cell: Cell) -> bool:
    """Tell the address of a profile where its id is asked for."""
    return _ADDRESS.match(shown(cell)) is not None


def _without_people(text: str) -> str:
    return masked(text) if holds_personal_data(text) else text


def _account_id(cell: Cell) -> str:
    """Read the id of an account without what says that it is one, ID：tjj2020; raises BadTimeError for words."""
    read = as_id(_ID_LABEL.sub("", cell) if isinstance(cell, str) else cell)
    if _WORDS.search(read) and not _MARKS.search(read):
        raise BadTimeError("not_an_id")
    return read


def _days(cell: Cell, words: Vocabulary) -> int:
    """Read days of silence; 当天 and 不足1天 are none, 14天以上 is no number of days."""
    text = fold(shown(cell))
    if text in words.no_days:
        return 0
    if _ABOUT_DAYS.fullmatch(text):
        raise BadTimeError("days_not_exact")
    return _whole(cell)


def _whole(cell: Cell) -> int:
    text = machine(as_text(cell))
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise BadValueError(message("is not a whole number"), message("write a number like 4"))
    return int(found[1])
