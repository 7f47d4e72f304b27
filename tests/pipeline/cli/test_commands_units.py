"""Units by command: imported as a whole tree or not at all, listed and shown as of a day."""

from pathlib import Path

import pytest

from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows, xuncha

HEADERS = (
    "单位代码",
    "单位名称",
    "单位类别",
    "地区",
    "上级单位",
    "职责关键词",
    "代表账号",
    "成立时间",
    "撤销时间",
)
OFFICE = ("zfb", "某市人民政府办公室", "市政府办公室", "某市", "", "政务", "", "", "")
BUREAU = ("jtj", "某市交通运输局", "主办单位", "某市", "zfb", "交通、出行", "", "2020-01-01", "")
COUNTY = ("xzf", "某县人民政府办公室", "主管单位", "某县", "某市人民政府办公室", "", "", "", "")
STATION = ("gls", "某县公路站", "主办单位", "某县", "xzf", "公路", "", "", "")


def units(folder: Path, *records: tuple[str, ...]) -> Path:
    return sheet(folder / "units.csv", HEADERS, *records)


@pytest.fixture
def tree(home, tmp_path):
    done(home, "units", "import", units(tmp_path, STATION, OFFICE, BUREAU, COUNTY))
    return home


def test_the_tree_is_shown_from_the_top(tree):
    """A unit above is named by code or by full name, and may stand below in the sheet."""
    found = rows(tree, "units", "tree")
    assert [(0, "zfb"), (1, "jtj"), (1, "xzf"), (2, "gls")] == [(r["depth"], r["code"]) for r in found]
    lines = done(tree, "units", "tree").out.splitlines()
    assert lines[3].startswith("　　某县公路站（gls，主办单位")


def test_units_are_listed_as_of_a_day(tree):
    """The bureau began on the first of January 2020; units without a day have always been there."""
    before = {r["code"] for r in rows(tree, "units", "list", "--on", "2019-12-31")}
    after = {r["code"] for r in rows(tree, "units", "list", "--on", "2020-01-01")}
    assert {"jtj"} == after - before
    assert ["jtj", "gls"][::-1] == [r["code"] for r in rows(tree, "units", "list", "--kind", "主办单位")]


def test_the_same_sheet_twice_changes_nothing_and_a_change_counts_from_its_day(tree, tmp_path):
    """Only what differs becomes a fact."""
    same = units(tmp_path, STATION, OFFICE, BUREAU, COUNTY)
    assert 0 == asked(tree, "units", "import", same)["events"]
    renamed = units(tmp_path, ("jtj", "某市交通局", *BUREAU[2:7], "2023-06-01", ""))
    assert 1 == asked(tree, "units", "import", renamed)["events"]
    names = [
        {r["code"]: r["name"] for r in rows(tree, "units", "list", "--on", day)}["jtj"]
        for day in ("2023-05-31", "2023-06-01")
    ]
    assert ["某市交通运输局", "某市交通局"] == names


@pytest.mark.parametrize(
    ("records", "parts"),
    [
        ([OFFICE, ("a", "甲", "主办单位", "", "x9", "", "", "", "")], ["row 3", "上级单位", "x9"]),
        (
            [
                OFFICE,
                ("a", "甲", "主办单位", "", "b", "", "", "", ""),
                ("b", "乙", "主办单位", "", "a", "", "", "", ""),
            ],
            ["row 3", "row 4", "a → b → a"],
        ),
        ([("a", "甲", "主办单位", "", "a", "", "", "", "")], ["row 2", "above itself"]),
        ([(*OFFICE[:6], "gh_none", "", "")], ["row 2", "代表账号", "gh_none"]),
    ],
    ids=["unknown parent", "circle", "above itself", "unknown account"],
)
def test_a_tree_that_is_none_is_refused_with_its_rows(shared_home, tmp_path, records, parts):
    """Nothing of the sheet is applied."""
    answer = xuncha(shared_home, "units", "import", units(tmp_path, *records))
    assert 2 == answer.status
    for part in parts:
        assert part in answer.complaint
    assert [] == rows(shared_home, "units", "list")


def test_a_circle_with_units_that_are_there_is_refused(tree, tmp_path):
    """A sheet of one row can close one: the office under the station."""
    answer = xuncha(tree, "units", "import", units(tmp_path, (*OFFICE[:4], "gls", "", "", "", "")))
    assert 2 == answer.status
    assert "row 2" in answer.complaint
    assert 4 == len(rows(tree, "units", "tree"))


def test_a_unit_cannot_end_while_others_stand_below_it(tree, tmp_path):
    """With those below it moved in the same sheet, it can."""
    ended = (*COUNTY[:8], "2023-01-01")
    answer = xuncha(tree, "units", "import", units(tmp_path, ended))
    assert 2 == answer.status
    assert "gls" in answer.complaint
    moved = (*STATION[:4], "zfb", *STATION[5:])
    done(tree, "units", "import", units(tmp_path, ended, moved))
    assert {"zfb", "jtj", "gls"} == {r["code"] for r in rows(tree, "units", "list")}


def test_the_representative_account_of_an_area_is_one(tree, tmp_path):
    """It is named as people name accounts, and a second one of the area is refused."""
    accounts = sheet(
        tmp_path / "a.csv",
        ("账号ID", "账号名称", "平台"),
        ("A1", "某市发布", "抖音"),
        ("A2", "某市政务", "快手"),
    )
    done(tree, "accounts", "import", accounts)
    done(tree, "units", "import", units(tmp_path, (*OFFICE[:6], "A1", "", "")))
    assert ["douyin:A1"] == [r["representative"] for r in rows(tree, "units", "list") if r["code"] == "zfb"]
    answer = xuncha(tree, "units", "import", units(tmp_path, (*BUREAU[:6], "A2", "", "")))
    assert 2 == answer.status
    assert "代表账号" in answer.complaint
