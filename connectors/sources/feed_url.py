"""Feeds by URL: RSS, Atom and JSON Feed, whoever makes them."""

from datetime import datetime, tzinfo
from urllib.parse import urlsplit

import msgspec

from connectors.feeds.feed import Feed, FeedUnreadable
from connectors.feeds.parser import read_feed
from connectors.sources.answers import (
    as_failure,
    coded_failure,
    failed,
    memory_of,
    refused,
    sign,
    unchanged,
)
from connectors.sources.kind import Answer, Failure, LookError, Memory, Page, Probe, Sign, Watched, Web
from events.folding import fold_name
from events.instants import SHANGHAI

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.1"


class FeedOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a feed by URL: none of its own."""


class FeedByUrl:
    """Looks at feeds that anybody may read, each account by the URL of its own."""

    name = "feed"

    def __init__(self, *, zone: tzinfo = SHANGHAI) -> None:
        """Take the zone of times that name none."""
        self._zone = zone

    def lane(self, watched: Watched) -> str:
        """Return the host that is asked: feeds of one host fail together."""
        return urlsplit(watched.address).netloc.lower()

    async def look(self, watched: Watched, memory: Memory, web: Web, now: datetime) -> Answer:
        """Fetch and read the feed."""
        try:
            page = await web.get(watched.address, memory=memory, headers={"Accept": ACCEPT})
        except LookError as error:
            return refused(as_failure(error), memory)
        if (kept := unchanged(page, memory, now)) is not None:
            return Answer(unchanged=True, memory=kept)
        if page.status == 304:
            return refused(failed("no_feed", "304 to a request that named no earlier answer"), Memory())
        feed = read_page(page, now, self._zone)
        if isinstance(feed, Failure):
            return refused(feed, memory)
        return Answer(feed=feed, memory=memory_of(feed, page, now), signs=_signs(feed.title, watched.name))

    async def probe(self, web: Web, now: datetime) -> Probe | None:
        """Return None: what anybody may read has no log-in."""
        del web, now
        return None


def _signs(title: str, name: str) -> tuple[Sign, ...]:
    """Say that a feed bears another name than its account; makers of feeds put words before or behind a name."""
    feed_name, known = fold_name(title), fold_name(name)
    fits = not (feed_name and known) or known in feed_name or feed_name in known
    return () if fits else (sign("title", title),)


def read_page(page: Page, now: datetime, zone: tzinfo) -> Feed | Failure:
    """Read the bytes of a page as a feed; a page that asks to log in, or a code inside a good answer, is a failure."""
    try:
        return read_feed(page.body, looked_at=now, zone=zone)
    except FeedUnreadable as error:
        failure = coded_failure(page.body)
        return failure or failed("no_feed", f"{error.reason_code}: {error.message}", raw=page.body)
