"""The history of a running home, kept beside its folds: a thread watches the server, another one stores."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress

import structlog
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError, open_http
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from pipeline.home.folder import SINK, Door, Home
from pipeline.runtime.embedded.history_server import HistoryServer

_IDLE_S = 0.2
_PAUSES_S = (0.2, 1.0, 3.0, 10.0)  # after a store that failed, by how many did in a row
_LAST_STORE_WITHIN_S = 10.0
_log = structlog.get_logger(__name__)


class HistoryKeeper:
    """Brings the log into the history for as long as a home is owned.

    A store that fails is tried again: the sink then asks the database where to go on, so nothing is lost and
    nothing stands there twice. What is no failure of the history (a defect, a log that cannot be read) ends the
    thread, and `check` raises it.
    """

    def __init__(
        self, home: Home, server: HistoryServer, *, fail_point: Callable[[str], None] = lambda _: None
    ) -> None:
        self._home = home
        self._server = server
        self._fail_point = fail_point
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="history")
        self._jobs: list[Future[None]] = []
        self._failed = 0  # stores in a row

    def start(self) -> None:
        """Start the server, see that it can go on with this log, and keep both going.

        Raises `ServerStartError` and `HistoryError` where they do not fit from the beginning.
        """
        self._server.look()
        with closing(self._home.open_embedded_log()) as log:
            self._try_once(log)
        self._jobs = [self._threads.submit(self._watch), self._threads.submit(self._store_until_stopped)]

    def check(self) -> None:
        """Raise what ended a thread that nobody asked to stop."""
        for job in self._jobs:
            if job.done():
                job.result()

    def stop(self) -> None:
        """Let a store under way end, then stop the server."""
        self._stop.set()
        wait(self._jobs, _LAST_STORE_WITHIN_S)
        self._server.stop()  # what still stores fails, and its thread ends
        self._threads.shutdown()
        self._server.stop()  # one that was just being started

    def _try_once(self, log: EmbeddedLog) -> None:
        door = self._server.door
        if door is None:
            return
        try:
            client = _client(door)
        except HistoryError as e:
            _log.warning("history did not answer at once", reason=_first_line(e))
            return
        with closing(client), suppress(ClickHouseError):
            Sink(client, log, self._home.settled)

    def _watch(self) -> None:
        while not self._stop.wait(_IDLE_S):
            self._server.look()

    def _store_until_stopped(self) -> None:
        with closing(self._home.open_embedded_log()) as log:
            while not self._stop.is_set():
                door = self._server.door
                if door is None:
                    self._stop.wait(_IDLE_S)
                    continue
                try:
                    with closing(_client(door)) as client:
                        self._store_through(client, door, log)
                except (ClickHouseError, HistoryError, OSError) as e:
                    pause_s = _PAUSES_S[min(self._failed, len(_PAUSES_S) - 1)]
                    self._failed += 1
                    _log.warning("history not stored", again_in_s=pause_s, reason=_first_line(e))
                    self._stop.wait(pause_s)

    def _store_through(self, client: Client, door: Door, log: EmbeddedLog) -> None:
        """Store what comes until asked to stop, or until the door is another one."""
        sink = Sink(client, log, self._home.settled, fail_point=self._fail_point)
        while not self._stop.is_set() and self._server.door == door:
            stored = _store(log, sink)
            self._failed = 0
            if not stored:
                self._stop.wait(_IDLE_S)


def _store(log: EmbeddedLog, sink: Sink) -> int:
    """Bring the history up to date and tell other commands how far it is; returns the number of records stored."""
    ends = log.end_offsets(FACTS)
    stored = sink.catch_up()
    if log.stored_offsets() != ends:
        log.note_stored(ends)
    return stored


def _client(door: Door) -> Client:
    return open_http("127.0.0.1", door.port, username=SINK, password=door.sink_token)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
