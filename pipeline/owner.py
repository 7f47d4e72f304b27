"""The owner of a home: folds, history, ticks and alerts in one loop, and a door for every other command."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from connectors.history.client import open_embedded, open_http
from connectors.history.migrate import migrate
from connectors.history.server.spawn import start_server, write_private
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from pipeline.failpoints import fail_point
from pipeline.home import WRITER, Door, Home
from pipeline.notifier import Notifier, open_notifier
from pipeline.progress import Progress
from pipeline.rulesets import ruleset_of
from pipeline.runner import Runner
from pipeline.stopping import stop_on_signals
from pipeline.ticker import tick

_IDLE_S = 0.2
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
        _opened(home) as (log, runner, notifier),
        _sink(home) as sink,
        ThreadPoolExecutor(max_workers=1) as aside,
    ):
        storing = aside.submit(sink.catch_up)
        with Progress("处理事件 events", sum(log.end_offsets(FACTS))) as progress:
            folded = runner.catch_up(progress.add)
        delivered = notifier.deliver_pending()
        stored = storing.result() + aside.submit(sink.catch_up).result()
    return Done(folded, stored, delivered)


def run_forever(home: Home, *, ticks: bool) -> None:
    """Own the home until a signal: tick, fold, deliver, store, and answer other commands through the door."""
    stop = stop_on_signals()
    with home.owned(wait_s=10.0), _opened(home) as (log, runner, notifier), _door(home) as door:
        client = open_http("127.0.0.1", door.port, username=WRITER, password=door.token)
        migrate(client)
        sink = Sink(client, log, fail_point=fail_point)
        _store(log, sink)
        write_private(home.door_path, msgspec.json.encode(door).decode())
        _log.info("running", home=str(home.path), port=door.port)
        while not stop.is_set():
            if ticks:
                tick(log, timedelta(minutes=home.settings.tick_minutes), datetime.now(UTC))
            worked = runner.catch_up() + notifier.deliver_pending() + _store(log, sink)
            if not worked:
                stop.wait(_IDLE_S)


def _store(log: EmbeddedLog, sink: Sink) -> int:
    """Bring the history up to date and tell other commands how far it is; returns the number of records stored."""
    ends = log.end_offsets(FACTS)
    stored = sink.catch_up()
    if log.stored_offsets() != ends:
        log.note_stored(ends)
    return stored


@contextmanager
def _opened(home: Home) -> Iterator[tuple[EmbeddedLog, Runner, Notifier]]:
    log = home.open_embedded_log()
    try:
        ruleset = ruleset_of(home)
        yield log, Runner(log, ruleset), open_notifier(log, home)
    finally:
        log.close()


@contextmanager
def _sink(home: Home) -> Iterator[Sink]:
    """Open the history of an owned home, with a log connection of its own."""
    log, client = home.open_embedded_log(), open_embedded(home.history_path)
    try:
        migrate(client)
        yield Sink(client, log, fail_point=fail_point)
    finally:
        client.close()
        log.close()


@contextmanager
def _door(home: Home) -> Iterator[Door]:
    token, reader_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with start_server(
        home.history_path, token=token, reader_token=reader_token, state_dir=home.path / "run"
    ) as server:
        try:
            yield Door(server.port, token, reader_token)
        finally:
            home.door_path.unlink(missing_ok=True)
