"""Sheets of units."""

from datetime import UTC, datetime

import pytest

from connectors.sheets.errors import SheetErrors
from connectors.sheets.rows import UnitRow
from connectors.sheets.units import read_units

HEADER = "单位代码,单位名称,单位类别,层级,地区,上级单位,职责关键词,代表账号,成立时间,撤销时间"


def test_units_come_with_every_column(write_xlsx):
    """A merged title row, text dates, full-width digits and invisible characters are read."""
    path = write_xlsx(
        ("某市单位名录",),
        tuple(HEADER.split(",")),
        (
            *("ｊｔｊ\u200b", "某市（交通）局", "主办单位", "市级部门和单位", "某市", "zfb"),
            *("交通、出行，公路", "ｇｈ＿1", "２０１９年１月１日", None),
        ),
        change=lambda page: page.merge_cells("A1:J1"),
    )
    since = datetime(2019, 1, 1, 15, 59, 59, tzinfo=UTC)
    assert [
        UnitRow(
            row=3,
            code="jtj",
            name="某市（交通）局",
            kind="owner",
            tier="市级部门和单位",
            area="某市",
            parent="zfb",
            duties=("交通", "出行", "公路"),
            representative="gh_1",
            since=since,
            ended_at=None,
        )
    ] == read_units(path)


def test_bad_cells_are_named(write_csv):
    """A kind that is none, a unit twice, an end before the beginning, a blank name."""
    path = write_csv(
        HEADER,
        "a,甲,主办单位,,,,,,,",
        "a,乙,主办单位,,,,,,,",
        "b,丙,什么,,,,,,,",
        "c,,主办单位,,,,,,2020-01-01,2019-01-01",
    )
    with pytest.raises(SheetErrors) as caught:
        read_units(path)
    assert [(3, "单位代码"), (4, "单位类别"), (5, "单位名称"), (5, "撤销时间")] == sorted(
        (error.row, error.column) for error in caught.value.errors
    )
