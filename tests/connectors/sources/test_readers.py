"""Readers that make feeds of accounts: what their stored feeds hide, and how a log-in is probed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sources.kind import Answer, Memory, Probe, Watched
from connectors.sources.kinds import build
from tests.connectors.sources.cases import NONE_DELETED, RSS, SECRET
from tests.connectors.sources.site import PlainWeb, Site, at

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MP = "MP_WXS_1"
SEARCH = "/api/v1/wx/mps/search/人民日报"


def answer(data: object, code: int = 0) -> bytes:
    return json.dumps({"code": code, "message": "", "data": data}).encode()


def look(name: str, says: dict[str, Any], secrets: dict[str, str], address: str = MP) -> tuple[Answer, Site]:
    async def act(site: Site, web: PlainWeb) -> tuple[Answer, Site]:
        kind = build(name, {"address": site.origin}, secrets)
        return await kind.look(Watched("a", address), Memory(), web, NOW), site

    return at(says, act)


def probe(
    says: dict[str, Any], name: str = "we-mp-rss", secrets: dict[str, str] | None = None
) -> Probe | None:
    async def act(site: Site, web: PlainWeb) -> Probe | None:
        given = {"authorization": SECRET} if secrets is None else secrets
        return await build(name, {"address": site.origin}, given).probe(web, NOW)

    found: Probe | None = at(says, act)
    return found


def we_mp_rss(sync_time: int, deleted: bytes = NONE_DELETED) -> dict[str, Any]:
    return {
        f"/feed/{MP}.rss": RSS,
        f"/api/v1/wx/mps/{MP}": answer({"id": MP, "sync_time": sync_time, "status": 1}),
        "/api/v1/wx/articles": deleted,
    }


def test_a_feed_is_as_of_when_its_reader_last_asked():
    """The reader serves what it has stored, with a good status, for days after its log-in died."""
    days_ago = datetime(2026, 11, 17, 6, tzinfo=UTC)
    found, site = look("we-mp-rss", we_mp_rss(int(days_ago.timestamp())), {"authorization": SECRET})
    assert found.feed is not None
    assert found.as_of == days_ago
    assert [h.get("authorization") for h in site.headers] == [None, SECRET, SECRET]
    ahead, _ = look("we-mp-rss", we_mp_rss(int(NOW.timestamp()) + 999), {"authorization": SECRET})
    assert ahead.as_of == NOW


def test_a_reader_that_never_asked_shows_nothing():
    """An account that was added and never fetched is no account without posts."""
    found, _ = look("we-mp-rss", we_mp_rss(0), {"authorization": SECRET})
    assert found.failure is not None
    assert found.failure.reason == "no_feed"


def test_without_its_interface_a_reader_is_a_feed():
    """Nobody has to hand out a token: then canaries are what tells that a reader stands still."""
    found, site = look("werss", {f"/rss/{MP}": RSS}, {})
    assert found.feed is not None
    assert found.as_of is None
    assert site.asked == [f"/rss/{MP}?limit=20"]


def test_an_account_that_the_reader_does_not_know_is_gone():
    """Its interface says so with a code inside a good answer."""
    says = we_mp_rss(1) | {f"/api/v1/wx/mps/{MP}": (201, {}, b'{"detail":{"code":40401,"message":"x"}}')}
    found, _ = look("we-mp-rss", says, {"authorization": SECRET})
    assert found.failure is not None
    assert found.failure.reason == "gone"


def test_status_1000_is_a_deletion_within_what_is_still_shown():
    """A reader that cleans up marks all up to some day in the same way; what it still shows is younger than that."""
    articles = [
        {
            "url": "u-new",
            "status": 1000,
            "publish_time": int(datetime(2026, 11, 20, 2, tzinfo=UTC).timestamp()),
        },
        {
            "url": "u-ms",
            "status": 1000,
            "publish_time": int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000),
        },
        {
            "url": "u-cleaned",
            "status": 1000,
            "publish_time": int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()),
        },
        {"url": "b", "status": 1000, "publish_time": int(datetime(2026, 11, 20, 3, tzinfo=UTC).timestamp())},
        {"url": "u-kept", "status": 1, "publish_time": int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())},
    ]
    says = we_mp_rss(1795147200, answer({"list": articles}))
    found, _ = look("we-mp-rss", says, {"authorization": SECRET})
    assert found.deleted == ("u-new", "u-ms")


def test_articles_of_one_message_are_items_of_one_time():
    """Their links differ by the place in the message alone; each is known by its own."""
    link = "https://mp.weixin.qq.com/s?__biz=B&amp;mid=2247&amp;idx={n}&amp;sn=x"
    item = f"<item><guid>{link}</guid><title>t</title><pubDate>Fri, 20 Nov 2026 11:00:00</pubDate></item>"
    feed = f"<rss><channel>{''.join(item.format(n=n) for n in (1, 2, 3))}</channel></rss>".encode()
    found, _ = look("we-mp-rss", {f"/feed/{MP}.rss": feed}, {})
    assert found.feed is not None
    assert len({i.native_key for i in found.feed.items}) == 3
    assert {i.published_at for i in found.feed.items} == {datetime(2026, 11, 20, 3, tzinfo=UTC)}


def test_a_route_of_rsshub_is_asked_with_its_key():
    """An account is known by its route, and the key stands in no failure."""
    found, site = look("rsshub", {}, {"key": SECRET}, "/gov/jiangfu/news?limit=20")
    assert site.asked == [f"/gov/jiangfu/news?limit=20&key={SECRET}"]
    assert found.failure is not None
    assert SECRET not in found.failure.detail


def test_an_id_is_quoted_once():
    """A template of the settings has quoted it before."""
    for address in ("MjM5MDM2NzgyNA==", "MjM5MDM2NzgyNA%3D%3D"):
        _, site = look("wechat2rss", {}, {}, address)
        assert site.asked == ["/feed/MjM5MDM2NzgyNA==.xml"]  # as clients write %3D


def test_a_whole_url_stands_for_an_account():
    """Who renamed the paths of a reader gives the address of each feed."""

    async def act(site: Site, web: PlainWeb) -> Answer:
        kind = build("wechat2rss", {"address": "http://elsewhere.invalid"})
        return await kind.look(Watched("a", f"{site.origin}/x.xml"), Memory(), web, NOW)

    assert at({"/x.xml": RSS}, act).feed is not None


def test_a_log_in_that_is_stored_as_valid_and_is_dead_does_not_work():
    """we-mp-rss 437: the stored date of expiry lies ahead, and the platform says Invalid Session."""
    stored = answer({"wx": {"login": True, "expiry_time": "2026-12-24 10:00:00"}})
    refused = (201, {}, '{"detail":{"code":50001,"message":"搜索公众号失败,请重新扫码授权！"}}'.encode())
    found = probe({"/api/v1/wx/sys/info": stored, SEARCH: refused})
    assert found is not None
    assert not found.works
    invalid = (200, {}, b'{"code":40101,"message":"Invalid Session"}')
    found = probe({SEARCH: invalid})
    assert found is not None
    assert not found.works


def test_a_log_in_that_is_said_to_have_expired_and_works_does_work():
    """we-mp-rss 373: the reader shows it as expired, and the platform answers."""
    stored = answer({"wx": {"login": False, "expiry_time": "2026-11-01 10:00:00"}})
    found = probe({"/api/v1/wx/sys/info": stored, SEARCH: answer({"list": [{"nickname": "人民日报"}]})})
    assert found is not None
    assert found.works


@pytest.mark.parametrize(
    "said",
    [answer({"list": []}), answer({"list": None}), (502, {}, b""), b'{"code":0,"base_resp":{"ret":200013}}'],
    ids=["nothing_found", "null", "reader_down", "too_often"],
)
def test_what_says_neither_is_no_news_of_the_log_in(said):
    """Requests that are used up, and a reader that is down, are another matter than a dead log-in."""
    assert probe({SEARCH: said}) is None


def test_who_cannot_be_asked_is_not_probed():
    """Without a token, and of readers whose interface knows a stored state alone, canaries have to tell."""
    assert probe({}, secrets={}) is None
    assert probe({}, "wechat2rss", {}) is None
    assert probe({}, "rsshub", {}) is None
