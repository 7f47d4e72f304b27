"""The interface of WeChat for an account of one's own: tokens, codes inside good answers, deleted articles, pages."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sources.kind import Answer, KindError, Memory, Probe, Watched
from connectors.sources.kinds import build, kind_named
from tests.connectors.sources.cases import PUBLISHED, SECRET
from tests.connectors.sources.site import PlainWeb, Site, at

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TOKEN, LIST = "/cgi-bin/stable_token", "/cgi-bin/freepublish/batchget"


def run(says: dict[str, Any], *times: datetime, pages: int = 1) -> tuple[list[Answer], Site]:
    """Look at each time with one instance."""

    async def act(site: Site, web: PlainWeb) -> tuple[list[Answer], Site]:
        kind = build("wechat-own", {"address": site.origin, "pages": pages}, {"app_secrets": f"wx1,{SECRET}"})
        return [await kind.look(Watched("a", "wx1"), Memory(), web, time) for time in times], site

    found: tuple[list[Answer], Site] = at(says, act)
    return found


class Tokens:
    """Gives tokens T1, T2, … and takes the newest one alone."""

    def __init__(self, lasts_s: int = 7200) -> None:
        self.given = 0
        self.valid = ""
        self.lasts_s = lasts_s

    def token(self, _: object) -> bytes:
        self.given += 1
        self.valid = f"T{self.given}"
        return json.dumps({"access_token": self.valid, "expires_in": self.lasts_s}).encode()

    def messages(self, request: Any) -> bytes:
        if request.query["access_token"] != self.valid:
            return b'{"errcode":42001,"errmsg":"access_token expired"}'
        return json.dumps(PUBLISHED).encode()


def test_it_can_never_prove_silence():
    """What is sent to all followers does not stand in its list."""
    assert not kind_named("wechat-own").can_prove_silence


def test_a_token_is_fetched_once_and_again_near_its_end():
    """A look costs one request while the token lasts; `requests` counts those for tokens, too."""
    tokens = Tokens()
    says = {TOKEN: tokens.token, LIST: tokens.messages}
    found, site = run(says, NOW, NOW + timedelta(minutes=114), NOW + timedelta(minutes=116))
    assert [answer.requests for answer in found] == [2, 1, 2]
    assert tokens.given == 2
    first = json.loads(site.bodies[0])
    assert (first["appid"], first["secret"], first["force_refresh"]) == ("wx1", SECRET, False)


def test_a_token_that_is_refused_is_fetched_anew_once():
    """Somebody else's refresh voids it before its end; the second one is asked for by force."""
    tokens = Tokens()

    def messages(request: Any) -> bytes:
        if tokens.given == 1:
            tokens.valid = "of somebody else"
        return tokens.messages(request)

    found, site = run({TOKEN: tokens.token, LIST: messages}, NOW)
    assert found[0].feed is not None
    assert found[0].requests == 4
    assert json.loads(site.bodies[2])["force_refresh"] is True


def test_a_token_that_is_refused_again_is_a_dead_log_in():
    """There is no third try: each costs the app some of its tokens of the day."""
    refused = b'{"errcode":40001,"errmsg":"invalid credential"}'
    found, site = run({TOKEN: Tokens().token, LIST: refused}, NOW)
    assert found[0].failure is not None
    assert (found[0].failure.reason, found[0].failure.of_lane) == ("log_in", True)
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    ("code", "reason"),
    [(40164, "log_in"), (40125, "log_in"), (48001, "log_in"), (45009, "quota"), (-1, "answered")],
)
def test_a_code_instead_of_a_token_is_told_by_its_kind(code, reason):
    """An address that is not on the list, a wrong secret, no right to the interface, requests used up."""
    found, _ = run({TOKEN: json.dumps({"errcode": code, "errmsg": f"rid: {SECRET}"}).encode()}, NOW)
    assert found[0].failure is not None
    assert found[0].failure.reason == reason
    assert SECRET not in found[0].failure.detail
    assert found[0].failure.raw == b""


def test_deleted_articles_are_named_and_are_no_posts():
    """The list keeps them with `is_deleted`; their neighbours in the message stay."""
    items = [{"title": "一"}, {"title": "二", "is_deleted": True}]
    message = {"article_id": "M", "update_time": 1795143600, "content": {"news_item": items}}
    published = json.dumps({"total_count": 1, "item_count": 1, "item": [message]}).encode()
    found, _ = run({TOKEN: Tokens().token, LIST: published}, NOW)
    assert found[0].feed is not None
    assert [item.native_key for item in found[0].feed.items] == ["M_1"]
    assert found[0].deleted == ("M_2",)


def test_the_time_is_that_of_publication_where_it_is_told():
    """`update_time` is that of the last edit, and is read as such."""
    content = {"news_item": [{"title": "一"}]}
    told = {"article_id": "A", "update_time": 1795143600, "content": content | {"create_time": 1795140000}}
    edited = {"article_id": "B", "update_time": 1795143600, "content": content}
    bare = {"article_id": "C", "update_time": 1795143600}
    published = json.dumps({"total_count": 3, "item_count": 3, "item": [told, edited, bare]}).encode()
    found, _ = run({TOKEN: Tokens().token, LIST: published}, NOW)
    assert found[0].feed is not None
    shown = {item.native_key: item for item in found[0].feed.shown}
    assert [shown[key].modified_only for key in ("A_1", "B_1")] == [False, True]
    assert shown["A_1"].published_at == datetime.fromtimestamp(1795140000, UTC)
    assert shown["C_1"].modified_only


def test_pages_are_asked_for_until_the_list_ends():
    """Twenty messages a page, no more pages than the settings give."""

    def messages(request: Any) -> bytes:
        del request
        items = [{"article_id": f"M{n}", "update_time": 1795143600 - n, "content": {"news_item": [{"title": "一"}]}}
                 for n in range(20)]  # fmt: skip
        return json.dumps({"total_count": 45, "item_count": 20, "item": items}).encode()

    _, site = run({TOKEN: Tokens().token, LIST: messages}, NOW, pages=5)
    offsets = [json.loads(body).get("offset") for body in site.bodies]
    assert offsets == [None, 0, 20, 40]
    _, site = run({TOKEN: Tokens().token, LIST: messages}, NOW, pages=2)
    assert len(site.asked) == 3


def probed(says: dict[str, Any]) -> Probe | None:
    async def act(site: Site, web: PlainWeb) -> Probe | None:
        kind = build(
            "wechat-own", {"address": site.origin}, {"app_secrets": f"wx1,{SECRET}\n# old\n\nwx2,{SECRET}"}
        )
        return await kind.probe(web, NOW)

    found: Probe | None = at(says, act)
    return found


def test_a_probe_fetches_a_token_of_each_app():
    """Who gets none is named by its id; a server that does not answer says nothing of the log-in."""
    fine = probed({TOKEN: Tokens().token})
    assert fine is not None
    assert fine.works
    dead = probed({TOKEN: b'{"errcode":40125,"errmsg":"invalid appsecret"}'})
    assert dead is not None
    assert not dead.works
    assert "wx1" in dead.detail
    assert SECRET not in dead.detail
    assert probed({TOKEN: (502, {}, b"")}) is None


def test_secrets_are_lines_of_app_id_and_secret():
    """A line that is none is named by its number, and never shown; an app without a line cannot be looked at."""
    with pytest.raises(KindError, match="line 2") as raised:
        build("wechat-own", {}, {"app_secrets": f"wx1,{SECRET}\n{SECRET}"})
    assert SECRET not in str(raised.value)
    with pytest.raises(KindError, match="app_secrets"):
        build("wechat-own")

    async def act(site: Site, web: PlainWeb) -> Answer:
        kind = build("wechat-own", {"address": site.origin}, {"app_secrets": f"wx1,{SECRET}"})
        return await kind.look(Watched("a", "wx9"), Memory(), web, NOW)

    found = at({}, act)
    assert found.failure is not None
    assert found.failure.reason == "log_in"
