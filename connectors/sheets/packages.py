"""Office files are zip packages: a damaged, locked, odd or too large one is refused before any library opens it."""

import codecs
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from connectors.sheets.errors import SheetTooLargeError, UnreadableSheetError
from connectors.sheets.tags import MAX_TAG, TagLengths
from events.messages import message

BOMB_BYTES = 64 * 1024 * 1024  # smaller than this unpacked: taken at any ratio
BOMB_RATIO = 100  # real files shrink to a thirtieth at most
MAX_PARTS = 10_000  # a workbook of 100 pages with a picture on each has 500
_CONTENT_TYPES = "[Content_Types].xml"
_MAX_CONTENT_TYPES = 4 * 1024 * 1024
_XML_EXTENSIONS = frozenset({"xml", "rels", "vml"})
_FOREIGN = "customxml/"  # data of other programs, in whatever encoding they like
_PICTURE = "image/svg+xml"
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_DOCUMENT_TYPE = b"<!DOCTYPE"
_CHUNK = 1 << 20
_ContentTypes = tuple[dict[str, str], dict[str, str]]
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_ENTRY_MAGIC = b"PK\x01\x02"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # ECMA-376 part 2, annex B: no others
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # the three bits of a locked entry


def require_sound_package(
    path: Path, content: bytes, *, limit: int, noun: str, suffix: str, again: str, smaller: str
) -> None:
    """Refuse what is no package, is locked or damaged, or would unpack to more than `limit` bytes or too large a ratio.

    Every part is unpacked once, a piece at a time, so that a wrong checksum or a broken stream is met here and not
    inside a library. One that is XML may not declare a document type (entities come from there, and no office file
    needs one) and stands in UTF-8; in another encoding a document type would stand in other bytes. Neither may it hold
    a tag without end, which a parser keeps in memory and reads over and over. Pictures, and the data of other programs
    that travel along, may be any XML. Raises `SheetError` naming the part.
    """
    if content.startswith(_OLE_MAGIC):
        old = suffix[:-1]
        raise UnreadableSheetError(
            path,
            message("is protected by a password or an old {old}", old=old),
            message("save it as {suffix} without a password", suffix=suffix),
        )
    if content.count(_ENTRY_MAGIC) > MAX_PARTS:
        raise SheetTooLargeError(
            path, message("holds more than {max_parts} parts", max_parts=MAX_PARTS), smaller
        )
    with _opened(path, content, noun, again) as archive:
        parts = archive.infolist()
        _refuse_large(path, parts, min(limit, max(BOMB_BYTES, BOMB_RATIO * len(content))), smaller)
        _refuse_odd(path, parts, again)
        _read_through(path, archive, parts, again)


def _opened(path: Path, content: bytes, noun: str, again: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        damaged = zipfile.is_zipfile(io.BytesIO(content))
        problem = (
            message("is damaged ({error})", error=error) if damaged else message("is not a {noun}", noun=noun)
        )
        raise UnreadableSheetError(path, problem, again) from error
    except Exception as error:  # zipfile meets damage with whatever error the place has
        raise UnreadableSheetError(path, message("is damaged ({error})", error=error), again) from error


def _pieces(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, again: str) -> Iterator[bytes]:
    """Unpack a part to its end, where its checksum is compared."""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                yield piece
    except Exception as error:  # as above; an error of who takes the pieces does not come here
        raise UnreadableSheetError(path, message("is damaged ({error})", error=error), again) from error


def _refuse_large(path: Path, parts: list[zipfile.ZipInfo], most: int, smaller: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > most:
        raise SheetTooLargeError(
            path, message("would unpack to {unpacked} MB", unpacked=unpacked // 1024**2), smaller
        )


def _refuse_odd(path: Path, parts: list[zipfile.ZipInfo], again: str) -> None:
    """Refuse entries that no office program writes: what is shown might be another part than what is read."""
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise UnreadableSheetError(
                path,
                message("is encrypted in {filename}", filename=part.filename),
                message("save it without a password"),
            )
        if part.compress_type not in _METHODS:
            raise UnreadableSheetError(
                path,
                message(
                    "is packed by the unknown method {compress_type} in {filename}",
                    compress_type=part.compress_type,
                    filename=part.filename,
                ),
                again,
            )
    names = Counter(part.filename.casefold() for part in parts)
    for name, times in names.most_common(1):
        if times > 1:
            raise UnreadableSheetError(
                path, message("holds the part {name} {times} times", name=name, times=times), again
            )


def _read_through(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], again: str) -> None:
    """Unpack every part; a part is XML by its name or by the content type that the package gives it (part 2, 7.2.3)."""
    declared: _ContentTypes = ({}, {})
    for part in sorted(parts, key=lambda part: part.filename != _CONTENT_TYPES):
        pieces = _pieces(path, archive, part, again)
        problem = _wrong_part(pieces, is_xml=_is_xml(part.filename, declared))
        if problem is not None:
            raise UnreadableSheetError(
                path, message("{problem} in {filename}", problem=problem, filename=part.filename), again
            )
        if part.filename == _CONTENT_TYPES:
            if part.file_size > _MAX_CONTENT_TYPES:
                raise SheetTooLargeError(
                    path,
                    message("holds a {content_types} beyond measure", content_types=_CONTENT_TYPES),
                    again,
                )
            declared = _content_types(path, b"".join(_pieces(path, archive, part, again)), again)


def _wrong_part(pieces: Iterable[bytes], *, is_xml: bool) -> str | None:
    """Read a part to its end; return what is wrong with its XML."""
    problem, tail, first, tags = None, b"", True, TagLengths()
    for piece in pieces:
        if is_xml and problem is None:
            problem = _wrong_encoding(piece) if first else None
            if problem is None and b"\0" in piece:
                problem = message("holds XML that is not in UTF-8")
            if problem is None and _DOCUMENT_TYPE in tail + piece:
                problem = message("declares a document type")
            if problem is None and tags.too_long(piece):
                problem = message(
                    "holds a tag or comment of more than {max_tag} MB", max_tag=MAX_TAG // 1024**2
                )
            tail = piece[-len(_DOCUMENT_TYPE) :]
        first = False
    return problem


def is_read(name: str) -> bool:
    """Tell whether a reader may follow a link to a part: one that is checked as XML by its name alone."""
    return _extension(name) in _XML_EXTENSIONS and not name.casefold().startswith(_FOREIGN)


def _is_xml(name: str, declared: _ContentTypes) -> bool:
    extension = _extension(name)
    by_name, by_extension = declared
    kind = (by_name.get(f"/{name}".casefold()) or by_extension.get(extension, "")).casefold()
    if name.casefold().startswith(_FOREIGN) and extension != "rels":
        return "processingml" in kind or "spreadsheetml" in kind  # libraries find some parts by their type
    return extension in _XML_EXTENSIONS or (kind.endswith("xml") and kind != _PICTURE)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].casefold()


def _wrong_encoding(head: bytes) -> str | None:
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    encoding = _ENCODING.match(text)
    if (text and not text.startswith(b"<")) or (
        encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii")
    ):
        return message("holds XML that is not in UTF-8")
    return None


def _content_types(path: Path, xml: bytes, again: str) -> _ContentTypes:
    """Read what each part holds by its name, and by its extension; the document type was refused before."""
    try:
        root = ET.fromstring(xml)  # noqa: S314 (no entities without a document type)
    except ET.ParseError as error:
        raise UnreadableSheetError(
            path, message("is damaged or no document ({error})", error=error), again
        ) from error
    by_name, by_extension = {}, {}
    for entry in root:
        kind = entry.get("ContentType", "")
        by_name[entry.get("PartName", "").casefold()] = kind
        by_extension[entry.get("Extension", "").casefold()] = kind
    return by_name, by_extension
