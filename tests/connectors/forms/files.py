"""Forms as files that tests change before they are read."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml import etree

from connectors.forms.docx_reading import read_docx_form
from connectors.forms.docx_writing import docx_form
from connectors.sheets.errors import SheetErrors
from connectors.word.names import W, local
from tests.connectors.forms.samples import form
from tests.connectors.word.documents import NAMES, TRANSITIONAL


@cache
def good() -> bytes:
    """Return a form with every cell filled in; writing one is slow."""
    return docx_form(form())


def written(folder: Path, content: bytes, name: str = "form.docx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def edited(folder: Path, texts: dict[str, str]) -> Path:
    """Write a form whose cells hold other texts; cells are named by what stands in them."""
    document = Document(io.BytesIO(good()))
    for row in document.tables[0].rows:
        for cell in row.cells:
            for old, new in texts.items():
                if cell.text == old:
                    cell.text = new
    path = folder / "edited.docx"
    document.save(str(path))
    return path


def with_cell(folder: Path, old: str, xml: str, name: str = "cell.docx") -> Path:
    """Write a form in which the cell with a text holds this XML instead: paragraphs, or the cell itself."""
    document = Document(io.BytesIO(good()))
    (cell,) = {c._tc for row in document.tables[0].rows for c in row.cells if c.text == old}
    parsed = etree.fromstring(f'<x xmlns:w="{TRANSITIONAL}" {NAMES}>{xml}</x>')
    if any(local(each) == "tc" for each in parsed.iter()):
        for each in parsed:
            cell.addprevious(each)
        cell.getparent().remove(cell)
    else:
        for paragraph in cell.findall(f"{W}p"):
            cell.remove(paragraph)
        cell.extend(list(parsed))
    path = folder / name
    document.save(str(path))
    return path


def with_form(folder: Path, change: Callable[[Any], object], name: str = "changed.docx") -> Path:
    """Write a form whose document was changed by the library."""
    document = Document(io.BytesIO(good()))
    change(document)
    path = folder / name
    document.save(str(path))
    return path


def errors(path: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(SheetErrors) as caught:
        read_docx_form(path)
    return [(error.row, error.column, error.problem) for error in caught.value.errors]
