"""The engine of documents by a second user: a letter, written to three files and read back."""

import io

import docx
import pytest
from docx.oxml.ns import qn
from lxml import html
from msgspec.structs import replace
from openpyxl import load_workbook

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.layout import load_layout
from connectors.documents.reading import read_document
from connectors.documents.writing import write_document
from tests.connectors.documents import letters
from tests.connectors.sheets.odd_packages import with_changed

ENDINGS = ("docx", "html", "xlsx")


@pytest.fixture(scope="module")
def written():
    return write_document(letters.letter(), load_layout())


def paragraphs(document):
    return docx.Document(io.BytesIO(document)).paragraphs


def text_of(document):
    return "\n".join(p.text for p in paragraphs(document))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_letter_is_read_back_as_it_was_written(written, ending):
    """Its table, its figures and what it follows from, out of each of the three files."""
    reading = read_document(f"x.{ending}", written[ending], pages=["账号"])
    (table,) = [t for t in reading.tables if t.header == letters.HEADER]
    assert table.rows == letters.ROWS
    wanted = {"stale": "2", "days.0": "21", "days.1": "16", "run_id": "r-1", "digest": letters.DIGEST}
    assert wanted == {place: texts[0] for place, texts in reading.places.items()}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_letter_gives_the_same_bytes(written, ending):
    """No time of writing is in a file, and another text is another file."""
    assert written[ending] == write_document(letters.letter(), load_layout())[ending]
    moved = replace(letters.letter(), provenance=(), blocks=())
    assert written[ending] != write_document(moved, load_layout())[ending]


def test_a_letter_has_the_head_and_the_end_of_an_official_document(written):
    """GB/T 9704-2012: secrecy at the top left, letterhead, number, title, addressees; at the end office and date."""
    lines = [p.text for p in paragraphs(written["docx"]) if p.text]
    head = [
        "秘密★1年",
        "某市人民政府办公室",
        "某府办函〔2026〕3号",
        "关于政务新媒体更新情况的函",
        "某局：",
    ]
    assert head == lines[: len(head)]
    assert ["某市人民政府办公室", "2026年3月2日"] == lines[-2:]
    page = html.document_fromstring(written["html"]).text_content()
    assert all(text in page for text in head)
    book = load_workbook(io.BytesIO(written["xlsx"]))
    assert {"秘密★1年"} == {sheet.oddHeader.left.text for sheet in book}


@pytest.mark.parametrize(("mark", "words"), [("draft", "草稿，未签发"), ("internal", "内部版，不得公开")])
def test_a_mark_stands_above_the_title(written, mark, words):
    """Who opens a draft or an internal document sees it first; others do not say so."""
    marked = write_document(letters.letter(markings=frozenset({mark})), load_layout())
    lines = text_of(marked["docx"]).split("\n")
    assert lines.index(words) < lines.index("关于政务新媒体更新情况的函")
    assert words in marked["html"].decode()
    assert words not in text_of(written["docx"])
    assert words not in written["html"].decode()


def test_a_letter_knows_nothing_of_bulletins(written):
    """Its styles are those of any official document."""
    names = {style.name for style in docx.Document(io.BytesIO(written["docx"])).styles}
    assert {"公文正文", "公文表格", "公文落款"} <= names
    assert not any("通报" in name for name in names)
    assert "通报" not in text_of(written["docx"])
    assert "通报" not in written["html"].decode()


def test_one_layout_of_an_office_serves_every_kind_of_document(tmp_path):
    """`document.docx` and `document.html` stand in where a kind has no files of its own; one of its own goes first."""
    for name, words in (("document.docx", "各类公文"), ("letter.docx", "函专用")):
        document = docx.Document(io.BytesIO(load_layout().docx))
        document.add_paragraph(words)
        document.save(tmp_path / name)
    (tmp_path / "document.html").write_text("<p>{{ title }}，本办网页</p>", "utf-8")
    letter = write_document(letters.letter(), load_layout(tmp_path, "letter"))
    other = write_document(letters.letter(), load_layout(tmp_path, "dossier"))
    assert ("函专用", "各类公文") == tuple(text_of(d["docx"]).split("\n")[-1] for d in (letter, other))
    assert "<p>关于政务新媒体更新情况的函，本办网页</p>" == letter["html"].decode() == other["html"].decode()


def test_the_looks_of_a_template_survive_other_ids_of_its_styles():
    """Word may give styles other ids when it saves a template; their names stay, and tables keep their looks."""
    own = load_layout()
    changed = own.docx
    for part in ("word/styles.xml", "word/document.xml"):
        changed = with_changed(
            part, lambda xml: xml.replace('w:styleId="公文表格"'.encode(), b'w:styleId="a7"')
        )(changed)
    made = write_document(letters.letter(), replace(own, docx=changed))["docx"]
    table, _ = docx.Document(io.BytesIO(made)).tables
    assert {"公文表格"} == {cell.paragraphs[0].style.name for row in table.rows[1:] for cell in row.cells}


def test_texts_of_people_are_texts(written):
    """A name with the signs of a formula and of HTML is neither in any of the files."""
    sheet = load_workbook(io.BytesIO(written["xlsx"]))["账号"]
    assert ("=名<b>&", "s") == (sheet["B3"].value, sheet["B3"].data_type)
    assert [] == html.document_fromstring(written["html"]).xpath("//b")
    body = docx.Document(io.BytesIO(written["docx"])).element.body
    assert "=名<b>&" in {t.text for t in body.iter(qn("w:t"))}


@pytest.mark.parametrize(("name", "content"), [("x.docx", b"no zip"), ("x.html", b""), ("x.pdf", b"%PDF")])
def test_what_is_no_document_is_refused_by_what_it_should_be(name, content):
    """The message calls it what the reader asked for."""
    with pytest.raises(UnreadableDocumentError, match=r"Word document|of a letter|is no letter"):
        read_document(name, content, noun="letter")
