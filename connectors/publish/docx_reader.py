"""Reading a written DOCX back: what stands in its bookmarks, and the rows of its annex."""

import io
import re
import zipfile
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from connectors.publish.docx_writer import BOOKMARK
from connectors.publish.errors import UnreadableDocumentError
from connectors.publish.marks import Said
from connectors.publish.tables import ANNEX_HEADER

_NAME = re.compile(rf"{BOOKMARK}_(?P<name>[a-z_]+?)(?:__(?P<part>\d+))?_\d+")


def read_docx(document: bytes) -> Said:
    """Read figures and annex; raises `UnreadableDocumentError`."""
    try:
        body = docx.Document(io.BytesIO(document)).element.body
    except (OpcError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError) as e:
        raise UnreadableDocumentError(f"is no DOCX file: {e}") from None
    annex: list[tuple[str, ...]] = []
    for table in body.iter(qn("w:tbl")):
        rows = [tuple(_text(cell) for cell in row.iter(qn("w:tc"))) for row in table.iter(qn("w:tr"))]
        if rows and rows[0] == ANNEX_HEADER:
            annex.extend(rows[1:])
    return _bookmarked(body), annex


def _bookmarked(body: Any) -> list[tuple[str, str]]:
    """Return (place, text) of every figure's bookmark, in the order in which they begin."""
    said: list[tuple[str, str]] = []
    open_at: dict[str, int] = {}
    for element in body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"), qn("w:t")):
        identity = str(element.get(qn("w:id")))
        if element.tag == qn("w:bookmarkStart"):
            match = _NAME.fullmatch(str(element.get(qn("w:name"))))
            if match is not None:
                place = match["name"] + (f".{match['part']}" if match["part"] else "")
                open_at[identity] = len(said)
                said.append((place, ""))
        elif element.tag == qn("w:bookmarkEnd"):
            open_at.pop(identity, None)
        else:
            for index in open_at.values():
                place, text = said[index]
                said[index] = (place, text + (element.text or ""))
    return said


def _text(cell: Any) -> str:
    return "\n".join(
        "".join(t.text or "" for t in paragraph.iter(qn("w:t"))) for paragraph in cell.iter(qn("w:p"))
    )
