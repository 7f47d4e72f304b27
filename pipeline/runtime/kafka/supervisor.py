"""All processes of a log on Kafka on one machine: started in order, started again when they end (`xuncha run`)."""

import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager

import structlog

from connectors.history.migrate import migrate
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.topics import apply_topics, partition_count
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.stopping import stop_on_signals
from pipeline.patrol.configured import is_patrolled
from pipeline.runtime.child import Child, stop_all
from pipeline.runtime.embedded.history_server import HistoryServer

PROCESSES = ("sink", "worker", "notifier", "ticker", "patrol")
_LOOK_S = 0.2
_log = structlog.get_logger(__name__)


def supervise(
    home: Home, cluster: Cluster, *, workers: int, ticks: bool, console: Sequence[str] = ()
) -> None:
    """Keep every process of a home running until a signal; the history, too, where no server is set.

    `console` is the command of its pages, where they are to be served, too.

    Without `ticks` there is no ticker: the time of replayed polls is not that of the present.
    """
    stop = stop_on_signals()
    patrolled = is_patrolled(home.settings, home.path)
    with home.owned(wait_s=10.0), watched_history(home) as history:
        apply_topics(cluster, partitions=_partitions(cluster))
        children = [Child(name, _command(home, name)) for name in _names(workers, ticks, patrolled)]
        children += [Child("console", console)] if console else []
        _log.info("running", home=str(home.path), brokers=cluster.bootstrap)
        try:
            keep(history, children, stop)
        finally:
            stop_all(children)


class HomeHistory:
    """The home's own history server, or none where the settings name a ClickHouse server.

    `watch` looks after it on a thread, for one that hangs is asked for half a minute and started again in seconds;
    without it, whoever opened the history looks by itself.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._server = HistoryServer(home)
        self._migrated = False  # the server of the settings
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._watching: Future[None] | None = None

    def look(self) -> None:
        """Start the server if it is not running; sinks that lost it end, and are started again."""
        if self._home.settings.clickhouse is not None:
            if not self._migrated:
                with closing(self._home.history_client()) as client:
                    migrate(client)
                self._migrated = True
            return
        self._server.look()

    def watch(self) -> None:
        """Look again and again, on a thread of its own."""
        self._watching = self._threads.submit(self._watch)

    def check(self) -> None:
        """Raise what ended the thread that nobody asked to stop."""
        if self._watching is not None and self._watching.done():
            self._watching.result()

    @property
    def pid(self) -> int:
        """Return the process of the running server."""
        return self._server.pid

    def close(self) -> None:
        self._stop.set()
        self._server.stop()  # a question that is under way ends with it
        self._threads.shutdown()
        self._server.stop()  # one that was just being started

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_S):
            self.look()


@contextmanager
def watched_history(home: Home) -> Iterator[HomeHistory]:
    """Keep the history of a home running until the end of the block; raises where it cannot be opened at all."""
    history = HomeHistory(home)
    try:
        history.look()
        history.watch()
        yield history
    finally:
        history.close()


def keep(history: HomeHistory, children: Sequence[Child], stop: threading.Event) -> None:
    """Start what ended, again and again, until asked to stop; whatever the history server does holds up nothing."""
    while not stop.wait(_LOOK_S):
        history.check()
        for child in children:
            child.look()


def _partitions(cluster: Cluster) -> int | None:
    """Return the number of partitions that the log was made with, None for one that is to be made."""
    try:
        return partition_count(cluster)
    except ClusterError:
        return None


def _names(workers: int, ticks: bool, patrols: bool) -> list[str]:
    names = [name for name in PROCESSES for _ in range(workers if name == "worker" else 1)]
    left_out = {name for name, wanted in (("ticker", ticks), ("patrol", patrols)) if not wanted}
    return [name for name in names if name not in left_out]


def _command(home: Home, name: str) -> list[str]:
    """Return the command line of a process; what options of this one said goes along."""
    kafka, clickhouse = home.settings.kafka, home.settings.clickhouse
    if kafka is None:
        raise UsageError(message("{path} has no Kafka", path=home.path))
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(home.path), "--kafka", kafka.bootstrap]
    if clickhouse is not None:
        command += ["--clickhouse", clickhouse.url]
    if home.max_clock_gap is None:
        command += ["--clock-is-right"]
    return [*command, name]
