"""Looks at sites and sweeps of their links beside the sources of a patrol: when they are due, within a quota.

The patrol store knows who reads the sites, so that a second patrol waits; when each was read last; and how many
requests went to each today.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime
from functools import partial
from typing import Literal, TypeVar

import msgspec
import structlog

from connectors.log.port import Log
from connectors.patrolstore.port import AccountNote, BackOff, Lease, LeaseLostError, PatrolStore
from connectors.sources.kind import Failure, LookError, Memory, Page, Web
from connectors.web.client import WebClient
from events.days import chinese_day
from events.instants import FAR, from_micros, to_micros
from events.known import Known
from pipeline.home.read_model import ReadModel
from pipeline.home.site_settings import SiteReading
from pipeline.patrol.sites.common import LIMIT_S, SiteRecords, web_for
from pipeline.patrol.sites.links import follow_links, record_sweep
from pipeline.patrol.sites.looking import read_site, record_look
from pipeline.patrol.surroundings import Surroundings
from projections.patrol.site_days import is_reading_due, planned_reading, wait_after
from projections.patrol.workdays import number_of
from projections.sites.registry import SITE_TYPES, Site, sites_at

T = TypeVar("T")
What = Literal["look", "links"]

LEASE = "sites:reading"
_TTL_S = 300.0
_RENEW_S = 60.0
_EVERY_S = 60.0
_AT_ONCE = 4
"""Sites side by side; at each one request follows the other."""

_log = structlog.get_logger(__name__)


class _Job(msgspec.Struct, frozen=True):
    """What is due at a site."""

    what: What
    site: Site
    note: AccountNote

    @property
    def key(self) -> str:
        return f"{self.what} {self.site.subject}"


class SiteReader:
    """Reads the sites of the registry, and follows their links, until nobody wants it any more, or once."""

    def __init__(
        self,
        reading: SiteReading,
        log: Log,
        model: ReadModel,
        store: PatrolStore,
        storage: Executor,
        surroundings: Surroundings,
        holder: str,
    ) -> None:
        self._reading, self._model, self._store, self._storage = reading, model, store, storage
        self._records = SiteRecords(log, self._known)
        self._surroundings, self._holder = surroundings, holder
        self._renewed = 0.0

    async def run(self, stop: asyncio.Event, *, once: bool) -> None:
        """Read what is due, now and then; what runs when a stop is wanted is broken off, and made another time."""
        async with (
            web_for(self._reading, self._surroundings, robots=True) as web,
            web_for(self._reading, self._surroundings, robots=False, total_s=LIMIT_S) as outside,
        ):
            while not stop.is_set():
                stopped = asyncio.create_task(stop.wait())
                turn = asyncio.create_task(self._turn(web, outside))
                await asyncio.wait({turn, stopped}, return_when=asyncio.FIRST_COMPLETED)
                for task in (turn, stopped):
                    task.cancel()
                await asyncio.gather(turn, stopped, return_exceptions=True)
                if turn.done() and not turn.cancelled() and (error := turn.exception()) is not None:
                    raise error
                if once:
                    return
                try:
                    await asyncio.wait_for(stop.wait(), _EVERY_S)
                except TimeoutError:
                    continue

    async def _turn(self, web: WebClient, outside: WebClient) -> None:
        lease = await self._on_storage(partial(self._store.lease, LEASE, self._holder, _TTL_S))
        if lease is None:
            return
        self._renewed = asyncio.get_running_loop().time()
        try:
            due = await self._on_storage(partial(self._due, lease))
            turns = asyncio.Semaphore(_AT_ONCE)

            async def one(jobs: list[_Job]) -> None:
                async with turns:
                    for job in jobs:
                        await self._do(lease, job, web, outside)

            await asyncio.gather(*(one(jobs) for jobs in due.values()))
        except LeaseLostError:
            _log.info("another patrol reads the sites by now")
        finally:
            await self._on_storage(partial(self._store.release, lease))

    def _due(self, lease: Lease) -> Mapping[str, list[_Job]]:
        """Return what is due by site; notes of sites that are gone are dropped."""
        self._model.catch_up()
        sites = sites_at(self._model.known(SITE_TYPES), FAR)
        now = self._surroundings.clock()
        whats: tuple[tuple[What, int], ...] = (
            ("look", self._reading.look_every_days),
            ("links", self._reading.links_every_days),
        )
        keys = {f"{what} {subject}": site.domain for subject, site in sites.items() for what, _ in whats}
        self._store.watch(lease, b"", keys)
        notes = self._store.notes(LEASE)
        due: dict[str, list[_Job]] = {}
        for subject, site in sorted(sites.items()):
            for what, every in whats:
                job = _Job(what, site, notes.get(f"{what} {subject}", AccountNote()))
                if every and self._is_due(job, every, now):
                    due.setdefault(subject, []).append(job)
        return due

    def _known(self, types: Sequence[str]) -> list[Known]:
        self._model.catch_up()
        return self._model.known(types)

    def _is_due(self, job: _Job, every_days: int, now: datetime) -> bool:
        first, last = self._reading.first_and_last
        today = chinese_day(now)
        planned = planned_reading(job.site.subject, job.what, today, first, last)
        closes = planned_reading("", "", today, last, last)
        looked_at = from_micros(job.note.looked_at) if job.note.looked_at else None
        if to_micros(now) < job.note.back_off.until:
            return False
        return is_reading_due(planned, closes, now, looked_at=looked_at, every_days=every_days)

    async def _do(self, lease: Lease, job: _Job, web: WebClient, outside: WebClient) -> None:
        """Do one thing at one site, and note it before anything else is: what fails is left alone for a while."""
        now = self._surroundings.clock()
        counted = _Counted(web, partial(self._spend, lease, job.site.domain))
        failed = ""
        try:
            if job.what == "look":
                read = await read_site(counted, job.site, self._reading, now)
                done = partial(record_look, self._records, job.site, read, now, None)
                failed = (await self._on_storage(done)).failed
            else:
                followed = await follow_links(counted, outside, job.site, self._reading)
                await self._on_storage(
                    partial(record_sweep, self._records, self._store, job.site, followed, now, None)
                )
        except LeaseLostError:
            raise
        except Exception:  # noqa: BLE001 # whatever a site sends, the others are read
            _log.exception("site not read", site=job.site.domain, what=job.what)
            failed = "error"
        await self._on_storage(partial(self._store.keep, lease, {job.key: _noted(job, now, failed)}))
        _log.info("site read", site=job.site.domain, what=job.what, failed=failed)

    async def _spend(self, lease: Lease, lane: str) -> bool:
        """Count a request before it goes out, and hold the sites for longer."""
        return await self._on_storage(partial(self._spent, lease, lane, asyncio.get_running_loop().time()))

    def _spent(self, lease: Lease, lane: str, at: float) -> bool:
        if at - self._renewed >= _RENEW_S:
            self._store.renew(lease, _TTL_S)
            self._renewed = at
        day = number_of(to_micros(self._surroundings.clock()))
        return self._store.spend(lease, lane, day, quota=self._reading.quota)

    async def _on_storage(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._storage, act)


def _noted(job: _Job, now: datetime, failed: str) -> AccountNote:
    lane, at = job.site.domain, to_micros(now)
    if not failed:
        return AccountNote(lane, looked_at=at)
    failures = job.note.back_off.failures + 1
    return AccountNote(lane, BackOff(failures, at + wait_after(failures)), job.note.looked_at)


class _Counted:
    """A client that asks before each request whether today has one left."""

    def __init__(self, web: Web, spend: Callable[[], Awaitable[bool]]) -> None:
        self._web, self._spend = web, spend

    async def get(
        self, url: str, *, memory: Memory | None = None, headers: dict[str, str] | None = None
    ) -> Page:
        """See `Web`."""
        await self._count()
        return await self._web.get(url, memory=memory, headers=headers)

    async def post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> Page:
        """See `Web`."""
        await self._count()
        return await self._web.post(url, json=json, headers=headers)

    async def _count(self) -> None:
        if not await self._spend():
            raise LookError(Failure("quota", "the requests of today are used up", of_lane=True))
