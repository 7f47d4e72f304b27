"""Tables of a Word document as a grid of what is seen in their cells; merged cells are one."""

from collections.abc import Iterator
from typing import Any

import msgspec

from connectors.word.document import AGAIN, WordDocument
from connectors.word.errors import WordError
from connectors.word.names import BODY_WRAPPERS, DELETED, W, children, local
from connectors.word.seen import Sight, is_deleted
from connectors.word.shown import Seen
from events.messages import message

MAX_ROWS = 200
MAX_COLUMNS = 63  # of Word
MAX_TABLES = 100


class SeenCell(msgspec.Struct, frozen=True):
    """One cell; one that is merged over several rows stands in each of them."""

    row: int  # from 1, where it begins
    column: int  # from 1, place in the grid
    seen: Seen


Rows = list[list[SeenCell]]


def tables_of(document: WordDocument, *, max_rows: int = MAX_ROWS) -> Iterator[Rows]:
    """Yield every table that is shown, one in a cell after the one that it stands in.

    Raises `WordError` for a grid that Word could not have made.
    """
    sight = Sight(document.styles)
    for number, table in enumerate(_tables(document.root), start=1):
        if number > MAX_TABLES:
            raise WordError(
                message("holds more than {max_tables} tables", max_tables=MAX_TABLES),
                message("hand in the form alone"),
            )
        yield _rows(table, sight, max_rows)


def blocks_of(document: WordDocument, *, max_rows: int = MAX_ROWS) -> Iterator[str | Rows]:
    """Yield the paragraphs outside tables as texts and the tables between them, in the order of the document.

    A table within a cell is part of the cell. Raises `WordError` as `tables_of` does.
    """
    sight = Sight(document.styles)
    for body in children(document.root):
        if local(body) == "body":
            for block in _blocks(body):
                if local(block) == "tbl":
                    yield _rows(block, sight, max_rows)
                else:
                    yield sight.paragraph(block).text


def _blocks(element: Any) -> Iterator[Any]:
    for child in children(element):
        name = local(child)
        if name in ("p", "tbl"):
            yield child
        elif name == "sdt":
            for content in child.findall(f"{W}sdtContent"):
                yield from _blocks(content)
        elif name in BODY_WRAPPERS:
            yield from _blocks(child)


def _tables(element: Any) -> Iterator[Any]:
    for child in children(element):
        name = local(child)
        if name == "tbl":
            yield child
        if name not in DELETED and not (name in ("tr", "tc") and is_deleted(child)):
            yield from _tables(child)


def _rows(table: Any, sight: Sight, max_rows: int) -> Rows:
    rows: Rows = []
    above: dict[int, SeenCell] = {}
    for number, (row, _) in enumerate(_parts(table, "tr", ()), start=1):
        if number > max_rows:
            raise WordError(
                message("has a table of more than {max_rows} rows", max_rows=max_rows),
                message("hand in the form alone"),
            )
        cells, above = _row(row, number, above, sight)
        rows.append(cells)
    return rows


def _row(
    row: Any, number: int, above: dict[int, SeenCell], sight: Sight
) -> tuple[list[SeenCell], dict[int, SeenCell]]:
    properties = row.find(f"{W}trPr")
    column = 1 + (0 if properties is None else _number(properties, "gridBefore", number, least=0))
    cells: list[SeenCell] = []
    places: dict[int, SeenCell] = {}
    for part, controls in _parts(row, "tc", ()):
        shape = part.find(f"{W}tcPr")
        span = 1 if shape is None else _number(shape, "gridSpan", number, least=1)
        if column + span - 1 > MAX_COLUMNS:
            raise WordError(
                message(
                    "has more than {max_columns} columns in row {number} of a table",
                    max_columns=MAX_COLUMNS,
                    number=number,
                ),
                AGAIN,
            )
        if _merged(shape, "hMerge", number):
            if not cells:
                raise WordError(
                    message(
                        "has a merged cell in row {number} of a table that goes on with none", number=number
                    ),
                    AGAIN,
                )
        else:
            cell = (
                above.get(column)
                if _merged(shape, "vMerge", number)
                else SeenCell(number, column, sight.text(part, controls))
            )
            if cell is None:
                raise WordError(
                    message(
                        "has a merged cell in row {number} of a table that goes on with none", number=number
                    ),
                    AGAIN,
                )
            cells.append(cell)
            places[column] = cell
        column += span
    return cells, places


def _parts(element: Any, name: str, controls: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield rows or cells with the content controls that they fill; deleted and hidden ones are not seen."""
    for child in children(element):
        found = local(child)
        if found == name:
            if not is_deleted(child):
                yield child, controls
        elif found == "sdt":
            for content in child.findall(f"{W}sdtContent"):
                yield from _parts(content, name, (*controls, child))
        elif found in BODY_WRAPPERS:
            yield from _parts(child, name, controls)


def _merged(shape: Any | None, name: str, row: int) -> bool:
    """Tell a cell that goes on with the one before or above it."""
    if shape is None:
        return False
    if shape.find(f"{W}cellMerge") is not None:
        raise WordError(
            message("merges cells by a tracked change in row {row} of a table", row=row),
            message("accept or reject the changes first"),
        )
    found = shape.find(f"{W}{name}")
    kind = None if found is None else found.get(f"{W}val", "continue")
    if kind not in (None, "restart", "continue"):
        raise WordError(
            message("has a {name} of {kind!r} in row {row} of a table", name=name, kind=kind[:20], row=row),
            AGAIN,
        )
    return kind == "continue"


def _number(properties: Any, name: str, row: int, *, least: int) -> int:
    """Return a number of grid columns; Word has no more than 63."""
    found = properties.find(f"{W}{name}")
    if found is None:
        return least
    text = str(found.get(f"{W}val"))
    plausible = text.isascii() and text.isdigit() and len(text) <= 2
    if not plausible or not least <= int(text) <= MAX_COLUMNS:
        raise WordError(
            message("has a {name} of {text!r} in row {row} of a table", name=name, text=text[:20], row=row),
            AGAIN,
        )
    return int(text)
