"""What becomes of posts, from successive lists of one source, read with the memory that a home keeps of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from connectors.feeds.feed import Feed, FeedItem
from connectors.log.seen_items import Learnt, Seen, item_hash
from events.base import Payload
from events.codec import Event
from events.patrol import AccountPatrolled, PatrolFailed
from events.post import PostDeleted, PostEdited, PostPinned, PostPublished
from pipeline.patrol.look import Look, Source, look_at_list, planned, sweep_of, unchanged
from tests.pipeline.inputs import at

HOUR = timedelta(hours=1)
NOON = at("2023-02-20 12:00")
ACCOUNT = "wechat:a"
KEEPING = Source("s", keeps_posts=True)


def item(
    key: str, days_ago: float, text: str = "", *, by_day: bool = False, modified: bool = False
) -> FeedItem:
    published = NOON - timedelta(days=days_ago)
    words = f"{text or key:x<32}".encode().hex()[:32]
    link = f"https://a.test/{key}"
    return FeedItem(key, published, by_day, modified, words, title=f"标题{text or key}", link=link)


def feed_of(shown: Sequence[FeedItem], damaged: str | None = None) -> Feed:
    newest_first = sorted(shown, key=lambda one: one.published_at, reverse=True)
    return Feed(tuple(newest_first), tuple(shown), (), len(shown), damaged)


class Watch:
    """One source at one account; each look remembers what it learnt."""

    def __init__(self, source: Source = KEEPING) -> None:
        self.source, self.seen, self.now = source, Seen(), NOON
        self.posts: dict[str, UUID] = {}

    def look(
        self,
        *shown: FeedItem,
        after: timedelta = 2 * HOUR,
        damaged: str | None = None,
        deleted: Sequence[str] = (),
    ) -> Look:
        self.now += after
        feed = feed_of(shown, damaged)
        look = look_at_list(self.source, ACCOUNT, "s", self.now, self.seen, feed, b"", deleted)
        self.learn(look.learnt)
        return look

    def learn(self, learnt: Learnt) -> None:
        self.seen = Seen({**self.seen.items, **learnt.items}, self.seen.bad | learnt.bad, learnt.last)


def told(look: Look, kind: type[Payload]) -> list[Event[Payload]]:
    return [event for event in look.events if isinstance(event.data, kind)]


A, B, C, D = (item(key, age) for key, age in (("a", 1), ("b", 2), ("c", 3), ("d", 4)))


def test_a_post_that_is_missing_twice_from_inside_a_list_was_deleted():
    """Definitions, Posts seen: newer and older posts stand there; it is deleted since the first look without it."""
    watch = Watch()
    first = watch.look(A, B, C)
    published = {event.data.title: event.id for event in told(first, PostPublished)}
    missed = watch.look(A, C)
    assert told(missed, PostDeleted) == []
    (deleted,) = told(watch.look(A, C), PostDeleted)
    assert deleted.data == PostDeleted(post_id=published["标题b"], observed_at=watch.now)
    assert deleted.time == watch.now - 2 * HOUR
    assert told(watch.look(A, C), PostDeleted) == []


def test_two_looks_within_the_hour_are_one():
    """Definitions, Posts seen: a copy that is handed out twice is no second list."""
    watch = Watch()
    watch.look(A, B, C)
    watch.look(A, C)
    assert told(watch.look(A, C, after=HOUR / 2), PostDeleted) == []
    assert len(told(watch.look(A, C, after=HOUR / 2), PostDeleted)) == 1


def test_a_post_that_comes_back_between_two_looks_was_not_deleted():
    """Definitions, Posts seen: a list that shows now this and now that never tells a deletion."""
    watch = Watch()
    watch.look(A, B, C)
    for shown in ((A, C), (A, B, C)) * 3:
        assert told(watch.look(*shown), PostDeleted) == []


def test_a_list_that_is_read_late_tells_nothing_of_known_posts():
    """Definitions, Posts seen: what an older list lacks came later."""
    watch = Watch()
    watch.look(A, B, C)
    newest = watch.now
    for hours in (9, 6, 3):
        look = watch.look(A, item("c", 3, "other"), after=newest - watch.now - hours * HOUR)
        happened = {type(event.data) for event in look.events} & {PostEdited, PostPinned, PostDeleted}
        assert happened == set()


def test_a_post_that_dropped_off_the_end_of_a_list_was_not_deleted():
    """Definitions, Live post: that a post no longer shows in a feed of twenty items is no deletion."""
    watch = Watch()
    watch.look(A, B, C, D)
    newer = [item(f"n{n}", 0.5 - n / 10) for n in range(3)]
    for _ in range(3):
        assert told(watch.look(*reversed(newer), A, B), PostDeleted) == []


def test_the_newest_and_the_oldest_post_of_a_list_are_not_told_as_deleted():
    """Definitions, Posts seen: an older copy lacks the newest, a full list the oldest; a newer post settles it."""
    watch = Watch()
    watch.look(A, B, C)
    for _ in range(3):
        assert told(watch.look(B), PostDeleted) == []
    new = item("n", 0.2)
    watch.look(new, B, C)
    (deleted,) = told(watch.look(new, B, C), PostDeleted)
    assert deleted.data.post_id == UUID(bytes=watch.seen.items[item_hash("a")].post)


def test_an_older_copy_of_a_list_deletes_nothing():
    """Definitions, Posts seen: a source that falls back to what it showed before hides what came since."""
    watch = Watch()
    watch.look(B, C, D)
    watch.look(item("n", 0.5), A, B, C, D)
    for _ in range(3):
        assert told(watch.look(B, C, D), PostDeleted) == []


def test_a_post_dated_back_that_pushes_another_off_the_list_deletes_nothing():
    """Definitions, Posts seen: what was shown later than the missing post says nothing of the end of the list."""
    watch = Watch()
    watch.look(A, B)
    late = item("late", 9)
    for _ in range(3):
        assert told(watch.look(item("n", 0.5), A, late), PostDeleted) == []


def test_failed_and_untrusted_looks_delete_nothing():
    """Definitions, Posts seen: a damaged list lacks items; a source that leaves posts out tells nothing by it."""
    watch = Watch()
    watch.look(A, B, C)
    for _ in range(3):
        look = watch.look(A, C, damaged="cut off")
        assert told(look, PostDeleted) == []
        assert told(look, PatrolFailed)
    leaving_out = Watch(Source("s", proves_silence=False, keeps_posts=True))
    leaving_out.look(A, B, C)
    for _ in range(3):
        assert told(leaving_out.look(A, C), PostDeleted) == []


def test_lists_by_times_of_modification_delete_nothing():
    """Definitions, Posts seen: an edit moves a post within them."""
    watch = Watch()
    one, two, three = (item(key, age, modified=True) for key, age in (("a", 1), ("b", 2), ("c", 3)))
    watch.look(one, two, three)
    for _ in range(3):
        assert told(watch.look(one, three), PostDeleted) == []


def test_a_key_that_is_used_again_deletes_nothing():
    """Definitions, Stated time: another post under the key does not say what became of the one before."""
    watch = Watch()
    watch.look(A, B, C)
    again = item("b", -0.2, "other")
    for _ in range(3):
        look = watch.look(again, A, C, after=6 * HOUR)
        assert told(look, PostDeleted) == []


def test_a_deletion_that_the_platform_tells_needs_no_second_look():
    """Status 1000 of a reader: told at once, and once, whatever the list shows."""
    watch = Watch()
    watch.look(A, B, C)
    look = watch.look(A, C, deleted=["b", "unknown"])
    (deleted,) = told(look, PostDeleted)
    assert deleted.data.told
    assert deleted.time == watch.now
    assert told(watch.look(A, B, C, deleted=["b"]), PostDeleted) == []


def test_what_is_shown_again_after_its_deletion_is_another_post():
    """Definitions, Posts seen: a deletion is never taken back; the post counts again, under an id of its own."""
    watch = Watch()
    first = {event.id for event in told(watch.look(A, B, C), PostPublished)}
    watch.look(A, C, deleted=["b"])
    (again,) = told(watch.look(A, B, C), PostPublished)
    assert again.id not in first
    assert again.time == B.published_at
    assert told(watch.look(A, B, C), PostPublished) == []
    (deleted,) = told(watch.look(A, C, deleted=["b"]), PostDeleted)
    assert deleted.data.post_id == again.id


def test_an_edit_names_the_post_and_what_it_is_called_now():
    """Definitions, Live post: an edit is not a post; texts that move with every look are told three times."""
    watch = Watch()
    first = watch.look(A, B)
    post = next(event.id for event in told(first, PostPublished) if event.data.title == "标题b")
    renamed = item("b", 2, "neu")
    look = watch.look(A, renamed)
    (edited,) = told(look, PostEdited)
    assert edited.data == PostEdited(post_id=post, title="标题neu", link="https://a.test/b")
    assert told(look, PostPublished) == []
    assert told(watch.look(A, renamed), PostEdited) == []
    moving = [
        FeedItem("b", B.published_at, False, False, f"{n:032x}", title="标题neu", link=B.link)
        for n in range(9)
    ]
    assert 3 == sum(len(told(watch.look(A, one), PostEdited)) for one in moving)


def test_a_pinned_post_is_told_when_it_begins_and_when_it_ends():
    """Definitions, Coverage: an item that stands before a newer one is pinned, and is never missed from a list."""
    watch = Watch()
    watch.look(A, B, C)
    (pinned,) = told(watch.look(C, A, B), PostPinned)
    assert not pinned.data.ended
    assert told(watch.look(C, A, B), PostPinned) == []
    (ended,) = told(watch.look(A, B, C), PostPinned)
    assert ended.data == PostPinned(post_id=pinned.data.post_id, ended=True)


def test_a_post_with_the_words_of_an_earlier_one_names_it():
    """Definitions, Posts seen: a repost is a post, and says of which."""
    watch = Watch()
    (first,) = told(watch.look(item("a", 2, "words")), PostPublished)
    (second,) = told(watch.look(item("b", 0, "words"), item("a", 2, "words")), PostPublished)
    assert (None, first.id) == (first.data.again, second.data.again)


def test_a_post_that_a_look_had_left_out_is_late():
    """Definitions, Contradiction: published before a look that did not show it; at a first look nothing is late."""
    watch = Watch()
    assert not any(event.data.late for event in told(watch.look(A, C), PostPublished))
    look = watch.look(A, B, C)
    (late,) = told(look, PostPublished)
    assert late.data.late
    assert look.late == (50,)
    assert watch.look(item("n", -0.2), A, B, C).late == (0,)


def test_without_the_setting_nothing_is_kept_or_told():
    """A replay of recorded polls gives the facts that it gave before, and no text goes anywhere."""
    watch = Watch(Source("s"))
    watch.look(A, B, C)
    looks = [watch.look(A, item("c", 3, "other")) for _ in range(3)]
    assert {AccountPatrolled} == {type(event.data) for look in looks for event in look.events}
    assert all(not event.data.title for event in told(watch.look(item("n", 0), A), PostPublished))


def test_a_planned_look_says_why_and_up_to_when_its_source_lives():
    """Definitions, Life of a source: the newest publication shown by the end of the look, at any account."""
    watch = Watch()
    look = planned(watch.look(A, B), "limit_passed", None)
    (fact,) = told(look, AccountPatrolled)
    assert (fact.data.why, fact.data.alive_at) == ("limit_passed", A.published_at)
    (fact,) = told(planned(watch.look(A, B), "step", NOON), AccountPatrolled)
    assert fact.data.alive_at == NOON
    (fact,) = told(planned(watch.look(A, B), "step", NOON, NOON - HOUR), AccountPatrolled)
    assert fact.data.alive_at == NOON - HOUR
    later = unchanged(watch.source, ACCOUNT, watch.now + HOUR, watch.seen.last)
    (fact,) = told(planned(later, "step", NOON), AccountPatrolled)
    assert fact.data.alive_at == NOON
    empty = planned(Watch().look(), "never_looked", None)
    assert [datetime.fromtimestamp(0, NOON.tzinfo)] == [
        event.data.alive_at for event in told(empty, AccountPatrolled)
    ]
    (failed,) = told(planned(watch.look(A, damaged="x"), "step", NOON), PatrolFailed)
    assert failed.data.why == "step"


def test_what_is_dated_at_its_look_is_no_sign_of_life():
    """Definitions, Stated time: a page that stamps its items anew would let a frozen source live for ever."""
    watch = Watch()
    stamped = item("now", -2 / 24)
    assert watch.look(stamped, A).alive == watch.look(A).alive
    assert planned(watch.look(item("ahead", -3), A), "step", None).alive == watch.look(A).alive


def test_a_sweep_of_planned_looks_tells_of_its_canaries():
    """Definitions, Canaries: new posts of each that was looked at with success, none where nothing was new."""
    watch = Watch()
    looks = [watch.look(B, A), watch.look(A, B)]
    sweep = sweep_of(
        watch.source,
        watch.now,
        looks,
        replay=False,
        canaries={ACCOUNT},
        alive_at=A.published_at,
        log_in="works",
    ).data
    seconds = tuple(int(one.published_at.timestamp()) for one in (B, A))
    assert sweep.canaries == {ACCOUNT: seconds}
    assert (sweep.looked, sweep.alive_at, sweep.log_in) == (2, A.published_at, "works")
    quiet = sweep_of(watch.source, watch.now, [watch.look(A, B)], replay=False, canaries={ACCOUNT})
    assert quiet.data.canaries == {ACCOUNT: ()}
