"""Websites of a simulated city: who runs one, what a look shows of each, and a week of visits."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from events import site_ids
from events.base import Payload
from events.codec import Event
from events.days import chinese_day, last_second
from events.instants import EPOCH, SHANGHAI
from events.messages import message
from events.site import (
    AvailabilitySampled,
    ColumnClass,
    ColumnDeclared,
    ColumnEntries,
    SiteKind,
    SitePatrolled,
    SiteRegistered,
    site_subject,
)
from events.sources import SHEETS
from pipeline.home.errors import UsageError
from pipeline.simulate.place import NamedSite, Websites
from pipeline.simulate.registry import SimRegistry, SimUnit

SOURCE = "sites"
_DOMAIN = "site{number:02}.gov.example"
_COLUMNS: tuple[tuple[str, ColumnClass, timedelta], ...] = (
    ("要闻动态", "news", timedelta(days=2)),
    ("通知公告", "notice", timedelta(days=9)),
    ("政策文件", "policy", timedelta(days=40)),
)
"""Columns of every site, and how old their newest entry is at the check point."""

_VISITS = 24
_ENTRIES = 20


class _Site(msgspec.Struct, frozen=True):
    """A site of the city."""

    subject: str
    domain: str
    unit: str
    kind: SiteKind
    tier: str
    area: str
    named: NamedSite | None


def site_events(websites: Websites, registry: SimRegistry) -> Iterator[Event[Payload]]:
    """Yield registry, columns, one look and a week of visits of every site.

    Raises `UsageError` where there are fewer units than sites.
    """
    for site in _sites(websites, registry):
        home_url = f"https://{site.domain}/"
        registered = SiteRegistered(
            name=f"{site.unit}网站",
            kind=site.kind,
            unit=site.unit,
            home_url=home_url,
            tier=site.tier,
            area=site.area,
        )
        event_id = site_ids.site_registered(site.subject, EPOCH, msgspec.to_builtins(registered))
        yield Event(event_id, SHEETS, site.subject, EPOCH, registered)
        columns = []
        for name, column_class, limit, newest in _columns(site, websites.check_point):
            url = f"{home_url}{name}/"
            key = site_ids.column_key(site.subject, url)
            data = ColumnDeclared(
                column_id=key, name=name, url=url, column_class=column_class, limit_days=limit
            )
            declared_id = site_ids.column_declared(site.subject, key, EPOCH, msgspec.to_builtins(data))
            yield Event(declared_id, SHEETS, site.subject, EPOCH, data)
            columns.append(ColumnEntries(key, _ENTRIES, _ENTRIES, newest, newest_date_only=True))
        at = websites.check_point - timedelta(hours=2)
        look = SitePatrolled(newest_at=columns[0].newest_at, newest_date_only=True, columns=tuple(columns))
        yield Event(site_ids.site_patrolled(SOURCE, site.subject, at), SOURCE, site.subject, at, look)
        yield from _visits(site.subject, websites.check_point)


def _sites(websites: Websites, registry: SimRegistry) -> list[_Site]:
    """Return who runs a site: those that are named, then units in the order of the registry."""
    wanted = websites.government + websites.institution
    by_name = {unit.name: unit for unit in registry.units}
    named = {one.unit: one for one in websites.named}
    units = [by_name.get(name, _unit(name, registry)) for name in named]
    units += [unit for unit in registry.units if unit.kind != "operator" and unit.name not in named]
    if len(units) < wanted:
        raise UsageError(
            message("{wanted} websites and {count} units to run them", wanted=wanted, count=len(units))
        )
    sites = []
    for number, unit in enumerate(units[:wanted], 1):
        domain = _DOMAIN.format(number=number)
        kind: SiteKind = "government" if number <= websites.government else "institution"
        one = named.get(unit.name)
        sites.append(_Site(site_subject(domain), domain, unit.name, kind, unit.tier, unit.area, one))
    return sites


def _unit(name: str, registry: SimRegistry) -> SimUnit:
    """Return a unit that runs a site and no account, beside the first of the city."""
    first: SimUnit = registry.units[0]
    return msgspec.structs.replace(first, name=name, kind="owner", code="", parent="", duties=())


def _columns(site: _Site, t: datetime) -> Iterator[tuple[str, ColumnClass, int | None, datetime]]:
    for name, column_class, age in _COLUMNS:
        yield name, column_class, None, last_second(chinese_day(t - age))
    if site.named is not None:
        for name in site.named.columns:
            yield name, "other", site.named.limit_days, last_second(site.named.newest_on)


def _visits(subject: str, t: datetime) -> Iterator[Event[Any]]:
    """Yield the whole days of the week before a check point, none of whose visits failed."""
    for back in range(1, 8):
        day = chinese_day(t) - timedelta(days=back)
        begin = datetime.combine(day, time(), SHANGHAI)
        data = AvailabilitySampled(
            day=day,
            visits=_VISITS,
            failures=0,
            first_at=begin + timedelta(minutes=20),
            last_at=begin + timedelta(hours=23, minutes=20),
        )
        event_id = site_ids.availability_sampled(SOURCE, subject, day)
        yield Event(event_id, SOURCE, subject, begin + timedelta(days=1), data)
