"""Accounts of which each raises one alert, which is told by itself: silent for longer than the limit since just now."""

from datetime import datetime, timedelta

from events.account import AccountOpened
from events.base import Payload
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished

LIMIT = timedelta(days=14)


def facts(numbers: range, now: datetime) -> list[Event[Payload]]:
    """Return opening, last post and look of some accounts."""
    found: list[Event[Payload]] = []
    for n in numbers:
        name = f"wechat:gh_{n:06d}"
        posted_at = now - LIMIT - timedelta(minutes=5 + n % 50)
        opened = AccountOpened(
            given_id=name[7:], name=name, platform="微信订阅号", opened_at=now - timedelta(days=200)
        )
        for key, at, data in (
            ("opened", opened.opened_at or now, opened),
            ("post", posted_at, PostPublished(observed_at=posted_at)),
            ("look", now, AccountPatrolled(newest_post_at=None)),
        ):
            found.append(Event(fact_id("voice", name, key), "voice", name, at, data))
    return found
