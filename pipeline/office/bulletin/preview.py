"""A bulletin as it will be, for a page: the same blocks as its documents, each figure told apart from the words."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from connectors.documents.document import Block, Document, Table
from connectors.documents.errors import TemplateError
from connectors.documents.marks import split
from connectors.documents.svg import svg_of
from connectors.publish.documents import document_of
from events.bulletin import BulletinIssued
from events.fields import marked
from events.figures import Finish, Provenance
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import Bulletin, composed_of
from pipeline.office.bulletin.hands import taken_alone
from pipeline.office.rounds.state import load_round
from projections.bulletin.state import BulletinState

_PROVENANCE = "provenance"


class Piece(NamedTuple):
    """Words of a text; with a place they are the figure of that name."""

    text: str
    place: str


Text = tuple[Piece, ...]


class TableView(msgspec.Struct, frozen=True):
    """A table; columns of `left` are not centred."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    left: frozenset[int]
    caption: str


class BlockView(msgspec.Struct, frozen=True):
    """One piece of the document, in order."""

    kind: str  # as `connectors/documents/document.py` has them
    text: Text = ()
    lead: Text = ()
    table: TableView | None = None
    chart: str = ""  # SVG, drawn here, its texts escaped


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """A document as a page shows it; what it follows from stands apart from the text."""

    title: str
    letterhead: str
    number: str
    addressees: str
    office: str
    issued_on: str
    copy_to: tuple[str, ...]
    blocks: tuple[BlockView, ...]


class Preview(DocumentView, frozen=True, kw_only=True):
    """A bulletin as a page shows it."""

    provenance: Provenance
    annex_rows: int

    @property
    def figures(self) -> int:
        """Return how many figures the text and its tables print."""
        return sum(1 for piece in self._pieces() if piece.place and not piece.place.startswith("account."))

    def _pieces(self) -> Iterable[Piece]:
        for block in self.blocks:
            yield from (*block.lead, *block.text)
            for row in block.table.rows if block.table else ():
                for cell in row:
                    yield from cell


def preview(bulletin: Bulletin) -> Preview:
    """Return a bulletin for a page; raises `UsageError` for a faulty template."""
    try:
        document = document_of(bulletin.content, bulletin.templates)
    except TemplateError as e:
        raise UsageError(marked(e)) from None
    view = view_of(document)
    return Preview(
        **{name: getattr(view, name) for name in view.__struct_fields__},
        provenance=bulletin.content.provenance,
        annex_rows=len(bulletin.content.annex),
    )


def composed_as(workspace: Workspace, name: str, state: BulletinState) -> Bulletin:
    """Return the bulletin of a draft, and of one that went out as it did: its run, number, date, overrides."""
    draft, issued = state.draft, state.issued
    run_id = draft.run_id if issued else None
    bulletin = composed_of(workspace, name, draft, run_id)
    if issued is None:
        return bulletin
    alone = taken_alone(workspace, load_round(workspace, name), state.draft_id)
    return bulletin.with_overrides(issued.overrides).with_finish(_finish(issued, alone))


def _finish(issued: BulletinIssued, alone: tuple[str, ...]) -> Finish:
    return Finish(
        number=issued.number,
        issued_on=issued.issued_on,
        signed_by=issued.signed_by,
        copy_to=issued.copy_to,
        one_person=alone,
    )


def view_of(document: Document) -> DocumentView:
    """Return a document for a page."""
    blocks = (block for block in document.blocks if block.table is None or block.table.name != _PROVENANCE)
    return DocumentView(
        title=document.title,
        letterhead=document.letterhead,
        number=document.number,
        addressees=document.addressees,
        office=document.office,
        issued_on=document.issued_on,
        copy_to=document.copy_to,
        blocks=tuple(map(_block, blocks)),
    )


def _block(block: Block) -> BlockView:
    return BlockView(
        block.kind,
        _text(block.text),
        _text(block.lead),
        None if block.table is None else _table(block.table),
        "" if block.chart is None else svg_of(block.chart),
    )


def _table(table: Table) -> TableView:
    rows = tuple(tuple(_text(cell) for cell in row) for row in table.rows)
    return TableView(table.name, table.header, rows, table.left, table.caption)


def _text(text: str) -> Text:
    return tuple(Piece(words, place) for place, words in split(text))
