"""A lane, a host that is asked or a log-in: when its next look may be made, and what failures do to it.

Accounts that failed together do not come back together: each pause is stretched by a number of its own account and of
how often that has failed. A lane that fails as a whole opens its breaker; then one look at a time probes it, and after
the one that works, what has piled up is spread over some time.
"""

import hashlib

from connectors.patrolstore.port import BackOff, Breaker
from events.instants import DAY_US, HOUR_US, SECOND_US
from projections.patrol.quota import Limits
from projections.patrol.workdays import number_of, start_of
from projections.rules.ladder import NEVER

_FAILURES = 5  # of the whole lane in a row, after which its breaker opens
_PROBE_US, _LONGEST_PROBE_US = 300 * SECOND_US, 6 * HOUR_US
_RETRY_US, _LONGEST_RETRY_US = 600 * SECOND_US, 12 * HOUR_US
_LONGEST_WAIT_US = DAY_US  # whatever the other side asks for
_LONGEST_PAUSE_US = 2 * DAY_US  # what lies farther ahead was said by a clock that has gone back since
_SPREAD_US = HOUR_US  # over which the looks are spread that piled up behind an open breaker
_DOUBLED = 20  # times that a pause doubles at most
_HALF = 1 << 32


def backed_off(account_id: str, failures: int, now: int, wait_us: int | None = None) -> BackOff:
    """Return the pause of an account after so many failed looks in a row; `wait_us`: what the other side asked for."""
    pause = min(_LONGEST_RETRY_US, _RETRY_US << min(failures - 1, _DOUBLED))
    until = now + _stretched(pause, f"{account_id} {failures}")
    if wait_us is not None:
        until = max(until, now + _waited(wait_us, account_id))
    return BackOff(failures, until)


class Lane:
    """A lane under its limits; microseconds. Whoever takes a look over it calls `took`, and in the end `ended`."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.breaker = Breaker()
        self.under_way = 0
        self._day = 0
        self._used = 0
        self._next_at = 0
        self._catches_up_until = 0

    @property
    def is_open(self) -> bool:
        """Tell a lane that is probed."""
        return self.breaker.trips > 0

    def used(self, now: int) -> int:
        """Return the requests of today."""
        return self._used if self._day == number_of(now) else 0

    def count(self, day: int, requests: int) -> None:
        """Take how many requests of a day went out."""
        self._day, self._used = day, requests

    def free_at(self, now: int) -> int:
        """Return when the next look may begin, NEVER while one has to end first."""
        limits = self.limits
        if self.under_way >= (1 if self.is_open else limits.at_once):
            return NEVER
        pauses = (self._next_at, self.breaker.open_until)
        at = max(now, *(until for until in pauses if until <= now + _LONGEST_PAUSE_US))
        day = number_of(at)
        if limits.quota is not None and (self._used if day == self._day else 0) >= limits.quota:
            day += 1
            at = start_of(day)
        first, last = start_of(day) + limits.first_hour * HOUR_US, start_of(day) + limits.last_hour * HOUR_US
        return max(at, first) if at < last else start_of(day + 1) + limits.first_hour * HOUR_US

    def took(self, now: int, waiting: int) -> None:
        """Begin a look; `waiting`: how many more could be made. What a quota leaves of a day is spread over it."""
        self.under_way += 1
        self._spend(now, 1)
        pause = self.limits.pause_us
        if self.limits.quota is not None:
            end = start_of(self._day) + self.limits.last_hour * HOUR_US
            pause = max(pause, (end - now) // (max(0, self.limits.quota - self._used) + 1))
        if now < self._catches_up_until:
            pause = max(pause, (self._catches_up_until - now) // (waiting + 1))
        self._next_at = now + pause

    def ended(self, now: int, *, worked: bool, of_lane: bool, wait_us: int | None, requests: int) -> None:
        """End a look; a failure of the account alone says nothing about the lane."""
        self.under_way -= 1
        self._spend(now, requests - 1)
        breaker = self.breaker
        if worked:
            if self.is_open:
                self._catches_up_until = now + _SPREAD_US
            self.breaker = Breaker()
        elif of_lane and now >= breaker.open_until:  # a look that began before it opened tells nothing new
            failures, trips = breaker.failures + 1, breaker.trips
            until = 0
            if failures >= _FAILURES:
                trips += 1
                pause = min(_LONGEST_PROBE_US, _PROBE_US << min(trips - 1, _DOUBLED))
                until = now + _stretched(pause, f"{self.name} {trips}")
            self.breaker = Breaker(failures, trips, until)
        if of_lane and wait_us is not None:
            self._next_at = max(self._next_at, now + _waited(wait_us, self.name))

    def _spend(self, now: int, requests: int) -> None:
        day = number_of(now)
        if day != self._day:
            self._day, self._used = day, 0
        self._used += requests


def _waited(wait_us: int, name: str) -> int:
    """Return what the other side asked for, within reason, and up to a tenth more."""
    wait = min(max(wait_us, 0), _LONGEST_WAIT_US)
    return wait + _number_of(name) * wait // (10 * _HALF)


def _stretched(pause: int, text: str) -> int:
    """Return half of a pause up to one and a half, by a number that never changes."""
    return pause // 2 + pause * _number_of(text) // _HALF


def _number_of(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
