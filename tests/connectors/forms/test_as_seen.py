"""A filing form is read as a person sees it, or what stands in the way is named."""

import copy

import pytest
from docx.oxml.ns import qn

from connectors.forms.docx_reading import read_docx_form
from connectors.forms.docx_writing import docx_form
from connectors.sheets.errors import (
    DuplicateColumnsError,
    SheetErrors,
    UnreadableSheetError,
)
from tests.connectors.forms.files import edited, errors, with_cell, with_form, written
from tests.connectors.forms.samples import form
from tests.connectors.word.documents import box, cell, control, field, p, r, row, table

CATEGORY = "☑开设 □变更 □关停 □注销"
OPINION = "同意开设。\n（单位盖章）\n2023年1月11日"
SPAN = '<w:gridSpan w:val="2"/>'
WIDE = '<w:gridSpan w:val="6"/>'


@pytest.mark.parametrize(
    ("old", "xml"),
    [
        ("某市出行", p(r("某市") + control(r("出行")))),
        (
            "某市出行",
            p(
                r("某市")
                + '<w:del w:id="1"><w:r><w:delText>交通</w:delText></w:r></w:del>'
                + f'<w:ins w:id="2">{r("出行")}</w:ins>'
            ),
        ),
        ("某市出行", control(cell(p(r("某市出行")), WIDE))),
        ("某市出行", p(r("某市出行") + r("（旧称）", "<w:vanish/>"))),
        ("某市出行", cell(table(row(cell(p(r("某市出行"))))) + p(""), WIDE)),
        ("某市交通运输局", p(field("DOCPROPERTY Company", r("某市交通运输局")))),
        ("https://example.cn/s/1", control(p(f"<w:hyperlink>{r('https://example.cn/s/1')}</w:hyperlink>"))),
        ("gh_0123456789ab", control(cell(p(r("gh_0123456789ab")), SPAN), "<w:text/>")),
        ("2023-01-20", p(f'<w:ins w:id="1">{r("2023-01-20")}</w:ins>')),
        ("2023-01-20", control(cell(p(r("2023年1月20日")), '<w:gridSpan w:val="3"/>'), "<w:date/>")),
        (
            CATEGORY,
            p(
                box("1", "☒")
                + r("开设 ")
                + "".join(box("0", "☐") + r(each) for each in ("变更 ", "关停 ", "注销"))
            ),
        ),
        (CATEGORY, p(r("开设 ") + box("1", "☒") + r("变更 ") + box("0", "☐"))),
        (
            CATEGORY,
            p(
                '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
                + r("开设 ")
                + '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>'
                + r("变更")
            ),
        ),
        (
            CATEGORY,
            p(
                r("R", '<w:rFonts w:ascii="Wingdings 2"/>')
                + r("开设 ")
                + r("£", '<w:rFonts w:ascii="Wingdings 2"/>')
                + r("变更")
            ),
        ),
        (
            CATEGORY,
            p(
                field("FORMCHECKBOX", None, "<w:checkBox><w:checked/></w:checkBox>")
                + r("开设 ")
                + field("FORMCHECKBOX", None, "<w:checkBox/>")
                + r("变更")
            ),
        ),
        (CATEGORY, p(field("eq \\o\\ac(□,√)", None) + r("开设 □变更"))),
        (CATEGORY, p(control(r("开设"), "<w:dropDownList/>"))),
        (
            CATEGORY,
            cell(table(row(cell(p(r("☑开设"))), cell(p(r("□变更"))))) + p(""), '<w:gridSpan w:val="3"/>'),
        ),
        (OPINION, control(p(r("同意开设。")) + p(r("（单位盖章）")) + p(r("2023年1月11日")))),
        (OPINION, p(r("同意开设。") + "<w:r><w:drawing/></w:r>") + p(r("2023年1月11日"))),
        ("政务公开科", p(r("政务公开科"), '<w:numPr><w:numId w:val="1"/></w:numPr>')),
        ("王某", control(cell(p(r("王某"))))),
    ],
)
def test_a_form_is_read_as_it_is_seen(tmp_path, old, xml):
    """Controls, accepted changes, symbols, fields and tables in cells hold what they show."""
    assert form() == read_docx_form(with_cell(tmp_path, old, xml))


@pytest.mark.parametrize(
    ("old", "xml", "column", "problem"),
    [
        (
            "某市出行",
            p(r("某市") + r("交通", "<w:strike/>") + r("出行")),
            "账号名称",
            "text that is struck through (交通)",
        ),
        (
            "某市出行",
            p(f"<w:r><w:pict><w:txbxContent>{p(r('某市出行'))}</w:txbxContent></w:pict></w:r>"),
            "账号名称",
            "a text box",
        ),
        ("某市出行", p("<w:r><w:drawing/></w:r>"), "账号名称", "a picture or a drawing"),
        ("2023-01-20", p(field("DATE", None)), "生效日期", "a field (DATE) without its result"),
        ("https://example.cn/s/1", p("<w:r><w:drawing/></w:r>"), "账号链接", "a picture"),
        (
            CATEGORY,
            p(r("开设"), '<w:numPr><w:numId w:val="1"/></w:numPr>') + p(r("☑变更")),
            "报备类别",
            "a list, whose bullets may be boxes",
        ),
        (CATEGORY, p(r("□开设 ☑变更") + "<w:r><w:drawing/></w:r>"), "报备类别", "a picture or a drawing"),
        (CATEGORY, p(r("☑开设 ") + r("□变更", "<w:strike/>")), "报备类别", "struck through"),
        (
            CATEGORY,
            p("<w:r><w:object><w:control/></w:object></w:r>" + r("开设")),
            "报备类别",
            "a form control",
        ),
        (
            CATEGORY,
            p('<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>' + r("开设")),
            "报备类别",
            "a sign of Wingdings",
        ),
        (OPINION, p("<m:oMath/>") + p(r("同意 2023年1月11日")), "主办单位意见", "a formula"),
        ("方便群众查询", p(r("字" * 30_000)), "开设、变更、关停、注销原因", "more than 20000 characters"),
        ("张某某", p(control(r("张某某"), "<w:showingPlcHdr/>")), "主要领导姓名", "marked as not filled in"),
    ],
)
def test_what_stands_in_the_way_is_named(tmp_path, old, xml, column, problem):
    """By the label and the row of the cell."""
    found = errors(with_cell(tmp_path, old, xml))
    assert [column] == [name for _, name, _ in found]
    assert found[0][2].startswith("holds ")
    assert problem in found[0][2]


def test_a_prompt_is_no_value(tmp_path):
    """Whether Word has marked it as one or another program has lost the mark."""
    for flag in ("<w:showingPlcHdr/>", ""):
        path = with_cell(tmp_path, "政务公开科", p(control(r("单击此处输入文字。"), flag)))
        assert "" == read_docx_form(path).section
        found = errors(with_cell(tmp_path, "某市出行", p(control(r("单击或点击此处输入文字。"), flag))))
        assert [(1, "账号名称", "is empty")] == found


def without_cell(text):
    def change(document):
        (found,) = {c._tc for line in document.tables[0].rows for c in line.cells if c.text == text}
        found.getparent().remove(found)

    return change


def test_a_label_is_never_a_value(tmp_path):
    """Where the cell of a value was taken out, the next label stands beside the label."""
    path = with_form(tmp_path, without_cell("gh_0123456789ab"))
    assert form(given_id="") == read_docx_form(path)
    found = errors(with_form(tmp_path, without_cell("微信订阅号")))
    assert [(5, "账号平台", "is empty")] == found


def second(document):
    body = document.element.body
    body.insert(0, copy.deepcopy(document.tables[0]._tbl))


def split(document):
    """Cut the table in two before the opinions, as Word does with 拆分表格."""
    whole = document.tables[0]._tbl
    rest = copy.deepcopy(whole)
    rows = whole.findall(qn("w:tr"))
    for at, each in enumerate(rows):
        (whole if at >= len(rows) - 2 else rest).remove(
            each if at >= len(rows) - 2 else rest.findall(qn("w:tr"))[0]
        )
    whole.addnext(rest)


def split_value(document):
    line = document.tables[0].rows[0]._tr
    last = line.findall(qn("w:tc"))[-1]
    line.append(copy.deepcopy(last))


def headed_people(document):
    """Name the columns of people once, in a row above them."""
    for line in document.tables[0].rows:
        if line.cells[0].text == "主要领导":
            for at in (1, 3, 5):
                line.cells[at].paragraphs[0].text = ""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (second, "holds 2 forms; hand in one document for each account"),
        (split, "has 主办单位意见、市政府办公室意见 in another table"),
        (split_value, "row 1 of the form: “某市出行” stands beside no label"),
        (headed_people, "主要领导 has no cell 姓名 before what is filled in"),
    ],
)
def test_nothing_of_a_form_is_passed_over(tmp_path, change, problem):
    """A second form, a table cut in two, a value in two cells and people without labels are named."""
    with pytest.raises(UnreadableSheetError, match=problem):
        read_docx_form(with_form(tmp_path, change))


def test_a_form_in_a_frame_or_behind_a_form_of_another_kind_is_found(tmp_path):
    """The table may stand in a cell or in a control; other tables are not the form."""

    def framed(document):
        whole = document.tables[0]._tbl
        frame = document.add_table(rows=1, cols=1)
        frame.rows[0].cells[0]._tc.insert(0, whole)
        other = document.add_table(rows=1, cols=2)
        other.rows[0].cells[0].text, other.rows[0].cells[1].text = "填表说明", "账号名称按平台显示填写"

    assert form() == read_docx_form(with_form(tmp_path, framed))


def test_rows_that_the_form_does_not_have_are_told(tmp_path):
    """Another print may ask for more; what stands there is not lost without a word."""

    def more(document):
        line = copy.deepcopy(document.tables[0].rows[0]._tr)
        document.tables[0]._tbl.append(line)
        document.tables[0].rows[-1].cells[0].paragraphs[0].text = "粉丝数"
        document.tables[0].rows[-1].cells[1].paragraphs[0].text = "12000"

    assert ("粉丝数",) == read_docx_form(with_form(tmp_path, more)).unread


def test_a_label_over_several_rows_leads_to_all_of_them(tmp_path):
    """An opinion above, seal and date in a row of their own; a label twice without that is refused."""

    def two_rows(document):
        line = next(
            each._tr for each in document.tables[0].rows if each.cells[0].text.startswith("主办\n单位\n意见")
        )
        below = copy.deepcopy(line)
        line.addnext(below)
        for each, merge in ((line, "restart"), (below, "continue")):
            mark = each.findall(qn("w:tc"))[0].get_or_add_tcPr()._add_vMerge()
            mark.val = merge
        paragraphs = [each.findall(qn("w:tc"))[1].findall(qn("w:p")) for each in (line, below)]
        for paragraph in paragraphs[0][1:]:
            paragraph.getparent().remove(paragraph)
        paragraphs[1][0].getparent().remove(paragraphs[1][0])

    assert form() == read_docx_form(with_form(tmp_path, two_rows))
    with pytest.raises(DuplicateColumnsError, match="rows 1 and 2 of the form mean the same"):
        read_docx_form(edited(tmp_path, {"主办单位": "账号名称"}))


def test_absurd_grids_and_texts_are_refused_by_name(tmp_path):
    """Before a library makes a cell for each column."""
    for value in ("99999999999999999999", "abc"):
        path = written(tmp_path, docx_form(form()))
        path = with_cell(tmp_path, "某市出行", cell(p(r("某市出行")), f'<w:gridSpan w:val="{value}"/>'))
        with pytest.raises(UnreadableSheetError, match=rf"cell\.docx: has a gridSpan of '{value}' in row 1"):
            read_docx_form(path)
    with pytest.raises(SheetErrors, match="holds a text of more than 20000 characters"):
        read_docx_form(with_cell(tmp_path, "方便群众查询", p(r("字" * 1_000_000))))
