"""A member of a group on a real broker: what it holds back, and how it goes on."""

import time
from contextlib import closing

import pytest

from connectors.kafka.cluster import ClusterError
from connectors.kafka.log import KafkaLog
from connectors.kafka.member import Member
from connectors.kafka.offsets import read_group
from connectors.log.port import DERIVED, FACTS
from events.ids import partition_of
from tests.connectors.log.facts import a_post
from tests.kafka_plugin import PARTITIONS

WITHIN_S = 60


@pytest.fixture
def log(cluster, tmp_path):
    with closing(KafkaLog(cluster, tmp_path / "memory", fail_point=lambda _: None)) as log:
        yield log


@pytest.fixture
def member(cluster):
    assigned = []
    made = Member(
        cluster,
        "test",
        (FACTS, DERIVED),
        session_timeout_s=10,
        on_assigned=assigned.extend,
        on_revoked=lambda _: None,
    )
    with closing(made):
        deadline = time.monotonic() + WITHIN_S
        while len(assigned) < 2 * PARTITIONS:
            assert time.monotonic() < deadline, f"only {len(assigned)} partitions were assigned"
            made.poll(0.1, 1)
        for place in assigned:
            made.seek(place, 0)
        yield made


def read(member, place, count, max_records):
    """Poll until so many records of one partition came; returns their offsets."""
    offsets, deadline = [], time.monotonic() + WITHIN_S
    while len(offsets) < count:
        assert time.monotonic() < deadline, f"only {offsets} came"
        offsets += [m.offset for m in member.poll(0.1, max_records).get(place, ())]
    return offsets


def test_a_partition_that_was_held_goes_on_where_it_stood(log, member):
    """What was fetched and not handed out yet comes after the hold, though another partition was read meanwhile."""
    posts = [a_post(n) for n in range(200)]
    first, other = (FACTS, 0), (FACTS, 1)
    by_place = {
        at: [p for p in posts if partition_of(p.subject, PARTITIONS) == at[1]] for at in (first, other)
    }
    assert len(by_place[first]) > 3
    assert by_place[other]
    member.hold([])
    log.append(by_place[first])
    began = read(member, first, 1, 1)
    member.hold([first])
    log.append(by_place[other])
    read(member, other, len(by_place[other]), 1_000)
    member.hold([])
    rest = read(member, first, len(by_place[first]) - 1, 1_000)
    assert list(range(len(by_place[first]))) == began + rest


def test_a_note_that_brokers_do_not_take_is_an_error(member):
    """It would not be taken the next time either; what fits is taken, and of one commit all or nothing."""
    places = {(FACTS, 0): 1, (FACTS, 1): 2}
    assert member.note(places, dict.fromkeys(places, "n" * 4096))
    with pytest.raises(ClusterError, match=r"takes no note of 4097 bytes .* offset\.metadata\.max\.bytes"):
        member.note({place: at + 1 for place, at in places.items()}, dict.fromkeys(places, "n" * 4097))
    committed = read_group(member._cluster, "test").committed
    assert {place: c.offset for place, c in committed.items()} == places
