"""Who posts how: regular accounts never let a week pass, the others do as their habit says."""

import itertools
from datetime import datetime, timedelta

import pytest

from events.instants import SHANGHAI
from pipeline.home.errors import UsageError
from pipeline.simulate.place import load_vocabulary, parse_place
from pipeline.simulate.registry import build_registry
from pipeline.simulate.rhythm import Posting, post_times, posting_of
from tests.pipeline.simulate.small_place import TOML, small_place

SINCE = datetime(2022, 9, 1, tzinfo=SHANGHAI)
UNTIL = datetime(2022, 12, 31, 18, tzinfo=SHANGHAI)
WEEK = timedelta(days=7)


def times(posting: Posting, account: str = "a") -> list[datetime]:
    return post_times(posting, account, SINCE, UNTIL, 1)


def gaps(posted: list[datetime]) -> list[timedelta]:
    return [b - a for a, b in zip([SINCE, *posted], [*posted, UNTIL], strict=True)]


@pytest.mark.parametrize("days", [(1, 1), (2, 4), (3, 6), (6, 6)])
def test_a_regular_account_never_lets_a_week_pass(days):
    """昆政办发〔2019〕162号 annex 2: each week has an update, and 28 days have four of a service account."""
    for n in range(40):
        posted = times(Posting(days=days), f"account-{n}")
        assert max(gaps(posted)) < WEEK
        assert len([at for at in posted if at > UNTIL - 4 * WEEK]) >= 4


def test_posts_appear_by_day():
    """Nobody posts at night."""
    hours = {at.astimezone(SHANGHAI).hour for at in times(Posting(days=(1, 1)))}
    assert hours == set(range(8, 20))


def test_nothing_follows_the_last_post():
    """A silent account has its last post at the very moment that its habit says."""
    last = datetime(2022, 11, 3, 10, 5, tzinfo=SHANGHAI)
    assert last == times(Posting(days=(1, 2), last_post=last))[-1]


def test_a_pause_is_empty_and_takes_a_whole_week():
    """Sixteen days hold a whole week, however the weeks are counted; before and after it the account is regular."""
    begin, end = datetime(2022, 10, 1, tzinfo=SHANGHAI), datetime(2022, 10, 17, tzinfo=SHANGHAI)
    posted = times(Posting(days=(3, 6), pause=(begin, end)))
    assert not [at for at in posted if begin <= at < end]
    assert [gap for gap in gaps(posted) if gap >= WEEK] == [max(gaps(posted))]


def test_a_slow_account_becomes_regular():
    """Until then more than a week lies between two posts."""
    until = datetime(2022, 11, 1, tzinfo=SHANGHAI)
    posted = times(Posting(days=(2, 4), slow_until=until))
    slow = [b - a for a, b in itertools.pairwise(posted) if b < until]
    assert slow
    assert min(slow) > WEEK
    later = [b - a for a, b in itertools.pairwise(posted) if a > until]
    assert max(later) < WEEK


def test_habits_are_about_as_many_accounts_as_the_place_says():
    """Named ones, and others by lot; no account has two habits."""
    place = small_place()
    accounts = build_registry(place, load_vocabulary(), 1).accounts
    posting = posting_of(place, accounts, 1)
    assert 2 == sum(p.flagged_at is not None for p in posting.values())
    assert 2 == sum(p.pause is not None for p in posting.values())
    silent = [a for a in accounts if posting[a.account_id].last_post is not None]
    assert ["某溪发布"] == [a.name for a in silent]


def test_more_habits_than_accounts_are_refused():
    """A habit needs accounts that no other habit has."""
    place = parse_place(TOML.replace("accounts = 2\ntier", "accounts = 20\ntier").encode(), origin="x")
    accounts = build_registry(place, load_vocabulary(), 1).accounts
    with pytest.raises(UsageError, match="habit 3 is about 20 accounts"):
        posting_of(place, accounts, 1)
