"""A year at once: `python -m tests.bench.kafka.year [--accounts N] [--days N]`; at 100,000 accounts some hours.

A worker and a sink keep up with a year of looks and posts, written day by day; each quarter is scored by the command.
It prints what grew: topics, history, memory of the processes, the time of commands. It takes away what it started.
"""

import argparse
import logging
import os
import platform
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from connectors.kafka.cluster import Cluster
from connectors.log.placement import place
from connectors.log.port import FACTS
from events.base import Payload
from events.codec import Event
from pipeline.home.folder import Home
from pipeline.runtime.kafka.lag import SINK, WORKER, LagMeter
from pipeline.runtime.kafka.supervisor import HomeHistory
from tests.bench.__main__ import cpu_model, say
from tests.bench.kafka.filling import write_backlog
from tests.bench.kafka.ground import PARTITIONS, Ground, Size
from tests.bench.kafka.process import Process, cpu_s
from tests.bench.kafka.year_facts import Year
from tests.pipeline.program import command, environment

BEGIN = datetime(2024, 12, 31, 16, tzinfo=UTC)
"""The first of January in China."""

AHEAD = 500_000
"""Records that worker or sink may be behind before the next day is written."""

_LOOK_S = 0.5
_COMMAND_S = 3_600.0
_MB = 1e6
_EVERY_DAYS = 30


class Measured:
    """A log, its worker, its sink and its history, and what each of them holds."""

    def __init__(self, ground: Ground, running: ExitStack) -> None:
        self._ground = ground
        self.cluster: Cluster = ground.new_log()
        self.path = ground.home(self.cluster)
        self._history = HomeHistory(Home(self.path))
        running.callback(self._history.close)
        self._history.look()
        self._processes: dict[str, Process] = {
            name: running.enter_context(ground.process(name, command(self.path, name)))
            for name in ("worker", "sink")
        }
        self._meter = running.enter_context(closing(LagMeter(self.cluster)))

    def write(self, facts: Iterable[Event[Payload]]) -> int:
        """Append facts in their order; returns the number of records."""
        placed = place(facts, PARTITIONS)
        write_backlog(self.cluster, FACTS, placed)
        return sum(map(len, placed.values()))

    def follow(self, behind: int) -> None:
        """Wait until worker and sink are at most so many records behind."""
        while max(self.lag().values()) > behind:
            for process in self._processes.values():
                process.check()
            time.sleep(_LOOK_S)

    def lag(self) -> Mapping[str, int]:
        """Return how many records each of the two has before it."""
        left = Counter({WORKER: 0, SINK: 0})
        for standing in self._meter.measure().standings:
            if standing.group in left:
                left[standing.group] += standing.end - standing.committed
        return left

    def pids(self) -> dict[str, int]:
        ours = {name: process.pid for name, process in self._processes.items()}
        return {**ours, "history": self._history.pid, "broker": self._ground.broker.pid}

    def memory_mb(self) -> dict[str, float]:
        """Return what each process holds now."""
        return {name: _resident_mb(pid) for name, pid in self.pids().items()}

    def topics_mb(self) -> dict[str, float]:
        """Return what the topics take on the disk of the broker."""
        held: Counter[str] = Counter()
        for folder in self._ground.broker.folder.rglob(f"{self.cluster.prefix}*-*"):
            if folder.is_dir():
                held[folder.name.rpartition("-")[0].removeprefix(f"{self.cluster.prefix}.")] += _size(folder)
        return {topic: size / _MB for topic, size in held.items() if size >= _MB}

    def tables(self) -> Iterator[str]:
        """Yield a line for each table of the history that holds more than a megabyte, the largest first."""
        question = (
            "SELECT table, sum(rows), sum(bytes_on_disk), count() FROM system.parts WHERE active"
            " AND database = currentDatabase() GROUP BY table HAVING sum(bytes_on_disk) > 1e6"
            " ORDER BY sum(bytes_on_disk) DESC"
        )
        with closing(Home(self.path).history_client()) as client:
            for table, rows, size, parts in client.query(question).result_rows:
                yield f"    {table:24}{rows:14,} rows {size / _MB:8,.0f} MB {parts:4} parts"

    def command(self, *words: str) -> str:
        """Run a command of the home; returns its name, how it ended, and what it took."""
        begin, told = time.monotonic(), "ended"
        try:
            done = subprocess.run(
                command(self.path, *words),
                check=False,
                env=environment(),
                capture_output=True,
                timeout=_COMMAND_S,
            )
            if done.returncode:
                told = f"status {done.returncode}: {done.stderr.decode()[-200:].strip()}"
        except subprocess.TimeoutExpired:
            told = "did not end"
        return f"    xuncha {' '.join(words)}: {told}, {time.monotonic() - begin:.1f} s"


def main() -> None:
    """Print the machine, each month what grew, each quarter its commands, and what the year took."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.getLogger("aiokafka").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    say(f"machine: {platform.machine()}, {os.cpu_count()} cores, {cpu_model()}, {platform.python_version()}")
    year = Year(asked.accounts, BEGIN)
    with Ground(Size(accounts=asked.accounts)) as ground, ExitStack() as running:
        for line in _lived(Measured(ground, running), year, asked.days):
            say(line)


def _lived(measured: Measured, year: Year, days: int) -> Iterator[str]:
    """Live through the year; yields what there is to tell."""
    begin = time.monotonic()
    quarters = [d for d in (90, 181, 273, 365) if d <= days]
    records = measured.write(year.openings())
    for day in range(days):
        records += measured.write(year.day(day))
        measured.follow(AHEAD)
        if (day + 1) % _EVERY_DAYS == 0 or day + 1 in (*quarters, days):
            took = time.monotonic() - begin
            yield f"day {day + 1}: {records:,} records in {took:,.0f} s; lag {_told(measured.lag(), '')}"
            yield f"    memory {_told(measured.memory_mb(), 'MB')}; topics {_told(measured.topics_mb(), 'MB')}"
        if day + 1 in quarters:
            measured.follow(0)
            yield from _closed(measured, BEGIN + timedelta(days=day + 1))
    measured.follow(0)
    took = time.monotonic() - begin
    used = {name: cpu_s(pid) for name, pid in measured.pids().items()}
    yield f"lived {days} days accounts {len(year.names)} records {records} seconds {took:.0f}"
    yield f"    processor time {_told(used, 's')}"
    yield from measured.tables()


def _closed(measured: Measured, at: datetime) -> Iterator[str]:
    """Yield what the commands of the end of a quarter take."""
    moment = at.isoformat()
    quarter: Sequence[Sequence[str]] = (
        ("score", "--check-point", moment, "--json"),
        ("status", "--check-point", moment, "--json"),
        ("today", "--on", at.date().isoformat(), "--json"),
    )
    for words in quarter:
        yield measured.command(*words)


def _told(amounts: Mapping[str, float], unit: str) -> str:
    return ", ".join(f"{name} {amount:,.0f} {unit}".strip() for name, amount in amounts.items())


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MB


def _size(folder: Path) -> int:
    return sum(file.stat().st_blocks * 512 for file in folder.iterdir() if file.is_file())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    return parser.parse_args()


if __name__ == "__main__":
    main()
