"""Parts of a preview, in words of people, without ids."""

from collections.abc import Mapping

import msgspec


class CellView(msgspec.Struct, frozen=True):
    """A cell or a row that cannot be taken as it stands."""

    key: str  # of the field that mends it; empty: it is mended in the paper alone
    row_key: str  # by which the row is set aside
    place: str
    account: str
    cell: str
    field: str
    why: str
    refuses: bool  # the row is not taken because of it


class AnswerView(msgspec.Struct, frozen=True):
    """An answer that may be given."""

    value: str
    words: str
    is_default: bool


class QuestionView(msgspec.Struct, frozen=True):
    """Something that the papers alone cannot settle."""

    id: str
    place: str
    account: str
    cell: str
    why: str
    answers: tuple[AnswerView, ...]
    chosen: str  # given now or before, else the default; empty: none
    is_open: bool  # nobody answered
    takes_words: bool  # another answer than those offered may be written
    rows: int  # that wait for it
    remembered: bool
    row_key: str  # empty: it is about a page


class RowView(msgspec.Struct, frozen=True):
    """A row and what becomes of it."""

    row_key: str
    place: str
    account: str
    fate: str
    why: str


class ChangeView(msgspec.Struct, frozen=True):
    """A field of a known account or unit that would change."""

    account: str
    field: str
    before: str
    after: str
    kind: str
    waits: bool  # for an answer that is missing


class ColumnView(msgspec.Struct, frozen=True):
    """A column and what it was read as."""

    key: str  # of the choice that says otherwise; empty: none is offered
    letter: str
    place: str  # F 列, 7 行 where accounts lie side by side, D3 in a form
    header: str
    use: str  # read, people, aside, ignored
    words: str
    field: str
    sample: str
    choices: tuple[tuple[str, str], ...] = ()


class PageView(msgspec.Struct, frozen=True):
    """A page of a file."""

    key: str
    file: str
    title: str
    read: bool
    left_out: bool  # somebody said so
    kind: str
    kind_words: str
    rows: int
    other_rows: str
    total: str
    why: str
    told: tuple[str, ...]
    columns: tuple[ColumnView, ...]
    field_line: str  # what holds a field on the paper: 列, of a turned table 行, of a form 栏


class PersonView(msgspec.Struct, frozen=True):
    """A person who would be stored."""

    unit: str
    role: str
    name: str  # masked
    phone: str  # masked
    accounts: str


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The page."""

    plan: str
    wrong: tuple[CellView, ...]
    refused: tuple[RowView, ...]
    set_aside: tuple[RowView, ...]
    questions: tuple[QuestionView, ...]
    changes: tuple[ChangeView, ...]
    new: tuple[RowView, ...]
    missing: tuple[tuple[str, str], ...]
    people: tuple[PersonView, ...]
    pages: tuple[PageView, ...]
    files: tuple[
        tuple[str, str], ...
    ]  # name, and why it was refused or left out, or what it is beside the papers
    unread: tuple[tuple[str, str], ...]  # files that were refused, and why
    hints: tuple[str, ...]
    counts: Mapping[str, int]
    would_write: tuple[str, ...]
    waiting: int  # questions with neither answer nor default
    digest: str
    taken_before: tuple[str, ...]
