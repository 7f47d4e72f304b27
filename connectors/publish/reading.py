"""What a written document says: texts by the place that they were marked with, and the rows of its annex."""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePath

import msgspec

from connectors.publish.errors import UnreadableDocumentError
from connectors.publish.marks import Said
from connectors.publish.tables import annex_row
from connectors.sheets.errors import SheetError
from connectors.sheets.packages import require_sound_package
from events.figures import AnnexRow

MAX_BYTES = 32 * 1024 * 1024
"""Largest document that is read; a bulletin of some thousand accounts has a tenth of it."""

_MAX_UNPACKED_BYTES = 256 * 1024 * 1024
_AGAIN = "save it again in Word, Excel or WPS"
_PACKAGES = {".docx": "Word document", ".xlsx": "workbook"}


class Reading(msgspec.Struct, frozen=True):
    """What a document says."""

    places: dict[str, tuple[str, ...]]
    annex: tuple[AnnexRow, ...]


def read_document(name: str, content: bytes) -> Reading:
    """Read a document by the ending of its name; raises `UnreadableDocumentError`.

    It may come from outside: one that is too large, would unpack to too much or declares entities is refused unread.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in {*_PACKAGES, ".html"}:
        raise UnreadableDocumentError("is no bulletin; a bulletin is a .docx, .html or .xlsx file")
    if len(content) > MAX_BYTES:
        raise UnreadableDocumentError(f"is larger than {MAX_BYTES // 1024**2} MB; hand in the bulletin alone")
    if suffix in _PACKAGES:
        _refuse_package(name, content, suffix)
    said, annex = _reader(suffix)(content)
    places: dict[str, tuple[str, ...]] = {}
    for place, text in said:
        places[place] = (*places.get(place, ()), text)
    return Reading(places, tuple(_rows(annex)))


def _reader(suffix: str) -> Callable[[bytes], Said]:
    """Return the reader of a kind of document; their libraries are slow to import, and every command would pay."""
    if suffix == ".docx":
        from connectors.publish.docx_reader import read_docx  # noqa: PLC0415

        return read_docx
    if suffix == ".html":
        from connectors.publish.html_reader import read_html  # noqa: PLC0415

        return read_html
    from connectors.publish.xlsx import read_xlsx  # noqa: PLC0415

    return read_xlsx


def _refuse_package(name: str, content: bytes, suffix: str) -> None:
    path = Path(name)
    try:
        require_sound_package(
            path,
            content,
            limit=_MAX_UNPACKED_BYTES,
            noun=_PACKAGES[suffix],
            suffix=suffix,
            again=_AGAIN,
            smaller="hand in the bulletin alone",
        )
    except SheetError as e:
        raise UnreadableDocumentError(f"{e.problem}; {e.remedy}") from None


def _rows(annex: Iterable[tuple[str, ...]]) -> Iterable[AnnexRow]:
    for cells in annex:
        row = annex_row(cells)
        if row is None:
            raise UnreadableDocumentError(f"row {'|'.join(cells)} of its annex is no row of an annex")
        yield row
