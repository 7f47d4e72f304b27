from datetime import UTC, datetime, timedelta

import pytest

from connectors.history.client import HistoryError
from connectors.history.knowledge import newest_closed, read_known, require_closed
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


def test_nothing_is_closed_while_a_partition_is_empty(history, log):
    """The message says what to do."""
    with pytest.raises(HistoryError, match="append a marker"):
        newest_closed(history, log.partitions)
    log.append([an_opening(1)])
    stored(history, log)
    with pytest.raises(HistoryError, match="append a marker"):
        require_closed(history, log.partitions, T0)


def test_a_moment_is_closed_once_every_partition_holds_a_later_record(history, log):
    """Strictly later: the moment of the marker itself is still open, a microsecond before it is closed."""
    log.append([an_opening(1)])
    log.append([a_marker(1)])
    marked_at = from_micros(log.read("facts", 0, 0, 100)[-1].recorded_at)
    stored(history, log)
    assert newest_closed(history, log.partitions) == marked_at - MICROSECOND
    require_closed(history, log.partitions, marked_at - MICROSECOND)
    for known_at in (marked_at, marked_at + timedelta(days=1)):
        with pytest.raises(
            HistoryError, match="is not closed yet; the newest closed moment is 2021-06-01T08:00:00"
        ):
            require_closed(history, log.partitions, known_at)


def test_the_partition_that_is_behind_decides(history, log):
    """Later records elsewhere close nothing: one partition may still get a record of that time."""
    log.append([a_marker(1)])
    stored(history, log)
    closed = newest_closed(history, log.partitions)
    log.append([an_opening(1), an_opening(1, "乙")])
    stored(history, log)
    assert newest_closed(history, log.partitions) == closed
    log.append([a_marker(2)])
    stored(history, log)
    assert newest_closed(history, log.partitions) > closed


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
