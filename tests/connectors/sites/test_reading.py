"""Pages of columns and articles: which day is meant, which list, which class; and what a page only seems to say."""

from datetime import date

import pytest

from connectors.sites.article import ArticlePage, read_article
from connectors.sites.listing import Entry, column_links, read_column
from connectors.sites.visit import ColumnSeen, dated
from connectors.sites.words import class_of
from connectors.sources.page_tags import SitePage

HERE = "http://a.example/col/"


def page(body: str, head: str = "") -> SitePage:
    text = f"<!DOCTYPE html><html><head>{head}<title>动态</title></head><body>{body}</body></html>"
    return SitePage(text.encode(), HERE)


def listed(block: str) -> list[str]:
    return [entry.listed for entry in read_column(page(block)).entries]


@pytest.mark.parametrize(
    ("href", "is_page"), [("/?p=2040", True), ("/", False), ("", False), ("/col/", False)]
)
def test_an_article_may_lie_on_the_front_page_with_a_query(href, is_page):
    """Blogs of institutions name their articles so; the front page itself and the page of the list are none."""
    block = f'<ul><li><a href="{href}">关于某项工作的一篇文章</a><span>2026-10-13</span></li></ul>'
    assert is_page is bool(read_column(page(block)).entries)


A = '<a href="/a/1.html">关于某项工作的一篇文章</a>'


@pytest.mark.parametrize(
    ("block", "day"),
    [
        (f"<ul><li>{A}<span>2026-10-13</span></li></ul>", "2026-10-13"),
        (f"<div><p>{A}</p><b>13</b><i>2026-10</i></div>", "2026-10-13"),
        (f"<div><p>{A}</p><b>13</b><i>2026年10月</i></div>", "2026-10-13"),
        (f"<div><p>{A}</p><b>10-13</b><i>2026</i></div>", "2026-10-13"),
        (f"<div><p>{A}</p><b>13</b><i>10月</i><u>2026年</u></div>", "2026-10-13"),
        (f"<li>{A}<span>[10-13]</span></li>", "10-13"),
        (f"<li>{A}<span>发布日期：2026-10-13</span><span>截止日期：2026-11-30</span></li>", "2026-10-13"),
        (f'<li>{A}<time datetime="2026-10-13T08:00:00+08:00">一天前</time></li>', "2026-10-13"),
    ],
)
def test_days_of_lists_are_read_whole_or_in_parts(block, day):
    """Day and month in boxes of their own, a day without its year, one of two that words tell apart."""
    assert listed(block) == [day]


@pytest.mark.parametrize(
    "block",
    [
        f"<li>{A}<span>截止日期：2026-10-13</span></li>",
        f"<li>{A}<span>更新时间：2026-10-13</span></li>",
        f"<li>{A}<p>会议定于2026年10月13日在市民中心召开，请准时参加</p></li>",
        f"<li>{A}<p>成文日期 2026-10-13</p></li>",
        '<li><a href="/a/1.html">关于2026年10月13日停水的通知</a></li>',
        f'<ul><li>{A}</li><li><a href="/a/2.html">另外一篇完全不同的文章</a><span>2026-10-13</span></li></ul>',
    ],
)
def test_another_day_is_not_taken_for_that_of_publication(block):
    """Deadlines, changes, days in sentences and titles, days of another entry."""
    days = {entry.address: entry.listed for entry in read_column(page(block)).entries}
    assert days.get("http://a.example/a/1.html", "") == ""


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("<p>发布时间：2026-10-13 09:10　来源：本网</p>", "2026-10-13 09:10"),
        ("<p>2026年10月13日　来源：办公室</p>", "2026-10-13"),
        ("<p>成文日期：2026-09-01</p><p>发布日期：2026-10-13</p>", "2026-10-13"),
        (
            '<script type="application/ld+json">{"datePublished": "2026-10-13T01:00:00Z"}</script>',
            "2026-10-13",
        ),
        ("<p>会议于2026-10-10召开。</p>", ""),
        ("<p>更新时间：2026-10-13　来源：本网</p>", ""),
        ("<p>发布时间：2026-10-13</p><p>发布时间：2026-10-01</p>", ""),
    ],
)
def test_the_printed_day_is_that_of_publication(body, day):
    """Words beside it tell which one it is; two that differ tell nothing."""
    assert read_article(page(body)).printed == day


def test_a_time_that_the_template_gives_to_every_article_is_none():
    """The tag of three articles holds one and the same second: that of the page's making."""
    entries = read_column(
        page(
            "".join(f'<li><a href="/a/t20260{n}01_{n}.html">文章题目之第{n}篇</a></li>' for n in range(1, 5))
        )
    ).entries
    stamped = {e.address: ArticlePage("", "2026-10-14 03:00:01", "", ()) for e in entries}
    assert all(one.published is None for one in dated(entries, stamped, date(2026, 10, 14)))
    own = {e.address: ArticlePage("", f"2026-0{n}-01 03:00:01", "", ()) for n, e in enumerate(entries, 1)}
    assert all(one.published is not None for one in dated(entries, own, date(2026, 10, 14)))


@pytest.mark.parametrize(
    ("column_type", "name", "told"),
    [
        ("工作动态", "区县传真", "news"),
        ("", "通知公告", "notice"),
        ("公示公告", "要闻", "notice"),  # the tag goes before the name
        ("政策文件", "", "policy"),
        ("其他", "规范性文件", "policy"),
        ("", "领导信箱", None),
    ],
)
def test_columns_are_sorted_by_their_tag_then_their_name(column_type, name, told):
    """None where neither tells: a person declares the class."""
    assert class_of(column_type, name) == told


def test_menus_lead_to_columns_and_articles_do_not():
    """Short names of links of the site, and "more"; other sites, files and articles are left out."""
    links = column_links(
        page(
            '<a href="/xw/">新闻</a><a href="/xw/list.html">更多&gt;&gt;</a><a href="http://b.example/x/">外站</a>'
            '<a href="/xw/t20261013_1.html">短题目</a><a href="/f/1.pdf">附件</a><a href="javascript:;">登录</a>'
        )
    )
    assert links == (("http://a.example/xw/", "新闻"), ("http://a.example/xw/list.html", ""))


def test_a_list_says_that_it_is_empty():
    """A short text of its own says so; one within a sentence does not."""
    assert read_column(page("<ul><li>暂无内容</li></ul>")).says_empty
    assert not read_column(page(f"<p>{'据悉' * 20}，暂无人员受伤。</p>")).says_empty


def test_the_head_of_a_table_tells_which_of_two_days_is_meant():
    """成文日期 beside 发布日期; a table whose first row is an entry has no head."""
    head = "<tr><th>标题</th><th>成文日期</th><th>发布日期</th></tr>"
    row = f"<tr><td>{A}</td><td>2026-07-01</td><td>2026-10-13</td></tr>"
    assert listed(f"<table>{head}{row}</table>") == ["2026-10-13"]
    assert listed(f"<table>{row}{row.replace('1.html', '2.html')}</table>") == []
    assert listed(f"<table><tr><td>{A}</td><td>[10-13]</td></tr></table>") == ["10-13"]


@pytest.mark.parametrize(("listed", "counted"), [("10-13", 2), ("10-14", 1), ("12-31", 2)])
def test_an_entry_without_its_year_leaves_silence_open_only_if_it_may_be_newer(listed, counted):
    """Beside one of 13 October: that day at the latest settles it, a day later may be news."""
    first, second = (
        Entry("http://a.example/a/1.html", "甲", "2026-10-13"),
        Entry("http://a.example/2", "乙", listed),
    )
    entries = dated((first, second), {}, date(2026, 10, 14))
    assert [True, False] == [one.published is not None for one in entries]
    column = ColumnSeen(
        url=HERE,
        name="",
        column_type="",
        column_class=None,
        tagged=False,
        missing=(),
        entries=entries,
        says_empty=False,
    )
    assert counted == column.dated
