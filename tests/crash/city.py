"""Input of the kill test: accounts that fall silent up to now, with late, repeated and bad records."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from events.account import AccountOpened
from events.base import Payload
from events.clock import ClockTicked
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled, SweepCompleted
from events.post import PostPublished, PostWithdrawn

DAYS = 20
POISON = (b"{", b"", b"\xff\xfe", b'{"id": 1}', b'{"specversion":"1.0","type":"post.published","data":{}}')
Fact = Event[Payload] | bytes


def facts(events: int, accounts: int, *, until: datetime, poison: int, seed: int) -> Iterator[Fact]:
    """Yield facts in the order of observation, and now and then bytes that are none.

    Half of the accounts fall silent: most at any time, a tenth just so that they pass a step of the ladder within the
    last hours before `until`, so that their alerts are told one by one.
    """
    chance = random.Random(seed)
    begin = until - timedelta(days=DAYS)
    names = [f"wechat:gh_{i:06d}" for i in range(accounts)]
    opened_at = begin - timedelta(days=100)
    for name in names:
        data = AccountOpened(given_id=name[7:], name=name, platform="微信订阅号", opened_at=opened_at)
        yield _fact(name, "opened", opened_at, data)
    silent_from = {name: _silence(chance, begin, until) for name in names}
    step = timedelta(days=DAYS) / events
    at, tick_at = begin, begin
    earlier: list[Event[Payload]] = []
    bad_at = set(chance.sample(range(events), poison))
    for n in range(events):
        at += step
        while tick_at <= at:
            yield _tick(tick_at)
            if tick_at.hour % 6 == 0:
                yield _sweep(tick_at, accounts)
            tick_at += timedelta(hours=1)
        if n in bad_at:
            yield POISON[n % len(POISON)]
        yield from _observation(chance, n, at, names[chance.randrange(accounts)], silent_from, earlier)
    yield from _last_looks(names, until)
    yield _tick(until)


def _observation(
    chance: random.Random,
    n: int,
    at: datetime,
    name: str,
    silent_from: dict[str, datetime],
    earlier: list[Event[Payload]],
) -> Iterator[Event[Payload]]:
    kind = chance.random()
    if kind < 0.02 and earlier:
        yield chance.choice(earlier)
        return
    late = timedelta(hours=chance.randrange(1, 60)) if kind < 0.08 else timedelta(0)
    if kind < 0.5 and at - late < silent_from[name]:
        post = _fact(name, f"post:{n}", at - late, PostPublished(observed_at=at))
        earlier.append(post)
        del earlier[:-500]
        yield post
        if chance.random() < 0.02:
            yield _fact(name, f"withdrawn:{n}", at, PostWithdrawn(corrects=post.id, reason="seen twice"))
        return
    yield _fact(name, f"look:{n}", at, AccountPatrolled(newest_post_at=None))


def _silence(chance: random.Random, begin: datetime, until: datetime) -> datetime:
    kind = chance.random()
    if kind < 0.1:
        return until - timedelta(days=14) - timedelta(minutes=chance.randrange(5 * 60))
    if kind < 0.5:
        return begin + (until - begin) * chance.random()
    return until


def _last_looks(names: list[str], until: datetime) -> Iterator[Event[Payload]]:
    for name in names:
        yield _fact(name, "last-look", until, AccountPatrolled(newest_post_at=None))


def _fact(name: str, key: str, at: datetime, data: Payload) -> Event[Payload]:
    return Event(fact_id("crash", name, key), "crash", name, at.astimezone(UTC), data)


def _tick(at: datetime) -> Event[Payload]:
    return Event(fact_id("clock", "clock", at.isoformat()), "clock", "clock", at, ClockTicked())


def _sweep(at: datetime, accounts: int) -> Event[Payload]:
    hour = int(at.timestamp()) // 3600
    data = SweepCompleted(looked=accounts, failed=0, new_posts={hour: 100})
    return Event(fact_id("crash", "crash", f"sweep:{at.isoformat()}"), "crash", "crash", at, data)
