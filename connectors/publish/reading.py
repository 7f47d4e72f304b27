"""What the document of a bulletin says: its figures by place, and the rows of its annex."""

from collections.abc import Iterable, Iterator

import msgspec

from connectors.documents import reading
from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.found import FoundTable
from connectors.publish.tables import ANNEX, ANNEX_HEADER, ANNEX_TABLE, annex_row
from events.figures import AnnexRow
from events.messages import message


class Reading(msgspec.Struct, frozen=True):
    """What a document says."""

    places: dict[str, tuple[str, ...]]
    annex: tuple[AnnexRow, ...]


def read_bulletin(name: str, content: bytes) -> Reading:
    """Read a document by the ending of its name; raises `UnreadableDocumentError`."""
    found = reading.read_document(name, content, noun=message("bulletin"), pages=[ANNEX])
    return Reading(found.places, tuple(_rows(found.tables)))


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
