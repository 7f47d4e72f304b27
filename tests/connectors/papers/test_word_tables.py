"""Tables of Word documents are read as sheets: reports, answers and objections come as documents."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pytest
from docx import Document

from connectors.papers.paper import ReadFile
from connectors.papers.reading import read_paper
from tests.connectors.word.documents import cell, document, p, r, row, table

RECEIVED = date(2026, 7, 15)
HEADER = ["序号", "主办单位", "账号名称", "平台", "存在问题"]
FINDINGS = [
    ["1", "嵩浦市教育局", "嵩浦教育", "微信", "无互动功能"],
    ["2", "嵩浦市民政局", "嵩浦民政", "微信", "商业广告"],
]
LETTER = "各县区人民政府：2026年6月20日至30日，市政府办公室对全市政务新媒体作了检查，现将情况通报如下。"
Table = list[list[str]]


def written(*blocks: str | Table, merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Write a document of paragraphs and tables; `merged` are corners of cells of the last table, from 0."""
    out, grid = Document(), None
    for block in blocks:
        if isinstance(block, str):
            out.add_paragraph(block)
            continue
        grid = out.add_table(len(block), len(block[0]))
        for number, texts in enumerate(block):
            for place, text in enumerate(texts):
                grid.cell(number, place).text = text
    for top, left, bottom, right in merged:
        assert grid is not None
        grid.cell(top, left).merge(grid.cell(bottom, right))
    buffer = BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def read(content: bytes) -> ReadFile:
    return read_paper("通报.docx", content, RECEIVED)


@pytest.mark.parametrize("between", [["（续表）"], ["", "续表1"], []])
@pytest.mark.parametrize("header", [[HEADER], []])
def test_a_table_that_runs_on_over_pages_is_one(between, header):
    """With its header again or without; the title of the letter is above it, its day at the end dates the paper."""
    content = written(
        "关于检查情况的通报",
        LETTER,
        [HEADER, *FINDINGS],
        *between,
        [*header, *FINDINGS],
        "嵩浦市府办 2026年7月10日",
    )
    (page,) = read(content).pages
    assert (page.kind, page.context.title) == ("findings", "关于检查情况的通报")
    assert [record.text("name") for record in page.records] == ["嵩浦教育", "嵩浦民政"] * 2
    assert (page.count("repeated_header"), page.count("signature")) == (len(header), 1)
    assert str(page.context.sheet_date.value) == "2026-07-10"
    assert page.context.looked_at is None


def test_tables_of_two_matters_are_two_pages():
    """Each has its own header and the lines over it; nothing of one is read as the other."""
    ledger = [["账号名称", "平台", "主办单位", "开设时间"], ["嵩浦云", "微博", "嵩浦市教育局", "2018-1-1"]]
    first, second = read(written("通报", [HEADER, *FINDINGS], "附件2", "新开设账号台账", ledger)).pages
    assert [(page.title, page.kind, len(page.records)) for page in (first, second)] == [
        ("表1 通报", "findings", 2),
        ("表2 新开设账号台账", "accounts", 1),
    ]


def test_merged_cells_of_a_document_are_merged_cells():
    """An owner over two rows is that of both; a name over two rows refuses them."""
    rows = [HEADER, FINDINGS[0], ["2", "", "嵩浦招考", "微信", "无互动功能"]]
    (page,) = read(written(rows, merged=[(1, 1, 2, 1)])).pages
    assert [record.text("owner") for record in page.records] == ["嵩浦市教育局"] * 2
    rows[2][1:3] = ["嵩浦市教育局", ""]
    (page,) = read(written(rows, merged=[(1, 2, 2, 2)])).pages
    assert ["merged_over" in [why.why.code for why in record.refusals] for record in page.records] == [
        True,
        True,
    ]


def test_cells_of_uneven_width_are_columns_as_they_are_seen():
    """A grid finer than the cells, as Word leaves it where a border was moved, makes no merge."""
    wide = '<w:gridSpan w:val="2"/>'
    rows = [
        row(*(cell(p(r(text)), wide if text in ("账号名称", "嵩浦云") else "") for text in texts))
        for texts in (["账号名称", "平台", "主办单位"], ["嵩浦云", "微博", "嵩浦市教育局"])
    ]
    (page,) = read(document(table(*rows))).pages
    assert [(r.text("name"), r.fate) for r in page.records] == [("嵩浦云", "taken")]


def test_what_cannot_be_seen_of_a_cell_is_not_guessed():
    """A cell with a formula is broken: its row says so and takes nothing of it."""
    formula = "<m:oMath><m:r><m:t>3</m:t></m:r></m:oMath>"
    texts = [["账号名称", "平台", "主办单位"], ["嵩浦云", "微博", "嵩浦市"]]
    rows = [row(*(cell(p(r(text) + (formula if text == "嵩浦市" else ""))) for text in one)) for one in texts]
    (page,) = read(document(table(*rows))).pages
    (record,) = page.records
    assert [(c.field, c.why.code) for c in record.set_aside] == [("owner", "cell_broken")]


def test_a_form_of_one_account_goes_in_as_a_form():
    """Labels and what is filled in beside them are no table, however many stand in a row."""
    form = [
        ["账号名称", "嵩浦医保", "平台", "微信", "主办单位", "嵩浦市医疗保障局"],
        ["账号ID", "gh_1", "开设时间", "2026年5月", "功能定位", "发布"],
        ["负责人", "岑某", "联系电话", "0739-8221234", "备注", ""],
    ]
    pages = read(written("备案表", form, "第二个账号", form)).pages
    assert [(page.read, page.why.code) for page in pages] == [(False, "form_table")] * 2


def test_a_document_without_a_table_is_refused():
    """And an old one, which only Word opens, by its own reason."""
    assert read(written("关于整改情况的报告")).refused.code == "without_table"
    old = b"\xd0\xcf\x11\xe0" + bytes(508) + "WordDocument".encode("utf-16-le") + bytes(400)
    assert read(old).refused.code == "old_word"


def test_an_objection_is_an_answer_that_says_so():
    """What is argued is asked about as an objection, and is never taken as put right."""
    header = ["账号名称", "平台", "通报问题", "申诉理由"]
    (page,) = read(
        written("关于检查问题的申诉", [header, ["嵩浦财政", "微信", "无互动功能", "留言一直开通"]])
    ).pages
    (record,) = page.records
    assert (page.kind, page.questions) == ("answers", ())
    assert (record.text("answer_state"), record.text("answer")) == ("objection", "留言一直开通")
