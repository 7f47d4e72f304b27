"""Records a second through `xuncha worker`: one on one core, and two on two."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from connectors.log.port import FACTS
from pipeline.runtime.kafka.lag import WORKER
from tests.bench.kafka.ground import PARTITIONS, Ground
from tests.bench.kafka.process import Process
from tests.bench.kafka.progress import progress
from tests.bench.kafka.report import rate_line

GOAL = 160_000
TIMES_QUIX = 1.5
_QUIX = "Quix Streams, keeps the last post"
UNIT = "records/s"


def measure(ground: Ground) -> Iterator[str]:
    """Tell rates of workers and of baselines over the same backlog."""
    size = ground.size
    yield f"\n{ground.records:,} records of {size.accounts:,} accounts, {PARTITIONS} partitions, on one core"
    with ground.one_core():
        bare = ground.records / median(_bare(ground) for _ in range(size.runs))
        yield rate_line("aiokafka, decodes (baseline)", bare, UNIT, bare)
        others = {name: ground.records / seconds for name, seconds in _baselines(ground)}
        for name, rate in others.items():
            yield rate_line(name, rate, UNIT, bare)
        one = sorted(ground.records / _worked(ground, 1) for _ in range(size.runs))
        yield rate_line("one worker", median(one), UNIT, bare, goal=GOAL)
    yield f"  runs: {', '.join(f'{rate:,.0f}' for rate in one)}"
    yield f"  {median(one) / others[_QUIX]:.2f} x {_QUIX}; goal {TIMES_QUIX}"
    yield f"two workers on {len(ground.cores)} cores, which the broker has, too"
    two = sorted(ground.records / _worked(ground, 2) for _ in range(size.runs))
    yield rate_line("two workers", median(two), UNIT, bare)
    yield f"  {median(two) / median(one):.2f} x one worker; runs: {', '.join(f'{rate:,.0f}' for rate in two)}"


def _bare(ground: Ground) -> float:
    cluster = ground.backlog
    topic = cluster.topic(FACTS)
    with ground.baseline("aiokafka_reader", cluster.bootstrap, topic, ground.records, "decode") as process:
        return float(process.told()["seconds"])


def _baselines(ground: Ground) -> Iterator[tuple[str, float]]:
    """Yield what other programs take, by name."""
    cluster, count = ground.backlog, ground.records
    with ground.baseline("folds", cluster.bootstrap, cluster.prefix) as process:
        yield "our folds, without Kafka", process.told()["seconds"]
    with ground.baseline("faust_agent", cluster.bootstrap, cluster.prefix, count, ground.folder) as process:
        yield "Faust agent, counts", process.told()["seconds"]
    topic, state = cluster.topic(FACTS), ground.folder / "quix"
    with ground.baseline("quix", cluster.bootstrap, topic, count, state) as process:
        yield _QUIX, process.told()["seconds"]


def _worked(ground: Ground, workers: int) -> float:
    """Return the seconds from the first fetch to the last committed offset.

    The backlog is written while the workers hold their partitions and are frozen, so that neither their start nor a
    rebalance is measured, and two workers begin at once.
    """
    cluster = ground.new_log()
    with ExitStack() as running, progress(cluster, WORKER) as group:
        processes = [running.enter_context(ground.worker(cluster)) for _ in range(workers)]
        _await_shares(processes)
        for process in processes:
            process.freeze()
        ground.fill(cluster)
        begin = time.monotonic()
        for process in processes:
            process.thaw()
        return group.wait(ground.records, *processes) - begin


def _await_shares(processes: list[Process]) -> None:
    """Wait until the partitions are shared out evenly."""
    share = PARTITIONS // len(processes)
    for process in processes:
        process.said("partitions taken over", lambda line: len(line["positions"]) == share)
