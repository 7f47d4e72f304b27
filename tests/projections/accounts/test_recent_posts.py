import random

import msgspec
import pytest

from events.instants import DAY_US, SECOND_US
from projections.accounts.recent_posts import KEPT_DAYS, NEWEST_KEPT, Mark, RecentPosts

NOW = 18_800 * DAY_US


def key(i: int) -> bytes:
    return random.Random(i).randbytes(16)


def filled(times: list[int]) -> RecentPosts:
    posts = RecentPosts()
    for i, at in enumerate(times):
        assert posts.add(at, key(i))
    return posts


def test_the_order_of_arrival_does_not_matter():
    """State is a function of the ids seen: any order gives the same newest posts and the same times."""
    times = [NOW - i * DAY_US // 3 + i for i in range(60)]
    order = list(range(60))
    random.Random(3).shuffle(order)
    shuffled = RecentPosts()
    for i in order:
        shuffled.add(times[i], key(i))
    straight = filled(times)
    assert straight.newest == shuffled.newest
    assert sorted(straight.live_seconds(NOW)) == sorted(shuffled.live_seconds(NOW))


def test_an_id_is_taken_once_whatever_time_it_claims_later():
    """Design promise 2: the first record of an id counts; other content is a conflict and changes nothing."""
    posts = filled([NOW - DAY_US])
    assert not posts.add(NOW, key(0))
    assert posts.live_newest(NOW) == Mark(NOW - DAY_US, key(0))


@pytest.mark.parametrize("order", [1, -1])
def test_an_old_post_that_claims_a_new_time_stays_what_it_was(order):
    """A pinned post of years ago whose date a feed renews is no new post: an edit is not an update."""
    posts = RecentPosts()
    for at, post_id in [(NOW - 700 * DAY_US, key(0)), (NOW - DAY_US, key(1))][::order]:
        posts.add(at, post_id)
    assert not posts.add(NOW, key(0))
    assert posts.live_newest(NOW) == Mark(NOW - DAY_US, key(1))


def test_a_post_is_rounded_up_to_a_second_so_that_whole_seconds_compare_exactly():
    """A post within the last second of a check point is after it."""
    posts = filled([NOW, NOW + 1])
    assert list(posts.live_seconds(NOW)) == [NOW // SECOND_US]
    assert list(posts.live_seconds(NOW + SECOND_US)) == [NOW // SECOND_US, NOW // SECOND_US + 1]


def test_a_withdrawal_beats_a_deletion_in_any_order():
    """Design section 3, Live post: void from the start, and not only from the deletion on."""
    for first, second in ((0, NOW), (NOW, 0)):
        posts = filled([NOW - DAY_US])
        posts.make_void(key(0), first)
        posts.make_void(key(0), second)
        assert posts.live_newest(NOW - DAY_US) is None
        assert list(posts.live_seconds(NOW - DAY_US)) == []


def test_a_deleted_post_lives_until_its_deletion():
    """Design section 3, Live post: deleted before T, not at T."""
    posts = filled([NOW - DAY_US])
    posts.make_void(key(0), NOW)
    assert posts.live_newest(NOW) is not None
    assert list(posts.live_seconds(NOW)) != []
    assert posts.live_newest(NOW + 1) is None
    assert list(posts.live_seconds(NOW + SECOND_US)) == []


@pytest.mark.parametrize("gone", [NEWEST_KEPT - 1, NEWEST_KEPT, NEWEST_KEPT + 5])
def test_an_account_is_not_forgotten_when_all_its_exact_marks_are_void(gone):
    """After many withdrawals the packed times still know that it posted."""
    posts = filled([NOW - i * DAY_US for i in range(NEWEST_KEPT + 10)])
    for i in range(gone):
        posts.make_void(key(i), 0)
    newest = posts.live_newest(NOW)
    assert newest is not None
    assert (NOW - gone * DAY_US, key(gone)[:8]) == (newest.at, newest.id[:8])


def test_an_earlier_check_point_sees_past_many_later_posts():
    """A busy account is not silent at midnight because of what it posted since."""
    posts = filled([NOW - DAY_US, *(NOW + i * SECOND_US for i in range(1, NEWEST_KEPT + 4))])
    newest = posts.live_newest(NOW)
    assert newest is not None
    assert newest.at == NOW - DAY_US


def test_times_older_than_a_quarter_are_dropped_and_the_newest_stay():
    """A state stays small however long an account lives."""
    posts = filled([NOW - 2 * KEPT_DAYS * DAY_US + i * DAY_US for i in range(2 * KEPT_DAYS + 1)])
    seconds = list(posts.live_seconds(NOW))
    assert len(seconds) <= KEPT_DAYS + 33
    assert min(seconds) >= (NOW - (KEPT_DAYS + 33) * DAY_US) // SECOND_US
    assert {(NOW - i * DAY_US) // SECOND_US for i in range(92)} <= set(seconds)
    assert len(posts.newest) == NEWEST_KEPT


def test_a_single_old_post_is_the_newest_all_the_same():
    """Silence is counted from it, though no week of the quarter holds it."""
    posts = filled([NOW - 700 * DAY_US])
    assert posts.live_newest(NOW) == Mark(NOW - 700 * DAY_US, key(0))


@pytest.mark.parametrize(
    "at", [-8 * 3600 * SECOND_US, -1, 0, (1 << 32) * SECOND_US, 250_000 * 366 * SECOND_US * 3600]
)
def test_a_time_outside_of_1970_to_2106_is_kept_exactly_and_breaks_nothing(at):
    """A feed that dates a post at the epoch in Chinese time is dated before it."""
    posts = filled([at])
    assert posts.live_newest(at) == Mark(at, key(0))
    assert posts == msgspec.msgpack.decode(msgspec.msgpack.encode(posts), type=RecentPosts)
    assert not posts.add(at, key(0))
