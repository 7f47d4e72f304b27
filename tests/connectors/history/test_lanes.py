from datetime import timedelta

import pytest

from connectors.history import lanes
from connectors.history.lanes import IN_LANE, Lane, lanes_of, lives_of, stored_ends
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED, FACTS
from events.clock import ClockTicked, LogMarked
from events.codec import CODEC, Event
from events.ids import derived_id, fact_id, partition_of
from events.instants import from_micros
from events.post import PostPublished
from events.round import ScoreProjected
from tests.connectors.history.random_history import RandomHistory
from tests.connectors.history.test_measures import CHECK_POINT, append_hourly


def ticks(count):
    for n in range(count):
        at = CHECK_POINT + timedelta(hours=n)
        yield Event(fact_id("clock", "clock", at.isoformat()), "clock", "clock", at, ClockTicked())


def read(client, until=None):
    """Return the events of each lane."""
    lives = lives_of(client)
    count = lanes_of(lives)
    return [
        [CODEC.decode(r.value) for block in Lane(client, lives, n, count).blocks(until) for r in block]
        for n in range(count)
    ]


def in_log(log, partition):
    return [CODEC.decode(r.value) for r in log.read(FACTS, partition, 0, 100_000)]


@pytest.fixture
def filled(history, log):
    """Fill a history on both kinds of client with random facts, many of them told again."""
    append_hourly(log, RandomHistory(5, CHECK_POINT).batches(8))
    log.append(ticks(3))
    Sink(history, log).catch_up()
    return history


@pytest.mark.slow
def test_a_lane_holds_the_facts_of_a_partition_as_the_log_does(filled, log, monkeypatch):
    """Every record, repeated ones too, in its order, with its time and data, whatever the size of a block."""
    expected = [in_log(log, p) for p in range(log.partitions)]
    assert expected == read(filled)
    monkeypatch.setattr(lanes, "BLOCK_RECORDS", 7)
    assert expected == read(filled)
    lives = lives_of(filled)
    blocks = list(Lane(filled, lives, 1, lanes_of(lives)).blocks(None))
    assert max(map(len, blocks)) == 7
    assert [r.offset for block in blocks for r in block] == list(range(len(expected[1])))


def test_a_lane_goes_on_where_it_stopped(filled, log):
    """First what was recorded by a moment, which is a prefix, then the rest."""
    lives = lives_of(filled)
    for partition in range(log.partitions):
        records = log.read(FACTS, partition, 0, 100_000)
        middle = records[len(records) // 2].recorded_at
        lane = Lane(filled, lives, partition, lanes_of(lives))
        first = [r for block in lane.blocks(from_micros(middle)) for r in block]
        rest = [r for block in lane.blocks(None) for r in block]
        assert [r.recorded_at for r in records if r.recorded_at <= middle] == [r.recorded_at for r in first]
        assert len(records) > len(first)
        assert [r.offset for r in (*first, *rest)] == list(range(len(records)))
        assert [] == list(lane.blocks(None))


def test_what_nobody_can_read_stands_in_no_lane(embedded_history, log):
    """Dead letters, and types of a later release: the folds passed over them."""
    log.append(ticks(1))
    with log.transaction():
        later = log.read(FACTS, 0, 0, 1)[0].value.replace(b"clock.ticked", b"clock.struck")
        log.write(FACTS, {0: [b"no event", later]})
    log.append(ticks(2))
    Sink(embedded_history, log).catch_up()
    assert [*ticks(1), *ticks(2)] == read(embedded_history)[0]


def test_lives_of_other_sizes_share_lanes(embedded_history, log, tmp_path):
    """A log of four partitions came before one of six: a lane follows its subjects through both, and all broadcasts."""
    posts = [
        Event(fact_id("t", f"wechat:{n}", "p"), "t", f"wechat:{n}", CHECK_POINT, PostPublished())
        for n in range(40)
    ]
    log.append([*posts[:30], *ticks(2)])
    Sink(embedded_history, log).catch_up()
    EmbeddedLog.make(tmp_path / "next.sqlite", partitions=6)
    following = EmbeddedLog(tmp_path / "next.sqlite")
    following.append([*ticks(2), *posts])
    Sink(embedded_history, following).catch_up()
    following.close()
    found = read(embedded_history)
    assert 12 == len(found)
    for number, events in enumerate(found):
        mine = [p for p in posts if partition_of(p.subject, 12) == number]
        assert [*(p for p in mine if p in posts[:30]), *ticks(2), *ticks(2), *mine] == events


def test_the_database_knows_the_partition_of_a_subject(embedded_history):
    """The condition of a lane is murmur2 as all producers compute it; Chinese subjects, too."""
    for n in range(50):
        subject = f"小红书:{n}"
        parameters = {"s": subject, "lanes": 48, "lane": partition_of(subject, 48)}
        query = f"SELECT {IN_LANE} FROM (SELECT {{s:String}} AS subject)"
        assert (1,) == embedded_history.query(query, parameters=parameters).first_row


def test_stored_ends_are_those_of_the_newest_life(embedded_history, log, make_log):
    """As of a moment, and without markers: no fold waits for one."""
    assert {} == stored_ends(embedded_history, FACTS)
    log.append(ticks(5))
    following = make_log("following")
    following.append(ticks(1))
    then = from_micros(int(following.meta("last_recorded_at") or 0))
    following.append(ticks(2))
    with following.transaction():
        score = ScoreProjected(ruleset="r@1", verdict="pass")
        following.write_derived(2, [Event(derived_id("s"), "xuncha", "wechat:1", CHECK_POINT, score)])
    for source in (log, following):
        Sink(embedded_history, source).catch_up()
    ends = dict.fromkeys(range(4), 3)
    following.append([Event(fact_id("log", "log", "m"), "log", "log", CHECK_POINT, LogMarked())])
    Sink(embedded_history, following).catch_up()
    assert ends == stored_ends(embedded_history, FACTS)
    assert dict.fromkeys(range(4), 1) == stored_ends(embedded_history, FACTS, then)
    assert {2: 1} == stored_ends(embedded_history, DERIVED)
