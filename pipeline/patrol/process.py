"""The patrol of a home: every source of its settings beside each other, in one process that loads no history."""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from functools import partial

import msgspec
import structlog

from pipeline.home.folder import Home
from pipeline.home.new_names import require_fit_source
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.read_model import read_model_of
from pipeline.home.reading_review import reader_or_none
from pipeline.home.rulesets import ladder_of
from pipeline.patrol.configured import Configured, configured
from pipeline.patrol.loop import new_loop, seldom_searched
from pipeline.patrol.records import SourceRecords
from pipeline.patrol.sites.patrolling import SiteVisitor
from pipeline.patrol.sites.reading import SiteReader
from pipeline.patrol.source_patrol import Counts, SourcePatrol
from pipeline.patrol.surroundings import Surroundings, web_of

_RESOLVER_THREADS = 64
_OfSites = tuple[SiteVisitor | SiteReader, ...]
"""What is done about websites; empty without `[sites]` in the settings."""
_log = structlog.get_logger(__name__)


class AskPatrol(msgspec.Struct, frozen=True):
    """What is asked of a patrol."""

    once: bool = False  # one pass over what is due, then end
    only: tuple[str, ...] = ()  # sources by name; none: all


class Patrolled(msgspec.Struct, frozen=True):
    """What a patrol did, by source."""

    sources: Mapping[str, Counts]

    def total(self, name: str) -> int:
        """Return a count over all sources."""
        return sum(int(getattr(counts, name)) for counts in self.sources.values())


def patrol(
    home: Home,
    asked: AskPatrol,
    *,
    surroundings: Surroundings = Surroundings(),  # noqa: B008 (frozen)
    on_look: Callable[[], None] = lambda: None,
) -> Patrolled:
    """Patrol the sources of a home until a signal, or for one pass; raises `UsageError` for wrong settings."""
    sources = [
        one for one in configured(home.settings, home.path) if not asked.only or one.name in asked.only
    ]
    with ThreadPoolExecutor(1, thread_name_prefix="storage") as storage, ExitStack() as opened:
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        records, of_sites = storage.submit(
            _open, home, sources, opened, storage, surroundings, holder
        ).result()
        try:
            with seldom_searched(), asyncio.Runner(loop_factory=new_loop) as runner:
                counts = runner.run(
                    _patrol(sources, records, of_sites, storage, asked, surroundings, holder, on_look)
                )
        finally:
            storage.submit(opened.close).result()
    return Patrolled({source.name: one for source, one in zip(sources, counts, strict=True)})


def _open(
    home: Home,
    sources: Sequence[Configured],
    opened: ExitStack,
    storage: ThreadPoolExecutor,
    surroundings: Surroundings,
    holder: str,
) -> tuple[list[SourceRecords], _OfSites]:
    """Open log, read model and patrol store on the thread that works with them."""
    opened.enter_context(home.kept_texts.held_open())  # each batch keeps texts
    log = opened.enter_context(closing(home.open_log()))
    for source in sources:
        require_fit_source(log.db, source.name)
    model = opened.enter_context(read_model_of(home, log))
    store = opened.enter_context(closing(open_patrol_store(home)))
    ladder, reader = ladder_of(home), reader_or_none(home)
    records = [
        SourceRecords(
            source,
            source.build(home.path),
            home.path,
            log=log,
            model=model,
            store=store,
            ladder=ladder,
            reader=reader,
        )
        for source in sources
    ]
    reading = home.settings.sites
    if reading is None:
        return records, ()
    return records, (
        SiteVisitor(reading, log, model, store, storage, surroundings),
        SiteReader(reading, log, model, store, storage, surroundings, holder),
    )


async def _patrol(
    sources: Sequence[Configured],
    records: Sequence[SourceRecords],
    of_sites: _OfSites,
    storage: ThreadPoolExecutor,
    asked: AskPatrol,
    surroundings: Surroundings,
    holder: str,
    on_look: Callable[[], None],
) -> list[Counts]:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Names that are slow to resolve would hold up all others in the few threads that there are by default.
    names = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="names")
    loop.set_default_executor(names)
    webs = [web_of(source, surroundings) for source in sources]
    patrols = [
        SourcePatrol(
            source, one.kind, web, one, storage, holder=holder, clock=surroundings.clock, on_look=on_look
        )
        for source, one, web in zip(sources, records, webs, strict=True)
    ]
    on_signals = partial(_stop, stop, patrols)
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not in a thread of tests
            loop.add_signal_handler(number, on_signals)
    try:
        if not patrols and not of_sites and not asked.once:
            _log.info("the settings name no source; waiting")
            await stop.wait()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one.run(stop, once=asked.once)) for one in patrols]
            for one in () if asked.only else of_sites:
                group.create_task(one.run(stop, once=asked.once))
    finally:
        for web in webs:
            await web.close()
        names.shutdown(wait=False, cancel_futures=True)
        loop.set_default_executor(ThreadPoolExecutor(1))  # the end of the loop would wait for names
    return [task.result() for task in tasks]


def _stop(stop: asyncio.Event, patrols: Sequence[SourcePatrol]) -> None:
    _log.info("stopping")
    stop.set()
    for one in patrols:
        one.wake()
