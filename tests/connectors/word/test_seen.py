"""What a person sees in a cell of a Word document (ECMA-376 part 1, 17)."""

import pytest

from connectors.word.errors import WordError
from tests.connectors.word.documents import box, cell, control, field, p, r, row, seen, shown, table

TICKED, EMPTY = "☑", "□"
NESTED = (
    '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>IF 1 = </w:instrText></w:r>'
    + field("MERGEFIELD n", r("不"))
    + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    + r("江")
    + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
"""A field whose code holds a field with a result of its own."""


def moved(name: str, text: str) -> str:
    run = f'<w:{name} w:id="2">{r(text)}</w:{name}>'
    return f'<w:{name}RangeStart w:id="1" w:name="m"/>{run}<w:{name}RangeEnd w:id="1"/>'


def deleted(text: str) -> str:
    return f'<w:del w:id="1"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def inserted(runs: str) -> str:
    return f'<w:ins w:id="1">{runs}</w:ins>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (r("江城") + inserted(r("出行")), "江城出行"),
        (deleted("江城") + r("出行"), "出行"),
        (r("江城") + deleted("交通") + inserted(r("出")) + r("行"), "江城出行"),
        (moved("moveFrom", "出行") + r("江城") + moved("moveTo", "出行"), "江城出行"),
        (inserted(deleted("江城") + r("出行")), "出行"),
        (inserted(control(r("江城"))), "江城"),
        (r("新", '<w:rPrChange w:id="1"><w:rPr><w:vanish/><w:strike/></w:rPr></w:rPrChange>'), "新"),
    ],
)
def test_tracked_changes_are_read_as_accepted(runs, text):
    """Inserted and moved text where it now stands, deleted text nowhere, and no earlier looks."""
    assert (text, "") == (shown(runs).text, shown(runs).obstacle)


def test_paragraphs_whose_mark_is_deleted_are_one():
    """Accepting the change joins them; the same with a mark that was moved away."""
    for name in ("del", "moveFrom"):
        content = p(r("江城"), f'<w:rPr><w:{name} w:id="1"/></w:rPr>') + p(r("出行"))
        assert "江城出行" == seen(content).text
    assert "江城\n出行" == seen(p(r("江城")) + p(r("出行"))).text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (p(r("江城") + control(r("出行"))), "江城出行"),
        (p(control(control(r("江城")) + r(" 出行"))), "江城 出行"),
        (control(p(r("江城")) + p(r("出行"))), "江城\n出行"),
        (control(control(p(r("江城")))), "江城"),
        (p(control(r("江城"), '<w:showingPlcHdr w:val="0"/>')), "江城"),
        (p(control(r("单击或点击此处输入文字。"), "<w:showingPlcHdr/>")), ""),
        (p(control(r("Click or tap here to enter text."), "<w:showingPlcHdr/>")), ""),
        (p(control(r("选择一项。"), "<w:showingPlcHdr/>")), ""),
        (p(control("", "<w:showingPlcHdr/>")), ""),
        (p(control(r("2023-01-20"), '<w:date w:fullDate="2020-01-01T00:00:00Z"/>')), "2023-01-20"),
        (
            p(f'<w:smartTag w:element="place">{r("江")}<w:customXml>{r("城")}</w:customXml></w:smartTag>'),
            "江城",
        ),
        (p(f"<w:hyperlink>{r('https://example.cn')}</w:hyperlink>"), "https://example.cn"),
        (p(f'<w:bdo w:val="ltr">{r("江城")}</w:bdo>'), "江城"),
        (p(box("1", "☒") + r("开设 ") + box("0", "☐") + r("变更")), "☑开设 □变更"),
        (p(box("true", "\uf0fe")), TICKED),
        (control(p(box("0", "☐") + r("开设")) + p(box("1", "☒") + r("变更"))), "□开设\n☑变更"),
    ],
)
def test_content_controls_are_read_as_what_they_show(content, text):
    """Block and inline, one in another; a prompt is nothing, and a check box is its state."""
    assert (text, "") == (seen(content).text, seen(content).obstacle)


@pytest.mark.parametrize(
    ("content", "obstacle"),
    [
        (
            p(control(r("江城出行"), "<w:showingPlcHdr/>")),
            "a content control that is marked as not filled in",
        ),
        (p(box("0", "☒")), "a check box whose sign and state differ"),
        (p(box("1", "☐")), "a check box whose sign and state differ"),
        (p(r("江城") + r("交通", "<w:strike/>")), "text that is struck through (交通)"),
        (p(r("交通", '<w:dstrike w:val="true"/>')), "text that is struck through"),
        (p('<w:r><w:sym w:font="Wingdings 3" w:char="F0FE"/></w:r>'), "a sign of Wingdings 3"),
        (p('<w:r><w:sym w:font="Wingdings" w:char="zz"/></w:r>'), "a sign of Wingdings"),
        (p(r("\uf021")), "a sign of a symbol font"),
        (p("<m:oMath><m:r><m:t>√</m:t></m:r></m:oMath>"), "a formula"),
        (p(field("DATE", None)), "a field (DATE) without its result"),
        (p(field(r"EQ \o\ac(○,1)", None)), "characters over one another"),
        (p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + r("江城")), "a field that does not end"),
        (
            p(r("江城") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
            "the end of a field that begins elsewhere",
        ),
        (p("<w:r><w:dayShort/></w:r>"), "a date that is always that of today"),
        (
            p(
                f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p(r('江城'))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
            ),
            "a text box",
        ),
        (
            p('<w:r><w:pict><v:shape><v:textpath string="√"/></v:shape></w:pict></w:r>'),
            "letters that are drawn",
        ),
        (p("<w:r><w:object><w:control/></w:object></w:r>"), "a form control"),
        ("<w:altChunk/>" + p(""), "a part of another document"),
        (p(f"<w:unheardOf>{r('江城')}</w:unheardOf>"), "text in <unheardOf>"),
        (p(r("字" * 20_001)), "a text of more than 20000 characters"),
    ],
)
def test_what_cannot_be_told_is_named(content, obstacle):
    """Nothing is guessed: the reader of the cell learns what stands in the way."""
    assert seen(content).obstacle.startswith(obstacle)


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + r("开设"), "☑开设"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', EMPTY),
        ('<w:r><w:sym w:font="wingdings" w:char="6F"/></w:r>', EMPTY),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', TICKED),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="00A3"/></w:r>', EMPTY),
        (r("R开设", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'), "☑开设"),
        (r("þ", '<w:rFonts w:hAnsi="Wingdings"/>') + r("开设"), "☑开设"),
        (r("\uf0fc", '<w:rFonts w:ascii="Wingdings"/>'), "✓"),
        ('<w:r><se:symEx se:font="Segoe UI Emoji" se:char="2705"/></w:r>', "✅"),
        ('<w:r><w:sym w:font="宋体" w:char="221A"/></w:r>', "√"),
        (
            "<w:r><w:t>13</w:t><w:noBreakHyphen/><w:t>14</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>",
            "13-14\ta\nb",
        ),
        ("<w:r><w:t>\n  江城\n</w:t></w:r><w:r><w:t> 出行</w:t></w:r>", "江城出行"),
        (f"<w:r><w:ruby><w:rt>{r('jiāng')}</w:rt><w:rubyBase>{r('江')}</w:rubyBase></w:ruby></w:r>", "江"),
        (
            "<mc:AlternateContent>"
            + "".join(f"<mc:{name}>{r('江城')}</mc:{name}>" for name in ("Choice", "Fallback"))
            + "</mc:AlternateContent>",
            "江城",
        ),
    ],
)
def test_signs_and_spaces_are_those_that_are_shown(runs, text):
    """A letter of a symbol font is the sign that it looks like; of alternatives one is shown."""
    assert (text, "") == (shown(runs).text, shown(runs).obstacle)


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (field("REF a", r("江城")), "江城"),
        (NESTED, "江"),
        (f'<w:fldSimple w:instr="MERGEFIELD n">{r("江城")}</w:fldSimple>', "江城"),
        (field("FORMTEXT", r("江城"), "<w:textInput/>"), "江城"),
        (field("FORMCHECKBOX", None, '<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'), TICKED),
        (
            field(
                "FORMCHECKBOX", None, '<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>'
            ),
            EMPTY,
        ),
        (field("FORMCHECKBOX", None, '<w:checkBox><w:default w:val="1"/></w:checkBox>'), TICKED),
        (
            field(
                "FORMDROPDOWN",
                None,
                '<w:ddList><w:result w:val="1"/><w:listEntry w:val="抖音"/><w:listEntry w:val="快手"/></w:ddList>',
            ),
            "快手",
        ),
        (field(r"eq \o\ac(□,√)", None) + r("开设"), "☑开设"),
        (field(r"EQ \o(□,×)", None), "☒"),
        (field("MACROBUTTON Tick □", None) + r("变更"), "□变更"),
        (field('SYMBOL 254 \\f "Wingdings"', None), TICKED),
        (field("XE 江城", None) + r("江城"), "江城"),
    ],
)
def test_a_field_shows_its_result(runs, text):
    """The code of a field is not seen; boxes and lists of old forms show what is chosen."""
    assert (text, "") == (shown(runs).text, shown(runs).obstacle)


STYLES = (
    "<w:docDefaults><w:rPrDefault><w:rPr/></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>'
    '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Deeper"><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Away"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Crossed"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Bullets"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Round"><w:basedOn w:val="Round"/></w:style>'
)


@pytest.mark.parametrize(
    ("content", "text", "obstacle"),
    [
        (p(r("江城") + r("机密", "<w:vanish/>")), "江城", False),
        (p(r("江城", '<w:vanish w:val="0"/>')), "江城", False),
        (p(r("机密", '<w:rStyle w:val="Secret"/>')), "", False),
        (p(r("机密", '<w:rStyle w:val="Deeper"/>')), "", False),
        (p(r("机密"), '<w:pStyle w:val="Away"/>'), "", False),
        (p(r("江城", '<w:vanish w:val="false"/>'), '<w:pStyle w:val="Away"/>'), "江城", False),
        (p(r("江城", '<w:rStyle w:val="Secret"/>'), '<w:pStyle w:val="Away"/>'), "江城", False),
        (p(r("江城"), '<w:pStyle w:val="Crossed"/>'), "江城", True),
        (p(r("江城", '<w:strike w:val="off"/>'), '<w:pStyle w:val="Crossed"/>'), "江城", False),
        (p(r("江城"), '<w:pStyle w:val="Round"/>'), "江城", False),
        (p(r("  ", "<w:strike/>") + r("江城")), "江城", False),
    ],
)
def test_hidden_text_is_not_seen_and_struck_text_is_named(content, text, obstacle):
    """By itself or by its styles; two styles that set a toggle cancel each other (17.7.3)."""
    found = seen(content, STYLES)
    assert (text, obstacle) == (found.text, bool(found.obstacle))


def test_bullets_and_pictures_are_told():
    """A bullet may be a box, and a picture may be a text: who reads the cell decides."""
    assert shown(r("a")).listed is False
    assert seen(p(r("a"), '<w:numPr><w:numId w:val="1"/></w:numPr>')).listed
    assert seen(p(r("a"), '<w:pStyle w:val="Bullets"/>'), STYLES).listed
    assert not seen(
        p(r("a"), '<w:pStyle w:val="Bullets"/><w:numPr><w:numId w:val="0"/></w:numPr>'), STYLES
    ).listed
    assert shown("<w:r><w:drawing/></w:r>").drawn
    assert not shown("<w:r><w:rPr><w:vanish/></w:rPr><w:drawing/></w:r>").drawn


def test_a_table_in_a_cell_is_read_in_its_order():
    """Cell by cell; deleted rows and cells are not seen."""
    inner = table(
        row(cell(p(r("□开设"))), cell(p(r("☑变更")))),
        row(cell(p(r("没有"))), properties='<w:del w:id="1"/>'),
        row(cell(p(r("没有")), '<w:cellDel w:id="1"/>'), control(cell(p(r("□关停"))))),
    )
    assert ["□开设", "☑变更", "□关停"] == seen(inner + p("")).text.split()


def test_the_time_that_a_document_costs_is_bounded():
    """A document of endless pieces is refused, whatever they are."""
    with pytest.raises(WordError, match="more than 200000 pieces"):
        seen("<w:p/>" * 200_001)
