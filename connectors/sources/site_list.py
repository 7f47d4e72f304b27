"""Columns of government sites by their mandatory tags: the list of a column, and the articles that are new in it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import partial
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from connectors.feeds.feed import FeedUnreadable
from connectors.feeds.gather import Document, Entry, gather
from connectors.sources.answers import as_failure, coded_failure, failed, memory_of, refused, sign, unchanged
from connectors.sources.kind import (
    Answer,
    Failure,
    KindError,
    LookError,
    Memory,
    Page,
    Probe,
    Sign,
    Watched,
    Web,
)
from connectors.sources.page_tags import OF_ARTICLE, OF_COLUMN, OF_SITE, Link, Rules, SitePage
from events.folding import fold_name
from events.instants import SHANGHAI
from events.messages import message

OPENS_WITHIN_S = 15.0  # 国办秘函〔2019〕19号: a page that is not there after 15 seconds counts as not open
_REMEMBERED = 20_000  # articles whose tags are kept in memory


class SiteOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a list of articles."""

    articles: int = 5  # that a look opens at most, to read their tags; 0: the days of the list alone
    entries: str = ""  # XPath of the blocks of the list, where tags and days do not tell them apart
    day: str = ""  # XPath of the day within a block


class _Article(msgspec.Struct, frozen=True):
    """What the tags of an article say."""

    title: str
    published: str
    source: str
    missing: tuple[str, ...]


class SiteList:
    """Looks at the pages of columns; an account is known by the address of its list."""

    name = "site"

    def __init__(self, options: SiteOptions, *, zone: tzinfo = SHANGHAI) -> None:
        """Take how many articles are opened and where the list stands; raises `KindError` for a wrong rule."""
        for rule in filter(None, (options.entries, options.day)):
            try:
                etree.XPath(rule)(etree.Element("html"))
            except etree.XPathError as error:
                raise KindError(
                    message("{rule!r} is no XPath: {error}", rule=rule, error=str(error))
                ) from None
        self._options = options
        self._rules = Rules(options.entries, options.day)
        self._zone = zone
        self._articles: dict[str, _Article] = {}

    def lane(self, watched: Watched) -> str:
        """Return the host of the site."""
        return urlsplit(watched.address).netloc.lower()

    async def look(self, watched: Watched, memory: Memory, web: Web, now: datetime) -> Answer:
        """Read the list, and the tags of articles that were not opened before; a list without entries is a failure."""
        try:
            page = await web.get(watched.address, memory=memory)
        except LookError as error:
            return refused(as_failure(error), memory)
        if page.took_s > OPENS_WITHIN_S:
            return refused(failed("too_slow", f"the page took {page.took_s:.0f} s to open"), memory)
        if (kept := unchanged(page, memory, now)) is not None:
            return Answer(unchanged=True, memory=kept)
        site = _read(page)
        if isinstance(site, Failure):
            return refused(site, memory)
        links = site.links(self._rules)
        if not links:
            return refused(
                failed("no_feed", "no list of articles stands on this page", raw=page.body), memory
            )
        opened = await self._open([link for link in links if site.is_of_site(link.address)], web)
        entries = [_entry(link, self._articles.get(link.address)) for link in self._cut(links)]
        feed = gather(Document(entries, site.tag("ColumnName")), looked_at=now, zone=self._zone)
        signs = (*_signs(site, watched), *self._missing(links))
        return Answer(feed=feed, memory=memory_of(feed, page, now), signs=signs, requests=1 + opened)

    async def probe(self, web: Web, now: datetime) -> Probe | None:
        """Return None: what anybody may read has no log-in."""
        del web, now
        return None

    async def _open(self, links: Sequence[Link], web: Web) -> int:
        """Open articles of the site whose tags are not known, in the order of the list; return the requests it took."""
        unknown = [link for link in links if link.address not in self._articles][: self._options.articles]
        for number, link in enumerate(unknown, 1):
            try:
                page = await web.get(link.address)
            except LookError as error:
                if error.failure.of_lane:
                    return number
                continue
            read = _read(page)
            if isinstance(read, SitePage):
                while len(self._articles) >= _REMEMBERED:
                    self._articles.pop(next(iter(self._articles)))
                self._articles[link.address] = _Article(
                    title=read.tag("ArticleTitle"),
                    published=read.tag("PubDate"),
                    source=read.tag("ContentSource"),
                    missing=read.missing(OF_ARTICLE),
                )
        return len(unknown)

    def _cut(self, links: Sequence[Link]) -> Sequence[Link]:
        """Return the list up to its last entry with a time: where a list names no days, those that were opened."""
        for end in range(len(links), 0, -1):
            article = self._articles.get(links[end - 1].address)
            if links[end - 1].day or (article is not None and article.published):
                return links[:end]
        return links

    def _missing(self, links: Sequence[Link]) -> tuple[Sign, ...]:
        """Return the tags that the articles of the list lack."""
        known = (self._articles.get(link.address) for link in links)
        names = sorted({name for article in known if article is not None for name in article.missing})
        return (sign("missing_tag", ", ".join(names)),) if names else ()


def _read(page: Page) -> SitePage | Failure:
    """Read a page; one that asks to log in or to prove to be human is a failure."""
    try:
        site = SitePage(page.body, page.url)
    except FeedUnreadable as error:
        failure = coded_failure(page.body)
        return failure or failed("no_feed", f"{error.reason_code}: {error.message}", raw=page.body)
    if site.asks_to_log_in():
        return failed("no_feed", "the page asks to log in or to verify", raw=page.body)
    return site


def _entry(link: Link, article: _Article | None) -> Entry:
    """Make an entry of a link; the time that the tag of the article says comes before the day of the list."""
    return Entry(
        keys=(link.address,),
        dates=((article.published if article else ""), link.day),
        edits=(),
        title=(article.title if article else "") or link.title,
        link=link.address,
        text=str,
        source=partial(msgspec.json.encode, link),
    )


def _signs(site: SitePage, watched: Watched) -> tuple[Sign, ...]:
    """Say what differs from what is known of the site, and which tags its page lacks."""
    signs = []
    if watched.name and (name := site.tag("SiteName")) and fold_name(name) != fold_name(watched.name):
        signs.append(sign("title", name))
    if watched.site_code and (code := site.tag("SiteIDCode")) and code != watched.site_code:
        signs.append(sign("site_code", code))
    if missing := site.missing((*OF_SITE, *OF_COLUMN)):
        signs.append(sign("missing_tag", ", ".join(missing)))
    return tuple(signs)
