"""Tables of the DOCX: fixed widths, a head that is repeated on every page, rows that do not break."""

from typing import Any
from xml.sax.saxutils import escape

import msgspec
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from connectors.documents.document import Table
from connectors.documents.docx_styles import HINT

_WIDTH = 8844  # 156 mm in twentieths of a point
_TOGETHER = 15
"""Tables of so many rows stand on one page; longer ones run on, with their head repeated."""

_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


class TableStyles(msgspec.Struct, frozen=True):
    """Ids of the paragraph styles in the cells and above a table."""

    body: str
    head: str
    caption: str


def table_element(table: Table, styles: TableStyles) -> Any:
    """Return a table as an element of a document's body; figures in its cells are still marked."""
    total = sum(table.widths)
    widths = [round(_WIDTH * w / total) for w in table.widths]
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="404040"/>' for side in _SIDES)
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    together = len(table.rows) <= _TOGETHER
    head = _row(table.header, widths, frozenset(), styles.head, repeat=True, keep=True)
    rows = "".join(
        _row(row, widths, table.left, styles.body, keep=together and i < len(table.rows))
        for i, row in enumerate(table.rows, 1)
    )
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def caption_element(table: Table, styles: TableStyles) -> Any:
    """Return the paragraph above a table, which stays on its page."""
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{styles.caption}"/><w:keepNext/></w:pPr>'
        f"<w:r>{HINT}<w:t>{escape(table.caption)}</w:t></w:r></w:p>"
    )


def _row(
    cells: tuple[str, ...],
    widths: list[int],
    left: frozenset[int],
    style: str,
    *,
    keep: bool,
    repeat: bool = False,
) -> str:
    header = "<w:tblHeader/>" if repeat else ""
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraphs(cell, style, i in left, keep)}</w:tc>"
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{inner}</w:tr>"


def _paragraphs(text: str, style: str, left: bool, keep: bool) -> str:
    """Return one paragraph for each line of a cell."""
    stay = "<w:keepNext/>" if keep else ""
    side = '<w:jc w:val="left"/>' if left else ""
    return "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{stay}{side}</w:pPr>'
        f'<w:r>{HINT}<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
