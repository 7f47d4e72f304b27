"""Seeded input for measurements: a stream of events, and a nation's quarter made inside the database."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from clickhouse_connect.driver.client import Client

from events.account import AccountOpened
from events.base import Payload
from events.clock import ClockTicked
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished

BEGIN = datetime(2021, 4, 1, tzinfo=UTC)
QUARTER_END = datetime(2021, 6, 30, 16, tzinfo=UTC)
DAYS = 90
SHOWN_DAYS = 9
"""How far back the list of an account reaches: twenty items of two hundred a quarter."""


def stream(events: int, accounts: int, seed: int = 1) -> Iterator[Event[Payload]]:
    """Yield facts in order of observation: every account registered, then posts, looks, and an hourly tick.

    Six events an account and day, as a patrol every six hours and two posts give; two in three are looks, one in a
    hundred comes again.
    """
    chance = random.Random(seed)
    names = [f"wechat:gh_{i:08d}" for i in range(accounts)]
    for name in names:
        data = AccountOpened(
            given_id=name.partition(":")[2], name=name, platform="微信订阅号", opened_at=BEGIN
        )
        yield Event(fact_id("bench", name, "opened"), "bench", name, BEGIN, data)
    step = timedelta(days=1) / (accounts * 6)
    at, next_tick = BEGIN, BEGIN + timedelta(hours=1)
    again: Event[Payload] | None = None
    for i in range(events):
        at += step
        if at >= next_tick:
            yield Event(
                fact_id("clock", "clock", next_tick.isoformat()), "clock", "clock", next_tick, ClockTicked()
            )
            next_tick += timedelta(hours=1)
        name = names[chance.randrange(accounts)]
        kind = chance.random()
        if kind < 0.66:
            look: Payload = AccountPatrolled(newest_post_at=at)
            yield Event(fact_id("bench", name, f"look:{i}"), "bench", name, at, look)
        elif kind < 0.67 and again is not None:
            yield again
        else:
            again = Event(
                fact_id("bench", name, f"post:{i}"), "bench", name, at, PostPublished(observed_at=at)
            )
            yield again


def fill_quarter(client: Client, accounts: int, posts_each: int, looks_a_day: int, seed: int = 1) -> None:
    """Fill the typed tables with a quarter: 1 % of posts withdrawn, findings on 3 % of accounts, lists of some days."""
    seconds = DAYS * 86400
    begin = int(BEGIN.timestamp())
    name = "concat('wechat:gh_', leftPad(toString({n}), 8, '0'))"
    opening = '\'{"given_id":"\', leftPad(toString(number), 8, \'0\'), \'","name":"n","platform":"\','
    client.command(
        "INSERT INTO occasional_records SELECT 'facts', number % 16, number, fromUnixTimestamp64Second("
        f"{begin}), reinterpretAsUUID(sipHash128(number, {seed}, 'o')), 'account.opened', 'bench',"
        f" {name.format(n='number')}, fromUnixTimestamp64Second({begin}), 'urn:xuncha:account.opened:1', concat("
        f"{opening} if(number % 10 = 0, '微信服务号', '微信订阅号'), '\"}}') FROM numbers({accounts})"
    )
    total = accounts * posts_each
    client.command(
        f"INSERT INTO posts SELECT cityHash64({name.format(n='a')}), {name.format(n='a')},"
        f" fromUnixTimestamp64Second(toInt64({begin} + intHash64(number + {seed}) % {seconds})) AS at, false,"
        f" reinterpretAsUUID(sipHash128(number, {seed}, 'p')),"
        f" at + INTERVAL 1 HOUR, a % 16, number FROM (SELECT number, number % {accounts} AS a FROM numbers({total}))"
    )
    client.command(
        "INSERT INTO post_voids SELECT account_key, event_id, toDateTime64(0, 6, 'UTC'), generateUUIDv4(),"
        f" recorded_at + INTERVAL 1 DAY, partition, offset + {total} FROM posts WHERE intHash64(offset) % 100 = 3"
    )
    looks = accounts * looks_a_day * DAYS
    client.command(
        f"INSERT INTO looks SELECT cityHash64({name.format(n='a')}), {name.format(n='a')},"
        f" fromUnixTimestamp64Second(toInt64({begin} + 3600 + intDiv(number, {accounts}) *"
        f" {86400 // looks_a_day})) AS at, 'bench', '', 1, 0, NULL,"
        f" toStartOfDay(at, 'UTC') - INTERVAL {SHOWN_DAYS} DAY,"
        f" 0, 0, 0, NULL, NULL, NULL, '', 0, reinterpretAsUUID(sipHash128(number, {seed}, 'l')), at, a % 16,"
        f" number + {2 * total}"
        f" FROM (SELECT number, number % {accounts} AS a FROM numbers({looks}))"
    )
    finding = '{"rule":"yellow-5-improper-content","severity":"yellow","count":1}'
    client.command(
        "INSERT INTO occasional_records SELECT 'facts', number % 16, number + 1000000000,"
        f" fromUnixTimestamp64Second({begin + 40 * 86400}), reinterpretAsUUID(sipHash128(number, {seed}, 'f')),"
        f" 'finding.recorded', 'bench', {name.format(n='number * 33')},"
        f" fromUnixTimestamp64Second({begin + 30 * 86400}), 'urn:xuncha:finding.recorded:1', '{finding}'"
        f" FROM numbers({accounts // 33})"
    )
