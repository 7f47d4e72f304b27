from datetime import datetime, timedelta

import pytest

from events.account import AccountClosed, AccountOpened
from events.instants import SHANGHAI
from events.patrol import AccountPatrolled, LookContradicted, LookWithdrawn, PatrolFailed, SweepCompleted
from events.post import PostDeleted, PostPublished, PostWithdrawn
from tests.projections.facts import ACCOUNT, DAY, HOUR, US, event, opening
from tests.projections.partition import Partition

POSTED = datetime(2021, 6, 1, 15, 0, tzinfo=SHANGHAI)
LIMIT = POSTED + 14 * DAY
OPENED = POSTED - 100 * DAY


def morning(day: int) -> datetime:
    """Nine o'clock on the n-th day after the day of the post."""
    return datetime(2021, 6, 1, 9, 0, tzinfo=SHANGHAI) + day * DAY


def post(at, seen=None, name=""):
    return event(PostPublished(observed_at=seen or at), at, name)


def look(at, source="polls", **data):
    return event(AccountPatrolled(**data), at, source=source)


def told(derived):
    return [(e.type.removeprefix("alert."), e.data.level, e.time) for e in derived]


@pytest.fixture
def partition():
    """An account that posted once, seen at once."""
    partition = Partition()
    partition.take(opening(OPENED), post(POSTED), look(POSTED + HOUR))
    return partition


def test_the_ladder_is_climbed_step_by_step_and_the_limit_comes_with_its_proof(partition):
    """Design section 3, Alerts: early warnings at 09:00 of their day; the limit with the first look that proves it."""
    raised = []
    for hour in range(1, 15 * 24):
        at = POSTED + hour * HOUR
        raised += partition.take(look(at)) if hour % 6 == 0 else partition.tick(at)
    assert told(raised) == [
        ("raised", "day-10", morning(10)),
        ("raised", "day-12", morning(12)),
        ("raised", "day-14", morning(14)),
        ("raised", "limit", LIMIT + 6 * HOUR),
    ]


def test_a_day_is_not_reached_a_microsecond_early(partition):
    """Design section 3, Alerts: a deadline is passed at its moment."""
    partition.take(look(morning(10) - HOUR))
    assert partition.tick(morning(10) - US) == []
    assert told(partition.tick(morning(10))) == [("raised", "day-10", morning(10))]


def test_at_exactly_fourteen_days_the_limit_is_not_passed(partition):
    """Design section 3, Stale: proven_until > anchor + 14 d."""
    partition.take(look(LIMIT - HOUR))
    partition.tick(LIMIT - HOUR)
    assert partition.take(look(LIMIT)) == []
    assert told(partition.take(look(LIMIT + US))) == [("raised", "limit", LIMIT + US)]


def test_only_the_highest_of_several_levels_passed_at_once_is_sent(partition):
    """Design section 3, Alerts: the others are recorded as skipped; here the first look after a long pause."""
    derived = partition.take(look(morning(13)))
    assert told(derived) == [("skipped", "day-10", morning(13)), ("raised", "day-12", morning(13))]


@pytest.mark.parametrize(("age", "raised"), [(24 * HOUR, 1), (24 * HOUR + US, 0)])
def test_an_early_warning_needs_a_look_of_the_last_day(partition, age, raised):
    """Design section 3, Alerts: a step before the limit needs a trusted look within warn_max_age."""
    partition.take(look(morning(10) - age))
    assert raised == len(partition.tick(morning(10)))


def test_a_warning_that_waited_for_a_look_comes_with_the_look(partition):
    """Design section 3, Alerts: time is the greater of deadline and the first look that proves it."""
    assert partition.tick(morning(11)) == []
    assert told(partition.take(look(morning(11) + HOUR))) == [("raised", "day-10", morning(11) + HOUR)]


def test_nothing_is_sent_about_an_unknown_account(partition):
    """Design section 3, Alerts: failed looks, looks that prove nothing and no looks raise nothing."""
    failed = event(PatrolFailed(reason="damaged_feed"), LIMIT + DAY)
    derived = partition.take(failed, look(LIMIT + DAY, proves_silence=False))
    assert derived + partition.tick(LIMIT + 9 * DAY) == []


def test_the_lag_of_a_source_delays_the_limit_and_no_early_warning(partition):
    """Design section 3: a look at L proves silence until L - lag; an early warning only needs the look."""
    lag = {"lag_s": 86400, "source": "third-party"}
    derived = partition.take(look(morning(10), **lag), look(LIMIT + DAY, **lag))
    assert told(derived)[0] == ("raised", "day-10", morning(10))
    assert told(derived)[-1] == ("raised", "day-14", LIMIT + DAY)
    assert told(partition.take(look(LIMIT + DAY + US, **lag))) == [("raised", "limit", LIMIT + DAY + US)]


def test_rows_handed_in_raise_the_limit_once_they_reach_back_far_enough(partition):
    """Design section 3, Trusted look: rows prove only the span they declare, and time alone may make it long enough."""
    start = LIMIT - 13 * DAY
    span = event(AccountPatrolled(complete_from=start), LIMIT + HOUR, source="sheets")
    assert "limit" not in [level for _, level, _ in told(partition.take(span))]
    assert partition.tick(start + 14 * DAY - US) == []
    assert told(partition.tick(start + 15 * DAY))[-1] == ("raised", "limit", start + 14 * DAY)


def test_a_newer_post_clears_the_alert_and_an_older_one_does_not(partition):
    """Design section 3, Alerts: the episode is the silence since its opener; a late arrival is history."""
    (alert,) = partition.take(look(morning(10)))
    late = post(POSTED - DAY, seen=morning(10) + HOUR)
    assert partition.take(late) == []
    newer = post(morning(11) - HOUR, seen=morning(11))
    (cleared,) = partition.take(newer)
    assert told([cleared]) == [("cleared", "day-10", morning(11))]
    assert (alert.data.opener_id, newer.id) == (cleared.data.opener_id, cleared.data.by)


def test_a_silence_that_raised_nothing_clears_nothing(partition):
    """A message that something ended needs a message that it began."""
    assert partition.take(post(POSTED + DAY)) == []


def test_an_alert_stays_open_while_the_verdict_turns_unknown(partition):
    """Design section 3, Unknown: an episode goes on, and the next look goes on with its ladder."""
    partition.take(look(morning(11)))
    assert told(partition.tick(morning(12))) == [("raised", "day-12", morning(12))]
    assert partition.tick(morning(14) + HOUR) == []
    derived = partition.take(look(morning(14) + 2 * HOUR))
    assert told(derived) == [("raised", "day-14", morning(14) + 2 * HOUR)]


def test_an_alert_names_account_opener_and_deadline(partition):
    """Design section 3, Alerts: id = uuid5(account, opener id, level), so raising it again is a duplicate."""
    (alert,) = partition.take(look(morning(10) + HOUR))
    again = Partition()
    again.take(opening(OPENED), post(POSTED))
    (same,) = again.take(look(morning(10) + 2 * HOUR, source="third-party"))
    assert alert.id == same.id
    assert (ACCOUNT, POSTED, morning(10)) == (alert.subject, alert.data.anchor_at, alert.data.deadline)
    assert ("甲", "operator", "jiangsu-kunshan-2019-162@1") == (
        alert.data.name, alert.data.audience, alert.data.ruleset
    )  # fmt: skip


def test_a_deleted_post_brings_the_older_silence_back_as_an_episode_of_its_own(partition):
    """Design section 3, Alerts: a deletion is an opener; the new alerts are no duplicates of the earlier ones."""
    first = partition.take(look(morning(10)))
    newer = post(morning(10) + HOUR)
    partition.take(newer, look(morning(13)))
    deleted = event(PostDeleted(post_id=newer.id, observed_at=morning(13) + HOUR), morning(13))
    assert partition.take(deleted) == []
    derived = partition.take(look(morning(13) + 2 * HOUR))
    assert told(derived)[-1] == ("raised", "day-12", morning(13) + HOUR)
    assert {e.data.opener_id for e in derived} == {deleted.id}
    assert {e.data.anchor_at for e in derived} == {POSTED}
    assert first[0].id not in {e.id for e in derived}


def test_all_open_alerts_end_with_the_silence_even_those_of_a_deleted_post(partition):
    """An alert whose opener was deleted is not forgotten: the next post clears it, too."""
    newer = post(POSTED + DAY)
    (early,) = partition.take(newer, look(morning(11)))
    deleted = event(PostDeleted(post_id=newer.id, observed_at=morning(12)), morning(12))
    later = partition.take(deleted, look(morning(12) + HOUR))
    cleared = partition.take(post(morning(13)))
    raised = {e.data.opener_id for e in [early, *later] if e.type == "alert.raised"}
    assert raised == {newer.id, deleted.id} == {e.data.opener_id for e in cleared}
    assert {e.type for e in cleared} == {"alert.cleared"}


def test_a_withdrawn_post_never_counted(partition):
    """Design section 3, Live post: void from the start; the older silence goes on."""
    wrong = post(POSTED + 5 * DAY)
    partition.take(wrong, look(morning(10)))
    partition.take(event(PostWithdrawn(corrects=wrong.id, reason="x"), morning(10) + HOUR))
    assert told(partition.take(look(morning(10) + 2 * HOUR)))[-1][1] == "day-10"


def test_a_withdrawal_comes_after_what_fell_due_before_it(partition):
    """Design section 3, Alerts: later events of the account advance its deadlines just as ticks do."""
    wrong = post(POSTED + HOUR)
    partition.take(wrong, look(morning(9)))
    derived = partition.take(event(PostWithdrawn(corrects=wrong.id, reason="x"), morning(10) + HOUR))
    assert told(derived) == [("raised", "day-10", morning(10))]


def test_a_closed_account_is_left_alone_and_its_alert_cleared(partition):
    """Design section 3, Population: a closed account is not judged; it is still watched."""
    partition.take(look(morning(10)))
    closed = event(AccountClosed(), morning(11), source="sheets")
    assert told(partition.take(closed)) == [("cleared", "day-10", morning(11))]
    derived = partition.take(post(morning(12)), look(morning(12)), look(morning(12) + 20 * DAY))
    assert derived + partition.tick(morning(12) + 30 * DAY) == []


def test_a_reopened_account_begins_a_silence_with_its_opening(partition):
    """Design section 3, Alerts: an opening is an opener, so the alerts are not those of before the closing."""
    (before,) = partition.take(look(morning(10)))
    partition.take(event(AccountClosed(), morning(11), source="sheets"))
    reopened = event(
        AccountOpened(given_id="1", name="甲", platform="抖音", opened_at=morning(12)), morning(12)
    )
    derived = partition.take(reopened, look(morning(12) + HOUR))
    assert told(derived)[-1] == ("raised", "day-12", morning(12) + HOUR)
    assert {e.data.opener_id for e in derived} == {reopened.id}
    assert before.id not in {e.id for e in derived}


def test_an_account_that_is_not_registered_raises_nothing_until_it_is():
    """An alert goes to the owner of a registered account; what was seen before counts when it is registered."""
    partition = Partition()
    assert partition.take(post(POSTED), look(morning(10))) + partition.tick(morning(10)) == []
    assert partition.take(opening(OPENED)) == []
    assert told(partition.tick(morning(10) + HOUR)) == [("raised", "day-10", morning(10))]


def test_an_account_that_never_posted_is_silent_from_its_opening():
    """Design section 3, Anchor: the newest live post, else opened_at."""
    partition = Partition()
    derived = partition.take(opening(POSTED), look(LIMIT + US))
    assert told(derived)[-1] == ("raised", "limit", LIMIT + US)
    assert derived[-1].data.anchor_at == POSTED


def test_without_post_and_opening_date_there_is_no_silence_to_count():
    """Design section 3, Unknown, no_post_no_opening_date."""
    partition = Partition()
    assert partition.take(opening(None), look(LIMIT)) + partition.tick(LIMIT + 99 * DAY) == []


def test_a_stall_takes_no_look_away_that_had_already_served(partition):
    """Design section 3, Stalled source: what fell due before the stall was declared is raised by the looks of then."""
    hours = range(int(POSTED.timestamp()) // 3600 - 600, int(POSTED.timestamp()) // 3600)
    busy = SweepCompleted(looked=128, new_posts=dict.fromkeys(hours, 4))
    sweep = {"source": "polls", "account": "polls"}
    partition.take(event(busy, morning(8), **sweep), look(morning(9)))
    derived = partition.take(event(SweepCompleted(looked=128), morning(10) + HOUR, **sweep))
    assert [e.type for e in derived] == ["alert.raised", "source.stalled"]
    assert derived[0].time == morning(10)
    assert partition.take(look(morning(12) + HOUR)) + partition.tick(morning(12) + DAY) == []


def test_a_replay_says_so_on_its_alerts(partition):
    """Design section 3, Alerts: a replay delivers to console and file only."""
    partition.take(look(morning(9)))
    (alert,) = partition.tick(morning(10), replay=True)
    assert alert.data.replay


def test_a_post_of_a_date_only_source_counts_from_the_end_of_its_day(partition):
    """Design section 3, A day: 24:00 of it begins the silence, and the days of the ladder count from that day."""
    midnight = morning(9) + 15 * HOUR
    partition.take(
        event(PostPublished(observed_at=morning(9), date_only=True), midnight - timedelta(seconds=1))
    )
    partition.take(event(PostWithdrawn(corrects=event(PostPublished(), POSTED).id, reason="x"), morning(9)))
    assert partition.take(look(morning(18))) == []
    (alert,) = partition.take(look(morning(19) + timedelta(minutes=1)))
    assert ("day-10", morning(19), midnight) == (alert.data.level, alert.data.deadline, alert.data.anchor_at)
    assert "limit" not in [e.data.level for e in partition.take(look(midnight + 14 * DAY))]
    assert "limit" == partition.take(look(midnight + 14 * DAY + US))[-1].data.level


def rows_over(since, until, name):
    """Rows handed in that are complete over a span."""
    return event(AccountPatrolled(complete_from=since), until, name, source="sheets")


@pytest.mark.parametrize("wider", ["later", "before"])
def test_a_wider_span_that_is_withdrawn_leaves_the_narrower_one_to_prove_the_limit(partition, wider):
    """Only an alert that a look alone had proved is withdrawn with it."""
    narrow = rows_over(POSTED - DAY, LIMIT + DAY, "narrow")
    wide = rows_over(POSTED - 9 * DAY, LIMIT + DAY + HOUR, "wide")
    raised = partition.take(*((narrow, wide) if wider == "later" else (wide, narrow)))
    assert "limit" in [level for kind, level, _ in told(raised) if kind == "raised"]
    withdrawn = LookWithdrawn(corrects=wide.id, source="sheets", looked_at=wide.time, reason="不全")
    assert partition.take(event(withdrawn, LIMIT + 2 * DAY, source="sheets")) == []
    withdrawn = LookWithdrawn(corrects=narrow.id, source="sheets", looked_at=narrow.time, reason="不全")
    (taken_back,) = partition.take(event(withdrawn, LIMIT + 3 * DAY, source="sheets"))
    assert ("alert.withdrawn", "limit") == (taken_back.type, taken_back.data.level)


@pytest.mark.parametrize("first", ["post", "contradiction"])
def test_the_limit_waits_for_the_first_showing_however_late_the_contradiction_is_told(first):
    """A post that looks left out has the limit from when it was shown; an alert that came too early is taken back."""
    shown = POSTED + 10 * DAY
    contradiction = event(
        LookContradicted(source="polls", since=POSTED, until=shown, by=post(POSTED).id, published_at=POSTED),
        shown,
        source="polls",
    )
    facts = [post(POSTED, shown), contradiction]
    partition = Partition()
    partition.take(opening(OPENED), *(facts if first == "post" else reversed(facts)), look(shown))
    raised = partition.take(look(LIMIT + HOUR)) + partition.take(look(shown + 14 * DAY))
    assert [level for _, level, _ in told(raised) if level == "limit"] == []
    raised = partition.take(look(shown + 14 * DAY + HOUR))
    assert [("raised", "limit", shown + 14 * DAY + HOUR)] == told(raised)
