"""What a written document says: texts by the place that they were marked with, and its tables."""

from collections.abc import Iterable
from pathlib import Path, PurePath

import msgspec

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.found import Found, FoundTable
from connectors.sheets.errors import SheetError
from connectors.sheets.packages import require_sound_package
from events.messages import message

MAX_BYTES = 32 * 1024 * 1024
"""Largest document that is read; a bulletin of some thousand accounts has a tenth of it."""

_MAX_UNPACKED_BYTES = 256 * 1024 * 1024
_AGAIN = message("save it again in Word, Excel or WPS")
_PACKAGES = {".docx": message("Word document"), ".xlsx": message("workbook")}


class Reading(msgspec.Struct, frozen=True):
    """What a document says."""

    places: dict[str, tuple[str, ...]]
    tables: tuple[FoundTable, ...]


def read_document(
    name: str, content: bytes, *, noun: str = message("document"), pages: Iterable[str] = ()
) -> Reading:
    """Read a document by the ending of its name; raises `UnreadableDocumentError`, which calls it by the noun.

    Of a workbook the named pages are read as tables. It may come from outside: one that is too large, would unpack to
    too much or declares entities is refused unread.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in {*_PACKAGES, ".html"}:
        raise UnreadableDocumentError(
            message("is no {noun}; a {noun} is a .docx, .html or .xlsx file", noun=noun)
        )
    require_sound(name, content, noun=noun)
    found = _found(suffix, content, noun, pages)
    places: dict[str, tuple[str, ...]] = {}
    for place, text in found.marked:
        places[place] = (*places.get(place, ()), text)
    return Reading(places, tuple(found.tables))


def require_sound(name: str, content: bytes, *, noun: str) -> None:
    """Raise `UnreadableDocumentError` for a document that is too large, or whose package is not in order."""
    suffix = PurePath(name).suffix.lower()
    if len(content) > MAX_BYTES:
        raise UnreadableDocumentError(
            message(
                "is larger than {max_bytes} MB; hand in the {noun} alone",
                max_bytes=MAX_BYTES // 1024**2,
                noun=noun,
            )
        )
    if suffix in _PACKAGES:
        _refuse_package(name, content, suffix, noun)


def _found(suffix: str, content: bytes, noun: str, pages: Iterable[str]) -> Found:
    """Read by the kind of file; the libraries are slow to import, and every command would pay."""
    if suffix == ".docx":
        from connectors.documents.docx_reader import read_docx  # noqa: PLC0415

        return read_docx(content)
    if suffix == ".html":
        from connectors.documents.html_reader import read_html  # noqa: PLC0415

        return read_html(content, noun=noun)
    from connectors.documents.xlsx import read_xlsx  # noqa: PLC0415

    return read_xlsx(content, noun=noun, pages=pages)


def _refuse_package(name: str, content: bytes, suffix: str, noun: str) -> None:
    try:
        require_sound_package(
            Path(name),
            content,
            limit=_MAX_UNPACKED_BYTES,
            noun=_PACKAGES[suffix],
            suffix=suffix,
            again=_AGAIN,
            smaller=message("hand in the {noun} alone", noun=noun),
        )
    except SheetError as e:
        raise UnreadableDocumentError(
            message("{problem}; {remedy}", problem=e.problem, remedy=e.remedy)
        ) from None
