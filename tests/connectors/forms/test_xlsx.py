"""Filing forms as a workbook: a page a unit, a row an account."""

import pytest
from openpyxl import load_workbook

from connectors.forms.xlsx import read_xlsx_forms, xlsx_forms
from connectors.sheets.errors import SheetErrors
from connectors.sheets.kinds.forms import FORMS
from tests.connectors.forms.samples import BLANK, form

LONG = "某市综合行政执法局暨某市城市管理局某某分局某某大队某某中队办公室"
NEEDED = ("账号名称", "平台", "主办单位", "报备类别")


def test_forms_read_back_are_the_same_forms(tmp_path):
    """Of every unit, in the order of units."""
    forms = [form(), BLANK, form(name="某市交通", given_id="gh_2")]
    path = tmp_path / "forms.xlsx"
    path.write_bytes(xlsx_forms(forms))
    assert sorted(forms, key=lambda f: f.owner) == read_xlsx_forms(path)
    assert xlsx_forms(forms) == xlsx_forms(forms)


def test_each_unit_has_a_page_with_its_title(tmp_path):
    """Names of pages are cut to what Excel takes, and told apart."""
    path = tmp_path / "forms.xlsx"
    owners = ["某局", f"{LONG}一", f"{LONG}二", "某局/分局"]
    path.write_bytes(xlsx_forms([form(owner=owner) for owner in owners]))
    book = load_workbook(path)
    assert 4 == len(book.sheetnames) == len({name.casefold() for name in book.sheetnames})
    assert all(len(name) <= 31 for name in book.sheetnames)
    for page in book.worksheets:
        assert str(page["A1"].value).startswith("政务新媒体备案登记表（")
        assert [column.title for column in FORMS.columns] == [cell.value for cell in page[2]]
    assert set(owners) == {f.owner for f in read_xlsx_forms(path)}


def test_merged_titles_text_dates_full_width_digits_and_invisible_characters_are_read(write_xlsx):
    """A sheet as people make it: titles above the header, notes in it, boxes or words for the category."""
    path = write_xlsx(
        ("某局政务新媒体备案登记表",),
        ("填表日期：2023年1月",),
        (
            "帐号名称（必填）",
            "账号平台",
            "主办单位",
            "报备类别",
            "生效日期",
            "工作人员1联系方式",
            "工作人员1姓名",
        ),
        (
            "某市\u200b出行",
            "微信 订阅号",
            "某局",
            "□开设 ☑变更",
            "２０２３．１．２０",
            "１３８00000000",
            "赵某",
        ),
        change=lambda page: page.merge_cells("A1:G1"),
    )
    (read,) = read_xlsx_forms(path)
    assert ("某市出行", "微信订阅号", "changed") == (read.name, read.platform, read.kind)
    assert ("2023-01-20", "13800000000") == (
        str(read.effective_on),
        next(iter(read.people.values())).phone,
    )


def test_wrong_cells_of_every_page_are_named_with_their_page(tmp_path):
    """All forms are refused together, each wrong cell by page, column and row."""
    path = tmp_path / "forms.xlsx"
    path.write_bytes(xlsx_forms([form(owner="甲局"), form(owner="乙局"), form(owner="丙局")]))
    book = load_workbook(path)
    for owner in ("甲局", "丙局"):
        book[owner]["E3"] = None
        book[owner]["H3"] = "明天"
    book.save(path)
    with pytest.raises(SheetErrors) as caught:
        read_xlsx_forms(path)
    assert {"甲局!E3", "甲局!H3", "丙局!E3", "丙局!H3"} == {error.place for error in caught.value.errors}


def test_a_single_page_is_read_like_any_sheet(write_csv):
    """A CSV file of forms is one, too."""
    path = write_csv(",".join(NEEDED), "甲,抖音,某局,开设")
    (read,) = read_xlsx_forms(path)
    assert ("甲", "抖音", "某局", "opened") == (read.name, read.platform, read.owner, read.kind)


def test_columns_that_a_form_does_not_ask_for_are_told(write_csv):
    """By their headers, where they hold something."""
    header = ",".join((*NEEDED, "粉丝数"))
    read = read_xlsx_forms(write_csv(header, "甲,抖音,某局,开设,12000", "乙,抖音,某局,开设,"))
    assert ["column_not_read"] == [note.kind for note in read.notes]
    assert "粉丝数" in str(read.notes[0])
