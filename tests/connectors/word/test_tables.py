"""Tables of a Word document: merged cells, tracked rows, controls around rows and cells, and bounds."""

import io
import zipfile

import pytest

from connectors.word.document import WordDocument
from connectors.word.errors import WordError
from connectors.word.tables import tables_of
from tests.connectors.word.documents import cell, control, document, grids, p, r, row, table, tables

PURL = "http://purl.oclc.org/ooxml"


def c(text: str, properties: str = "") -> str:
    return cell(p(r(text)), properties)


def test_rows_and_cells_are_found_through_controls_and_changes():
    """A control may stand around rows, cells or the table; deleted and hidden rows are not seen."""
    body = control(
        table(
            control(row(c("甲"), control(c("一")))),
            row(control(control(c("乙"))), "<w:customXml>" + c("二") + "</w:customXml>"),
            row(c("丙"), properties='<w:del w:id="1"/>'),
            row(c("丁"), properties="<w:hidden/>"),
            row(c("戊"), properties='<w:ins w:id="1"/><w:hidden w:val="0"/>'),
            row(c("己", '<w:cellDel w:id="1"/>'), c("庚", '<w:cellIns w:id="1"/>')),
        )
    )
    assert [[["甲", "一"], ["乙", "二"], ["戊"], ["庚"]]] == tables(body)


def test_a_prompt_in_a_control_around_a_cell_is_nothing():
    """Whether the control stands in the cell or around it."""
    body = table(row(c("账号ID"), control(c("点击此处输入文字。"), "<w:showingPlcHdr/>")))
    assert [[["账号ID", ""]]] == tables(body)


def test_a_cell_merged_over_rows_is_one_cell():
    """It stands in each of its rows; what hides behind it is not seen."""
    body = table(
        row(c("甲", '<w:vMerge w:val="restart"/>'), c("一", '<w:gridSpan w:val="2"/>'), c("x")),
        row(c("藏", "<w:vMerge/>"), c("二"), c("三"), c("y")),
        row(
            c("藏", '<w:vMerge w:val="continue"/>'),
            c("四", '<w:hMerge w:val="restart"/>'),
            c("藏", "<w:hMerge/>"),
        ),
    )
    ((first, second, third),) = grids(body)
    assert first[0] is second[0] is third[0]
    assert [["甲", "一", "x"], ["甲", "二", "三", "y"], ["甲", "四"]] == [
        [each.seen.text for each in cells] for cells in (first, second, third)
    ]


def test_tables_in_cells_text_boxes_and_controls_are_found_once():
    """Word keeps a text box twice, for itself and for older programs."""
    inner = table(row(c("内")))
    boxes = "".join(
        f"<mc:{name}><w:txbxContent>{inner}</w:txbxContent></mc:{name}>" for name in ("Choice", "Fallback")
    )
    box = f"<w:p><w:r><mc:AlternateContent>{boxes}</mc:AlternateContent></w:r></w:p>"
    body = table(row(cell(inner + p(r("外"))))) + box + f'<w:moveFrom w:id="1">{inner}</w:moveFrom>'
    assert [[["内\n\n外"]], [["内"]], [["内"]]] == tables(body)


@pytest.mark.parametrize("value", ["0", "-1", "64", "abc", "", "99999999999999999999", "1.5", "1e3", "３"])
def test_an_absurd_width_is_refused(value):
    """Word has at most 63 columns; a library would make a column for each."""
    for body in (
        table(row(c("甲", f'<w:gridSpan w:val="{value}"/>'))),
        table(row(c("甲"), properties=f'<w:gridBefore w:val="{value if value != "0" else "-0"}"/>')),
    ):
        with pytest.raises(WordError, match=r"has a grid(Span|Before) of '.*' in row 1"):
            tables(body)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (table(row(c("甲", "<w:vMerge/>"))), "goes on with none"),
        (
            table(row(c("甲")), row(c("乙"), c("丙", "<w:vMerge/>"))),
            "row 2 of a table that goes on with none",
        ),
        (table(row(c("甲", "<w:hMerge/>"))), "goes on with none"),
        (table(row(c("甲", '<w:vMerge w:val="maybe"/>'))), "has a vMerge of 'maybe'"),
        (table(row(c("甲", '<w:cellMerge w:id="1" w:vMerge="rest"/>'))), "merges cells by a tracked change"),
        (table(row(*[c("甲", '<w:gridSpan w:val="32"/>')] * 2)), "more than 63 columns"),
        (table(*[row(c("甲"))] * 201), "more than 200 rows"),
        (table(row(c("甲"))) * 101, "more than 100 tables"),
        ("<w:p>" + "<w:smartTag>" * 300 + "</w:smartTag>" * 300 + "</w:p>", "damaged or no document"),
    ],
)
def test_a_grid_that_word_could_not_have_made_is_refused(body, problem):
    """By its row, before anything is made of it."""
    with pytest.raises(WordError, match=problem):
        tables(body)


def test_strict_open_xml_is_the_same():
    """Word saves it too; its elements have the same names in another namespace."""
    content = document(
        table(row(c("甲"))), w=f"{PURL}/wordprocessingml/main", rels=f"{PURL}/officeDocument/relationships"
    )
    ((cells,),) = tables_of(WordDocument(content))
    assert "甲" == cells[0].seen.text


def test_parts_that_are_said_to_be_inside_are_found():
    """`Internal` is what a relationship is without a mode, and some programs write it (ECMA-376 part 2, 9.3)."""
    hidden = cell(p(r("机密"), '<w:pStyle w:val="Away"/>'))
    styles = '<w:style w:type="paragraph" w:styleId="Away"><w:rPr><w:vanish/></w:rPr></w:style>'
    content = document(table(row(c("甲"), hidden)), styles, mode="Internal")
    ((cells,),) = tables_of(WordDocument(content))
    assert ["甲", ""] == [each.seen.text for each in cells]


def test_a_text_outside_the_package_is_none():
    """What an address leads to is not read."""
    with pytest.raises(WordError, match="names no text"):
        WordDocument(document(p(r("甲")), mode="External"))


def test_what_is_no_text_is_named():
    """A package without a text, with the text of another kind, and with more than a book."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "甲")
    with pytest.raises(WordError, match="names no text"):
        WordDocument(out.getvalue())
    with pytest.raises(WordError, match="of another kind"):
        WordDocument(document("", w="urn:something"))
    with pytest.raises(WordError, match="holds 9 MB of text"):
        WordDocument(document(p(r("字" * 3_200_000))))
