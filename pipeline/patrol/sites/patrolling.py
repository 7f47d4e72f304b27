"""Visits of home pages beside the sources of a patrol: what is due is made, days that are over are written."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

import structlog

from connectors.log.port import Log
from connectors.patrolstore.port import PatrolStore
from events.instants import FAR
from pipeline.home.read_model import ReadModel
from pipeline.home.site_settings import SiteReading
from pipeline.patrol.sites.availability import Due, close_days, due_visits, keep_visits, make_visits
from pipeline.patrol.sites.common import LIMIT_S, web_for
from pipeline.patrol.surroundings import Surroundings
from projections.sites.registry import SITE_TYPES, sites_at

T = TypeVar("T")

_EVERY_S = 30.0
_log = structlog.get_logger(__name__)


class SiteVisitor:
    """Visits the sites of the registry until nobody wants it any more, or once.

    A second patrol visits too, but a part of a day keeps one visit, and a day has one fact, whoever makes them.
    """

    def __init__(
        self,
        reading: SiteReading,
        log: Log,
        model: ReadModel,
        store: PatrolStore,
        storage: Executor,
        surroundings: Surroundings,
    ) -> None:
        self._reading, self._log, self._model, self._store = reading, log, model, store
        self._storage, self._surroundings = storage, surroundings

    async def run(self, stop: asyncio.Event, *, once: bool) -> None:
        """Visit what is due, now and then; every read and write happens on the thread of storage."""
        async with web_for(self._reading, self._surroundings, robots=False, total_s=LIMIT_S) as web:
            while not stop.is_set():
                due = await self._on_storage(self._due)
                made = await make_visits(web, due, self._reading.reference, self._surroundings.clock)
                await self._on_storage(partial(keep_visits, self._store, made))
                days = await self._on_storage(self._close)
                if made or days:
                    _log.info("sites visited", visits=len(made), days=days)
                if once:
                    return
                try:
                    await asyncio.wait_for(stop.wait(), _EVERY_S)
                except TimeoutError:
                    continue

    def _due(self) -> list[Due]:
        self._model.catch_up()
        sites = sites_at(self._model.known(SITE_TYPES), FAR)
        now = self._surroundings.clock()
        return due_visits(self._store, sites.values(), now, self._reading.visits_a_day)

    def _close(self) -> int:
        return len(close_days(self._store, self._log, self._surroundings.clock()))

    async def _on_storage(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._storage, act)
