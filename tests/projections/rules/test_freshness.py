from datetime import UTC, datetime, timedelta

import pytest

from events.facts import Freshness, UnknownReason
from projections.rules.freshness import judge_freshness
from tests.projections.facts import CHECK_POINT, DAY, HOUR, US, facts
from tests.projections.rulebooks import NATIONAL

LIMITS = NATIONAL.freshness
LIMIT = timedelta(days=14)
STALE = (Freshness.STALE, None)
FRESH = (Freshness.FRESH, None)


def judge(check_point=CHECK_POINT, **fields):
    return judge_freshness(facts(**fields), LIMITS, check_point)


def unknown(reason):
    return Freshness.UNKNOWN, reason


def test_a_post_at_exactly_fourteen_days_is_fresh():
    """Design section 3, Fresh (at exactly 14 days: fresh); 国办秘函〔2019〕19号, red line 5."""
    assert judge(newest_post_at=CHECK_POINT - LIMIT) == FRESH


def test_one_microsecond_more_than_fourteen_days_is_stale():
    """Design section 3, Stale: anchor < T - 14 d."""
    assert judge(newest_post_at=CHECK_POINT - LIMIT - US) == STALE


@pytest.mark.parametrize(("more", "expected"), [(0 * US, FRESH), (US, STALE)])
def test_the_limit_counts_days_across_a_change_of_year(more, expected):
    """Design section 3, Fresh: the count of days knows no calendar."""
    check_point = datetime(2021, 1, 5, 16, tzinfo=UTC)
    newest = datetime(2020, 12, 22, 16, tzinfo=UTC) - more
    assert expected == judge(
        check_point, newest_post_at=newest, proven_until=check_point, last_trusted_look_at=check_point
    )


def test_a_fresh_account_needs_no_look():
    """Design section 3, Fresh: the post itself is the proof, even inside a stall."""
    assert judge(proven_until=None, last_trusted_look_at=None, in_stall=True, damaged=True) == FRESH


@pytest.mark.parametrize(
    ("after", "expected"), [(US, STALE), (0 * US, unknown(UnknownReason.NOT_LOOKED_SINCE))]
)
def test_stale_needs_proof_later_than_anchor_and_limit(after, expected):
    """Design section 3, Stale: proven_until > anchor + 14 d, and not at it."""
    newest = CHECK_POINT - LIMIT - 2 * DAY
    proven = newest + LIMIT + after
    assert expected == judge(newest_post_at=newest, proven_until=proven, last_trusted_look_at=proven)


@pytest.mark.parametrize(
    ("age", "expected"), [(72 * HOUR, STALE), (72 * HOUR + US, unknown(UnknownReason.NOT_LOOKED_SINCE))]
)
def test_stale_needs_proof_that_is_not_older_than_the_ruleset_allows(age, expected):
    """Design section 3, Stale: T - proven_until <= look_max_age, 72 h; at exactly 72 h it still counts."""
    proven = CHECK_POINT - age
    assert expected == judge(
        newest_post_at=CHECK_POINT - 60 * DAY, proven_until=proven, last_trusted_look_at=proven
    )


def test_within_the_lag_of_its_source_nothing_is_proven_yet():
    """Design section 3, Unknown, not_proven_yet: a look after the limit whose lag reaches back before it."""
    newest = CHECK_POINT - LIMIT - 5 * HOUR
    assert unknown(UnknownReason.NOT_PROVEN_YET) == judge(
        newest_post_at=newest, proven_until=CHECK_POINT - DAY, last_trusted_look_at=CHECK_POINT
    )


def test_the_lag_of_a_source_is_taken_off_and_no_more():
    """Design section 3, a look at L proves silence until L - lag."""
    newest = CHECK_POINT - LIMIT - DAY
    assert judge(newest_post_at=newest, proven_until=CHECK_POINT - DAY + US) == STALE


def test_an_account_nobody_looked_at_is_never_looked():
    """Design section 3, Unknown, never_looked: never seen is not stale."""
    assert unknown(UnknownReason.NEVER_LOOKED) == judge(
        newest_post_at=None, proven_until=None, last_trusted_look_at=None, looked=False
    )


def test_looks_that_prove_nothing_are_not_looked_since():
    """Design section 3, Unknown, not_looked_since: somebody looked, and no look proves anything."""
    assert unknown(UnknownReason.NOT_LOOKED_SINCE) == judge(
        newest_post_at=None, proven_until=None, last_trusted_look_at=None
    )


def test_a_look_before_the_limit_is_not_looked_since():
    """Design section 3, Unknown, not_looked_since: the last look was before the limit passed."""
    newest = CHECK_POINT - LIMIT - DAY
    look = CHECK_POINT - 2 * DAY
    assert unknown(UnknownReason.NOT_LOOKED_SINCE) == judge(
        newest_post_at=newest, proven_until=look, last_trusted_look_at=look
    )


@pytest.mark.parametrize("proven_until", [None, CHECK_POINT - 5 * DAY])
def test_a_look_that_a_stall_took_away_is_told_as_such(proven_until):
    """Design section 3, Unknown, source_stalled: a later look would have proven more."""
    assert unknown(UnknownReason.SOURCE_STALLED) == judge(
        newest_post_at=CHECK_POINT - 60 * DAY,
        proven_until=proven_until,
        last_trusted_look_at=proven_until,
        in_stall=True,
    )


@pytest.mark.parametrize("proven_until", [None, CHECK_POINT - 5 * DAY])
def test_a_damaged_feed_is_told_as_such(proven_until):
    """Design section 3, Unknown, damaged_feed: the newest look could not be read whole."""
    assert unknown(UnknownReason.DAMAGED_FEED) == judge(
        newest_post_at=CHECK_POINT - 60 * DAY,
        proven_until=proven_until,
        last_trusted_look_at=proven_until,
        damaged=True,
    )


def test_no_post_and_no_opening_date_cannot_be_counted_from():
    """Design section 3, Unknown, no_post_no_opening_date: open since before the records, and nothing seen."""
    assert unknown(UnknownReason.NO_POST_NO_OPENING_DATE) == judge(newest_post_at=None, opened_at=None)


def test_an_account_opened_and_never_posted_is_stale_after_fourteen_days():
    """Design section 3, Anchor: the newest live post, else opened_at."""
    assert judge(newest_post_at=None, opened_at=CHECK_POINT - LIMIT - US) == STALE


def test_an_account_opened_fourteen_days_ago_is_not_judged_yet():
    """Design section 3, Stale: an opening is no post, so within the limit an account is neither fresh nor stale."""
    assert unknown(UnknownReason.NOT_PROVEN_YET) == judge(newest_post_at=None, opened_at=CHECK_POINT - LIMIT)


def test_a_post_before_the_registered_opening_is_the_anchor_all_the_same():
    """Design section 3, Anchor: only without any live post does the opening count."""
    assert judge(newest_post_at=CHECK_POINT - 20 * DAY, opened_at=CHECK_POINT - 3 * DAY) == STALE
