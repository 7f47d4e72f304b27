"""Habits of offices that once went in as something else: each is read as it is meant, or refused by its reason."""

from datetime import date, time

import pytest
from openpyxl import Workbook

from connectors.papers.name_words import NameRead, platform_at_end, read_name
from connectors.papers.paper import ReadPage
from connectors.papers.paper_time import PaperTime
from connectors.papers.platform_words import exact_platform
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from connectors.papers.vocabulary import vocabulary
from connectors.sheets.columns import header_key
from tests.connectors.papers.second_city import Rows, saved, workbook

RECEIVED = date(2026, 7, 15)
WORDS = vocabulary()
LEDGER = ["账号名称", "平台", "主办单位", "所属地区", "开设时间"]
LOOKS = ["账号名称", "平台", "主办单位", "最新发布时间"]


def pages_of(settled: Settled | None = None, **pages: Rows) -> list[ReadPage]:
    content = workbook(**pages)
    return list(
        read_paper("表.xlsx", content, RECEIVED, dict.fromkeys(pages, settled) if settled else {}).pages
    )


def page_of(rows: Rows, settled: Settled | None = None) -> ReadPage:
    return pages_of(settled, 表=rows)[0]


@pytest.mark.parametrize("mark", ["同上", "〃", "″", '"', "同 上"])
def test_as_above_is_what_stands_above(mark):
    """A ditto in any column means the row of data above it, chains of them the first, and this is told."""
    page = page_of(
        [
            LEDGER,
            ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-05-05"],
            ["嵩浦招考", mark, mark, mark, mark],
            ["嵩浦校园", "微博", mark, mark, "2019-01-01"],
        ]
    )
    _, second, third = page.records
    assert (second.platform, second.text("owner"), second.text("area")) == (
        exact_platform("微信", WORDS),
        "嵩浦市教育局",
        "市直",
    )
    assert second.time("opened_at") == PaperTime("day", date(2018, 5, 5))
    assert (third.text("owner"), third.text("area")) == ("嵩浦市教育局", "市直")
    told = {hint.says["header"]: hint.says["cells"] for hint in page.hints if hint.code == "ditto"}
    assert told == {"平台": "1", "主办单位": "2", "所属地区": "2", "开设时间": "1"}


def test_as_above_with_nothing_above_names_nothing():
    """The first row, and a row below a blank cell, say as above of nothing: neither a unit nor a person comes of it."""
    page = page_of(
        [
            [*LEDGER, "联系人"],
            ["嵩浦教育", "微信", "同上", "市直", "2018-05-05", "同上"],
            ["嵩浦民政", "微信", None, "市直", "2018-05-05", "邬某"],
            ["嵩浦公安", "微信", "同上", "市直", "2018-05-05", "同上"],
        ]
    )
    assert [record.text("owner") for record in page.records] == ["", "", ""]
    assert [[person.name for person in record.people] for record in page.records] == [[], ["邬某"], ["邬某"]]
    aside = [[(cell.field, cell.why.code) for cell in record.set_aside] for record in page.records]
    assert aside == [[("owner", "cell_broken"), ("name", "cell_broken")], [], [("owner", "cell_broken")]]


def test_as_above_below_a_merge_means_the_merged_cell():
    """A merged owner counts for each of its rows, also for who says as above."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "表"
    for row in (
        LEDGER,
        ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-05-05"],
        ["嵩浦招考", "微信", None, "市直", "2018-05-05"],
        ["嵩浦校园", "微信", "同上", "市直", "2018-05-05"],
    ):
        page.append(row)
    page.merge_cells("C2:C3")
    read = read_paper("表.xlsx", saved(book), RECEIVED).pages[0]
    assert [record.text("owner") for record in read.records] == ["嵩浦市教育局"] * 3


@pytest.mark.parametrize(("earlier", "now"), [("上次", "本次"), ("上周", "本周"), ("上期", "本期")])
def test_of_two_looks_side_by_side_the_later_one_is_read(earlier, now):
    """上次最新发布时间 is no newest post, in one header or under a parent; 本次最新发布时间 is."""
    rows: Rows = [
        [
            "账号名称",
            "平台",
            *[f"{time}{what}" for time in (earlier, now) for what in ("检查时间", "最新发布时间")],
        ],
        ["嵩浦教育", "微信", "2026-7-7 10:00", "2026-7-2", "2026-7-14 10:00", "2026-7-12"],
    ]
    page = page_of(rows)
    (record,) = page.records
    assert (page.kind, page.questions, page.hints) == ("looks", (), ())
    assert str(record.time("looked_at")) == "2026-07-14T10:00+08:00"
    assert str(record.time("newest_post_at")) == "2026-07-12"


def test_an_earlier_time_over_two_columns_is_not_this_one():
    """A parent of an earlier week keeps what stands under it aside."""
    book = Workbook()
    page = book.worksheets[0]
    for row in (
        ["账号名称", "平台", "监测时间", "上周", None, "本周", None],
        [None, None, None, "最新发布时间", "未更新天数", "最新发布时间", "未更新天数"],
        ["嵩浦教育", "微信", "2026-7-14 10:00", "2026-7-2", 5, "2026-7-12", 2],
    ):
        page.append(row)
    page.merge_cells("D1:E1")
    page.merge_cells("F1:G1")
    (record,) = read_paper("表.xlsx", saved(book), RECEIVED).pages[0].records
    assert (str(record.time("newest_post_at")), record.fields["days_silent"]) == ("2026-07-12", 2)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026.6", "month_alone"),
        ("2026年7月上旬", "month_alone"),
        ("3天前", "relative_time"),
        ("昨天 08:30", "relative_time"),
        ("26/7/9", "two_digit_year"),
        ("2026-07-09（周五）", "weekday_differs"),
    ],
)
def test_a_newest_post_that_no_day_is_known_of_is_refused_by_its_reason(cell, code):
    """No last day of a month is made up, and 26/7/9 may be a day of 2009."""
    page = page_of([["监测时间：2026年7月13日9时"], LOOKS, ["嵩浦教育", "微信", "嵩浦市教育局", cell]])
    assert [refusal.why.code for refusal in page.records[0].refusals] == [code]


def test_a_time_may_stand_behind_the_title_of_the_post():
    """最近发布内容及时间: a day within the title is none of its own."""
    page = page_of(
        [
            ["监测时间：2026年7月13日9时"],
            [*LOOKS[:3], "最近发布内容及时间"],
            ["嵩浦教育", "微信", "嵩浦市教育局", "《关于7月1日放假的通知》（2026-7-12）"],
            ["嵩浦民政", "微信", "嵩浦市民政局", "《关于7月1日放假的通知》"],
        ]
    )
    assert str(page.records[0].time("newest_post_at")) == "2026-07-12"
    assert [refusal.why.code for refusal in page.records[1].refusals] == ["not_a_time"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("嵩浦云（原“嵩浦教育”）", NameRead("嵩浦云", former="嵩浦教育")),
        ("嵩浦云(曾用名：嵩浦教育)", NameRead("嵩浦云", former="嵩浦教育")),
        ("嵩浦云（原名嵩浦教育）（微博）", NameRead("嵩浦云", exact_platform("微博", WORDS), "嵩浦教育")),
        ("“嵩浦云”", NameRead("嵩浦云")),
        ("《嵩浦云》", NameRead("嵩浦云")),
        ("嵩浦“云”", NameRead("嵩浦“云”")),
        ("嵩浦（原州校区）", NameRead("嵩浦（原州校区）")),
    ],
)
def test_a_name_is_read_without_what_stands_beside_it(text, read):
    """Quotes around all of it and a bracket of a former name are none of the name; other brackets are."""
    assert read_name(text, WORDS) == read


@pytest.mark.parametrize(
    ("name", "platform"),
    [("嵩浦民政微博", "新浪微博"), ("嵩浦头条", ""), ("微博", ""), ("嵩浦抖音号", "抖音")],
)
def test_a_platform_at_the_end_of_a_name_tells_it(name, platform):
    """It goes before the usual platform where no column tells one; 嵩浦头条 may be an account of any platform."""
    found = platform_at_end(name, WORDS)
    assert (found.name if found else "") == platform
    page = page_of([["账号名称", "主办单位", "存在问题"], [name, "嵩浦市民政局", "无互动功能"]])
    assert (page.records[0].platform == found, [q.why.code for q in page.questions]) == (
        True,
        [] if platform else ["no_platform"],
    )


def test_a_page_for_each_platform_tells_it_of_its_rows():
    """By its name or a bracket in its title; a bracket behind a name goes before, and nothing is asked."""
    header = ["序号", "账号名称", "主办单位", "开通时间"]
    row = [1, "嵩浦教育", "嵩浦市教育局", "2019年1月1日"]
    first, second = pages_of(
        微博=[["嵩浦市账号"], header, row, [2, "嵩浦发布（抖音）", "嵩浦市府办", "2019年1月1日"]],
        表二=[["嵩浦市账号（微信公众号）"], header, row],
    )
    assert [record.platform.name for record in first.records] == ["新浪微博", "抖音"]
    assert [record.platform.name for record in second.records] == ["微信公众号"]
    assert [(page.kind, page.questions) for page in (first, second)] == [("accounts", ())] * 2
    (other,) = pages_of(其他=[header, row])
    assert other.why.code == "no_kind"


@pytest.mark.parametrize(
    ("header", "cells", "code"),
    [
        ([f"第{week}周" for week in range(1, 14)], range(13), "periods_across"),
        ([f"7.{day}" for day in range(1, 8)], "√×√×√×√", "periods_across"),
        (["7月1日-7日", "7月8日-14日", "7月15日-21日"], (1, 0, 2), "periods_across"),
        (["更新情况"], ["停更"], "state_alone"),
        (["是否正常更新", "备注"], ["是", None], "state_alone"),
    ],
)
def test_a_page_that_proves_nothing_is_no_ledger(header, cells, code):
    """Counts and ticks for each week, or a bare 正常, are refused once for the page, and open no account."""
    page = page_of(
        [
            ["嵩浦市政务新媒体"],
            ["账号名称", "平台", "主办单位", *header],
            ["嵩浦教育", "微信", "嵩浦市教育局", *cells],
        ]
    )
    assert (page.read, page.why.code) == (False, code)


def test_a_ledger_with_a_column_for_each_month_stays_one():
    """What tells a ledger goes before what lies beside it."""
    page = page_of(
        [[*LEDGER, "4月", "5月", "6月"], ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-1-1", 1, 2, 3]]
    )
    assert (page.kind, page.records[0].fate) == ("accounts", "taken")


def test_headers_that_a_person_explains_make_a_page_readable():
    """A page of which no header is known is read once three of them are told; who reports is told before."""
    rows: Rows = [
        ["填报单位：嵩浦市教育局"],
        ["号", "号名", "哪个平台的", "谁办的", "啥时候开的"],
        *[[n, f"嵩浦{n}号", "微信", "嵩浦市教育局", "2018-1-1"] for n in range(1, 7)],
    ]
    page = page_of(rows)
    assert (page.why.code, page.context.reported_by.value) == ("not_understood", "嵩浦市教育局")
    told = {"号名": "name", "哪个平台的": "platform", "谁办的": "owner", "啥时候开的": "opened_at"}
    read = page_of(rows, Settled(headers={header_key(header): field for header, field in told.items()}))
    assert (read.kind, read.header_rows, len(read.records)) == ("accounts", (2,), 6)
    assert read.records[0].time("opened_at") == PaperTime("day", date(2018, 1, 1))


def test_days_of_silence_alone_are_a_look_that_is_asked_about():
    """No row is refused for the newest post that no column has; what is no exact number of days is, by its reason."""
    days = ["0", "1天", 15, "当天", "不足1天", "超过14天", "30天以上", "—", "2.5"]
    page = page_of(
        [
            ["嵩浦市政务新媒体未更新天数统计（截至2026年7月14日）"],
            ["账号名称", "平台", "主办单位", "未更新天数"],
            *[[f"嵩浦{n}号", "微信", "嵩浦市教育局", told] for n, told in enumerate(days)],
        ]
    )
    assert page.kind == "looks"
    assert [(q.why.code, q.answers, q.default) for q in page.questions] == [
        ("days_alone", ("by_days",), None)
    ]
    assert [record.fields.get("days_silent") for record in page.records][:5] == [0, 1, 15, 0, 0]
    why = [[refusal.why.code for refusal in record.refusals] for record in page.records]
    assert why == [*[[]] * 5, ["days_not_exact"], ["days_not_exact"], ["blank"], ["unreadable"]]


def test_a_blank_newest_post_beside_its_days_stays_refused():
    """Where a column has the newest post, a blank one says nothing, whatever the days say."""
    page = page_of(
        [
            ["监测时间：2026年7月14日9时"],
            [*LOOKS, "未更新天数"],
            ["嵩浦教育", "微信", "嵩浦市教育局", None, 3],
            ["嵩浦民政", "微信", "嵩浦市民政局", "2026-7-11", "超过2天"],
        ]
    )
    assert [[r.why.code for r in record.refusals] for record in page.records] == [["newest_blank"], []]
    assert [[c.why.code for c in record.set_aside] for record in page.records] == [[], ["days_not_exact"]]


@pytest.mark.parametrize(
    ("remark", "state", "day"),
    [
        ("已关停", "stopped", None),
        ("2026年6月30日注销", "cancelled", date(2026, 6, 30)),
        ("已于2026.6.15关停。", "stopped", date(2026, 6, 15)),
        ("该账号已注销", "cancelled", None),
        ("6月30日已完成注销", "cancelled", date(2026, 6, 30)),
    ],
)
def test_a_remark_that_an_account_is_closed_is_asked_about(remark, state, day):
    """It is what the row says if somebody agrees; its day is that of the closing, and nothing is told twice."""
    page = page_of([[*LEDGER, "备注"], ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-1-1", remark]])
    (record,) = page.records
    assert [(d.why.code, d.answers, d.default) for d in record.doubts] == [
        ("closed_by_remark", (state, "not_closed"), state)
    ]
    closed = record.time("closed_at")
    assert (record.text("state"), closed.day if closed else None, record.hints) == (state, day, ())


@pytest.mark.parametrize(
    "remark",
    [
        "注销",
        "拟注销",
        "未注销",
        "原微博已注销",
        "2026年8月1日注销",
        "该账号已停更，正在办理注销",
        "已注销微博账号",
    ],
)
def test_a_remark_that_does_not_say_so_of_the_account_is_told_alone(remark):
    """What is intended, lies ahead, or may be about another account closes nothing."""
    page = page_of([[*LEDGER, "备注"], ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-1-1", remark]])
    (record,) = page.records
    assert (record.doubts, "state" in record.fields) == ((), False)
    assert [hint.code for hint in record.hints] == ["remark_not_taken"]


def test_a_column_of_states_goes_before_a_remark():
    """正常 beside 已注销 is told, and the account stays open."""
    page = page_of(
        [
            [*LEDGER, "状态", "备注"],
            ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-1-1", "正常", "已注销"],
        ]
    )
    (record,) = page.records
    assert (record.text("state"), record.doubts) == ("open", ())
    assert [hint.code for hint in record.hints] == ["remark_not_taken"]


def test_a_duty_table_is_led_to_where_it_goes_in():
    """Whichever way it is turned, it is no table that somebody has to explain."""
    days = ["10月1日—3日", "10月4日至5日", "10月6日", "10月7日", "10月8日"]
    rows: Rows = [
        ["日期", "带班领导", "联系电话", "值班人员", "联系电话"],
        *[[day, "岑某", "16100000001", "邬某", "16100000002"] for day in days],
    ]
    assert page_of([["国庆值班表"], *rows]).why.code == "duty"
    turned: Rows = [list(column) for column in zip(*rows, strict=True)]
    assert page_of([["国庆值班表"], *turned]).why.code == "duty"


@pytest.mark.parametrize(
    ("parents", "children"),
    [(["最近更新", None], ["日期", "时间"]), ([None, None], ["最后更新日期", "最后更新时间"])],
)
def test_a_day_and_its_time_of_day_in_two_columns_are_one_time(parents, children):
    """Under one parent or side by side; a row without the time of day is of its day, and this is told."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(["监测时间：2026年7月13日 9:00"])
    if parents[0]:
        page.append(["账号名称", "平台", "主办单位", *parents])
        page.append([None, None, None, *children])
        page.merge_cells("D2:E2")
    else:
        page.append(["账号名称", "平台", "主办单位", *children])
    page.append(["嵩浦教育", "微信", "嵩浦市教育局", date(2026, 7, 12), time(10, 5)])
    page.append(["嵩浦民政", "微信", "嵩浦市民政局", "2026-7-11", "9：30"])
    page.append(["嵩浦公安", "微信", "嵩浦市公安局", "2026-7-10", None])
    read = read_paper("表.xlsx", saved(book), RECEIVED).pages[0]
    newest = [str(record.time("newest_post_at")) for record in read.records]
    assert newest == ["2026-07-12T10:05+08:00", "2026-07-11T09:30+08:00", "2026-07-10"]
    assert (read.questions, [hint.code for hint in read.hints]) == ((), ["joined_time"])


def test_two_columns_of_whole_times_stay_two():
    """Two columns that both hold days are no day and its time of day."""
    header = [*LOOKS[:3], "最后更新日期", "最后更新时间"]
    rows: Rows = [
        ["监测时间：2026年7月13日9时"],
        header,
        ["嵩浦教育", "微信", "某局", "2026-7-1", "2026-7-2 8:00"],
    ]
    assert [question.why.code for question in page_of(rows).questions] == ["two_columns"]


def test_a_day_over_rows_is_the_day_of_their_looks():
    """A log of patrols: 7月13日 over its rows, 9:30 in each; the day holds until the next one."""
    header = ["账号名称", "平台", "单位", "检查时间", "最新一条发布时间"]
    rows: Rows = [
        ["政务新媒体巡查记录"],
        header,
        ["7月13日"],
        ["嵩浦教育", "微信", "嵩浦市教育局", "9:30", "7月12日"],
        ["嵩浦民政", "微信", "嵩浦市民政局", None, "7月11日"],
        ["2026年7月14日（星期二）"],
        ["嵩浦公安", "微信", "嵩浦市公安局", "10:00", "7月13日"],
    ]
    page = page_of(rows)
    assert (page.kind, page.count("section"), page.questions) == ("looks", 2, ())
    assert [str(record.time("looked_at")) for record in page.records] == [
        "2026-07-13T09:30+08:00",
        "2026-07-13",
        "2026-07-14T10:00+08:00",
    ]
    given = page_of(rows, Settled(looked_at=PaperTime("day", date(2026, 7, 15)))).records
    assert {str(record.time("looked_at")) for record in given} == {"2026-07-15"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("最新一条发布时间", "newest_post_at"),
        ("最近一次推送文章时间", "newest_post_at"),
        ("最后检查时间", None),
        ("最近登录时间", None),
    ],
)
def test_a_header_that_speaks_of_the_newest_post_is_one(header, field):
    """However it is put; what else was done last is none."""
    page = page_of([[*LEDGER, header], ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-1-1", "2026-7-1"]])
    (column,) = (column for column in page.columns if column.header == header)
    assert column.fields == ((field,) if field else ())


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("问题不属实，该文为公益宣传", "objection"),
        ("正在整改，预计8月完成", "in_work"),
        ("留言功能尚未整改到位", "in_work"),
        ("已开通留言，安排专人查看", ""),
    ],
)
def test_what_an_answer_says_against_itself_is_asked(words, state):
    """Without a column of states a sentence that objects, or is not done, is no plain answer."""
    header = ["账号名称", "平台", "问题", "整改措施", "完成时间"]
    page = page_of([["整改情况反馈表"], header, ["嵩浦民政", "微信", "无互动功能", words, None]])
    assert (page.kind, page.records[0].text("answer_state")) == ("answers", state)


@pytest.mark.parametrize(
    ("cell", "default"), [("异常", "open"), ("停用（待注销）", None), ("注销（2026.6.1）", None)]
)
def test_a_state_that_speaks_of_a_closing_is_not_taken_for_open(cell, default):
    """What is not clear has 正常 as its default only where it says nothing of a closing."""
    page = page_of([[*LEDGER, "状态"], ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-1-1", cell]])
    assert [(d.why.code, d.default) for d in page.records[0].doubts] == [("status_unclear", default)]


def test_a_subtotal_that_begins_with_its_area_is_no_account():
    """桐崖区小计 counts the rows since the one before, and its owner is none that was left blank."""
    header = ["县区", "主办单位", "账号名称", "平台", "开设时间"]
    row = ["桐崖区", "桐崖区教育局", "桐崖教育", "微信", "2018-1-1"]
    page = page_of(
        [
            header,
            row,
            ["桐崖区小计", None, "1个"],
            ["荻水县", *row[1:]],
            ["荻水县小计", None, "2个"],
            ["全市合计", None, "2个"],
        ]
    )
    assert (page.count("data"), page.count("total"), page.questions) == (2, 3, ())
    assert [(total.stated, total.agrees) for total in page.totals] == [(1, True), (2, False), (2, True)]


def test_as_above_does_not_reach_over_a_heading():
    """Below 二、桐崖区 the row above is one of another area."""
    row = ["嵩浦教育", "微信", "嵩浦市教育局", "2026-7-12"]
    rows: Rows = [
        ["监测时间：2026年7月13日9时"],
        LOOKS,
        row,
        ["二、桐崖区"],
        ["桐崖教育", "微信", "同上", "2026-7-11"],
    ]
    assert [record.text("owner") for record in page_of(rows).records] == ["嵩浦市教育局", ""]


def test_two_platforms_of_one_page_are_asked_about():
    """A page called 抖音 under a title of Weibo says neither."""
    rows: Rows = [
        ["嵩浦市账号台账（微博）"],
        ["账号名称", "主办单位", "开通时间"],
        ["嵩浦教育", "嵩浦市教育局", "2018-1-1"],
    ]
    (page,) = pages_of(抖音=rows)
    assert ([q.why.code for q in page.questions], page.records[0].platform) == (["no_platform"], None)


@pytest.mark.parametrize(
    ("header", "platform"), [("公众号名称", "微信公众号"), ("微博名称", "新浪微博"), ("账号名称", None)]
)
def test_the_header_over_the_names_may_tell_the_platform(header, platform):
    """An export of one platform has no column for it; nothing is asked then."""
    page = page_of(
        [
            [header, "主体", "最近推送", "截至"],
            ["嵩浦教育", "嵩浦市教育局", "2026-07-12 08:00", "2026-07-13"],
        ],
        Settled(kind="looks"),
    )
    (record,) = page.records
    assert (record.platform.name if record.platform else None) == platform
    assert [q.why.code for q in page.questions] == ([] if platform else ["no_platform"])
    assert str(record.time("newest_post_at")) == "2026-07-12T08:00+08:00"


@pytest.mark.parametrize(
    ("header", "answers", "default"),
    [
        ("注销时间", ("cancelled", "stopped", "not_closed"), "cancelled"),
        ("关停时间", ("stopped", "cancelled", "not_closed"), "stopped"),
        ("停更时间", ("stopped", "cancelled", "not_closed"), None),
    ],
)
def test_a_day_of_closing_without_a_state_is_asked_about(header, answers, default):
    """It was passed over before: the header says what it means, and who stopped posting may not have closed."""
    page = page_of([[*LEDGER, header], ["嵩浦教育", "微信", "嵩浦市教育局", "市直", "2018-1-1", "2026-6-30"]])
    assert [(d.why.code, d.answers, d.default) for d in page.records[0].doubts] == [
        ("closed_without_state", answers, default)
    ]
