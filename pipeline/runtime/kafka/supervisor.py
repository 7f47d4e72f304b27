"""All processes of a log on Kafka on one machine: started in order, started again when they end (`xuncha run`)."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import Any

import structlog

from connectors.history.migrate import migrate
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.topics import apply_topics, partition_count
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.stopping import stop_on_signals
from pipeline.runtime.embedded.history_server import HistoryServer
from pipeline.runtime.kafka.exits import POISON

PROCESSES = ("sink", "worker", "notifier", "ticker")
_LOOK_S = 0.2
_STOP_WITHIN_S = 20.0
_HEALTHY_S = 10.0
_BACKOFF_S = (0.2, 1.0, 3.0, 10.0, 30.0)
_PR_SET_PDEATHSIG = 1
_TERMINATE = int(signal.SIGTERM)
# Found before any fork: between fork and exec another thread's lock would never be let go of.
_prctl: Any = None
with suppress(OSError, AttributeError):  # only Linux can
    _prctl = ctypes.CDLL(None).prctl
_log = structlog.get_logger(__name__)


class Child:
    """A process that is started again when it ends, unless it says that this would not help (exit 65)."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._started_at = 0.0
        self._start_at = 0.0
        self._given_up = False

    def look(self) -> None:
        """Start the process if it is not running and its pause is over."""
        now = time.monotonic()
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            self._process = None
            self._given_up = code == POISON
            healthy = now - self._started_at > _HEALTHY_S
            self._failures = 0 if healthy else min(self._failures + 1, len(_BACKOFF_S) - 1)
            self._start_at = now + _BACKOFF_S[self._failures]
            say = _log.error if self._given_up else _log.warning
            say("process ended", process=self.name, code=code, again=not self._given_up)
        if self._process is None and not self._given_up and now >= self._start_at:
            self._started_at = now
            self._process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
                self._command,
                stdin=subprocess.DEVNULL,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (one call of the system, which takes no lock)
            )
            _log.info("process started", process=self.name, pid=self._process.pid)

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def await_end(self, deadline: float) -> None:
        """Wait for the end of the process, and bring it about at the deadline."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.warning("process killed", process=self.name)
            self._process.kill()
            self._process.wait()


def supervise(home: Home, cluster: Cluster, *, workers: int, ticks: bool) -> None:
    """Keep every process of a home running until a signal; the history, too, where no server is set.

    Without `ticks` there is no ticker: the time of replayed polls is not that of the present.
    """
    stop = stop_on_signals()
    with home.owned(wait_s=10.0), watched_history(home) as history:
        apply_topics(cluster, partitions=_partitions(cluster))
        children = [Child(name, _command(home, name)) for name in _names(workers, ticks=ticks)]
        _log.info("running", home=str(home.path), brokers=cluster.bootstrap)
        try:
            keep(history, children, stop)
        finally:
            _stop(children)


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


def _names(workers: int, *, ticks: bool) -> list[str]:
    names = [name for name in PROCESSES for _ in range(workers if name == "worker" else 1)]
    return names if ticks else [name for name in names if name != "ticker"]


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


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + _STOP_WITHIN_S
    for child in children:
        child.await_end(deadline)


def _end_with_parent() -> None:
    """Ask the system to end this process with the one that started it."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, _TERMINATE, 0, 0, 0)
