"""Laws of reading: rows are of one sort, sums add up, and a table says the same wherever it stands on its page."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.papers.paper import ReadPage
from connectors.papers.reading import read_paper
from tests.connectors.papers.samples import FOLDER, NAMES
from tests.connectors.papers.second_city import Rows, ledger, weekly, workbook

RECEIVED = date(2026, 11, 28)
CELLS = st.one_of(
    st.none(),
    st.integers(-5, 99999),
    st.sampled_from(
        [
            "序号",
            "账号名称",
            "平台",
            "主办单位",
            "最新更新时间",
            "微信订阅号",
            "抖音、快手",
            "合计",
            "3个",
            "注：",
            "无",
            "7月6日",
            "填报人：甲",
            "一、市直部门",
            "青屏区",
            "2026-07-06",
            "√",
            "×2",
            "示例",
            "清原发布",
            "16100000001",
            "--",
            "问题类别",
        ]
    ),
    st.text(st.characters(exclude_categories=("C",)), max_size=6),
)
GRIDS = st.lists(st.lists(CELLS, min_size=1, max_size=7), min_size=1, max_size=12)


def page_of(rows: Rows, title: str = "表") -> ReadPage:
    return read_paper("表.xlsx", workbook(**{title: rows}), RECEIVED).pages[0]


def said(page: ReadPage) -> list[tuple[object, ...]]:
    return [
        (
            dict(r.fields),
            r.platform,
            r.people,
            r.findings,
            r.fate,
            dict(r.aside),
            tuple(d.why for d in r.doubts),
        )
        for r in page.records
    ]


def assert_adds_up(page: ReadPage) -> None:
    numbers = [row.number for row in page.rows]
    assert numbers == list(range(1, len(numbers) + 1))
    fates = Counter(record.fate for record in page.records)
    assert sum(fates.values()) == page.count("data") == len(page.records)
    assert [record.row for record in page.records] == [row.number for row in page.rows if row.sort == "data"]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(GRIDS)
def test_any_cells_are_read_or_told_and_add_up(grid):
    """Whatever stands on a page: it is not read, with a reason, or each of its rows is of one sort and one fate."""
    rows = [["账号名称", "平台", "主办单位", "最新更新时间"], *grid]
    read = read_paper("表.xlsx", workbook(表=rows), RECEIVED)
    assert read.refused is None
    for page in read.pages:
        assert page.read or page.why is not None
        assert_adds_up(page)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_table_says_the_same_wherever_it_stands(data):
    """Blank rows and columns, lines above the header and another name of the page change no record."""
    rows = data.draw(st.sampled_from([ledger(12), weekly(count=12)]))
    plain = page_of(rows)
    moved = [list(row) for row in rows]
    for place in sorted(data.draw(st.sets(st.integers(3, len(rows) - 2), max_size=3)), reverse=True):
        moved.insert(place, [])
    for place in sorted(data.draw(st.sets(st.integers(1, 7), max_size=2)), reverse=True):
        moved = [[*row[:place], None, *row[place:]] if len(row) > 2 else row for row in moved]
    moved[1:1] = [[f"第{number}页"] for number in range(data.draw(st.integers(0, 5)))]
    title = data.draw(st.sampled_from(["Sheet1", "表（定稿）", "汇总"]))
    page = page_of(moved, title)
    assert said(page) == said(plain)
    assert page.kind == plain.kind
    assert_adds_up(page)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_a_damaged_file_is_refused_and_never_an_error(name, data):
    """Bytes that are cut off or changed give a reason for the file, or a reading that still adds up."""
    content = bytearray((FOLDER / name).read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]
    for _ in range(data.draw(st.integers(0, 8))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read = read_paper(name, bytes(content), RECEIVED)
    assert (read.refused is None) == bool(read.pages)
    for page in read.pages:
        assert_adds_up(page)
