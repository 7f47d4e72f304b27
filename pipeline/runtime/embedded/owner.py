"""The owner of a home: folds, history, ticks and alerts in one loop, and a door for every other command."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from connectors.history.client import open_embedded
from connectors.history.migrate import migrate
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from pipeline.home.read_model import read_model_of
from pipeline.home.rulesets import rulebook_of_home
from pipeline.home.stopping import stop_on_signals
from pipeline.home.ticks import tick
from pipeline.patrol.configured import is_patrolled
from pipeline.runtime.child import Child, stop_all
from pipeline.runtime.embedded.history_keeper import HistoryKeeper
from pipeline.runtime.embedded.history_server import HistoryServer
from pipeline.runtime.embedded.notifier import Notifiers, open_notifiers
from pipeline.runtime.embedded.runner import Runner
from pipeline.runtime.hourly import Hourly

_IDLE_S = 0.2
_STOP_S = 5.0
_READ_MODEL_RECORDS = 4_000
_log = structlog.get_logger(__name__)


class Done(msgspec.Struct, frozen=True):
    """What a run did until it was idle."""

    folded: int
    stored: int
    delivered: int | None  # None: on Kafka the notifiers alone know


def run_until_idle(home: Home) -> Done:
    """Fold, store and deliver everything that the log holds now, then return.

    Facts are stored on a thread of their own while they are folded; what the folds derive is stored after them.
    """
    with (
        home.owned(wait_s=10.0),
        _opened(home) as (log, runner, notifiers),
        _sink(home) as sink,
        ThreadPoolExecutor(max_workers=1) as aside,
    ):
        storing = aside.submit(sink.catch_up)
        with Progress("处理事件 events", sum(log.end_offsets(FACTS))) as progress:
            folded = runner.catch_up(progress.add)
        delivered = notifiers.deliver_pending()
        stored = storing.result() + aside.submit(sink.catch_up).result()
    return Done(folded, stored, delivered)


def run_forever(
    home: Home, *, ticks: bool, console: Sequence[str] = (), hourly: Callable[[], object] | None = None
) -> None:
    """Own the home until a signal: tick, fold, deliver, store, and answer other commands through the door.

    The history is kept aside: while its server is away, facts are folded and alerts are told all the same. What pages
    read is brought up while nothing else waits. Where the settings name sources or websites, a patrol looks at them
    in a process of its own: what strangers send is read apart from the log's folds. So are the pages, by the command
    `console`. `hourly` is done each hour while the clock is ticked.
    """
    stop = stop_on_signals()
    patrolled = is_patrolled(home.settings, home.path)
    with (
        home.owned(wait_s=10.0),
        _opened(home) as (log, runner, notifiers),
        _history(home, stop) as aside,
        read_model_of(home, log) as model,
        _beside(_patrol(home) if patrolled else None, console) as children,
    ):
        _log.info("running", home=str(home.path))
        beside = Hourly(hourly if ticks else None, name="hourly")
        while not stop.is_set():
            beside.look()
            aside.check()
            for child in children:
                child.look()
            if ticks:
                tick(log, timedelta(minutes=home.settings.tick_minutes), datetime.now(UTC))
            worked = runner.catch_up() + notifiers.deliver_pending()
            if not worked and not model.catch_up(most=_READ_MODEL_RECORDS):
                stop.wait(_IDLE_S)
        beside.wait(_STOP_S)


@contextmanager
def _opened(home: Home) -> Iterator[tuple[EmbeddedLog, Runner, Notifiers]]:
    log = home.open_embedded_log()
    try:
        ruleset = rulebook_of_home(home)
        with open_notifiers(log, home) as notifiers:
            yield log, Runner(log, ruleset), notifiers
    finally:
        log.close()


@contextmanager
def _sink(home: Home) -> Iterator[Sink]:
    """Open the history of an owned home, with a log connection of its own."""
    log, client = home.open_embedded_log(), open_embedded(home.history_path)
    try:
        migrate(client)
        yield Sink(client, log, home.settled, fail_point=fail_point)
    finally:
        client.close()
        log.close()


@contextmanager
def _history(home: Home, stop: threading.Event) -> Iterator[HistoryKeeper]:
    """Keep the history beside what runs inside."""
    keeper = HistoryKeeper(home, HistoryServer(home), fail_point=fail_point)
    try:
        keeper.start()
        yield keeper
    finally:
        stop.set()
        keeper.stop()


def _patrol(home: Home) -> Child:
    right = [] if home.max_clock_gap is not None else ["--clock-is-right"]
    return Child("patrol", [sys.executable, "-m", "pipeline.cli", "--home", str(home.path), *right, "patrol"])


@contextmanager
def _beside(patrol: Child | None, console: Sequence[str]) -> Iterator[list[Child]]:
    """Keep the patrol of a home and its console running, where there are any."""
    children = [child for child in (patrol, Child("console", console) if console else None) if child]
    try:
        yield children
    finally:
        stop_all(children)
