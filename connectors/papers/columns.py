"""What the columns of a page are: by their headers, and by the cells below where a header leaves it open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from connectors.papers.account_groups import Group
from connectors.papers.header_meaning import Meaning, indicator_of, meaning_of, names_role, nearest_headers
from connectors.papers.header_rows import Header
from connectors.papers.paper import Column
from connectors.papers.platform_words import read_platform
from connectors.papers.time_words import BadTimeError, time_of
from connectors.papers.vocabulary import KindWords, Vocabulary
from connectors.sheets.areas import column_letters
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from connectors.sheets.errors import BadValueError
from connectors.sheets.persons import holds_personal_data, names_people
from events.closeness import distance
from events.folding import fold
from events.moments import Moment

_TESTED_ROWS = 200
_TIMES_ALL_THE_SAME = (
    "does_not_exist",
    "year_alone",
    "month_unclear",
    "too_early",
    "two_digit_year",
    "weekday_differs",
    "relative_time",
)


class Cells(msgspec.Struct, frozen=True):
    """The cells below a header, by column."""

    rows: Sequence[Mapping[int, Cell]]

    def of(self, column: int) -> list[Cell]:
        return [cells[column] for cells in self.rows[:_TESTED_ROWS] if column in cells]


def settle_columns(
    header: Header,
    rows: Sequence[Mapping[int, Cell]],
    hidden: Iterable[tuple[int, int]],
    words: Vocabulary,
    kind: KindWords | None = None,
) -> list[Column]:
    """Say what each column is; once the kind of the page is known, what it speaks of is preferred."""
    cells, spans = Cells(rows), list(hidden)
    meanings = {column: meaning_of(*names, words) for column, names in header.names.items()}
    taken = {m.fields[0] for m in meanings.values() if m is not None and len(m.fields) == 1 and not m.people}
    columns: list[Column] = []
    for index, meaning in meanings.items():
        column = Column(index, column_letters(index), header.shown(index), "kept_aside")
        if meaning is None and names_role(header.names[index][0], words):
            column = msgspec.structs.replace(column, people=True)
        elif meaning is None:
            column = _unknown(column, header.names[index], cells, words, kind, taken)
        elif meaning.people:
            column = msgspec.structs.replace(
                column, use="understood", fields=meaning.fields, role=meaning.role, people=True
            )
        elif columns and columns[-1].people and header_key(header.names[index][1]) in words.behind_people:
            column = msgspec.structs.replace(column, people=True)
        else:
            column = _known(column, meaning, cells, words, kind, taken)
        taken |= {field for field in column.fields if not column.people}
        columns.append(
            msgspec.structs.replace(column, hidden=any(first <= index <= last for first, last in spans))
        )
    return _with_roles(_with_types(columns))


def settle_groups(
    header: Header,
    groups: Sequence[Group],
    rows: Sequence[Mapping[int, Cell]],
    hidden: Iterable[tuple[int, int]],
    words: Vocabulary,
    kind: KindWords | None = None,
) -> list[Column]:
    """Say what each column is, those of each platform by themselves with those that all share; in their order."""
    if not groups:
        return settle_columns(header, rows, hidden, words, kind)
    grouped = {column for group in groups for column in group.names}
    shared = {column: names for column, names in header.names.items() if column not in grouped}
    columns: dict[int, Column] = {}
    for side, group in enumerate(groups, start=1):
        own = msgspec.structs.replace(header, names=dict(sorted({**shared, **group.names}.items())))
        for column in settle_columns(own, rows, hidden, words, kind):
            if column.index in group.names:
                columns[column.index] = msgspec.structs.replace(
                    column, header=header.shown(column.index), side=side, platform=group.platform
                )
            else:
                columns.setdefault(column.index, column)
    return [columns[index] for index in sorted(columns)]


def _known(
    column: Column,
    meaning: Meaning,
    cells: Cells,
    words: Vocabulary,
    kind: KindWords | None,
    taken: set[str],
) -> Column:
    fields = meaning.fields
    field = fields[0] if len(fields) == 1 else _chosen(column.index, fields, cells, words, kind, taken)
    if field is None:
        return column
    return msgspec.structs.replace(column, use=words.words.fields[field].use, fields=(field,))


def _chosen(
    index: int,
    fields: tuple[str, ...],
    cells: Cells,
    words: Vocabulary,
    kind: KindWords | None,
    taken: set[str],
) -> str | None:
    """Choose a field of a header: one whose cells agree, one that the kind speaks of, the last that is free."""
    free = [field for field in fields if field not in taken]
    for field in free:
        if field == "account_type" and "platform" not in taken:
            continue
        if _has_test(field, words) and agrees(field, cells.of(index), words):
            return field
    untested = [field for field in free if not _has_test(field, words)]
    if fields[0] == "name" and "name" in untested:
        return "name"  # 账号 is the name, unless another column is
    spoken_of = [field for field in untested if kind is not None and field in kind.telling]
    if spoken_of:
        return spoken_of[0]
    return untested[-1] if untested else None


def _unknown(
    column: Column,
    names: tuple[str, str],
    cells: Cells,
    words: Vocabulary,
    kind: KindWords | None,
    taken: set[str],
) -> Column:
    """Take an unknown header for an indicator, for one of people, or for the known one it is nearest to."""
    below = cells.of(column.index)
    indicator = indicator_of(names[1], words)

    def marked(cell: Cell) -> bool:
        return is_mark(shown(cell), words)

    if indicator is not None and below and _share(below, marked) >= words.numbers.agreeing_share:
        return msgspec.structs.replace(column, use="understood", rule=indicator.rules[0])
    if names_people(column.header) or any(holds_personal_data(shown(cell)) for cell in below):
        return msgspec.structs.replace(column, people=True)
    near = None if kind is None else _nearest(names[1], below, words, kind, taken)
    if near is None:
        return column
    field, known = near
    return msgspec.structs.replace(column, use=words.words.fields[field].use, fields=(field,), nearest=known)


def _nearest(
    header: str, below: list[Cell], words: Vocabulary, kind: KindWords, taken: set[str]
) -> tuple[str, str] | None:
    """Find the known header that this one contains or is one error away from, with cells that agree."""
    spoken_of = {*kind.telling, *kind.fits, "platform", "owner"} - taken
    for known, fields in nearest_headers(header, words):
        field = fields[0]
        asked = len(fields) == 1 and field in spoken_of and _has_test(field, words)
        if asked and agrees(field, below, words):
            return field, known
    return None


def is_mark(text: str, words: Vocabulary) -> bool:
    """Tell a mark of a matrix, with a number behind it or without: √, ×2."""
    folded = fold(text)
    return folded in words.marks or folded[:1] in words.marks


def _has_test(field: str, words: Vocabulary) -> bool:
    known = words.words.fields.get(field)
    return (known is not None and known.values != "") or field in words.meanings


def agrees(field: str, below: Sequence[Cell], words: Vocabulary) -> bool:
    """Tell whether enough of the cells are such as the field holds; a column without cells agrees with nothing."""
    filled = [cell for cell in below if fold(shown(cell)) not in words.blanks]
    return bool(filled) and _share(filled, _test(field, words)) >= words.numbers.agreeing_share


def _test(field: str, words: Vocabulary) -> Callable[[Cell], bool]:
    known = words.words.fields[field].values
    if known == "platform":
        return lambda cell: bool(read_platform(shown(cell), "", words).found)
    if known == "account_type":
        return lambda cell: _is_type(shown(cell), words)
    if known == "unit":
        return lambda cell: words.unit_form.fullmatch(shown(cell)) is not None
    if known == "time":
        return _is_time
    return lambda cell: fold(shown(cell)) in words.meanings[field]


def _is_type(text: str, words: Vocabulary) -> bool:
    """Tell 订阅号 and 服务号, and what is one character away from them."""
    return any(distance(fold(word), fold(text), 1) <= 1 for word in words.words.values.account_type)


def _is_time(cell: Cell) -> bool:
    if isinstance(cell, Moment):
        return True
    try:
        time_of(cell, date.max)
    except BadTimeError as error:
        return error.code in _TIMES_ALL_THE_SAME
    except BadValueError:
        return False
    return True


def _share(cells: Sequence[Cell], test: Callable[[Cell], bool]) -> float:
    return sum(map(test, cells)) / len(cells)


def _with_types(columns: list[Column]) -> list[Column]:
    """Read the type of account from the column of platforms too, where no other tells it."""
    if any("account_type" in column.fields for column in columns):
        return columns
    return [
        msgspec.structs.replace(column, fields=("platform", "account_type"))
        if column.fields == ("platform",)
        else column
        for column in columns
    ]


def _with_roles(columns: list[Column]) -> list[Column]:
    """Give words without a role (职务, 手机) to the nearest role on their left that has none of the kind yet."""
    held: dict[str, set[str]] = {}  # by role, the nearest last
    settled = []
    for column in columns:
        if not column.people or not column.fields:
            settled.append(column)
            continue
        role = column.role
        if not role:
            lacking = [known for known, role_fields in held.items() if not role_fields & set(column.fields)]
            role = lacking[-1] if lacking else next(reversed(held), "contact")
        role_fields = held.pop(role, set())
        held[role] = role_fields | set(column.fields)
        settled.append(msgspec.structs.replace(column, role=role))
    return settled
