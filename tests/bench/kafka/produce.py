"""Records a second into the facts, every one of them acknowledged."""

import time
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice

from kafka import KafkaProducer

from connectors.log.port import FACTS
from tests.bench.kafka.ground import Ground
from tests.bench.kafka.report import rate_line

APPEND_BATCH = 5_000


def measure(ground: Ground) -> Iterator[str]:
    """Tell how fast events are appended, in parts as commands do, against the same bytes through a bare producer."""
    yield f"\nfacts appended by one process, {ground.records:,} records, {APPEND_BATCH:,} events at a time"
    bare = ground.records / _bare(ground)
    yield rate_line("kafka-python, encoded before (baseline)", bare, "records/s", bare)
    yield rate_line("KafkaLog.append", ground.records / _appended(ground), "records/s", bare)


def _appended(ground: Ground) -> float:
    with ground.open_log(ground.new_log()) as log:
        rest = iter(ground.facts)
        begin = time.perf_counter()
        while batch := list(islice(rest, APPEND_BATCH)):
            log.append(batch)
        return time.perf_counter() - begin


def _bare(ground: Ground) -> float:
    """Return the seconds of a producer that is idempotent, too, and waits only once, at the end."""
    cluster = ground.new_log()
    topic = cluster.topic(FACTS)
    records = list(chain.from_iterable([(p, r) for r in of] for p, of in ground.placed.items()))
    with closing(
        KafkaProducer(
            bootstrap_servers=cluster.bootstrap, compression_type="lz4", linger_ms=5, batch_size=1 << 18
        )
    ) as producer:
        begin = time.perf_counter()
        for partition, record in records:
            producer.send(topic, record.value, record.key.encode(), partition=partition)
        producer.flush()
        return time.perf_counter() - begin
