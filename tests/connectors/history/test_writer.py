from datetime import UTC, datetime, timedelta

import pytest

from connectors.history.heads import Head, next_offsets, read_heads, repair_views
from connectors.history.writer import Batch, MovedError, Range, Writer
from connectors.log.port import DERIVED, FACTS
from events.account import AccountOpened
from events.clock import ClockTicked
from events.codec import Event, encode_event
from events.envelope import Record
from events.ids import fact_id
from events.instants import to_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished, PostWithdrawn
from tests.connectors.history.both_clients import both_clients

T0 = datetime(2021, 6, 1, tzinfo=UTC)
AT = to_micros(T0)
OLD, NEW = "first-life", "second-life"


def a_post(n):
    subject = f"wechat:{n % 3}"
    return encode_event(
        Event(fact_id("t", subject, str(n)), "t", subject, T0 + timedelta(hours=n), PostPublished())
    )


def a_look(n):
    subject = f"wechat:{n % 3}"
    return encode_event(Event(fact_id("t", subject, f"l{n}"), "t", subject, T0, AccountPatrolled()))


def a_withdrawal(n):
    subject = f"wechat:{n % 3}"
    data = PostWithdrawn(corrects=fact_id("t", subject, str(n)), reason="wrong")
    return encode_event(Event(fact_id("t", subject, f"w{n}"), "t", subject, T0, data))


def an_opening(n):
    subject = f"wechat:{n}"
    data = AccountOpened(given_id=str(n), name="号", platform="微信订阅号")
    return encode_event(Event(fact_id("t", subject, "opened"), "t", subject, T0, data))


def a_tick(n):
    return encode_event(Event(fact_id("t", "clock", str(n)), "clock", "clock", T0, ClockTicked()))


def batch(values, *, partition=0, begin=0, life=OLD, topic=FACTS, later_us=0):
    records = [Record(partition, begin + i, AT + later_us + i, value) for i, value in enumerate(values)]
    span = Range(partition, begin, begin + len(values))
    return Batch(topic, life, (span,), records, f"{life}/{topic}/{span}")


def rows(client, table="records", columns="*"):
    return client.query(f"SELECT {columns} FROM {table} ORDER BY ALL").result_rows


def repeats(client, life):
    found = client.query(
        "SELECT partition, offset FROM records WHERE repeats AND incarnation = {i:String} ORDER BY ALL",
        parameters={"i": life},
    ).result_rows
    return [tuple(row) for row in found]


def test_what_an_earlier_life_holds_is_repeated_in_any_partition(history):
    """A log of few partitions moves to one of many: an id of it is a repeat wherever its subject lives now."""
    writer = Writer(history)
    writer.store(batch([a_post(n) for n in range(4)]))
    writer.store(batch([a_post(1), a_post(9), a_post(3)], partition=7, life=NEW, later_us=100))
    assert repeats(history, NEW) == [(7, 0), (7, 2)]
    assert len(rows(history, "posts")) == 5


def test_in_one_life_an_id_of_another_partition_is_no_repeat(history):
    """A subject lives in one partition; identity within a life is id and partition."""
    writer = Writer(history)
    writer.store(batch([a_post(1)]))
    writer.store(batch([a_post(1), a_post(1)], partition=1))
    assert repeats(history, OLD) == [(1, 1)]


def test_a_broadcast_of_an_earlier_life_is_repeated_by_partition(history):
    """It stood in each of four partitions; in the others of sixteen it is told for the first time."""
    writer = Writer(history)
    writer.store(batch([a_tick(1)]))
    writer.store(batch([a_tick(1)], partition=0, life=NEW, later_us=100))
    writer.store(batch([a_tick(1)], partition=9, life=NEW, later_us=100))
    assert repeats(history, NEW) == [(0, 0)]


@both_clients
def test_a_batch_that_does_not_begin_where_the_history_ends_is_refused(history):
    """Somebody else stored records in between, or the batch would leave a gap; nothing is inserted."""
    writer = Writer(history)
    writer.store(batch([a_post(n) for n in range(5)]))
    before = rows(history)
    for wrong in (batch([a_post(3), a_post(4), a_post(5)], begin=3), batch([a_post(8)], begin=8)):
        with pytest.raises(MovedError, match=r"facts 0:\d-\d: the history of partition 0 ends at 5"):
            writer.store(wrong)
    assert rows(history) == before


@both_clients
def test_two_inserts_of_one_token_are_one(history, monkeypatch):
    """Two sinks that ask before either has stored insert the same batch: it stands once, in every table."""
    values = [a_post(1), a_look(1), a_post(2)]
    first, second = Writer(history), Writer(history)
    monkeypatch.setattr(second, "_standing", lambda *_: ({}, []))
    first.store(batch(values))
    before = {t: rows(history, t) for t in ("records", "posts", "looks")}
    second.store(batch(values))
    assert {t: rows(history, t) for t in before} == before
    assert len(before["records"]) == 3


def test_heads_are_those_of_the_present_life(history):
    """Offsets begin anew, times do not: the next record is later than all that an earlier life recorded."""
    writer = Writer(history)
    writer.store(batch([a_post(n) for n in range(5)], later_us=1000))
    lives = {FACTS: NEW, DERIVED: OLD}
    assert read_heads(history, lives) == {(FACTS, 0): Head(0, AT + 1005)}
    writer.store(batch([a_post(8)], life=NEW, later_us=5000))
    writer.store(batch([a_post(8)], topic=DERIVED, partition=2))
    assert read_heads(history, lives) == {(FACTS, 0): Head(1, AT + 5000), (DERIVED, 2): Head(1, AT)}
    assert next_offsets(history, {FACTS: OLD}) == {(FACTS, 0): 5}


def test_a_gap_behind_a_longer_earlier_life_is_seen(history):
    """A topic was made again: its offsets are small, and yet what a table lacks of it is filled."""
    writer = Writer(history)
    writer.store(batch([a_post(n) for n in range(50)]))
    writer.store(batch([a_post(n) for n in range(60, 65)], life=NEW, later_us=1000))
    whole = rows(history, "posts")
    history.command(
        "DELETE FROM posts WHERE offset < 5 AND recorded_at > {t:DateTime64(6, 'UTC')}",
        parameters={"t": T0 + timedelta(microseconds=900)},
        settings={"mutations_sync": 2},
    )
    assert len(rows(history, "posts")) == len(whole) - 5
    repair_views(history)
    assert rows(history, "posts") == whole


def test_only_the_partitions_of_the_asker_are_repaired(history):
    """In another one an insert of its owner may be under way."""
    writer = Writer(history)
    for partition in (0, 1):
        writer.store(batch([a_post(10 * partition + n) for n in range(5)], partition=partition))
    history.command("TRUNCATE TABLE posts")
    repair_views(history, {(FACTS, 1)})
    assert rows(history, "posts", "DISTINCT partition") == [(1,)]


def test_asking_for_heads_reads_no_records(embedded_history):
    """Projections hold the answer, so it takes as long with a hundred million rows as with a hundred."""
    writer = Writer(embedded_history)
    values = [make(n) for n in range(10_000) for make in (a_post, a_look, a_withdrawal, an_opening)]
    writer.store(batch(values))
    feeds = embedded_history.query(
        "SELECT name, as_select FROM system.tables WHERE engine = 'MaterializedView' AND database = currentDatabase()"
    ).result_rows
    newest = "SELECT partition, max((recorded_at, offset)) FROM {} GROUP BY partition"
    sources = [newest.format(f"({select})") for _, select in feeds]
    targets = [newest.format(name.removesuffix("_feed")) for name, _ in feeds]
    columns = "topic, partition, incarnation"
    heads = f"SELECT {columns}, max((recorded_at, offset)) FROM records GROUP BY {columns}"
    assert len(sources) == 5
    for sql in (heads, *sources, *targets):
        plan = "\n".join(row[0] for row in embedded_history.query(f"EXPLAIN PLAN {sql}").result_rows)
        assert "ReadFromMergeTree (heads)" in plan, f"{sql}\n{plan}"
