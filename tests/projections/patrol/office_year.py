"""A year of an office that looks by hand: accounts that post as real ones did, and the look list of each working day.

The posting times are those of the demo's 128 accounts, chained anew in blocks of up to five steps, and a
quarter of the accounts rests once for ten to ninety days.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import NamedTuple

import msgspec

from events.account import AccountOpened
from events.alert import AlertRaised
from events.base import Payload
from events.clock import ClockTicked
from events.codec import Event, encode_event
from events.envelope import Record
from events.instants import DAY_US, HOUR_US, from_micros, to_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished
from pipeline.demo.data import recorded_polls
from projections.accounts.shard import Shard
from projections.accounts.state import AccountState
from projections.patrol.account_line import AccountLine, line_of
from projections.patrol.day_list import day_list
from projections.patrol.forecast import Standing, forecast, horizon
from projections.patrol.workdays import DONE_US, Workdays, number_of, start_of
from projections.registry.cards import AccountCard
from projections.rules.ladder import Ladder
from projections.rules.ladder_steps import NamedLadder, Step
from tests.projections.facts import event
from tests.projections.rulebooks import KUNSHAN

WORKING_DAY_LADDER = NamedLadder(
    name="working-days",
    version=1,
    title="倒数第三个、最后一个工作日提醒",
    source="test",
    steps=(Step("third", workday=3), Step("last", workday=1), Step("limit")),
)
RULESET = KUNSHAN.red_lines_only().on_ladder(WORKING_DAY_LADDER)
LADDER = Ladder(RULESET)
LIMIT_US = LADDER.limit_us
_BEGIN_LOOKS_US, _MORNING_US = 10 * HOUR_US, 9 * HOUR_US
_BLOCK = 5
_RESTING = 0.25
_REACTING = 0.5


class Silence(NamedTuple):
    """A stretch without a post that passed the limit within the year."""

    account: str
    anchor: int

    @property
    def limit_at(self) -> int:
        return self.anchor + LIMIT_US


class OfficeYear:
    """Plays a calendar year.

    `reacting`: half of those who are warned post within two working days. `dropped`: which share of the posts falls
    away in a holiday; 1: nobody works then. Not `played`: who posts when, and nobody looks.
    """

    def __init__(
        self,
        year_begin: int,
        accounts: int,
        seed: int,
        *,
        reacting: bool,
        dropped: float = 1.0,
        played: bool = True,
    ) -> None:
        self._dropped = dropped
        self.first, self.last = year_begin, year_begin + 364
        self.workdays = Workdays()
        self._chance = Random(seed)
        self._reacting = reacting
        feeds = _recorded()
        self.posts = {f"wechat:a{n:03}": self._timeline(self._chance.choice(feeds)) for n in range(accounts)}
        self._shard = Shard(0, RULESET)
        self.lines: dict[str, AccountLine] = {}
        self.lengths: list[int] = []
        self.warned: dict[Silence, int] = {}
        self.foreseen: dict[int, dict[str, int]] = {}  # evening of a working day: account and limit
        if played:
            self._play()

    def silences(self) -> list[Silence]:
        """Return the silences whose limit passed within the year, the first weeks left out."""
        begin, end = start_of(self.first + 21), start_of(self.last + 1)
        found = []
        for account, times in self.posts.items():
            for anchor, following in zip(times, [*times[1:], end + LIMIT_US], strict=True):
                if begin < anchor + LIMIT_US < min(following, end):
                    found.append(Silence(account, anchor))
        return found

    def _timeline(self, recorded: Sequence[int]) -> list[int]:
        """Return when an account posts from two months before the year to its end."""
        chance = self._chance
        steps = [(number_of(b) - number_of(a), b - start_of(number_of(b))) for a, b in pairwise(recorded)]
        rest = range(0)
        if chance.random() < _RESTING:
            begin = self.first + chance.randrange(365)
            rest = range(begin, begin + chance.randint(10, 90))
        day, times = self.first - 60, []
        while day <= self.last:
            at = chance.randrange(len(steps))
            for gap, time in steps[at : at + _BLOCK]:
                day += gap
                dropped = self.workdays.holiday(day) is not None and chance.random() < self._dropped
                if day not in rest and not dropped and day <= self.last:
                    insort(times, start_of(day) + time)
            day += not any(gap for gap, _ in steps[at : at + _BLOCK])
        return times or [start_of(self.first - 60)]

    def _play(self) -> None:
        opened = from_micros(start_of(self.first - 90))
        for account in self.posts:
            self._take(
                event(
                    AccountOpened(given_id=account, name=account, platform="微信订阅号", owner="某局"),
                    opened,
                    account,
                    account=account,
                )
            )
            self._look(account, start_of(self.first) + self._chance.randrange(DAY_US))
        for day in range(self.first + 1, self.last + 1):
            morning = from_micros(start_of(day) + _MORNING_US)
            self._take(event(ClockTicked(), morning, f"tick {day}", source="clock", account="clock"))
            if self.workdays.is_workday(day):
                self._work(day)

    def _work(self, day: int) -> None:
        due = day_list(self.lines.values(), self.workdays, LADDER, from_micros(start_of(day) + _MORNING_US))
        self.lengths.append(len(due))
        for n, one in enumerate(due, 1):
            at = start_of(day) + _BEGIN_LOOKS_US + (DONE_US - _BEGIN_LOOKS_US) * n // (len(due) + 1)
            self._look(one.line.account_id, at)
        evening = from_micros(start_of(day) + DONE_US)
        until = horizon(self.workdays, evening)
        outlooks = forecast(self.lines.values(), until, evening, LADDER, self.workdays, {})
        self.foreseen[day] = {
            o.line.account_id: o.limit_at for o in outlooks if o.standing is Standing.FAILS and o.limit_at
        }

    def _look(self, account: str, at: int) -> None:
        times = self.posts[account]
        seen = bisect_right(times, at)
        newest = from_micros(times[seen - 1]) if seen else None
        look = AccountPatrolled(newest_post_at=newest, shows_from=newest, by_hand=True, empty=newest is None)
        facts = [event(look, from_micros(at), f"{account} look {at}", source="sheets", account=account)]
        if newest is not None:
            post = PostPublished(observed_at=from_micros(at))
            facts.insert(0, event(post, newest, f"{account} {times[seen - 1]}", account=account))
        state = msgspec.msgpack.decode(self._take(*facts)[account], type=AccountState)
        card = AccountCard(account_id=account, opened_at=None, opened_id=facts[-1].id)
        self.lines[account] = line_of(state, card)

    def _take(self, *facts: Event[Payload]) -> dict[str, bytes]:
        """Append facts, note the warnings that follow, and return the states that changed."""
        for fact in facts:
            self._shard.apply(Record(0, self._shard.next_offset, self._shard.next_offset, encode_event(fact)))
        flush = self._shard.flush()
        self._note(flush.derived)
        return dict(flush.states)

    def _note(self, derived: list[Event[Payload]]) -> None:
        for told in derived:
            if type(told.data) is not AlertRaised or told.data.level == "limit":
                continue
            silence = Silence(told.subject, to_micros(told.data.anchor_at))
            at = to_micros(told.time)
            if self.warned.setdefault(silence, at) == at and self._reacting:
                self._react(told.subject, at)

    def _react(self, account: str, at: int) -> None:
        if self._chance.random() < _REACTING:
            day = self.workdays.following(number_of(at), self._chance.randint(1, 2))
            post = start_of(day) + _BEGIN_LOOKS_US + self._chance.randrange(7 * HOUR_US)
            times = self.posts[account]
            if post < start_of(self.last) and (bisect_left(times, at) == bisect_left(times, post)):
                insort(times, post)


def _recorded() -> list[list[int]]:
    """Return when each account of the demo posted, as far as its feeds tell."""
    times: dict[str, set[int]] = {}
    for feeds in recorded_polls().values():
        for account, shown in feeds.items():
            times.setdefault(account, set()).update(to_micros(post.at) for post in shown)
    return [sorted(found) for found in times.values() if len(found) > 2]
