"""A made-up city: accounts of units, who post by mood, forget holidays, and act on messages or do not."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import msgspec

from events.account import AccountOpened
from events.clock import ClockTicked
from events.codec import Event
from events.instants import SHANGHAI, to_micros
from events.patrol import AccountPatrolled, PatrolFailed, SweepCompleted
from events.post import PostPublished
from projections.registry.units import Unit
from projections.rules.calendar import Days
from projections.voice.routing import Contact, Directory

SOURCE = "readers"
_LIST = 20
_ON_REST_DAYS = 0.3  # of the posts that would fall there
_NOTHING = UUID(int=0)
_HANDLES = ("wecom", "feishu", "mail", "mobile")
_ROLES = ("staff_1", "staff_2", "section", "leader_in_charge", "main_leader")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Account(msgspec.Struct):
    """One account, and how its people behave."""

    id: str
    unit: str
    every_days: float  # mean time between posts
    heeds: float  # share of messages on which somebody acts
    next_post: datetime
    posts: list[datetime]  # the newest twenty
    seen: list[datetime]  # the newest twenty that the source has shown
    unseen: list[datetime]
    blind: bool = False  # the source cannot see it for a month
    blind_until: datetime | None = None  # whom nobody could see nobody could warn


class City:
    """Accounts, units and people; everything is drawn from one seed."""

    def __init__(self, accounts: int, begin: datetime, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.begin = begin
        units = max(1, accounts // 4)
        self.units = [f"第{n + 1}单位" for n in range(units)]
        self.accounts = [self._account(n) for n in range(accounts)]
        self._days = Days()
        self._stopped_until = begin

    def _account(self, n: int) -> Account:
        mood = self.random.random()
        every = 2.0 if mood < 0.7 else 5.0 if mood < 0.9 else 9.0
        heeds = self.random.choice((0.95, 0.8, 0.4)) if mood < 0.97 else 0.0
        first = self.begin - DAY * self.random.random() * 5
        unit = self.units[self.random.randrange(len(self.units))]
        return Account(f"wechat:gh_{n:04}", unit, every, heeds, first, [], [], [])

    def directory(self, handles: tuple[str, ...] = _HANDLES) -> Directory:
        """Return who can be told, each under one handle; a unit in fifty has nobody."""
        contacts = [
            Contact(f"{role}@{unit}", unit, role, frozenset({handles[n % len(handles)]}))
            for n, unit in enumerate(self.units)
            for role in _ROLES
            if n % 50 != 49
        ]
        contacts += [
            Contact(f"{role}@{office}", office, role, frozenset({handles[0]}))
            for office in ("市政府办公室", "主管单位")
            for role in ("contact", "staff_1")
        ]
        since = self.begin
        units = {
            "office": Unit(code="office", name="市政府办公室", kind="city_office", since=since),
            "above": Unit(
                code="above", name="主管单位", kind="competent_office", parent="office", since=since
            ),
        }
        for n, name in enumerate(self.units):
            units[f"u{n}"] = Unit(code=f"u{n}", name=name, kind="owner", parent="above", since=since)
        return Directory(
            contacts=tuple(contacts),
            units=units,
            platforms={account.id: "微信订阅号" for account in self.accounts},
        )

    def openings(self) -> list[Event]:  # type: ignore[type-arg]
        """Return the registration of every account."""
        return [
            _event(
                AccountOpened(given_id=a.id, name=f"账号{a.id[-4:]}", platform="微信订阅号", owner=a.unit),
                a.id,
                self.begin - DAY,
            )
            for a in self.accounts
        ]

    def posts_until(self, now: datetime) -> None:
        """Let time pass: accounts post when they are due, on working days by day."""
        for account in self.accounts:
            while account.next_post <= now:
                account.posts = [*account.posts[-_LIST + 1 :], account.next_post]
                account.unseen.append(account.next_post)
                gap = account.every_days * self.random.expovariate(1.0)
                if self.random.random() < 0.012 * account.every_days:
                    gap += self.random.uniform(9, 25)  # a mood: leave, a change of staff, nobody thinks of it
                account.next_post = self._at_work(account.next_post + DAY * max(gap, 0.05))

    def acts_on(self, account: Account, now: datetime) -> None:
        """Somebody was told: with luck they post within the next working hours."""
        if self.random.random() < account.heeds:
            soon = self._at_work(now + HOUR * self.random.uniform(0.5, 8))
            account.next_post = min(account.next_post, soon)

    def looks(self, now: datetime, *, down: bool) -> list[Event]:  # type: ignore[type-arg]
        """Look at all accounts; while the source is `down` it shows its old state, as a frozen mirror does."""
        events: list[Event] = []  # type: ignore[type-arg]
        hours: dict[int, int] = {}
        failed = 0
        for account in self.accounts:
            if account.blind:
                failed += 1
                account.blind_until = now
                events.append(_event(PatrolFailed(reason="unreachable"), account.id, now))
                continue
            seen = [] if down else account.unseen
            for at in seen:
                events.append(_event(PostPublished(observed_at=now), account.id, at))
                hours[to_micros(at) // 3_600_000_000] = hours.get(to_micros(at) // 3_600_000_000, 0) + 1
            if seen:
                account.seen = [*account.seen, *seen][-_LIST:]
                account.unseen = []
            shown = account.seen
            data = AccountPatrolled(
                new_posts=len(seen),
                newest_post_at=shown[-1] if shown else None,
                shows_from=shown[0] if shown else None,
            )
            events.append(_event(data, account.id, now))
        sweep = SweepCompleted(looked=len(self.accounts) - failed, failed=failed, new_posts=hours)
        return [*events, _event(sweep, SOURCE, now)]

    def _at_work(self, at: datetime) -> datetime:
        """Return the moment, moved into the hours of the next working day where it lies outside."""
        local = at.astimezone(SHANGHAI)
        if self.random.random() < _ON_REST_DAYS:
            return at
        if not 8 <= local.hour < 18 or not self._days.is_workday(local.date()):
            day: date = local.date() + (
                DAY if local.hour >= 18 or not self._is_workday(local) else timedelta(0)
            )
            while not self._days.is_workday(day):
                day += DAY
            hour = 8 + self.random.random() * 9
            local = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + HOUR * hour
        return local.astimezone(UTC)

    def _is_workday(self, local: datetime) -> bool:
        return self._days.is_workday(local.date())


def tick(at: datetime) -> Event:  # type: ignore[type-arg]
    """Return a tick of the clock."""
    return _event(ClockTicked(), "clock", at)


def _event(data, subject: str, at: datetime) -> Event:  # type: ignore[no-untyped-def, type-arg]
    return Event(uuid5(_NOTHING, f"{data.type} {subject} {at.isoformat()}"), SOURCE, subject, at, data)
