"""Sweeps of links that lead out of sites (外链): dead, leading elsewhere, or out of government. All are suggestions.

A link is called dead after two looks that are an hour apart; until then the patrol store remembers the first.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from connectors.patrolstore.port import PatrolStore
from connectors.patrolstore.site_notes import LinkNote
from connectors.sites.links import LinkSeen, Outgoing, follow, is_outside, one_of_each_host
from connectors.sites.visit import SiteVisit
from connectors.sources.kind import Web
from connectors.web.client import WebClient
from events.instants import HOUR_US, to_micros
from pipeline.home.actor import Actor
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.site_settings import SiteReading
from pipeline.home.workspace import Workspace
from pipeline.patrol.sites.common import (
    LIMIT_S,
    SiteRecords,
    reading_of,
    records_of,
    sites_meant,
    suspected,
    web_for,
)
from pipeline.patrol.sites.looking import AskSites, bounds_of
from pipeline.patrol.surroundings import Surroundings
from projections.sites.registry import Site

SECOND_LOOK_US = HOUR_US
LinkWhat = Literal["dead_link", "hijacked_link", "outside_link", "look_again", "unknown"]


class LinkFound(msgspec.Struct, frozen=True, kw_only=True):
    """A link that needs somebody, or a second look."""

    domain: str
    what: LinkWhat  # `look_again`: it failed once, and is called dead after a second look
    url: str
    page: str
    title: str
    cause: str


class Followed(msgspec.Struct, frozen=True):
    """The links of a site to other hosts, and what was seen of those that were followed."""

    links: tuple[Outgoing, ...]
    seen: tuple[LinkSeen, ...]


class Swept(msgspec.Struct, frozen=True):
    """What a sweep came to."""

    found: tuple[LinkFound, ...]
    links: int  # that were followed
    left: int  # that the bound left out
    suggestions: int  # new ones


def sweep_links(
    workspace: Workspace,
    asked: AskSites,
    actor: Actor,
    surroundings: Surroundings = Surroundings(),  # noqa: B008 (frozen)
) -> Swept:
    """Follow the links of sites to other hosts; what is wrong becomes a suggestion, told once."""
    swept = []
    with closing(open_patrol_store(workspace.home)) as store:
        for site in sites_meant(workspace, asked.sites):
            now = surroundings.clock()
            followed = asyncio.run(_followed(site, reading_of(workspace), surroundings))
            swept.append(record_sweep(records_of(workspace), store, site, followed, now, actor))
    return Swept(
        tuple(row for one in swept for row in one.found),
        sum(one.links for one in swept),
        sum(one.left for one in swept),
        sum(one.suggestions for one in swept),
    )


def record_sweep(
    records: SiteRecords,
    store: PatrolStore,
    site: Site,
    followed: Followed,
    now: datetime,
    actor: Actor | None,
) -> Swept:
    """Judge what a sweep of one site found, and tell what is wrong once."""
    rows = [*_judged(store, site, followed.seen, now), *_outside(site, followed.links)]
    events = [
        suspected(site, row.what, now, actor, page=row.page, url=row.url, detail=row.title or row.cause)
        for row in rows
        if row.what in ("dead_link", "hijacked_link", "outside_link")
    ]
    recorded = records.append_new(events)
    links, seen = len(followed.links), len(followed.seen)
    return Swept(tuple(rows), seen, links - seen, len(recorded))


async def _followed(site: Site, reading: SiteReading, surroundings: Surroundings) -> Followed:
    async with (
        web_for(reading, surroundings, robots=True) as web,
        web_for(reading, surroundings, robots=False, total_s=LIMIT_S) as outside,
    ):
        return await follow_links(web, outside, site, reading)


async def follow_links(web: Web, outside: WebClient, site: Site, reading: SiteReading) -> Followed:
    """Find the links of a site to other hosts, and follow them: hosts side by side, at each one link at a time."""
    visit = SiteVisit(web, bounds_of(reading))
    pages = [site.home_url, *(column.url for column in site.columns.values())]
    found: dict[str, Outgoing] = {}
    for page in pages:
        for link in await visit.links(page, reading.articles if page != site.home_url else 0):
            found.setdefault(link.url, link)
    links = tuple(found.values())
    by_host: dict[str, list[Outgoing]] = {}
    for link in links[: reading.links]:
        by_host.setdefault(urlsplit(link.url).netloc.lower(), []).append(link)
    turns = asyncio.Semaphore(8)

    async def of_host(those: Sequence[Outgoing]) -> list[LinkSeen]:
        seen = []
        for number, link in enumerate(those):
            if number:
                await asyncio.sleep(reading.pause_s)
            async with turns:
                seen.append(await follow(outside, link, LIMIT_S))
        return seen

    looked = await asyncio.gather(*(of_host(those) for those in by_host.values()))
    return Followed(links, tuple(one for those in looked for one in those))


def _judged(store: PatrolStore, site: Site, seen: Sequence[LinkSeen], now: datetime) -> list[LinkFound]:
    """Judge what was followed; a link that failed for the first time is looked at again before it is called dead."""
    before, at = store.failed_links(site.subject), to_micros(now)
    failed = {
        one.link.url: LinkNote(before[one.link.url].first_at if one.link.url in before else at, at, one.cause)
        for one in seen
        if one.state == "dead"
    }
    store.keep_links(site.subject, failed, [one.link.url for one in seen if one.state in ("ok", "hijacked")])
    rows = []
    for one in seen:
        if one.state == "ok":
            continue
        what: LinkWhat = "hijacked_link" if one.state == "hijacked" else "unknown"
        if one.state == "dead":
            is_second = at - failed[one.link.url].first_at >= SECOND_LOOK_US
            what = "dead_link" if is_second else "look_again"
        rows.append(_row(site, one.link, what, one.cause or one.led_to))
    return rows


def _outside(site: Site, links: Sequence[Outgoing]) -> list[LinkFound]:
    those = [link for link in links if is_outside(link.url, site.home_url)]
    return [_row(site, link, "outside_link", "") for link in one_of_each_host(those)]


def _row(site: Site, link: Outgoing, what: LinkWhat, cause: str) -> LinkFound:
    return LinkFound(
        domain=site.domain, what=what, url=link.url, page=link.page, title=link.title, cause=cause
    )
