"""Office documents with the same bytes for the same content."""

import io
from datetime import UTC, datetime

from openpyxl import Workbook, load_workbook

from connectors.documents.package import repacked

AT = datetime(2023, 2, 21, 3, 4, 6, tzinfo=UTC)


def saved(text):
    book = Workbook()
    book.active["A1"] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_only_the_content_makes_the_bytes():
    """The time of saving is nowhere in them."""
    assert repacked(saved("甲"), AT) == repacked(saved("甲"), AT)
    assert repacked(saved("甲"), AT) != repacked(saved("乙"), AT)


def test_the_document_opens_and_tells_the_given_time():
    """Programs read it as before, with one time in it."""
    book = load_workbook(io.BytesIO(repacked(saved("甲"), AT)))
    assert ("甲", AT.replace(tzinfo=None)) == (book.active["A1"].value, book.properties.modified)
