"""A document before any format: head, blocks in order, pages of the workbook, and what all of it follows from."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from connectors.documents.marks import marked
from events.figures import Series, Value

Kind = Literal["heading", "paragraph", "note", "attachment", "caption", "table", "chart", "closing", "break"]

Marking = Literal["draft", "internal"]
"""What a reader must know first: not signed yet, not for the public. The layout has the words for it."""


class Table(msgspec.Struct, frozen=True):
    """A table; widths are relative, and other columns than those of `left` are centred."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    left: frozenset[int] = frozenset()  # columns of longer texts
    caption: str = ""


class Block(msgspec.Struct, frozen=True):
    """One piece of a document, in order; texts may hold marked figures."""

    kind: Kind
    text: str = ""
    lead: str = ""  # heading of the second level that the paragraph begins with
    table: Table | None = None
    chart: Series | None = None


class Origin(msgspec.Struct, frozen=True):
    """One thing that a document follows from: a run, a digest, a moment; `place` is its name for who reads it back."""

    place: str
    label: str
    text: str


class FigureRow(msgspec.Struct, frozen=True, gc=False):
    """One row of the workbook's page of figures."""

    place: str
    label: str
    key: str  # of a figure with parts; empty: one value
    value: Value


class WorkbookPage(msgspec.Struct, frozen=True):
    """A page of the workbook: a table under the name of the page."""

    name: str
    table: Table


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is written; texts are printable, and empty ones leave no trace."""

    title: str
    blocks: tuple[Block, ...]
    provenance: tuple[Origin, ...]
    at: datetime  # the only time in the files, so that the same document gives the same bytes
    letterhead: str = ""  # 版头
    number: str = ""  # 文号
    secrecy: str = ""  # 密级和保密期限
    markings: frozenset[Marking] = frozenset()
    addressees: str = ""  # 主送
    office: str = ""  # 落款, and the author of the files
    issued_on: str = ""
    copy_to: tuple[str, ...] = ()
    pages: tuple[WorkbookPage, ...] = ()
    figures: tuple[FigureRow, ...] = ()
    values: dict[str, Any] = {}  # what a layout of this kind of document may use beside the above


def shown_of(document: Document) -> dict[str, Any]:
    """Return what a layout may use by name, apart from the blocks."""
    return {
        **document.values,
        "title": document.title,
        "letterhead": document.letterhead,
        "number": document.number,
        "secrecy": document.secrecy,
        "markings": document.markings,
        "addressees": document.addressees,
        "office": document.office,
        "issued_on": document.issued_on,
        "copy_to": document.copy_to,
    }


def provenance_block(origins: Iterable[Origin]) -> Block:
    """Return what a document follows from as a small table, each part marked."""
    rows = tuple((o.label, marked(o.place, o.text)) for o in origins)
    table = Table("provenance", ("项目", "内容"), rows, (24, 76), frozenset({0, 1}), "数据依据")
    return Block("table", table=table)
