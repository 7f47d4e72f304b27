from datetime import UTC, datetime, timedelta

import pytest

from events.account import AccountChanged, AccountClosed
from events.facts import UnknownReason
from events.finding import FindingRecorded, FindingRectified, FindingWithdrawn
from events.patrol import AccountPatrolled, LookWithdrawn, PatrolFailed, SweepCompleted
from events.post import PostDeleted, PostPublished, PostWithdrawn
from projections.accounts.reducer import health_of, reduce_facts
from projections.accounts.state import facts_of
from projections.rules.freshness import judge_freshness
from tests.projections.facts import ACCOUNT, CHECK_POINT, DAY, HOUR, PERIOD, US, event, known, opening
from tests.projections.partition import Partition
from tests.projections.rulebooks import KUNSHAN

T = CHECK_POINT
LATER = T + 30 * DAY
SERVICE = "微信服务号"


def reduced(*events, platform="微信订阅号", rolling=True):
    """Reduce facts by the reference, and see that the fold's state says the same of the account."""
    all_events = [opening(platform=platform), *events]
    (facts,) = reduce_facts(known(*all_events), KUNSHAN, PERIOD, LATER)
    if rolling:
        partition = Partition()
        partition.take(*all_events)
        state = partition.shard.state(ACCOUNT)
        assert facts == facts_of(state, partition.shard.sources, KUNSHAN, PERIOD)
    return facts


def post(at, name=""):
    return event(PostPublished(), at, name)


def look(at, **data):
    return event(AccountPatrolled(**data), at)


@pytest.mark.parametrize(("at", "live"), [(T, True), (T + US, False), (T - US, True)])
def test_a_post_is_live_up_to_the_check_point(at, live):
    """Design section 3, Live post: published_at <= T."""
    assert (at if live else None) == reduced(post(at)).newest_post_at


@pytest.mark.parametrize(("deleted_at", "live"), [(T - US, False), (T, True), (T + DAY, True)])
def test_a_deleted_post_counts_for_check_points_before_its_deletion(deleted_at, live):
    """Design section 3, Live post: not post.deleted before T (deleted in the world)."""
    newest = post(T - 3 * DAY)
    facts = reduced(post(T - 5 * DAY), newest, event(PostDeleted(post_id=newest.id), deleted_at))
    assert facts.newest_post_at == (T - 3 * DAY if live else T - 5 * DAY)


def test_a_withdrawn_post_is_void_from_the_start():
    """Design section 3, Live post: a wrong observation never counted, whenever it was withdrawn."""
    newest = post(T - 3 * DAY)
    facts = reduced(post(T - 5 * DAY), newest, event(PostWithdrawn(corrects=newest.id, reason="x"), T + DAY))
    assert facts.newest_post_at == T - 5 * DAY


def test_what_was_withdrawn_after_the_moment_of_knowledge_still_counts():
    """Design section 3, Live post: not withdrawn by K."""
    newest = post(T - 3 * DAY)
    records = known(opening(), newest, event(PostWithdrawn(corrects=newest.id, reason="x"), T))
    before, after = (
        reduce_facts(records, KUNSHAN, PERIOD, T - DAY + timedelta(minutes=minute))[0] for minute in (1, 2)
    )
    assert (T - 3 * DAY, None) == (before.newest_post_at, after.newest_post_at)


def test_the_first_record_of_an_id_counts():
    """Design promise 2: a later record with other content is a conflict and changes nothing."""
    assert reduced(post(T - 3 * DAY, "p"), post(T - DAY, "p")).newest_post_at == T - 3 * DAY


@pytest.mark.parametrize(
    ("before_t", "week"),
    [(0 * US, 1), (7 * DAY - US, 1), (7 * DAY, 2), (14 * DAY - US, 2), (14 * DAY, 3), (91 * DAY - US, 13)],
)
def test_week_k_is_open_at_its_beginning_and_closed_at_its_end(before_t, week):
    """Design section 3, Weeks: (T - 7k d, T - 7(k-1) d]."""
    assert 1 << (week - 1) == reduced(post(T - before_t)).weeks_with_posts


def test_a_post_before_the_weeks_of_the_quarter_marks_none():
    """Design section 3, Weeks: k = 1..n over the period."""
    assert reduced(post(T - 91 * DAY)).weeks_with_posts == 0


def test_items_with_one_identical_time_are_one_update():
    """Design section 3, Weeks, service accounts: several articles of one push are one update."""
    at = T - DAY
    assert reduced(post(at, "1"), post(at, "2"), post(at - US, "3"), platform=SERVICE).updates == 1
    assert reduced(post(at, "1"), post(at - timedelta(minutes=1), "2"), platform=SERVICE).updates == 2


def test_a_post_that_a_person_saw_is_the_one_of_the_feed():
    """A check sheet names the minute or the day of the newest post: three updates and such a row stay three."""
    at = datetime(2021, 6, 21, 1, 30, 41, tzinfo=UTC)
    feed = [post(at - n * 7 * DAY, str(n)) for n in range(3)]
    by_minute = post(at.replace(second=0), "minute")
    by_day, other_day = (
        event(PostPublished(date_only=True), datetime(2021, 6, d, 15, 59, 59, tzinfo=UTC), f"day{d}")
        for d in (21, 22)
    )
    for seen, updates in ((by_minute, 3), (by_day, 3), (other_day, 4)):
        assert updates == reduced(*feed, seen, platform=SERVICE).updates
    assert 1 == reduced(other_day, platform=SERVICE).updates


@pytest.mark.parametrize(("before_t", "updates"), [(28 * DAY - US, 1), (28 * DAY, 0)])
def test_updates_of_a_service_account_are_those_of_28_days(before_t, updates):
    """Design section 3, Weeks, service accounts: 28 days before T, the beginning not included."""
    assert updates == reduced(post(T - before_t), platform=SERVICE).updates


def test_a_look_proves_silence_until_the_lag_of_its_source_before_it():
    """Design section 3: a look at L proves silence until L - lag; the greatest of these, at most T."""
    lagging = event(AccountPatrolled(lag_s=86400), T - HOUR, source="third-party")
    facts = reduced(lagging, look(T - 3 * HOUR))
    assert (T - 3 * HOUR, T - HOUR) == (facts.proven_until, facts.last_trusted_look_at)
    assert reduced(look(T + 23 * HOUR, lag_s=86400)).proven_until == T - HOUR
    assert reduced(look(T + 25 * HOUR, lag_s=86400)).proven_until == T


def test_a_source_that_leaves_posts_out_proves_nothing():
    """Design section 3, Trusted look: by a source with proves_silence."""
    facts = reduced(look(T, proves_silence=False))
    assert (None, True) == (facts.proven_until, facts.looked)


@pytest.mark.parametrize(("start", "proves"), [(14 * DAY, True), (14 * DAY - US, False)])
def test_rows_handed_in_prove_only_the_span_they_declare(start, proves):
    """Design section 3, Trusted look, rows handed in: the span has to reach back over the whole limit."""
    facts = reduced(look(T, complete_from=T - start))
    assert (T if proves else None) == facts.proven_until


def test_a_narrow_span_does_not_hide_a_wide_one():
    """Design section 3, Trusted look, rows handed in: each span proves what it declares, whichever came last."""
    wide = look(T - 2 * HOUR, complete_from=T - 30 * DAY)
    narrow = look(T - HOUR, complete_from=T - 3 * DAY)
    by_hand = look(T - 3 * HOUR)
    assert reduced(wide, narrow).proven_until == T - 2 * HOUR
    assert reduced(narrow, wide).proven_until == T - 2 * HOUR
    assert reduced(by_hand, narrow).proven_until == T - 3 * HOUR
    assert reduced(wide, look(T - HOUR, complete_from=T - 40 * DAY)).proven_until == T - HOUR


def test_looks_cover_what_they_show_and_join_where_they_touch():
    """Design section 3, Coverage: (shows_from, L - lag]; rows handed in cover the span they declare."""
    shown = look(T - 20 * DAY, shows_from=T - 40 * DAY)
    assert days_covered(shown, look(T)) == [(40, 20)]
    assert days_covered(shown, look(T, shows_from=T - 20 * DAY)) == [(40, 0)]
    assert days_covered(shown, look(T, shows_from=T - 19 * DAY)) == [(40, 20), (19, 0)]
    assert days_covered(shown, look(T - 30 * DAY, complete_from=T - 60 * DAY)) == [(60, 20)]
    assert days_covered(shown, look(T - 10 * DAY, shows_from=T - 25 * DAY, lag_s=86400)) == [(40, 11)]
    assert days_covered(look(T)) == days_covered(look(T, shows_from=T - DAY, proves_silence=False)) == []
    assert days_covered(look(T - DAY, shows_all=True)) == [(100, 1)]


def days_covered(*events):
    """Return what is covered as days before T."""
    t = int(T.timestamp())
    return [((t - begin) / 86400, (t - end) / 86400) for begin, end in reduced(*events).covered]


def test_a_damaged_feed_tells_only_until_a_look_works():
    """Design section 3, Unknown, damaged_feed; a fetch that failed for another reason is none."""
    damaged = event(PatrolFailed(reason="damaged_feed"), T - HOUR)
    assert reduced(damaged).damaged
    assert not reduced(damaged, look(T)).damaged
    assert not reduced(event(PatrolFailed(reason="unreachable"), T)).damaged


def test_looks_inside_a_stall_prove_nothing_and_earlier_ones_still_do():
    """Design section 3, Stalled source: looks strictly inside are void, the account is unknown for this reason."""
    facts = reduced(look(T - 5 * DAY), look(T - HOUR), *stalling_sweeps(T - 4 * DAY, T))
    assert (T - 5 * DAY, True) == (facts.proven_until, facts.in_stall)
    limits = KUNSHAN.freshness
    assert judge_freshness(facts, limits, T)[1] == UnknownReason.SOURCE_STALLED


def stalling_sweeps(last_new, until):
    hour = int(last_new.timestamp()) // 3600
    busy = SweepCompleted(looked=128, new_posts=dict.fromkeys(range(hour - 27 * 24, hour), 4))
    return [
        event(busy, last_new, account="polls"),
        event(SweepCompleted(looked=128), until, account="polls"),
    ]


def test_a_sweep_that_stands_in_every_partition_counts_once():
    """Design promise 2, broadcasts: one id, once in every partition; health is read from one of them."""
    records = known(*stalling_sweeps(T - 4 * DAY, T))
    elsewhere = [type(k)(k.partition + 5, k.offset + 9, k.recorded_at, k.event) for k in records]
    assert health_of(records) == health_of([*elsewhere, *records]) == health_of(elsewhere)


def test_sweeps_of_a_log_made_again_follow_those_of_the_old_one():
    """Design section 8: offsets begin again when a log moved; what was recorded later came later all the same."""
    times = [T - 3 * DAY, T - 2 * DAY, T - DAY]
    first, second, third = known(
        *(
            event(SweepCompleted(looked=128, new_posts={int(at.timestamp()) // 3600: 1}), at, account="polls")
            for at in times
        )
    )
    moved = type(third)(third.partition, 0, third.recorded_at, third.event)
    assert 3 == len(health_of([moved, first, second])["polls"].hours)


@pytest.mark.parametrize(
    ("found_at", "counts"),
    [(PERIOD.start, False), (PERIOD.start + US, True), (T, True), (T + US, False)],
)
def test_a_finding_counts_in_the_period_of_the_check_point(found_at, counts):
    """Design section 3, Findings that count: time in the period of T, its beginning not included."""
    recorded = event(FindingRecorded(rule="red-1-wording", severity="red", count=3), found_at)
    found = reduced(recorded).findings
    assert ([(recorded.id, "red", 3)] if counts else []) == [(f.id, f.severity, f.count) for f in found]


def test_a_withdrawn_finding_leaves_the_score_and_a_rectified_one_stays():
    """Design section 3, Findings that count: not withdrawn by K; rectification never gives points back."""
    found = event(FindingRecorded(rule="yellow-2-name", severity="yellow"), T - DAY)
    assert reduced(found, event(FindingRectified(finding_id=found.id), T)).findings
    assert not reduced(found, event(FindingWithdrawn(corrects=found.id, reason="核减"), T)).findings


@pytest.mark.parametrize(
    ("events", "listed"),
    [
        ([opening(T)], True),
        ([opening(T + US)], False),
        ([opening(None)], True),
        ([], False),
        ([opening(T - DAY), event(AccountClosed(), T)], False),
        ([opening(T - DAY), event(AccountClosed(), T + US)], True),
        ([opening(T - 9 * DAY), event(AccountClosed(), T - 5 * DAY), opening(T - 2 * DAY)], True),
        ([opening(T - 9 * DAY), opening(T - 2 * DAY), event(AccountClosed(), T - 5 * DAY)], True),
    ],
    ids=["opens at T", "opens after T", "no date", "not registered", "closed at T", "closes after T", "reopened",
         "a closing filed after the reopening"],
)  # fmt: skip
def test_the_population_is_what_was_open_at_the_check_point(events, listed):
    """Design section 3, Population at T: opened_at <= T or missing, not closed at T, as known at K."""
    assert listed == bool(reduce_facts(known(post(T), *events), KUNSHAN, PERIOD, LATER))


def test_a_change_counts_from_its_own_time_on():
    """Design section 3, Population: the registry as it was at T, and None means unchanged."""
    facts = reduced(
        event(AccountChanged(name="乙"), T - DAY),
        event(AccountChanged(name="丙", owner="某局"), T + DAY),
        rolling=False,  # a fold knows the registry as it is now
    )
    assert ("乙", "1", "") == (facts.name, facts.given_id, facts.owner)


def test_ties_between_posts_of_one_time_break_as_the_database_breaks_them():
    """Design promise 8: SQL and Python name the same newest post."""
    at = T - DAY
    tied = [post(at, name) for name in "abcdef"]
    expected = max(tied, key=lambda p: (p.id.int & (1 << 64) - 1, p.id.int >> 64))
    assert reduced(*tied).newest_post_id == reduced(*reversed(tied)).newest_post_id == expected.id


def counted(name, updates):
    """A look by hand that tells the longest gap since the one before, and the updates."""
    told = {"gap_since": T - 50 * DAY, "longest_gap_s": 3 * 86400, "updates_28d": updates}
    data = AccountPatrolled(newest_post_at=T - 2 * DAY, by_hand=True, **told)
    return event(data, T - DAY, name, source="sheets")


def taken_back(look):
    data = LookWithdrawn(corrects=look.id, source="sheets", looked_at=look.time, reason="x")
    return event(data, T, f"taken back {look.id}", source="sheets")


def test_what_a_withdrawn_look_counted_does_not_come_back_with_a_repeat_of_it():
    """Design promise 2: the record again changes nothing."""
    first = counted("first", 9)
    facts = reduced(first, taken_back(first), first, platform=SERVICE)
    assert (0, None) == (facts.weeks_with_posts, facts.counted)


def test_two_looks_of_one_moment_are_taken_back_one_by_one():
    """A look and its correction: what the correction counted stands when the first one is withdrawn."""
    first, corrected = counted("first", 9), counted("corrected", 3)
    facts = reduced(first, corrected, taken_back(first), platform=SERVICE)
    assert 0b1111110 == facts.weeks_with_posts
    assert 3 == facts.counted[1]
