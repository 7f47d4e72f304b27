"""Visits of home pages over a day (网站可用性): made when they are due, and one fact a site and day.

The visits of a day are kept in the patrol store until the day is over. Its fact is written before they are dropped, and
has one id: a kill between the two writes the same fact again, which counts once.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta

import msgspec

from connectors.log.port import Log
from connectors.patrolstore.port import PatrolStore
from connectors.patrolstore.site_notes import VisitNote
from connectors.sites.opening import Opened, open_page
from connectors.web.client import WebClient
from events import site_ids
from events.codec import Event
from events.days import chinese_day, last_second
from events.instants import from_micros, to_micros
from events.site import AvailabilitySampled
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.site_settings import SiteReading
from pipeline.home.workspace import Workspace
from pipeline.patrol.sites.common import LIMIT_S, SOURCE, reading_of, sites_meant, web_for
from pipeline.patrol.sites.looking import AskSites
from pipeline.patrol.surroundings import Surroundings
from projections.patrol.visits import Visit, VisitCause, due_visit, planned_visits, tally
from projections.sites.registry import Site

_DAY_ZERO = date(1970, 1, 1)
_OWN_LINE = frozenset({"dns", "connect", "tls", "timeout"})
_AT_ONCE = 8


class Due(msgspec.Struct, frozen=True):
    """A visit that is due."""

    site: Site
    day: int  # days since the epoch
    slot: int


class SiteVisited(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit found."""

    domain: str
    name: str
    at: datetime
    cause: VisitCause  # empty: it was open
    took_s: float
    counted: bool  # it says something of the site


class Visits(msgspec.Struct, frozen=True):
    """What was done about visits: those made now, and the days whose facts were written."""

    made: tuple[SiteVisited, ...]
    days: tuple[tuple[str, date], ...]  # domain and day


def visit_sites(
    workspace: Workspace,
    asked: AskSites,
    surroundings: Surroundings = Surroundings(),  # noqa: B008 (frozen)
) -> Visits:
    """Make the visits that are due now, and write the facts of days that are over."""
    sites, reading, now = sites_meant(workspace, asked.sites), reading_of(workspace), surroundings.clock()
    with closing(open_patrol_store(workspace.home)) as store:
        due = due_visits(store, sites, now, reading.visits_a_day)
        made = asyncio.run(_all(reading, due, surroundings))
        keep_visits(store, made)
        days = close_days(store, workspace.log, now)
    return Visits(tuple(_visited(*one) for one in made), days)


Made = tuple[Due, Opened, VisitNote]


def due_visits(store: PatrolStore, sites: Iterable[Site], now: datetime, visits: int) -> list[Due]:
    """Return the visits that are due now, those that were made left out."""
    today, found = chinese_day(now), []
    number = (today - _DAY_ZERO).days
    for site in sites:
        made = [note.slot for note in store.visits(site.subject) if note.day == number]
        slot = due_visit(planned_visits(site.subject, today, visits), made, now)
        if slot is not None:
            found.append(Due(site, number, slot))
    return found


async def make_visits(
    web: WebClient, due: Sequence[Due], reference: str, clock: Callable[[], datetime]
) -> list[Made]:
    """Make visits, some side by side; a failure while the reference does not open either lies at our own line."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(visit: Due) -> Made:
        async with turns:
            at = clock()
            opened = await open_page(web, visit.site.home_url, LIMIT_S)
            if opened.cause in _OWN_LINE and reference:
                other = await open_page(web, reference, LIMIT_S)
                opened = opened if other.is_open else Opened("ours", opened.took_s)
            note = VisitNote(visit.site.subject, visit.day, visit.slot, to_micros(at), opened.cause)
            return visit, opened, note

    return list(await asyncio.gather(*(one(visit) for visit in due)))


def keep_visits(store: PatrolStore, made: Iterable[Made]) -> None:
    """Keep visits; the first of a part of the day stays."""
    for _, _, note in made:
        store.keep_visit(note)


def close_days(store: PatrolStore, log: Log, now: datetime) -> tuple[tuple[str, date], ...]:
    """Write the facts of the days that are over, and drop their visits."""
    today = (chinese_day(now) - _DAY_ZERO).days
    by_day: dict[tuple[str, int], list[Visit]] = {}
    for note in store.visits():
        if note.day < today:
            visit = Visit(note.slot, from_micros(note.at), _CAUSES.get(note.cause, "ours"))
            by_day.setdefault((note.site, note.day), []).append(visit)
    closed = []
    for (site, number), visits in sorted(by_day.items()):
        day = _DAY_ZERO + timedelta(days=number)
        found = tally(visits)
        if found is not None and found.visits:
            data = AvailabilitySampled(
                day=day,
                visits=found.visits,
                failures=found.failures,
                first_at=found.first_at,
                last_at=found.last_at,
                limit_s=LIMIT_S,
                causes=found.causes,
            )
            event_id = site_ids.availability_sampled(SOURCE, site, day)
            log.append([Event(event_id, SOURCE, site, last_second(day) + timedelta(seconds=1), data)])
            closed.append((site.partition(":")[2], day))
        store.drop_visits(site, number)
    return tuple(closed)


_CAUSES: Mapping[str, VisitCause] = {
    "": "",
    "dns": "dns",
    "connect": "connect",
    "tls": "tls",
    "timeout": "timeout",
    "status": "status",
    "blank": "blank",
    "blocked": "blocked",
    "ours": "ours",
}


async def _all(reading: SiteReading, due: Sequence[Due], surroundings: Surroundings) -> list[Made]:
    async with web_for(reading, surroundings, robots=False, total_s=LIMIT_S) as web:
        return await make_visits(web, due, reading.reference, surroundings.clock)


def _visited(visit: Due, opened: Opened, note: VisitNote) -> SiteVisited:
    cause = _CAUSES.get(note.cause, "ours")
    return SiteVisited(
        domain=visit.site.domain,
        name=visit.site.name,
        at=from_micros(note.at),
        cause=cause,
        took_s=opened.took_s,
        counted=cause not in ("blocked", "ours"),
    )
