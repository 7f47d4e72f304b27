from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from connectors.history import sink as sink_module
from connectors.history.client import HistoryError
from connectors.history.crash_mark import Settled
from connectors.history.heads import next_offsets
from connectors.history.sink import Sink
from connectors.log.port import DERIVED, FACTS
from events.account import AccountOpened
from events.clock import LogMarked
from events.codec import CODEC, Event, encode_event
from events.ids import fact_id, partition_of
from events.instants import to_micros
from events.patrol import AccountPatrolled
from events.post import PostDeleted, PostPublished, PostWithdrawn
from tests.connectors.history.both_clients import both_clients

T0 = datetime(2021, 6, 1, 0, 0, 0, 1, tzinfo=UTC)
ACCOUNTS = [f"wechat:号{n}" for n in range(7)]


class LostAnswerError(Exception):
    """Stands for a process that dies."""


def a_post(n, **data):
    account = ACCOUNTS[n % len(ACCOUNTS)]
    return Event(
        fact_id("t", account, f"post {n}"),
        "t",
        account,
        T0 + timedelta(microseconds=n),
        PostPublished(**data),
    )


def a_look(n, **data):
    account = ACCOUNTS[n % len(ACCOUNTS)]
    return Event(
        fact_id("t", account, f"look {n}"), "t", account, T0 + timedelta(hours=n), AccountPatrolled(**data)
    )


def a_withdrawal(n):
    post = a_post(n)
    data = PostWithdrawn(corrects=post.id, reason="wrong")
    return Event(fact_id("t", post.subject, f"withdrawn {n}"), "t", post.subject, T0, data)


def a_deletion(n):
    post = a_post(n)
    data = PostDeleted(post_id=post.id)
    return Event(fact_id("t", post.subject, f"deleted {n}"), "t", post.subject, T0, data)


def a_marker(n):
    return Event(fact_id("t", "log", f"marked {n}"), "log", "log", T0, LogMarked())


def opened(n):
    account = f"wechat:new{n}"
    data = AccountOpened(given_id=str(n), name="号", platform="微信订阅号")
    return Event(fact_id("t", account, "opened"), "t", account, T0, data)


def some_of_each(start, count):
    return [
        event
        for n in range(start, start + count)
        for event in (
            a_post(n),
            a_look(n, lag_s=n, shows_from=T0 - timedelta(days=n) if n % 3 == 0 else None),
            *([a_withdrawal(n)] if n % 5 == 0 else []),
            *([a_deletion(n)] if n % 7 == 0 else []),
        )
    ]


def rows_of(history, table):
    return history.query(f"SELECT * FROM {table} ORDER BY ALL").result_rows


TYPED = ("posts", "post_voids", "looks", "occasional_records")
"""Tables of which each row is a record; `coverage` sums up looks."""


def snapshot(history):
    return {t: rows_of(history, t) for t in ("records", *TYPED)}


def count(history, table, where="1"):
    return history.query(f"SELECT count() FROM {table} WHERE {where}").first_row[0]


def write_raw(log, partition, *values):
    with log.transaction():
        log.write(FACTS, {partition: list(values)})


@both_clients
def test_every_record_arrives_with_its_coordinates(history, log):
    """What the log holds stands in the raw table, byte for byte, both topics, with the log's own time."""
    log.append([*some_of_each(0, 30), a_marker(0)])
    with log.transaction():
        log.write_derived(2, [a_post(100), a_post(101)])
    sink = Sink(history, log)
    expected = [
        (topic, r.partition, r.offset, r.recorded_at)
        for topic in (DERIVED, FACTS)
        for p in range(log.partitions)
        for r in log.read(topic, p, 0, 1000)
    ]
    assert sink.catch_up() == len(expected)
    rows = history.query(
        "SELECT topic, partition, offset, toUnixTimestamp64Micro(recorded_at) FROM records"
        " ORDER BY topic, partition, offset"
    ).result_rows
    assert rows == expected
    post = a_post(3)
    row = history.query(
        "SELECT type, source, subject, time, dataschema, data FROM records WHERE id = {i:UUID}",
        parameters={"i": post.id},
    ).result_rows
    assert row == [("post.published", "t", post.subject, post.time, "urn:xuncha:post.published:3", "{}")]


def test_typed_tables_hold_what_their_name_says(history, log):
    """Posts, voids and looks are filled by the same insert."""
    log.append(some_of_each(0, 35))
    Sink(history, log).catch_up()
    assert [count(history, t) for t in TYPED] == [35, 7 + 5, 35, 0]
    ids = {row[0] for row in history.query("SELECT event_id FROM posts").result_rows}
    assert ids == {a_post(n).id for n in range(35)}
    voids = history.query("SELECT post_id, void_from FROM post_voids ORDER BY ALL").result_rows
    assert (a_post(5).id, datetime(1970, 1, 1, tzinfo=UTC)) in voids
    assert (a_post(7).id, T0) in voids


def test_a_new_sink_goes_on_where_the_database_stopped(history, log):
    """Nothing is sent again, nothing is left out, and a sink with nothing to do does nothing."""
    log.append(some_of_each(0, 20))
    Sink(history, log).catch_up()
    log.append(some_of_each(20, 20))
    sink = Sink(history, log)
    assert sink.catch_up() == sum(log.end_offsets(FACTS)) - len(some_of_each(0, 20))
    assert sink.catch_up() == 0
    assert count(history, "posts") == 40
    assert next_offsets(history, {FACTS: log.incarnation}) == {
        (FACTS, p): end for p, end in enumerate(log.end_offsets(FACTS)) if end
    }


@pytest.mark.parametrize("same_sink", [True, False])
def test_an_insert_whose_answer_was_lost_is_not_stored_twice(history, log, same_sink, monkeypatch):
    """The batch stands already: a new sink sees that, and so does the same one."""
    monkeypatch.setattr(sink_module, "BATCH_RECORDS", 30)
    log.append(some_of_each(0, 40))
    lost = iter([True])

    def fail_point(point):
        if point == "sink.after_insert" and next(lost, False):
            raise LostAnswerError

    sink = Sink(history, log, fail_point=fail_point)
    with pytest.raises(LostAnswerError):
        sink.catch_up()
    assert 0 < count(history, "records") < sum(log.end_offsets(FACTS))
    (sink if same_sink else Sink(history, log)).catch_up()
    assert count(history, "records") == sum(log.end_offsets(FACTS))
    assert count(history, "records", "repeats") == 0
    assert [count(history, t) for t in TYPED] == [40, 8 + 6, 40, 0]


@pytest.mark.parametrize("point", ["sink.before_insert", "sink.after_insert"])
def test_only_after_a_batch_was_cut_off_somebody_looks_behind_the_raw_table(history, log, tmp_path, point):
    """The mark is away from before the insert until every table holds the batch."""
    settled = Settled(tmp_path)
    log.append(some_of_each(0, 10))
    Sink(history, log, settled).catch_up()
    assert settled.is_noted()
    log.append(some_of_each(10, 10))

    def cut(at):
        if at == point:
            raise LostAnswerError

    with pytest.raises(LostAnswerError):
        Sink(history, log, settled, fail_point=cut).catch_up()
    assert not settled.is_noted()
    history.command("DELETE FROM posts WHERE offset >= 3", settings={"mutations_sync": 2})
    Sink(history, log, settled).catch_up()
    assert settled.is_noted()
    assert count(history, "posts") == 20
    history.command("DELETE FROM posts WHERE offset >= 3", settings={"mutations_sync": 2})
    idle = Sink(history, log, settled)
    assert count(history, "posts") < 20
    settled.clear()  # an import begins beside it
    assert idle.catch_up() == 0
    assert not settled.is_noted()


def test_a_batch_that_stands_already_is_not_sent_again(history, log, monkeypatch):
    """Even a sink that forgot where the database stopped doubles nothing, in no table."""
    log.append(some_of_each(0, 40))
    Sink(history, log).catch_up()
    before = snapshot(history)
    monkeypatch.setattr(sink_module, "require_one_past", lambda *_: {})
    Sink(history, log).catch_up()
    assert snapshot(history) == before


def test_fewer_rows_written_than_sent_is_an_error(history, log):
    """A server that loses rows in silence is found out."""
    log.append(some_of_each(0, 5))

    class Lossy:
        def __getattr__(self, name):
            return getattr(history, name)

        def insert_arrow(self, table, rows, **options):
            return history.insert_arrow(table, rows.slice(1), **options)

    with pytest.raises(HistoryError, match=r"facts [\d:,-]+: sent \d+ rows, \d+ stored"):
        Sink(Lossy(), log).catch_up()


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["1", "offset >= 3"])
def test_typed_tables_behind_the_raw_one_catch_up(history, log, lost):
    """A crash between the raw insert and its views: the next sink fills the gap, as if nothing had happened."""
    log.append([*some_of_each(0, 60), *(opened(n) for n in range(30))])
    with log.transaction():
        log.write_derived(1, [opened(n) for n in range(5)])
    Sink(history, log).catch_up()
    before = snapshot(history)
    for table in TYPED:
        assert count(history, table, lost) > 0
        history.command(f"DELETE FROM {table} WHERE {lost}", settings={"mutations_sync": 2})
        assert rows_of(history, table) != before[table]
    Sink(history, log)
    assert snapshot(history) == before


def test_the_first_record_of_an_id_counts(history, log, monkeypatch):
    """A repeat in the same batch, in a later one and with another time is marked, and stands in no typed table."""
    monkeypatch.setattr(sink_module, "BATCH_RECORDS", 10)
    posts = [a_post(n) for n in range(70)]
    log.append([*posts, *posts[:20]])
    Sink(history, log).catch_up()
    log.append([Event(p.id, p.source, p.subject, p.time + timedelta(days=1), p.data) for p in posts[:30]])
    Sink(history, log).catch_up()
    assert count(history, "records") == 120
    assert count(history, "records", "repeats") == 50
    assert count(history, "posts") == 70
    assert history.query("SELECT min(published_at), max(published_at) FROM posts").first_row == (
        posts[0].time,
        posts[-1].time,
    )


def test_a_broadcast_is_no_repeat_of_its_copies(history, log):
    """Its identity is id and partition; the second time it is."""
    log.append([a_marker(1)])
    Sink(history, log).catch_up()
    assert count(history, "records", "repeats") == 0
    log.append([a_marker(1), a_marker(2)])
    Sink(history, log).catch_up()
    assert count(history, "records", "repeats") == log.partitions


def test_another_life_of_the_log_repeats_what_it_took_over(history, make_log):
    """A restored log appends old facts again: they are repeats, and its own offsets begin at 0."""
    first, second = make_log("first"), make_log("second")
    first.append([a_post(n) for n in range(20)])
    Sink(history, first).catch_up()
    second.append([a_post(n) for n in range(10, 30)])
    Sink(history, second).catch_up()
    assert count(history, "records") == 40
    assert count(history, "posts") == 30
    assert count(history, "records", "repeats") == 10


UNREADABLE = {
    "no JSON": b"\xff\x00 not json",
    "empty": b"",
    "no envelope": b'{"id": 1}',
    "data of another shape": encode_event(a_withdrawal(1)).replace(b'"corrects":"', b'"corrects":"x'),
    "a time that is none": encode_event(a_look(1, shows_from=T0)).replace(
        b'"shows_from":"2021', b'"shows_from":"20x1'
    ),
    "a time before the calendar": encode_event(a_post(1)).replace(
        b"2021-06-01T00:00:00.000002Z", b"0001-01-01T00:00:00+08:00"
    ),
}


def test_what_cannot_be_read_is_kept_as_it_is(history, log):
    """It counts for nobody, holds up nobody, is nobody's repeat, and its bytes can be had back."""
    write_raw(log, 1, *UNREADABLE.values(), *UNREADABLE.values())
    log.append([a_post(1), a_look(1)])
    Sink(history, log).catch_up()
    rows = history.query(
        "SELECT data, partition, repeats, id FROM records WHERE type = 'unreadable' ORDER BY offset"
    ).result_rows
    assert rows == [(v.hex(), 1, False, UUID(int=0)) for v in [*UNREADABLE.values(), *UNREADABLE.values()]]
    assert [count(history, t) for t in TYPED] == [1, 0, 1, 0]


def test_an_unknown_type_is_kept_and_no_view_picks_it(history, log):
    """A later release may have written it; nothing of it is lost, and nothing of it counts here."""
    value = encode_event(a_post(1)).replace(b"post.published", b"post.pondered")
    write_raw(log, 1, value)
    Sink(history, log).catch_up()
    assert history.query("SELECT type, dataschema FROM records").result_rows == [
        ("unknown:urn:xuncha:post.pondered:3", "urn:xuncha:post.pondered:3")
    ]


OF_OTHER_PRODUCERS = (
    (
        b'{"shows_from":null,"complete_from":"2021-05-01T00:00:00.000001+08:00"}',
        "2021-04-30 16:00:00.000001",
    ),
    (b'{"shows_from":"2021-05-01T00:00:00Z","complete_from":null}', "2021-05-01 00:00:00.000000"),
    (b'{"shows_from":"2021-05-01t00:00:00.5z"}', "2021-05-01 00:00:00.500000"),
    (b'{"shows_from":"2021-05-01T00:00:00.999999500Z"}', "2021-05-01 00:00:01.000000"),
    (b'{"shows_from":"2021-05-01T00:00:00.123456499Z"}', "2021-05-01 00:00:00.123456"),
    (
        b'{"shows_from":"2021-05-01T00:00:00Z","by_hand":true,"gap_since":"2021-04-01T00:00:00Z","longest_gap_s":null}',
        "2021-05-01 00:00:00.000000",
    ),
    (
        b'{"shows_from":"2021-05-01T00:00:00Z","by_hand":true,"updates_28d":0,%s}'
        % b'"gap_since":"2021-04-01T00:00:00Z","longest_gap_s":604800',
        "2021-05-01 00:00:00.000000",
    ),
)


def test_data_of_other_producers_is_read_as_the_folds_read_it(history, log):
    """JSON that is valid but not as our encoder writes it: nulls, offsets, lower case, nanoseconds."""
    values = [
        encode_event(a_look(n)).replace(b'"data":{}', b'"data":' + data)
        for n, (data, _) in enumerate(OF_OTHER_PRODUCERS)
    ]
    decoded = [CODEC.decode(v).data for v in values]
    write_raw(log, 0, *values)
    Sink(history, log).catch_up()
    rows = history.query(
        "SELECT toString(coalesce(shows_from, complete_from)) FROM looks ORDER BY offset"
    ).result_rows
    assert rows == [(covered,) for _, covered in OF_OTHER_PRODUCERS]
    looks = history.query("SELECT complete_from, shows_from FROM looks ORDER BY offset").result_rows
    assert looks == [(d.complete_from, d.shows_from) for d in decoded]
    counted = history.query(
        "SELECT gap_since IS NOT NULL, updates_28d, apart FROM looks ORDER BY offset"
    ).result_rows
    assert counted == [*[(False, None, 0)] * (len(OF_OTHER_PRODUCERS) - 1), (True, 0, 1)]


FAR_YEARS = (b"1900", b"1899", b"1600", b"2262", b"2299", b"9999")


def test_a_time_far_away_stays_what_it_is(history, log):
    """A wild year of a platform neither stops the sink nor turns into another one."""
    values = [
        encode_event(a_post(n)).replace(b'"time":"2021', b'"time":"' + y) for n, y in enumerate(FAR_YEARS)
    ]
    write_raw(log, 1, *values)
    Sink(history, log).catch_up()
    micros = history.query(
        "SELECT toUnixTimestamp64Micro(r.time), toUnixTimestamp64Micro(p.published_at) FROM records AS r"
        " INNER JOIN posts AS p ON p.event_id = r.id ORDER BY r.offset"
    ).result_rows
    assert micros == [(to_micros(CODEC.decode(v).time),) * 2 for v in values]


@pytest.mark.slow
def test_batches_of_one_partition_add_up(history, make_log):
    """More than two full batches of 50,000 in one partition: every row once, in every table."""
    log = make_log()
    n = 2 * sink_module.BATCH_RECORDS + 1
    account = "wechat:busy"
    values = [
        encode_event(Event(UUID(int=i + 1), "t", account, T0 + timedelta(microseconds=i), PostPublished()))
        for i in range(n)
    ]
    write_raw(log, partition_of(account, log.partitions), *values)
    seen = []
    assert Sink(history, log).catch_up(seen.append) == n
    assert seen == [sink_module.BATCH_RECORDS] * 2 + [1]
    for table, column in (("records", "id"), ("posts", "event_id")):
        row = history.query(f"SELECT count(), uniqExact({column}), max(offset) FROM {table}").first_row
        assert row == (n, n, n - 1)
