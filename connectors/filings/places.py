"""Where in a file that was handed in a text stands, for whoever has to take it out."""

from collections.abc import Iterator
from itertools import chain, islice, pairwise
from pathlib import Path

from connectors.filings import delimited, workbook
from connectors.filings.cells import shown
from connectors.filings.table import DELIMITED, HEADER_WITHIN_ROWS, Line
from connectors.people.mentions import fold


def cells_holding(path: Path, wanted: str) -> Iterator[str]:
    """Give row, column and place of every cell of a sheet that holds a folded text; raises `SheetError`.

    A column is called by what stands in the fullest of the first ten rows, where readers of sheets look for a header.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        content = path.read_bytes()
        pages = workbook.page_names(path, content)
        for page in pages:
            title = f"{page}!" if len(pages) > 1 else ""
            yield from _cells(workbook.read_lines(path, content, page), wanted, title)
    elif suffix in DELIMITED:
        text = delimited.decode(path, path.read_bytes())
        cuts = {mark: delimited.head(path, text, mark, HEADER_WITHIN_ROWS) for mark in delimited.DELIMITERS}
        mark = max(cuts, key=lambda mark: max(map(len, cuts[mark]), default=0))
        yield from _cells(delimited.read_lines(path, text, mark), wanted, None)
    elif suffix == ".docx":
        yield from _form_cells(path, wanted)


def _cells(lines: Iterator[Line], wanted: str, page: str | None) -> Iterator[str]:
    early = list(islice(lines, HEADER_WITHIN_ROWS))
    _, header = max(early, key=lambda line: sum(cell is not None for cell in line[1]), default=(0, ()))
    for number, cells in chain(early, lines):
        for index, cell in enumerate(cells):
            if cell is not None and wanted in fold(shown(cell)):
                column = shown(header[index]) if index < len(header) else ""
                column = "" if wanted in fold(column) else column
                place = "" if page is None else f" ({page}{_letter(index)}{number})"
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


def _letter(index: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 (slow to import, needed for workbooks alone)

    return get_column_letter(index + 1)
