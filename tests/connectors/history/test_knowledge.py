from datetime import UTC, datetime, timedelta

import pytest

from connectors.history.knowledge import facts_after, newest_closed, read_known
from connectors.history.sink import Sink
from events.account import AccountOpened
from events.clock import LogMarked
from events.codec import Event
from events.ids import fact_id
from events.instants import MICROSECOND, from_micros

T0 = datetime(2021, 6, 1, tzinfo=UTC)


def a_marker(n):
    return Event(fact_id("log", "log", str(n)), "log", "log", T0, LogMarked())


def an_opening(n, name="号"):
    account = f"wechat:{n}"
    data = AccountOpened(given_id=str(n), name=name, platform="微信订阅号")
    return Event(fact_id("sheet", account, "opened"), "sheet", account, T0, data)


@pytest.fixture
def log(make_log):
    return make_log(clock=lambda: T0)


def stored(history, log):
    Sink(history, log).catch_up()


def newest(history, log):
    return newest_closed(history, log.end_offsets("facts"), log.incarnation)


def test_nothing_is_closed_while_a_partition_is_empty(history, log):
    """Into a partition without a record, one of any time may still come."""
    assert newest(history, log) is None
    log.append([an_opening(1)])
    stored(history, log)
    assert newest(history, log) is None


def test_a_moment_is_closed_once_every_partition_holds_a_later_record(history, log):
    """Strictly later: the moment of the marker itself is still open, a microsecond before it is closed."""
    log.append([an_opening(1)])
    log.append([a_marker(1)])
    marked_at = from_micros(log.read("facts", 0, 0, 100)[-1].recorded_at)
    stored(history, log)
    assert marked_at - MICROSECOND == newest(history, log)


def test_the_partition_that_is_behind_decides(history, log):
    """Later records elsewhere close nothing: one partition may still get a record of that time."""
    log.append([a_marker(1)])
    stored(history, log)
    closed = newest(history, log)
    log.append([an_opening(1), an_opening(1, "乙")])
    stored(history, log)
    assert closed == newest(history, log)
    log.append([a_marker(2)])
    stored(history, log)
    assert newest(history, log) > closed


def test_a_record_that_some_tables_may_lack_closes_nothing(history, log):
    """Behind the lowest high-water mark of all tables a record stands in one of them, perhaps, and not in another."""
    log.append([a_marker(1)])
    whole = log.end_offsets("facts")
    log.append([a_marker(2)])
    stored(history, log)
    first = from_micros(log.read("facts", 0, 0, 1)[0].recorded_at)
    assert first - MICROSECOND == newest_closed(history, whole, log.incarnation)
    assert first == newest(history, log)


def test_records_of_an_earlier_life_close_what_came_before_them(history, log):
    """Nothing more is recorded in a life that is over, and all of the present one is later."""
    log.append([a_marker(1)])
    stored(history, log)
    first = from_micros(log.read("facts", 0, 0, 1)[0].recorded_at)
    assert first - MICROSECOND == newest_closed(history, [0] * log.partitions, "another life")


def test_what_is_recorded_after_a_moment_is_counted_without_ticks_and_markers(history, log):
    """They tell nothing that could be known."""
    log.append([an_opening(1)])
    log.append([a_marker(1)])
    stored(history, log)
    closed = newest(history, log)
    assert facts_after(history, closed) == 0
    log.append([an_opening(n) for n in (2, 3)])
    log.append([a_marker(2)])
    stored(history, log)
    assert facts_after(history, closed) == 2


def test_known_facts_are_those_recorded_by_then_in_log_order(history, log):
    """With coordinates and decoded data; the first record of an id, and only the types that were asked for."""
    log.append([an_opening(n) for n in range(8)])
    known_at = from_micros(max(r.recorded_at for p in range(4) for r in log.read("facts", p, 0, 100)))
    log.append([an_opening(3, "改"), an_opening(9), a_marker(1)])
    stored(history, log)
    known = read_known(history, ["account.opened"], known_at)
    assert {k.event.subject for k in known} == {f"wechat:{n}" for n in range(8)}
    assert [(k.partition, k.offset) for k in known] == sorted((k.partition, k.offset) for k in known)
    later = read_known(history, ["account.opened"], known_at + timedelta(days=1))
    assert sorted((k.event for k in later), key=lambda e: e.subject) == [
        an_opening(n) for n in (*range(8), 9)
    ]
    assert read_known(history, ["account.closed"], known_at) == []
