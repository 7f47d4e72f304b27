"""A town whose accounts each live through one story; then alerts, provisional scores, status and rounds are compared.

The stories are told as an office would: lists that a source shows at a look, sheets by hand, withdrawals. They go
through the readers into one log; folds run over its records, and its history answers as for any round.
"""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import msgspec

from connectors.history.client import open_embedded
from connectors.history.known_facts import KnownFacts
from connectors.history.migrate import migrate
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.account import AccountOpened
from events.base import Payload
from events.clock import ClockTicked
from events.codec import CODEC, Event
from events.facts import AccountFacts, VerdictRow
from events.ids import fact_id
from events.instants import DAY_US, SHANGHAI, from_micros, to_micros
from events.known import Known
from events.patrol import SweepCompleted
from pipeline.home.rulesets import find_ruleset
from pipeline.patrol.feed_look import look_at_feed
from pipeline.patrol.look import Source
from pipeline.scores.scoring import Question, population_facts
from projections.accounts.reducer import reduce_facts
from projections.accounts.shard import Shard
from projections.accounts.state import facts_of
from projections.rules.period import quarter_of
from projections.rules.scorer import score

PARTITIONS = 4
RULESET = "jiangsu-kunshan-2019-162"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def at(text: str) -> datetime:
    """Read a time of the story: 02-20 13:00 of 2023, Chinese time."""
    return datetime.fromisoformat(f"2023-{text}").replace(tzinfo=SHANGHAI)


class Item(msgspec.Struct, frozen=True):
    """An item of a list: key, date as the feed writes it, title."""

    key: str
    date: str
    title: str = "公告"


def item(key: str, when: datetime, title: str = "公告") -> Item:
    return Item(key, format_datetime(when), title)


class Outcome(msgspec.Struct, frozen=True):
    """What every way of asking says of an account."""

    facts: AccountFacts
    row: VerdictRow
    alerts: list[tuple[str, str]]  # type and level, in order


class Town:
    """One log, one clock; stories are told account by account, for their times are those of the story."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        EmbeddedLog.make(folder / "log.sqlite", partitions=PARTITIONS)
        self.log = EmbeddedLog(folder / "log.sqlite")
        self._number = 0

    def open(self, name: str, opened_at: datetime | None, platform: str = "微信订阅号") -> str:
        account = f"wechat:{name}"
        data = AccountOpened(given_id=name, name=name, platform=platform, opened_at=opened_at)
        self.tell(account, opened_at or at("01-01 00:00"), data, "sheets")
        return account

    def tell(self, account: str, when: datetime, data: Payload, source: str = "lists") -> Event[Any]:
        self._number += 1
        event = Event(fact_id(source, account, f"told {self._number}"), source, account, when, data)
        self.log.append([event])
        return event

    def show(
        self, account: str, when: datetime, items: Iterable[Item], source: str = "lists", **options: Any
    ) -> list[Event[Payload]]:
        """Let a source show a list at a look; returns the events of the look."""
        entries = "".join(
            f"<item><title>{i.title}</title><guid>{i.key}</guid><pubDate>{i.date}</pubDate></item>"
            for i in items
        )
        return self.show_document(
            account, when, f'<rss version="2.0"><channel>{entries}</channel></rss>', source, **options
        )

    def show_document(
        self, account: str, when: datetime, document: str, source: str = "lists", **options: Any
    ) -> list[Event[Payload]]:
        self._number += 1
        path = self._folder / f"{self._number}.xml"
        path.write_text(document, encoding="utf-8")
        look = look_at_feed(self.log, Source(source, **options), account, path, when, lambda *_: {})
        return list(look.events)

    def sweep(self, source: str, when: datetime, *, looked: int, posts: dict[int, int]) -> None:
        data = SweepCompleted(looked=looked, new_posts=posts)
        self.log.append([Event(fact_id(source, source, when.isoformat()), source, source, when, data)])

    def tick(self, when: datetime) -> None:
        self.log.append(
            [Event(fact_id("clock", "clock", when.isoformat()), "clock", "clock", when, ClockTicked())]
        )

    def ask(self, check_point: datetime) -> dict[str, Outcome]:
        """Ask in every way, by account; raises `AssertionError` where two ways differ."""
        named = find_ruleset(RULESET)
        records = {p: self.log.read(FACTS, p, 0, 1_000_000) for p in range(PARTITIONS)}
        known_at = from_micros(max(r.recorded_at for of in records.values() for r in of))
        period = quarter_of(check_point)
        with closing(open_embedded(self._folder / "history")) as client:
            migrate(client)
            Sink(client, self.log).catch_up()
            by_sql = population_facts(KnownFacts(client), Question(period, known_at, named))
        known = [
            Known(r.partition, r.offset, r.recorded_at, CODEC.decode(r.value))
            for of in records.values()
            for r in of
        ]
        plain = {f.account_id: f for f in reduce_facts(known, named.ruleset, period, known_at)}
        outcomes = {}
        for partition, of_partition in records.items():
            shard = Shard(partition, named.ruleset)
            for record in of_partition:
                shard.apply(record)
            derived = shard.flush().derived
            for facts in by_sql:
                state = shard.state(facts.account_id)
                if state is None or not state.registry.facts:
                    continue
                assert facts == plain[facts.account_id], facts.account_id
                row = score(facts, named.ruleset, period)
                rolling = score(facts_of(state, shard.sources, named.ruleset, period), named.ruleset, period)
                told = (row.verdict, row.reason, row.points, row.weeks_not_judged)
                assert told == (rolling.verdict, rolling.reason, rolling.points, rolling.weeks_not_judged), (
                    facts
                )
                alerts = [
                    (e.type.removeprefix("alert."), e.data.level)  # type: ignore[attr-defined]
                    for e in derived
                    if e.subject == facts.account_id
                    and e.type.startswith("alert.")
                    and e.type != "alert.skipped"
                ]
                outcomes[facts.account_id.removeprefix("wechat:")] = Outcome(facts, row, alerts)
        return outcomes

    def close(self) -> None:
        self.log.close()


def hours_of(begin: datetime, end: datetime) -> list[int]:
    """Return the hours since 1970 from one moment to another."""
    return list(range(to_micros(begin) // (DAY_US // 24), to_micros(end) // (DAY_US // 24)))
