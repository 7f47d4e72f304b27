"""Health of one source: the fold that tells the silence of a collector from the silence of accounts."""

import math
from datetime import datetime

import msgspec

from events import derived_ids
from events.codec import Event
from events.instants import HOUR_US, SHANGHAI_US, from_micros, to_micros
from events.patrol import SourceRecovered, SourceStalled, SweepCompleted

WINDOW_HOURS = 28 * 24
WEEK_HOURS = 7 * 24
KEPT_STALL_HOURS = 400 * 24  # a look is voided for as long as a year's round may ask
LIVING_HOURS = 24  # a new post published this long before the last one still shows that the source lives
MIN_ACCOUNTS = 20
MIN_POSTS = 50
CHANCE = 1e-6
_EXPECTED_LIMIT = -math.log(CHANCE)
_SHANGHAI_HOURS = SHANGHAI_US // HOUR_US


class Stall(msgspec.Struct, frozen=True, array_like=True):
    """Looks strictly between `since` and `until` prove nothing; microseconds, `until` None while it lasts."""

    since: int
    until: int | None = None


class SourceHealth(msgspec.Struct, frozen=True, array_like=True):
    """State of one source; a function of its sweeps."""

    hours: dict[int, int] = {}  # hour of publication (since the epoch) to number of posts, the last 28 days
    last_new_at: int | None = None  # the last sweep that brought a new post
    last_sweep_at: int | None = None
    stalls: tuple[Stall, ...] = ()

    @property
    def stalled(self) -> bool:
        return bool(self.stalls) and self.stalls[-1].until is None

    def voids(self, looked_at: int) -> bool:
        """Tell whether a look at this moment proves nothing."""
        return bool(self.stalls) and any(
            s.since < looked_at and (s.until is None or looked_at < s.until) for s in self.stalls
        )

    def secures(self, looked_at: int) -> bool:
        """Tell whether a look at this moment proves what it proves whatever stall is declared from now on.

        A base too small to be tested becomes larger only by a sweep with new posts, and no stall reaches behind that.
        """
        if self.voids(looked_at):
            return False
        if self.last_new_at is not None and looked_at <= self.last_new_at:
            return True
        return sum(self.hours.values()) < MIN_POSTS


def on_sweep(
    state: SourceHealth, source: str, swept_at: datetime, sweep: SweepCompleted
) -> tuple[SourceHealth, list[Event[SourceStalled] | Event[SourceRecovered]]]:
    """Take a sweep; one not later than the last is a duplicate.

    The stall begins after the last look that brought a new post; it is declared once the chance of no post since,
    by the source's own rate at these hours of the week, falls below one in a million (design section 3).
    """
    at = to_micros(swept_at)
    if state.last_sweep_at is not None and at <= state.last_sweep_at:
        return state, []
    if _shows_life(state, sweep):
        return _renewed(state, source, at, sweep)
    state = msgspec.structs.replace(state, last_sweep_at=at)
    if state.stalled or state.last_new_at is None or sweep.looked < MIN_ACCOUNTS:
        return state, []
    expected = expected_posts(state, at)
    if expected <= _EXPECTED_LIMIT:
        return state, []
    since = from_micros(state.last_new_at)
    stalled = SourceStalled(
        since=since, expected_posts=round(expected, 1), accounts=sweep.looked, replay=sweep.replay
    )
    event = Event(derived_ids.source_stalled(source, since), source, source, swept_at, stalled)
    stalls = (*state.stalls, Stall(state.last_new_at))
    return msgspec.structs.replace(state, stalls=stalls), [event]


def expected_posts(state: SourceHealth, until: int) -> float:
    """Return the number of posts to expect between the last new one and `until` (microseconds).

    The rate of an hour of the week is its posts over the weeks that the base covers; no more than 28 days are
    summed. A base below 50 posts expects nothing: too small to tell.
    """
    if state.last_new_at is None or sum(state.hours.values()) < MIN_POSTS:
        return 0.0
    last_hour = state.last_new_at // HOUR_US
    covered = min(max(last_hour - min(state.hours) + 1, WEEK_HOURS), WINDOW_HOURS)
    posts = [0] * WEEK_HOURS
    for hour, count in state.hours.items():
        posts[_hour_of_week(hour)] += count
    expected, begin = 0.0, state.last_new_at
    end = min(until, begin + WINDOW_HOURS * HOUR_US)
    while begin < end:
        step = min(end, (begin // HOUR_US + 1) * HOUR_US)
        share = (step - begin) / HOUR_US
        expected += share * posts[_hour_of_week(begin // HOUR_US)] * WEEK_HOURS / covered
        begin = step
    return expected


def _hour_of_week(hour: int) -> int:
    return (hour + _SHANGHAI_HOURS) % WEEK_HOURS


def _shows_life(state: SourceHealth, sweep: SweepCompleted) -> bool:
    """Tell whether a sweep brought a recent post; the backlog of an account that just joined is no sign of life.

    A stall ends only with a post published after it began: a frozen source still hands out what it had before.
    """
    if not sweep.new_posts:
        return False
    if state.last_new_at is None:
        return True
    living_hours = 0 if state.stalled else LIVING_HOURS
    return (max(sweep.new_posts) + living_hours) * HOUR_US >= state.last_new_at


def _renewed(
    state: SourceHealth, source: str, at: int, sweep: SweepCompleted
) -> tuple[SourceHealth, list[Event[SourceStalled] | Event[SourceRecovered]]]:
    oldest = at // HOUR_US - WINDOW_HOURS
    hours = {hour: count for hour, count in state.hours.items() if hour > oldest}
    for hour, count in sweep.new_posts.items():
        if oldest < hour <= at // HOUR_US:
            hours[hour] = hours.get(hour, 0) + count
    events: list[Event[SourceStalled] | Event[SourceRecovered]] = []
    stalls = tuple(s for s in state.stalls if s.until is None or s.until > at - KEPT_STALL_HOURS * HOUR_US)
    if state.stalled:
        since = stalls[-1].since
        stalls = (*stalls[:-1], Stall(since, at))
        recovered = SourceRecovered(since=from_micros(since), replay=sweep.replay)
        event_id = derived_ids.source_recovered(source, from_micros(since))
        events.append(Event(event_id, source, source, from_micros(at), recovered))
    return SourceHealth(hours, at, at, stalls), events
