"""Reading a written page back: what stands in its marked spans, and the rows of its annex."""

from typing import Any

from lxml import etree, html

from connectors.publish.errors import UnreadableDocumentError
from connectors.publish.marks import Said


def read_html(document: bytes) -> Said:
    """Read figures and annex; raises `UnreadableDocumentError`."""
    try:
        root: Any = html.document_fromstring(document, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:
        raise UnreadableDocumentError(f"is no page of a bulletin: {e}") from None
    said = [(str(span.get("data-figure")), _text(span)) for span in root.xpath("//*[@data-figure]")]
    rows = root.xpath("//table[contains(concat(' ', @class, ' '), ' annex ')]/tbody/tr")
    return said, [tuple(_text(cell) for cell in row.xpath("./td")) for row in rows]


def _text(element: Any) -> str:
    return "".join(str(t) for t in element.itertext())
