"""Foreign producers on the facts: transactions that commit, abort or stay open, and batches in any codec."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kafka import KafkaProducer

from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.kafka.marks import gaps, left_by_transactions
from connectors.kafka.reader import Reader
from connectors.log.port import FACTS
from events.codec import encode_event
from pipeline.runtime.kafka.fold import fold_loop
from pipeline.runtime.kafka.lag import measure_lag
from tests.connectors.log.facts import a_post
from tests.kafka.contents import until
from tests.kafka.sink_bench import Running, check_whole, is_done
from tests.kafka.test_loop import run
from tests.kafka.worker_process import RULESET

PARTITION = 1


@pytest.fixture
def log(cluster: Cluster, tmp_path: Path) -> Iterator[KafkaLog]:
    with closing(KafkaLog(cluster, tmp_path / "memory.sqlite", fail_point=lambda _: None)) as log:
        yield log


@contextmanager
def foreign(cluster: Cluster) -> Iterator[KafkaProducer]:
    """A producer that writes in transactions, as Kafka Connect and Flink do."""
    producer = KafkaProducer(
        bootstrap_servers=cluster.bootstrap, transactional_id=f"{cluster.prefix}-foreign"
    )
    producer.init_transactions()
    with closing(producer):
        yield producer


def send(producer: KafkaProducer, cluster: Cluster, *numbers: int) -> None:
    for number in numbers:
        post = a_post(number)
        producer.send(
            cluster.topic(FACTS), encode_event(post), post.subject.encode(), partition=PARTITION
        ).get(30)


def write(cluster: Cluster, log: KafkaLog) -> None:
    """Append 1, then 2 and 3 committed, 4 and 5 aborted, 6 committed, and 7 outside of any transaction."""
    plain = lambda n: log.append_placed({PARTITION: [_placed(n)]})  # noqa: E731
    plain(1)
    with foreign(cluster) as producer:
        for numbers, keep in (((2, 3), True), ((4, 5), False), ((6,), True)):
            producer.begin_transaction()
            send(producer, cluster, *numbers)
            producer.commit_transaction() if keep else producer.abort_transaction()
    until(lambda: log.end_offsets(FACTS)[PARTITION] == 9)  # brokers write a mark after they acknowledged it
    plain(7)


def _placed(number: int):
    from connectors.log.placement import Placed

    return Placed(a_post(number).subject, encode_event(a_post(number)))


@pytest.mark.slow
def test_worker_and_sink_take_what_was_committed_and_nothing_that_was_aborted(
    cluster, log, contents, history
):
    """Marks and aborted records take offsets among the facts: that is no gap to either of them."""
    write(cluster, log)
    wanted = [encode_event(a_post(n)) for n in (1, 2, 3, 6, 7)]
    assert wanted == [r.value for r in log.read(FACTS, PARTITION, 0, 100)]
    assert [0, 10, 0, 0] == log.end_offsets(FACTS)  # five facts, two aborted ones, three marks
    run(fold_loop(cluster, RULESET, session_timeout_s=6), contents.is_worked_off)
    contents.check_states(RULESET)
    with Running(cluster, history):
        until(lambda: is_done(cluster, log))
    with closing(history.direct()) as client:
        assert len(wanted) == check_whole(client, log)


def test_an_open_transaction_is_shown_and_nobody_takes_an_old_history_for_the_present(cluster, log):
    """The end is the high-water mark; behind the last stable offset nobody can read, and since when is told."""
    log.append_placed({PARTITION: [_placed(1)]})
    with foreign(cluster) as producer:
        producer.begin_transaction()
        send(producer, cluster, 2)
        log.append_placed({PARTITION: [_placed(3)]})  # acknowledged, and not to be read yet
        assert 3 == log.end_offsets(FACTS)[PARTITION]
        assert [encode_event(a_post(1))] == [r.value for r in log.read(FACTS, PARTITION, 0, 100)]
        for s in measure_lag(cluster).standings:
            if (s.topic, s.partition) == (FACTS, PARTITION):
                assert (3, 1) == (s.end, s.stable_end)
                assert s.waiting_since is not None
        with closing(Reader(cluster)) as reader:
            assert {1: 0} == {
                p: o for p, (o, _) in reader.first_waiting(FACTS, dict.fromkeys(range(4), 0)).items()
            }
        assert not log.holds_nothing(FACTS, PARTITION, 1, 3)
        producer.abort_transaction()
    wanted = [
        encode_event(a_post(n)) for n in (1, 3)
    ]  # once the marker is written, which the abort does not wait for
    until(lambda: wanted == [r.value for r in log.read(FACTS, PARTITION, 0, 100)])
    assert all(s.end == s.stable_end for s in measure_lag(cluster).standings)
    assert log.holds_nothing(FACTS, PARTITION, 3, 4)


def test_marks_are_told_from_records_that_are_gone(cluster, log):
    """An offset that a plain batch holds, or none, is no mark; and neither is half a gap."""
    write(cluster, log)
    asked = [(0, 1), (1, 3), (3, 7), (4, 6), (8, 9), (8, 10), (9, 10)]
    found = asyncio.run(left_by_transactions(cluster, FACTS, PARTITION, asked))
    assert {(1, 3), (3, 7), (4, 6), (8, 9)} == found


@pytest.mark.parametrize(
    ("expected", "offsets", "missing"),
    [
        (0, [], []),
        (0, [0, 1, 2], []),
        (5, [3, 4, 5, 6], []),
        (0, [2, 3, 7], [(0, 2), (4, 7)]),
        (3, [1, 2, 5], [(3, 5)]),
        (9, [1, 2], []),
    ],
)
def test_gaps_are_what_is_missing_from_where_records_were_due(expected, offsets, missing):
    """What was taken before is passed over."""
    assert missing == gaps(expected, offsets)


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_topic_made_before_its_codec_was_fixed_is_read_whatever_a_producer_chose(
    cluster, log, contents, history, codec
):
    """By the worker's library and by the sink's."""
    from kafka.admin import ConfigResource

    from connectors.kafka.client import admin

    with admin(cluster) as client:
        client.alter_configs(
            [ConfigResource("TOPIC", cluster.topic(FACTS), {"compression.type": "producer"})]
        )
    posts = [a_post(n) for n in range(50)]
    with closing(
        KafkaProducer(bootstrap_servers=cluster.bootstrap, compression_type=codec, linger_ms=50)
    ) as p:
        for post in posts:
            p.send(cluster.topic(FACTS), encode_event(post), post.subject.encode(), partition=PARTITION)
    run(fold_loop(cluster, RULESET, session_timeout_s=6), contents.is_worked_off)
    contents.check_states(RULESET)
    with Running(cluster, history):
        until(lambda: is_done(cluster, log))
    with closing(history.direct()) as client:
        assert len(posts) == check_whole(client, log)
