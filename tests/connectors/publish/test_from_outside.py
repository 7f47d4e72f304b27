"""Documents and templates that somebody else has edited, damaged or made: read as shown, or named."""

import io
import os
import threading

import docx
import pytest
from docx.oxml.ns import qn
from openpyxl import load_workbook

from connectors.documents.errors import TemplateError, UnreadableDocumentError
from connectors.documents.layout import default_docx
from connectors.publish.documents import documents_of
from connectors.publish.reading import read_bulletin
from connectors.publish.templates import load_templates
from tests.connectors.publish import bulletins as b
from tests.connectors.sheets.odd_packages import ODD, with_changed


@pytest.fixture(scope="module")
def written():
    return documents_of(b.small(), b.templates())


def changed(document, change):
    """Return a document whose first figure was changed by a person."""
    opened = docx.Document(io.BytesIO(document))
    start = next(
        e for e in opened.element.body.iter(qn("w:bookmarkStart")) if "accounts_total" in e.get(qn("w:name"))
    )
    change(start.getnext())
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def around(name, *, texts="w:t"):
    """Put a run into a tracked change."""

    def change(run):
        wrapper = run.makeelement(qn(name), {qn("w:id"): "900"})
        run.addprevious(wrapper)
        wrapper.append(run)
        for text in run.iter(qn("w:t")):
            text.tag = qn(texts)

    return change


def hidden(run):
    run.get_or_add_rPr().append(run.makeelement(qn("w:vanish"), {}))


@pytest.mark.parametrize(
    ("change", "is_shown"),
    [
        (around("w:ins"), True),
        (around("w:moveTo"), True),
        (around("w:moveFrom"), False),
        (around("w:del", texts="w:delText"), False),
        (hidden, False),
    ],
)
def test_a_figure_is_what_is_shown(written, change, is_shown):
    """Moved text keeps its words where it was; a person sees it once, and hidden text not at all."""
    told = read_bulletin("x.docx", written["docx"]).places["accounts_total"][0]
    found = read_bulletin("x.docx", changed(written["docx"], change)).places["accounts_total"][0]
    assert (told if is_shown else "") == found


def replaced(document, name, change):
    return with_changed(name, change)(document)


FIRST = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        (FIRST, lambda x: x.replace(b'r="2"', b'r="1000000000"', 1), "larger than any of a bulletin"),
        (FIRST, lambda x: x.replace(b'r="G2"', b'r="XFD2"', 1), "larger than any of a bulletin"),
        (FIRST, lambda x: x.replace(b'r="A2"', b'r="??"', 1), "no workbook of a bulletin"),
        (FIRST, lambda x: x[:200], "no workbook of a bulletin"),
        ("xl/workbook.xml", lambda x: x.replace(b"<sheets>", b"<nothing>"), "no workbook of a bulletin"),
        (
            "xl/_rels/workbook.xml.rels",
            lambda x: x.replace(b"sheet1.xml", b"none.xml"),
            "no workbook of a bulletin",
        ),
    ],
)
def test_a_damaged_workbook_is_refused_by_name(written, name, change, problem):
    """No size of a page that it states makes it slow, and no damage is an error of the library."""
    with pytest.raises(UnreadableDocumentError, match=problem):
        read_bulletin("x.xlsx", replaced(written["xlsx"], name, change))


def test_a_merged_area_of_the_whole_page_costs_nothing(written):
    """A library that makes a cell for each place of it would need hours."""
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    document = replaced(
        written["xlsx"], FIRST, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + merged)
    )
    assert read_bulletin("x.xlsx", written["xlsx"]).annex == read_bulletin("x.xlsx", document).annex


def test_short_rows_are_read_as_rows_with_empty_cells(written):
    """Excel leaves out what is empty at the end of a row."""
    book = load_workbook(io.BytesIO(written["xlsx"]))
    book["数据"].append(("own",))
    out = io.BytesIO()
    book.save(out)
    assert ("",) == read_bulletin("x.xlsx", out.getvalue()).places["own"]


@pytest.mark.parametrize(
    "name", ["wrong byte", "unknown method", "zip version", "encrypted", "document type"]
)
def test_an_odd_template_is_named(tmp_path, name):
    """Its file and what is wrong with it, before the library opens it."""
    change, problem = ODD[name]
    (tmp_path / "bulletin.docx").write_bytes(change(default_docx()))
    with pytest.raises(TemplateError, match=rf"bulletin\.docx: .*{problem}"):
        load_templates(tmp_path)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("word/document.xml", lambda xml: xml[:300]),
        ("word/document.xml", lambda _: b"<a/>"),
        ("word/styles.xml", lambda _: b"<"),
        ("[Content_Types].xml", lambda xml: xml.replace(b"document.main+xml", b"other+xml")),
    ],
)
def test_a_damaged_template_is_named(tmp_path, part, change):
    """Also where its package is whole."""
    (tmp_path / "bulletin.docx").write_bytes(replaced(default_docx(), part, change))
    with pytest.raises(TemplateError, match=r"bulletin\.docx"):
        documents_of(b.small(), load_templates(tmp_path))


@pytest.mark.parametrize("name", ["bulletin.toml", "bulletin.txt", "bulletin.html", "bulletin.docx"])
def test_what_is_no_file_is_named(tmp_path, name):
    """A folder, a link that leads nowhere, and a pipe, which nobody waits for."""
    path = tmp_path / name
    for make, problem in (
        (path.mkdir, "is a folder"),
        (lambda: path.symlink_to("none"), "cannot be opened"),
        (lambda: os.mkfifo(path), "is a pipe"),
    ):
        make()
        found = []

        def load(found=found):
            with pytest.raises(TemplateError) as caught:
                load_templates(tmp_path)
            found.append(str(caught.value))

        reader = threading.Thread(target=load, daemon=True)
        reader.start()
        reader.join(10)
        assert [True] == [name in said and problem in said for said in found]
        path.rmdir() if path.is_dir() else path.unlink()
