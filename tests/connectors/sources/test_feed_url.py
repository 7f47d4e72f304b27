from datetime import UTC, datetime
from typing import Any

from connectors.sources.feed_url import FeedByUrl
from connectors.sources.kind import Answer, Memory, Sign, Watched
from tests.connectors.sources.site import PlainWeb, Site, at

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
ITEM = (
    "<item><guid>{key}</guid><title>T</title><pubDate>Fri, 20 Nov 2026 1{hour}:00:00 +0800</pubDate></item>"
)


def rss(*keys: str) -> bytes:
    items = "".join(ITEM.format(key=key, hour=n) for n, key in enumerate(keys))
    return f"<rss><channel><title>F</title>{items}</channel></rss>".encode()


def looks(*answers: Any) -> list[Answer]:
    """Look once at each answer of one address, with the memory of the look before."""

    async def act(site: Site, web: PlainWeb) -> list[Answer]:
        memory, found = Memory(), []
        for answer in answers:
            site.says["/f"] = answer
            found.append(await FeedByUrl().look(Watched("a", site.origin + "/f"), memory, web, NOW))
            memory = found[-1].memory
        return found

    return at({}, act)


def test_a_304_and_the_same_bytes_are_unchanged():
    """Half of the servers know no 304, so bytes are compared, too."""
    tagged = (200, {"ETag": '"1"'}, rss("a"))
    first, second, third = looks(tagged, tagged, (200, {}, rss("a")))
    assert first.feed is not None
    assert [item.native_key for item in first.feed.items] == ["a"]
    assert second.unchanged
    assert third.unchanged
    assert third.memory.full_at == NOW


def test_a_feed_that_may_hide_something_is_asked_for_whole_again():
    """No 304 vouches for an answer that was cut short, nor for an empty list."""
    cut = (200, {"ETag": '"1"'}, rss("a")[:-30])
    first, second = looks(cut, cut)
    assert first.feed is not None
    assert first.feed.damaged
    assert (first.memory, second.unchanged) == (Memory(), False)
    empty = (200, {"ETag": '"2"'}, rss())
    assert [a.unchanged for a in looks(empty, empty)] == [False, False]


def test_a_failure_keeps_what_is_remembered():
    """After an outage the next request is conditional again."""
    tagged = (200, {"ETag": '"1"'}, rss("a"))
    first, second, third = looks(tagged, (503, {}, b""), tagged)
    assert second.failure is not None
    assert second.memory == first.memory
    assert third.unchanged


def test_a_title_without_the_name_of_the_account_is_a_sign():
    """Makers of feeds put words around a name; another name means another account, which a person confirms."""
    titles = {
        "江府发布": (),
        "江府发布 - 微信公众号": (),
        "江府": (),
        "": (),
        "欢乐斗牌": (Sign("title", "欢乐斗牌"),),
    }

    async def act(site: Site, web: PlainWeb) -> None:
        for title, signs in titles.items():
            site.says["/f"] = rss("a").replace(b"<title>F<", f"<title>{title}<".encode(), 1)
            watched = Watched("a", site.origin + "/f", name="江府发布")
            assert (await FeedByUrl().look(watched, Memory(), web, NOW)).signs == signs

    at({}, act)
