"""Random histories of some thirty accounts, rich in the cases where two reductions may differ."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from events.account import AccountChanged, AccountClosed, AccountCorrected, AccountOpened
from events.base import Payload
from events.clock import ClockTicked
from events.codec import Event
from events.finding import FindingRecorded, FindingWithdrawn
from events.ids import fact_id
from events.instants import HOUR_US, MICROSECOND, SHANGHAI, to_micros
from events.patrol import AccountPatrolled, LookContradicted, LookWithdrawn, PatrolFailed, SweepCompleted
from events.platforms import SERVICE_ACCOUNT
from events.post import PostDeleted, PostPublished, PostWithdrawn
from events.withdrawal import FactWithdrawn

ACCOUNTS = [f"wechat:gh_{n}" for n in range(30)]
SOURCES = ("polls", "feeds", "sheet")
STALLING = "feeds"
DAY = timedelta(days=1)
FEED_LAG = timedelta(hours=24)


class RandomHistory:
    """Events around a check point, in the order in which they become known; a function of its seed."""

    def __init__(self, seed: int, check_point: datetime) -> None:
        self._random = random.Random(seed)
        self._check_point = check_point
        self._stall_from = check_point - self._random.choice([3, 6, 16]) * DAY
        self._made: dict[type[Payload], list[Event[Payload]]] = {}
        self._number = 0

    def batches(self, count: int) -> Iterator[list[Event[Payload]]]:
        """Yield what each append writes."""
        yield [self._opened(a) for a in ACCOUNTS if self._random.random() < 0.9]
        sweeps = list(self._sweeps())
        for n in range(count):
            events = [self._any() for _ in range(self._random.randint(5, 40))]
            yield [*events, *sweeps[len(sweeps) * n // count : len(sweeps) * (n + 1) // count]]

    def _any(self) -> Event[Payload]:
        make = self._random.choices(
            [
                *(
                    self._post,
                    self._look,
                    self._failed,
                    self._void,
                    self._again,
                    self._finding,
                    self._registry,
                ),
                self._doubt,
                self._mend,
            ],
            [40, 25, 6, 10, 12, 4, 3, 3, 4],
        )[0]
        return make(self._random.choice(ACCOUNTS))

    def _time(self, *, reach_days: int = 40) -> datetime:
        """Return a time near an edge of a rule, to the microsecond, or anywhere; few enough that some coincide."""
        edge = self._check_point - self._random.choice([0, 7, 10, 14, 21, 28, 35, 84, 91]) * DAY
        offset = self._random.choice([-MICROSECOND, MICROSECOND, 0 * DAY, timedelta(seconds=1)])
        anywhere = self._check_point + self._random.randint(-reach_days * 24, 5 * 24) * timedelta(hours=1)
        day_end = anywhere.astimezone(SHANGHAI).replace(hour=23, minute=59, second=59).astimezone(UTC)
        near = self._random.choice([timedelta(seconds=30), *(n * MICROSECOND for n in range(4))])
        return self._random.choice([edge + offset, anywhere, anywhere + near, day_end])

    def _event(self, subject: str, time: datetime, data: Payload, source: str = "sheet") -> Event[Payload]:
        self._number += 1
        event = Event(fact_id(source, subject, str(self._number)), source, subject, time, data)
        self._made.setdefault(type(data), []).append(event)
        return event

    def _maybe(self, value: datetime, chance: float) -> datetime | None:
        return value if self._random.random() < chance else None

    def _opened(self, account: str) -> Event[Payload]:
        platform = self._random.choice(["微信订阅号", SERVICE_ACCOUNT])
        opened_at = self._maybe(self._time(reach_days=200), 0.7)
        data = AccountOpened(
            given_id=account[7:], name=f"号{account[-2:]}", platform=platform, opened_at=opened_at
        )
        return self._event(account, self._check_point - 300 * DAY, data)

    def _post(self, account: str) -> Event[Payload]:
        data = PostPublished(date_only=self._random.random() < 0.2)
        return self._event(account, self._time(), data, self._random.choice(SOURCES))

    def _look(self, account: str) -> Event[Payload]:
        source = self._random.choice(SOURCES)
        lag = self._random.choice([FEED_LAG, timedelta(0), 366 * DAY, timedelta(seconds=1)])
        by_hand = source == "sheet" and self._random.random() < 0.5
        data = AccountPatrolled(
            proves_silence=self._random.random() < 0.85,
            lag_s=int(lag.total_seconds()),
            shows_from=self._maybe(self._time(), 0.6),
            shows_all=self._random.random() < 0.05,
            empty=self._random.random() < 0.05,
            by_hand=by_hand,
            complete_from=self._maybe(self._time(), 0.5) if source == "sheet" else None,
            date_only=by_hand and self._random.random() < 0.5,
            carries_on=self._random.random() < 0.1,
            gap_since=self._maybe(self._time(), 0.5) if by_hand else None,
            longest_gap_s=self._random.choice([0, 7 * 86400, 7 * 86400 + 1]) if by_hand else None,
            updates_28d=self._random.choice([None, 0, 3, 4]) if by_hand else None,
            alive_at=None if source == "sheet" else self._maybe(self._time(), 0.3),
        )
        return self._event(account, self._time(), data, source)

    def _doubt(self, account: str) -> Event[Payload]:
        """Take looks back, by their id or by a post that they had left out, which may be withdrawn, too."""
        made = self._made.get(AccountPatrolled if self._random.random() < 0.5 else PostPublished, [])
        mine = [event for event in made if event.subject == account]
        if not mine:
            return self._post(account)
        told = self._random.choice(mine)
        if isinstance(told.data, AccountPatrolled):
            data: Payload = LookWithdrawn(
                corrects=told.id, source=told.source, looked_at=told.time, reason="wrong"
            )
            return self._event(account, self._time(), data)
        source = self._random.choice(SOURCES)
        until = told.time + self._random.choice([2, 9, 30]) * DAY
        data = LookContradicted(
            source=source,
            since=told.time + self._random.choice([timedelta(0), FEED_LAG]),
            until=until,
            by=told.id,
            published_at=told.time,
        )
        return self._event(account, until, data, source)

    def _failed(self, account: str) -> Event[Payload]:
        reason = self._random.choice(["damaged_feed", "unreachable", "emptied"])
        return self._event(account, self._time(), PatrolFailed(reason=reason), self._random.choice(SOURCES))

    def _void(self, account: str) -> Event[Payload]:
        posts = self._made.get(PostPublished, [])
        post = self._random.choice(posts) if posts else None
        target = fact_id("nobody", account, "0") if post is None else post.id
        mostly = post.subject if post is not None and self._random.random() < 0.9 else account
        if self._random.random() < 0.5:
            return self._event(mostly, self._time(), PostWithdrawn(corrects=target, reason="wrong"))
        return self._event(mostly, self._time(), PostDeleted(post_id=target))

    def _again(self, account: str) -> Event[Payload]:
        """Tell a known fact again; half of the time with other content, which does not count."""
        made = [e for events in self._made.values() for e in events]
        old = self._random.choice(made) if made else self._post(account)
        if self._random.random() < 0.5:
            return old
        data = old.data
        if isinstance(data, AccountPatrolled):
            data = AccountPatrolled(proves_silence=not data.proves_silence)
        return Event(old.id, self._random.choice(SOURCES), old.subject, self._time(), data)

    def _finding(self, account: str) -> Event[Payload]:
        found = self._made.get(FindingRecorded, [])
        if found and self._random.random() < 0.4:
            wrong = self._random.choice(found)
            return self._event(
                wrong.subject, self._time(), FindingWithdrawn(corrects=wrong.id, reason="wrong")
            )
        data = FindingRecorded(rule="red-1-wording", severity="red", date_only=self._random.random() < 0.3)
        return self._event(account, self._time(), data)

    def _registry(self, account: str) -> Event[Payload]:
        kind = self._random.randint(0, 3)
        if kind == 0:
            return self._event(account, self._time(), AccountClosed())
        if kind == 1:
            return self._opened(account)
        data = AccountChanged(platform=self._random.choice([SERVICE_ACCOUNT, "抖音"]), owner="某局")
        return self._event(account, self._time(), data)

    def _mend(self, account: str) -> Event[Payload]:
        """Correct a statement of the registry, or take one back, corrections among them."""
        types = (AccountOpened, AccountChanged, AccountClosed, AccountCorrected)
        mine = [e for t in types for e in self._made.get(t, []) if e.subject == account]
        if not mine:
            return self._opened(account)
        wrong = self._random.choice(mine)
        if self._random.random() < 0.3:
            data: Payload = FactWithdrawn(
                corrects=wrong.id, of_type=wrong.type, its_time=wrong.time, reason="wrong"
            )
            return self._event(account, self._time(), data)
        data = AccountCorrected(
            corrects=wrong.id,
            reason="wrong",
            given_id=self._random.choice([None, account[10:]]),
            name=self._random.choice([None, "正名", ""]),
            platform=self._random.choice([None, "微信订阅号", SERVICE_ACCOUNT]),
            area=self._random.choice([None, "某区"]),
            opened_at=self._maybe(self._time(reach_days=200), 0.4),
        )
        return self._event(account, wrong.time, data)

    def _sweeps(self) -> Iterator[Event[Payload]]:
        """Yield a source's sweeps: lively, then silent for days, then perhaps lively again; and ticks."""
        at = self._stall_from - 12 * DAY
        recovers_at = self._stall_from + self._random.choice([2, 4, 100]) * DAY
        while at < self._check_point + 2 * DAY:
            lively = at <= self._stall_from or at > recovers_at
            posts = {to_micros(at) // HOUR_US: 12} if lively else {}
            sweep = SweepCompleted(looked=len(ACCOUNTS), new_posts=posts, lag_s=86400)
            yield self._event(STALLING, at, sweep, STALLING)
            yield self._event("clock", at, ClockTicked(), "clock")
            at += timedelta(hours=6)
