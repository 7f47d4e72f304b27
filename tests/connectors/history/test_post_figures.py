from datetime import UTC, datetime, timedelta

import pytest

from connectors.history.post_figures import PostsSeen, newest_looks, posts_seen
from connectors.history.sink import Sink
from events.codec import Event
from events.ids import fact_id
from events.instants import MICROSECOND
from events.patrol import AccountPatrolled
from events.post import PostDeleted, PostPublished, PostWithdrawn

T0 = datetime(2021, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FAR = T0 + 900 * DAY


def fact(data, at, key="", account="wechat:1"):
    return Event(fact_id("s", account, f"{data.type}{at}{key}"), "s", account, at, data)


@pytest.fixture
def seen(history, make_log):
    """Append facts to a log whose clock stands a day after the first, and fill the history."""
    log = make_log(clock=lambda: T0 + DAY)

    def fill(*events):
        log.append(list(events))
        Sink(history, log).catch_up()
        return history

    return fill


def test_live_posts_are_counted_from_a_moment_on(seen):
    """The newest, and how many since: the moment itself does not count, what comes after T is not there yet."""
    client = seen(*(fact(PostPublished(), T0 + n * DAY) for n in range(5)))
    assert {"wechat:1": PostsSeen(T0 + 3 * DAY, 2)} == posts_seen(client, T0 + 3 * DAY, FAR, T0 + DAY)
    assert {} == posts_seen(client, T0 - MICROSECOND, FAR, T0 - DAY)


def test_deleted_and_withdrawn_posts_do_not_count(seen):
    """A deletion counts from its time on, a withdrawal from the start."""
    posts = [fact(PostPublished(), T0 + n * DAY) for n in range(3)]
    client = seen(
        *posts,
        fact(PostDeleted(post_id=posts[2].id), T0 + 5 * DAY),
        fact(PostWithdrawn(corrects=posts[1].id, reason="误"), T0 + 4 * DAY),
    )
    assert T0 == posts_seen(client, T0 + 6 * DAY, FAR, T0)["wechat:1"].newest_at
    assert T0 + 2 * DAY == posts_seen(client, T0 + 5 * DAY, FAR, T0)["wechat:1"].newest_at


def test_accounts_that_no_registry_knows_are_among_them(seen):
    """Posts or looks of an account tell of it, as of a moment and as known at one."""
    client = seen(
        fact(PostPublished(), T0, account="douyin:posted"),
        fact(AccountPatrolled(), T0, account="douyin:looked"),
        fact(AccountPatrolled(), T0 + DAY, account="douyin:looked"),
    )
    assert {"douyin:posted"} == posts_seen(client, T0, FAR, T0 - DAY).keys()
    assert {"douyin:looked": T0 + DAY} == newest_looks(client, T0 + 2 * DAY, FAR)
    assert {"douyin:looked": T0} == newest_looks(client, T0, FAR)
    for read in (lambda k: posts_seen(client, T0, k, T0 - DAY), lambda k: newest_looks(client, T0, k)):
        assert {} == read(T0)
