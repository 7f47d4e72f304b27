from datetime import UTC, datetime, timedelta

import pytest

from connectors.history.records import learnt_between, newest_looks, newest_posts
from connectors.history.sink import Sink
from events.codec import Event
from events.ids import fact_id
from events.instants import from_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished, PostWithdrawn

T0 = datetime(2021, 6, 1, tzinfo=UTC)
ACCOUNT = "wechat:1"
FAR = T0 + timedelta(days=10_000)


def a_post(n, *, subject=ACCOUNT):
    return Event(fact_id("t", subject, str(n)), "t", subject, T0 + timedelta(days=n), PostPublished())


def a_look(n):
    return Event(
        fact_id("t", ACCOUNT, f"l{n}"), "t", ACCOUNT, T0 + timedelta(days=n), AccountPatrolled(lag_s=n)
    )


@pytest.fixture
def moments(embedded_history, log):
    """Fill in three appends; returns when the log took each."""
    wrong = PostWithdrawn(corrects=a_post(2).id, reason="wrong")
    appends = (
        [a_post(1), a_post(2), a_look(1), a_post(1, subject="wechat:2")],
        [a_post(3), a_post(1), a_look(2)],
        [Event(fact_id("t", ACCOUNT, "w"), "t", ACCOUNT, T0, wrong), a_post(4)],
    )
    taken = []
    for events in appends:
        log.append(events)
        taken.append(from_micros(int(log.meta("last_recorded_at") or 0)))
        Sink(embedded_history, log).catch_up()
    return taken


def test_what_was_learnt_is_new_facts_of_the_accounts(embedded_history, moments):
    """After the first moment and up to the second: neither a repeat of an old fact nor another account's."""
    rows = learnt_between(embedded_history, [ACCOUNT], moments[0], moments[1])
    assert {r["event_id"] for r in rows} == {str(a_post(3).id), str(a_look(2).id)}
    assert learnt_between(embedded_history, ["wechat:2"], moments[0], moments[2]) == []


def test_newest_posts_are_those_known_by_then(embedded_history, moments):
    """Newest first, up to the check point; a void post is there with the moment since which it is."""

    def seen(check_point, known_at, limit=10):
        rows = newest_posts(embedded_history, ACCOUNT, check_point, known_at, limit)
        return [(r["post_id"], r["published"], r["void_from"]) for r in rows]

    def row(n, void_from=None):
        return str(a_post(n).id), a_post(n).time, void_from

    assert seen(FAR, moments[0]) == [row(2), row(1)]
    assert seen(FAR, moments[2]) == [row(4), row(3), row(2, datetime(1970, 1, 1, tzinfo=UTC)), row(1)]
    assert seen(a_post(3).time, moments[2], 1) == [row(3)]


def test_newest_looks_are_those_known_by_then(embedded_history, moments):
    """Newest first, with what each proves."""
    rows = newest_looks(embedded_history, ACCOUNT, FAR, moments[2], 10, proof=None)
    assert [(r["look_id"], r["looked_at"], r["lag_s"], r["proves_silence"]) for r in rows] == [
        (str(a_look(2).id), a_look(2).time, 2, 1),
        (str(a_look(1).id), a_look(1).time, 1, 1),
    ]
    assert [r["lag_s"] for r in newest_looks(embedded_history, ACCOUNT, FAR, moments[0], 10, proof=None)] == [
        1
    ]
