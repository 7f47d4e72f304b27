"""Seconds and memory until a fresh worker has taken over the states of many accounts."""

import time
from collections.abc import Iterator

import msgspec

from connectors.kafka.cluster import FOLD_STATES, Cluster
from tests.bench.kafka.filling import write_backlog
from tests.bench.kafka.ground import PARTITIONS, Ground
from tests.bench.kafka.report import limit_line
from tests.bench.kafka.states import known_states

DAYS = (10, 90)
GOAL_S = 3.0
GOAL_MB = 300.0
_PER = 100_000


class Start(msgspec.Struct):
    """What the start of a worker took."""

    started_s: float  # from the process's begin until it holds its partitions
    recovery_s: float  # of this, from the assignment on
    now_mb: float
    peak_mb: float


def measure(ground: Ground) -> Iterator[str]:
    """Tell starts of workers: with nothing to read, and with states of accounts that are followed for some time."""
    accounts = ground.size.known_accounts
    empty = _start(ground, ground.new_log())
    yield f"\nrecovery of {accounts:,} accounts by one worker; two posts an account and day"
    yield (
        f"  nothing to recover: starts in {empty.started_s:.2f} s, of which recovery {empty.recovery_s:.2f} s;"
        f" {empty.peak_mb:,.0f} MB"
    )
    for days in DAYS:
        states = known_states(accounts, days, PARTITIONS)
        stored = sum(map(len, states.values()))
        size = sum(len(state.value) for of in states.values() for state in of) / stored
        cluster = ground.new_log()
        write_backlog(cluster, FOLD_STATES, states)
        bare = _bare(ground, cluster, stored)
        full = _start(ground, cluster)
        yield f"  after {days} days, {size:,.0f} bytes an account; bare read of the changelog {bare:.2f} s"
        yield limit_line("  recovery", full.recovery_s, "s", limit=GOAL_S)
        yield f"    {full.recovery_s / bare:.1f} x the baseline; process start to partitions {full.started_s:.2f} s"
        yield limit_line("  peak memory", full.peak_mb, "MB", limit=GOAL_MB)
        more_mb = (full.now_mb - empty.now_mb) * _PER / accounts
        peak_mb = (full.peak_mb - empty.peak_mb) * _PER / accounts
        yield f"    per {_PER:,} accounts {more_mb:,.0f} MB more than an empty worker, {peak_mb:,.0f} MB at its peak"


def _start(ground: Ground, cluster: Cluster) -> Start:
    with ground.worker(cluster) as worker:
        line = worker.said("partitions taken over")
        started_s = time.monotonic() - worker.started_at
        return Start(started_s, line["seconds"], *worker.memory_mb())


def _bare(ground: Ground, cluster: Cluster, states: int) -> float:
    with ground.baseline(
        "aiokafka_reader", cluster.bootstrap, cluster.topic(FOLD_STATES), states, "read"
    ) as process:
        return float(process.told()["seconds"])
