"""Health of one source: the fold that tells the silence of a collector from the silence of accounts."""

import math
from datetime import datetime
from typing import Literal

import msgspec

from events import derived_ids
from events.codec import Event
from events.instants import DAY_US, HOUR_US, SECOND_US, SHANGHAI_US, from_micros, to_micros
from events.patrol import SourceImpaired, SourceRecovered, SourceRestored, SourceStalled, SweepCompleted
from projections.sources.canaries import Canary, silence_of, with_look
from projections.sources.lateness import Late, estimated_lag_s, with_sweep

WINDOW_HOURS = 28 * 24
WEEK_HOURS = 7 * 24
KEPT_STALL_HOURS = 400 * 24  # a look is voided for as long as a year's round may ask
LIVING_HOURS = 24  # a new post published this long before the last one still shows that the source lives
MIN_ACCOUNTS = 20
MIN_POSTS = 50
CHANCE = 1e-6
_EXPECTED_LIMIT = -math.log(CHANCE)
_SHANGHAI_HOURS = SHANGHAI_US // HOUR_US
_LEFT_S = 7 * 86400  # a canary that was not looked at for so long is none any more

HealthEvent = Event[SourceStalled] | Event[SourceRecovered] | Event[SourceImpaired] | Event[SourceRestored]


class Stall(msgspec.Struct, frozen=True, array_like=True):
    """Looks strictly between `since` and `until` prove nothing; microseconds, `until` None while it lasts."""

    since: int
    until: int | None = None
    declared: bool = False  # by a person


class SourceHealth(msgspec.Struct, frozen=True, array_like=True):
    """State of one source; a function of its sweeps."""

    hours: dict[int, int] = {}  # hour of publication (since the epoch) to number of posts, the last 28 days
    last_new_at: int | None = None  # the last sweep that brought a new post
    last_sweep_at: int | None = None
    stalls: tuple[Stall, ...] = ()
    alive_at: int | None = None  # planned looks: the newest publication shown, seconds
    canaries: dict[str, Canary] = {}
    late: Late = {}
    lag_since: int | None = None  # it shows posts later than the settings say
    log_in_since: int | None = None  # its log-in is refused
    told_at: int | None = None  # when a person last said something of a stall

    @property
    def lag_s(self) -> int | None:
        """How late it shows posts, as estimated; None: too few tell."""
        return estimated_lag_s(self.late)

    @property
    def stalled(self) -> bool:
        return bool(self.stalls) and self.stalls[-1].until is None

    @property
    def is_tested(self) -> bool:
        """Tell a source whose looks wait for the stall test; those of another one are believed at once."""
        return sum(self.hours.values()) >= MIN_POSTS or bool(self.canaries)

    @property
    def may_be_declared(self) -> bool:
        """Tell whether a person may declare a stall now: it begins right after the last new post, as any does."""
        return not self.stalled and self.last_new_at is not None and self.is_tested

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
        return not self.is_tested


def on_sweep(
    state: SourceHealth, source: str, swept_at: datetime, sweep: SweepCompleted
) -> tuple[SourceHealth, list[HealthEvent]]:
    """Take a sweep; one not later than the last is a duplicate.

    The stall begins after the last look that brought a new post; it is declared once the chance of no post since,
    by the source's own rate at these hours of the week, falls below one in a million (design section 3). Of planned
    looks the canaries tell it (`canaries.py`): they bring a source to life only by what was published later than all
    before. What a person says of a stall counts whenever it comes.
    """
    at = to_micros(swept_at)
    if sweep.stall is not None:
        return _on_statement(state, source, at, sweep)
    if state.last_sweep_at is not None and at <= state.last_sweep_at:
        return state, []
    events: list[HealthEvent]
    if sweep.alive_at is not None:
        state, events = _on_planned(state, source, at, sweep)
    elif _shows_life(state, sweep):
        state, events = _renewed(state, source, at, sweep)
    else:
        state = msgspec.structs.replace(state, last_sweep_at=at)
        state, events = _silent(state, source, at, sweep)
    state, impaired = _impairments(state, source, at, sweep)
    return state, [*events, *impaired]


def _on_statement(
    state: SourceHealth, source: str, at: int, sweep: SweepCompleted
) -> tuple[SourceHealth, list[HealthEvent]]:
    """Take a stall that a person declares, or says to have declared wrongly: then it never was."""
    if state.told_at is not None and at <= state.told_at:
        return state, []  # a duplicate
    state = msgspec.structs.replace(state, told_at=at)
    if sweep.stall == "declared":
        if not state.may_be_declared or at <= (state.last_new_at or 0):
            return state, []
        return _stalled(state, source, at, 0.0, 0, sweep)
    if not state.stalled or not state.stalls[-1].declared:
        return state, []
    since = from_micros(state.stalls[-1].since)
    lifted = SourceRecovered(since=since, replay=sweep.replay, lifted=True)
    event_id = derived_ids.stall_lifted(source, since, from_micros(at))
    event = Event(event_id, source, source, from_micros(at), lifted)
    return msgspec.structs.replace(state, stalls=state.stalls[:-1]), [event]


def _silent(
    state: SourceHealth, source: str, at: int, sweep: SweepCompleted
) -> tuple[SourceHealth, list[HealthEvent]]:
    """Judge a sweep without a sign of life by the rate of the whole source."""
    if state.stalled or state.last_new_at is None or sweep.looked < MIN_ACCOUNTS:
        return state, []
    expected = expected_posts(state, at)
    if expected <= _EXPECTED_LIMIT:
        return state, []
    return _stalled(state, source, at, expected, sweep.looked, sweep)


def _on_planned(
    state: SourceHealth, source: str, at: int, sweep: SweepCompleted
) -> tuple[SourceHealth, list[HealthEvent]]:
    """Take planned looks: a later publication than all before is a sign of life, wherever it was made."""
    alive_at = (to_micros(sweep.alive_at) if sweep.alive_at else 0) // SECOND_US
    before, at_s = state.alive_at, at // SECOND_US
    canaries = {name: c for name, c in state.canaries.items() if c.looked_at > at_s - _LEFT_S}
    for name, times in sweep.canaries.items():
        canaries[name] = with_look(canaries.get(name), at_s, times)
    alive_at = max(alive_at, before or 0)
    state = msgspec.structs.replace(state, canaries=canaries, alive_at=alive_at, last_sweep_at=at)
    since = state.stalls[-1].since if state.stalled else 0
    if (before is None or alive_at > before) and alive_at * SECOND_US > since:
        return _renewed(state, source, at, sweep)
    if state.stalled or state.last_new_at is None or not sweep.canaries:
        return state, []
    silence = silence_of(canaries, alive_at, sweep.lag_s)
    if not silence.is_frozen:
        return state, []
    return _stalled(state, source, at, silence.overdue, len(canaries), sweep)


def _stalled(
    state: SourceHealth, source: str, at: int, expected: float, accounts: int, sweep: SweepCompleted
) -> tuple[SourceHealth, list[HealthEvent]]:
    """Declare a stall that began right after the last sign of life."""
    if state.last_new_at is None:
        return state, []
    since = from_micros(state.last_new_at)
    data = SourceStalled(
        since=since,
        expected_posts=round(expected, 1),
        accounts=accounts,
        replay=sweep.replay,
        canaries=sweep.alive_at is not None,
        declared=sweep.stall is not None,
    )
    now = from_micros(at)
    named = derived_ids.stall_declared(source, since, now) if data.declared else None
    event = Event(named or derived_ids.source_stalled(source, since), source, source, now, data)
    stalls = (*state.stalls, Stall(state.last_new_at, declared=sweep.stall is not None))
    return msgspec.structs.replace(state, stalls=stalls), [event]


def _impairments(
    state: SourceHealth, source: str, at: int, sweep: SweepCompleted
) -> tuple[SourceHealth, list[HealthEvent]]:
    """Tell once that a log-in is refused or that posts come later than configured, and once that this is over."""
    events: list[HealthEvent] = []
    late = with_sweep(state.late, at // DAY_US, sweep.late) if sweep.alive_at is not None else state.late
    state = msgspec.structs.replace(state, late=late)
    seen_lag_s = state.lag_s if sweep.late else None
    lag_since, log_in_since = state.lag_since, state.log_in_since
    if seen_lag_s is not None and (seen_lag_s > sweep.lag_s) != (lag_since is not None):
        events.append(_impairment(source, at, "lag", lag_since, sweep, seen_lag_s))
        lag_since = at if lag_since is None else None
    if sweep.log_in is not None and (sweep.log_in == "refused") != (log_in_since is not None):
        events.append(_impairment(source, at, "log_in", log_in_since, sweep))
        log_in_since = at if log_in_since is None else None
    return msgspec.structs.replace(state, lag_since=lag_since, log_in_since=log_in_since), events


def _impairment(
    source: str,
    at: int,
    what: Literal["log_in", "lag"],
    began: int | None,
    sweep: SweepCompleted,
    seen_lag_s: int = 0,
) -> HealthEvent:
    now = from_micros(at)
    if began is None:
        impaired = SourceImpaired(
            what=what, since=now, lag_s=sweep.lag_s, seen_lag_s=seen_lag_s, replay=sweep.replay
        )
        return Event(derived_ids.source_impaired(source, what, now), source, source, now, impaired)
    since = from_micros(began)
    restored = SourceRestored(what=what, since=since, replay=sweep.replay)
    return Event(derived_ids.source_restored(source, what, since), source, source, now, restored)


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
) -> tuple[SourceHealth, list[HealthEvent]]:
    oldest = at // HOUR_US - WINDOW_HOURS
    hours = {hour: count for hour, count in state.hours.items() if hour > oldest}
    for hour, count in sweep.new_posts.items():
        if oldest < hour <= at // HOUR_US:
            hours[hour] = hours.get(hour, 0) + count
    events: list[HealthEvent] = []
    stalls = tuple(s for s in state.stalls if s.until is None or s.until > at - KEPT_STALL_HOURS * HOUR_US)
    if state.stalled:
        since = stalls[-1].since
        stalls = (*stalls[:-1], Stall(since, at))
        recovered = SourceRecovered(since=from_micros(since), replay=sweep.replay)
        event_id = derived_ids.source_recovered(source, from_micros(since))
        events.append(Event(event_id, source, source, from_micros(at), recovered))
    state = msgspec.structs.replace(state, hours=hours, last_new_at=at, last_sweep_at=at, stalls=stalls)
    return state, events
