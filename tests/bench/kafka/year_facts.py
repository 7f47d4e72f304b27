"""A year of a nation's accounts, day by day: looks as the planner spaces them, each with the posts that it shows."""

import random
from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from events.account import AccountOpened
from events.base import Payload
from events.clock import ClockTicked
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished

DAY = 86_400.0
WEEKS = 5 * DAY
"""Between looks at an account that posts: no week of it is lost."""

LADDER = 9 * DAY
"""A silence is looked at before its first warning, and once a day from then on."""

SHOWN = 20
"""Items that a source shows."""

PERIODS = (0.5 * DAY, DAY, 2 * DAY, 2 * DAY, 3 * DAY, 4 * DAY)
"""Mean times between posts; an account has one of them."""

RESTS = 1 / 600
"""Of the times between posts so many are rests of ten to forty days, some four a year among ten accounts."""


class Year:
    """What was posted and looked at so far; memory grows with accounts and not with days."""

    def __init__(self, accounts: int, begin: datetime, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._begin = begin
        self.names = [f"wechat:gh_{n:08d}" for n in range(accounts)]
        self._periods = array("d", (self._chance.choice(PERIODS) for _ in range(accounts)))
        self._next = array("d", (self._chance.random() * p for p in self._periods))
        self._due: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        self._told = array("d", [0.0]) * accounts  # newest post that a look has shown
        for n in range(accounts):
            self._plan(n, self._chance.random() * WEEKS)

    def openings(self) -> Iterator[Event[Payload]]:
        """Yield the registry, of the moment at which the year begins."""
        for n, name in enumerate(self.names):
            opened = AccountOpened(
                given_id=name.partition(":")[2],
                name=f"第{n}号",
                platform="微信订阅号",
                opened_at=self._begin,
                owner=f"第{n}局",
                area=f"{n % 20}区",
            )
            yield Event(fact_id("bench", name, "opened"), "bench", name, self._begin, opened)

    def day(self, day: int) -> list[Event[Payload]]:
        """Return the facts of a day in the order in which they were seen, with a tick each hour."""
        facts: list[Event[Payload]] = []
        hour = 0
        for at, n in sorted(self._due.pop(day, [])):
            while at >= day * DAY + (hour + 1) * 3600:
                hour += 1
                facts.append(self._tick(day, hour))
            facts.extend(self._look(n, at))
        facts.extend(self._tick(day, later) for later in range(hour + 1, 25))
        return facts

    def _tick(self, day: int, hour: int) -> Event[Payload]:
        at = self._begin + timedelta(days=day, hours=hour)
        return Event(fact_id("clock", "clock", at.isoformat()), "clock", "clock", at, ClockTicked())

    def _look(self, n: int, at: float) -> Iterator[Event[Payload]]:
        name, moment = self.names[n], self._begin + timedelta(seconds=at)
        posted = list(self._posts(n, at))
        for second in posted[-SHOWN:]:
            seen = PostPublished(observed_at=moment)
            when = self._begin + timedelta(seconds=second)
            yield Event(fact_id("bench", name, f"post:{second}"), "bench", name, when, seen)
        if posted:
            self._told[n] = posted[-1]
        newest = self._begin + timedelta(seconds=self._told[n]) if self._told[n] else None
        oldest = posted[-SHOWN] if len(posted) >= SHOWN else max(0.0, at - SHOWN * self._periods[n])
        look = AccountPatrolled(
            new_posts=len(posted[-SHOWN:]),
            newest_post_at=newest,
            shows_from=self._begin + timedelta(seconds=min(oldest, self._told[n])),
            why="weeks",
        )
        yield Event(fact_id("bench", name, f"look:{at}"), "bench", name, moment, look)
        silent = at - self._told[n]
        self._plan(n, at + (DAY if silent >= LADDER - DAY else min(WEEKS, LADDER - silent)))

    def _posts(self, n: int, until: float) -> Iterator[float]:
        """Yield the moments of what was posted since the last look, in seconds of the year."""
        while (at := self._next[n]) <= until:
            yield at
            rests = self._chance.random() < RESTS
            gap = (
                self._chance.uniform(10, 40) * DAY
                if rests
                else self._chance.gammavariate(2, self._periods[n] / 2)
            )
            self._next[n] = at + max(gap, 60.0)

    def _plan(self, n: int, at: float) -> None:
        """Keep when the account is looked at next."""
        self._due[int(at // DAY)].append((at, n))
