"""Filing forms as DOCX: laid out like annex 4 of 昆政办发〔2019〕162号, and read back as what they were."""

import io
import zipfile

import pytest
from docx import Document

from connectors.forms.docx_reading import MAX_BYTES, MAX_UNPACKED_BYTES, read_docx_form
from connectors.forms.docx_writing import docx_form
from connectors.forms.layout import TITLE
from connectors.people.person import PersonGiven
from connectors.people.roles import Role
from connectors.sheets.errors import (
    EmptySheetError,
    MissingColumnsError,
    SheetError,
    SheetTooLargeError,
    UnreadableSheetError,
)
from tests.connectors.forms.files import edited, errors, written
from tests.connectors.forms.samples import BLANK, form


@pytest.mark.parametrize(
    "given",
    [
        form(),
        BLANK,
        form(kind="changed", effective_on=None),
        form(people={Role.STAFF_2: PersonGiven("赵某")}, office_opinion=None),
    ],
)
def test_a_form_read_back_is_the_same_form(tmp_path, given):
    """Every cell, every box and both opinions come back."""
    assert given == read_docx_form(written(tmp_path, docx_form(given)))


def test_the_same_form_is_the_same_bytes():
    """Nothing of the moment stands in the file."""
    assert docx_form(form()) == docx_form(form())


def test_an_empty_form_says_what_is_to_be_filled_in(tmp_path):
    """Handed in as it is, it names the cells that every form needs."""
    found = errors(written(tmp_path, docx_form(None)))
    assert ["账号名称", "主办单位", "账号平台", "报备类别"] == [column for _, column, _ in found]


def test_the_form_looks_like_annex_4():
    """Title, the rows in their order, boxes, seal and dates, in Chinese fonts."""
    document = Document(io.BytesIO(docx_form(form())))
    labels = ["".join(row.cells[0].text.split()) for row in document.tables[0].rows]
    assert TITLE == document.paragraphs[0].text
    assert [
        *(
            "账号名称",
            "主办单位",
            "发布内容及功能定位",
            "账号链接",
            "账号平台",
            "账号ID",
            "主要领导",
            "分管领导",
        ),
        *("管理科室", "总编辑", "工作人员1", "工作人员2", "开设、变更、关停、注销原因"),
        *("主办单位意见", "市政府办公室意见"),
    ] == labels
    texts = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert "☑开设 □变更 □关停 □注销" in texts
    assert any("（单位盖章）" in text and "2023年1月11日" in text for text in texts)
    assert "Table Grid" == document.tables[0].style.name
    assert "仿宋" in document.tables[0]._tbl.xml


def test_text_dates_full_width_digits_and_invisible_characters_are_read(tmp_path):
    """As people type them: 帐号 for 账号, √ for a tick, a date in full-width digits."""
    path = edited(
        tmp_path,
        {
            "账号名称": "帐 号\u3000名 称：",
            "某市出行": "某市\u200b出行\ufeff",
            "☑开设 □变更 □关停 □注销": "√ 开设　□ 变更　□ 关停　□ 注销",
            "2023-01-20": "２０２３年１月２０日",
            "gh_0123456789ab": "ｇｈ＿0123456789ab",
            "0512-12345678": "０５１２－12345678",
        },
    )
    assert form() == read_docx_form(path)


@pytest.mark.parametrize(
    ("texts", "row", "column", "problem"),
    [
        ({"某市出行": ""}, 1, "账号名称", "is empty"),
        ({"https://example.cn/s/1": "javascript://x"}, 4, "账号链接", "is no link"),
        ({"☑开设 □变更 □关停 □注销": "□开设 □变更 □注销"}, 5, "报备类别", "has no box ticked"),
        ({"☑开设 □变更 □关停 □注销": "☑开设 ☑变更 □注销"}, 5, "报备类别", "has 2 boxes ticked"),
        ({"2023-01-20": "2023-02-30"}, 6, "生效日期", "does not exist"),
        ({"gh_0123456789ab": "gh 01"}, 6, "账号ID", "a space inside"),
        ({"张某某": ""}, 7, "主要领导姓名", "is empty beside"),
        ({"张某某": "张某13800000000"}, 7, "主要领导姓名", "is no name"),
        ({"0512-12345678": "见通讯录"}, 7, "主要领导联系方式", "no telephone number"),
        (
            {"同意开设。\n（单位盖章）\n2023年1月11日": "已阅\n2023年1月11日"},
            14,
            "主办单位意见",
            "says neither",
        ),
        (
            {"同意开设。\n（单位盖章）\n2023年1月11日": "同意，但不宜过早发布。\n2023年1月11日"},
            14,
            "主办单位意见",
            "says both 同意 and a refusal",
        ),
        ({"同意开设。\n（单位盖章）\n2023年1月11日": "同意"}, 14, "主办单位意见", "has no date"),
        (
            {"同意开设。\n（单位盖章）\n2023年1月11日": "2023年1月11日"},
            14,
            "主办单位意见",
            "date but no opinion",
        ),
    ],
)
def test_a_wrong_cell_is_named_by_its_row_and_label(tmp_path, texts, row, column, problem):
    """The form is refused whole, and the person sees where to look."""
    (found,) = errors(edited(tmp_path, texts))
    assert (row, column) == found[:2]
    assert problem in found[2]


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        ("同意开设。", True),
        ("经研究，同意。", True),
        ("不同意，暂缓开设。", False),
        ("不予同意。", False),
        ("暂缓。", False),
    ],
)
def test_an_opinion_approves_or_refuses(tmp_path, text, approved):
    """Whatever word it begins with, it says one of the two."""
    path = edited(tmp_path, {"同意开设。\n（单位盖章）\n2023年1月11日": f"{text}\n2023年1月11日"})
    opinion = read_docx_form(path).owner_opinion
    assert (text, approved) == (opinion.text, opinion.approved)


def test_every_wrong_cell_is_named_at_once(tmp_path):
    """Nobody corrects one cell to be told of the next."""
    path = edited(tmp_path, {"某市出行": "", "2023-01-20": "昨天", "0512-12345678": "无"})
    assert {"账号名称", "生效日期", "主要领导联系方式"} == {column for _, column, _ in errors(path)}


def test_a_document_without_the_form_is_refused(tmp_path):
    """So is a form that lacks a needed cell."""
    document = Document()
    document.add_paragraph("账号名称")
    document.save(str(tmp_path / "a.docx"))
    with pytest.raises(MissingColumnsError, match="no table with the cell 账号名称"):
        read_docx_form(tmp_path / "a.docx")
    with pytest.raises(MissingColumnsError, match="lacks the cell 报备类别"):
        read_docx_form(edited(tmp_path, {"报备类别": "其他"}))


def test_what_is_no_document_is_refused(tmp_path):
    """Empty, missing, no package, protected, or a package of something else."""
    for content, error in (
        (b"", EmptySheetError),
        (b"x", UnreadableSheetError),
        (b"\xd0\xcf\x11\xe0", SheetError),
    ):
        with pytest.raises(error):
            read_docx_form(written(tmp_path, content))
    with pytest.raises(UnreadableSheetError, match="cannot be opened"):
        read_docx_form(tmp_path / "missing.docx")
    with zipfile.ZipFile(tmp_path / "z.docx", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnreadableSheetError, match="damaged or no document"):
        read_docx_form(tmp_path / "z.docx")


def test_a_bomb_is_refused_by_its_stated_sizes(tmp_path):
    """A small file that unpacks to a large one is not opened; neither is a large one."""
    path = written(tmp_path, docx_form(form()))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", bytes(MAX_UNPACKED_BYTES))
    with pytest.raises(SheetTooLargeError, match="would unpack"):
        read_docx_form(path)
    with pytest.raises(SheetTooLargeError, match="larger than 10 MB"):
        read_docx_form(written(tmp_path, bytes(MAX_BYTES + 1)))
