"""Accounts of a unit side by side: each platform is an account of its own, and nothing of one is read as another's."""

from datetime import date

import pytest
from openpyxl import Workbook

from connectors.papers.paper import ReadPage
from connectors.papers.reading import read_paper
from tests.connectors.papers.second_city import Rows, saved

RECEIVED = date(2026, 7, 15)
WEEK: Rows = [
    ["嵩浦市政务新媒体周报（监测时间：2026年7月13日 9:00）"],
    ["序号", "主办单位", "微信公众号", None, None, "新浪微博", None, None, "备注"],
    [None, None, "账号名称", "最后更新时间", "未更新天数", "账号名称", "最后更新时间", "未更新天数", None],
]


def read(rows: Rows, *merges: str) -> ReadPage:
    book = Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(row)
    for merge in merges:
        page.merge_cells(merge)
    return read_paper("表.xlsx", saved(book), RECEIVED).pages[0]


def accounts(page: ReadPage) -> list[tuple[int, str, str, str]]:
    return [
        (
            record.row,
            record.text("name"),
            record.platform.name if record.platform else "",
            record.text("owner"),
        )
        for record in page.records
    ]


def test_a_look_at_each_platform_of_a_unit_is_a_look_at_its_own_account():
    """Under two header rows each group has name, time and days; a platform without an account says nothing."""
    page = read(
        [
            *WEEK,
            [1, "嵩浦市教育局", "嵩浦教育", "2026-7-12 10:00", 0, "嵩浦教育", "2026-7-1", 12, "无"],
            [2, "嵩浦市民政局", "嵩浦民政", "2026-7-11 10:00", 1, "—", "—", "—", None],
            [3, "嵩浦市公安局", None, "2026-7-11 10:00", None, "平安嵩浦", "2026-7-32", 1, None],
        ],
        "C2:E2",
        "F2:H2",
    )
    assert (page.kind, page.questions) == ("looks", ())
    assert accounts(page) == [
        (4, "嵩浦教育", "微信公众号", "嵩浦市教育局"),
        (4, "嵩浦教育", "新浪微博", "嵩浦市教育局"),
        (5, "嵩浦民政", "微信公众号", "嵩浦市民政局"),
        (6, "", "微信公众号", "嵩浦市公安局"),
        (6, "平安嵩浦", "新浪微博", "嵩浦市公安局"),
    ]
    newest = [str(record.time("newest_post_at")) for record in page.records]
    assert newest[:3] == ["2026-07-12T10:00+08:00", "2026-07-01", "2026-07-11T10:00+08:00"]
    assert [[refusal.why.code for refusal in record.refusals] for record in page.records[3:]] == [
        ["blank"],
        ["does_not_exist"],
    ]
    assert [record.part for record in page.records] == [0, 1, 0, 0, 1]
    assert [(hint.code, hint.says["platforms"]) for hint in page.hints] == [
        ("platforms_across", "微信公众号、新浪微博")
    ]


@pytest.mark.parametrize(
    "header",
    [
        ["微信公众号名称", "微博名称", "抖音号名称"],
        ["微信公众号", "新浪微博", "抖音"],
        ["公众号名称", "微博账号", "抖音号"],
    ],
)
def test_a_column_of_names_for_each_platform_lists_accounts(header):
    """In one header row, with or without 名称; 同左 is the name beside, an empty column no account."""
    page = read(
        [
            ["嵩浦市政务新媒体开设情况统计表"],
            ["序号", "单位名称", *header, "是否正常更新"],
            [1, "嵩浦市教育局", "嵩浦教育", "同左", "嵩浦教育云", "是"],
            [2, "嵩浦市民政局", "无", "嵩浦民政", None, "是"],
        ]
    )
    assert (page.kind, [q.why.code for q in page.questions]) == ("accounts", [])
    assert accounts(page) == [
        (3, "嵩浦教育", "微信公众号", "嵩浦市教育局"),
        (3, "嵩浦教育", "新浪微博", "嵩浦市教育局"),
        (3, "嵩浦教育云", "抖音", "嵩浦市教育局"),
        (4, "嵩浦民政", "新浪微博", "嵩浦市民政局"),
    ]


def test_marks_under_platforms_name_no_account():
    """√ under 微信公众号 says that there is one, and not which: no account is called √."""
    page = read(
        [
            ["嵩浦市政务新媒体统计"],
            ["序号", "单位名称", "所属地区", "微信公众号", "新浪微博"],
            *[[number, f"嵩浦市第{number}局", "市直", "√", "1"] for number in range(1, 7)],
        ]
    )
    assert (page.read, page.records) == (False, ())


def test_a_table_with_names_of_its_own_has_no_groups():
    """Counts by platform beside a name are columns as any other."""
    page = read(
        [
            ["账号名称", "平台", "主办单位", "开设时间", "微信公众号", "新浪微博"],
            ["嵩浦教育", "微信", "嵩浦市教育局", "2018-1-1", "甲", "乙"],
        ]
    )
    assert accounts(page) == [(2, "嵩浦教育", "微信公众号", "嵩浦市教育局")]


def test_a_merge_over_the_name_of_one_platform_refuses_that_account_alone():
    """The other account of the row stands."""
    page = read(
        [
            *WEEK,
            [1, "嵩浦市教育局", "嵩浦教育", "2026-7-12", 1, "嵩浦教育", "2026-7-11", 2, None],
            [2, "嵩浦市教育局", None, "2026-7-12", 1, "嵩浦招考", "2026-7-11", 2, None],
        ],
        "C2:E2",
        "F2:H2",
        "C4:C5",
    )
    fates = {(record.row, record.platform.name): record.fate for record in page.records if record.platform}
    assert fates == {
        (4, "微信公众号"): "refused",
        (4, "新浪微博"): "taken",
        (5, "微信公众号"): "refused",
        (5, "新浪微博"): "taken",
    }


def test_the_same_columns_again_are_other_accounts():
    """A list in two halves to save paper: each half of a row is an account of its own, and no column is chosen."""
    header = ["账号名称", "平台", "主办单位", "最新发布时间"]
    page = read(
        [
            ["本周更新情况（监测时间：2026年7月13日9时）"],
            [*header, None, *header],
            [
                "嵩浦教育",
                "微信",
                "嵩浦市教育局",
                "2026-7-12",
                None,
                "嵩浦民政",
                "微博",
                "嵩浦市民政局",
                "2026-7-1",
            ],
            ["嵩浦公安", "微信", "嵩浦市公安局", "2026-7-11", None, None, None, None, None],
        ]
    )
    assert (page.kind, page.questions) == ("looks", ())
    assert accounts(page) == [
        (3, "嵩浦教育", "微信公众号", "嵩浦市教育局"),
        (3, "嵩浦民政", "新浪微博", "嵩浦市民政局"),
        (4, "嵩浦公安", "微信公众号", "嵩浦市公安局"),
    ]
    assert [str(record.time("newest_post_at")) for record in page.records] == [
        "2026-07-12",
        "2026-07-01",
        "2026-07-11",
    ]
    assert [(hint.code, hint.says["accounts"]) for hint in page.hints] == [("side_by_side", "2")]


def test_times_of_two_platforms_beside_one_name_are_those_of_two_accounts():
    """The time of Weibo is never that of the account on WeChat; a platform without a time says nothing."""
    page = read(
        [
            ["监测时间：2026年7月13日9时"],
            ["序号", "账号名称", "主办单位", "微博最后更新时间", "微信公众号最后更新时间"],
            [1, "嵩浦教育", "嵩浦市教育局", "2026-7-1", "2026-7-12"],
            [2, "嵩浦民政", "嵩浦市民政局", None, "2026-7-11"],
        ]
    )
    assert (page.kind, page.questions) == ("looks", ())
    assert [
        (a[1], a[2], str(r.time("newest_post_at"))) for a, r in zip(accounts(page), page.records, strict=True)
    ] == [
        ("嵩浦教育", "新浪微博", "2026-07-01"),
        ("嵩浦教育", "微信公众号", "2026-07-12"),
        ("嵩浦民政", "微信公众号", "2026-07-11"),
    ]


def test_a_header_of_a_platform_is_near_to_none_without_it():
    """Beside a column of platforms it is kept aside; numbers of one platform make no account of it."""
    header = ["账号名称", "平台", "主办单位", "监测时间", "最新发布时间", "微博最后更新时间全称"]
    row = ["嵩浦教育", "微信", "嵩浦市教育局", "2026-7-13", "2026-7-12", "2026-7-1"]
    assert read([header, row]).records[0].aside == {header[5]: "2026-7-1"}
    ledger = read(
        [
            ["账号名称", "主办单位", "开设时间", "账号ID", "微博粉丝数"],
            ["嵩浦教育", "嵩浦市教育局", "2018-1-1", "a1", 5],
        ]
    )
    assert [(record.platform, record.part) for record in ledger.records] == [(None, 0)]
