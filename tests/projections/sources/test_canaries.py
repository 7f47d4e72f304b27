"""Canaries under planned looks: a dozen accounts that post most days, each looked at twice a day, one look a sweep."""

import random
from bisect import bisect_right
from datetime import datetime, timedelta
from statistics import median

import pytest

from events.instants import SHANGHAI, from_micros, to_micros
from events.patrol import SweepCompleted
from projections.rules.calendar import Days
from projections.sources.canaries import Canary, hole_chance, silence_of, with_look
from projections.sources.health import SourceHealth, on_sweep

DAY = 86400
START = int(datetime(2021, 1, 4, tzinfo=SHANGHAI).timestamp())


def daily_posts(seed: int, days: int, rest: float = 0.75) -> list[int]:
    """Return the posts of an account at an hour of its own, left out on some days of rest and on few others."""
    rng, known = random.Random(seed), Days()
    hour, times = rng.uniform(7, 21), []
    for day in range(days):
        date = (datetime(2021, 1, 4, tzinfo=SHANGHAI) + timedelta(days=day)).date()
        if rng.random() < (0.96 if known.is_workday(date) else rest):
            at = START + day * DAY + int((hour + rng.gauss(0, 1)) * 3600)
            times += [at + 600 * n for n in range(rng.randint(1, 3))]
    return sorted(times)


class Patrol:
    """Looks at canaries and at nobody else; `frozen_at` is when the content of the source stops."""

    def __init__(
        self, posts: dict[str, list[int]], frozen_at: int | None = None, thawed_at: int = 1 << 40
    ) -> None:
        self.posts, self.frozen_at, self.thawed_at = posts, frozen_at, thawed_at
        self.state, self.events = SourceHealth(), []
        self.shown = dict.fromkeys(posts, 0)
        self.alive = 0

    def look(self, name: str, at: int) -> None:
        until = at
        if self.frozen_at is not None and self.frozen_at <= at < self.thawed_at:
            until = self.frozen_at
        times, before = self.posts[name], self.shown[name]
        end = max(before, bisect_right(times, until))
        new = times[max(before, end - 20) : end]
        self.shown[name] = end
        self.alive = max([self.alive, *new])
        sweep = SweepCompleted(
            looked=1, alive_at=from_micros(self.alive * 1_000_000), canaries={name: tuple(new)}
        )
        self.state, told = on_sweep(self.state, "s", from_micros(at * 1_000_000), sweep)
        self.events += told

    def run(self, begin: int, end: int, step: int = DAY // 2) -> "Patrol":
        names = sorted(self.posts)
        looks = [
            (begin + i * step // len(names) + n * step, name)
            for i, name in enumerate(names)
            for n in range((end - begin) // step)
        ]
        for at, name in sorted(looks):
            self.look(name, at)
        return self


def town(seed: int, canaries: int, days: int) -> dict[str, list[int]]:
    return {f"c{n:02}": daily_posts(100 * seed + n, days) for n in range(canaries)}


@pytest.mark.parametrize("canaries", [1, 5, 12])
def test_canaries_of_a_living_source_never_call_it_frozen(canaries):
    """Definitions, Stalled source: five months with the long holidays of spring and May."""
    days = 150
    for seed in range(2):
        living = Patrol(town(seed, canaries, days)).run(START + 30 * DAY, START + days * DAY)
        assert [] == living.events, seed


@pytest.mark.slow
def test_twelve_canaries_twice_a_day_notice_a_frozen_source_within_a_day():
    """Definitions, Stalled source: one message, in the median within 22 hours, whatever the day of the week."""
    took = []
    for seed in range(12):
        frozen_at = START + (60 + seed) * DAY + seed * 7000
        patrol = Patrol(town(seed, 12, 120), frozen_at).run(START + 30 * DAY, frozen_at + 4 * DAY)
        (event,) = patrol.events
        assert event.type == "source.stalled"
        assert event.data.canaries
        assert event.data.accounts == 12
        took.append((event.time.timestamp() - frozen_at) / 3600)
    assert median(took) < 22
    assert max(took) < 40


def test_a_few_canaries_notice_it_later():
    """Definitions, Stalled source: too few for the chance, they wait two days and twice their longest pause."""
    frozen_at = START + 60 * DAY
    patrol = Patrol(town(1, 2, 120), frozen_at).run(START + 20 * DAY, frozen_at + 12 * DAY)
    (event,) = patrol.events
    assert timedelta(days=2) < event.time - from_micros(frozen_at * 1_000_000) < timedelta(days=10)


def test_a_source_that_thaws_is_told_once_to_have_recovered():
    """Definitions, Stalled source: a post published after the stall began ends it, and its looks count again."""
    frozen_at = START + 60 * DAY + 40_000
    patrol = Patrol(town(3, 12, 120), frozen_at, frozen_at + 2 * DAY)
    patrol.run(START + 30 * DAY, frozen_at + 12 * DAY)
    assert ["source.stalled", "source.recovered"] == [event.type for event in patrol.events]
    stall = patrol.state.stalls[-1]
    assert patrol.state.voids(stall.since + 1)
    assert stall.until is not None
    assert not patrol.state.voids(stall.until)
    assert patrol.state.secures(stall.until)


def test_looks_after_the_last_sign_of_life_are_not_secured():
    """Definitions, Coverage: a stall that canaries declare later may still void them, though the base is small."""
    posts = {"c": daily_posts(1, 40)}
    patrol = Patrol(posts).run(START + 30 * DAY, START + 35 * DAY)
    last = patrol.state.last_new_at
    assert patrol.state.secures(last)
    assert not patrol.state.secures(last + 1)


def test_accounts_that_are_looked_at_for_the_first_time_do_not_bring_a_frozen_source_to_life():
    """Definitions, Stalled source: what they show new to us was published before the source froze."""
    frozen_at = START + 60 * DAY
    patrol = Patrol(town(4, 12, 120), frozen_at).run(START + 30 * DAY, frozen_at + 4 * DAY)
    at = patrol.state.last_sweep_at + 1_000_000
    backlog = SweepCompleted(
        looked=1, new_posts={frozen_at // 3600 - 3: 20}, alive_at=from_micros(patrol.alive * 1_000_000)
    )
    state, told = on_sweep(patrol.state, "s", from_micros(at), backlog)
    assert told == []
    assert state.stalled


def test_too_little_of_the_past_tells_nothing():
    """Definitions, Stalled source: five like stretches at least, and none from before the first known post."""
    times = tuple(START + n * DAY for n in range(5))
    assert hole_chance(times, START + 4 * DAY, START + 5 * DAY) == 1.0
    assert hole_chance((), START, START + DAY) == 1.0
    assert hole_chance(times, START + 4 * DAY, START + 4 * DAY) == 1.0
    known = tuple(START + n * DAY for n in range(28))
    assert hole_chance(known, START + 27 * DAY + 1, START + 28 * DAY + 1) < 0.1


def test_a_silence_within_the_lag_is_none():
    """Definitions, Proof: what a source may show late was not left out yet."""
    canary = with_look(None, START + 28 * DAY, [START + n * DAY for n in range(28)])
    canaries = {f"c{n}": canary for n in range(12)}
    assert not silence_of(canaries, START + 27 * DAY, 2 * DAY).is_frozen
    later = {name: Canary(START + 30 * DAY, canary.times) for name in canaries}
    assert silence_of(later, START + 27 * DAY, 0).is_frozen


def test_a_canary_that_was_given_up_is_forgotten():
    """Definitions, Canaries: one that nobody looks at any more holds no switch."""
    posts = {"kept": daily_posts(1, 60), "left": daily_posts(2, 60)}
    patrol = Patrol(posts).run(START + 20 * DAY, START + 22 * DAY)
    del posts["left"]
    patrol.run(START + 22 * DAY, START + 32 * DAY)
    assert {"kept"} == patrol.state.canaries.keys()


def test_an_impairment_is_told_once_and_its_end_once():
    """Definitions, Sources: a refused log-in, however often it is asked."""
    state, told = SourceHealth(), []
    for n, log_in in enumerate(("works", "refused", "refused", None, "works", "works")):
        sweep = SweepCompleted(looked=0, log_in=log_in)
        state, events = on_sweep(
            state, "s", from_micros(to_micros(datetime(2021, 6, 1, n, tzinfo=SHANGHAI))), sweep
        )
        told += events
    assert [("source.impaired", "log_in"), ("source.restored", "log_in")] == [
        (e.type, e.data.what) for e in told
    ]
    assert told[0].data.since == told[1].data.since == told[0].time


def test_a_source_that_shows_posts_later_than_configured_is_told_once():
    """Definitions, Proof: nine of ten posts are shown within the estimate, which is told where it exceeds the lag."""
    state, told = SourceHealth(), []

    def sweep(day: int, late: dict[int, int]) -> None:
        nonlocal state
        at = from_micros((START + day * DAY) * 1_000_000)
        state, events = on_sweep(state, "s", at, SweepCompleted(looked=9, lag_s=3600, alive_at=at, late=late))
        told.extend(events)

    sweep(0, {0: 10, 7: 9})
    assert (state.lag_s, told) == (None, [])  # too few
    sweep(1, {7: 1})
    sweep(2, {7: 4})
    assert state.lag_s == 7 * 3600
    (event,) = told
    assert (event.data.what, event.data.lag_s, event.data.seen_lag_s) == ("lag", 3600, 7 * 3600)
    sweep(30, {0: 40})
    assert ["source.impaired", "source.restored"] == [e.type for e in told]
