"""The registry of websites and their columns: sheets become facts, and lists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.kinds import SITE_COLUMNS, SITES
from connectors.sheets.sites import SiteColumnRow, SiteRow, read_site_columns, read_sites
from events import site_ids
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.fields import marked
from events.folding import fold_name
from events.instants import EPOCH, FAR
from events.messages import joined, message
from events.names import unfit_name
from events.site import (
    ColumnDeclared,
    ColumnDropped,
    SiteChanged,
    SiteEnded,
    SiteRegistered,
    site_subject,
)
from events.sources import SHEETS
from pipeline.home.actor import Actor
from pipeline.home.errors import NotFoundError
from pipeline.home.workspace import Workspace
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows
from projections.sites.registry import SITE_FIELDS, SITE_TYPES, Site, SiteColumn, sites_at


class NoSuchSiteError(NotFoundError):
    """No site, or more than one, is called like this."""


def known_sites(workspace: Workspace, at: datetime = FAR, known_at: datetime = FAR) -> dict[str, Site]:
    """Return the sites that stand at T as known at K, by subject."""
    return sites_at(workspace.known.read(SITE_TYPES, known_at), at)


def site_named(sites: Mapping[str, Site], text: str) -> Site:
    """Return the site that a person means by domain, name, address of the home page or 网站标识码."""
    wanted = text.strip()
    by_domain = sites.get(site_subject(wanted))
    if by_domain is not None:
        return by_domain
    fold = fold_name(wanted)
    found = [
        site
        for site in sites.values()
        if wanted in (site.home_url, site.subject) or fold_name(site.name) == fold or site.site_code == wanted
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSuchSiteError(
            message(
                "{text!r} means {count} sites; write one of {domains}",
                text=text,
                count=len(found),
                domains=joined(", ", (site.domain for site in found)),
            )
        )
    names = [name for site in sites.values() for name in (site.name, site.domain)]
    raise NoSuchSiteError(
        message(
            "the registry has no site {text!r}{nearest}; `xuncha sites list` shows them",
            text=text,
            nearest=nearest(text, names),
        )
    )


def find_site(workspace: Workspace, text: str) -> Site:
    """Return the site that a person means, as known now; raises `NoSuchSiteError`."""
    return site_named(known_sites(workspace), text)


def column_named(site: Site, text: str) -> SiteColumn:
    """Return the column that a person means by name or address; raises `NoSuchSiteError`."""
    fold = fold_name(text)
    found = [c for c in site.columns.values() if text == c.url or fold_name(c.name) == fold]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSuchSiteError(
            message(
                "{text!r} means {count} columns of {site}; write the address of one",
                text=text,
                count=len(found),
                site=site.name,
            )
        )
    raise NoSuchSiteError(
        message(
            "{site} has no column {text!r}{nearest}; `xuncha sites columns` shows them",
            site=site.name,
            text=text,
            nearest=nearest(text, [c.name for c in site.columns.values()]),
        )
    )


def import_sites(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Bring the registry of sites to what a sheet lists; blank cells change nothing. Raises `SheetError`."""
    rows = read_sites(asked.path)
    errors = [
        _cell(row.row, SITES.titles(("name",))[0], row.name, why)
        for row in rows
        if (why := unfit_name(row.name))
    ]
    if errors:
        raise SheetErrors(asked.path, tuple(errors))
    known, now = known_sites(workspace), datetime.now(UTC)
    events = [event for row in rows for event in site_events(row, known.get(site_subject(row.domain)), now)]
    return take_rows(workspace, rows, events, actor)


def import_columns(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Bring the columns of sites to what a sheet lists; raises `SheetError` naming rows of unknown sites."""
    rows = read_site_columns(asked.path)
    known, now = known_sites(workspace), datetime.now(UTC)
    events: list[Event[Payload]] = []
    errors: list[CellError] = []
    for row in rows:
        try:
            site = site_named(known, row.site)
        except NoSuchSiteError as e:
            title = SITE_COLUMNS.titles(("site",))[0]
            remedy = message("import the site first, or correct the cell")
            errors.append(CellError(row.row, title, "", row.site, marked(e), remedy))
            continue
        events += column_events(row, site, now)
    if errors:
        raise SheetErrors(asked.path, tuple(errors))
    return take_rows(workspace, rows, events, actor)


def list_sites(workspace: Workspace, at: datetime = FAR) -> list[dict[str, Any]]:
    """Return the sites that stand at T as known now, in the order of areas, units and names."""
    return [site_row(site) for site in in_order(known_sites(workspace, at).values())]


def in_order(sites: Iterable[Site]) -> list[Site]:
    """Return sites as lists show them."""
    return sorted(sites, key=lambda site: (site.area, site.unit, site.name, site.subject))


def site_row(site: Site) -> dict[str, Any]:
    """Return the row of a site in a list."""
    return {
        "domain": site.domain,
        **{name: getattr(site, name) for name in SITE_FIELDS},
        "columns": len(site.columns),
        "since": None if site.since == EPOCH else site.since,
    }


def list_columns(workspace: Workspace, at: datetime = FAR) -> list[dict[str, Any]]:
    """Return the watched columns of every site at T as known now."""
    return [
        {
            "domain": site.domain,
            "site_name": site.name,
            "unit": site.unit,
            "column_id": column.column_id,
            "name": column.name,
            "column_class": column.column_class,
            "limit_days": column.limit_days,
            "url": column.url,
            "since": None if column.since == EPOCH else column.since,
        }
        for site in in_order(known_sites(workspace, at).values())
        for column in sorted(site.columns.values(), key=lambda column: (column.name, column.column_id))
    ]


def site_events(row: SiteRow, known: Site | None, now: datetime) -> list[Event[Payload]]:
    """Return what a row says of a site that nobody knew, or otherwise of one that is known, from `now` on."""
    subject = site_subject(row.domain)
    fields = {name: getattr(row, name) for name in SITE_FIELDS}
    events: list[Event[Payload]] = []
    if known is None:
        at = row.since or EPOCH
        event_id = site_ids.site_registered(subject, at, fields)
        events.append(Event(event_id, SHEETS, subject, at, SiteRegistered(**fields)))
    elif changes := {
        name: value for name, value in fields.items() if value and value != getattr(known, name)
    }:
        event_id = site_ids.site_changed(subject, now, changes)
        events.append(Event(event_id, SHEETS, subject, now, replace(SiteChanged(), **changes)))
    if row.ended_at is not None:
        ended_id = site_ids.site_ended(subject, row.ended_at)
        events.append(Event(ended_id, SHEETS, subject, row.ended_at, SiteEnded()))
    return events


def column_events(row: SiteColumnRow, site: Site, now: datetime) -> list[Event[Payload]]:
    """Return what a row adds, changes from `now` on.

    A column is the same one by its address, or by its name where only one has it.
    """
    before = _same_column(row, site.columns.values())
    key = before.column_id if before else site_ids.column_key(site.subject, row.url)
    data = ColumnDeclared(
        column_id=key,
        name=row.name,
        url=row.url,
        column_class=row.column_class,
        limit_days=row.limit_days,
    )
    events: list[Event[Payload]] = []
    is_unchanged = before is not None and (
        before.name,
        before.url,
        before.column_class,
        before.limit_days,
    ) == (
        data.name,
        data.url,
        data.column_class,
        data.limit_days,
    )
    if not is_unchanged:
        at = row.since or EPOCH if before is None else now
        fields = {name: getattr(data, name) for name in data.__struct_fields__}
        event_id = site_ids.column_declared(site.subject, key, at, fields)
        events.append(Event(event_id, SHEETS, site.subject, at, data))
    if row.dropped_at is not None:
        dropped_id = site_ids.column_dropped(site.subject, key, row.dropped_at)
        dropped = ColumnDropped(column_id=key)
        events.append(Event(dropped_id, SHEETS, site.subject, row.dropped_at, dropped))
    return events


def _same_column(row: SiteColumnRow, columns: Iterable[SiteColumn]) -> SiteColumn | None:
    among = list(columns)
    by_url = [column for column in among if column.url == row.url]
    found: Sequence[SiteColumn] = by_url or [c for c in among if fold_name(c.name) == fold_name(row.name)]
    return found[0] if len(found) == 1 else None


def _cell(row: int, title: str, value: str, problem: str) -> CellError:
    return CellError(row, title, "", value, problem, message("write it as the site shows it, or shorten it"))
