"""Generated histories: facts of a few accounts and sources in the order in which they were observed.

Hypothesis draws plain moves (how much later, what, about whom); `History` turns them into facts that hang together: a
deletion names a post that exists, a look happens now, a sweep tells of posts of its hour. So a failing history shrinks
to few moves, and each fact keeps the moment at which it became known.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from events.account import AccountChanged, AccountClosed, AccountCorrected, AccountOpened
from events.answer import AlertMuted, AlertSnoozed, PostClaimed
from events.base import Payload
from events.clock import ClockTicked
from events.codec import CODEC, Event, encode_event
from events.emergency import (
    EmergencyConfirmed,
    EmergencyDismissed,
    EmergencySuspected,
    EmergencyTakenDown,
    EmergencyVerified,
)
from events.envelope import Record
from events.finding import FindingRecorded, FindingWithdrawn
from events.ids import fact_id
from events.instants import DAY_US, HOUR_US, SECOND_US, from_micros, to_micros
from events.known import Known
from events.looks import look_of
from events.patrol import AccountPatrolled, LookContradicted, LookWithdrawn, PatrolFailed, SweepCompleted
from events.platforms import SERVICE_ACCOUNT
from events.post import PostDeleted, PostPublished, PostWithdrawn
from events.withdrawal import FactWithdrawn

START = datetime(2021, 4, 20, 1, 17, 3, tzinfo=UTC)
ACCOUNTS = ("wechat:a", "wechat:b", "weibo:c")
SOURCES = {"polls": timedelta(0), "third-party": timedelta(hours=24)}
SHEETS = "sheets"
LogIn = Literal["works", "refused"]
RULES = ("red-1-wording", "red-7-no-interaction", "yellow-4-updates", "yellow-5-improper-content")

PASSING = (
    0,
    1,
    90,
    3600,
    6 * 3600,
    20 * 3600,
    71 * 3600 + 1800,
    3 * 86400,
    4 * 86400 + 7,
    10 * 86400,
    14 * 86400,
)
"""Seconds that may pass between two facts."""
LATE = (0, 30, 5 * 3600, 26 * 3600, 3 * 86400, 14 * 86400, 40 * 86400)
"""Seconds by which a post may show later than it was published."""


class Observed(NamedTuple):
    """A fact and the moment at which it became known (microseconds)."""

    now: int
    event: Event[Any]


class Move(NamedTuple):
    """One drawn step of a history."""

    kind: str
    passing: int
    account: str
    source: str
    pick: int
    late: int


COMMON = (
    "post",
    "post",
    "post",
    "look",
    "look",
    "look",
    "failed_look",
    "sweep_new",
    "sweep_none",
    "sweep_none",
    "tick",
)
OBSERVED = (
    "open",
    "burst",
    "early_post",
    "day_post",
    "delete",
    "withdraw",
    "finding",
    "finding_withdrawn",
    "busy_week",
    "stall",
    "span",
    "late_post",
    "hand_look",
    "empty_look",
    "emptied",
    "withdraw_look",
    "snooze",
    "mute",
    "claim_post",
    "withdraw_answer",
    "emergency",
)
REGISTRY = ("open", "reopen", "relist", "close", "change", "correct", "withdraw_fact")
UNDATED = (*REGISTRY[1:], "bare_row", "late_span", "day_look")
"""Facts that do not say when they became known: the registry, rows without a span or handed in after its end."""
ALL_KINDS = COMMON + OBSERVED + UNDATED


class History:
    """Turns moves into facts; `observed` is what the log would hold, in order."""

    def __init__(self) -> None:
        self.now = START
        self.observed: list[Observed] = []
        self._posts: dict[str, list[Event[PostPublished]]] = {a: [] for a in ACCOUNTS}
        self._findings: dict[str, list[Event[FindingRecorded]]] = {a: [] for a in ACCOUNTS}
        self._looks: dict[str, list[Event[AccountPatrolled]]] = {a: [] for a in ACCOUNTS}
        self._answers: dict[str, list[Event[Any]]] = {a: [] for a in ACCOUNTS}
        self._emergencies: dict[str, UUID] = {}
        self._opened: set[str] = set()
        self._alive: dict[str, datetime] = {}
        self._statements: dict[str, list[Event[Any]]] = {a: [] for a in ACCOUNTS}
        for account in ACCOUNTS[:2]:  # the third is watched before it is registered, if it ever is
            self._open(account, START - timedelta(days=3), account)

    def play(self, moves: Iterable[Move]) -> "History":
        for move in moves:
            self.now += timedelta(seconds=move.passing, microseconds=move.pick % 3)
            getattr(self, f"_{move.kind}")(move)
        return self

    def _add(self, source: str, subject: str, at: datetime, data: Payload, key: str = "") -> Event[Any]:
        natural = f"{data.type}:{key or len(self.observed)}"
        event = Event(fact_id(source, subject, natural), source, subject, at, data)
        self.observed.append(Observed(to_micros(self.now), event))
        return event

    def _open_with(self, account: str, opened_at: datetime | None, platform: str) -> None:
        self._opened.add(account)
        data = AccountOpened(given_id=account, name=account, platform=platform, opened_at=opened_at)
        self._state(account, opened_at or self.now, data)

    def _state(self, account: str, at: datetime, data: Payload) -> None:
        self._statements[account].append(self._add(SHEETS, account, at, data))

    def _open(self, move: Any, opened_at: Any = None, account: str = "") -> None:
        if account:
            self._open_with(account, opened_at, "微信订阅号")
        elif move.account not in self._opened:
            days = (None, 0, 1, 20, 90)[move.pick % 5]
            opened = None if days is None else self.now - timedelta(days=days)
            self._open_with(move.account, opened, (SERVICE_ACCOUNT, "新浪微博")[move.pick % 2])

    def _reopen(self, move: Move) -> None:
        self._open_with(move.account, self.now, "微信订阅号")

    def _relist(self, move: Move) -> None:
        opened = None if move.pick % 3 == 0 else self.now - timedelta(seconds=move.late)
        self._open_with(move.account, opened, "微信订阅号")

    def _close(self, move: Move) -> None:
        self._state(move.account, self.now - timedelta(seconds=move.late), AccountClosed())

    def _change(self, move: Move) -> None:
        self._state(move.account, self.now, AccountChanged(platform=(SERVICE_ACCOUNT, "抖音")[move.pick % 2]))

    def _correct(self, move: Move) -> None:
        """A statement gets another platform, owner or opening; a closing has none of them."""
        if statements := self._statements[move.account]:
            wrong = statements[-1 - move.pick % len(statements)]
            data = AccountCorrected(
                corrects=wrong.id,
                reason="x",
                platform=(None, SERVICE_ACCOUNT, "微信订阅号")[move.pick % 3],
                owner=(None, "某局")[move.pick % 2],
                opened_at=self.now - timedelta(seconds=move.late) if move.pick % 4 == 1 else None,
            )
            self._state(move.account, wrong.time, data)

    def _withdraw_fact(self, move: Move) -> None:
        """A statement of the registry was wrong; corrections are statements, too."""
        if statements := self._statements[move.account]:
            wrong = statements[-1 - move.pick % len(statements)]
            self._add(SHEETS, move.account, self.now, withdrawal_of(wrong))

    def _post(self, move: Move) -> None:
        at = self.now - timedelta(seconds=move.late)
        self._posts[move.account].append(
            self._add(move.source, move.account, at, PostPublished(observed_at=self.now))
        )

    def _early_post(self, move: Move) -> None:
        """A post dated ahead of the look, as date-only sources make them."""
        at = self.now + timedelta(hours=move.pick % 24)
        self._posts[move.account].append(
            self._add(move.source, move.account, at, PostPublished(observed_at=self.now, date_only=True))
        )

    def _bare_row(self, move: Move) -> None:
        at = self.now - timedelta(seconds=move.late)
        self._posts[move.account].append(self._add(SHEETS, move.account, at, PostPublished()))

    def _burst(self, move: Move) -> None:
        """More posts within two hours than a state keeps exactly."""
        for i in range(19):
            at = self.now - timedelta(minutes=6 * i)
            event = self._add(move.source, move.account, at, PostPublished(observed_at=self.now))
            self._posts[move.account].append(event)

    def _day_post(self, move: Move) -> None:
        """A person saw the newest post and wrote its day: it stands at the last second of that day."""
        day = (to_micros(self.now) + 8 * HOUR_US) // DAY_US - move.pick % 3
        at = from_micros(day * DAY_US - 8 * HOUR_US - SECOND_US)
        data = PostPublished(observed_at=self.now, date_only=True)
        self._posts[move.account].append(self._add(move.source, move.account, at, data))

    def _delete(self, move: Move) -> None:
        if posts := self._posts[move.account]:
            post = posts[-1 - move.pick % len(posts)]
            at = max(min(post.time, self.now), self.now - timedelta(seconds=move.late))
            self._add(
                move.source,
                move.account,
                at,
                PostDeleted(post_id=post.id, observed_at=self.now),
                str(post.id),
            )

    def _withdraw(self, move: Move) -> None:
        if posts := self._posts[move.account]:
            post = posts[-1 - move.pick % len(posts)]
            self._add(
                SHEETS, move.account, self.now, PostWithdrawn(corrects=post.id, reason="x"), str(post.id)
            )

    def _look(self, move: Move) -> None:
        shows = None if move.pick % 2 else self.now - timedelta(seconds=move.late)
        lag_s = int(SOURCES[move.source].total_seconds())
        data = AccountPatrolled(
            lag_s=lag_s,
            shows_from=shows,
            shows_all=move.pick % 11 == 1,
            carries_on=move.pick % 5 == 1,
            proves_silence=move.pick != 7,
            alive_at=self._alive_at(move) if move.pick % 4 == 2 else None,
        )
        self._looks[move.account].append(self._add(move.source, move.account, self.now, data))

    def _alive_at(self, move: Move) -> datetime:
        """Return the newest publication that a source has shown, which no look takes back."""
        shown = self.now - timedelta(seconds=move.late)
        self._alive[move.source] = max(shown, self._alive.get(move.source, shown))
        return self._alive[move.source]

    def _hand_look(self, move: Move) -> None:
        """A person looked, counted the longest gap since the last time, and the updates of four weeks."""
        newest = self.now - timedelta(seconds=move.late)
        data = AccountPatrolled(
            newest_post_at=newest,
            shows_from=newest,
            by_hand=True,
            gap_since=self.now - timedelta(days=7 + move.pick),
            longest_gap_s=(5 + move.pick % 4) * 86400,
            updates_28d=(None, 0, 3, 5)[move.pick % 4],
        )
        self._looks[move.account].append(self._add(SHEETS, move.account, self.now, data))

    def _day_look(self, move: Move) -> None:
        """A person named the day of a look: it counts from the beginning of that day."""
        day = (to_micros(self.now) + 8 * HOUR_US) // DAY_US + 1 - move.pick % 3
        at = from_micros(day * DAY_US - 8 * HOUR_US - SECOND_US)
        data = AccountPatrolled(by_hand=True, date_only=True, shows_from=at - timedelta(days=3))
        self._looks[move.account].append(self._add(SHEETS, move.account, at, data))

    def _empty_look(self, move: Move) -> None:
        """A list without any item, which means nothing once a post is known."""
        self._add(
            move.source, move.account, self.now, AccountPatrolled(empty=True, shows_all=move.pick % 3 == 0)
        )

    def _emptied(self, move: Move) -> None:
        self._add(move.source, move.account, self.now, PatrolFailed(reason="emptied"))

    def _late_post(self, move: Move) -> None:
        """A post that looks before should have shown, told together with what it contradicts."""
        at = self.now - timedelta(seconds=move.late)
        post = Event(
            fact_id(move.source, move.account, f"late:{len(self.observed)}"),
            move.source,
            move.account,
            at,
            PostPublished(observed_at=self.now),
        )
        since = at + SOURCES[move.source]
        if since < self.now:
            told = LookContradicted(
                source=move.source, since=since, until=self.now, by=post.id, published_at=at
            )
            self._add(move.source, move.account, self.now, told, str(post.id))
        self.observed.append(Observed(to_micros(self.now), post))
        self._posts[move.account].append(post)

    def _withdraw_look(self, move: Move) -> None:
        if looks := self._looks[move.account]:
            look = looks[-1 - move.pick % len(looks)]
            at = from_micros(look_of(look).at)
            data = LookWithdrawn(corrects=look.id, source=look.source, looked_at=at, reason="x")
            self._add(SHEETS, move.account, self.now, data, str(look.id))

    def _snooze(self, move: Move) -> None:
        until = self.now + timedelta(hours=(0, 1, 30, 100, 400)[move.pick % 5])
        self._answer(move.account, AlertSnoozed(until=until))

    def _mute(self, move: Move) -> None:
        until = self.now + timedelta(days=(0, 1, 3, 20, 200)[move.pick % 5])
        self._answer(move.account, AlertMuted(reason="migration", until=until))

    def _claim_post(self, move: Move) -> None:
        self._answer(move.account, PostClaimed(link="x"))

    def _answer(self, account: str, data: Payload) -> None:
        self._answers[account].append(self._add("office", account, self.now, data))

    def _withdraw_answer(self, move: Move) -> None:
        if answers := self._answers[move.account]:
            wrong = answers[-1 - move.pick % len(answers)]
            self._add("office", move.account, self.now, withdrawal_of(wrong), str(wrong.id))

    def _emergency(self, move: Move) -> None:
        """The last emergency of an account goes on, or another one begins."""
        last = self._emergencies.get(move.account)
        if last is None:
            begun = EmergencySuspected(rule="hijacked", problem="x", by="office")
            self._emergencies[move.account] = self._add("office", move.account, self.now, begun).id
            return
        steps = (
            EmergencyConfirmed(emergency_id=last, by="b"),
            EmergencyTakenDown(emergency_id=last),
            EmergencyVerified(emergency_id=last, gone=move.late > 0),
            EmergencyDismissed(emergency_id=last, reason="x"),
        )
        step = steps[move.pick % len(steps)]
        if isinstance(step, EmergencyDismissed):
            del self._emergencies[move.account]
        self._add("office", move.account, self.now, step)

    def _span(self, move: Move) -> None:
        start = self.now - timedelta(days=(1, 13, 14, 15, 40, 100)[move.pick % 6])
        self._add(SHEETS, move.account, self.now, AccountPatrolled(complete_from=start))

    def _late_span(self, move: Move) -> None:
        """Rows handed in some time after the end of the span they declare."""
        start = self.now - timedelta(days=(4, 14, 15, 40, 100)[move.pick % 5])
        until = self.now - timedelta(seconds=min(move.late, 3 * 86400))
        self._add(SHEETS, move.account, until, AccountPatrolled(complete_from=start))

    def _failed_look(self, move: Move) -> None:
        reason = ("damaged_feed", "unreadable")[move.pick % 2]
        self._add(move.source, move.account, self.now, PatrolFailed(reason=reason))  # type: ignore[arg-type]

    def _sweep(self, source: str, new_posts: dict[int, int], log_in: LogIn | None = None) -> None:
        lag_s = int(SOURCES[source].total_seconds())
        data = SweepCompleted(looked=30, new_posts=new_posts, lag_s=lag_s, log_in=log_in)
        self._add(source, source, self.now, data)

    def _sweep_new(self, move: Move) -> None:
        new_posts = {to_micros(self.now) // HOUR_US: 1 + move.pick}
        self._sweep(move.source, new_posts, "works" if move.pick % 2 else None)

    def _sweep_none(self, move: Move) -> None:
        self._sweep(move.source, {}, "refused" if move.pick % 2 else None)

    def _busy_week(self, move: Move) -> None:
        """A source of five posts an hour: some hours without a post make it stalled."""
        hour = to_micros(self.now) // HOUR_US
        self._sweep(move.source, dict.fromkeys(range(hour - 167, hour + 1), 5))

    def _stall(self, move: Move) -> None:
        """A busy source falls silent for a day, in which one look at most is taken."""
        self._look(move)
        self._busy_week(move)
        self.now += timedelta(hours=4)
        if move.pick % 3:
            self._look(move)
        self.now += timedelta(hours=20)
        self._sweep_none(move)

    def _finding(self, move: Move) -> None:
        rule = RULES[move.pick % len(RULES)]
        severity = "red" if rule.startswith("red") else "yellow"
        data = FindingRecorded(rule=rule, severity=severity, count=1 + move.pick % 3)  # type: ignore[arg-type]
        event = self._add(SHEETS, move.account, self.now - timedelta(seconds=move.late), data)
        self._findings[move.account].append(event)

    def _finding_withdrawn(self, move: Move) -> None:
        if found := self._findings[move.account]:
            corrected = found[move.pick % len(found)]
            self._add(SHEETS, move.account, self.now, FindingWithdrawn(corrects=corrected.id, reason="x"))

    def _tick(self, move: Move) -> None:
        del move
        self.observed.append(tick(to_micros(self.now)))


def withdrawal_of(wrong: Event[Any]) -> FactWithdrawn:
    """Return what takes a fact back."""
    return FactWithdrawn(corrects=wrong.id, of_type=wrong.type, its_time=wrong.time, reason="x")


def histories(kinds: tuple[str, ...] = ALL_KINDS, max_size: int = 50) -> st.SearchStrategy[list[Observed]]:
    """Draw what a log may hold, in the order of observation."""
    moves = st.builds(
        Move,
        kind=st.sampled_from(kinds),
        passing=st.sampled_from(PASSING),
        account=st.sampled_from(ACCOUNTS),
        source=st.sampled_from(tuple(SOURCES)),
        pick=st.integers(0, 23),
        late=st.sampled_from(LATE),
    )
    lists = st.lists(moves, max_size=8) | st.lists(moves, min_size=max_size // 3, max_size=max_size)
    return lists.map(lambda drawn: History().play(drawn).observed)


def tick(at: int) -> Observed:
    """Return the tick of a moment."""
    when = from_micros(at)
    return Observed(
        at, Event(fact_id("clock", "clock", when.isoformat()), "clock", "clock", when, ClockTicked())
    )


def with_ticks(observed: list[Observed], step_hours: int | None, until: int) -> list[Observed]:
    """Put a grid of ticks into a history without ticks, and a closing one at its end."""
    ticked: list[Observed] = []
    at = to_micros(START) // DAY_US * DAY_US
    for item in observed:
        while step_hours is not None and at <= item.now:
            ticked.append(tick(at))
            at += step_hours * HOUR_US
        ticked.append(item)
    while step_hours is not None and at < until:
        ticked.append(tick(at))
        at += step_hours * HOUR_US
    return [*ticked, tick(until)]


def records_of(observed: Iterable[Observed]) -> list[Record]:
    """Return the records of one partition."""
    return [Record(0, i, item.now, encode_event(item.event)) for i, item in enumerate(observed)]


def known_of(records: Iterable[Record]) -> list[Known]:
    """Return the decoded records, as the reference takes them."""
    return [Known(r.partition, r.offset, r.recorded_at, CODEC.decode(r.value)) for r in records]
