"""Every kind with a good answer of its server, for the suite that all of them pass."""

import json
from collections.abc import Callable
from typing import Any

import msgspec

from connectors.sources.kind import SourceKind
from connectors.sources.kinds import build

SECRET = "s3cr3t-of-the-app"  # noqa: S105 (of nobody)


class Case(msgspec.Struct, frozen=True):
    """A kind, the account that it looks at, and what its server says when all is well."""

    name: str
    build: Callable[[str], SourceKind]
    address: Callable[[str], str]
    path: str  # of the answer that troubles replace
    good: bytes
    keys: tuple[str, ...]  # of the items in it; {origin} stands for the server
    empty: bytes
    beside: dict[str, Any] = {}  # what else the server answers

    def says(self, answer: object) -> dict[str, Any]:
        return {**self.beside, self.path: answer}


RSS = (
    "<rss><channel><title>F</title>"
    "<item><guid>b</guid><title>二</title><pubDate>Fri, 20 Nov 2026 11:00:00 +0800</pubDate></item>"
    "<item><guid>a</guid><title>一</title><pubDate>Thu, 19 Nov 2026 11:00:00 +0800</pubDate></item>"
    "</channel></rss>"
).encode()
NO_RSS = b"<rss><channel><title>F</title></channel></rss>"

PUBLISHED = {
    "total_count": 1,
    "item_count": 1,
    "item": [
        {
            "article_id": "M1",
            "update_time": 1795143600,
            "content": {
                "news_item": [{"title": "头条", "url": "u1", "is_deleted": False}, {"title": "次条"}]
            },
        }
    ],
}
APP = {
    "resultCount": 1,
    "results": [
        {
            "trackId": 414478124,
            "version": "8.0.1",
            "currentVersionReleaseDate": "2026-11-19T03:00:00Z",
            "trackName": "江府通",
            "sellerName": "江府市大数据局",
        }
    ],
}
TAGS = '<meta name="{}" content="{}">'
HEAD = "".join(
    TAGS.format(*pair)
    for pair in (
        ("SiteName", "江府市人民政府"),
        ("SiteDomain", "www.jiangfu.gov.cn"),
        ("SiteIDCode", "3299000001"),
        ("ColumnName", "政务要闻"),
        ("ColumnType", "工作动态"),
    )
)
LIST = (
    f"<!DOCTYPE html><html><head><title>政务要闻</title>{HEAD}</head><body>"
    '<ul class="nav"><li><a href="/gk/">政府信息公开</a></li></ul>'
    '<ul class="list"><li><a href="/art/2026/11/20/art_1_2.html">第二篇文章</a><span>2026-11-20</span></li>'
    '<li><a href="/art/2026/11/19/art_1_1.html">第一篇文章</a><span>2026-11-19</span></li></ul></body></html>'
).encode()
NO_LIST = f"<!DOCTYPE html><html><head><title>政务要闻</title>{HEAD}</head><body></body></html>".encode()


def article(title: str, published: str) -> bytes:
    tags = "".join(
        TAGS.format(*pair)
        for pair in (("ArticleTitle", title), ("PubDate", published), ("ContentSource", "市政府办"))
    )
    return f"<html><head>{HEAD}{tags}</head><body><p>正文</p></body></html>".encode()


def _reader(name: str, path: str, **beside: object) -> Case:
    secrets = {"authorization": SECRET} if beside else {}
    return Case(
        name,
        lambda origin: build(name, {"address": origin}, secrets),
        lambda _: "MP_WXS_1",
        path,
        RSS,
        ("b", "a"),
        NO_RSS,
        beside,
    )


SYNCED = json.dumps({"code": 0, "data": {"sync_time": 1795147200}}).encode()
NONE_DELETED = json.dumps({"code": 0, "data": {"list": []}}).encode()
API = {"/api/v1/wx/mps/MP_WXS_1": SYNCED, "/api/v1/wx/articles": NONE_DELETED}
TOKEN = json.dumps({"access_token": "T1", "expires_in": 7200}).encode()

CASES = (
    Case("feed", lambda _: build("feed"), lambda origin: f"{origin}/f", "/f", RSS, ("b", "a"), NO_RSS),
    _reader("rsshub", "/MP_WXS_1"),
    _reader("wechat2rss", "/feed/MP_WXS_1.xml"),
    _reader("we-mp-rss", "/feed/MP_WXS_1.rss", **API),
    _reader("werss", "/rss/MP_WXS_1", **API),
    Case(
        "wechat-own",
        lambda origin: build("wechat-own", {"address": origin}, {"app_secrets": f"wx1,{SECRET}"}),
        lambda _: "wx1",
        "/cgi-bin/freepublish/batchget",
        json.dumps(PUBLISHED).encode(),
        ("M1_1", "M1_2"),
        b'{"total_count":0,"item_count":0,"item":[]}',
        {"/cgi-bin/stable_token": TOKEN},
    ),
    Case(
        "app-store",
        lambda origin: build("app-store", {"address": origin}),
        lambda _: "id414478124",
        "/lookup",
        json.dumps(APP).encode(),
        ("414478124:8.0.1",),
        b'{"resultCount":0,"results":[]}',
    ),
    Case(
        "site",
        lambda _: build("site"),
        lambda origin: f"{origin}/col/",
        "/col/",
        LIST,
        ("{origin}/art/2026/11/20/art_1_2.html", "{origin}/art/2026/11/19/art_1_1.html"),
        NO_LIST,
        {
            "/art/2026/11/20/art_1_2.html": article("第二篇文章", "2026-11-20 09:15"),
            "/art/2026/11/19/art_1_1.html": article("第一篇文章", "2026-11-19 17:40"),
        },
    ),
)
"""Each kind of the registry once; a test says so."""
