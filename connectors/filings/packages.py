"""Office files are zip packages: what would unpack to too much, or holds a document type, is refused unread."""

import codecs
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

from connectors.filings.errors import SheetTooLargeError, UnreadableSheetError

BOMB_BYTES = 64 * 1024 * 1024  # smaller than this unpacked: harmless at any ratio
BOMB_RATIO = 100  # real files shrink to a thirtieth at most
_CONTENT_TYPES = "[Content_Types].xml"
_XML_EXTENSIONS = frozenset({"xml", "rels", "vml"})
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_ContentTypes = tuple[dict[str, str], dict[str, str]]
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"


def refuse_bomb(
    path: Path, content: bytes, *, limit: int, noun: str, suffix: str, again: str, smaller: str
) -> None:
    """Refuse what is no package, is protected, or would unpack to more than `limit` bytes or too large a ratio."""
    if content.startswith(_OLE_MAGIC):
        old = suffix[:-1]
        raise UnreadableSheetError(
            path, f"is protected by a password or an old {old}", f"save it as {suffix} without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableSheetError(path, f"is not a {noun}", again) from error
    if unpacked > limit or unpacked > max(min(BOMB_BYTES, limit), BOMB_RATIO * len(content)):
        raise SheetTooLargeError(path, f"would unpack to {unpacked // 1024**2} MB", smaller)


def refuse_document_types(path: Path, content: bytes, *, again: str) -> None:
    """Refuse a package whose XML declares a document type: entities come from there, and no office file needs one.

    A part is XML by its name or by the content type that the package gives it (ECMA-376 part 2, 7.2.3). One that is
    not in UTF-8 is refused unread: there a document type may stand in other bytes.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = sorted(archive.infolist(), key=lambda part: part.filename != _CONTENT_TYPES)
        declared: _ContentTypes = ({}, {})
        for part in parts:
            if not _is_xml(part.filename, declared):
                continue
            xml = archive.read(part)
            problem = _wrong_xml(xml)
            if problem is not None:
                raise UnreadableSheetError(path, f"{problem} in {part.filename}", again)
            if part.filename == _CONTENT_TYPES:
                declared = _content_types(path, xml, again)


def _is_xml(name: str, declared: _ContentTypes) -> bool:
    extension = name.rpartition(".")[2].casefold()
    by_name, by_extension = declared
    kind = by_name.get(f"/{name}".casefold()) or by_extension.get(extension, "")
    return extension in _XML_EXTENSIONS or kind.casefold().endswith("xml")


def _wrong_xml(xml: bytes) -> str | None:
    text = xml.removeprefix(codecs.BOM_UTF8).lstrip()
    encoding = _ENCODING.match(text)
    if (
        (text and not text.startswith(b"<"))
        or b"\0" in xml
        or (encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii"))
    ):
        return "holds XML that is not in UTF-8"
    return "declares a document type" if b"<!DOCTYPE" in xml else None


def _content_types(path: Path, xml: bytes, again: str) -> _ContentTypes:
    """Read what each part holds by its name, and by its extension; the document type was refused before."""
    try:
        root = ET.fromstring(xml)  # noqa: S314 (no entities without a document type)
    except ET.ParseError as error:
        raise UnreadableSheetError(path, f"is damaged or no document ({error})", again) from error
    by_name, by_extension = {}, {}
    for entry in root:
        kind = entry.get("ContentType", "")
        by_name[entry.get("PartName", "").casefold()] = kind
        by_extension[entry.get("Extension", "").casefold()] = kind
    return by_name, by_extension
