"""Rows a second that `xuncha sink` copies from a backlog into the home's own history server."""

import time
from collections.abc import Iterator
from contextlib import closing

from connectors.history.migrate import migrate
from connectors.log.port import FACTS
from pipeline.home.folder import Home
from pipeline.runtime.kafka.lag import SINK
from pipeline.runtime.kafka.supervisor import HomeHistory
from tests.bench.kafka.ground import Ground
from tests.bench.kafka.progress import progress
from tests.bench.kafka.report import rate_line
from tests.pipeline.program import command

GOAL = 50_000
UNIT = "rows/s"


def measure(ground: Ground) -> Iterator[str]:
    """Tell how fast a backlog is stored, against a consumer of the same library that only decodes."""
    cluster, rows = ground.backlog, ground.records
    yield f"\n{rows:,} facts into the home's own history server"
    with ground.baseline("kafka_python_reader", cluster.bootstrap, cluster.topic(FACTS), rows) as process:
        bare = rows / process.told()["seconds"]
    yield rate_line("kafka-python, decodes (baseline)", bare, UNIT, bare)
    yield rate_line("one sink", rows / _stored(ground), UNIT, bare, goal=GOAL)


def _stored(ground: Ground) -> float:
    """Return the seconds from the assignment of partitions to the last committed offset, which follows the inserts."""
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
            begin = time.monotonic()
            seconds = group.wait(ground.records, process) - begin
        with closing(home.history_client()) as client:
            stored = client.command("SELECT count() FROM records")
        if stored != ground.records:
            raise RuntimeError(f"the history holds {stored} of {ground.records} records")
        return seconds
    finally:
        history.close()
