"""What goes into one insert, and what waits."""

import pytest

from connectors.history.heads import Head
from connectors.log.port import DERIVED, FACTS
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.packing import pack
from pipeline.runtime.kafka.plans import MOST_RANGES
from pipeline.runtime.kafka.share import Share
from pipeline.runtime.kafka.sink_settings import SinkSettings
from pipeline.runtime.kafka.work import Work
from tests.pipeline.kafka.test_share import Message

SETTINGS = SinkSettings(batch_records=10, batch_bytes=1000, linger_s=1.0)
SOON, LATE = 0.0, 1e12  # as `time.monotonic` tells time: before and long after anything was read


def a_share(partition, records=1, *, topic=FACTS, size=10):
    share = Share((topic, partition), Figures("sink", topic, partition))
    share.begin_at(Head(100, 5_000_000))
    share.take([Message(100 + n, value=b"x" * size) for n in range(records)])
    return share


def packed(shares, *, now=LATE, most=4, settings=SETTINGS, begun=None):
    packs = pack(shares, settings, now=now, most=most, begun=begun or {})
    return [[(s.place, len(s.records)) for s in p.stretches] for p in packs]


def test_what_is_due_in_a_topic_is_one_insert():
    """By partition, whoever came first; the other topic has an insert of its own."""
    shares = [a_share(2), a_share(0, 3), a_share(1, topic=DERIVED), a_share(1)]
    assert packed(shares) == [[((FACTS, 0), 3), ((FACTS, 1), 1), ((FACTS, 2), 1)], [((DERIVED, 1), 1)]]


def test_few_records_wait_for_others_and_go_along_with_what_is_due():
    """Up to the linger, or until some partition of their topic is full."""
    shares = [a_share(0, 2), a_share(1, 3), a_share(0, topic=DERIVED)]
    assert packed(shares, now=SOON) == []
    assert packed([*shares, a_share(2, size=980)], now=SOON) == []
    full = a_share(2, 4, size=240)
    full.take([Message(104, value=b"x" * 40)])
    roomy = SinkSettings(batch_records=5, batch_bytes=1 << 20, linger_s=1.0)
    assert packed([*shares, full], now=SOON, settings=roomy) == [[((FACTS, 2), 5)]]
    roomy = SinkSettings(batch_records=10, batch_bytes=1 << 20, linger_s=1.0)
    shares[0]._since = SOON - 2.0
    assert packed(shares, now=SOON, settings=roomy) == [[((FACTS, 0), 2), ((FACTS, 1), 3)]]


def test_what_comes_after_a_pause_does_not_wait():
    """Behind a batch of its own topic it does, until the linger is over; the other topic has its own time."""
    shares = [a_share(0), a_share(0, topic=DERIVED)]
    assert packed(shares, begun={FACTS: LATE - 0.5}) == [[((DERIVED, 0), 1)]]
    assert packed(shares, begun={FACTS: LATE - 1.0}) == packed(shares) != []
    shares[0]._since = LATE - SETTINGS.gather_s / 2
    assert packed(shares[:1]) == []


@pytest.mark.parametrize("share", [{"records": 4}, {"records": 1, "size": 400}], ids=["records", "bytes"])
def test_a_batch_keeps_its_limits(share):
    """What does not fit is the next batch, where a thread is free for it."""
    shares = [a_share(n, **share) for n in range(5)]
    assert [len(stretches) for stretches in packed(shares)] == [2, 2, 1]
    assert [len(stretches) for stretches in packed(shares, most=2)] == [2, 2]
    assert packed(shares, most=0) == []


def test_a_full_partition_goes_alone_and_what_is_left_of_it_waits():
    """A stretch holds no more than a batch."""
    shares = [a_share(0, 25), a_share(1, 2)]
    assert packed(shares) == [[((FACTS, 0), 10)], [((FACTS, 1), 2)]]


def test_a_batch_names_no_more_partitions_than_a_note_holds():
    """The next ones are another batch."""
    shares = [a_share(n) for n in range(MOST_RANGES + 3)]
    roomy = SinkSettings(batch_records=1000, linger_s=1.0)
    assert [len(stretches) for stretches in packed(shares, settings=roomy)] == [MOST_RANGES, 3]


def test_a_partition_with_something_under_way_is_left_out():
    """Also one of which it is not known where it goes on."""
    busy, unknown, free = a_share(0), a_share(1), a_share(2)
    Work([busy])
    unknown.forget()
    assert packed([busy, unknown, free]) == [[((FACTS, 2), 1)]]
