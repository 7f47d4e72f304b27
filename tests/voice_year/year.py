"""The year: hour by hour from posts and looks through the folds to the notifiers of all channels, and the figures."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from connectors.log.deliveries import Delivery, Outcome
from connectors.notify.channel import Receipt
from connectors.notify.message import Message
from events.alert import AlertComposed, AlertRaised
from events.codec import Event, encode_event
from events.days import chinese_day
from events.envelope import Record
from events.instants import SHANGHAI, to_micros
from pipeline.voice.desk import Desk, Manner
from pipeline.voice.notifier import Pace, Position
from pipeline.voice.outlet import Outlet
from pipeline.voice.personal import PersonalNotifier
from projections.accounts.shard import Shard
from projections.rules.ladder import Ladder
from projections.rules.rulesets import Ruleset
from projections.voice.hours import Hours
from projections.voice.routing import Line
from tests.voice_year.city import HOUR, City, tick

LINES = (Line("wecom", "wecom"), Line("feishu", "feishu"), Line("mail", "mail"), Line("sms", "mobile"))
RENEWABLE = {"feishu": timedelta(days=14), "wecom": timedelta(hours=72)}
MOST_A_DAY = 2
LIMIT = timedelta(days=14)


class Figures(msgspec.Struct):
    """What a year came to."""

    accounts: int
    alerts: int = 0
    ends: int = 0
    naive: int = 0  # one message for each alert and end to each of whom it is told
    messages: int = 0  # new ones
    renewed: int = 0
    busiest: int = 0  # new messages that one person got about one unit on one day
    over_limit: int = 0  # such days above the limit without a last step or limit in them
    stale: int = 0
    unwarned: int = 0
    wrongly_told: int = 0  # about an account of which nobody could know, or of a stalled source
    unreached: int = 0
    unit_days: int = 0

    def line(self, name: str) -> str:
        """Write the figures of one way in a line."""
        told = self.messages / self.naive if self.naive else 0.0
        return (
            f"{name} accounts {self.accounts} alerts {self.alerts} ends {self.ends} naive {self.naive}"
            f" messages {self.messages} renewed {self.renewed} share {told:.2f} busiest {self.busiest}"
            f" over_limit {self.over_limit} stale {self.stale} unwarned {self.unwarned}"
            f" wrongly_told {self.wrongly_told} unreached {self.unreached}"
        )


class _Channel:
    """Takes every message, and remembers it."""

    replays = False
    reaches: Literal["group", "people"] = "people"

    def __init__(self, name: str, *, renews: bool) -> None:
        self.name = name
        self.renewable_for = RENEWABLE.get(name, timedelta(days=14)) if renews else None
        self.taken: list[tuple[str, Message]] = []

    def destinations(self, message: Message) -> tuple[str, ...]:
        del message
        return ()

    def send(self, message: Message, destination: str) -> Receipt:
        self.taken.append((destination, message))
        return Receipt(str(message.id) if self.renewable_for else "")

    def renew(self, message: Message, destination: str, reference: str) -> Receipt:
        self.taken.append((destination, message))
        return Receipt(reference)


class _Now:
    """The clock of the wall, as the year goes."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Year:
    """One run of a city; `cards`: channels can renew what they sent."""

    def __init__(
        self, ruleset: Ruleset, accounts: int, *, cards: bool, begin: datetime, seed: int = 7
    ) -> None:
        self.city = City(accounts, begin, seed)
        self.figures = Figures(accounts)
        self._shard = Shard(0, ruleset)
        self._facts = self._derived = 0
        self._now = _Now(begin)
        self._by_id = {a.id: a for a in self.city.accounts}
        self._told: Counter[tuple[str, str, str]] = Counter()  # destination, unit, day
        self._forced: set[tuple[str, str, str]] = set()
        self._warned: set[tuple[str, str]] = set()
        self._noticed: set[UUID] = set()
        self._waiting: list[Record] = []
        self._kinds: dict[str, Event] = {}  # type: ignore[type-arg]
        directory = self.city.directory()
        manner = Manner(LINES, Hours(), MOST_A_DAY, pilot=False)
        self._notifiers = []
        for line in LINES:
            outlet = Outlet(_Channel(line.name, renews=cards))
            desk = Desk(outlet, manner, Ladder(ruleset), lambda _: directory)
            outcomes: dict[Delivery, Outcome] = {}
            notifier = PersonalNotifier(
                desk,
                1,
                {0: Position(0)},
                outcomes,
                limit_days=14,
                clock=self._now,
                pace=Pace(3600.0, 0.0),
                begins={0: 0},
                cards={},
            )
            self._notifiers.append((outlet, notifier))

    def run(self, days: int) -> Figures:
        """Let the days pass and return the figures."""
        asyncio.run(self._run(days))
        for outlet, _ in self._notifiers:
            outlet.close()
        self.figures.busiest = max(self._told.values(), default=0)
        self.figures.over_limit = sum(
            n > MOST_A_DAY and key not in self._forced for key, n in self._told.items()
        )
        self.figures.unit_days = len({(unit, day) for _, unit, day in self._told})
        return self.figures

    async def _run(self, days: int) -> None:
        city, at = self.city, self.city.begin
        self._fold(city.openings())
        for hour in range(days * 24):
            at += HOUR
            if not 7 <= at.astimezone(SHANGHAI).hour <= 21:
                continue
            day, local = hour // 24, at.astimezone(SHANGHAI)
            for n, account in enumerate(city.accounts):
                account.blind = n % 40 == 0 and 100 <= day < 130  # the source refuses some for a month
            city.posts_until(at)
            down = 200 <= day < 203 or 290 <= day < 292
            events = city.looks(at, down=down) if local.hour == 8 else []
            derived = self._fold([*events, tick(at)])
            away = 240 <= day < 242  # the notifiers are away for two days
            for minute in (0, 30):
                self._now.at = at + timedelta(minutes=minute)
                if not away:
                    derived = await self._tell(derived)

    def _fold(self, events: list[Event]) -> list[Record]:  # type: ignore[type-arg]
        for event in events:
            self._shard.apply(Record(0, self._facts, to_micros(event.time), encode_event(event)))
            self._facts += 1
        return self._records(self._shard.flush().derived)

    def _records(self, derived: list[Event]) -> list[Record]:  # type: ignore[type-arg]
        """Append derived events for all notifiers to take, and count what they say."""
        records = []
        for event in derived:
            if not event.type.startswith(("alert.", "source.")):
                continue
            if event.type == "alert.unreached":  # every channel writes it under one id; the log keeps one
                if event.id in self._noticed:
                    continue
                self._noticed.add(event.id)
            self._count(event)
            records.append(
                Record(0, self._derived, to_micros(max(event.time, self._now.at)), encode_event(event))
            )
            self._derived += 1
        self._waiting += records
        return records

    async def _tell(self, derived: list[Record]) -> list[Record]:
        del derived
        waiting, self._waiting = self._waiting, []
        for _, notifier in self._notifiers:
            for record in waiting:
                notifier.take(record)
        outcomes: list[Event] = []  # type: ignore[type-arg]
        for _, notifier in self._notifiers:
            turn = await notifier.turn()
            outcomes += [event for _, event in turn.events]
        self._records(outcomes)
        return []

    def _count(self, event: Event) -> None:  # type: ignore[type-arg]
        figures, data = self.figures, event.data
        if event.type == "alert.raised" and isinstance(data, AlertRaised):
            figures.alerts += 1
            self._kinds[str(event.id)] = event
            account = self._by_id[event.subject]
            silent = [at for at in account.posts if data.anchor_at < at <= event.time]
            if silent and data.level == "limit":
                figures.wrongly_told += 1
            if data.level == "limit":
                figures.stale += 1
                warned = (event.subject, str(data.opener_id)) in self._warned
                reachable = self.city.units.index(account.unit) % 50 != 49
                seen = account.blind_until is None or account.blind_until < data.anchor_at
                figures.unwarned += not warned and reachable and seen
        elif event.type == "alert.cleared":
            figures.ends += 1
        elif event.type == "alert.unreached":
            figures.unreached += 1
        elif event.type == "alert.delivered":
            figures.naive += 1
            self._heed(str(data.message_id), event.time)
        elif isinstance(data, AlertComposed):
            self._count_message(data, event.time)

    def _heed(self, message_id: str, at: datetime) -> None:
        told = self._kinds.get(message_id)
        if told is not None and isinstance(told.data, AlertRaised):
            self._warned.add((told.subject, str(told.data.opener_id)))
            self.city.acts_on(self._by_id[told.subject], at)

    def _count_message(self, data: AlertComposed, at: datetime) -> None:
        if data.renewed:
            self.figures.renewed += 1
            return
        self.figures.messages += 1
        key = (data.destination, data.unit, str(chinese_day(at)))
        self._told[key] += 1
        for told in data.tells:
            raised = self._kinds.get(str(told))
            if raised is not None and raised.data.level in ("day-14", "limit"):
                self._forced.add(key)


def begin_of(year: int) -> datetime:
    """Return the first moment of a year in China."""
    return datetime(year, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
