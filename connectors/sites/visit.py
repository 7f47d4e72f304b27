"""A visit to a site: its home page, the columns that its tags name, and the days of their newest articles."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from connectors.feeds.feed import FeedUnreadable
from connectors.sites.article import ArticlePage, read_article
from connectors.sites.days import Published, Said, agreed, at_latest, day_in
from connectors.sites.links import Outgoing, outgoing
from connectors.sites.listing import Entry, column_links, dated_links, read_column
from connectors.sites.words import ColumnClass
from connectors.sources.kind import LookError, Web
from connectors.sources.page_tags import OF_SITE, SitePage
from events.days import chinese_day

FewReason = Literal["budget", "host"]
_SAME_TAG = 3
"""So many articles with one and the same second in their tags were given it by the template, which says nothing."""


class Bounds(msgspec.Struct, frozen=True):
    """How far a visit goes."""

    requests: int = 200
    columns: int = 60  # that are found from the home page
    articles: int = 5  # of a column that are opened, the first of its list
    pause_s: float = 1.0  # between two requests


class Dated(msgspec.Struct, frozen=True):
    """An entry of a list with the day on which it was published; None: what is said of it does not tell, or differs."""

    entry: Entry
    published: Published | None
    at_latest: date | None = None  # of one whose list leaves out the year: the newest day that it can mean


class ColumnSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A column as it was seen."""

    url: str
    name: str
    column_type: str
    column_class: ColumnClass | None
    tagged: bool  # ColumnName stands on it
    missing: tuple[str, ...]  # mandatory tags of the page, and of the articles that were opened
    entries: tuple[Dated, ...]
    says_empty: bool
    failed: str = ""  # why it could not be read

    @property
    def dated(self) -> int:
        """Return how many entries have a day, or are no newer than the newest that has one."""
        return _settled(self.entries)

    @property
    def newest(self) -> Published | None:
        """Return the newest day that is known; an entry without one may be newer."""
        return _newest(self.entries)


class SiteSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A site as it was seen."""

    url: str
    site_name: str = ""
    site_code: str = ""
    missing: tuple[str, ...] = ()  # mandatory tags of the home page
    newest: Published | None = None  # on the home page
    all_dated: bool = False  # every entry of the home page has a day, or is no newer than the newest of these
    columns: tuple[ColumnSeen, ...] = ()
    untagged: tuple[tuple[str, str], ...] = ()  # address and name of lists without ColumnName: a suggestion
    requests: int = 0
    failed: str = ""  # why the home page could not be read
    cut_short: FewReason | None = None  # the rest was not looked at


class SiteVisit:
    """Reads one site over a client that guards addresses and bounds; nothing of it needs a rule of its own."""

    def __init__(
        self,
        web: Web,
        bounds: Bounds = Bounds(),  # noqa: B008 (frozen)
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the client and how far to go; `sleep` waits between requests."""
        self._web = web
        self._bounds = bounds
        self._sleep = sleep
        self._requests = 0
        self._cut: FewReason | None = None

    @property
    def requests(self) -> int:
        """Return how many requests were made."""
        return self._requests

    async def discover(self, home: str, now: datetime) -> SiteSeen:
        """Read the home page and find the columns that their tags name."""
        page = await self._page(home)
        if isinstance(page, str):
            return SiteSeen(url=home, failed=page, requests=self._requests, cut_short=self._cut)
        columns, untagged = [], []
        for address, name in column_links(page)[: self._bounds.columns]:
            if self._cut is not None:
                break
            found = await self._page(address)
            if isinstance(found, str):
                continue
            read = read_column(found)
            if read.is_column:
                columns.append(await self._column(found, now))
            elif len(read.entries) >= 3 and not found.tag("ArticleTitle"):
                untagged.append((found.address, name or read.name))
        return msgspec.structs.replace(
            self._home(page, now),
            columns=tuple({column.url: column for column in columns}.values()),
            untagged=tuple(untagged),
        )

    async def home(self, home: str, now: datetime) -> SiteSeen:
        """Read the home page alone."""
        page = await self._page(home)
        if isinstance(page, str):
            return SiteSeen(url=home, failed=page, requests=self._requests, cut_short=self._cut)
        return self._home(page, now)

    def _home(self, page: SitePage, now: datetime) -> SiteSeen:
        entries = dated(dated_links(page), {}, chinese_day(now))
        return SiteSeen(
            url=page.address,
            site_name=page.tag("SiteName"),
            site_code=page.tag("SiteIDCode"),
            missing=page.missing(OF_SITE),
            newest=_newest(entries),
            all_dated=bool(entries) and _settled(entries) == len(entries),
            requests=self._requests,
            cut_short=self._cut,
        )

    async def links(self, address: str, articles: int) -> tuple[Outgoing, ...]:
        """Return the links to other hosts that stand on a page, and on the first articles of its list."""
        page = await self._page(address)
        if isinstance(page, str):
            return ()
        found = list(outgoing(page))
        own = [entry for entry in read_column(page).entries if page.is_of_site(entry.address)]
        for entry in own[:articles]:
            article = await self._page(entry.address)
            found += outgoing(article) if isinstance(article, SitePage) else ()
        return tuple({link.url: link for link in reversed(found)}.values())

    async def column(self, address: str, now: datetime) -> ColumnSeen:
        """Read one column whose address is known."""
        page = await self._page(address)
        if isinstance(page, str):
            return ColumnSeen(
                url=address,
                name="",
                column_type="",
                column_class=None,
                tagged=False,
                missing=(),
                entries=(),
                says_empty=False,
                failed=page,
            )
        return await self._column(page, now)

    async def _column(self, page: SitePage, now: datetime) -> ColumnSeen:
        read = read_column(page)
        opened = await self._articles(page, read.entries)
        missing = {name for article in opened.values() for name in article.missing}
        return ColumnSeen(
            url=page.address,
            name=read.name,
            column_type=read.column_type,
            column_class=read.column_class,
            tagged=read.is_column,
            missing=(*read.missing, *sorted(missing)),
            entries=dated(read.entries, opened, chinese_day(now)),
            says_empty=read.says_empty,
        )

    async def _articles(self, page: SitePage, entries: Sequence[Entry]) -> dict[str, ArticlePage]:
        """Open the first articles of a list that lie on the site."""
        found = {}
        for entry in [e for e in entries if page.is_of_site(e.address)][: self._bounds.articles]:
            article = await self._page(entry.address)
            if isinstance(article, SitePage):
                found[entry.address] = read_article(article)
            elif self._cut is not None:
                break
        return found

    async def _page(self, address: str) -> SitePage | str:
        """Fetch a page, or return why it could not be read."""
        if self._cut is None and self._requests >= self._bounds.requests:
            self._cut = "budget"
        if self._cut is not None:
            return self._cut
        if self._requests:
            await self._sleep(self._bounds.pause_s)
        self._requests += 1
        try:
            page = await self._web.get(address)
        except LookError as error:
            if error.failure.of_lane:
                self._cut = "host"
            return error.failure.reason
        try:
            site = SitePage(page.body, page.url)
        except FeedUnreadable:
            return "no_feed"
        return "no_feed" if site.asks_to_log_in() else site


def dated(entries: Iterable[Entry], opened: dict[str, ArticlePage], looked_on: date) -> tuple[Dated, ...]:
    """Date the entries of a list by what the list, their addresses, and those pages say that were opened."""
    times = Counter(article.tag for article in opened.values() if ":" in article.tag)
    stamped = {tag for tag, number in times.items() if number >= _SAME_TAG}
    found = []
    for entry in entries:
        article = opened.get(entry.address)
        stated = Said(
            tag=article.tag if article and article.tag not in stamped else "",
            printed=article.printed if article else "",
            listed=entry.listed,
            address=entry.address,
        )
        published = agreed(stated, looked_on)
        leaves_open = published is None and article is None and day_in(entry.address) is None
        found.append(Dated(entry, published, at_latest(entry.listed, looked_on) if leaves_open else None))
    return tuple(found)


def _newest(entries: Iterable[Dated]) -> Published | None:
    return max((one.published for one in entries if one.published), key=_moment, default=None)


def _settled(entries: Sequence[Dated]) -> int:
    """Count the entries that have a day, or are no newer than the newest that has one."""
    newest = _newest(entries)
    return sum(
        one.published is not None
        or (newest is not None and one.at_latest is not None and one.at_latest <= newest.day)
        for one in entries
    )


def _moment(published: Published) -> datetime:
    return published.moment
