"""Health of a source, on a collector like a real one: 128 accounts, some 80 posts a day, most of them by day."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from events.instants import HOUR_US, SHANGHAI, from_micros, to_micros
from events.patrol import SweepCompleted
from projections.sources.health import MIN_ACCOUNTS, SourceHealth, on_sweep

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = datetime(2021, 4, 5, tzinfo=SHANGHAI)  # a Monday
HOURLY = [0.2] * 6 + [1, 3, 6, 8, 7, 6, 4, 4, 5, 6, 8, 7, 5, 4, 3, 2, 1, 0.5]
"""Shape of a day: what an hour gets of its posts."""


def post_times(days: int, a_day: float, seed: int) -> list[datetime]:
    rng = random.Random(seed)
    times = []
    for day in range(days):
        weekend = 0.4 if (START + day * DAY).weekday() >= 5 else 1
        for _ in range(round(rng.gauss(a_day, a_day**0.5) * weekend)):
            hour = rng.choices(range(24), HOURLY)[0]
            times.append(START + day * DAY + timedelta(hours=hour, seconds=rng.randrange(3600)))
    return sorted(times)


class Collector:
    """Polls hourly; `frozen_at` is when its content stops, while its polls go on."""

    def __init__(self, posts: list[datetime], looked: int = 128) -> None:
        self.state, self.looked, self.events = SourceHealth(), looked, []
        self._posts, self._shown = posts, 0

    def poll(self, at: datetime, content_until: datetime | None = None, backlog: tuple[datetime, ...] = ()):
        until = at if content_until is None else content_until
        new = list(backlog)
        while self._shown < len(self._posts) and self._posts[self._shown] <= until:
            new.append(self._posts[self._shown])
            self._shown += 1
        hours = Counter(to_micros(p) // HOUR_US for p in new)
        sweep = SweepCompleted(looked=self.looked, new_posts=dict(hours))
        self.state, events = on_sweep(self.state, "polls", at, sweep)
        self.events += [(at, e) for e in events]
        return self

    def poll_hourly(self, begin: datetime, end: datetime, content_until: datetime | None = None):
        at = begin
        while at <= end:
            self.poll(at, content_until)
            at += HOUR
        return self


def healthy(days: int = 35, a_day: float = 80, seed: int = 1, looked: int = 128) -> Collector:
    return Collector(post_times(60, a_day, seed), looked).poll_hourly(START + HOUR, START + days * DAY)


@pytest.mark.parametrize("seed", range(8))
def test_a_living_source_is_never_stalled_not_in_a_night_and_not_on_a_weekend(seed):
    """Design section 3, Stalled source: the source's own rate of the hour of the week knows that nights are quiet."""
    assert healthy(56, seed=seed).events == []


@pytest.mark.parametrize("freeze_hour", [9, 12, 16])
@pytest.mark.parametrize("seed", range(3))
def test_a_source_that_freezes_by_day_is_stalled_within_hours(freeze_hour, seed):
    """Design section 3, Stalled source: stalled when the chance of no post falls below one in a million."""
    frozen_at = START + 35 * DAY + freeze_hour * HOUR
    source = healthy(35, seed=seed).poll_hourly(START + 35 * DAY + HOUR, frozen_at)
    last_new = source.state.last_new_at
    source.poll_hourly(frozen_at + HOUR, frozen_at + DAY, content_until=frozen_at)
    ((declared_at, event),) = source.events
    assert event.type == "source.stalled"
    assert timedelta(hours=2) <= declared_at - frozen_at <= timedelta(hours=6)
    assert event.data.since == from_micros(last_new)
    assert event.data.expected_posts > 13.8


def test_a_source_that_freezes_in_the_evening_is_stalled_by_the_next_noon():
    """Design section 3, Stalled source: a night says little, the morning after says enough."""
    frozen_at = START + 35 * DAY + 22 * HOUR
    source = healthy().poll_hourly(START + 35 * DAY + HOUR, frozen_at)
    source.poll_hourly(frozen_at + HOUR, frozen_at + DAY, content_until=frozen_at)
    ((declared_at, _),) = source.events
    assert frozen_at + 10 * HOUR <= declared_at <= frozen_at + 14 * HOUR


@pytest.mark.parametrize(("a_day", "looked"), [(80, MIN_ACCOUNTS - 1), (1, 128)])
def test_small_sources_have_no_stall_test(a_day, looked):
    """Design section 3, Stalled source: at least 20 accounts and 50 posts in its base, else only the lag."""
    end = START + 35 * DAY
    source = healthy(35, a_day, looked=looked).poll_hourly(end + HOUR, end + 20 * DAY, content_until=end)
    assert source.events == []


def frozen_source() -> Collector:
    frozen_at = START + 35 * DAY + 12 * HOUR
    source = healthy().poll_hourly(START + 35 * DAY + HOUR, frozen_at)
    source.poll_hourly(frozen_at + HOUR, frozen_at + DAY, content_until=frozen_at)
    assert source.state.stalled
    return source


FROZEN_AT = START + 35 * DAY + 12 * HOUR


def test_a_stall_begins_after_the_last_look_that_brought_a_new_post():
    """Design section 3, Stalled source: looks inside it prove nothing, earlier ones still do."""
    state = frozen_source().state
    assert not state.voids(state.last_new_at)
    assert not state.voids(state.last_new_at - HOUR_US)
    assert state.voids(state.last_new_at + 1)
    assert state.voids(to_micros(FROZEN_AT + 20 * HOUR))


@pytest.mark.parametrize("age", [timedelta(hours=3), timedelta(hours=30), timedelta(days=20)])
def test_the_backlog_of_a_newly_joined_account_does_not_lift_a_stall(age):
    """A frozen source still hands out what it had: posts from before the stall are no sign of life."""
    source = frozen_source()
    before = source.state.hours
    backlog = tuple(FROZEN_AT - age - i * HOUR for i in range(20))
    source.poll(FROZEN_AT + 25 * HOUR, content_until=FROZEN_AT, backlog=backlog)
    assert source.state.stalled
    assert before == source.state.hours


def test_a_stall_ends_with_the_first_new_post():
    """Design section 3, Stalled source: the look that brings it is valid again, those between stay void."""
    source = frozen_source()
    recovered_at = FROZEN_AT + 26 * HOUR
    source.poll(recovered_at)
    assert not source.state.stalled
    stalled, recovered = (event for _, event in source.events)
    assert recovered.type == "source.recovered"
    assert stalled.data.since == recovered.data.since
    assert not source.state.voids(to_micros(recovered_at))
    assert source.state.voids(to_micros(recovered_at) - 1)


def test_a_stall_is_told_once_whoever_raises_it():
    """Design section 3, Stalled source: one id, whoever raises it; every partition sees the same sweeps."""
    one, other = frozen_source(), frozen_source()
    assert one.events == other.events
    assert len(one.events) == 1


def test_a_sweep_that_is_not_later_than_the_last_changes_nothing():
    """Design promise 2: a duplicate has no effect."""
    state = healthy().state
    sweep = SweepCompleted(looked=128, new_posts={state.last_new_at // HOUR_US: 5})
    for at in (state.last_sweep_at, state.last_sweep_at - HOUR_US):
        assert (state, []) == on_sweep(state, "polls", from_micros(at), sweep)


def test_late_posts_show_that_a_source_lives():
    """Real feeds show posts up to thirteen hours late: such a post is new all the same."""
    state = healthy().state
    at = from_micros(state.last_sweep_at) + HOUR
    late = SweepCompleted(looked=128, new_posts={state.last_new_at // HOUR_US - 13: 1})
    after, _ = on_sweep(state, "polls", at, late)
    assert after.last_new_at == to_micros(at)


def said(source: Collector, at: datetime, stall: str) -> list[str]:
    """Let a person say something of a stall; returns what follows."""
    sweep = SweepCompleted(looked=0, stall=stall, reason="接口返回旧数据")
    source.state, events = on_sweep(source.state, "polls", at, sweep)
    return [event.type for event in events]


def test_a_person_declares_a_stall_hours_before_the_test_is_certain():
    """Design section 3, Stalled source: it begins after the last new post, and a new one ends it; told once each."""
    end = START + 35 * DAY
    source = healthy()
    since = source.state.last_new_at
    assert ["source.stalled"] == said(source, end + 10 * 60 * timedelta(seconds=1), "declared")
    assert (since, None) == (source.state.stalls[-1].since, source.state.stalls[-1].until)
    assert [] == said(source, end + HOUR, "declared")
    source.poll_hourly(end + HOUR, end + 20 * HOUR, content_until=end)
    assert [] == source.events
    source.poll(end + 34 * HOUR)
    assert ["source.recovered"] == [event.type for _, event in source.events]
    assert source.state.voids(to_micros(end + 2 * HOUR))


def test_a_lifted_stall_never_was_and_repeats_change_nothing():
    """Of several records with one id the first counts: what comes again is as old as it was."""
    end = START + 35 * DAY
    source = healthy()
    said(source, end + HOUR, "declared")
    assert ["source.recovered"] == said(source, end + 2 * HOUR, "lifted")
    assert not source.state.voids(to_micros(end + HOUR))
    assert [] == said(source, end + HOUR, "declared")
    assert not source.state.stalled


def test_nobody_lifts_what_the_test_found_or_declares_where_looks_are_believed_at_once():
    """A stall of a small source would not reach looks that states have taken in already."""
    source = frozen_source()
    assert [] == said(source, FROZEN_AT + 2 * DAY, "lifted")
    assert source.state.stalled
    small = healthy(35, 1)
    assert [] == said(small, START + 36 * DAY, "declared")
    assert not small.state.stalled
