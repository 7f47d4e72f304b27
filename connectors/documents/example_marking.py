"""The mark of invented facts on files that other rooms write: above every page of a workbook or a Word document."""

import io
import re
import zipfile
from collections.abc import Callable

from connectors.documents.layout import EXAMPLE
from connectors.sheets.example_mark import EXAMPLE as KEYWORD

_WORKBOOK, _WORD, _CORE = "xl/workbook.xml", "word/document.xml", "docProps/core.xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ABOVE_WORDS = re.compile(r"word/header\d*\.xml")
_PAPER = re.compile(r"\.(?:xlsx|docx)$", re.IGNORECASE)
_BEHIND_HEADERS = re.compile(
    rb"<(?:rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors|smartTags|drawing|legacyDrawing"
    rb"|legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)
_HEADERS = re.compile(rb"<headerFooter\b[^>]*?(?:/>|>(?P<inner>.*?)</headerFooter>)", re.DOTALL)
_ABOVE = re.compile(rb"<oddHeader>(?P<said>.*?)</oddHeader>", re.DOTALL)
_ENDS = b"</cp:coreProperties>"


def as_example(content: bytes) -> bytes:
    """Return a workbook, a Word document or a package of these with the mark; any other content as it is.

    What bears the mark already is the same, byte for byte.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if _WORKBOOK in names:
                return content if _is_above(package, _SHEET) else _rewritten(package, content, _marked_part)
            if _WORD in names:
                return content if _is_above(package, _ABOVE_WORDS) else _marked_document(content)
            return _rewritten(package, content, _marked_member)
    except zipfile.BadZipFile:
        return content


def _rewritten(package: zipfile.ZipFile, content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a package whose parts were changed, with entries and times as they were."""
    parts = [(entry, package.read(entry)) for entry in package.infolist()]
    changed = [(entry, part, change(entry.filename, part)) for entry, part in parts]
    if all(before == after for _, before, after in changed):
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for entry, _, after in changed:
            target.writestr(entry, after, entry.compress_type)
    return out.getvalue()


def _marked_member(name: str, part: bytes) -> bytes:
    return as_example(part) if _PAPER.search(name) else part


def _marked_part(name: str, part: bytes) -> bytes:
    if _SHEET.fullmatch(name):
        return _marked_sheet(part)
    if name == _CORE and b"keywords>" not in part:
        keywords = f"<cp:keywords>{KEYWORD}</cp:keywords>".encode()
        return part.replace(_ENDS, keywords + _ENDS)
    return part


def _marked_sheet(part: bytes) -> bytes:
    """Return a page that prints the mark in the middle above itself, beside what is printed there."""
    rows_end = max(part.rfind(b"</sheetData>"), part.rfind(b"<sheetData/>"))
    rows, rest = part[:rows_end], part[rows_end:]
    mark = f"&amp;C{EXAMPLE}".encode()
    found = _HEADERS.search(rest)
    if found is None:
        place = _BEHIND_HEADERS.search(rest)
        at = place.start() if place else len(rest)
        return (
            rows
            + rest[:at]
            + b"<headerFooter><oddHeader>"
            + mark
            + b"</oddHeader></headerFooter>"
            + rest[at:]
        )
    inner = found["inner"] or b""
    above = _ABOVE.search(inner)
    said = above["said"] if above else b""
    left = inner[: above.start()] + inner[above.end() :] if above else inner
    headers = b"<headerFooter><oddHeader>" + said + mark + b"</oddHeader>" + left + b"</headerFooter>"
    return rows + rest[: found.start()] + headers + rest[found.end() :]


def _is_above(package: zipfile.ZipFile, parts: re.Pattern[str]) -> bool:
    """Tell whether the mark stands in one of these parts, of which pages and what is above them are made."""
    return any(EXAMPLE.encode() in package.read(name) for name in package.namelist() if parts.fullmatch(name))


def _marked_document(content: bytes) -> bytes:
    import docx  # noqa: PLC0415 (slow to import, and no workbook needs it)

    from connectors.documents.docx_headers import put_above_pages  # noqa: PLC0415 (as above)

    opened = docx.Document(io.BytesIO(content))
    put_above_pages(opened, EXAMPLE)
    opened.core_properties.keywords = KEYWORD
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()
