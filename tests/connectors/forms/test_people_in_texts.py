"""Names and numbers of people in texts that go into the log (design, promise 11)."""

import pytest

from connectors.forms.docx_reading import read_docx_form
from connectors.sheets.errors import SheetErrors
from tests.connectors.forms.files import edited, errors


@pytest.mark.parametrize(
    ("texts", "column"),
    [
        ({"同意开设。\n（单位盖章）\n2023年1月11日": "同意开设。张某某 2023年1月11日"}, "主办单位意见"),
        ({"同意开设。\n（单位盖章）\n2023年1月11日": "同意开设。张 某某。2023年1月11日"}, "主办单位意见"),
        ({"同意开设。\n（单位盖章）\n2023年1月11日": "同意开设。钱三 2023年1月11日"}, "主办单位意见"),
        ({"同意开设。\n（单位盖章）\n2023年1月11日": "同意\n签字：欧阳三\n2023年1月11日"}, "主办单位意见"),
        ({"政务公开科": "综合科 赵某"}, "管理科室"),
        ({"政务公开科": "综合科 13912345678"}, "管理科室"),
        ({"政务公开科": "综合科（051212345679）"}, "管理科室"),
        ({"方便群众查询": "原管理员１３９ １２３４ ５６７８离职"}, "开设、变更、关停、注销原因"),
        ({"发布交通政策、路况等信息，提供公交查询。": "联系人欧阳某某"}, "发布内容及功能定位"),
        ({"发布交通政策、路况等信息，提供公交查询。": "详询13912345678"}, "发布内容及功能定位"),
    ],
)
def test_people_stand_in_their_own_cells_alone(tmp_path, texts, column):
    """Design, promise 11: opinion, section, reason and description go into the log, where nothing is erased."""
    path = edited(tmp_path, texts)
    ((_, found, problem),) = errors(path)
    with pytest.raises(SheetErrors) as refused:
        read_docx_form(path)
    assert not any(text in str(refused.value) for text in texts.values())  # it is not repeated
    assert (column, "holds a name or a number of a person") == (found, problem)


@pytest.mark.parametrize(
    "texts",
    [
        {"发布交通政策、路况等信息，提供公交查询。": "热线 0512-65550123，邮箱 a@example.cn"},
        {"同意开设。\n（单位盖章）\n2023年1月11日": "同意开设。\n请先整合\n2023年1月11日"},
    ],
)
def test_hotlines_and_sentences_are_no_people(tmp_path, texts):
    """A description may name the hotline of the unit; an opinion may have a second sentence."""
    assert read_docx_form(edited(tmp_path, texts)).name
