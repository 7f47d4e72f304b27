"""Scores that stand are not judged again at each midnight; nobody can tell from what is told."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from events.account import AccountOpened
from events.clock import ClockTicked
from events.codec import Event
from events.envelope import Record
from events.finding import FindingRecorded
from events.instants import DAY_US, from_micros
from events.patrol import AccountPatrolled
from events.platforms import SERVICE_ACCOUNT
from events.post import PostDeleted, PostPublished
from events.round import ScoreProjected
from projections.accounts.shard import Shard
from projections.accounts.standing import full_score_until
from projections.accounts.state import AccountState, facts_of
from projections.rules.period import quarter_of
from projections.rules.rulesets import Ruleset
from projections.rules.scorer import judge
from tests.projections.facts import ACCOUNT, CHECK_POINT, DAY, HOUR, PERIOD, event, opening
from tests.projections.histories import ALL_KINDS, Observed, histories, records_of, with_ticks
from tests.projections.partition import Partition
from tests.projections.rulebooks import KUNSHAN, NATIONAL

T = CHECK_POINT
POSTING = ("post",) * 6 + ("look", "look", "failed_look", "early_post", "burst", "span")
SECOND = timedelta(seconds=1)


def projected(records: list[Record], ruleset: Ruleset, *, remembering: bool) -> list[Event[Any]]:
    """Return the scores told; a shard that is built anew before each tick remembers none that stands."""
    shard, stored, derived = Shard(0, ruleset), {}, []
    for record in records:
        if not remembering and b"clock.ticked" in record.value:
            flush = shard.flush()
            stored.update(flush.states)
            derived += flush.derived
            shard = Shard(0, ruleset, dict(stored))
        shard.apply(record)
    return [e for e in derived + shard.flush().derived if e.type == "score.projected"]


@pytest.mark.slow
@pytest.mark.parametrize("ruleset", [KUNSHAN, NATIONAL], ids=lambda r: r.name)
@settings(max_examples=settings().max_examples // 2)
@given(observed=histories() | histories(ALL_KINDS + POSTING * 4), days=st.sampled_from([3, 20]))
def test_what_stands_is_told_as_if_it_were_judged_at_each_midnight(
    ruleset: Ruleset, observed: list[Observed], days: int
) -> None:
    """Remembering which scores stand saves work and changes none of them."""
    records = records_of(with_ticks(observed, 24, observed[-1].now + days * DAY_US))
    told = projected(records, ruleset, remembering=True)
    assert told == projected(records, ruleset, remembering=False)
    for one, other in pairwise(e.data for e in told if e.subject == "wechat:a"):
        note(f"{one.verdict} {one.points} to {other.verdict} {other.points}")


def judged(state: AccountState, at: int) -> tuple[str, str, int | None]:
    period = quarter_of(from_micros(at))
    row = judge(facts_of(state, {}, KUNSHAN, period), KUNSHAN, period)
    return str(row.verdict), row.reason, row.points


@settings(max_examples=settings().max_examples // 2)
@given(histories(POSTING), histories(("post", "look", "failed_look")), st.integers(0, 7))
def test_full_points_stand_whatever_posts_and_looks_follow(
    observed: list[Observed], following: list[Observed], midnights: int
) -> None:
    """At no midnight up to the one that was promised does the account pass with less."""
    shard = Shard(0, KUNSHAN)
    for record in records_of(observed):
        shard.apply(record)
    midnight = (observed[-1].now // DAY_US + 1) * DAY_US - 8 * 3600 * 1_000_000
    state = shard.state("wechat:a")
    assert state is not None
    until = full_score_until(state, KUNSHAN, quarter_of(from_micros(midnight)))
    note("stands" if until >= midnight else "does not stand")
    for record in records_of(following):
        shard.apply(Record(0, len(observed) + record.offset, 0, record.value))
    later = midnight + midnights * DAY_US
    if until >= later:
        state = shard.state("wechat:a")
        assert state is not None
        assert ("pass", "", 100) == judged(state, later)


def standing(*events: Event[Any], ruleset: Ruleset = KUNSHAN) -> datetime | None:
    """Return until when an account of these facts stands after the check point, None if it does not."""
    partition = Partition()
    partition.take(*events)
    state = partition.shard.state(ACCOUNT)
    assert state is not None
    until = full_score_until(state, ruleset, PERIOD)
    return None if until == 0 else from_micros(until)


def post(at: datetime) -> Event[Any]:
    return event(PostPublished(observed_at=at), at)


def weekly(begin: datetime, end: datetime) -> list[Event[Any]]:
    """Return a post every seven days, the last one at `end`."""
    return [post(end - 7 * n * DAY) for n in range((end - begin) // (7 * DAY) + 1)]


OPENED = opening(T - 60 * DAY)
COVERED = event(AccountPatrolled(shows_from=T - 60 * DAY), T - 59 * DAY)


def test_a_weekly_poster_stands_for_a_week_less_a_second():
    """昆政办发〔2019〕162号 annex 2: a week (T - 7 d, T] without a post begins exactly seven days after one."""
    newest = T - 2 * DAY
    assert newest + 7 * DAY - SECOND == standing(OPENED, COVERED, *weekly(T - 60 * DAY, newest))


@pytest.mark.parametrize(("gap", "stands"), [(7 * DAY, True), (7 * DAY + SECOND, False)])
def test_posts_further_apart_than_a_week_do_not_stand(gap, stands):
    """Some midnight will see a week that falls between the two."""
    early, late = weekly(T - 60 * DAY, T - 6 * DAY - gap), weekly(T - 6 * DAY, T - 6 * DAY)
    assert stands is (standing(OPENED, COVERED, *early, *late) is not None)


@pytest.mark.parametrize(("later", "stands"), [(0 * SECOND, True), (SECOND, False)])
def test_the_first_week_that_is_judged_needs_a_post_too(later, stands):
    """Design section 3, Weeks: judged from the opening or the first post shown, whichever is later."""
    first, rest = post(T - 53 * DAY + later), weekly(T - 47 * DAY, T - 4 * DAY)
    assert stands is (standing(OPENED, COVERED, first, *rest) is not None)


def test_where_no_week_is_judged_a_score_stands_until_the_newest_post_is_too_old():
    """国办秘函〔2019〕19号, red line 5: at exactly 14 days it is fresh; without coverage no week is counted."""
    assert T + 13 * DAY == standing(OPENED, post(T - DAY))
    assert T + 13 * DAY == standing(OPENED, COVERED, post(T - DAY), ruleset=NATIONAL)


WEEKLY = [OPENED, COVERED, *weekly(T - 60 * DAY, T - 2 * DAY)]
FINDING = FindingRecorded(rule="yellow-5-improper-content", severity="yellow")
NOT_STANDING = {
    "a finding": event(FINDING, T - HOUR),
    "a post far ahead": post(T + 2 * DAY),
    "an uncovered month": event(AccountPatrolled(complete_from=T - 90 * DAY), T - 61 * DAY),
    "an older opening": event(AccountOpened(given_id="1", name="乙", platform=SERVICE_ACCOUNT), T - DAY, "2"),
}


@pytest.mark.parametrize("name", NOT_STANDING)
def test_what_may_cost_points_keeps_a_score_from_standing(name):
    """Findings, a post that pushes older ones out of the state, weeks before the first post, a service account."""
    facts = [opening(T - 100 * DAY), *WEEKLY[1:]]
    assert standing(*facts) is not None
    assert None is standing(*facts, NOT_STANDING[name])


def test_a_post_that_is_deleted_one_day_holds_no_week():
    """Design section 3, Live post: it counts until then, and then a week may be left without one."""
    deleted = event(PostDeleted(post_id=WEEKLY[2].id), T + 3 * DAY)
    assert T - 2 * DAY - SECOND == standing(*WEEKLY, deleted)


def points_told(partition: Partition, at: datetime) -> list[int | None]:
    ticked = event(ClockTicked(), at, f"tick {at}", source="clock", account="clock")
    return [e.data.points for e in partition.take(ticked) if isinstance(e.data, ScoreProjected)]


COSTLY = {
    "a finding": (event(FINDING, T - 29 * DAY), 98),
    "the first look": (event(AccountPatrolled(shows_from=T - 60 * DAY), T - 29 * DAY), 90),
    "rows": (event(AccountPatrolled(complete_from=T - 60 * DAY), T - 29 * DAY), 90),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_fact_that_costs_points_is_told_at_the_next_midnight_though_the_score_stood(name):
    """A finding, and a look that shows how long nothing was posted, end what stood."""
    partition, (fact, points) = Partition(), COSTLY[name]
    begin = T - 30 * DAY
    partition.take(opening(begin - 60 * DAY), post(begin - DAY))
    assert [] == points_told(partition, begin - HOUR)
    assert [100] == points_told(partition, begin)
    assert [] == points_told(partition, begin + DAY)
    partition.take(fact)
    assert [points] == points_told(partition, begin + 2 * DAY)
