"""The topics of a log: made, compared, mended, refused."""

import re
import threading
import time
from uuid import UUID

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, KafkaAdminClient

from connectors.kafka.client import admin
from connectors.kafka.cluster import DEAD_LETTERS, FOLD_STATES, NOTIFIED, Cluster, ClusterError
from connectors.kafka.topics import (
    MISSING,
    Difference,
    apply_topics,
    check_topics,
    incarnations,
    load_topics,
    partition_count,
)
from connectors.log.port import DERIVED, FACTS
from tests.kafka_broker import free_port

NAMES = {FACTS, DERIVED, FOLD_STATES, NOTIFIED, DEAD_LETTERS}
DEADLINE_S = 20


def described(cluster: Cluster, name: str) -> dict:
    with admin(cluster) as client:
        return client.describe_topics([cluster.topic(name)])[0]


def set_in_kafka(cluster: Cluster, name: str, **settings: str) -> None:
    named = {key.replace("_", "."): value for key, value in settings.items()}
    with admin(cluster) as client:
        client.alter_configs([ConfigResource("TOPIC", cluster.topic(name), configs=named)])
        deadline = time.monotonic() + DEADLINE_S
        while not named.items() <= settings_of(client, cluster.topic(name)).items():
            assert time.monotonic() < deadline
            time.sleep(0.05)


def settings_of(client: KafkaAdminClient, topic: str) -> dict[str, str]:
    found = client.describe_configs([ConfigResource("TOPIC", topic)])["topic"][topic]
    return {key: entry["value"] for key, entry in found.items()}


def make_in_kafka(cluster: Cluster, name: str, partitions: int) -> None:
    with admin(cluster) as client:
        client.create_topics({cluster.topic(name): {"num_partitions": partitions}}, wait_for_metadata=True)


def test_the_file_names_every_topic_with_sixteen_partitions_by_default():
    """Facts and what follows from them share one number; dead letters stand in one row."""
    assert {name: topic.partitions for name, topic in load_topics().items()} == {
        name: 1 if name == DEAD_LETTERS else 16 for name in NAMES
    }
    assert load_topics(4)[FACTS].partitions == 4
    assert load_topics(4)[DEAD_LETTERS].partitions == 1


def test_what_is_missing_is_made_and_then_left_alone(bare_cluster):
    """The first call makes every topic, the second finds nothing to do and makes nothing again."""
    made = apply_topics(bare_cluster)
    assert {d.topic for d in made} == {bare_cluster.topic(name) for name in NAMES}
    assert {d.found for d in made} == {MISSING}
    before = incarnations(bare_cluster)
    assert apply_topics(bare_cluster) == []
    assert check_topics(bare_cluster) == []
    assert incarnations(bare_cluster) == before
    assert partition_count(bare_cluster) == 16
    assert len(described(bare_cluster, DEAD_LETTERS)["partitions"]) == 1


def test_a_record_of_the_new_topics_carries_the_time_of_the_log(cluster):
    """A producer's clock says nothing: `recorded_at` is when the log took the record (promise 1)."""
    before = time.time()
    producer = KafkaProducer(bootstrap_servers=cluster.bootstrap)
    for name in NAMES:
        producer.send(cluster.topic(name), b"v", key=b"k", partition=0, timestamp_ms=1_000)
    producer.flush()
    producer.close()
    for name in NAMES:
        place = TopicPartition(cluster.topic(name), 0)
        consumer = KafkaConsumer(bootstrap_servers=cluster.bootstrap, auto_offset_reset="earliest")
        consumer.assign([place])
        (record,) = consumer.poll(10_000)[place]
        consumer.close()
        assert before - 60 < record.timestamp / 1000 < time.time() + 60


def test_settings_that_differ_are_found_and_set_and_others_stay(cluster):
    """What somebody changed by hand is shown with both values; settings that the file doesn't name are theirs."""
    set_in_kafka(cluster, FACTS, retention_ms="604800000", flush_messages="7")
    facts = cluster.topic(FACTS)
    expected = [Difference(facts, "retention.ms", "604800000", "-1")]
    assert check_topics(cluster, partitions=4) == expected
    assert apply_topics(cluster, partitions=4) == expected
    assert check_topics(cluster, partitions=4) == []
    with admin(cluster) as client:
        assert settings_of(client, facts)["flush.messages"] == "7"


def test_a_topic_that_was_made_by_hand_gets_the_settings(bare_cluster):
    """A bare topic of the right size keeps its id and is brought into order."""
    make_in_kafka(bare_cluster, FOLD_STATES, 2)
    own_id = UUID(described(bare_cluster, FOLD_STATES)["topic_id"])
    mended = {d.setting: d.wanted for d in apply_topics(bare_cluster, partitions=2) if d.found != MISSING}
    assert mended["cleanup.policy"] == "compact"
    assert mended["message.timestamp.type"] == "LogAppendTime"
    assert incarnations(bare_cluster)[FOLD_STATES] == own_id
    assert check_topics(bare_cluster, partitions=2) == []


@pytest.mark.parametrize(("name", "there"), [(FACTS, 8), (DERIVED, 32), (DEAD_LETTERS, 16)])
def test_a_wrong_number_of_partitions_is_refused_and_nothing_is_changed(bare_cluster, name, there):
    """Neither more nor fewer: a subject lives in one partition; the error says what can be done."""
    make_in_kafka(bare_cluster, name, there)
    with pytest.raises(ClusterError, match=rf"{name} has partitions {there}, not .*take another prefix"):
        apply_topics(bare_cluster)
    with admin(bare_cluster) as client:
        assert [t for t in client.list_topics() if t.startswith(bare_cluster.topic(""))] == [
            bare_cluster.topic(name)
        ]
    wrong = [d for d in check_topics(bare_cluster) if d.topic == bare_cluster.topic(name)]
    assert wrong[0].setting == "partitions"
    assert wrong[0].found == str(there)
    assert len(described(bare_cluster, name)["partitions"]) == there


def test_replicas_that_are_not_there_are_refused(cluster):
    """What Kafka's own tool must move is not passed over."""
    with pytest.raises(ClusterError, match=r"facts has replication 1, not 3; .*kafka-reassign-partitions"):
        apply_topics(cluster, partitions=4, replication=3)


def test_a_topic_made_again_has_another_incarnation(cluster):
    """The id of a topic tells its records from those of its namesake before."""
    before = incarnations(cluster)
    with admin(cluster) as client:
        client.delete_topics([cluster.topic(FACTS)])
    deadline = time.monotonic() + DEADLINE_S
    while described(cluster, FACTS)["error_code"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with pytest.raises(ClusterError, match=r"facts; make it with `xuncha topics apply`"):
        incarnations(cluster)
    apply_topics(cluster, partitions=4)
    after = incarnations(cluster)
    assert {name for name in NAMES if before[name] != after[name]} == {FACTS}
    assert len(set(after.values())) == len(NAMES)


def test_a_log_without_topics_says_how_to_make_them(bare_cluster):
    """A count of partitions is not guessed."""
    with pytest.raises(ClusterError, match=r"no topic .*\.facts; make it with `xuncha topics apply`"):
        partition_count(bare_cluster)


def test_what_a_broker_refuses_is_told_in_its_own_words(bare_cluster):
    """An answer of the broker comes through, without advice on how to reach it."""
    with pytest.raises(ClusterError, match="replication factor of 3") as told:
        apply_topics(bare_cluster, replication=3)
    assert "are the brokers up" not in str(told.value)


def test_brokers_that_do_not_answer_are_told_within_seconds():
    """A wrong address costs two seconds and gives an error that names it."""
    nobody = Cluster(f"127.0.0.1:{free_port()}")
    threads, began = threading.active_count(), time.monotonic()
    with pytest.raises(ClusterError, match=rf"Kafka at {nobody.bootstrap}: .*are the brokers up"):
        check_topics(nobody)
    assert time.monotonic() - began < 3
    assert threading.active_count() == threads


def test_of_several_addresses_each_is_tried():
    """One that takes a connection is enough; where none does, all are named, with the reason."""
    nobody = f"127.0.0.1:{free_port()},[::1]:{free_port()}"
    with pytest.raises(ClusterError, match=re.escape(f"Kafka at {nobody}: ")):
        check_topics(Cluster(nobody))
    with pytest.raises(ClusterError, match=r"Kafka at 127\.0\.0\.1: an address is HOST:PORT"):
        check_topics(Cluster("127.0.0.1"))
