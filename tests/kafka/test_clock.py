"""Brokers whose clock was wrong: the writer is told both times, worker and sink stop before the record of the future.

A topic takes its times from the producer for as long as a test wants wrong ones; a sink refuses such a topic, so for it
the history is made older.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer

from connectors.kafka.log import KafkaLog
from connectors.log.clock import ClockError
from connectors.log.dead_letters import DeadLetter
from connectors.log.placement import place
from connectors.log.port import FACTS
from events.instants import to_micros
from pipeline.runtime.kafka.fold import fold_loop
from tests.connectors.kafka.test_topics import set_in_kafka
from tests.connectors.log.facts import a_marker
from tests.kafka.sink_bench import SETTINGS, History, Running, is_done, until
from tests.kafka.test_loop import never, run
from tests.kafka.worker_process import RULESET
from tests.kafka_plugin import PARTITIONS

GAP = timedelta(days=400)
NOW = datetime.now(UTC)


@pytest.fixture
def log(cluster, tmp_path: Path) -> Iterator[KafkaLog]:
    with closing(KafkaLog(cluster, tmp_path / "memory", fail_point=lambda _: None, max_clock_gap=GAP)) as log:
        yield log


def at_the_time(cluster, moment: datetime, *numbers: int) -> None:
    """Append markers as brokers do whose clock shows another time."""
    topic = cluster.topic(FACTS)

    def told_by(kind: str) -> None:
        latest = {"message_timestamp_after_max_ms": str(1 << 62)}
        set_in_kafka(cluster, FACTS, message_timestamp_type=kind, **latest)

    told_by("CreateTime")
    with closing(KafkaProducer(bootstrap_servers=cluster.bootstrap)) as producer:
        for partition, records in place([a_marker(n) for n in numbers], PARTITIONS).items():
            for record in records:
                sent = producer.send(
                    topic, record.value, partition=partition, timestamp_ms=to_micros(moment) // 1000
                )
                assert sent.get(30).timestamp == to_micros(moment) // 1000
    told_by("LogAppendTime")


def test_a_writer_is_told_by_the_time_of_the_acknowledgement(cluster, log):
    """Both times, and that the record stands in the log; a home that wrote of late need not ask the log."""
    log.append([a_marker(0)])
    log.append([a_marker(1)])
    at_the_time(cluster, NOW + timedelta(days=9), 2)
    log.append([a_marker(3)])
    at_the_time(cluster, NOW - GAP - timedelta(days=1), 4)
    with log.transaction():
        log.set_meta("acknowledged_at", str(to_micros(NOW - 2 * GAP)))
    with pytest.raises(ClockError) as refused:
        log.append([a_marker(5)])
    assert "401 days after the newest record of the log" in str(refused.value)
    assert "It stands in the log" in str(refused.value)


LETTER = DeadLetter("test", "row 1", "not read", b"{")


def in_a_transaction(log: KafkaLog, at_the_end: Callable[[], None]) -> None:
    with log.transaction():
        log.write_facts([a_marker(1)])
        at_the_end()


def in_a_group(log: KafkaLog) -> None:
    with log.grouped():
        with log.transaction():
            log.write_facts([a_marker(1)])
        with log.transaction():
            log.note_letter(LETTER)


SENDS = {
    "two facts of one partition": lambda log: log.append([a_marker(1), a_marker(2)]),
    "a letter behind the fact": lambda log: in_a_transaction(log, lambda: log.note_letter(LETTER)),
    "a mark of a replay behind the fact": lambda log: in_a_transaction(log, lambda: log.mark_replayed([0])),
    "a group that ends with a letter": in_a_group,
}


@pytest.mark.parametrize("send", SENDS.values(), ids=SENDS)
def test_whatever_is_sent_together_is_measured_by_what_stood_there_before(cluster, log, send):
    """Records of one send bear one time, and the last of them may be none of the facts."""
    at_the_time(cluster, NOW - GAP - timedelta(days=1), 0)
    with pytest.raises(ClockError, match="401 days after the newest record of the log"):
        send(log)
    assert log.meta("acknowledged_at") is None


def test_a_home_that_was_idle_for_long_asks_the_log(log):
    """Others have written meanwhile: the record before its own is the measure, not what it remembers."""
    log.append([a_marker(0)])
    with log.transaction():
        log.set_meta("acknowledged_at", str(to_micros(NOW - 2 * GAP)))
    log.append([a_marker(1)])
    assert int(log.meta("acknowledged_at") or 0) > to_micros(NOW - timedelta(days=1))


@pytest.mark.slow
def test_a_worker_folds_up_to_the_record_of_the_future_and_no_further(cluster, contents):
    """Started again it stops at once: the record before its position is the measure of the next."""
    at_the_time(cluster, NOW, 0, 1)
    at_the_time(cluster, NOW + GAP + timedelta(days=1), 2)
    at_the_time(cluster, NOW + GAP + timedelta(days=2), 3)
    for _ in range(2):
        with pytest.raises(ClockError, match=r"offset 2 was taken at .* 401 days after"):
            run(fold_loop(cluster, RULESET, session_timeout_s=6, max_clock_gap=GAP), never)
    assert contents.committed() % 2 == 0
    run(fold_loop(cluster, RULESET, session_timeout_s=6), contents.is_worked_off)


@pytest.mark.slow
def test_a_sink_stores_up_to_the_record_of_the_future_and_no_further(cluster, log, tmp_path):
    """The history ends long before it; its place is told, and whoever says that the clock is right goes on."""
    history = History(tmp_path / "history")
    with history.proxy.running():
        history.empty()
        log.append([a_marker(0), a_marker(1)])
        with Running(cluster, history):
            until(lambda: is_done(cluster, log))
        with closing(history.direct()) as client:
            client.command(
                "ALTER TABLE records UPDATE recorded_at = recorded_at - INTERVAL 401 DAY WHERE 1",
                settings={"mutations_sync": 2},
            )
        log.append([a_marker(2)])
        settings = msgspec.structs.replace(SETTINGS, max_clock_gap=GAP)
        for _ in range(2):
            with Running(cluster, history, settings) as sink:
                until(sink.ended)
            assert isinstance(sink.error, ClockError)
            assert "offset 2 was taken at" in str(sink.error)
        with closing(history.direct()) as client:
            assert client.command("SELECT max(offset) FROM records") == 1
        with Running(cluster, history):
            until(lambda: is_done(cluster, log))
    history.server.stop()
