"""Reading a written page back: what stands in its marked spans, and its tables."""

from typing import Any

from lxml import etree, html

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.found import Found, FoundTable
from events.messages import message


def read_html(document: bytes, *, noun: str) -> Found:
    """Read figures and tables; raises `UnreadableDocumentError`."""
    try:
        root: Any = html.document_fromstring(document, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:
        raise UnreadableDocumentError(
            message("is no page of a {noun}: {error}", noun=noun, error=e)
        ) from None
    marked = [(str(span.get("data-figure")), _text(span)) for span in root.xpath("//*[@data-figure]")]
    return Found(marked, [_table(table) for table in root.xpath("//table")])


def _table(table: Any) -> FoundTable:
    header = tuple(_text(cell) for cell in table.xpath("./thead/tr[1]/th"))
    rows = (tuple(_text(cell) for cell in row.xpath("./td")) for row in table.xpath("./tbody/tr"))
    return FoundTable(str(table.get("class", "")), header, tuple(rows))


def _text(element: Any) -> str:
    return "".join(str(t) for t in element.itertext())
