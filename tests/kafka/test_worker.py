"""`xuncha worker` as processes: killed, stopped and woken, asked to end, fed with poison, without a broker."""

import base64
import os
import re
import signal
from contextlib import closing

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaError

from connectors.kafka.cluster import Cluster
from connectors.kafka.topics import apply_topics
from connectors.log.port import FACTS
from pipeline.home.dead_letter_limit import BURST
from pipeline.runtime.kafka.exits import POISON, STOPPED, TRY_AGAIN
from tests.kafka.city import city
from tests.kafka.contents import WITHIN_S, until
from tests.kafka.worker_process import RULESET
from tests.kafka_plugin import PARTITIONS
from tests.pipeline.program import ROOT

POINTS = ("loop.before_transaction", "loop.before_commit", "loop.after_commit")
SLOW = {"XUNCHA_THROTTLE_MS": "400"}


@pytest.mark.slow
def test_a_worker_killed_between_any_two_steps_goes_on_as_if_nothing_had_been(contents, start_worker):
    """Killed at every point in turn, each time at a later passing, and started again."""
    facts = list(city(60, 100))
    part = len(facts) // len(POINTS)
    for n, point in enumerate(POINTS):
        contents.append(facts[n * part : (n + 1) * part])
        killed = start_worker(contents.cluster, XUNCHA_FAIL_POINT=f"{point}:{n + 1}")
        assert -signal.SIGKILL == killed.code()
    contents.append(facts[len(POINTS) * part :])
    worker = start_worker(contents.cluster)
    until(contents.is_worked_off)
    contents.check(RULESET)
    assert worker.is_running()


def test_every_fail_point_of_the_loop_is_killed_at():
    """A new fail point in the code has to be added to the list above."""
    sources = [path for room in ("connectors", "pipeline") for path in (ROOT / room).rglob("*.py")]
    named = re.compile(r"fail_point\(\s*\"(loop\.[a-z_.]+)\"")
    assert set(POINTS) == {name for path in sources for name in named.findall(path.read_text("utf-8"))}


@pytest.mark.slow
def test_a_worker_killed_beside_another_leaves_its_share_to_it(contents, start_worker):
    """The survivor takes over what the dead one had begun, and a third one shares the work again."""
    facts = list(city(60, 100))
    contents.append(facts[:4_000])
    victim = start_worker(contents.cluster, **SLOW)
    until(lambda: contents.committed() > 0)
    survivor = start_worker(contents.cluster)
    until(lambda: survivor.said("partitions taken over"))
    victim.send(signal.SIGKILL)
    contents.append(facts[4_000:])
    until(contents.is_worked_off)
    newcomer = start_worker(contents.cluster)
    until(lambda: newcomer.said("partitions taken over"))
    contents.check(RULESET)
    assert survivor.is_running()


@pytest.mark.slow
def test_a_worker_that_wakes_up_too_late_ends_and_leaves_no_trace(contents, start_worker):
    """Stopped for longer than its session, with records in hand, it can't commit them over its successor's."""
    contents.append(city(60, 100))
    sleeper = start_worker(contents.cluster, **SLOW)
    until(lambda: contents.committed() > 0)  # the first of its transactions; the others are under way
    sleeper.send(signal.SIGSTOP)
    assert not contents.is_worked_off()
    successor = start_worker(contents.cluster)
    until(contents.is_worked_off)
    sleeper.send(signal.SIGCONT)
    assert TRY_AGAIN == sleeper.code()
    contents.check(RULESET)
    assert successor.is_running()


@pytest.mark.slow
def test_a_worker_that_is_asked_to_stop_commits_what_it_has_in_hand(contents, start_worker):
    """It ends with 0, and its successor need not wait for its session to run out."""
    contents.append(city(60, 100))
    worker = start_worker(contents.cluster, **SLOW)
    until(lambda: contents.committed() > 0)
    worker.send(signal.SIGTERM)
    assert STOPPED == worker.code()
    start_worker(contents.cluster)
    until(contents.is_worked_off)
    contents.check(RULESET)


@pytest.mark.slow
def test_a_burst_of_bad_records_ends_the_worker_for_good(contents, start_worker):
    """It exits with 65 whenever it is started; what came before the burst is done, nothing behind it is."""
    contents.append(city(20, 100))
    first = start_worker(contents.cluster)
    until(contents.is_worked_off)
    before = contents.committed()
    contents.append_raw(1, [(b"k", b"no event %d" % n) for n in range(BURST + 1)])
    assert POISON == first.code()
    assert POISON == start_worker(contents.cluster).code()
    assert before == contents.committed()
    assert [] == contents.letters()
    assert "101 of 101 records" in str([line.get("reason") for line in first.logged()])


@pytest.mark.slow
def test_a_broker_that_dies_and_comes_back_loses_and_doubles_nothing(own_broker, open_contents, start_worker):
    """The worker waits for it, or ends with 75 and is started again; without it, it still ends when asked to."""
    own_broker.start()
    cluster = Cluster(own_broker.bootstrap)
    apply_topics(cluster, partitions=PARTITIONS)
    contents = open_contents(cluster)
    facts = list(city(60, 100))
    contents.append(facts[:4_000])
    worker = start_worker(cluster, XUNCHA_THROTTLE_MS="100")
    until(lambda: contents.committed() > 0)
    own_broker.kill()
    own_broker.start()
    contents.append(facts[4_000:])

    def is_worked_off() -> bool:
        nonlocal worker
        if not worker.is_running():
            assert TRY_AGAIN == worker.code()
            worker = start_worker(cluster)
        return contents.is_worked_off()

    until(is_worked_off)
    contents.check(RULESET)
    own_broker.kill()
    worker.send(signal.SIGTERM)
    assert worker.code() in (STOPPED, TRY_AGAIN)


@pytest.mark.long
def test_a_broker_whose_disk_is_full_leaves_no_worker_that_does_nothing(
    own_broker, open_contents, start_worker
):
    """The worker waits or ends with 75; once there is room, what was acknowledged is folded, all of it once."""
    own_broker.start(largest_file_kib=12_288)  # a node needs 10 MiB for each of its indexes
    cluster = Cluster(own_broker.bootstrap)
    apply_topics(cluster, partitions=PARTITIONS)
    contents = open_contents(cluster)
    contents.append(city(40, 20))
    worker = start_worker(cluster, XUNCHA_THROTTLE_MS="100")
    until(lambda: contents.committed() > 0)
    # Envelopes of a type that no fold knows: none of them is a bad record.
    large = b'{"specversion":"1.0","id":"6f1c1f0e-1e5b-5d6c-9a51-0c8e5a0a0001","source":"s","type":"unknown.happened",'
    large += b'"subject":"wechat:x","time":"2021-04-01T00:00:00Z","dataschema":"unknown.happened/1","data":"'
    name = cluster.topic(FACTS)
    limits = {"request_timeout_ms": 4_000, "delivery_timeout_ms": 5_000}
    producer = KafkaProducer(bootstrap_servers=cluster.bootstrap, **limits)
    with closing(producer), pytest.raises(KafkaError):
        for _ in range(40):
            value = large + base64.b64encode(os.urandom(500_000)) + b'"}'
            producer.send(name, value, b"k", partition=0).get(10)
    own_broker.remove_process()
    own_broker.start()

    def is_worked_off() -> bool:
        nonlocal worker
        if not worker.is_running():
            assert TRY_AGAIN == worker.code()
            worker = start_worker(cluster)
        return contents.is_worked_off()

    until(is_worked_off, 4 * WITHIN_S)
    contents.check(RULESET)


def test_logs_are_json_line_by_line(contents, start_worker):
    """The libraries' own logs, too; each line has a time, a level and an event. An interrupt is a wish to stop."""
    worker = start_worker(contents.cluster)
    until(lambda: worker.said("partitions taken over"))
    worker.send(signal.SIGINT)
    assert STOPPED == worker.code()
    lines = worker.logged()
    assert lines
    assert all({"timestamp", "level", "event"} <= line.keys() for line in lines)
