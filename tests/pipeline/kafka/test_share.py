import time
from datetime import timedelta
from typing import NamedTuple

import pytest

from connectors.history.heads import Head
from connectors.kafka.cluster import ClusterError
from connectors.log.clock import ClockError
from connectors.log.port import DERIVED, FACTS
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.share import Share
from pipeline.runtime.kafka.work import Work

LIMITS = (10, 1000)


class Message(NamedTuple):
    offset: int
    timestamp: int = 1000  # milliseconds
    value: bytes | None = b"x" * 10


def a_share(topic=FACTS, head=None):
    share = Share((topic, 3), Figures("sink", topic, 3))
    share.begin_at(head or Head(100, 5_000_000))
    return share


def stretch(share):
    return share.next_stretch(*LIMITS)


def test_recorded_at_never_falls_and_goes_on_from_the_database():
    """The running maximum of the log's own time, in microseconds, not below what the history has."""
    share = a_share(head=Head(0, 2_000_500))
    share.take([Message(0, 1999), Message(1, 2500), Message(2, 2400)])
    found = stretch(share)
    assert found is not None
    assert [r.recorded_at for r in found.records] == [2_000_500, 2_500_000, 2_500_000]
    assert [(r.partition, r.offset) for r in found.records] == [(3, 0), (3, 1), (3, 2)]


def test_a_stretch_holds_no_more_than_its_limit_of_records():
    """What is left waits for the next one."""
    share = a_share()
    share.take([Message(n) for n in range(100, 115)])
    assert share.is_full(*LIMITS)
    found = stretch(share)
    assert found is not None
    assert (found.begin, found.end, len(found.records)) == (100, 110, 10)
    share.stored(found, 0.0)
    assert not share.is_full(*LIMITS)
    assert len(share) == 5


def test_a_batch_ends_with_the_record_that_fills_it():
    """Bytes are a limit, too; one record above it goes alone."""
    share = a_share()
    share.take([Message(100, value=b"x" * 600), Message(101, value=b"x" * 600), Message(102)])
    found = stretch(share)
    assert found is not None
    assert found.end == 102
    share.stored(found, 0.0)
    assert share.waiting_bytes == 10


def test_a_gap_in_the_facts_is_an_error():
    """They are written without transactions, so a missing offset is a lost record; a lower one is a repeated read."""
    for wrong in (101, 99):
        with pytest.raises(ClusterError, match=f"facts partition 3: offset {wrong} came where 100 was due"):
            a_share().take([Message(wrong)])


def test_gaps_of_transactions_are_part_of_a_stretch():
    """Marks take offsets in the derived topic; the next stretch begins behind the last record, not at the next one."""
    share = a_share(DERIVED)
    share.take([Message(103), Message(107)])
    first = stretch(share)
    assert first is not None
    assert (first.begin, first.end) == (100, 108)
    share.stored(first, 0.0)
    share.take([Message(112)])
    second = stretch(share)
    assert second is not None
    assert (second.begin, second.end) == (108, 113)


def test_records_that_came_during_an_insert_have_waited():
    """A slow database makes the next batch due at once, so that a backlog is not stored in bits of a linger each."""
    share = a_share()
    share.take([Message(100)])
    first = stretch(share)
    assert first is not None
    share.take([Message(101)])
    share.stored(first, 60.0)
    assert share.since <= time.monotonic() - 60.0


def test_a_share_asks_one_thing_at_a_time():
    """While its last batch is under way, or while the database has not said where to begin, nothing more is begun."""
    share = a_share()
    share.take([Message(100)])
    Work([share])
    assert not share.is_ready
    assert stretch(share) is None
    share.forget()
    assert share.work is None
    assert not share.is_ready
    assert stretch(share) is None
    assert len(share) == 0


def test_nothing_is_asked_of_what_comes_behind_a_record_of_the_future():
    """It is no gap that the record is not taken; once what stands before it is stored, the clock is to blame."""
    share = Share((FACTS, 3), Figures("sink", FACTS, 3), max_clock_gap=timedelta(days=400))
    share.begin_at(Head(100, 5_000_000))
    future = 5_000 + 401 * 86_400_000
    share.take([Message(100, 5_000), Message(101, future), Message(102, future)])
    behind = [Message(103, 5_001), Message(104, 5_001)]
    assert share.gaps(behind) == []
    share.take(behind)
    assert share.refuses
    share.check()  # a record still waits
    found = stretch(share)
    assert found is not None
    assert (found.begin, found.end) == (100, 101)
    share.stored(found, 0.0)
    with pytest.raises(ClockError, match="offset 101"):
        share.check()
