from datetime import UTC, datetime, timedelta

import pytest

from connectors.history import known_facts
from connectors.history.knowledge import facts_after, newest_closed, read_known
from connectors.history.sink import Sink
from events.account import AccountCorrected, AccountOpened
from events.clock import LogMarked
from events.codec import CODEC, Event
from events.ids import fact_id
from events.instants import FAR, MICROSECOND, from_micros, to_micros
from events.known import first_records
from events.withdrawal import WITHDRAWABLE, FactWithdrawn
from tests.connectors.history.both_clients import both_clients
from tests.events.golden_files import GOLDEN

WITHDRAWN = {name: CODEC.decode(GOLDEN[f"{name}.1"]) for name in sorted(WITHDRAWABLE)}
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


@pytest.mark.parametrize("few", [0, 1, 1000])
def test_few_facts_and_many_are_read_alike(history, log, monkeypatch, few):
    """Fetched at once or type by type, for all accounts or for some, before and after an append."""
    monkeypatch.setattr(known_facts, "_FEW", few)
    known = known_facts.KnownFacts(history)
    for added in ([an_opening(1), an_opening(2)], [an_opening(3)]):
        log.append(added)
        stored(history, log)
        known.forget()
        expected = first_records(read_known(history, [AccountOpened.type], FAR), to_micros(FAR))
        assert expected == known.read([AccountOpened.type])
        own = [k for k in expected if k.event.subject == "wechat:2"]
        assert own == known.read([AccountOpened.type], subjects={"wechat:2"})
        fresh = known_facts.KnownFacts(history)
        assert own == fresh.read([AccountOpened.type], subjects={"wechat:2"})
        assert [] == fresh.read([LogMarked.type])


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


@both_clients
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


def withdrawal_of(wrong, **otherwise):
    told = {
        "corrects": wrong.id,
        "of_type": wrong.type,
        "its_time": wrong.time,
        "reason": "登记错误",
    } | otherwise
    data = FactWithdrawn(**told)
    return Event(fact_id("sheet", wrong.subject, f"{told}"), "sheet", wrong.subject, T0, data)


@pytest.mark.slow
def test_a_fact_of_any_kind_that_was_withdrawn_is_not_read_by_those_who_know_it(history, log):
    """Whoever asks for facts of a type gets what takes them back as well, and those who asked before do not miss it."""
    log.append(list(WITHDRAWN.values()))
    before = from_micros(max(r.recorded_at for p in range(4) for r in log.read("facts", p, 0, 100)))
    log.append([withdrawal_of(wrong) for wrong in WITHDRAWN.values()])
    stored(history, log)
    for name, wrong in WITHDRAWN.items():
        found = []
        for known_at in (before, before + timedelta(days=1)):
            known = first_records(read_known(history, [name], known_at), to_micros(known_at))
            found.append([k.event.id for k in known if k.event.type == name])
        assert found == [[wrong.id], []], name


def test_a_finding_is_not_taken_back_by_a_withdrawal_of_facts(history, log):
    """Posts, looks and findings have withdrawals of their own, and only those void them."""
    finding = CODEC.decode(GOLDEN["finding.recorded.1"])
    log.append([finding, withdrawal_of(finding), withdrawal_of(finding, of_type="account.opened")])
    stored(history, log)
    at = T0 + timedelta(days=1)
    known = first_records(read_known(history, ["finding.recorded", "account.opened"], at), to_micros(at))
    assert finding in [k.event for k in known]


def test_a_corrected_statement_is_read_as_corrected(history, log):
    """Whoever asks for openings alone reads what they were corrected to, the time of a moved opening too."""
    opened = an_opening(1)
    moved_to = T0 - timedelta(days=9)
    correction = AccountCorrected(corrects=opened.id, reason="笔误", name="正名", opened_at=moved_to)
    log.append(
        [opened, Event(fact_id("sheet", opened.subject, "c"), "sheet", opened.subject, T0, correction)]
    )
    stored(history, log)
    at = T0 + timedelta(days=1)
    (known,) = [
        k.event
        for k in first_records(read_known(history, ["account.opened"], at), to_micros(at))
        if k.event.type == "account.opened"
    ]
    assert (known.id, known.time) == (opened.id, moved_to)
    assert (known.data.name, known.data.opened_at, known.data.given_id) == ("正名", moved_to, "1")
