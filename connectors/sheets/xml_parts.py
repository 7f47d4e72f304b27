"""Reading the XML parts of a workbook as a stream: element by element, transitional and strict alike."""

import zipfile
from collections.abc import Callable, Mapping
from typing import IO, NoReturn
from xml.parsers import expat

from connectors.sheets.packages import is_read
from events.messages import message

_CHUNK = 1 << 16
_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # strict (ISO/IEC 29500-1)
    "http://schemas.openxmlformats.org/package/2006/relationships",
)
_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)

Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class DamagedPartError(Exception):
    """A part that is no well-formed XML, or that says what cannot be."""


def walk(archive: zipfile.ZipFile, part: str, start: Start, end: End | None, text: Text | None) -> None:
    """Call back for each element of the spreadsheet namespaces, by its local name; others are passed over.

    Raises DamagedPartError. Nothing is kept but the tag at hand, whose length was bounded with the package: the size
    of a part costs time alone. A document type is refused, for entities come from there.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    local: dict[str, str] = {}

    def started(name: str, attributes: dict[str, str]) -> None:
        known = local.get(name)
        if known is None:
            namespace, _, known = name.rpartition(" ")
            if namespace not in _NAMESPACES:
                return
            local[name] = known
        start(known, attributes)

    def ended(name: str) -> None:
        known = local.get(name)
        if known is not None and end is not None:
            end(known)

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with _opened(archive, part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise DamagedPartError(message("{part}: {error}", part=part, error=error)) from error
    except KeyError as error:
        raise DamagedPartError(message("{part} is missing", part=part)) from error


def _opened(archive: zipfile.ZipFile, part: str) -> IO[bytes]:
    if not is_read(part):
        raise DamagedPartError(message("{part} is no name of such a part", part=part))
    return archive.open(part)


def relation(attributes: Attributes, name: str) -> str | None:
    """Return an attribute of the namespace of relationships: `id` leads to another part."""
    return next((found for uri in _RELATIONS if (found := attributes.get(f"{uri} {name}")) is not None), None)


def is_true(value: str | None) -> bool:
    """Read a boolean attribute."""
    return value in ("1", "true", "on")


def whole_number(part: str, element: str, text: str) -> int:
    """Read a whole number; raises DamagedPartError naming part and element."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise DamagedPartError(
            message("{part}: {element} has the number {text}", part=part, element=element, text=text[:20])
        )
    return int(text)


def _refuse_document_type(*_declared: object) -> NoReturn:
    raise DamagedPartError(message("it declares a document type"))
