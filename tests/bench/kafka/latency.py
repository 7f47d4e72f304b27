"""Seconds from the append of a fact to the alert that it raises, as a reader of committed records sees it."""

import asyncio
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median, quantiles

from aiokafka import AIOKafkaConsumer, TopicPartition

from connectors.kafka.cluster import Cluster
from connectors.log.port import DERIVED
from events.alert import AlertRaised
from events.codec import CODEC
from pipeline.runtime.kafka.lag import WORKER
from tests.bench.kafka.ground import PARTITIONS, Ground
from tests.bench.kafka.latency_facts import BATCH, RATE, WARM_UP_S, batches, openings
from tests.bench.kafka.progress import progress
from tests.bench.kafka.report import limit_line

MEDIAN_GOAL_S = 0.1
P99_GOAL_S = 0.3
_STANDSTILL_S = 20.0


def measure(ground: Ground) -> Iterator[str]:
    """Tell the spread of times between the moment a fact was due to be appended and the alert's arrival."""
    seconds = ground.size.latency_s
    yield f"\nfrom append to alert, {RATE:,} facts/s for {seconds} s, one alert in ten of them"
    cluster = ground.new_log()
    opened = list(openings(seconds + WARM_UP_S))
    with ground.worker(cluster) as worker, progress(cluster, WORKER) as group:
        with ground.open_log(cluster) as log:
            log.append(opened)
        group.wait(len(opened), worker)
        came, took_s = asyncio.run(_run(ground, cluster, seconds + WARM_UP_S))
    begin = min(came)[0] + timedelta(seconds=WARM_UP_S)
    spread = sorted(late for at, late in came if at >= begin)
    cuts = quantiles(spread, n=100)
    yield f"  fed {len(came) * BATCH / took_s:,.0f} facts/s, {len(spread):,} alerts measured, worst {spread[-1]:.3f} s"
    yield limit_line("median", median(spread), "s", limit=MEDIAN_GOAL_S)
    yield f"  {'95 %':44}{cuts[94]:12.3f} s"
    yield limit_line("99 %", cuts[98], "s", limit=P99_GOAL_S)


async def _run(ground: Ground, cluster: Cluster, seconds: int) -> tuple[list[tuple[datetime, float]], float]:
    """Feed and read; returns time and delay of each alert, and how long the feed took."""
    places = [TopicPartition(cluster.topic(DERIVED), p) for p in range(PARTITIONS)]
    reader = AIOKafkaConsumer(bootstrap_servers=cluster.bootstrap, isolation_level="read_committed")
    await reader.start()
    try:
        reader.assign(places)
        await reader.seek_to_end(*places)
        line = [sys.executable, "-m", "tests.bench.kafka.latency_feed", cluster.bootstrap, cluster.prefix]
        words = [str(ground.folder / "feed.sqlite"), str(seconds)]
        with ground.process("feed", line + words) as feed:
            came = await _alerts(reader, batches(seconds))
            return came, float(feed.told()["seconds"])
    finally:
        await reader.stop()


async def _alerts(reader: AIOKafkaConsumer, count: int) -> list[tuple[datetime, float]]:
    """Read alerts until all have come; an alert bears the time of the look that raised it."""
    came: list[tuple[datetime, float]] = []
    moved_at = time.monotonic()
    while len(came) < count:
        found = await reader.getmany(timeout_ms=200)
        now = time.time()
        if found:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > _STANDSTILL_S:
            raise RuntimeError(f"{len(came)} of {count} alerts came, and for {_STANDSTILL_S:.0f} s no more")
        for messages in found.values():
            events = [CODEC.decode(message.value) for message in messages]
            came += [(e.time, now - e.time.timestamp()) for e in events if type(e.data) is AlertRaised]
    return came
