"""Where in a file that was handed in a text stands, for whoever has to take it out."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from connectors.people.mentions import fold
from connectors.sheets import delimited
from connectors.sheets.areas import column_letters
from connectors.sheets.cells import shown
from connectors.sheets.headers import HEADER_WITHIN_ROWS, Line
from connectors.sheets.pages_of_file import DELIMITED
from connectors.sheets.workbook import open_workbook


def cells_holding(path: Path, wanted: str) -> Iterator[str]:
    """Give row, column and place of every cell of a sheet that holds a folded text; raises `SheetError`.

    A column is called by what stands in the fullest of the rows in which readers of sheets look for a header.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        with open_workbook(path, path.read_bytes()) as book:
            pages = [(entry.title, book.read(entry)) for entry in book.pages if entry.kind == "sheet"]
        for title, page in pages:
            yield from _cells(page.lines, wanted, f"{title}!" if len(pages) > 1 else "")
    elif suffix in DELIMITED:
        text = delimited.decode(path, path.read_bytes())
        cuts = {
            mark: list(delimited.head(path, text, mark, HEADER_WITHIN_ROWS)) for mark in delimited.DELIMITERS
        }
        mark = max(cuts, key=lambda mark: max((len(cells) for _, cells in cuts[mark]), default=0))
        yield from _cells(delimited.read_lines(path, text, mark), wanted, None)
    elif suffix == ".docx":
        yield from _form_cells(path, wanted)


def _cells(lines: Iterable[Line], wanted: str, page: str | None) -> Iterator[str]:
    lines = list(lines)
    early = (cells for number, cells in lines if number <= HEADER_WITHIN_ROWS)
    header = max(early, key=len, default={})
    for number, cells in lines:
        for index, cell in cells.items():
            if wanted in fold(shown(cell)):
                column = shown(header[index]) if index in header else ""
                column = "" if wanted in fold(column) else column
                place = "" if page is None else f" ({page}{column_letters(index)}{number})"
                yield f"row {number}, column {column or index + 1}{place}"


def _form_cells(path: Path, wanted: str) -> Iterator[str]:
    from docx import Document  # noqa: PLC0415 (slow to import, needed for documents alone)
    from docx.oxml.ns import qn  # noqa: PLC0415

    for row in Document(str(path)).element.body.iter(qn("w:tr")):
        texts = [
            "".join(t.text or "" for t in cell.iter(qn("w:t"))).strip() for cell in row.findall(qn("w:tc"))
        ]
        for label, text in pairwise(("", *texts)):
            if wanted in fold(text):
                yield f"cell {label}"
