"""Feeds and pages that ask to log in, and feeds whose encoding hides their items: never a feed without posts."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds import notices
from connectors.feeds.feed import Feed, FeedUnreadable
from connectors.feeds.notices import is_notice, leads_to_login
from connectors.feeds.parser import read_feed

LOOKED_AT = datetime(2021, 6, 17, 8, tzinfo=UTC)
POST = (
    "<item><title>停水通知</title><link>https://mp.example.cn/s/1</link><pubDate>2021-06-16</pubDate></item>"
)


def rss(*items: str, about: str = "某市发布") -> bytes:
    return f"<rss><channel><title>{about}</title>{''.join(items)}</channel></rss>".encode()


def item(title: str, link: str) -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>2021-06-17T07:00:00Z</pubDate></item>"


def read(raw: bytes) -> Feed:
    return read_feed(raw, looked_at=LOOKED_AT)


def refused(raw: bytes) -> str:
    with pytest.raises(FeedUnreadable) as error:
        read(raw)
    return error.value.reason_code


NOTICES = [
    "授权已过期，请重新扫码",
    "微信读书账号失效",
    "Cookie 已失效，请及时更新",
    "当前环境异常，完成验证后即可继续访问",
    "访问过于频繁，请稍后再试",
    "请先登录",
    "Please log in to continue",
    "Verify you are human",
    "Just a moment...",
    "Session expired",
]


@pytest.mark.parametrize("title", NOTICES)
def test_a_feed_of_nothing_but_a_notice_is_unreadable(title):
    """Whatever it links to: the one item of the feed is nobody's post."""
    assert refused(rss(item(title, "https://rss.example.cn/help"))) == "notice"
    document = {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": title}]}
    assert refused(json.dumps(document).encode()) == "notice"


@pytest.mark.parametrize("about", ["Feed not found", "登录已失效，请重新登录", "Access denied"])
def test_an_empty_feed_that_says_why_is_unreadable(about):
    """Its title asks to log in; an empty feed that does not say so is a feed."""
    assert refused(rss(about=about)) == "notice"
    assert read(rss()).entries == 0


@pytest.mark.parametrize(
    "link",
    [
        "https://rss.example.cn/login?next=/feed",
        "https://passport.example.com/",
        "https://mp.example.cn/mp/wappoc_appmsgcaptcha?poc_token=1",
        "https://x.example/auth/qrcode",
    ],
)
def test_a_notice_among_posts_is_bad_and_the_feed_not_whole(link):
    """It is no post; the posts beside it are read, and nothing is proven while the source is logged out."""
    feed = read(rss(POST, item("登录已失效，请重新扫码", link)))
    assert [found.native_key for found in feed.items] == ["https://mp.example.cn/s/1"]
    assert [(bad.reason, bad.detail) for bad in feed.bad] == [("notice", link)]
    assert feed.damaged
    assert not feed.proves
    assert refused(rss(*[item(f"请重新登录{n}", link) for n in range(20)])) == "notice"


def test_posts_may_speak_of_logging_in():
    """An office explains how to log in: a post among others, and one that links to no login."""
    posts = rss(POST, item("医保账号登录失效怎么办？", "https://mp.example.cn/s/2"))
    assert len(read(posts).items) == 2
    assert read(rss(item("统一身份认证平台上线", "https://mp.example.cn/login/help"))).proves


@pytest.mark.parametrize(
    "title",
    ["关于开展身份登记的通知", "我市医保授权支付上线", "防汛演练", "账号注销公示", "验证码诈骗，请警惕"],
)
def test_words_of_posts_are_no_notice(title):
    """What offices write about is not taken for a page that asks them."""
    assert not is_notice(title)


def test_links_of_posts_lead_to_no_login():
    """Names of pages that only contain the words."""
    for link in (
        "https://mp.example.cn/s/loginabc",
        "https://www.example.gov.cn/blogin/1",
        "https://x.cn/verifyed",
    ):
        assert not leads_to_login(link)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "登陆超时",
            "token 掉线",
            "会话过期",
            "凭证失效",
            "需要登录",
            "请扫码",
            "请先授权",
            "环境异常",
            "完成滑块验证",
        ),
        *(
            "操作频繁",
            "verify that you’re human",
            "are you a robot",
            "captcha",
            "just a moment",
            "attention required",
        ),
        *(
            "ACCESS DENIED",
            "unu\u017fual traffic",
            "security check",
            "log in required",
            "sign-in again",
            "please sign in",
        ),
        *(
            "session invalid",
            "cookie expired",
            "unauthorised",
            "authentication required",
            "account was not found",
        ),
    ],
)
def test_each_way_to_ask_is_a_notice(text):
    """One of each kind of words, whatever their letters."""
    assert is_notice(text)


@given(st.from_regex(notices._WORDS), st.from_regex(notices._LINK))
def test_no_notice_is_passed_over_at_a_glance(text, link):
    """Whatever the words and links of notices are, in any letters: what is looked for first stands in each."""
    assert bool(notices._WORDS.search(text[:300])) == is_notice(text)
    assert bool(notices._LINK.search(link[:300])) == leads_to_login(link)


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>Just a moment...</title></head><body/></html>",
        "<!DOCTYPE html><html><head><title>x</title></head><body><h1>请重新登录</h1></body></html>",
        "<HTML><title>环境异常</title><p>去验证<br></HTML>",
    ],
)
def test_a_page_that_asks_to_verify_is_named_as_one(page):
    """Who reads the dead letter knows that somebody has to log in, and not that the address is wrong."""
    assert refused(page.encode()) == "notice"


def test_a_page_that_quotes_a_feed_is_a_page():
    """The start of a page is no junk that may be cut from before a feed."""
    page = b"<html><head><title>Offline</title></head><body><pre><rss><channel></channel></rss></pre></body></html>"
    assert refused(page) == "html"
    assert len(read(b"<br />Warning: x in y.php<br />" + rss(POST)).items) == 1


HIDING = {
    "escaped": rss(POST.replace("<", "&lt;")),
    "escaped twice": rss(POST.replace("<", "&amp;lt;")),
    "references": rss(POST.replace("<", "&#60;")),
    "CDATA": rss(f"<![CDATA[{POST}]]>"),
    "comment": rss(f"<!--{POST}-->"),
    "utf-7 undeclared": rss(POST.replace("<", "+ADw-").replace(">", "+AD4-")),
    "items elsewhere in JSON": b'{"version": "https://jsonfeed.org/version/1", "items": [],'
    b' "entries": [{"id": 1, "date_published": "2021-06-16"}]}',
    "items twice in JSON": b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1,'
    b' "date_published": "2021-06-16"}], "items": []}',
}


@pytest.mark.parametrize("raw", HIDING.values(), ids=HIDING.keys())
def test_items_that_cannot_be_seen_make_no_empty_feed(raw):
    """Some stand in the text, none can be read: nobody may take that for silence."""
    assert refused(raw) == "hidden"


@pytest.mark.parametrize(
    ("declared", "encoding"), [("utf-7", "utf-7"), ("hz-gb-2312", "hz"), ("ISO-2022-JP", "iso2022_jp")]
)
def test_encodings_of_seven_bits_are_refused(declared, encoding):
    """In them tags are letters and letters tags; declared and written in plain ASCII it does no harm."""
    head = f'<?xml version="1.0" encoding="{declared}"?>'.encode()
    assert refused(head + rss(POST, about="某市").decode().encode(encoding)) == "encoding"
    assert len(read(head + rss(POST.replace("停水通知", "A"), about="B")).items) == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16", "utf-32"])
@pytest.mark.parametrize("before", ["", "\n", " \r\n"])
def test_wide_encodings_are_read_with_and_without_their_mark(encoding, before):
    """Known by their zeros, also behind blank lines; titles come out whole."""
    feed = read((before + rss(POST).decode()).encode(encoding))
    assert feed.items == read(rss(POST)).items


@pytest.mark.parametrize(
    "raw",
    [
        rss(POST).upper().replace("停水通知".encode(), b"A"),
        rss(POST.replace("item>", "r:item>")),
        rss(POST.replace("item>", "entry>")),
        b'<feed xmlns="http://www.w3.org/2005/Atom">' + POST.encode() + b"</feed>",
        b'<r:RSS xmlns:r="http://r.example/">' + POST.replace("item>", "r:Item>").encode() + b"</r:RSS>",
    ],
)
def test_items_in_capitals_or_under_another_name_are_items(raw):
    """Capitals, a prefix that nobody declared, the other format's word: none hides a post."""
    feed = read(raw)
    assert feed.entries == 1
    assert len(feed.items) == 1
