"""Facts of a city whose accounts fall silent and speak again: alerts are raised and cleared all the time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from events.account import AccountOpened
from events.base import Payload
from events.clock import ClockTicked
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished

BEGIN = datetime(2021, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def city(days: int, accounts: int, seed: int = 1) -> Iterator[Event[Payload]]:
    """Yield facts in order of observation: a tick every six hours, a look a day, posts up to thirty days apart.

    One fact in fifty comes again, and one post in ten shows a day late.
    """
    chance = random.Random(seed)
    names = [f"wechat:gh_{i:05d}" for i in range(accounts)]
    for name in names:
        opened = AccountOpened(given_id=name[7:], name=name, platform="微信订阅号", opened_at=BEGIN)
        yield Event(fact_id("city", name, "opened"), "city", name, BEGIN, opened)
    post_at = {name: BEGIN + chance.random() * timedelta(days=20) for name in names}
    for hour in range(days * 24):
        now = BEGIN + (hour + 1) * HOUR
        for name in names[hour % 24 :: 24]:
            look = AccountPatrolled(newest_post_at=None)
            facts = [Event(fact_id("city", name, f"look:{hour}"), "city", name, now, look)]
            if post_at[name] <= now:
                at = now - (timedelta(days=1) if chance.random() < 0.1 else timedelta(minutes=5))
                post = PostPublished(observed_at=now)
                facts.append(Event(fact_id("city", name, f"post:{hour}"), "city", name, at, post))
                post_at[name] = now + chance.random() * timedelta(days=30)
            for fact in facts:
                yield fact
                if chance.random() < 0.02:
                    yield fact
        if hour % 6 == 0:
            yield Event(fact_id("clock", "clock", now.isoformat()), "clock", "clock", now, ClockTicked())
