"""Rows a second that `xuncha sink` copies from a backlog into the home's own history server."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from connectors.history.migrate import migrate
from connectors.log.port import FACTS
from pipeline.home.folder import Home
from pipeline.runtime.kafka.lag import SINK
from pipeline.runtime.kafka.supervisor import HomeHistory
from tests.bench.kafka.ground import Ground
from tests.bench.kafka.process import cpu_s
from tests.bench.kafka.progress import progress
from tests.bench.kafka.report import rate_line
from tests.pipeline.program import command

GOAL = 100_000
UNIT = "rows/s"


def measure(ground: Ground) -> Iterator[str]:
    """Tell how fast a backlog is stored, against a consumer of the same library that only decodes."""
    cluster, rows = ground.backlog, ground.records
    yield f"\n{rows:,} facts into the home's own history server"
    with ground.baseline("kafka_python_reader", cluster.bootstrap, cluster.topic(FACTS), rows) as process:
        bare = rows / process.told()["seconds"]
    yield rate_line("kafka-python, decodes (baseline)", bare, UNIT, bare)
    stored = _stored(ground)
    yield rate_line("one sink", rows / stored.seconds, UNIT, bare, goal=GOAL)
    used = ", ".join(f"{name} {seconds / rows * 1e6:.1f} us" for name, seconds in stored.cpu_s.items())
    yield f"  processor time a row: {used}"


class _Stored(NamedTuple):
    """What it took from the assignment of partitions to the last committed offset, which follows the inserts."""

    seconds: float
    cpu_s: dict[str, float]  # processor time by process


def _stored(ground: Ground) -> _Stored:
    """Store the backlog, and hold that all of it stands in the history."""
    path = ground.home(ground.backlog)
    home = Home(path)
    history = HomeHistory(home)
    try:
        history.look()
        with closing(home.history_client()) as client:
            migrate(client)
        with (
            progress(ground.backlog, SINK) as group,
            ground.process("sink", command(path, "sink")) as process,
        ):
            process.said("partitions assigned")
            pids = {"sink": process.pid, "history": history.pid, "broker": ground.broker.pid}
            before = {name: cpu_s(pid) for name, pid in pids.items()}
            begin = time.monotonic()
            seconds = group.wait(ground.records, process) - begin
            used = {name: cpu_s(pid) - before[name] for name, pid in pids.items()}
        with closing(home.history_client()) as client:
            stored = client.command("SELECT count() FROM records")
        if stored != ground.records:
            raise RuntimeError(f"the history holds {stored} of {ground.records} records")
        return _Stored(seconds, used)
    finally:
        history.close()
