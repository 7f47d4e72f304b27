"""Looks at sites: the home page and the columns that were declared; and the columns that nobody declared yet."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from connectors.sites.visit import Bounds, ColumnSeen, SiteSeen, SiteVisit
from events import site_ids
from events.codec import Event
from events.site import ColumnShown, SitePatrolled, SiteSuspected
from pipeline.home.actor import Actor
from pipeline.home.workspace import Workspace
from pipeline.patrol.sites.common import SOURCE, reading_of, sites_meant, suspected, told_once, web_for
from pipeline.patrol.surroundings import Surroundings
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
        told_once(
            workspace,
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
    home, columns = asyncio.run(_read(workspace, site, now, surroundings))
    shown = [one for key, column in columns if (one := _shown(key, column)) is not None]
    unread = [site.columns[key].name for key, column in columns if _shown(key, column) is None]
    told: list[Event[SiteSuspected]] = []
    if not home.failed:
        data = SitePatrolled(
            newest_at=home.newest.moment if home.newest else None,
            newest_date_only=home.newest is not None and home.newest.at is None,
            columns=tuple(shown),
            proves_silence=home.all_dated,
        )
        event_id = site_ids.site_patrolled(SOURCE, site.subject, now)
        workspace.log.append([Event(event_id, SOURCE, site.subject, now, data, actor.origin())])
        told = told_once(workspace, _signs(site, home, columns, now, actor))
    return SiteLooked(
        domain=site.domain,
        name=site.name,
        columns=len(shown),
        unread=tuple(unread),
        newest_at=home.newest.moment if home.newest else None,
        suggestions=len(told),
        requests=home.requests,
        failed=home.failed,
    )


async def _read(
    workspace: Workspace, site: Site, now: datetime, surroundings: Surroundings
) -> tuple[SiteSeen, list[tuple[str, ColumnSeen]]]:
    reading = reading_of(workspace)
    async with web_for(reading, surroundings, robots=True) as web:
        visit = SiteVisit(web, _bounds(workspace))
        home = await visit.home(site.home_url, now)
        columns = [
            (key, await visit.column(c.url, now)) for key, c in site.columns.items() if not home.failed
        ]
        return msgspec.structs.replace(home, requests=visit.requests), columns


async def _discovered(
    workspace: Workspace, site: Site, now: datetime, surroundings: Surroundings
) -> SiteSeen:
    async with web_for(reading_of(workspace), surroundings, robots=True) as web:
        return await SiteVisit(web, _bounds(workspace)).discover(site.home_url, now)


def _bounds(workspace: Workspace) -> Bounds:
    reading = reading_of(workspace)
    return Bounds(reading.requests, reading.columns, reading.articles, reading.pause_s)


def _shown(key: str, column: ColumnSeen) -> ColumnShown | None:
    """Return what a look says of a column; None where the page contradicts itself, or nothing of it can be read."""
    if column.failed or bool(column.entries) == column.says_empty:
        return None
    newest = column.newest
    return ColumnShown(
        key,
        len(column.entries),
        column.dated,
        newest.moment if newest else None,
        newest is not None and newest.at is None,
    )


def _signs(
    site: Site, home: SiteSeen, columns: Sequence[tuple[str, ColumnSeen]], now: datetime, actor: Actor
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
