"""A year of accounts that a source looks at by plan: they post as real ones did, and half of the warned ones react.

Posting times are those of the demo's 128 accounts, chained anew in blocks of up to five steps; a quarter of the
accounts rests once for ten to ninety days. Every account starts with a look, and its list holds 20 items.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
from random import Random

from events.instants import DAY_US, HOUR_US, SECOND_US, to_micros
from pipeline.demo.data import recorded_polls
from projections.patrol.account_line import AccountLine, Seen
from projections.patrol.needs import Attention, Policy
from projections.patrol.plan import Plan, plan_of
from projections.patrol.workdays import Workdays, number_of, start_of
from projections.rules.ladder import NEVER
from tests.projections.patrol.lines import LADDER, at, line

BEGIN, DAYS = at("2025-01-01 00:00"), 365
END = BEGIN + DAYS * DAY_US
LIMIT_US = LADDER.limit_us
WORKDAYS = Workdays()
STEPS = len(LADDER.steps) - 1  # the limit is no warning
_LIST_LENGTH = 20
_BLOCK, _HOLIDAY_DROP, _SAME_WEEKDAY = 5, 0.5, 0.8
_RESTING, _REACTING = 0.25, 0.5
_MORNING_US, _EVENING_US = 9 * HOUR_US, 18 * HOUR_US
_REACTS_HOURS = 5.8  # half of those who react do so within four hours of work

Update = tuple[int, int]
"""When an account posted, and how many items of its list that took."""


@cache
def recorded_updates() -> dict[str, list[Update]]:
    """Return the updates of each account of the demo, as far as its feeds tell."""
    updates: dict[str, dict[int, int]] = {}
    for feeds in recorded_polls().values():
        for account, shown in feeds.items():
            items = Counter(to_micros(post.at) for post in shown)
            known = updates.setdefault(account, {})
            for posted, count in items.items():
                known[posted] = max(known.get(posted, 0), count)
    return {account: sorted(found.items()) for account, found in updates.items() if len(found) > 2}


def timeline(updates: Sequence[Update], chance: Random) -> list[Update]:
    """Return updates from two months before the year to its end."""
    gaps = [number_of(b) - number_of(a) for (a, _), (b, _) in pairwise(updates)]
    weekdays: dict[int, list[int]] = {}
    for n, (posted, _) in enumerate(updates[:-1]):
        weekdays.setdefault(number_of(posted) % 7, []).append(n)
    longest = max(b - a for (a, _), (b, _) in pairwise(updates))
    day = number_of(BEGIN - 60 * DAY_US + int(chance.random() * min(longest, 30 * DAY_US)))
    rest = range(0)
    if chance.random() < _RESTING:
        first = BEGIN + int(chance.random() * DAYS * DAY_US)
        rest = range(first, first + int(chance.uniform(10, 90) * DAY_US))
    found: list[Update] = []
    while True:
        same = weekdays.get(day % 7)
        begin = (
            chance.choice(same) if same and chance.random() < _SAME_WEEKDAY else chance.randrange(len(gaps))
        )
        for n in range(begin, min(begin + _BLOCK, len(gaps))):
            day += gaps[n]
            posted, items = updates[n + 1]
            posted += start_of(day) - start_of(number_of(posted))
            if posted >= END:
                return found
            dropped = WORKDAYS.holiday(day) is not None and chance.random() < _HOLIDAY_DROP
            if (not found or posted > found[-1][0]) and not dropped and posted not in rest:
                found.append((posted, items))


class WatchedAccount:
    """An account with its true posts, what a source shows of them, and what is known after looks."""

    def __init__(
        self, name: str, updates: Sequence[Update], policy: Policy, seed: int, delay_us: int = 0
    ) -> None:
        self._chance = Random(seed)
        self._policy, self._delay_us = policy, delay_us
        self.posted = [posted for posted, _ in updates]
        self._items = [items for _, items in updates]
        self._visible: list[int] = []
        for posted in self.posted:
            self._visible.append(max(posted + self._delay(), self._visible[-1] if self._visible else 0))
        self.line: AccountLine = line(name, anchor=None)
        self.warned_at: int | None = None
        self.level = -1
        self.warned: dict[int, int] = {}  # anchor to first warning
        self.looks, self.alerts, self.false_alerts, self.limit_alerts = 0, 0, 0, 0
        self.unknown_us = 0
        self.began = BEGIN

    def plan(self) -> Plan:
        """Return the next look."""
        attention = Attention(warned_at=self.warned_at)
        return plan_of(self.line, self._policy, LADDER, WORKDAYS, since=self.began, attention=attention)

    def look(self, now: int) -> None:
        """Look, and raise what the look proves."""
        self.looks += 1
        shown = bisect_right(self._visible, now)
        counts = list(accumulate(self._items[max(0, shown - _LIST_LENGTH) : shown][::-1]))
        span = None
        if counts and counts[-1] >= _LIST_LENGTH:
            oldest = self.posted[shown - 1 - bisect_left(counts, _LIST_LENGTH)]
            span = self.posted[shown - 1] - oldest
        newest = self.posted[shown - 1] if shown else BEGIN - 60 * DAY_US
        if newest != self.line.anchor:
            self.level, self.warned_at = -1, None
        seen = Seen("feed", now, now - self._policy.lag_us, False, span)
        self.line = line(self.line.account_id, anchor=newest, look=seen)
        if now - self._policy.lag_us > newest + LIMIT_US:
            self.limit_alerts += self.level < STEPS
            self.level = STEPS
            return
        passed = [n for n in range(self.level + 1, STEPS) if LADDER.deadline(newest, n) <= now]
        if passed:
            self._warn(passed[-1], now)

    def next_step(self) -> int:
        """Return when time alone will warn on the look that there is."""
        anchor, look = self.line.anchor, self.line.looks[0] if self.line.looks else None
        if anchor is None or look is None or self.level + 1 >= STEPS:
            return NEVER
        due = LADDER.deadline(anchor, self.level + 1)
        return due if look.at < due <= LADDER.warns_until(look.at, by_hand=False) else NEVER

    def take_step(self, now: int) -> None:
        """Raise the step that has fallen due."""
        self._warn(self.level + 1, now)

    def silences(self) -> list[int]:
        """Return the anchors of silences that passed the limit within the year, the first weeks left out."""
        ends = [*self.posted[1:], END + LIMIT_US]
        passed = zip(self.posted, ends, strict=True)
        return [a for a, end in passed if BEGIN + 21 * DAY_US < a + LIMIT_US < min(end, END)]

    def late_us(self) -> list[int]:
        """Return how late each first warning came."""
        return [max(0, at - LADDER.deadline(a, 0)) for a, at in self.warned.items() if a >= BEGIN]

    def unwarned(self) -> list[int]:
        """Return the silences that passed the limit without a warning before it."""
        return [a for a in self.silences() if self.warned.get(a, NEVER) > a + LIMIT_US]

    def _warn(self, step: int, now: int) -> None:
        anchor = self.line.anchor
        assert anchor is not None
        self.level = step
        self.alerts += 1
        self.warned.setdefault(anchor, now)
        self.warned_at = now
        newest = self.posted[bisect_right(self.posted, now) - 1] if self.posted[0] <= now else anchor
        if newest > anchor:
            self.false_alerts += 1
        elif self._chance.random() < _REACTING:
            self._post(_reaction(now, self._chance))

    def _post(self, at: int) -> None:
        n = bisect_right(self.posted, at)
        if at >= END or (n and number_of(self.posted[n - 1]) == number_of(at)):
            return
        before = self._visible[n - 1] if n else 0
        self.posted.insert(n, at)
        self._items.insert(n, 1)
        self._visible.insert(n, max(at + self._delay(), before))
        for later in range(n + 1, len(self._visible)):
            if self._visible[later] >= self._visible[later - 1]:
                break
            self._visible[later] = self._visible[later - 1]

    def _delay(self) -> int:
        return int(self._chance.random() * self._delay_us)


def watched_accounts(count: int, policy: Policy, *, seed: int = 1, delay_us: int = 0) -> list[WatchedAccount]:
    """Return accounts with timelines of their own; more than there are recorded ones live other years."""
    recorded = sorted(recorded_updates().items())
    found = []
    for n in range(count):
        name, updates = recorded[n % len(recorded)]
        times = timeline(updates, Random(f"{seed} {n}"))
        found.append(WatchedAccount(f"{name} {seed} {n}", times, policy, seed * 7919 + n, delay_us))
    return found


def play(account: WatchedAccount) -> None:
    """Let an account live through its year, looked at whenever its plan says so."""
    now = account.plan().eligible
    while now < END:
        account.look(now)
        following = max(account.plan().eligible, now + 600 * SECOND_US)
        while (step := account.next_step()) < following:
            account.take_step(step)
            following = max(account.plan().eligible, step + 600 * SECOND_US)
        now = following


def _reaction(at: int, chance: Random) -> int:
    """Return when somebody who was warned posts: after some hours of work, on working days."""
    left = int(chance.expovariate(1 / _REACTS_HOURS) * HOUR_US)
    while True:
        day = number_of(at)
        if not WORKDAYS.is_workday(day) or at >= start_of(day) + _EVENING_US:
            at = start_of(day + 1) + _MORNING_US
            continue
        at = max(at, start_of(day) + _MORNING_US)
        today = start_of(day) + _EVENING_US - at
        if left < today:
            return at + left
        left -= today
        at = start_of(day + 1) + _MORNING_US
