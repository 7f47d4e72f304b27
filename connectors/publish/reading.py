"""What the document of a bulletin says: its figures by place, and the rows of its annex."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from connectors.documents import reading
from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.found import FoundTable
from connectors.publish.tables import ANNEX, ANNEX_HEADER, ANNEX_TABLE, annex_row
from events.beside import BesideAnnex
from events.figures import AnnexRow
from events.messages import message


class Reading(msgspec.Struct, frozen=True):
    """What a document says."""

    places: dict[str, tuple[str, ...]]
    annex: tuple[AnnexRow, ...]
    beside: dict[str, tuple[tuple[str, ...], ...]] = {}  # rows of the other annexes, by the name of the annex


def read_bulletin(name: str, content: bytes, beside: Sequence[BesideAnnex] = ()) -> Reading:
    """Read a document by the ending of its name; raises `UnreadableDocumentError`.

    `beside` are the annexes that it should have beside that of the accounts: they are known by their headers.
    """
    pages = [ANNEX, *(annex.page for annex in beside)]
    found = reading.read_document(name, content, noun=message("bulletin"), pages=pages)
    others = {
        annex.name: tuple(row for table in found.tables if table.header == annex.header for row in table.rows)
        for annex in beside
    }
    return Reading(found.places, tuple(_rows(found.tables)), others)


def _rows(tables: Iterable[FoundTable]) -> Iterator[AnnexRow]:
    for table in tables:
        if table.name == ANNEX and table.header != ANNEX_HEADER:
            raise UnreadableDocumentError(
                message(
                    "sheet {annex} does not begin with {annex_header}",
                    annex=ANNEX,
                    annex_header="、".join(ANNEX_HEADER),
                )
            )
        if table.header != ANNEX_HEADER and ANNEX_TABLE not in table.name.split():
            continue
        for cells in table.rows:
            row = annex_row(cells)
            if row is None:
                raise UnreadableDocumentError(
                    message("row {cells} of its annex is no row of an annex", cells="|".join(cells))
                )
            yield row
