"""What was read of a paper: plain values, before anything is known of the registry and before anybody was asked.

A row below the header is of one sort. A row of data is one record, and a record has one fate, so the sums of a page
add up: taken + doubtful + contradicting + refused + duplicates = rows of data.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from connectors.papers.paper_time import PaperTime

Value = str | int | float | PaperTime

RowSort = Literal[
    "above",  # title, labels and blank rows over the header
    "header",
    "data",
    "total",
    "note",
    "signature",
    "section",
    "blank",
    "example",
    "repeated_header",
    "hidden",  # left out as a person said
    "other_table",  # under a second header that says otherwise
]
Fate = Literal["taken", "doubtful", "contradicting", "refused", "duplicate"]
Use = Literal["understood", "kept_aside", "ignored"]
Layout = Literal["rows", "columns", "form"]
"""How the accounts of a page lie: below each other, side by side under fields that go down, or one in a form."""

Severity = Literal["", "red", "yellow"]  # empty: not said
Source = Literal["cell", "label", "title", "signature", "page_name", "file_name", "given"]


class Reason(msgspec.Struct, frozen=True):
    """Why something is as it is: a code of infra/intake/reasons.toml, and what its text speaks of."""

    code: str
    says: Mapping[str, str] = {}


class Platform(msgspec.Struct, frozen=True):
    """A platform by the name that we give it; two names of one family may be one account."""

    name: str  # 微信订阅号
    family: str  # 微信公众号
    account_type: Literal["", "subscription", "service"] = ""  # of a 微信公众号, empty where it is not said


class Column(msgspec.Struct, frozen=True):
    """A column of a page and what it was taken for."""

    index: int  # from 0
    letter: str  # 7 where the fields go down, D3 in a form: see `connectors.papers.places`
    header: str  # a parent stands before its child: 管理责任人/姓名
    use: Use
    fields: tuple[str, ...] = ()  # 联络员及电话 holds people.name and people.phone
    role: str = ""  # of a column about people
    rule: str = ""  # of a column for one indicator
    nearest: str = ""  # the known header by which an unknown one was understood
    hidden: bool = False
    people: bool = False  # tells of people: never reaches a fact, a manifest or a message
    side: int = 0  # which of the accounts side by side in a row it tells of, from 1; 0: of all
    platform: str = ""  # of that account, where the header says it


class Row(msgspec.Struct, frozen=True):
    """A row of a page by the number that a person sees."""

    number: int
    sort: RowSort
    hidden: bool = False
    text: str = ""  # of a total, a note, a section, unless it tells of a person


class StatedTotal(msgspec.Struct, frozen=True):
    """A number of rows that a page states, beside those that were counted."""

    row: int
    stated: int
    counted: int

    @property
    def agrees(self) -> bool:
        return self.stated == self.counted


class Stated(msgspec.Struct, frozen=True):
    """What a page says of all its rows, and where it says it."""

    value: str | PaperTime
    source: Source
    place: str  # A2; empty where it is no cell


class Span(msgspec.Struct, frozen=True):
    """A stretch of days that a page is about."""

    first: date
    last: date
    place: str


class Context(msgspec.Struct, frozen=True):
    """What the cells around a table say of all its rows; None: not said."""

    title: str = ""
    area: Stated | None = None
    reported_by: Stated | None = None
    checked_by: Stated | None = None  # the firm or office that looked
    platform: Stated | None = None  # of all accounts of the page, as its name or its title says
    sheet_date: Stated | None = None
    looked_at: Stated | None = None  # for a self-check: when the accounts were checked
    span: Span | None = None
    year: int | None = None  # for dates without one
    quarter: str = ""  # 2026Q3
    marks: Mapping[str, str] = {}  # of a matrix: tick, cross, slash -> fine, problem, not_applicable


class Doubt(msgspec.Struct, frozen=True):
    """What the paper alone cannot settle: the answers that a person may give, and the one taken if nobody answers."""

    why: Reason
    field: str = ""
    column: str = ""  # letter
    cell: str = ""  # words of the cell, masked where they tell of a person
    answers: tuple[str, ...] = ()
    default: str | None = None  # None: without an answer the row, or the page, is not taken


class CellAside(msgspec.Struct, frozen=True):
    """A cell that cannot be read in a field that its row can do without."""

    field: str
    column: str  # letter
    cell: str  # masked where it tells of a person
    why: Reason


class PersonOnRow(msgspec.Struct, frozen=True):
    """A person whom a row names for its account or its unit."""

    role: str
    name: str = ""
    post: str = ""
    phone: str = ""  # mobile, or whatever the column of phones holds
    office_phone: str = ""
    wecom: str = ""
    dingtalk: str = ""
    feishu: str = ""
    mail: str = ""


class Finding(msgspec.Struct, frozen=True):
    """A problem that a row names: its words, and the rule that they mean."""

    words: str
    rule: str | None  # None: no rule is known for the words
    rules: tuple[str, ...] = ()  # offered, the likeliest first
    take: Literal["sure", "ask", "told", "registry", "none"] = "ask"
    severity: Severity = ""
    count: int | None = 1  # None: no rule, nothing to count
    keeps_text: bool = True  # False: secret or harmful, only the reference is taken
    reference: str = ""
    parts: tuple["Finding", ...] = ()  # of a cell that tells of several rules: what each of its parts says
    far: tuple[str, ...] = ()  # of `rules`, those that no word comes near: whoever is asked may choose them


class Record(msgspec.Struct, frozen=True):
    """What a row of data says."""

    page: str
    row: int  # number of the column where the accounts lie side by side
    fields: Mapping[str, Value] = {}  # ids are text as they are shown
    platform: Platform | None = None
    platforms: tuple[Platform, ...] = ()  # several: the row speaks of several accounts
    people: tuple[PersonOnRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    links: Mapping[str, str] = {}  # addresses behind the words of cells, by field or header
    aside: Mapping[str, str] = {}  # columns that are kept aside, by header
    inherited: frozenset[str] = frozenset()  # fields that a section, the page or a merged cell gave
    set_aside: tuple[CellAside, ...] = ()
    refusals: tuple[Doubt, ...] = ()
    contradictions: tuple[Doubt, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    hints: tuple[Reason, ...] = ()  # told, not asked
    part: int = 0  # of the accounts that one cell names, from 0
    same_as: int | None = None  # row of this page that says the same

    @property
    def fate(self) -> Fate:
        """What becomes of the row if nobody is asked and nothing is known beside the paper."""
        if self.refusals:
            return "refused"
        if self.same_as is not None:
            return "duplicate"
        if self.contradictions:
            return "contradicting"
        return "doubtful" if self.doubts else "taken"

    def text(self, field: str) -> str:
        """Give a field that is a text, empty where the row does not say it."""
        value = self.fields.get(field)
        return value if isinstance(value, str) else ""

    def time(self, field: str) -> PaperTime | None:
        """Give a field that is a time, None where the row does not say it."""
        value = self.fields.get(field)
        return value if isinstance(value, PaperTime) else None


class ReadPage(msgspec.Struct, frozen=True):
    """A page, read or not."""

    title: str  # "(csv)" for a file without pages
    read: bool
    why: Reason | None = None  # why it was not read
    hidden: bool = False
    kind: str = ""
    layout: Layout = "rows"
    header_rows: tuple[int, ...] = ()  # of a table whose fields go down the columns of it
    context: Context = Context()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    records: tuple[Record, ...] = ()
    filled_down: Mapping[str, int] = {}  # letter of a column -> cells that took the value of their merge
    totals: tuple[StatedTotal, ...] = ()
    questions: tuple[Doubt, ...] = ()  # about the page as a whole
    hints: tuple[Reason, ...] = ()

    def count(self, sort: RowSort) -> int:
        """Count the rows of a sort."""
        return sum(row.sort == sort for row in self.rows)

    def fated(self, fate: Fate) -> list[Record]:
        """Give the records of one fate."""
        return [record for record in self.records if record.fate == fate]


class ReadFile(msgspec.Struct, frozen=True):
    """A file that was handed in: its pages, or why it is refused as a whole."""

    name: str
    sha256: str
    received: date
    form: str = ""  # xlsx, xls, csv, docx
    encoding: str = ""  # of text
    refused: Reason | None = None
    pages: tuple[ReadPage, ...] = ()
