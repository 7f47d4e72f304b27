"""Ids that a large history surely lacks: it is not asked for them, and still marks every repeat."""

from datetime import UTC, datetime
from uuid import uuid5

import pytest

from connectors.history import known_ids as known_ids_module
from connectors.history import sink as sink_module
from connectors.history.known_ids import KnownIds
from connectors.history.sink import Sink
from connectors.log.port import FACTS
from events.codec import CODEC, Event
from events.ids import NAMESPACE, fact_id
from events.post import PostPublished

T0 = datetime(2021, 6, 1, tzinfo=UTC)


def posts(*numbers):
    for n in numbers:
        subject = f"wechat:{n % 7}"
        yield Event(fact_id("t", subject, str(n)), "t", subject, T0, PostPublished())


def ids_of(*numbers):
    return [post.id.bytes for post in posts(*numbers)]


@pytest.fixture
def large(monkeypatch):
    """Have a history of a hundred records count as a large one."""
    monkeypatch.setattr(known_ids_module, "_SMALL_HISTORY", 100)
    monkeypatch.setattr(known_ids_module, "_MANY", 1)
    monkeypatch.setattr(known_ids_module, "_OFFSETS", 32)


@pytest.mark.usefixtures("large")
def test_no_id_that_stands_is_passed_over(history, log):
    """Those gathered, and those noted since, are asked for; of new ones hardly any."""
    log.append(posts(*range(500)))
    Sink(history, log).catch_up()
    known = KnownIds(history)
    assert known.possible(ids_of(*range(500))) == ids_of(*range(500))
    new = [uuid5(NAMESPACE, str(n)).bytes for n in range(1_000)]
    assert len(known.possible(new)) < 50
    known.add(new[:100])
    assert known.possible(new)[:100] == new[:100]
    assert known.possible([]) == []


@pytest.mark.usefixtures("large")
def test_what_outgrows_its_room_is_gathered_anew(history, log):
    """There is room for some ids more than there were; behind that the next question gathers all."""
    log.append(posts(*range(200)))
    Sink(history, log).catch_up()
    known = KnownIds(history)
    known.possible(ids_of(0))
    known.add(ids_of(*range(1_000, 1_200)))
    log.append(posts(*range(1_000, 1_200)))
    Sink(history, log).catch_up()
    assert known.possible(ids_of(*range(1_000, 1_200), 3)) == ids_of(*range(1_000, 1_200), 3)


def test_of_a_small_history_nothing_is_gathered(history, log):
    """It answers fast enough, so that every id is asked for."""
    log.append(posts(*range(200)))
    Sink(history, log).catch_up()
    new = ids_of(*range(10_000, 20_000))
    assert KnownIds(history).possible(new) == new


@pytest.mark.slow
@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("few", [1_000, 0])
def test_repeats_are_marked_as_ever(history, log, monkeypatch, few):
    """Of this batch, of the one before it and of long ago; whether ids are named in a question or packed."""
    monkeypatch.setattr("connectors.history.repeats._FEW", few)
    monkeypatch.setattr(sink_module, "BATCH_RECORDS", 150)
    for numbers in (range(300), [*range(250, 400), 7, 7], [*range(400, 900), 3, 880, 399]):
        log.append(posts(*numbers))
    sink = Sink(history, log)
    sink.catch_up()
    log.append(posts(5, 1_000, 895))
    sink.catch_up()
    expected, seen = [], set()
    for partition in range(log.partitions):
        for record in log.read(FACTS, partition, 0, 10_000):
            key = partition, CODEC.envelope(record.value).id
            expected += [(partition, record.offset)] if key in seen else []
            seen.add(key)
    found = history.query("SELECT partition, offset FROM records WHERE repeats ORDER BY ALL").result_rows
    assert [tuple(row) for row in found] == expected
    assert len(expected) > 50
