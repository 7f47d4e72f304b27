"""What every measurement stands on: a broker, logs with the same backlog, processes; all of it gone at the end."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

import msgspec

from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.kafka.topics import apply_topics
from connectors.log.placement import Placed, place
from connectors.log.port import FACTS
from events.base import Payload
from events.codec import Event
from tests.bench.generate import stream
from tests.bench.kafka.filling import write_backlog
from tests.bench.kafka.process import Process, pin
from tests.kafka_broker import Broker
from tests.pipeline.program import command

PARTITIONS = 16
SESSION_S = 60
"""Longer than any process is frozen while its backlog is written."""


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    events: int = 200_000
    accounts: int = 5_000
    runs: int = 3  # of figures that vary most; the median is told
    latency_s: int = 20
    known_accounts: int = 100_000  # whose states a fresh worker reads


class Ground:
    """A broker of its own in a folder of its own, until the end of the `with` block."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.folder = Path(tempfile.mkdtemp(prefix="xuncha-bench-"))
        self.broker = Broker(self.folder / "kafka")
        self.cores = sorted(os.sched_getaffinity(0))
        self._measured_cores: list[int] = []  # none: wherever the system puts them
        self._began = 0

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self._open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._open.callback(self.broker.remove)
        try:
            self.broker.start()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @cached_property
    def facts(self) -> list[Event[Payload]]:
        return list(stream(self.size.events, self.size.accounts))

    @cached_property
    def placed(self) -> dict[int, list[Placed]]:
        """The facts as records, by partition."""
        return place(self.facts, PARTITIONS)

    @property
    def records(self) -> int:
        return sum(map(len, self.placed.values()))

    @cached_property
    def backlog(self) -> Cluster:
        """A log that holds the facts, for whoever leaves nothing in its topics."""
        cluster = self.new_log()
        self.fill(cluster)
        return cluster

    def new_log(self) -> Cluster:
        """Make the topics of an empty log."""
        cluster = Cluster(self.broker.bootstrap, prefix=f"bench-{self._next()}")
        apply_topics(cluster, partitions=PARTITIONS)
        return cluster

    def fill(self, cluster: Cluster) -> None:
        write_backlog(cluster, FACTS, self.placed)

    @contextmanager
    def open_log(self, cluster: Cluster) -> Iterator[KafkaLog]:
        memory = self.folder / f"memory-{self._next()}.sqlite"
        with closing(KafkaLog(cluster, memory, fail_point=lambda _: None)) as log:
            yield log

    def home(self, cluster: Cluster) -> Path:
        """Make a home whose log is this one."""
        path = self.folder / f"home-{self._next()}"
        path.mkdir()
        settings = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
        (path / "xuncha.toml").write_text(settings, "utf-8")
        return path

    @contextmanager
    def worker(self, cluster: Cluster) -> Iterator[Process]:
        """Run `xuncha worker` in a home of its own."""
        words = ("worker", "--session-timeout", str(SESSION_S))
        with self.process("worker", command(self.home(cluster), *words)) as process:
            yield process

    @contextmanager
    def baseline(self, module: str, *words: object) -> Iterator[Process]:
        """Run one of the programs that the figures are compared with."""
        line = [sys.executable, "-m", f"tests.bench.kafka.baselines.{module}", *map(str, words)]
        with self.process(module, line) as process:
            yield process

    @contextmanager
    def process(self, name: str, line: list[str]) -> Iterator[Process]:
        """Run a command; within `one_core` it has the first core for itself."""
        process = Process(line, self.folder / f"{name}-{self._next()}.log", self._measured_cores)
        try:
            yield process
        finally:
            process.stop()

    @contextmanager
    def one_core(self) -> Iterator[None]:
        """Give processes that are started within the first core, and the broker and this process the others."""
        self._measured_cores, others = self.cores[:1], self.cores[1:] or self.cores
        self._pin_rest(others)
        try:
            yield
        finally:
            self._measured_cores = []
            self._pin_rest(self.cores)

    def _pin_rest(self, cores: list[int]) -> None:
        for pid in (os.getpid(), self.broker.pid):
            pin(pid, cores)

    def _next(self) -> int:
        self._began += 1
        return self._began
