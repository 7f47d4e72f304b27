"""Tables of Word documents and web pages: read with what is written around them; forms and letters are named."""

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import date

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table

from connectors.papers.paper import ReadFile
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from connectors.word import tables
from tests.connectors.word import documents as word

RECEIVED = date(2026, 11, 28)
HEADER = ["序号", "主办单位", "账号名称", "平台", "账号ID", "开通时间"]
Rows = Sequence[Sequence[object]]


def add(document: Doc, rows: Rows) -> Table:
    table = document.add_table(len(rows), max(map(len, rows)))
    for cells, values in zip(table.rows, rows, strict=True):
        for one, value in zip(cells.cells, values, strict=False):
            one.text = str(value)
    return table


def read(document: Doc, settled: dict[str, Settled] | None = None) -> ReadFile:
    out = io.BytesIO()
    document.save(out)
    return read_paper("材料.docx", out.getvalue(), RECEIVED, settled or {})


def heading(*texts: str) -> Doc:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    return document


def names(page) -> list[tuple[str, str]]:
    return [(record.fields["name"], record.fields.get("owner", "")) for record in page.records]


def test_a_ledger_goes_in_with_its_title_its_merges_and_its_total():
    """Rows are counted within the table; the lines above it give day and sender, a merged owner holds for its rows."""
    document = heading(
        "附件2", "澄原市政务新媒体台账（截至2026年10月31日）", "填报单位：澄原市人民政府办公室"
    )
    table = add(
        document,
        [
            HEADER,
            [1, "澄原市教育局", "澄原教育", "微信公众号", "cyjy01", "2019年3月"],
            [2, "", "澄原教育", "新浪微博", "2233445566", "2020-05-06"],
            [3, "澄原市水利局", "澄原水利", "抖音号", "cysl", "2021.7.1"],
            ["合计", "", "3个", "", "", ""],
        ],
    )
    table.cell(1, 1).merge(table.cell(2, 1))
    document.add_paragraph("注：以上账号均已备案。")
    (page,) = read(document).pages
    assert (page.title, page.kind, page.header_rows) == ("表1", "accounts", (1,))
    assert names(page) == [("澄原教育", "澄原市教育局")] * 2 + [("澄原水利", "澄原市水利局")]
    assert [record.row for record in page.records] == [2, 3, 4]
    assert [(total.row, total.stated, total.counted) for total in page.totals] == [(5, 3, 3)]
    assert str(page.context.sheet_date.value) == "2026-10-31"
    assert page.context.reported_by.value == "澄原市人民政府办公室"
    assert page.filled_down == {"B": 1}


@pytest.mark.parametrize("between", [[], ["（续表）"], ["续上表："], ["", "接上页"]])
@pytest.mark.parametrize("with_header", [True, False])
def test_a_table_that_goes_on_is_one(between, with_header):
    """Behind a page break comes the same header again, or none at all."""
    document = heading("政务新媒体台账")
    add(document, [HEADER, [1, "澄原市教育局", "澄原教育", "微信公众号", "cyjy01", "2019-03-01"]])
    for text in between:
        document.add_paragraph(text)
    more = [[2, "澄原市水利局", "澄原水利", "抖音号", "cysl", "2021-07-01"]]
    add(document, [HEADER, *more] if with_header else more)
    (page,) = read(document).pages
    assert names(page) == [("澄原教育", "澄原市教育局"), ("澄原水利", "澄原市水利局")]
    assert [record.row for record in page.records] == [2, 4 if with_header else 3]


def test_tables_under_headings_of_their_own_are_pages_of_their_own():
    """What the title of the document says holds for each of them, a numbered heading for its own table alone."""
    document = heading("2026年第三季度政务新媒体问题清单", "一、微信公众号")
    header = ["序号", "账号名称", "主办单位", "平台", "问题描述", "发现时间"]
    add(document, [header, [1, "澄原教育", "澄原市教育局", "微信公众号", "错别字", "2026年9月3日"]])
    document.add_paragraph("二、新浪微博")
    add(document, [header, [1, "澄原水利", "澄原市水利局", "新浪微博", "错别字", "9月5日"]])
    first, second = read(document).pages
    assert [first.title, second.title] == ["表1 一、微信公众号", "表2 二、新浪微博"]
    assert [page.kind for page in (first, second)] == ["findings"] * 2
    assert {page.context.title for page in (first, second)} == {"2026年第三季度政务新媒体问题清单"}
    assert str(second.records[0].fields["found_at"]) == "2026-09-05"  # its year is that of the title


def test_other_columns_begin_another_table():
    """Two tables with nothing between them are one only where the lower one has no header and the same columns."""
    document = heading("材料")
    add(document, [HEADER, [1, "澄原市教育局", "澄原教育", "微信公众号", "cyjy01", "2019-03-01"]])
    document.add_paragraph("")
    add(document, [["姓名", "单位", "职务", "手机号"], ["赵某", "澄原市教育局", "管理责任人", "16100000001"]])
    assert [page.kind for page in read(document).pages] == ["accounts", "people"]


LETTER = "各县区人民政府：2026年6月20日至30日，市政府办公室对全市政务新媒体作了检查，现将情况通报如下："


def test_sentences_of_a_letter_say_nothing_of_its_table():
    """A span of days in them is no time of looking; the title and the day at the end are read."""
    document = heading("关于检查情况的通报", LETTER)
    header = ["序号", "主办单位", "账号名称", "平台", "存在问题"]
    add(document, [header, [1, "澄原市教育局", "澄原教育", "微信公众号", "商业广告"]])
    document.add_paragraph("请各单位于7月20日前整改到位，并报送书面材料，逾期不报的将予以通报批评。")
    (page,) = read(document).pages
    assert (page.kind, page.context.title) == ("findings", "关于检查情况的通报")
    assert (page.context.looked_at, page.context.span) == (None, None)


def test_the_day_at_the_end_of_a_letter_dates_it():
    """It is no time of looking: nobody looked on the day on which somebody signed."""
    document = heading("关于检查情况的通报")
    header = ["序号", "主办单位", "账号名称", "平台", "存在问题"]
    add(document, [header, [1, "澄原市教育局", "澄原教育", "微信公众号", "商业广告"]])
    document.add_paragraph("澄原市府办 2026年7月10日")
    (page,) = read(document).pages
    assert (str(page.context.sheet_date.value), page.context.looked_at) == ("2026-07-10", None)
    assert page.count("signature") == 1


def test_a_name_that_is_merged_over_two_rows_refuses_them_until_somebody_says_so():
    """Two rows with one name are one account twice, or two of which one has no name."""
    document = heading("问题清单")
    rows = [
        ["序号", "主办单位", "账号名称", "平台", "存在问题"],
        [1, "澄原市教育局", "澄原教育", "微信公众号", "商业广告"],
        [2, "澄原市教育局", "", "微信公众号", "无互动功能"],
    ]
    table = add(document, rows)
    table.cell(1, 2).merge(table.cell(2, 2))
    (page,) = read(document).pages
    assert [[why.why.code for why in record.refusals] for record in page.records] == [["merged_over"]] * 2
    assert [question.why.code for question in page.questions] == ["merged_for_each"]


def test_a_formula_in_a_cell_is_not_guessed():
    """What stands there cannot be told, so the cell is set aside."""
    formula = "<m:oMath><m:r><m:t>3</m:t></m:r></m:oMath>"
    rows = [["账号名称", "平台", "主办单位"], ["澄原教育", "新浪微博", "澄原市"]]
    cells = [
        word.row(*(word.cell(word.p(word.r(text) + (formula if text == "澄原市" else ""))) for text in texts))
        for texts in rows
    ]
    (page,) = read_paper("材料.docx", word.document(word.table(*cells)), RECEIVED).pages
    assert [(aside.field, aside.why.code) for aside in page.records[0].set_aside] == [
        ("owner", "cell_broken")
    ]


def test_an_objection_is_an_answer_that_says_so():
    """What is argued is asked about as an objection, and is never taken as put right."""
    document = heading("关于检查问题的申诉")
    add(
        document,
        [["账号名称", "平台", "通报问题", "申诉理由"], ["澄原财政", "微信", "无互动功能", "留言一直开通"]],
    )
    (page,) = read(document).pages
    (record,) = page.records
    assert (page.kind, record.text("answer_state")) == ("answers", "objection")
    assert record.text("answer") == "留言一直开通"


def test_a_grid_finer_than_the_cells_makes_no_merge():
    """Word leaves one where a border was moved in one row; a person sees three columns."""
    wide = '<w:gridSpan w:val="2"/>'
    rows = [
        word.row(
            *(word.cell(word.p(word.r(text)), wide if place == 0 else "") for place, text in enumerate(texts))
        )
        for texts in (["账号名称", "平台", "主办单位"], ["澄原教育", "新浪微博", "澄原市教育局"])
    ]
    (page,) = read_paper("材料.docx", word.document(word.table(*rows)), RECEIVED).pages
    assert [(names(page), record.fate) for record in page.records] == [
        ([("澄原教育", "澄原市教育局")], "taken")
    ]


def test_a_form_is_no_list():
    """Labels with values beside them would give records of labels; a person who knows better may still say so."""
    document = heading("政务新媒体自查表")
    rows = [
        ["单位名称", "澄原市教育局", "填报人", "赵某", "联系电话", "16100000001"],
        ["账号名称", "澄原教育", "平台", "微信公众号", "账号ID", "cyjy01"],
        ["开通时间", "2019年3月", "粉丝数", "1200", "最近更新时间", "2026-10-30"],
    ]
    add(document, rows)
    (page,) = read(document).pages
    assert (page.read, page.why.code, page.records) == (False, "form_table", ())


def test_a_list_of_platforms_is_a_list():
    """Platforms are words of headers, too; a list that begins with them is no form."""
    document = heading("台账")
    rows = [["平台", "账号名称", "主办单位", "账号ID", "开通时间"]]
    for platform, code in (("微信公众号", "a1"), ("新浪微博", "22334455"), ("抖音", "c3"), ("快手", "d4")):
        rows.append([platform, "澄原发布", "澄原市人民政府办公室", code, "2020-01-02"])
    add(document, rows)
    (page,) = read(document).pages
    assert len(page.records) == 4


def test_what_nobody_sees_is_not_read_and_what_cannot_be_told_is_set_aside():
    """A row that a tracked change takes out is no row; a name that is struck through refuses its row alone."""
    document = heading("政务新媒体台账")
    table = add(
        document,
        [
            HEADER,
            [1, "澄原市教育局", "澄原教育", "微信公众号", "cyjy01", "2019-03-01"],
            [2, "澄原市水利局", "澄原水利", "抖音号", "cysl", "2021-07-01"],
            [3, "澄原市民政局", "澄原民政", "抖音号", "cymz", "2021-07-01"],
        ],
    )
    properties = table.rows[1]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:del"))
    table.cell(2, 2).paragraphs[0].runs[0].font.strike = True
    (page,) = read(document).pages
    fates = {record.row: record.fate for record in page.records}
    assert fates == {2: "refused", 3: "taken"}


def test_the_address_behind_a_link_counts():
    """As on a sheet, the words over it do not."""
    document = heading("政务新媒体台账")
    address = "https://weibo.com/u/2233445566"
    table = add(
        document,
        [["账号名称", "平台", "主办单位", "链接"], ["澄原教育", "新浪微博", "澄原市教育局", ""]],
    )
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"),
        document.part.relate_to(
            address,
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
            is_external=True,
        ),
    )
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "点击查看"
    run.append(text)
    link.append(run)
    table.cell(1, 3).paragraphs[0]._p.append(link)
    (page,) = read(document).pages
    assert address in page.records[0].links.values()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le") + bytes(8), "old_word"),
        (b"{\\rtf1 text}", "old_word"),
        (b"PK\x03\x04damaged", "damaged"),
    ],
)
def test_other_documents_are_refused_with_what_to_do(content, code):
    """WPS and Word save both as .docx."""
    assert read_paper("材料.doc", content, RECEIVED).refused.code == code


def test_a_table_of_many_pages_is_read():
    """A list has more rows than any form, and is not measured by the bounds of one."""
    document = heading("台账")
    row = [1, "澄原市教育局", "澄原教育", "微信公众号", "cyjy0001", "2019-03-01"]
    body = add(document, [HEADER, row])._tbl
    for number in range(2, 402):
        copied = deepcopy(body.tr_lst[1])
        for text in copied.iter(qn("w:t")):
            text.text = text.text.replace("cyjy0001", f"cyjy{number:04}")
        body.append(copied)
    (page,) = read(document).pages
    assert (len(page.records), page.records[-1].row) == (401, 402)


def test_a_letter_holds_no_table():
    assert read(heading("关于报送台账的函", "请查收。")).refused.code == "without_table"


def test_a_document_with_too_many_tables_is_refused(monkeypatch):
    """Bounds of a document are said, not met by a program that hangs."""
    monkeypatch.setattr(tables, "MAX_TABLES", 2)
    document = heading("台账")
    for number in range(3):
        document.add_paragraph(f"{number}、")
        add(document, [HEADER])
    refused = read(document).refused
    assert refused.code == "damaged"
    assert "2" in refused.says["problem"]


EXPORT = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{charset}">
<style>td {{ mso-number-format:"\\@" }}</style></head><body><h3>澄原市政务新媒体台账（截至2026年10月31日）</h3>
<table border="1"><tr><th>主办单位</th><th>账号名称</th><th>平台</th><th>账号ID</th><th>链接</th></tr>
<tr><td rowspan="2">澄原市<br>教育局</td><td>澄原教育</td><td>微信公众号</td><td>cyjy&nbsp;01</td><td></td></tr>
<tr><td>澄原教育</td><td>新浪微博</td><td>2233445566</td><td><a href="https://weibo.com/u/2233445566">查看</a></td></tr>
<tr style="display: none"><td>澄原市民政局</td><td>澄原民政</td><td>抖音</td><td>cymz</td><td></td></tr>
<tr><td>澄原市水利局</td><td>澄原水利</td><td>抖音号</td><td>cysl</td><td></td></tr>
<tr><td colspan="5">合计：3个</td></tr></table><p>填报单位：澄原市人民政府办公室</p></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("utf-8", "utf-8-sig")]
)
def test_a_web_page_with_the_name_of_a_workbook_is_read(charset, encoding):
    """As a person sees it: merged cells, what is hidden, breaks, the address behind a link."""
    content = EXPORT.format(charset=charset).encode(encoding)
    (page,) = read_paper("导出.xls", content, RECEIVED).pages
    assert page.kind == "accounts"
    assert [name for name, _ in names(page)] == ["澄原教育", "澄原教育", "澄原水利"]
    assert [owner.replace(" ", "") for _, owner in names(page)] == [
        "澄原市教育局",
        "澄原市教育局",
        "澄原市水利局",
    ]
    assert "https://weibo.com/u/2233445566" in page.records[1].links.values()
    assert [(total.stated, total.counted) for total in page.totals] == [(3, 3)]
    assert str(page.context.sheet_date.value) == "2026-10-31"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p>没有表格</p>", "without_table"),
        ("<table><tr><td></td></tr></table>", "without_table"),
        ('<div style="display:none"><table><tr><td>甲</td></tr></table></div>', "without_table"),
        ("<table>" + "<tr><td>甲</td></tr>" * 10_001 + "</table>", "too_large"),
        ("<table><tr><td>甲</td></tr></table>" * 101, "too_large"),
        ('<table><tr><td colspan="150">甲</td><td colspan="150">乙</td></tr></table>', "too_large"),
        ("<table><tr><td>" + "甲" * 3_000_000 + "</td></tr></table>", "too_large"),
    ],
)
def test_web_pages_have_bounds(body, code):
    refused = read_paper("导出.xls", f"<html><body>{body}</body></html>".encode(), RECEIVED).refused
    assert refused.code == code


def test_a_deep_web_page_ends():
    """Elements within elements by the ten thousand: the parser of the library has a bound of its own."""
    deep = "<table><tr><td>" + "<div>" * 50_000 + "甲</table>"
    answer = read_paper("导出.xls", f"<html>{deep}".encode(), RECEIVED)
    assert answer.refused is not None or not answer.pages[0].records
