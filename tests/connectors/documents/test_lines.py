"""A final file against ours: paragraphs and cells in reading order, data of charts, white space folded."""

import io
from functools import cache

import docx
import pytest

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.lines import MAX_DIFFERENCES, differences, lines_of
from connectors.publish.documents import documents_of
from tests.connectors.publish import bulletins as b


@cache
def ours():
    return documents_of(b.many(8), b.templates())["docx"]


def changed(change):
    """Return our document after somebody changed it in an editor."""
    document = docx.Document(io.BytesIO(ours()))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraph(document, words):
    return next(p for p in document.paragraphs if words in p.text)


def said(content):
    return differences(lines_of("ours.docx", ours()), lines_of("final.docx", content))


def test_the_same_text_saved_anew_says_the_same():
    """Blanks, runs and a picture are no words."""

    def reset(document):
        found = paragraph(document, "现将有关情况通报如下")
        found.runs[-1].text += "  \u3000"
        document.add_paragraph("  ")

    assert [] == said(changed(reset))


def test_what_was_added_changed_or_left_out_is_named():
    """A paragraph, a cell, a line that is gone."""

    def edit(document):
        paragraph(document, "总体情况").insert_paragraph_before("某领导批示如下。")
        document.tables[0].cell(1, 1).paragraphs[0].runs[0].text = "99"
        gone = paragraph(document, "下一步工作要求")
        gone._p.getparent().remove(gone._p)

    found = said(changed(edit))
    assert any(fault.startswith("adds “某领导批示如下。”") for fault in found)
    assert any(fault.startswith("says “99") for fault in found)
    assert any(fault.startswith("leaves out") and "下一步工作要求" in fault for fault in found)
    assert 3 == len(found)


def test_the_data_of_a_chart_are_compared():
    """A number that only a chart shows."""

    def edit(document):
        (part,) = (p for p in document.part.package.iter_parts() if p.partname == "/word/charts/chart1.xml")
        part._blob = part.blob.replace(b"<c:v>22</c:v>", b"<c:v>23</c:v>")

    (fault,) = said(changed(edit))
    assert "=23" in fault
    assert "=22" in fault


def test_words_in_a_header_are_words():
    """Page numbers are not."""

    def edit(document):
        document.sections[0].footer.paragraphs[0].add_run("内部")

    (fault,) = said(changed(edit))
    assert "内部" in fault


def test_many_differences_are_told_in_part():
    """Another document is said to be one, and not on a hundred lines."""
    found = differences([], [str(i) for i in range(90)])
    assert (MAX_DIFFERENCES + 1, "and 70 more differences") == (len(found), found[-1])


def test_what_is_no_document_is_refused():
    """Any bytes, under the name of one."""
    with pytest.raises(UnreadableDocumentError):
        lines_of("x.docx", b"nothing")
