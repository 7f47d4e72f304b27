"""Documents of a bulletin, written and read back: they say what the rows say, whatever names look like."""

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree, html
from msgspec.structs import replace
from openpyxl import load_workbook

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.reading import MAX_BYTES
from connectors.publish.documents import documents_of
from connectors.publish.reading import read_bulletin
from events.figures import Finish
from projections.bulletin.contradictions import contradictions
from projections.bulletin.read_back import compare, figures_read, said_of
from tests.connectors.publish import bulletins as b
from tests.projections.bulletin.city import EARLIER, row, silent

ENDINGS = ("docx", "html", "xlsx")
STYLE = {
    "office": "某市人民政府办公室",
    "letterhead": "某市人民政府办公室文件",
    "addressees": "各区人民政府：",
}


@pytest.fixture(scope="module")
def small():
    return b.small()


@pytest.fixture(scope="module")
def written(small):
    return documents_of(small, b.templates(**STYLE))


def text_of(document):
    body = docx.Document(io.BytesIO(document)).element.body
    return "".join(t.text or "" for t in body.iter(qn("w:t")))


def cells_of(document):
    book = load_workbook(io.BytesIO(document))
    return "".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def xml_of(document, name):
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_document_reads_back_as_the_rows(small, written, ending):
    """Figures, annex and what they belong to, out of the written file."""
    reading = read_bulletin(f"x.{ending}", written[ending])
    assert [] == compare(reading.places, reading.annex, small, said_of(small))
    assert small.annex == reading.annex
    read = figures_read(reading.places, small.figures)
    assert [] == contradictions(read, 1)
    assert {"accounts_total", "checked", "pass_rate", "failed", "checked_by_platform"} <= {
        f.name for f in read.all
    }


def test_the_workbook_holds_every_figure(small, written):
    """What the text leaves out can be read there, by name."""
    reading = read_bulletin("x.xlsx", written["xlsx"])
    assert small.figures.plain() == figures_read(reading.places, small.figures).plain() | {
        f.name: {} for f in small.figures.all if f.parts == ()
    }


def test_the_workbook_lists_who_had_full_marks_all_year():
    """无锡 2022Q4: the roll of 166 is more than a text can name."""
    content = b.content(row(1), row(2, points=90), past=(EARLIER,))
    book = load_workbook(io.BytesIO(documents_of(content, b.templates())["xlsx"]))
    listed = list(book["历次满分账号"].iter_rows(values_only=True))
    assert [
        ("序号", "地区（单位）", "账号名称", "平台"),
        (1, "市级（某局1）", "某号1", "微信订阅号"),
    ] == listed


def test_a_first_check_of_the_year_has_no_roll():
    """Nobody is praised for a year that has had one check."""
    made = documents_of(b.content(row(1), row(2, points=90)), b.templates())
    assert "历次满分账号" not in load_workbook(io.BytesIO(made["xlsx"])).sheetnames
    assert "历次检查均为满分" not in text_of(made["docx"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_seed_that_somebody_chose_is_stated(small, written, ending):
    """Definitions, seed of a sample: every result says so, and a document that leaves it out is refused."""
    told = replace(small, provenance=replace(small.provenance, seed_by_hand=20230213))
    reading = read_bulletin(f"x.{ending}", documents_of(told, b.templates(**STYLE))[ending])
    assert ["20230213"] == list(reading.places["seed"])
    assert [] == compare(reading.places, reading.annex, told, said_of(told))
    silent_about_it = read_bulletin(f"x.{ending}", written[ending])
    assert "seed" not in silent_about_it.places
    faults = compare(silent_about_it.places, silent_about_it.annex, told, said_of(told))
    assert ["does not state seed; put it back into the template"] == faults


def test_figures_that_nobody_marks_are_missed(small, written):
    """A template that writes its figures as plain text could say anything: the checker asks for the first of them."""
    reading = read_bulletin("x.html", written["html"])
    kept = {"run_id", "digest", "ruleset", "check_point", "known_at"}
    places = {place: texts for place, texts in reading.places.items() if place in kept}
    faults = compare(places, reading.annex, small, said_of(small))
    wanted = ("accounts_total", "checked", "passed", "failed", "pass_rate", "not_named")
    assert [f"has no figure {name} that can be read back" for name in wanted] == [
        fault.partition(";")[0] for fault in faults
    ]


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_a_package_from_outside_is_looked_at_before_it_is_opened(written, ending):
    """A document type, from which entities come, and a part that unpacks to a thousand times its size."""
    for name, part, said in (
        ("docProps/own.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        ("docProps/own.bin", bytes(80 * 1024 * 1024), "would unpack to"),
    ):
        out = io.BytesIO(written[ending])
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr(name, part)
        with pytest.raises(UnreadableDocumentError, match=said):
            read_bulletin(f"x.{ending}", out.getvalue())


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_document_beyond_reason_is_refused_unread(ending):
    """No bulletin is that large."""
    with pytest.raises(UnreadableDocumentError, match="larger than 32 MB"):
        read_bulletin(f"x.{ending}", bytes(MAX_BYTES + 1))


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_content_gives_the_same_bytes(small, written, ending):
    """A hash tells whether a file was edited; no time of writing is in it."""
    assert written[ending] == documents_of(small, b.templates(**STYLE))[ending]


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1, 500])
def test_an_annex_of_any_length(number):
    """None, one and 500 accounts; the head of the table is repeated on every page and no row breaks."""
    content = b.many(number)
    documents = documents_of(content, b.templates())
    for ending in ENDINGS:
        assert number == len(read_bulletin(f"x.{ending}", documents[ending]).annex)
    if number:
        table = docx.Document(io.BytesIO(documents["docx"])).tables[-2]
        assert number + 1 == len(table.rows)
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
        assert all(r._tr.find(f".//{qn('w:cantSplit')}") is not None for r in table.rows)


def test_names_are_text_and_nothing_else(written):
    """A name like a script stays a name in each document."""
    page = html.document_fromstring(written["html"])
    assert [] == page.xpath("//script")
    assert b.SCRIPT in page.text_content()
    assert b.SCRIPT in text_of(written["docx"])


def test_cells_that_begin_like_formulas_are_text():
    """A workbook never computes what a name says, also after the cell was opened for editing."""
    content = b.content(silent(1, 20, name=b.FORMULA), silent(2, 20, name="+1", owner="@某局", area=""))
    sheet = load_workbook(io.BytesIO(documents_of(content, b.templates())["xlsx"]))["附件"]
    for place, text in (("C2", b.FORMULA), ("C3", "+1"), ("B3", "@某局")):
        assert (text, "s", True) == (sheet[place].value, sheet[place].data_type, sheet[place].quotePrefix)


def test_long_names_and_odd_characters_stand_in_every_document():
    """Control characters and marks of our own are taken out, everything else stays."""
    content = b.content(silent(1, 20, name=b.LONG + "\x07\uf8f0\U0002070e"), row(2))
    documents = documents_of(content, b.templates())
    for ending in ENDINGS:
        reading = read_bulletin(f"x.{ending}", documents[ending])
        assert b.LONG + "\U0002070e" == reading.annex[0].name
        assert [] == compare(reading.places, reading.annex, content, said_of(content))


def test_the_public_version_tells_no_secret(written):
    """No text of a secret finding, no finder, no points, no evidence; the internal one has them."""
    internal = documents_of(b.small("internal"), b.templates(**STYLE))
    assert str(b.SECRET.id) in cells_of(internal["xlsx"])  # ids stand in the workbook alone
    for told in ("泄露国家秘密", "编号A-17", "某监测公司"):
        assert told in text_of(internal["docx"])
        assert told in internal["html"].decode()
        assert told not in text_of(written["docx"])
        assert told not in written["html"].decode()
        assert told in cells_of(internal["xlsx"])
        assert told not in cells_of(written["xlsx"])
    assert "另有1个账号不公开列名" in text_of(written["docx"])
    assert "某号1（" not in text_of(written["docx"])
    assert "内部信息" in load_workbook(io.BytesIO(internal["xlsx"])).sheetnames


def test_the_page_is_set_up_as_official_documents_are(written):
    """GB/T 9704-2012: A4, 37/35/28/26 mm, 22 lines of 仿宋 三号, page numbers on the outer side."""
    document = docx.Document(io.BytesIO(written["docx"]))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert all(abs(have - Mm(mm)) < Mm(0.1) for have, mm in zip(sizes, (210, 297, 37, 35), strict=True))
    assert all(
        abs(have - Mm(mm)) < Mm(0.1) for have, mm in ((section.left_margin, 28), (section.right_margin, 26))
    )
    body = document.styles["通报正文"].element
    assert "仿宋_GB2312" == body.rPr.rFonts.get(qn("w:eastAsia"))
    assert ("32", "579") == (body.rPr.sz.get(qn("w:val")), body.pPr.spacing.get(qn("w:line")))
    assert document.settings.odd_and_even_pages_header_footer
    sides = [
        f.paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val"))
        for f in (section.footer, section.even_page_footer)
    ]
    assert ["right", "left"] == sides
    fonts = xml_of(written["docx"], "word/fontTable.xml").decode()
    assert all(name in fonts for name in ("FangSong", "SimSun", "Noto Serif CJK SC"))


def test_a_bulletin_says_which_days_were_checked(written):
    """The period in Chinese days: from the first of the quarter to the day that the check point closes."""
    told = "检查时段为2023年1月1日至2023年2月20日"
    assert told in text_of(written["docx"])
    assert told in html.document_fromstring(written["html"]).text_content()


def test_charts_of_the_docx_are_native_and_have_their_numbers_inside():
    """Word and WPS edit them: a chart part, its workbook, and a description for who does not see it."""
    document = documents_of(b.many(3), b.templates())["docx"]
    chart = etree.fromstring(xml_of(document, "word/charts/chart1.xml"))
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    assert ["17", "16", "15"] == chart.xpath("//c:val//c:v/text()", namespaces=space)
    sheet = load_workbook(io.BytesIO(xml_of(document, "word/embeddings/chart1.xlsx"))).active
    assert [17, 16, 15] == [cell.value for cell in sheet["B"][1:]]
    assert 'descr="某号2 17天；某号1 16天；某号0 15天"' in xml_of(document, "word/document.xml").decode()


def test_charts_of_the_page_say_their_values_as_text():
    """Inline SVG with title and description, and nothing loaded from elsewhere."""
    page = html.document_fromstring(documents_of(b.many(2), b.templates())["html"])
    (chart,) = page.xpath("//svg")
    assert ["某号1 16天；某号0 15天"] == [d.text_content() for d in chart.xpath("./desc")]
    assert "img" == chart.get("role")
    assert [] == page.xpath("//@src | //link | //*[starts-with(@href, 'http')]")


def test_a_draft_says_that_it_is_one_and_has_no_number():
    """Number, date and copies come with the issue."""
    draft = documents_of(b.content(row(1), finish=Finish()), b.templates(**STYLE))
    final = documents_of(b.content(row(1)), b.templates(**STYLE))
    for told, here, there in (
        ("草稿，未签发", draft, final),
        ("某府办〔2023〕12号", final, draft),
        ("抄送", final, draft),
    ):
        assert told in text_of(here["docx"])
        assert told not in text_of(there["docx"])
        assert told not in there["html"].decode()


def test_figures_keep_the_looks_of_the_words_around_them(written):
    """A bookmark changes no font: the run of a figure has the properties of its neighbours."""
    paragraph = next(p for p in docx.Document(io.BytesIO(written["docx"])).paragraphs if "合格率为" in p.text)
    starts = paragraph._p.findall(qn("w:bookmarkStart"))
    assert "xc_passed_1" in {s.get(qn("w:name")) for s in starts}
    assert all(len(s.get(qn("w:name"))) <= 40 for s in starts)


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.docx", b"no zip"), ("x.xlsx", b"no zip"), ("x.html", b""), ("x.pdf", b"%PDF"), ("x.docx", b"")],
)
def test_what_is_no_bulletin_is_said(name, content):
    """A damaged file, or one of another kind."""
    with pytest.raises(UnreadableDocumentError):
        read_bulletin(name, content)


def test_office_and_date_never_stand_alone_on_a_page(written):
    """GB/T 9704-2012, 7.3.5: the paragraph before them stays with them, and so do the rows of a short table."""
    document = docx.Document(io.BytesIO(written["docx"]))
    places = [i for i, p in enumerate(document.paragraphs) if p.style.name == "通报落款"]
    before = document.paragraphs[places[0] - 1]
    assert "2023年3月15日" in before.text
    assert before.paragraph_format.keep_with_next
    *others, last = document.tables[0].rows
    assert all(c.paragraphs[0].paragraph_format.keep_with_next for r in others for c in r.cells)
    assert not any(c.paragraphs[0].paragraph_format.keep_with_next for c in last.cells)
