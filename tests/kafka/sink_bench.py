"""A sink in this process, or as processes of its own, between a real Kafka and a real history server."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from clickhouse_connect.driver.client import Client

from connectors.history.client import DATABASE, open_http
from connectors.history.heads import Place
from connectors.history.migrate import migrate
from connectors.history.server.spawn import Server, start_server
from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.kafka.offsets import read_group
from connectors.log.port import DERIVED, FACTS
from pipeline.runtime.kafka.sink import KafkaSink
from pipeline.runtime.kafka.sink_settings import SinkSettings
from pipeline.runtime.kafka.storing import Stored
from tests.cleared_history import Made, is_cleared, shape_of
from tests.fork_server import Process
from tests.http_proxy import Proxy
from tests.pipeline.program import command, environment

TOKEN = "sink-" + "t" * 20
TABLES = ("posts", "post_voids", "looks", "occasional_records")
SETTINGS = SinkSettings(session_timeout_s=4.0, linger_s=0.1)
WITHIN_S = 90.0


def until(done: Callable[[], bool], told: Callable[[], object] = lambda: "") -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + WITHIN_S
    while not done():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)


class History:
    """A server of its own behind a proxy: to be killed and started again, in a port of its choice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.server = self._started()
        self.proxy = Proxy(self.server.port)
        self._migrated: list[Made] | None = None

    def client(self, **options: Any) -> Client:
        """Connect by way of the proxy."""
        return self._client(self.proxy.port, **options)

    def direct(self) -> Client:
        return self._client(self.server.port)

    def empty(self) -> None:
        with closing(self.direct()) as client:
            was_cleared = is_cleared(client, self._migrated)
            if not was_cleared:
                client.command(f"DROP DATABASE {DATABASE} SYNC")
        if not was_cleared:
            with closing(self.direct()) as client:
                migrate(client)
                self._migrated = shape_of(client)
        self.proxy.reset()

    def kill(self) -> None:
        """End the server as a power cut does."""
        os.kill(self.server.pid, signal.SIGKILL)
        until(lambda: not self.server.is_running)

    def start_again(self) -> None:
        self.server = self._started()
        self.proxy.upstream_port = self.server.port

    def _started(self) -> Server:
        return start_server(self._folder / "chdb", token=TOKEN, state_dir=self._folder / "state")

    def _client(self, port: int, **options: Any) -> Client:
        return open_http("127.0.0.1", port, username="xuncha", password=TOKEN, **options)


class Running:
    """A sink on a thread, until the end of the `with` block."""

    def __init__(
        self,
        cluster: Cluster,
        history: History,
        settings: SinkSettings = SETTINGS,
        *,
        on_stored: Callable[[Stored], None] = lambda _: None,
    ) -> None:
        def open_client() -> Client:
            return history.client(send_receive_timeout=settings.insert_timeout_s)

        self._sink = KafkaSink(cluster, open_client, settings, on_stored=on_stored)
        self._stop = threading.Event()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._sink.run(self._stop)
        except BaseException as e:  # noqa: BLE001 # told to whoever asks
            self.error = e

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(WITHIN_S)
        assert not self._thread.is_alive()

    def ended(self) -> bool:
        return not self._thread.is_alive()


class SinkProcess:
    """`xuncha sink` in a home of its own."""

    def __init__(
        self, cluster: Cluster, history: History, home: Path, *, stop_at: str = "", **env: str
    ) -> None:
        home.mkdir()
        (home / "xuncha.toml").write_text(
            f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
            f'[clickhouse]\nurl = "http://127.0.0.1:{history.proxy.port}"\nuser = "xuncha"\npassword_from = "TOKEN"\n',
            "utf-8",
        )
        self.log = home / "log.jsonl"
        with self.log.open("wb") as log:
            self.process = Process(
                command(home, "sink", "--session-timeout", "4") if not stop_at else _sleeper(home, stop_at),
                env=environment(TOKEN=TOKEN, **env),
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def is_asleep(self) -> bool:
        """Whether it stopped itself."""
        state = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "T"

    def assignments(self) -> int:
        """Return how often the group has given it partitions."""
        lines = self.log.read_text("utf-8").splitlines(keepends=True)
        told = [json.loads(line) for line in lines if line.endswith("\n")]
        return sum(t["event"] == "partitions assigned" and t["partitions"] > 0 for t in told)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def code(self) -> int:
        return self.process.wait(WITHIN_S)

    def end(self) -> None:
        self.process.kill()
        self.process.wait(WITHIN_S)


_SLEEPER = """
import itertools, os, signal, sys
from pipeline.cli import main, sink
point, _, nth = sys.argv.pop(1).partition(":")
passed = itertools.count(1)

def fall_asleep(name):
    if name == point and next(passed) == int(nth):
        os.kill(os.getpid(), signal.SIGSTOP)

sink.fail_point = fall_asleep
main()
"""


def _sleeper(home: Path, stop_at: str) -> list[str]:
    """Return a sink that stops itself when it passes a point for the n-th time."""
    program, *words = command(home, "sink", "--session-timeout", "4")
    return [program, "-c", _SLEEPER, stop_at, *words[words.index("--home") :]]


def noted(cluster: Cluster) -> dict[Place, int]:
    """Return the positions that the sinks have committed."""
    return {place: c.offset for place, c in read_group(cluster, "sink").committed.items()}


def ends(log: KafkaLog) -> dict[Place, int]:
    return {(t, p): end for t in (FACTS, DERIVED) for p, end in enumerate(log.end_offsets(t)) if end}


def is_done(cluster: Cluster, log: KafkaLog) -> bool:
    """Whether the committed positions reach the ends of both topics."""
    have = noted(cluster)
    return all(have.get(place, 0) >= end for place, end in ends(log).items())


def check_whole(client: Client, log: KafkaLog, *, life: str | None = None) -> int:
    """Compare every table with the log: each record once, in each table that it belongs to; returns their number."""
    stood = client.query(
        "SELECT topic, partition, offset FROM records WHERE {i:String} IN ('', incarnation) ORDER BY ALL",
        parameters={"i": life or ""},
    ).result_rows
    wanted = [
        (topic, p, r.offset)
        for topic in (DERIVED, FACTS)
        for p in range(log.partitions)
        for r in log.read(topic, p, 0, 1 << 30)
    ]
    assert stood == wanted
    check_views(client)
    return len(wanted)


def check_views(client: Client) -> None:
    """Compare each table behind the raw one with what its own query finds."""
    for table in TABLES:
        select = client.query(
            "SELECT as_select FROM system.tables WHERE database = currentDatabase() AND name = {t:String}",
            parameters={"t": f"{table}_feed"},
        ).first_row[0]
        have = client.query(f"SELECT * FROM {table} ORDER BY ALL").result_rows
        assert have == client.query(f"SELECT * FROM ({select}) ORDER BY ALL").result_rows, table
