"""Boxes before and behind their words: which word is ticked, or why that cannot be told."""

import pytest

from connectors.forms.docx_reading import read_docx_form
from connectors.forms.xlsx import read_xlsx_forms
from connectors.sheets.errors import SheetErrors
from tests.connectors.forms.files import edited, errors

CATEGORY = "☑开设 □变更 □关停 □注销"
OPINION = "同意开设。\n（单位盖章）\n2023年1月11日"
HEADER = ("账号名称", "账号平台", "主办单位", "报备类别", "主办单位意见", "主办单位意见日期")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("开设□ 变更☑ 关停□ 注销□", "changed"),
        ("开设□变更□关停☑注销□", "stopped"),
        ("开设 □　变更 □　关停 □　注销 √", "cancelled"),
        ("开设√ 变更□ 关停□ 注销□", "opened"),
        ("□ 开设□ 变更√ 关停□ 注销", "stopped"),
        ("开设（√） 变更（ ） 关停（） 注销（　）", "opened"),
        ("（　）开设（√）变更（　）关停（　）注销", "changed"),
        ("[√]开设 [ ]变更", "opened"),
        ("【 】开设 【√】变更", "changed"),
        ("○开设 ●变更 ○关停", "changed"),
        ("⊠开设 □变更", "opened"),
        ("☒开设 ☐变更", "opened"),
        ("■开设 □变更 □关停 □注销", "opened"),
        ("✅开设 □变更", "opened"),
        ("✔️开设 ◻️变更", "opened"),
        ("口开设 √变更 口关停 口注销", "changed"),
        ("开设口 变更√ 关停口 注销口", "changed"),
        ("开设____ 变更__√__ 关停____", "changed"),
        ("√开设 变更 关停 注销", "opened"),
        ("开设 变更 关停 注销√", "cancelled"),
        ("开设√/变更/关停/注销", "opened"),
        ("开设/变更/√关停/注销", "stopped"),
        ("开设□、变更☑、关停□、注销□", "changed"),
        ("□开设 ☑变更 □关停（请在□内打√）", "changed"),
        ("（请打√）开设□ 变更☑ 关停□ 注销□", "changed"),
        ("□新开设 ☑变更备案 □注销备案", "changed"),
        ("□开设 ☑变更 □其他", "changed"),
        ("变更", "changed"),
    ],
)
def test_the_ticked_word_is_the_one_that_its_box_belongs_to(write_csv, text, kind):
    """Boxes stand before their words or behind them, all of a form alike."""
    (read,) = read_xlsx_forms(write_csv(",".join(HEADER), f'甲,抖音,某局,"{text}",,'))
    assert kind == read.kind


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("开设√ 变更 关停 注销", "does not tell whether a box stands before or behind its word"),
        ("开设 √ 变更 关停 注销", "does not tell"),
        ("开设□变更☑关停□注销", "does not tell"),
        ("□开设□变更☑关停□注销□", "does not tell"),
        ("☑开设 □变更 关停□ 注销□", "does not tell"),
        ("☑□开设 变更", "does not tell"),
        ("☑开设 变更 □关停 □注销", "ticks “开设 变更”"),
        ("☑关停/注销 □开设 □变更", "ticks “关停/注销”"),
        ("□开设 □变更 ☑其他（变更）", "ticks “其他”"),
        ("×开设 □变更 □关停 □注销", "holds a cross (×), which may choose or reject"),
        ("√开设 ×变更 ×关停 ×注销", "holds a cross"),
        ("□开设 ❌变更", "holds a cross"),
        ("□开设 □变更（请打√）", "has no box ticked"),
        ("（ ）开设（ ）变更", "has no box ticked"),
        ("开设 变更 关停", "has no box ticked"),
        ("V开设 变更", "has no box ticked"),
        ("开设☑ 变更☑ 关停□", "has 2 boxes ticked"),
    ],
)
def test_what_is_unclear_is_refused(write_csv, text, problem):
    """A wrong guess closes an account that is open."""
    with pytest.raises(SheetErrors) as caught:
        read_xlsx_forms(write_csv(",".join(HEADER), f'甲,抖音,某局,"{text}",,'))
    (found,) = caught.value.errors
    assert (2, "报备类别") == (found.row, found.column)
    assert problem in found.problem


def test_a_document_follows_the_same_rules(tmp_path):
    """Behind its word in a document, on lines of its own, and unclear."""
    assert "changed" == read_docx_form(edited(tmp_path, {CATEGORY: "开设□ 变更☑ 关停□ 注销□"})).kind
    assert "stopped" == read_docx_form(edited(tmp_path, {CATEGORY: "开设\n□\n变更\n□\n关停\n√"})).kind
    ((row, column, found),) = errors(edited(tmp_path, {CATEGORY: "开设√ 变更 关停 注销"}))
    assert (5, "报备类别") == (row, column)
    assert "does not tell" in found


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("□微信订阅号 ☑抖音 □快手", "抖音"),
        ("微信 订阅号□ 新浪微博☑", "新浪微博"),
        ("微信（订阅号）", "微信（订阅号）"),
    ],
)
def test_a_platform_may_be_ticked(tmp_path, text, platform):
    """The box itself is no part of a platform."""
    category = "开设☑ 变更□" if text.startswith("微信 ") else CATEGORY
    assert platform == read_docx_form(edited(tmp_path, {"微信订阅号": text, CATEGORY: category})).platform


def test_two_platforms_or_none_are_refused(tmp_path):
    """A form is about one account."""
    for text, problem in (("☑抖音 ☑快手", "has 2 boxes ticked"), ("□抖音 □快手", "has no box ticked")):
        ((_, column, found),) = errors(edited(tmp_path, {"微信订阅号": text}))
        assert ("账号平台", problem) == (column, found)


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        ("☑同意 □不同意", True),
        ("□同意 ☑不同意", False),
        ("√同意", True),
        ("（√）同意 （ ）不同意", True),
    ],
)
def test_an_opinion_may_be_ticked(tmp_path, text, approved):
    """Of 同意 and 不同意 the ticked one counts."""
    opinion = read_docx_form(
        edited(tmp_path, {OPINION: f"{text}\n（单位盖章）\n2023年1月11日"})
    ).owner_opinion
    assert opinion.approved is approved


def test_a_blank_opinion_with_boxes_is_none(tmp_path):
    """A form that nobody has signed yet; with a date it lacks its tick."""
    assert (
        read_docx_form(edited(tmp_path, {OPINION: "□同意 □不同意\n（单位盖章）\n年 月 日"})).owner_opinion
        is None
    )
    ((_, column, problem),) = errors(edited(tmp_path, {OPINION: "□同意 □不同意\n2023年1月11日"}))
    assert ("主办单位意见", "has no box ticked") == (column, problem)


def test_the_side_is_settled_once_for_a_form(tmp_path):
    """A cell that does not tell follows the others; cells that tell different sides are refused, each of them."""
    unclear = {CATEGORY: "开设☑ 变更□", OPINION: "（）同意 √ 不同意\n2023年1月11日"}
    assert not read_docx_form(
        edited(tmp_path, unclear | {OPINION: "同意 □ 不同意 ☑\n2023年1月11日"})
    ).owner_opinion.approved
    assert (
        "stopped"
        == read_docx_form(
            edited(tmp_path, {CATEGORY: "开设□变更√关停□注销", OPINION: "☑同意 □不同意\n2023年1月11日"})
        ).kind
    )
    found = errors(edited(tmp_path, {CATEGORY: "开设☑ 变更□", OPINION: "☑同意 □不同意\n2023年1月11日"}))
    assert {"报备类别", "主办单位意见"} == {column for _, column, _ in found}


def test_forms_in_a_workbook_follow_the_same_rules(write_xlsx):
    """A row is a form; each has its own side."""
    rows = [
        ("甲", "抖音", "某局", "开设□ 变更☑", "☑同意 □不同意", "2023-01-11"),
        ("乙", "抖音", "某局", "开设√ 变更 关停", None, None),
    ]
    with pytest.raises(SheetErrors) as caught:
        read_xlsx_forms(write_xlsx(HEADER, *rows))
    assert {(2, "D2"), (2, "E2"), (3, "D3")} == {(e.row, e.place) for e in caught.value.errors}
    (read,) = read_xlsx_forms(
        write_xlsx(HEADER, ("甲", "抖音", "某局", "开设□ 变更☑", "同意□ 不同意☑", "2023-01-11"))
    )
    assert ("changed", False) == (read.kind, read.owner_opinion.approved)
