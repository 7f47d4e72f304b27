"""Merged cells count for each row where they describe the owner, and leave rows in doubt where they do not."""

from datetime import UTC, datetime

import pytest

from connectors.sheets.errors import SheetErrors, SheetTooLargeError
from connectors.sheets.kinds import ACCOUNTS
from connectors.sheets.people_sheet import read_people_sheet
from connectors.sheets.readers import read_accounts, read_findings, read_looks, read_posts
from connectors.sheets.table import read_sheet
from tests.connectors.sheets.workbooks import package, sheet_xml, text

HEADER = ("账号ID", "账号名称", "平台", "主办单位", "地区", "联系人", "粉丝")
NOW = datetime(2023, 4, 1, tzinfo=UTC)


def merging(*areas):
    def merge(page):
        for area in areas:
            page.merge_cells(area)

    return merge


def problems(read, path):
    with pytest.raises(SheetErrors) as caught:
        read(path)
    return [(error.place, error.problem) for error in caught.value.errors]


def test_columns_of_the_owner_are_filled_down(write_xlsx):
    """Owner, area and people of a unit with several accounts, and what was filled is told."""
    path = write_xlsx(
        HEADER,
        ("1", "甲", "抖音", "某局", "甲区", "张某", 1),
        ("2", "乙", "抖音"),
        ("3", "丙", "抖音"),
        ("4", "丁", "抖音", "某办"),
        change=merging("D2:D4", "E2:E5", "F2:F3"),
    )
    rows = read_accounts(path)
    assert ["某局", "某局", "某局", "某办"] == [row.owner for row in rows]
    assert ["甲区"] * 4 == [row.area for row in rows]
    assert [{"联系人": "张某"}, {"联系人": "张某"}, {}, {}] == [row.people for row in rows]
    assert {
        "column 主办单位: merged cells count for each of their rows: 3-4",
        "column 地区: merged cells count for each of their rows: 3-5",
        "column 联系人: merged cells count for each of their rows: 3",
    } == {note.text for note in rows.notes}


def test_a_blank_cell_outside_a_merge_stays_blank(write_xlsx):
    """Whether 同上 was meant cannot be known."""
    path = write_xlsx(HEADER, ("1", "甲", "抖音", "某局"), ("2", "乙", "抖音"))
    assert ["某局", ""] == [row.owner for row in read_accounts(path)]


def test_the_unit_of_several_people_is_filled_down(write_xlsx):
    """A sheet of people has a unit merged over its roles."""
    path = write_xlsx(
        ("单位", "角色", "姓名"),
        ("某局", "主要领导", "张某"),
        (None, "分管领导", "李某"),
        change=merging("A2:A3"),
    )
    assert ["某局", "某局"] == [row.unit for row in read_people_sheet(path)]


@pytest.mark.parametrize(
    ("read", "header", "rows", "area", "places"),
    [
        (read_accounts, HEADER, [("1", "甲", "抖音"), ("2", None, "抖音")], "B2:B3", ["B2", "B3"]),
        (read_accounts, HEADER, [("1", "甲", "抖音"), (None, "乙", "抖音")], "A2:A3", ["A2", "A3"]),
        (read_accounts, HEADER, [("1", "甲", "抖音"), ("合计", None, None)], "A3:B3", ["A3", "B3"]),
        (
            lambda path: read_findings(path, lambda rule: rule, NOW),
            ("账号ID", "问题", "发现时间"),
            [("1", "广告", "2023-02-01"), ("2", "广告", None)],
            "C2:C3",
            ["C2", "C3"],
        ),
        (
            lambda path: read_findings(path, lambda rule: rule, NOW),
            ("账号ID", "发现时间", "问题"),
            [("1", "2023-02-01", "广告"), ("2", "2023-02-01", None)],
            "C2:C3",
            ["C2", "C3"],
        ),
        (
            lambda path: read_looks(path, NOW),
            ("账号ID", "检查时间", "最新发布时间"),
            [("1", "2023-02-01", "无"), ("2", None, "无")],
            "B2:B3",
            ["B2", "B3"],
        ),
        (
            lambda path: read_posts(path, NOW),
            ("账号ID", "发布时间", "链接"),
            [("1", "2023-02-01", "https://example.cn/1"), ("1", None, None)],
            "B2:C3",
            ["B2", "C2", "B3", "C3"],
        ),
    ],
)
def test_a_merge_over_name_id_time_or_finding_refuses_its_rows(write_xlsx, read, header, rows, area, places):
    """Whose row it is, when, and what was found may not be guessed; each row and column is named once."""
    found = problems(read, write_xlsx(header, *rows, change=merging(area)))
    assert [(place, f"belongs to the merged cell {area}") for place in places] == [
        (place, problem) for place, problem in found if "merged" in problem
    ]


@pytest.mark.parametrize("area", ["D1:D2", "G1:G2", "B1:B2"])
def test_a_merge_that_begins_in_the_header_refuses_its_rows(write_xlsx, area):
    """Its text is a title; it would be read as the owner of the row below."""
    path = write_xlsx(
        HEADER,
        ("1", "甲", "微信", "某局", "某市", "", 7),
        ("2", "乙", "微信", "某局", "某市"),
        change=merging(area),
    )
    assert (area[3:], f"belongs to the merged cell {area} of the header") == problems(read_accounts, path)[0]
    assert {"2"} == {place[1:] for place, _ in problems(read_accounts, path)}


def test_a_merge_over_another_column_counts_for_its_first_row(write_xlsx):
    """A column of the registry that is kept as it stands: the others stay blank, and that is told."""
    path = write_xlsx(
        HEADER, ("1", "甲", "抖音", "某局", "", "", 7), ("2", "乙", "抖音"), change=merging("G2:G3")
    )
    rows = read_accounts(path)
    assert [{"粉丝": "7"}, {}] == [row.extra for row in rows]
    assert ["column 粉丝: a merged cell counts for its first row alone: 2"] == [n.text for n in rows.notes]


def test_titles_and_blank_rows_under_a_merge_do_no_harm(write_xlsx):
    """A title over the table, and a merge that reaches below the data."""
    path = write_xlsx(
        ("江城市台账",), HEADER, ("1", "甲", "抖音", "某局"), change=merging("A1:G1", "D3:D900", "A5:C9")
    )
    (row,) = read_accounts(path)
    assert "某局" == row.owner


def test_merged_cells_over_one_another_end_soon(tmp_path):
    """No program writes them; walking each of a hundred thousand would take hours."""
    cells = "".join(
        f'<row r="{n}">{text(f"A{n}", str(n))}{text(f"B{n}", "x")}{text(f"C{n}", "抖音")}</row>'
        for n in range(2, 1000)
    )
    head = "".join(text(f"{letter}1", name) for letter, name in zip("ABC", HEADER, strict=False))
    merged = '<mergeCell ref="A2:C1000"/>' * 30_000
    page = sheet_xml(f'<row r="1">{head}</row>{cells}', f"<mergeCells>{merged}</mergeCells>")
    with pytest.raises(SheetTooLargeError, match="that lie over one another; take the merged cells apart"):
        read_sheet(package(tmp_path / "m.xlsx", page), ACCOUNTS)
