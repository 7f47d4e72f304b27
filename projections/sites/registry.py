"""The registry of websites at a moment: sites, and the columns of each that are watched."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from events.known import Known
from events.site import (
    ColumnClass,
    ColumnDeclared,
    ColumnDropped,
    SiteChanged,
    SiteEnded,
    SiteKind,
    SiteRegistered,
)

SITE_TYPES = ("site.registered", "site.changed", "site.ended", "column.declared", "column.dropped")
"""Types of events that the registry of sites follows from."""

SITE_FIELDS = SiteRegistered.__struct_fields__
"""What a sheet tells of a site beside its address: registration and changes have these fields."""


class SiteColumn(msgspec.Struct, frozen=True):
    """A column that is watched."""

    column_id: str
    name: str
    url: str
    column_class: ColumnClass
    limit_days: int | None
    since: datetime


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site that stands in the registry at the moment asked for."""

    subject: str
    name: str
    kind: SiteKind
    unit: str
    home_url: str
    site_code: str = ""
    tier: str = ""
    area: str = ""
    since: datetime
    columns: dict[str, SiteColumn] = {}  # by id

    @property
    def domain(self) -> str:
        """The address by which people name it."""
        return self.subject.partition(":")[2]


def sites_at(known: Iterable[Known], at: datetime) -> dict[str, Site]:
    """Return the sites that stand at T by subject; of facts the later record wins, a change counts from its own time.

    Columns are kept while a site is registered anew, and gone once it ended.
    """
    sites: dict[str, Site] = {}
    for k in known:
        event, data = k.event, k.event.data
        if event.time > at:
            continue
        site = sites.get(event.subject)
        if isinstance(data, SiteRegistered):
            fields = {name: getattr(data, name) for name in SITE_FIELDS}
            columns = site.columns if site else {}
            since = min(site.since, event.time) if site else event.time
            sites[event.subject] = Site(subject=event.subject, **fields, since=since, columns=columns)
        elif site is None:
            continue
        elif isinstance(data, SiteChanged):
            changed = {name: v for name in SITE_FIELDS if (v := getattr(data, name)) is not None}
            sites[event.subject] = replace(site, **changed)
        elif isinstance(data, SiteEnded):
            if site.since <= event.time:
                del sites[event.subject]
        elif isinstance(data, ColumnDeclared):
            before = site.columns.get(data.column_id)
            column = SiteColumn(
                data.column_id,
                data.name,
                data.url,
                data.column_class,
                data.limit_days,
                min(before.since, event.time) if before else event.time,
            )
            sites[event.subject] = replace(site, columns={**site.columns, data.column_id: column})
        elif isinstance(data, ColumnDropped):
            kept = {key: column for key, column in site.columns.items() if key != data.column_id}
            sites[event.subject] = replace(site, columns=kept)
    return sites
