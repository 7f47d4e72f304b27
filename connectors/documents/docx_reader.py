"""Reading a written DOCX back: what stands in its bookmarks, and its tables."""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.found import BOOKMARK, Found, FoundTable
from connectors.word.document import WordDocument
from connectors.word.errors import WordError
from connectors.word.names import DELETED, W, children, local
from connectors.word.seen import is_deleted
from connectors.word.styles import Styles
from events.fields import marked

MAX_TEXT_BYTES = 256 * 1024 * 1024
"""Largest XML of a text; a row of an annex takes some thousand bytes."""

_NAME = re.compile(rf"{BOOKMARK}_(?P<name>[a-z_]+?)(?:__(?P<part>\d+))?_\d+")


def read_docx(document: bytes) -> Found:
    """Read figures and tables as they are shown, changes accepted; raises `UnreadableDocumentError`."""
    try:
        opened = WordDocument(document, max_text_bytes=MAX_TEXT_BYTES)
    except WordError as e:
        raise UnreadableDocumentError(marked(e)) from None
    visible = dict.fromkeys(visible_in(opened.root, opened.styles))
    tables = []
    for table in (element for element in visible if local(element) == "tbl"):
        rows = [
            tuple(_text(cell, visible) for cell in _within(row, "tc", visible))
            for row in _within(table, "tr", visible)
        ]
        if rows:
            tables.append(FoundTable("", rows[0], tuple(rows[1:])))
    return Found(_bookmarked(visible), tables)


def _bookmarked(visible: Iterable[Any]) -> list[tuple[str, str]]:
    """Return (place, text) of every figure's bookmark, in the order in which they begin."""
    found: list[tuple[str, str]] = []
    open_at: dict[str, int] = {}
    for element in visible:
        name, identity = local(element), str(element.get(f"{W}id"))
        if name == "bookmarkStart":
            match = _NAME.fullmatch(str(element.get(f"{W}name")))
            if match is not None:
                place = match["name"] + (f".{match['part']}" if match["part"] else "")
                open_at[identity] = len(found)
                found.append((place, ""))
        elif name == "bookmarkEnd":
            open_at.pop(identity, None)
        elif name == "t":
            for index in open_at.values():
                place, text = found[index]
                found[index] = (place, text + (element.text or ""))
    return found


def _text(cell: Any, shown: Container[Any]) -> str:
    return "\n".join(
        "".join(t.text or "" for t in _within(paragraph, "t", shown))
        for paragraph in _within(cell, "p", shown)
    )


def _within(element: Any, name: str, shown: Container[Any]) -> Iterator[Any]:
    """Yield the elements of this name below one that are shown."""
    return (found for found in element.iterdescendants(f"{{*}}{name}") if found in shown)


def visible_in(element: Any, styles: Styles, paragraph: Any | None = None) -> Iterator[Any]:
    """Yield every element below one that a person sees, in the order of the document."""
    for child in children(element):
        name = local(child)
        if name in DELETED or is_deleted(child):
            continue
        properties = child.find(f"{W}pPr") if name == "p" else paragraph
        if name == "r" and styles.is_hidden(child.find(f"{W}rPr"), properties):
            continue
        yield child
        yield from visible_in(child, styles, properties)
