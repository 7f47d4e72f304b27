"""The mark of invented facts on files: above every page, once, and nothing else of a file changes."""

import io
import zipfile

import docx
import pytest
from openpyxl import Workbook, load_workbook

from connectors.documents.example_marking import as_example
from connectors.documents.layout import EXAMPLE
from connectors.sheets.example_mark import is_marked


def workbook(*, header: str = "", footer: str = "", filtered: bool = False) -> bytes:
    book = Workbook()
    for sheet in (book.active, book.create_sheet("二")):
        for n in range(3):
            sheet.append([n, f"行{n}", "=1+1"])
        sheet.oddHeader.left.text, sheet.oddFooter.center.text = header or None, footer or None
        sheet.page_setup.orientation = "landscape"
        if filtered:
            sheet.auto_filter.ref = "A1:C3"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(text: str = "") -> bytes:
    opened = docx.Document()
    opened.add_paragraph("正文")
    if text:
        opened.sections[0].header.paragraphs[0].text = text
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "given",
    [{}, {"header": "内部"}, {"footer": "第一页"}, {"header": "内部", "footer": "第一页", "filtered": True}],
)
def test_a_workbook_says_it_above_every_page_and_keeps_the_rest(given):
    """Cells, filters, and what was printed above and below the pages."""
    before = workbook(**given)
    after = as_example(before)
    assert is_marked(after)
    old, new = load_workbook(io.BytesIO(before)), load_workbook(io.BytesIO(after))
    for was, sheet in zip(old.worksheets, new.worksheets, strict=True):
        assert sheet.oddHeader.center.text == EXAMPLE
        assert sheet.oddHeader.left.text == was.oddHeader.left.text
        assert sheet.oddFooter.center.text == was.oddFooter.center.text
        assert sheet.auto_filter.ref == was.auto_filter.ref
        assert sheet.page_setup.orientation == "landscape"
        assert list(sheet.values) == list(was.values)


@pytest.mark.parametrize("above", ["", "机密"])
def test_a_word_document_says_it_above_what_stands_there(above):
    after = docx.Document(io.BytesIO(as_example(word(above))))
    said = [paragraph.text for paragraph in after.sections[0].header.paragraphs]
    assert said == [EXAMPLE, above] if above else [EXAMPLE]
    assert [paragraph.text for paragraph in after.paragraphs] == ["正文"]


@pytest.mark.parametrize("made", [workbook, word])
def test_what_says_it_is_not_told_again(made):
    once = as_example(made())
    assert as_example(once) == once


def test_the_papers_of_a_package_say_it():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("1.xlsx", workbook())
        package.writestr("说明.txt", "说明")
    with zipfile.ZipFile(io.BytesIO(as_example(out.getvalue()))) as package:
        assert is_marked(package.read("1.xlsx"))
        assert package.read("说明.txt").decode() == "说明"


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n", b"PK\x03\x04 broken"])
def test_other_content_stays_as_it_is(content):
    assert as_example(content) == content
