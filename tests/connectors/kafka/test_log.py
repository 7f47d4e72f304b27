import sys
from contextlib import closing
from threading import Thread
from uuid import uuid4

import pytest
from kafka.partitioner.default import murmur2

from connectors.kafka.cluster import DEAD_LETTERS, Cluster, ClusterError
from connectors.kafka.dead_letters import letter_headers
from connectors.kafka.log import IN_FLIGHT, KafkaLog
from connectors.kafka.reader import Reader
from connectors.kafka.topics import apply_topics
from connectors.log.dead_letters import ERASED_REASON, DeadLetter, LettersErased
from connectors.log.placement import Placed
from connectors.log.port import FACTS, LogError
from events.ids import partition_of
from tests.connectors.log.contract import LogContract
from tests.connectors.log.facts import a_marker, a_post, everything, ids_in
from tests.connectors.log.letters_contract import LettersContract


@pytest.fixture
def opened(cluster, tmp_path):
    """Open logs on the topics of this test; each has a memory of its own."""
    logs = []

    def open_log(*, memory: str = "memory", fail_point=lambda _: None) -> KafkaLog:
        logs.append(KafkaLog(cluster, tmp_path / memory, fail_point=fail_point))
        return logs[-1]

    yield open_log
    for log in logs:
        log.close()


@pytest.fixture
def log(opened):
    return opened()


class TestKafkaLog(LogContract, LettersContract):
    @pytest.fixture
    def log(self, opened):
        return opened()

    @pytest.fixture
    def reopen(self, opened):
        return opened

    @pytest.fixture
    def writer(self, cluster, tmp_path):
        return [
            sys.executable,
            "-m",
            "tests.connectors.kafka.writer",
            cluster.bootstrap,
            cluster.prefix,
            str(tmp_path / f"writer-{uuid4()}"),
        ]


def test_every_client_of_kafka_agrees_where_a_subject_lives():
    """The named partitioner is murmur2 of the key as Kafka's own producers take it."""
    for key in ("wechat:gh_1", "clock", "weibo:某市发布", "douyin:" + "x" * 100):
        assert partition_of(key, 16) == (murmur2(key.encode()) & 0x7FFF_FFFF) % 16


def test_facts_leave_no_gaps_in_the_offsets(log):
    """A fold checks that no offset is missing, so facts are written without marks of transactions."""
    for n in range(5):
        with log.transaction():
            log.write_facts([a_marker(n)])
    for partition, end in enumerate(log.end_offsets(FACTS)):
        assert [r.offset for r in log.read(FACTS, partition, 0, 100)] == list(range(end)) == list(range(5))


def test_a_long_append_keeps_a_bounded_number_in_flight(log):
    """Back-pressure: more records than may be in flight are appended whole and in order."""
    log.append([a_post(n, subject="wechat:one") for n in range(IN_FLIGHT + 1000)])
    assert ids_in(log) == [str(a_post(n, subject="wechat:one").id) for n in range(IN_FLIGHT + 1000)]


def test_memory_follows_facts(log, opened):
    """Killed between the two, the facts are there and the memory is not: the work is done again, ids are the same."""

    class KilledError(Exception):
        pass

    log.db.set_trace_callback(None)
    with pytest.raises(KilledError), log.transaction():
        log.write_facts([a_post(1)])
        log._send(log._buffer)
        raise KilledError
    again = opened()
    with again.transaction():
        again.write_facts([a_post(1)])
        again.set_meta("taken", "1")
    assert ids_in(again) == [str(a_post(1).id)] * 2


@pytest.mark.slow
def test_a_kill_of_the_broker_loses_nothing_that_was_acknowledged(tmp_path, own_broker):
    """An append that returned is there after the node was killed and started again."""
    own_broker.start()
    own = Cluster(own_broker.bootstrap, "killed")
    apply_topics(own, partitions=4)
    log = KafkaLog(own, tmp_path / "memory", fail_point=lambda _: None)
    log.append([a_post(n) for n in range(1000)])
    own_broker.kill()
    own_broker.start()
    log.append([a_post(n) for n in range(1000, 1100)])
    assert sorted(ids_in(log)) == sorted(str(a_post(n).id) for n in range(1100))
    log.close()


def test_brokers_that_do_not_answer_are_named(tmp_path):
    """The message says where nobody answers."""
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:9"):
        KafkaLog(Cluster("127.0.0.1:9"), tmp_path / "memory", fail_point=lambda _: None)


def test_a_log_without_topics_is_refused(broker, tmp_path):
    """The message says how to make them."""
    with pytest.raises(ClusterError, match="xuncha topics apply"):
        KafkaLog(Cluster(broker.bootstrap, "nobody"), tmp_path / "memory", fail_point=lambda _: None)


def test_a_record_that_no_broker_takes_is_told(log):
    """A record beyond the limit of the producer is an error, not a loss."""
    huge = a_post(1, subject="wechat:" + "x" * 3_000_000)
    with pytest.raises(LogError, match="did not take"):
        log.append([huge])
    assert everything(log) == []


FOUND = DeadLetter("/polls/a.xml", "item 3", "no time: 某人 2021", "某人的原文".encode(), {"source": "polls"})


def test_the_topic_of_dead_letters_holds_no_bytes(log, opened, cluster):
    """No record can be taken out of a topic: what may tell of people lies in the home that noted it."""
    with log.transaction():
        log.note_letter(FOUND)
    (message,) = Reader(cluster).messages(DEAD_LETTERS, 0)
    told = b"".join([message.value, *(value for _, value in message.headers)])
    assert "某人".encode() not in told
    (here,) = log.letters()
    assert (here.raw, here.reason) == (FOUND.raw, FOUND.reason)
    (elsewhere,) = opened(memory="other").letters()
    assert (elsewhere.raw, elsewhere.origin, elsewhere.place) == (b"", FOUND.origin, FOUND.place)
    assert elsewhere.reason.startswith("no time (")
    assert opened(memory="other").erase_letters([here.id]).kept == (here.id,)
    assert log.erase_letters([here.id]) == LettersErased()
    assert (log.letters()[0].raw, log.letters()[0].reason) == (b"", ERASED_REASON)


def test_a_letter_about_a_record_of_the_log_shows_that_record(log, opened):
    """The log holds it anyway; another record under these coordinates, as of an older log, is not taken for it."""
    log.append_placed({0: [Placed("a", b"no event")]})
    with log.transaction():
        for raw in (b"no event", b"another"):
            log.note_letter(DeadLetter(FACTS, "partition 0 offset 0", "no event envelope: bad", raw))
    letters = opened(memory="other").letters()
    assert [(x.raw, x.reason) for x in letters] == [
        (b"no event", "no event envelope: bad"),
        (b"", "no event envelope: bad"),
    ]


def test_letters_of_older_releases_are_read_and_named_as_kept(log):
    """They hold their bytes as the value of the record."""
    headers = [pair for pair in letter_headers(FOUND) if pair[0] != "sha256"]
    with log.transaction():
        log._buffer.append(log._letter_record(FOUND.raw, headers))
    (letter,) = log.letters()
    assert letter.raw == FOUND.raw
    assert log.erase_letters([letter.id]).kept == (letter.id,)


def test_what_a_group_did_not_send_is_forgotten_and_what_it_sent_is_not(opened, monkeypatch):
    """The memory never knows of a fact that the brokers have not; a large group is sent in parts."""
    monkeypatch.setattr("connectors.kafka.log.GROUP_RECORDS", 2)
    log = opened()
    with pytest.raises(ZeroDivisionError), log.grouped():
        for number in range(4):
            with log.transaction():
                log.write_facts([a_post(number)])
                log.set_meta(f"taken {number}", "yes")
            if number == 2:
                raise ZeroDivisionError
    assert ["yes", "yes", None] == [log.meta(f"taken {n}") for n in range(3)]
    assert 2 == len(everything(log))
    with log.transaction():
        log.write_facts([a_post(2)])
    assert 3 == len(everything(log))


def test_a_log_waits_for_topics_that_are_just_being_made(bare_cluster, tmp_path, monkeypatch):
    """Brokers hear of a topic a moment after it was made; only after a while there is none."""
    monkeypatch.setattr("connectors.kafka.reader._SHOWN_WITHIN_S", 60.0)
    making = Thread(target=apply_topics, args=(bare_cluster,), kwargs={"partitions": 3})
    making.start()
    with closing(KafkaLog(bare_cluster, tmp_path / "memory", fail_point=lambda _: None)) as log:
        assert 3 == log.partitions
    making.join()
