"""The plan of an intake: what would come of the papers, row by row, and what has to be asked before. No facts yet."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec

from connectors.papers.paper import Layout, ReadFile, Reason, Record
from connectors.papers.places import cell_name, line_name
from connectors.people.person import Placed
from events.base import Payload
from events.codec import Event
from events.folding import fold

Fate = Literal["taken", "doubtful", "contradicting", "refused", "duplicate"]
ChangeKind = Literal["correction", "change", "fill"]


class Title(msgspec.Struct, frozen=True, order=True):
    """An account as people call it."""

    name: str
    platform: str
    owner: str

    def __str__(self) -> str:
        details = "，".join(text for text in (self.platform, self.owner) if text)
        return f"{self.name}（{details}）" if details else self.name


class Address(msgspec.Struct, frozen=True, order=True):
    """Where in the papers something stands; row 0 is the page as a whole."""

    file: int  # place of the file in the plan
    page: str
    row: int = 0
    part: int = 0  # of the accounts that one row names, from 0


class Question(msgspec.Struct, frozen=True):
    """What the papers alone cannot settle; unanswered, and without a default, the row is not taken."""

    id: str
    at: Address
    why: Reason
    field: str = ""
    cell: str = ""
    answers: tuple[str, ...] = ()
    default: str | None = None
    answer: str | None = None  # given now, or before for the same cell
    remembered: bool = False  # answered before for the same cell
    rows: tuple[int, ...] = ()  # of a question about a page: the rows that wait for it

    @property
    def settled(self) -> str | None:
        """Return the answer that holds, the default where nobody answered, None where there is neither."""
        return self.answer if self.answer is not None else self.default


class Change(msgspec.Struct, frozen=True):
    """A field of a known account that a paper states differently."""

    at: Address
    subject: str
    account: Title
    field: str
    before: str
    after: str
    kind: ChangeKind
    holds_from: str  # `beginning`, `corrected` (as the statement that was wrong), or a day
    needs: tuple[str, ...] = ()  # ids of questions on which it rests


class Draft(msgspec.Struct, frozen=True):
    """A fact that would be written, with the row that it comes from."""

    at: Address
    event: Event[Payload]
    is_known: bool = False  # the log holds it already
    places: tuple[tuple[str, Placed], ...] = ()  # people by role; their ids are put in when they are stored
    needs: tuple[str, ...] = ()  # ids of questions on which it rests, beside those of its row


class PlannedRow(msgspec.Struct, frozen=True):
    """A row of data and what would become of it; what rests on questions waits for their answers."""

    at: Address
    kind: str  # of its page
    record: Record
    fate: Fate
    subject: str = ""  # of the account that is meant, or opened
    account: Title | None = None
    found_by: str = ""  # step by which the account was found; `new` for one that would be opened
    why: Reason | None = None  # of a row that is not simply taken
    needs: tuple[str, ...] = ()  # ids of questions
    notes: tuple[Reason, ...] = ()


class PlannedPerson(msgspec.Struct, frozen=True):
    """A person who would be stored for a unit."""

    at: Address
    placed: Placed
    accounts: tuple[str, ...] = ()  # subjects
    needs: tuple[str, ...] = ()


class Missing(msgspec.Struct, frozen=True):
    """A known account that a paper which should name it leaves out; nothing follows from that by itself."""

    subject: str
    account: Title
    page: str
    why: Reason | None = None  # where a note of the page says it


class Attachment(msgspec.Struct, frozen=True):
    """A file that is kept beside the papers and read by nobody: a scan with its seal, a picture."""

    name: str
    sha256: str
    kind: str  # pdf, picture, ofd, letter


class LeftOut(msgspec.Struct, frozen=True):
    """A file of a folder that was not read."""

    name: str
    why: Reason


class Plan(msgspec.Struct, frozen=True):
    """What would come of an intake."""

    id: str
    received: date
    files: tuple[ReadFile, ...]
    rows: tuple[PlannedRow, ...] = ()
    drafts: tuple[Draft, ...] = ()
    changes: tuple[Change, ...] = ()
    people: tuple[PlannedPerson, ...] = ()
    questions: tuple[Question, ...] = ()
    missing: tuple[Missing, ...] = ()
    hints: tuple[tuple[Address, Reason], ...] = ()
    taken_before: tuple[str, ...] = ()  # numbers of intakes that stand and brought the same files
    replaces: str = ""  # number of the intake whose place it takes
    kept: frozenset[UUID] = frozenset()  # facts of that intake which are stated alike
    gone: tuple[UUID, ...] = ()  # facts of it that would be withdrawn if every default were taken
    attachments: tuple[Attachment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def open_questions(self) -> list[Question]:
        """Return the questions that nobody answered."""
        return [q for q in self.questions if q.answer is None]

    def settled(self, *, by_default: bool) -> frozenset[str]:
        """Return the ids of the questions that are settled, by an answer or, if wanted, by their default."""
        return frozenset(
            q.id for q in self.questions if q.answer is not None or (by_default and q.default is not None)
        )

    def stated(self, *, by_default: bool) -> list[Draft]:
        """Return the facts that the papers state, those that the log holds among them."""
        settled = self.settled(by_default=by_default)
        rows = {row.at: row for row in self.rows}
        return [
            draft
            for draft in self.drafts
            if settled.issuperset((*draft.needs, *(rows[draft.at].needs if draft.at in rows else ())))
        ]

    def written(self, *, by_default: bool) -> list[Draft]:
        """Return the facts that would be written, without those that the log holds."""
        return [draft for draft in self.stated(by_default=by_default) if not draft.is_known]


def remembered_answers(plan: Plan, *, by_default: bool) -> dict[tuple[str, str], str]:
    """Return the answers that are offered again: by field and folded cell."""
    return {
        (q.field, fold(q.cell)): answer
        for q in plan.questions
        if q.field and q.cell and q.at.row and (answer := q.settled if by_default else q.answer) is not None
    }


def of_fate(rows: Iterable[PlannedRow], fate: Fate) -> list[PlannedRow]:
    """Return the rows of one fate."""
    return [row for row in rows if row.fate == fate]


def layout_of(files: Sequence[ReadFile], at: Address) -> Layout:
    """Tell how the accounts of a page lie."""
    pages = files[at.file].pages if at.file < len(files) else ()
    return next((page.layout for page in pages if page.title == at.page), "rows")


def line_on_paper(plan: Plan, at: Address, row: int) -> str:
    """Return what a person calls a row of a page: 12, C where accounts lie side by side, nothing in a form."""
    return line_name(layout_of(plan.files, at), row)


def cell_on_paper(at: Address, letter: str) -> str:
    """Return the name of a cell of a row on its paper: F12."""
    return cell_name(letter, at.row)


def basis_of(files: Sequence[ReadFile], at: Address) -> str:
    """Return the basis that stands beside a fact: digest of its file, page and row; no name of a file."""
    line = line_name(layout_of(files, at), at.row)
    return f"{files[at.file].sha256[:12]} {at.page}" + (f"!{line}" if line else "")


def plain(value: Any) -> Any:
    """Return a value of a plan as JSON holds it."""
    return msgspec.to_builtins(value, enc_hook=str)
