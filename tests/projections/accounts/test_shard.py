from datetime import UTC, datetime

import pytest

from events.clock import LogMarked
from events.codec import CODEC, encode_event
from events.envelope import Record
from events.instants import SHANGHAI
from events.patrol import AccountPatrolled
from events.post import PostPublished
from projections.accounts.shard import META_KEY, Shard
from tests.events.golden_files import GOLDEN
from tests.projections.facts import ACCOUNT, DAY, HOUR, event, opening
from tests.projections.partition import Partition
from tests.projections.rulebooks import KUNSHAN

POSTED = datetime(2021, 6, 1, 15, 0, tzinfo=SHANGHAI)


@pytest.fixture
def partition():
    """An account that posted once and was looked at."""
    partition = Partition()
    partition.take(opening(POSTED - 100 * DAY), event(PostPublished(observed_at=POSTED), POSTED))
    partition.take(event(AccountPatrolled(shows_from=POSTED - 20 * DAY), POSTED + HOUR))
    return partition


def test_broken_bytes_become_a_dead_letter_and_move_the_position_on(partition):
    """Design promise 7: nothing is dropped in silence, and nothing stops the partition."""
    partition.take_bytes(b"{")
    flush = partition.shard.flush()
    (bad,) = flush.bad
    assert (partition.records[-1], 4) == (bad.record, flush.next_offset)
    assert bad.reason.startswith("no event envelope")


def test_unknown_types_are_counted_and_passed_over(partition):
    """Design section 5: a later release may write what this one does not know."""
    partition.take_bytes(GOLDEN["post.published.1"].replace(b"post.published", b"post.liked"))
    flush = partition.shard.flush()
    assert ([], [META_KEY]) == (flush.bad, [key for key, _ in flush.states])
    assert partition.shard.counts["unknown_type"] == 1


def test_a_record_below_the_position_has_been_applied(partition):
    """Design promise 6: a batch that is read again has one effect."""
    before = partition.shard.state(ACCOUNT)
    for record in partition.records:
        partition.shard.apply(record)
    flush = partition.shard.flush()
    assert ([], before) == (flush.derived, partition.shard.state(ACCOUNT))


def test_derived_events_and_markers_are_read_by_no_fold(partition):
    """Design promises 3 and 5: a marker moves no clock, and no fold reads a derived event."""
    before, clock = partition.shard.state(ACCOUNT), partition.shard.clock
    derived = [value for value in GOLDEN.values() if CODEC.decode(value).data.derived]
    assert len(derived) > 5
    for value in derived:
        partition.take_bytes(value)
    partition.take(event(LogMarked(), POSTED + 99 * DAY, source="log", account="log"))
    assert (before, clock) == (partition.shard.state(ACCOUNT), partition.shard.clock)


def test_a_tick_that_is_not_later_is_a_duplicate(partition):
    """Design promise 5: ticks are monotone in a partition."""
    partition.tick(POSTED + DAY)
    partition.tick(POSTED + DAY)
    partition.tick(POSTED)
    assert partition.shard.counts["late_ticks"] == 2
    assert partition.shard.clock == int((POSTED + DAY).timestamp()) * 1_000_000


def midnight(day: int) -> datetime:
    return datetime(2021, 6, day, tzinfo=SHANGHAI).astimezone(UTC)


def scores(derived):
    return [
        (e.time, e.data.verdict, e.data.reason, e.data.points) for e in derived if e.type == "score.projected"
    ]


def ticks(partition, *moments):
    derived = []
    for at in moments:
        ticked = GOLDEN["clock.ticked.1"].replace(
            b"2021-06-27T01:00:00Z", at.astimezone(UTC).isoformat().encode()
        )
        partition.take_bytes(ticked)
        derived += partition.shard.flush().derived
    return derived


def test_a_score_is_projected_at_the_first_midnight_and_told_again_only_when_it_changes(partition):
    """Design promise 8: the live provisional score, by the one scorer, at whole Chinese days."""
    derived = ticks(partition, POSTED + 2 * HOUR, midnight(2), midnight(2) + HOUR, midnight(3), midnight(16))
    assert scores(derived) == [
        (midnight(2), "pass", "", 95),
        (midnight(3), "pass", "", 90),
        (midnight(16), "unknown", "not_looked_since", None),
    ]


def test_a_projected_score_belongs_to_the_midnight_that_was_passed_and_not_to_the_tick(partition):
    """A late tick tells the score of the day's beginning, under one id whenever it comes."""
    other = Partition()
    for record in partition.records:
        other.take_bytes(record.value)
    (early,) = ticks(partition, POSTED + HOUR, midnight(2))
    (late,) = ticks(other, POSTED + HOUR, midnight(2) + 9 * HOUR)
    assert early == late


def test_accounts_that_are_not_in_the_population_are_not_scored():
    """Design section 3, Population at T: registered, opened by T, not closed at T."""
    partition = Partition()
    partition.take(event(PostPublished(), POSTED, account="wechat:unlisted"))
    partition.take(opening(midnight(2) + HOUR))
    derived = ticks(partition, POSTED, midnight(2), midnight(3))
    assert [e.time for e in derived if e.type == "score.projected"] == [midnight(3)]


def test_a_shard_hands_out_only_what_changed(partition):
    """A batch stores the states it touched, and its own position last."""
    partition.take(event(PostPublished(), POSTED, account="wechat:other"))
    partition.take_bytes(encode_event(event(PostPublished(), POSTED + HOUR, account="wechat:other")))
    flush = partition.shard.flush()
    assert [key for key, _ in flush.states] == ["wechat:other", META_KEY]


def test_a_batch_that_was_never_flushed_leaves_nothing_behind(partition):
    """Design promise 6: an abandoned batch is read again from the stored position."""
    stored: dict[str, bytes] = {}
    first = Shard(0, KUNSHAN)
    for record in partition.records[:2]:
        first.apply(record)
    stored.update(first.flush().states)
    abandoned = Shard(0, KUNSHAN, dict(stored))
    for record in partition.records[2:]:
        abandoned.apply(record)
    again = Shard(0, KUNSHAN, dict(stored))
    assert (again.next_offset, again.state(ACCOUNT)) == (2, first.state(ACCOUNT))


EXTREMES = [
    b"0001-01-01T00:00:00Z",
    b"1969-12-31T16:00:00Z",
    b"2106-02-07T06:28:17Z",
    b"9999-12-31T23:59:59.999999Z",
]


@pytest.mark.parametrize("at", EXTREMES, ids=bytes.decode)
@pytest.mark.parametrize("name", [n for n, v in GOLDEN.items() if not CODEC.decode(v).data.derived])
def test_no_time_that_the_codec_reads_breaks_a_fold(name, at):
    """A fold is total (design section 6): no record stops a partition for good."""
    value = GOLDEN[name]
    times = [part[:20] for part in value.split(b'"') if part.startswith(b"20") and part.endswith(b"Z")]
    whole = value
    for time in times:
        whole = whole.replace(b'"' + time + b'"', b'"' + at + b'"')
    for broken in (whole, value.replace(b'"time":"' + times[0] + b'"', b'"time":"' + at + b'"')):
        shard = Shard(0, KUNSHAN)
        opened = GOLDEN["account.opened.1"]
        others = [opened, broken, *(v for v in GOLDEN.values() if v != opened), broken]
        for i, other in enumerate(others):
            shard.apply(Record(0, i, i, other))
        flush = shard.flush()
        assert Shard(0, KUNSHAN, dict(flush.states)).next_offset == len(others)


def test_alerts_of_one_tick_come_in_the_order_of_their_deadlines(partition):
    """A restart gives the same (design section 6): a deadline that a post has moved since orders nothing."""
    first, second = "wechat:first", "wechat:second"
    for account, hours in ((first, 0), (second, 1)):
        at = POSTED + hours * HOUR
        partition.take(
            event(opening().data, POSTED - 100 * DAY, account=account),
            event(PostPublished(observed_at=at), at, account, account=account),
        )
    partition.take(event(PostPublished(observed_at=POSTED + 2 * DAY), POSTED + 2 * DAY, account=first))
    for account in (first, second):
        looked = event(
            AccountPatrolled(by_hand=True), POSTED + 9 * DAY + 17 * HOUR, f"look {account}", account=account
        )
        partition.take(looked)
    alerts = [e for e in partition.tick(POSTED + 13 * DAY) if e.type == "alert.raised"]
    assert [second, first] == [a for a in dict.fromkeys(e.subject for e in alerts) if a != ACCOUNT]
