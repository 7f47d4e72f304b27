"""Feeds that a reader makes of accounts: RSSHub, Wechat2RSS, we-mp-rss, werss, each by the id of an account.

A reader that borrows a log-in serves what it has stored, with a good status, for as long as it runs. So its feed says
nothing about when it last asked the platform, and what it says of its own log-in is a stored date.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import TypeVar
from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace

from connectors.feeds.feed import Feed
from connectors.sources.answers import as_failure, failed, read_answer, refused
from connectors.sources.feed_url import FeedByUrl
from connectors.sources.kind import Answer, Failure, LookError, Memory, Probe, Watched, Web
from events.instants import SHANGHAI

_T = TypeVar("_T")

_DELETED = 1000  # status of an article of we-mp-rss and its kin
_LISTED = 20  # items that a feed is asked for


class ReaderOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a reader."""

    address: str  # where it runs, as http://127.0.0.1:8001
    path: str = ""  # of a feed, with {id}; empty: as the reader has it by itself
    probe_name: str = "人民日报"  # of an account that a search always finds, by which its log-in is probed


class Reader(msgspec.Struct, frozen=True):
    """A program that makes feeds of accounts."""

    name: str
    path: str  # of a feed, with {id}
    interface: str = ""  # path before its JSON interface; empty: it has none that says more than the feed


RSSHUB = Reader("rsshub", "{id}")  # an account is known by its route, as /gov/beijing/…
WECHAT2RSS = Reader("wechat2rss", "/feed/{id}.xml")
WE_MP_RSS = Reader("we-mp-rss", f"/feed/{{id}}.rss?limit={_LISTED}", "/api/v1/wx")
WERSS = Reader("werss", f"/rss/{{id}}?limit={_LISTED}", "/api/v1/wx")


class _Synced(msgspec.Struct):
    sync_time: int | None = None  # unix seconds: when the reader last set out to ask, whatever came of it


class _Article(msgspec.Struct):
    url: str = ""
    status: int = 0
    publish_time: int = 0  # unix seconds, of some versions milliseconds


class _Articles(msgspec.Struct):
    articles: list[_Article] = msgspec.field(name="list", default_factory=list)


class _Found(msgspec.Struct):
    accounts: list[object] | None = msgspec.field(name="list", default=None)


class _SyncedAnswer(msgspec.Struct):
    data: _Synced


class _ArticlesAnswer(msgspec.Struct):
    data: _Articles


class _FoundAnswer(msgspec.Struct):
    data: _Found


class ReaderFeed(FeedByUrl):
    """Looks at the feeds of one reader, and asks it when it last asked the platform, where it may."""

    def __init__(
        self,
        reader: Reader,
        options: ReaderOptions,
        secrets: Mapping[str, str],
        *,
        zone: tzinfo = SHANGHAI,
    ) -> None:
        """Take where the reader runs; `authorization` is the value of that header, `key` the access key of RSSHub."""
        super().__init__(zone=zone)
        self.name = reader.name
        self._base = options.address.rstrip("/")
        self._path = options.path or reader.path
        self._interface = self._base + reader.interface if reader.interface else ""
        self._authorization = secrets.get("authorization", "")
        self._key = secrets.get("key", "")
        self._probe_name = options.probe_name

    def lane(self, watched: Watched) -> str:
        """Return the reader: its log-in, or its host, is what all its accounts share."""
        del watched
        return self._base

    async def look(self, watched: Watched, memory: Memory, web: Web, now: datetime) -> Answer:
        """Look at the feed, and say as of when it is; raises nothing."""
        answer = await super().look(replace(watched, address=self._url(watched.address)), memory, web, now)
        if answer.failure is not None or not (self._interface and self._authorization):
            return answer
        as_of = await self._asked_at(watched.address, web, now)
        if isinstance(as_of, Failure):
            return refused(as_of, memory, requests=answer.requests)
        deleted = () if answer.feed is None else await self._deleted(watched.address, answer.feed, web)
        return replace(answer, as_of=as_of, deleted=deleted)

    async def probe(self, web: Web, now: datetime) -> Probe | None:
        """Have the reader search the platform for a well-known name, which needs a living log-in.

        Its stored state of the log-in and date of expiry are not asked: they say "valid" after its death, and "expired"
        of one that works. None where the answer says neither, as an empty one does: too many requests give that, too.
        """
        del now
        if not (self._interface and self._authorization):
            return None
        answer = await self._ask(f"/mps/search/{quote(self._probe_name, safe='')}?limit=1", _FoundAnswer, web)
        if isinstance(answer, Failure):
            return Probe(works=False, detail=answer.detail) if answer.reason == "log_in" else None
        return Probe(works=True, detail="a search was answered") if answer.data.accounts else None

    def _url(self, account: str) -> str:
        """Return the address of a feed; an account that is known by a whole URL has that one."""
        if "://" in account:
            return account
        path = self._path.replace("{id}", account if self._path == "{id}" else _quoted(account))
        url = f"{self._base}/{path.lstrip('/')}"
        return f"{url}{'&' if '?' in url else '?'}key={quote(self._key, safe='')}" if self._key else url

    async def _asked_at(self, account: str, web: Web, now: datetime) -> datetime | Failure:
        """Return when the reader last set out to ask the platform; a late time proves no success, an early one none."""
        answer = await self._ask(f"/mps/{_quoted(account)}", _SyncedAnswer, web)
        if isinstance(answer, Failure):
            return answer
        seconds = answer.data.sync_time or 0
        if not 0 < seconds < 10_000_000_000:
            return failed("no_feed", "the reader has never asked the platform for this account")
        return min(datetime.fromtimestamp(seconds, UTC), now)

    async def _deleted(self, account: str, feed: Feed, web: Web) -> tuple[str, ...]:
        """Return links of posts that the reader marks as deleted, of the time that it still shows.

        The reader marks old articles in the same way when it cleans up, always all up to some day; so what lies
        between posts that are still shown was deleted by somebody.
        """
        if not feed.items:
            return ()
        oldest = feed.items[-1].published_at.timestamp()
        path = f"/articles?mp_id={_quoted(account)}&status=deleted&limit={_LISTED}"
        answer = await self._ask(path, _ArticlesAnswer, web)
        if isinstance(answer, Failure):
            return ()  # the posts count all the same; what was deleted is seen again at the next change
        gone = (a for a in answer.data.articles if a.status == _DELETED and a.url and _seconds(a) > oldest)
        listed = {item.native_key for item in feed.items}
        return tuple(article.url for article in gone if article.url not in listed)

    async def _ask(self, path: str, shape: type[_T], web: Web) -> _T | Failure:
        try:
            page = await web.get(self._interface + path, headers={"Authorization": self._authorization})
        except LookError as error:
            return as_failure(error)
        return read_answer(page.body, shape)


def _quoted(account: str) -> str:
    """Return an id as a part of a path; one that was quoted before stays as it is."""
    return quote(unquote(account), safe="")


def _seconds(article: _Article) -> float:
    return article.publish_time / 1000 if article.publish_time > 10_000_000_000 else article.publish_time
