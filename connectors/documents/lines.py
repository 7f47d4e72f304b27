"""What a Word document says line by line, and where another one says something else.

A line is a paragraph, in the text or in a cell, in reading order; then the data of each chart, then what stands in
headers, footers and notes. White space is folded away, and so are page numbers: programs set both as they like.
"""

import difflib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from connectors.documents.docx_reader import MAX_TEXT_BYTES, visible_in
from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.reading import require_sound
from connectors.word.document import WordDocument
from connectors.word.errors import WordError
from connectors.word.names import W, local
from events.fields import marked
from events.messages import message

MAX_DIFFERENCES = 20
"""Differences that are told one by one; more are counted."""

_LENGTH = 60
_CHART_SPACE = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
_CHART = re.compile(r"word/charts/chart\d*\.xml")
_BESIDE = re.compile(r"word/(?:header|footer|footnotes|endnotes)\d*\.xml")
_PAGE_NUMBER = re.compile(r"[-—–−－\d]*")


def lines_of(name: str, content: bytes) -> list[str]:
    """Return the lines of a DOCX without the empty ones; raises `UnreadableDocumentError`."""
    require_sound(name, content, noun=message("document"))
    try:
        opened = WordDocument(content, max_text_bytes=MAX_TEXT_BYTES)
        lines = list(_paragraphs(opened.root, opened))
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = sorted(package.namelist(), key=lambda part: (len(part), part))
            for part in filter(_CHART.fullmatch, names):
                lines += _chart(_parsed(package, part))
            for part in filter(_BESIDE.fullmatch, names):
                beside = _paragraphs(_parsed(package, part), opened)
                lines += (line for line in beside if not _PAGE_NUMBER.fullmatch(line))
    except WordError as e:
        raise UnreadableDocumentError(marked(e)) from None
    return [line for line in lines if line]


def differences(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return in words what another document adds, leaves out or says otherwise; at most `MAX_DIFFERENCES` and a sum."""
    found: list[str] = []
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, begin, end, their_begin, their_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        missing, added = list(ours[begin:end]), list(theirs[their_begin:their_end])
        pairs = min(len(missing), len(added))
        found += [
            message("says “{new}” instead of “{old}”", new=_short(new), old=_short(old))
            for old, new in zip(missing, added, strict=False)
        ]
        place = (
            message("behind “{line}”", line=_short(ours[begin - 1])) if begin else message("at its beginning")
        )
        found += [message("adds “{line}” {place}", line=_short(line), place=place) for line in added[pairs:]]
        found += [message("leaves out “{line}”", line=_short(line)) for line in missing[pairs:]]
    if len(found) > MAX_DIFFERENCES:
        return [
            *found[:MAX_DIFFERENCES],
            message("and {found_count} more differences", found_count=len(found) - MAX_DIFFERENCES),
        ]
    return found


def folded_line(text: str) -> str:
    """Return a text without white space, as lines are compared."""
    return "".join(text.split()).replace("\u200b", "").replace("\ufeff", "")


def _paragraphs(root: Any, opened: WordDocument) -> Iterator[str]:
    """Yield the text of each paragraph as it is shown; one within a text box stands behind the one that holds it."""
    texts: dict[Any, list[str]] = {}
    for element in visible_in(root, opened.styles):
        if local(element) == "p":
            texts[element] = []
        elif local(element) == "t":
            holder = next(element.iterancestors(f"{W}p"), None)
            if holder in texts:
                texts[holder].append(element.text or "")
    yield from (folded_line("".join(parts)) for parts in texts.values())


def _chart(root: Any) -> Iterator[str]:
    """Yield the names and values of each series of a chart."""
    for series in root.iterfind(".//c:ser", _CHART_SPACE):
        title, names, values = (
            [v.text or "" for v in series.iterfind(f"c:{part}//c:v", _CHART_SPACE)]
            for part in ("tx", "cat", "val")
        )
        pairs = (f"{name}={float(value):g}" for name, value in zip(names, values, strict=False))
        yield folded_line(f"{''.join(title)}：{'；'.join(pairs)}")


def _parsed(package: zipfile.ZipFile, part: str) -> Any:
    from lxml import etree  # noqa: PLC0415 (as in `connectors/word/document.py`)

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(package.read(part), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnreadableDocumentError(
            message("is damaged: {part} cannot be read; save it again in Word or WPS", part=part)
        ) from None


def _short(text: str) -> str:
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]}…"
