"""Forms as files that tests change before they are read."""

import io
from pathlib import Path

import pytest
from docx import Document

from connectors.filings.errors import SheetErrors
from connectors.filings.forms.docx_reading import read_docx_form
from connectors.filings.forms.docx_writing import docx_form
from tests.connectors.filings.forms.samples import form


def written(folder: Path, content: bytes, name: str = "form.docx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def edited(folder: Path, texts: dict[str, str]) -> Path:
    """Write a form whose cells hold other texts; cells are named by what stands in them."""
    document = Document(io.BytesIO(docx_form(form())))
    for row in document.tables[0].rows:
        for cell in row.cells:
            for old, new in texts.items():
                if cell.text == old:
                    cell.text = new
    path = folder / "edited.docx"
    document.save(str(path))
    return path


def errors(path: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(SheetErrors) as caught:
        read_docx_form(path)
    return [(error.row, error.column, error.problem) for error in caught.value.errors]
