"""What the rows of a page are: data, totals, notes, signatures, sections, blanks; each row is of one sort."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

import msgspec

from connectors.papers.header_rows import Header, is_repeated, is_some_header
from connectors.papers.paper import Column, Row, RowSort, StatedTotal
from connectors.papers.time_words import BadTimeError, read_time, times_in
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area
from connectors.sheets.cells import Cell, shown
from connectors.sheets.headers import Line
from connectors.sheets.persons import holds_personal_data
from events.folding import fold

_TO_FILL_IN = frozenset({"looked_at", "newest_post_at", "longest_gap"})
_KEYS = frozenset({"name", "account_id", "owner"})
_LABEL_END = re.compile(r"\s*(?:[(（][^()（）]*[)）])?\s*[:：]")
_NOTE_END = re.compile(r"\s*(?:[:：.、]|\d|$)")
_COUNT = re.compile(r"共?\s*(\d{1,6})\s*[个家条项户名]")
_NUMBER = re.compile(r"\d{1,6}")
_DAY_AT_END = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*[)）]?\s*$")
_EXAMPLE = re.compile(r"(?:填写)?(?:示例|样例|例)\s*\d?\s*:|[(\[](?:填写)?(?:示例|样例|例)[)\]]")
_IN_BRACKETS = re.compile(r"[(\[].*[)\]]")
_HOW_MANY = re.compile(r"\s*[(（]\s*共?\s*\d{1,4}\s*[个家条户名]\s*[)）]\s*$")
_GOES_ON = re.compile(r"[(（]\s*(?:续|接上)[^()（）]*[)）]\s*$")
_WIDE = 3
_LONGEST_TOTAL = 12


class _Shape(msgspec.Struct, frozen=True):
    """What the sorting of one row looks at."""

    number: int
    texts: Mapping[int, str]
    wide: bool  # its one text is merged over several columns
    goes_on: bool = False  # a cell is merged down into it

    @property
    def first(self) -> str:
        return next(iter(self.texts.values()), "")


def sort_rows(
    lines: Sequence[Line],
    merged: Iterable[Area],
    hidden: set[int],
    header: Header,
    columns: Sequence[Column],
    words: Vocabulary,
) -> list[Row]:
    """Sort every row from the first to the last with content; a lone text after the last row of data is a note."""
    by_row, meant = dict(lines), _Columns(columns)
    areas = list(merged)
    wide = {a.first_row for a in areas if a.last_column - a.first_column >= _WIDE}
    into = _merged_into(areas, sorted(by_row))
    last = max(by_row)
    shapes = {
        number: _Shape(
            number,
            {c: shown(by_row[number][c]) for c in sorted(by_row[number])},
            number in wide,
            number in into,
        )
        for number in by_row
        if number > header.rows[-1]
    }
    sorts: dict[int, RowSort | None] = {}
    other = False
    for number, shape in shapes.items():
        repeated = is_repeated(by_row[number], header)
        other = not repeated and (other or is_some_header(by_row[number], words))
        own = "repeated_header" if repeated else _sort(shape, meant, words)
        sorts[number] = "other_table" if other else own
    for number, after in pairwise(shapes):
        if sorts[after] == "repeated_header" and len(shapes[number].texts) == 1 and sorts[number] == "data":
            sorts[number] = "note"  # a title that comes again with its header
    last_data = max((number for number, sort in sorts.items() if sort == "data"), default=0)
    above = {_title(shown(cell)) for n, cells in lines if n < header.rows[0] for cell in cells.values()}
    rows = []
    for number in range(min(1, *by_row), last + 1):  # lines above a table of Word have numbers up to 0
        if number <= header.rows[-1]:
            rows.append(Row(number, "header" if number in header.rows else "above", number in hidden))
            continue
        sort = sorts.get(number, "blank")
        if sort is None:
            sort = _lone(shapes[number], words, above, before_data=number < last_data)
        texts = shapes[number].texts if sort in ("total", "note", "section") else {}
        over = sort == "section" and texts.keys() & meant.areas
        text = " ".join(text for column, text in texts.items() if not over or column in over)
        text = "" if holds_personal_data(text) else text
        rows.append(Row(number, sort, number in hidden, text))
    return rows


def _merged_into(areas: Sequence[Area], numbers: Sequence[int]) -> set[int]:
    """Return the rows with content into which a cell is merged down from one above."""
    found: set[int] = set()
    for area in areas:
        if area.last_row > area.first_row:
            begin, end = bisect_right(numbers, area.first_row), bisect_right(numbers, area.last_row)
            found.update(numbers[begin:end])
    return found


def stated_totals(
    rows: Sequence[Row],
    by_row: Mapping[int, Mapping[int, Cell]],
    columns: Sequence[Column],
    words: Vocabulary,
) -> list[StatedTotal]:
    """Compare the numbers of rows that totals state with those counted; a subtotal counts from the one before."""
    counted = since = 0
    named = [column.index for column in columns if set(column.fields) & _KEYS]
    totals = []
    for row in rows:
        if row.sort == "data":
            counted, since = counted + 1, since + 1
        if row.sort == "section":
            since = 0
        if row.sort != "total":
            continue
        texts = {column: shown(cell) for column, cell in sorted(by_row[row.number].items())}
        partial = any(
            fold(text).startswith(word) or fold(text).endswith(word)
            for text in texts.values()
            for word in _folded(words.words.rows.subtotal)
        )
        stated = _stated(texts, named)
        if stated is not None:
            totals.append(StatedTotal(row.number, stated, since if partial else counted))
        if partial:
            since = 0
    return totals


class _Columns:
    """What sorting asks of the columns of a page, found once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.known = {column.index for column in columns if column.use != "ignored"}
        self.ignored = {column.index for column in columns if column.use == "ignored"}
        self.named = _named(columns)
        self.areas = {column.index for column in columns if column.fields == ("area",)}
        first = min((column.index for column in columns), default=0)
        understood = {c.index for c in columns if c.use == "understood" and not c.people}
        self.inner = {index for index in understood if index > first} - self.named
        self.is_look_list = any("newest_known" in column.fields for column in columns)
        self.to_fill_in = {column.index for column in columns if _TO_FILL_IN.intersection(column.fields)}


def _sort(shape: _Shape, columns: _Columns, words: Vocabulary) -> RowSort | None:
    """Sort a row by its own words; None for a lone text, which its place sorts."""
    filled = {column: text for column, text in shape.texts.items() if fold(text) not in words.blanks}
    if not filled:
        return "blank"
    unnamed = not any(_is_unlabelled(filled[column], words) for column in filled.keys() & columns.named)
    candidates: Sequence[tuple[RowSort, bool]] = (
        ("total", _is_total(shape, words)),
        ("signature", unnamed and _is_signature(shape, words)),
        ("note", len(filled) > 1 and _is_note(shape.first, words, unnamed=unnamed)),
        ("blank", not filled.keys() & columns.known and _is_running_number(filled, columns)),
        ("blank", _is_not_looked(filled, columns)),
        ("section", bool(filled.keys() & columns.areas) and filled.keys() <= columns.ignored | columns.areas),
        ("example", len(filled) > 1 and _is_example(shape, words)),
    )
    sort = next((sort for sort, holds in candidates if holds), None)
    if sort is not None or len(filled) > 1 or shape.goes_on:
        return sort or "data"
    text = shape.first
    if filled.keys() <= columns.inner and not shape.wide and not _NUMBER.fullmatch(fold(text)):
        stands_over = _begins_note(text, words) or _is_heading(text, words)
        return None if stands_over else "data"  # who it is about is lacking, and that is told
    if not filled.keys() <= columns.named or shape.wide:
        return None
    heading = _is_heading(text, words) or _is_signed(text, words) or day_alone(text)
    return None if _begins_note(text, words) or heading else "data"


def _is_not_looked(filled: Mapping[int, str], columns: _Columns) -> bool:
    """Tell a row of our look list that nobody filled in: it stands as it was handed out."""
    return columns.is_look_list and not filled.keys() & columns.to_fill_in


def _named(columns: Sequence[Column]) -> set[int]:
    """Give the columns that say whom a row is about: names and ids of accounts, owners where there are none."""
    fields = {field for column in columns for field in column.fields}
    keys = _KEYS - {"owner"} if fields & (_KEYS - {"owner"}) else _KEYS
    return {column.index for column in columns if set(column.fields) & keys}


def without_count(text: str) -> str:
    """Return a heading without how many stand under it: 淞口市教育局（2个）."""
    return _HOW_MANY.sub("", text)


def _title(text: str) -> str:
    """Return a title to be compared with one that comes again on the next page, （续） behind it or not."""
    return fold(_GOES_ON.sub("", text))


def _lone(shape: _Shape, words: Vocabulary, above: Collection[str], *, before_data: bool) -> RowSort:
    """Sort a row with one text: a heading over rows that follow is a section, anything else a note.

    `above`: texts over the header; one of them that comes again parts nothing.
    """
    text = shape.first
    if not before_data and _is_signed(text, words):
        return "signature"
    if not before_data or _begins_note(text, words) or _title(text) in above:
        return "note"
    if day_alone(text):
        return "section"
    short = len(text) <= words.numbers.section_characters
    text = without_count(text)
    forms = (words.section_form, words.unit_form, words.area_form)
    is_heading = shape.wide or fold(text) in words.areas or any(form.fullmatch(text) for form in forms)
    return "section" if short and is_heading else "note"


def _is_signed(text: str, words: Vocabulary) -> bool:
    """Tell the end of a letter: a day, with the unit before it or alone."""
    day = next(times_in(text, date.max), None)
    if day is None or day.time is None or not _DAY_AT_END.search(text):
        return False
    before = _DAY_AT_END.sub("", text).strip(" \u3000，,（(")
    return not before or words.unit_form.fullmatch(before) is not None


def day_alone(text: str, latest: date = date.max) -> date | None:
    """Return the day that a text is and nothing else, as stands over the rows of that day; None for any other."""
    try:
        read = read_time(text, latest)
    except BadTimeError:
        return None
    return read.day if read.precision == "day" and not text.strip().isdecimal() else None


def _is_heading(text: str, words: Vocabulary) -> bool:
    """Tell a heading where names stand: 二、桐崖区, or an area; 1.嵩浦教育 may be a name."""
    numbered = words.section_form.fullmatch(text) is not None and not text[0].isdecimal()
    return numbered or fold(text) in words.areas or words.area_form.fullmatch(text) is not None


def _is_running_number(filled: Mapping[int, str], columns: _Columns) -> bool:
    return filled.keys() <= columns.ignored and all(_NUMBER.fullmatch(fold(text)) for text in filled.values())


def is_total(cells: Mapping[int, Cell], words: Vocabulary) -> bool:
    """Tell a row of sums by its first cells."""
    return _is_total(_Shape(0, {column: shown(cells[column]) for column in sorted(cells)}, wide=False), words)


def _is_total(shape: _Shape, words: Vocabulary) -> bool:
    texts = list(shape.texts.values())[:2]
    total = _folded((*words.words.rows.total, *words.words.rows.subtotal))
    return any(
        (len(text) <= _LONGEST_TOTAL and any(_is_word(fold(text), word) for word in total))
        or (len(shape.texts) <= 2 and words.total_form.fullmatch(text) is not None)
        for text in texts
    )


def _is_word(text: str, word: str) -> bool:
    """Tell a word at the end, or with nothing but a mark, a number or a bracket behind it: 合计：24个, 东岭区小计."""
    return text.endswith(word) or (
        text.startswith(word) and re.match(r"[:(\d]", text[len(word) :]) is not None
    )


def _is_signature(shape: _Shape, words: Vocabulary) -> bool:
    signs = words.words.rows.signature
    return any(
        text.startswith(word) and _LABEL_END.match(text[len(word) :]) is not None
        for text in shape.texts.values()
        if text.startswith(signs)
        for word in signs
    )


def _is_unlabelled(text: str, words: Vocabulary) -> bool:
    """Tell a text that is no label of a signature: a row that names an account is data, whatever else it says."""
    signs = words.words.rows.signature
    labelled = any(text.startswith(word) and _LABEL_END.match(text[len(word) :]) for word in signs)
    return not labelled


def _is_note(text: str, words: Vocabulary, *, unnamed: bool) -> bool:
    """Tell a note beside its word: 备注 alone in its cell names no account, whatever column it stands in."""
    return text.rstrip(":：") in words.words.rows.note or (unnamed and _begins_note(text, words))


def _begins_note(text: str, words: Vocabulary) -> bool:
    return any(
        text.startswith(word)
        and ((len(word) == 1 and not word.isalnum()) or _NOTE_END.match(text[len(word) :]))
        for word in words.words.rows.note
    )


def _is_example(shape: _Shape, words: Vocabulary) -> bool:
    texts = list(shape.texts.values())[:2]
    marks = _folded(words.words.rows.example)
    if any(fold(text).strip(":()[]") in marks or _EXAMPLE.match(fold(text)) for text in texts):
        return True
    return len(texts) > 1 and all(_IN_BRACKETS.fullmatch(fold(text)) for text in shape.texts.values())


def _stated(texts: Mapping[int, str], named: Iterable[int]) -> int | None:
    """Find the number of rows that a total states: one with a word for accounts, else one under the names."""
    for text in texts.values():
        found = _COUNT.search(text)
        if found is not None:
            return int(found[1])
    for column in named:
        if _NUMBER.fullmatch(fold(texts.get(column, ""))):
            return int(fold(texts[column]))
    return None


def _folded(words: Iterable[str]) -> list[str]:
    return [fold(word) for word in words]
