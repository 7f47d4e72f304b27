"""A page of the web as paragraphs and tables: what many systems export under the name of an old workbook."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

from connectors.sheets import delimited
from connectors.sheets.errors import SheetTooLargeError, UnreadableSheetError
from connectors.sheets.pages_of_file import MAX_COLUMNS
from connectors.word.shown import Seen
from connectors.word.tables import MAX_TABLES, Rows, SeenCell
from events.messages import message

MAX_BYTES = 8 * 1024 * 1024
"""Largest page; a tree in memory takes twenty times that."""

MAX_ROWS = 10_000  # of one table
_TEXTS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "caption"})
_BREAKS = frozenset({"br", "p", "div", "li"})
_UNSEEN = frozenset({"script", "style", "template", "noscript"})
_SPACES = re.compile("[ \t\n\f\r]+")
_HIDDEN = "display:none"
_AGAIN = message("open it in Excel or WPS and save it as .xlsx")


def blocks_of_page(path: Path, content: bytes) -> Iterator[Seen | Rows]:
    """Yield headings and paragraphs, and each table that holds no other one, from above to below.

    Raises `SheetError` for what is no page, or is above a bound.
    """
    if len(content) > MAX_BYTES:
        raise SheetTooLargeError(
            path, message("is larger than {mb} MB", mb=MAX_BYTES // 1024**2), message("hand it in by parts")
        )
    text = delimited.decode(path, content)
    try:
        root: Any = html.document_fromstring(
            text.encode("utf-8", "surrogatepass"), parser=html.HTMLParser(encoding="utf-8", no_network=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableSheetError(path, message("is damaged ({error})", error=error), _AGAIN) from error
    tables = 0
    for element in root.iter(*_TEXTS, "table"):
        if _is_hidden(element):
            continue
        if element.tag == "table":
            holds_tables = next(element.iterdescendants("table"), None) is not None
            if holds_tables or any(map(_is_hidden, element.iterancestors())):
                continue
            tables += 1
            if tables > MAX_TABLES:
                raise SheetTooLargeError(
                    path,
                    message("holds more than {max_tables} tables", max_tables=MAX_TABLES),
                    message("hand it in by parts"),
                )
            yield _rows(path, element)
        elif element.tag == "caption" or next(element.iterancestors("table"), None) is None:
            yield Seen(_text(element).strip())


def _rows(path: Path, table: Any) -> Rows:
    rows: Rows = []
    below: dict[int, tuple[SeenCell, int]] = {}  # by column: a cell that goes on, and for how many rows
    for element in table.iter("tr"):
        if _is_hidden(element):
            continue
        if len(rows) == MAX_ROWS:
            raise SheetTooLargeError(
                path,
                message("has a table of more than {max_rows} rows", max_rows=MAX_ROWS),
                message("hand it in by parts"),
            )
        row: list[SeenCell] = []
        going_on = {column: (cell, left - 1) for column, (cell, left) in below.items() if left > 1}
        row += [cell for cell, _ in below.values()]
        taken = {place for cell in row for place in range(cell.column, cell.column + cell.span)}
        column = 1
        for part in element.iterchildren("td", "th"):
            if _is_hidden(part):
                continue
            while column in taken:
                column += 1
            span = _number(part.get("colspan"), MAX_COLUMNS)
            if column + span - 1 > MAX_COLUMNS:
                raise SheetTooLargeError(
                    path,
                    message("has more than {max_columns} columns", max_columns=MAX_COLUMNS),
                    message("hand it in by parts"),
                )
            cell = SeenCell(len(rows) + 1, column, Seen(_text(part).strip()), span, _address(part))
            row.append(cell)
            over = _number(part.get("rowspan"), MAX_ROWS)
            if over > 1:
                going_on[column] = (cell, over - 1)
            column += span
        rows.append(sorted(row, key=lambda cell: cell.column))
        below = going_on
    return rows


def _is_hidden(element: Any) -> bool:
    return _HIDDEN in str(element.get("style", "")).replace(" ", "").casefold()


def _number(text: str | None, most: int) -> int:
    """Return how many rows or columns a cell takes, one where it does not say."""
    plausible = text is not None and text.isascii() and text.isdigit() and len(text) < len(str(most)) + 1
    return min(max(int(text), 1), most) if plausible and text is not None else 1


def _address(cell: Any) -> str:
    """Return where the link of a cell leads to; of several none is that of the cell."""
    found = {str(link.get("href")) for link in cell.iter("a") if link.get("href")}
    return found.pop() if len(found) == 1 else ""


def _text(element: Any) -> str:
    """Return what is shown of an element; what stands one below the other is in lines, those of the source are none."""
    pieces: list[str] = [_SPACES.sub(" ", element.text or "")]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSEEN and not _is_hidden(child):
            between = "\n" if child.tag in _BREAKS else ""
            pieces += [between, _text(child), between]
        pieces.append(_SPACES.sub(" ", child.tail or ""))
    return "".join(pieces)
