"""Government pages: mandatory tags first, days of the list second, rules last (国办发〔2017〕47号)."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from connectors.sources.kind import Answer, KindError, Memory, Page, Sign, Watched
from connectors.sources.kinds import build
from tests.connectors.sources.cases import HEAD, article
from tests.connectors.sources.site import PlainWeb, Site, at

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def page(body: str, head: str = HEAD, encoding: str = "utf-8") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}<title>要闻</title></head><body>{body}</body></html>".encode(
        encoding
    )


def rows(*entries: tuple[str, str, str], css: str = "list") -> str:
    items = "".join(
        f'<li><a href="{href}">{title}</a><span>{day}</span></li>' for href, title, day in entries
    )
    return f'<ul class="{css}">{items}</ul>'


def look(
    says: dict[str, Any], known: Watched | None = None, *, times: int = 1, **options: object
) -> tuple[Answer, Site]:
    async def act(site: Site, web: PlainWeb) -> tuple[Answer, Site]:
        kind = build("site", options)
        watched = msgspec.structs.replace(known or Watched("a", ""), address=f"{site.origin}/col/")
        for _ in range(times):
            answer = await kind.look(watched, Memory(), web, NOW)
        return answer, site

    found: tuple[Answer, Site] = at(says, act)
    return found


def shown(answer: Answer) -> list[tuple[str, str]]:
    assert answer.feed is not None, answer.failure
    return [(i.native_key.partition("/a/")[2], f"{i.published_at:%m-%d %H:%M}") for i in answer.feed.shown]


TWO = rows(("/a/2.html", "第二篇文章", "2026-11-20"), ("/a/1.html", "第一篇文章", "2026-11-19"))


def test_the_tag_of_an_article_says_its_time():
    """PubDate has the minute where the list has a day; articles are opened once."""
    says = {
        "/col/": page(TWO),
        "/a/2.html": article("二", "2026-11-20 09:15"),
        "/a/1.html": article("一", "2026-11-19"),
    }
    answer, site = look(says, times=2)
    assert shown(answer) == [("2.html", "11-20 01:15"), ("1.html", "11-19 15:59")]
    assert site.asked.count("/a/2.html") == 1
    assert answer.requests == 1


def test_days_of_the_list_do_where_articles_are_not_opened():
    """A tag that is missing, an article that does not open, a setting: the list names a day all the same."""
    bare = {"/col/": page(TWO), "/a/2.html": b"<html><body>x</body></html>", "/a/1.html": (503, {}, b"")}
    answer, _ = look(bare)
    assert shown(answer) == [("2.html", "11-20 15:59"), ("1.html", "11-19 15:59")]
    assert Sign("missing_tag", "ArticleTitle, ContentSource, PubDate") in answer.signs
    answer, site = look({"/col/": page(TWO)}, articles=0)
    assert (len(shown(answer)), site.asked) == (2, ["/col/"])


def test_a_list_without_days_is_read_by_tags_as_far_as_they_were_opened():
    """Links of content systems are known by their form; what lies behind the opened ones is not shown."""
    hrefs = [f"/a/t2026112{n}_10{n}.html" for n in range(3)]
    body = rows(*((href, f"文章标题之{n}", "") for n, href in enumerate(hrefs)))
    says = {"/col/": page(body)} | {
        href: article(f"文章{n}", f"2026-11-1{9 - n} 10:00") for n, href in enumerate(hrefs)
    }
    answer, _ = look(says, articles=2)
    assert [day for _, day in shown(answer)] == ["11-19 02:00", "11-18 02:00"]
    assert answer.feed is not None
    assert answer.feed.proves


def test_an_entry_without_a_time_between_others_proves_nothing():
    """It may be the newest post."""
    body = rows(
        ("/a/t20261120_3.html", "没有日期的文章", ""),
        ("/a/2.html", "第二篇文章", "2026-11-20"),
        ("/a/1.html", "第一篇文章", "2026-11-19"),
    )
    answer, _ = look({"/col/": page(body)})
    assert answer.feed is not None
    assert not answer.feed.proves
    assert answer.memory == Memory()


def test_another_list_beside_is_not_mixed_in():
    """Old news in a box at the side would make the list seem to go back further than it does."""
    side = rows(("/a/9.html", "往年的老文章啊", "2025-01-02"), css="hot")
    parts = TWO + rows(("/a/0.html", "更早的一篇文章", "2026-11-18"))
    answer, _ = look({"/col/": page(side + parts)})
    assert [key for key, _ in shown(answer)] == ["2.html", "1.html", "0.html"]


SHAPES = {
    "table": '<table><tr><td><a href="/a/1.html">第一篇文章</a></td><td>2026-11-19</td></tr></table>',
    "cards": '<div class="i"><h4><a href="/a/1.html">第一篇文章</a></h4><p>2026.11.19 08:30</p></div>',
    "day_first": '<ul><li><span>[2026-11-19]</span><a title="第一篇文章" href="/a/1.html">第一…</a></li></ul>',
    "link_around": '<ul><li><a href="/a/1.html"><b>第一篇文章</b><i>[2026-11-19]</i></a></li></ul>',
    "picture_too": '<ul><li><a href="/a/1.html"><img></a><a href="/a/1.html">第一篇文章</a>2026年11月19日</li></ul>',
    "as_data": '<script type="text/xml"><datastore><record><![CDATA[<li><a href="/a/1.html">第一篇文章</a>'
    "<b>2026-11-19</b></li>]]></record></datastore></script>",
    "of_a_content_system": '<div><a href="/a/2026/art_9_1.html">第一篇文章</a></div>'.replace("/a/", "/art/"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_lists_as_content_systems_write_them(shape):
    """A day beside the link, above it, within it; tables, cards, data for a script; or an address of that form."""
    says = {"/col/": page(SHAPES[shape]), "/art/2026/art_9_1.html": article("一", "2026-11-19 10:00")}
    answer, _ = look(says)
    assert answer.feed is not None, answer.failure
    (item,) = answer.feed.items
    assert f"{item.published_at:%m-%d}" == "11-19"


def test_a_day_in_a_title_is_not_that_of_its_article():
    """关于2026年12月1日停水的公告 was published before."""
    body = rows(
        ("/a/2.html", "关于2026年12月1日停水的公告", "2026-11-20"), ("/a/1.html", "2026年12月1日停电", "")
    )
    answer, _ = look({"/col/": page(body)}, articles=0)
    assert shown(answer) == [("2.html", "11-20 15:59")]


def test_rules_say_where_a_list_stands():
    """XPath in the settings, where neither tags nor days tell entries apart; a wrong rule is refused at once."""
    body = (
        '<div id="x"><div class="r"><b>11月20日·2026-11-20</b><i><a href="/a/5.html">短</a></i></div></div>'
    )
    answer, _ = look({"/col/": page(body)}, entries="//div[@id='x']/div", day="./b/text()")
    assert shown(answer) == [("5.html", "11-20 15:59")]
    for rule in ("//div[", "nope(1)"):
        with pytest.raises(KindError, match="XPath"):
            build("site", {"entries": rule})


def test_pages_in_gb18030():
    """Half of the older sites are no UTF-8, whatever they declare."""
    body = rows(("1.html", "第一篇文章", "2026年11月19日"))
    answer, site = look(
        {"/col/": page(body, encoding="gb18030"), "/col/1.html": article("一", "2026-11-19 08:00")}
    )
    assert answer.feed is not None
    assert [item.native_key for item in answer.feed.items] == [f"{site.origin}/col/1.html"]


def test_entries_that_lead_elsewhere_or_are_opened_by_a_script_count():
    """A column lists what stands on another host, too; by the day beside it, for only its own articles are opened."""
    body = rows(
        ("https://mp.weixin.qq.com/s/abc", "公众号上的文章", "2026-11-20"),
        ("javascript:open(5)", "由脚本打开的文章", "2026-11-19"),
        ("/a/1.html", "第一篇文章", "2026-11-18"),
    )
    answer, site = look({"/col/": page(body), "/a/1.html": article("一", "2026-11-18 09:00")})
    assert answer.feed is not None
    assert answer.feed.proves
    first, second, third = (item.native_key for item in answer.feed.shown)
    assert (first, third) == ("https://mp.weixin.qq.com/s/abc", f"{site.origin}/a/1.html")
    assert second.startswith("sha256:")
    assert site.asked == ["/col/", "/a/1.html"]


def test_what_the_page_says_of_its_site_is_a_sign_where_it_differs():
    """A site whose name or 网站标识码 changed may be somebody else's by now; missing tags are named."""
    known = Watched("a", "", name="江府市人民政府", site_code="3299000001")
    says = {"/col/": page(TWO)}
    assert look(says, known, articles=0)[0].signs == ()
    other = Watched("a", "", name="江府市卫生健康委", site_code="3299000002")
    assert look(says, other, articles=0)[0].signs == (
        Sign("title", "江府市人民政府"),
        Sign("site_code", "3299000001"),
    )
    bare = look({"/col/": page(TWO, head='<meta name="sitename" content="x">')}, articles=0)[0]
    assert bare.signs == (Sign("missing_tag", "SiteDomain, SiteIDCode, ColumnName, ColumnType"),)


def test_a_page_that_takes_longer_than_15_seconds_is_not_open():
    """国办秘函〔2019〕19号: 站点无法访问 counts what is not there after 15 seconds."""

    class Slow:
        async def get(self, url: str, **_: object) -> Page:
            return Page(200, url, {}, page(TWO), took_s=15.2)

    async def act(_: Site, __: PlainWeb) -> Answer:
        return await build("site").look(Watched("a", "http://x.gov.cn/"), Memory(), Slow(), NOW)  # type: ignore[arg-type]

    answer = at({}, act)
    assert answer.failure is not None
    assert answer.failure.reason == "too_slow"


def test_hostile_pages_end():
    """Deep nesting, thousands of links, a body that declares entities: a failure or a feed, and soon."""
    deep = page("<div>" * 20_000 + "<a href='/a/1.html'>第一篇文章</a>2026-11-19")
    wide = page("".join(f'<li><a href="/a/{n}.html">文章标题{n}</a>2026-11-19</li>' for n in range(6_000)))
    entity = b'<!DOCTYPE html [<!ENTITY a "b">]><html><body>&a;</body></html>'
    for body in (deep, wide, entity, b"<" * 10_000, page("x") * 3):
        answer, _ = look({"/col/": body}, articles=0)
        assert answer.failure is not None or answer.feed is not None
