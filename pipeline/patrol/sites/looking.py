"""Looks at sites: the home page and the columns that were declared; and the columns that nobody declared yet."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from connectors.sites.visit import Bounds, ColumnSeen, SiteSeen, SiteVisit
from connectors.sources.kind import Web
from events import site_ids
from events.codec import NO_ORIGIN, Event
from events.days import chinese_day
from events.site import ColumnEntries, SitePatrolled, SiteSuspected
from pipeline.home.actor import Actor
from pipeline.home.site_settings import SiteReading
from pipeline.home.workspace import Workspace
from pipeline.patrol.sites.common import (
    SOURCE,
    SiteRecords,
    reading_of,
    records_of,
    sites_meant,
    suspected,
    web_for,
)
from pipeline.patrol.surroundings import Surroundings
from projections.patrol.site_days import columns_in_turn
from projections.sites.registry import Site


class AskSites(msgspec.Struct, frozen=True):
    """Which sites: by domain, name or code; none: all."""

    sites: tuple[str, ...] = ()


class SiteLooked(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at one site brought."""

    domain: str
    name: str
    columns: int  # that were read
    unread: tuple[
        str, ...
    ]  # names of columns that could not be read, or of which nothing certain can be said
    newest_at: datetime | None
    suggestions: int  # new ones
    requests: int
    failed: str = ""  # why the home page could not be read; nothing is recorded then


class SiteRead(msgspec.Struct, frozen=True):
    """What was read of a site: its home page, and by id the columns that were declared."""

    home: SiteSeen
    columns: tuple[tuple[str, ColumnSeen], ...]


class ColumnFound(msgspec.Struct, frozen=True, kw_only=True):
    """A column that a site shows."""

    domain: str
    name: str
    url: str
    column_type: str
    column_class: str  # empty: nothing tells
    tagged: bool
    declared: bool
    entries: int
    dated: int
    newest_at: datetime | None


def look_at_sites(
    workspace: Workspace,
    asked: AskSites,
    actor: Actor,
    surroundings: Surroundings = Surroundings(),  # noqa: B008 (frozen)
) -> list[SiteLooked]:
    """Look at sites and record what was seen; what looks wrong becomes a suggestion. One site at a time.

    A column of which nothing certain can be said, no entry read and nothing that says that it is empty, is left out.
    """
    return [_looked(workspace, site, actor, surroundings) for site in sites_meant(workspace, asked.sites)]


def discover_columns(
    workspace: Workspace,
    asked: AskSites,
    actor: Actor,
    surroundings: Surroundings = Surroundings(),  # noqa: B008 (frozen)
) -> list[ColumnFound]:
    """Find the columns of sites by their mandatory tags; those that nobody declared become suggestions."""
    found: list[ColumnFound] = []
    for site in sites_meant(workspace, asked.sites):
        now = surroundings.clock()
        seen = asyncio.run(_discovered(workspace, site, now, surroundings))
        declared = {column.url.rstrip("/") for column in site.columns.values()}
        rows = [_found(site, column, declared) for column in seen.columns]
        rows += [
            ColumnFound(
                domain=site.domain,
                name=name,
                url=url,
                column_type="",
                column_class="",
                tagged=False,
                declared=url.rstrip("/") in declared,
                entries=0,
                dated=0,
                newest_at=None,
            )
            for url, name in seen.untagged
        ]
        records_of(workspace).append_new(
            [
                suspected(site, "unlisted_column", now, actor, page=row.url, detail=row.name)
                for row in rows
                if not row.declared
            ],
        )
        found += rows
    return found


def _looked(workspace: Workspace, site: Site, actor: Actor, surroundings: Surroundings) -> SiteLooked:
    now = surroundings.clock()
    read = asyncio.run(_read(workspace, site, now, surroundings))
    return record_look(records_of(workspace), site, read, now, actor)


def record_look(
    records: SiteRecords, site: Site, read: SiteRead, now: datetime, actor: Actor | None
) -> SiteLooked:
    """Record what was seen of a site; of one whose home page could not be read nothing is."""
    home = read.home
    columns = [one for key, column in read.columns if (one := _entries(key, column)) is not None]
    unread = [site.columns[key].name for key, column in read.columns if _entries(key, column) is None]
    recorded: list[Event[SiteSuspected]] = []
    if not home.failed:
        data = SitePatrolled(
            newest_at=home.newest.moment if home.newest else None,
            newest_date_only=home.newest is not None and home.newest.at is None,
            columns=tuple(columns),
            proves_silence=home.all_dated,
        )
        event_id = site_ids.site_patrolled(SOURCE, site.subject, now)
        origin = actor.origin() if actor else NO_ORIGIN
        records.append(Event(event_id, SOURCE, site.subject, now, data, origin))
        recorded = records.append_new(_signs(site, home, read.columns, now, actor))
    return SiteLooked(
        domain=site.domain,
        name=site.name,
        columns=len(columns),
        unread=tuple(unread),
        newest_at=home.newest.moment if home.newest else None,
        suggestions=len(recorded),
        requests=home.requests,
        failed=home.failed,
    )


async def _read(workspace: Workspace, site: Site, now: datetime, surroundings: Surroundings) -> SiteRead:
    reading = reading_of(workspace)
    async with web_for(reading, surroundings, robots=True) as web:
        return await read_site(web, site, reading, now)


async def read_site(web: Web, site: Site, reading: SiteReading, now: datetime) -> SiteRead:
    """Read the home page and the declared columns of a site, as far as the bound of requests allows."""
    visit = SiteVisit(web, bounds_of(reading))
    home = await visit.home(site.home_url, now)
    room = max(1, (reading.requests - 1) // (reading.articles + 1))
    keys = columns_in_turn(sorted(site.columns), chinese_day(now).toordinal(), room)
    columns = [(key, await visit.column(site.columns[key].url, now)) for key in keys if not home.failed]
    return SiteRead(msgspec.structs.replace(home, requests=visit.requests), tuple(columns))


async def _discovered(
    workspace: Workspace, site: Site, now: datetime, surroundings: Surroundings
) -> SiteSeen:
    async with web_for(reading_of(workspace), surroundings, robots=True) as web:
        return await SiteVisit(web, bounds_of(reading_of(workspace))).discover(site.home_url, now)


def bounds_of(reading: SiteReading) -> Bounds:
    """Return how far a visit goes."""
    return Bounds(reading.requests, reading.columns, reading.articles, reading.pause_s)


def _entries(key: str, column: ColumnSeen) -> ColumnEntries | None:
    """Return what a look says of a column; None where the page contradicts itself, or nothing of it can be read."""
    if column.failed or bool(column.entries) == column.says_empty:
        return None
    newest = column.newest
    return ColumnEntries(
        key,
        len(column.entries),
        column.dated,
        newest.moment if newest else None,
        newest is not None and newest.at is None,
    )


def _signs(
    site: Site, home: SiteSeen, columns: Sequence[tuple[str, ColumnSeen]], now: datetime, actor: Actor | None
) -> list[Event[SiteSuspected]]:
    found = []
    if home.missing:
        found.append(
            suspected(site, "missing_tag", now, actor, page=home.url, detail=", ".join(home.missing))
        )
    if home.site_code and site.site_code and home.site_code != site.site_code:
        found.append(suspected(site, "site_code", now, actor, page=home.url, detail=home.site_code))
    found += [
        suspected(site, "missing_tag", now, actor, page=column.url, detail=", ".join(column.missing))
        for _, column in columns
        if column.missing and not column.failed
    ]
    return found


def _found(site: Site, column: ColumnSeen, declared: set[str]) -> ColumnFound:
    return ColumnFound(
        domain=site.domain,
        name=column.name,
        url=column.url,
        column_type=column.column_type,
        column_class=column.column_class or "",
        tagged=column.tagged,
        declared=column.url.rstrip("/") in declared,
        entries=len(column.entries),
        dated=column.dated,
        newest_at=column.newest.moment if column.newest else None,
    )
