"""Facts of which each tenth raises an alert at once: a look at an account that was opened long ago and is silent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from events.account import AccountOpened
from events.base import Payload
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished

RATE = 1_000
BATCH = 10
"""Facts that are appended at once, a hundredth of a second apart; one of them raises an alert."""

STEP_S = BATCH / RATE
WARM_UP_S = 3
_LIVELY = 1_000


def openings(seconds: int) -> Iterator[Event[Payload]]:
    """Yield the openings of all accounts that the facts of so many seconds speak of."""
    opened_at = datetime(2020, 1, 1, tzinfo=UTC)
    names = [*map(_silent, range(batches(seconds))), *map(_lively, range(_LIVELY))]
    for name in names:
        data = AccountOpened(given_id=name, name=name, platform="微信订阅号", opened_at=opened_at)
        yield _fact(name, "opened", opened_at, data)


def batch(n: int, at: datetime) -> list[Event[Payload]]:
    """Return the n-th batch of facts, all of them seen at a moment; its last one raises an alert of that time."""
    posts = [
        _fact(_lively((n * BATCH + i) % _LIVELY), f"post:{n}", at, PostPublished(observed_at=at))
        for i in range(BATCH - 1)
    ]
    return [*posts, _fact(_silent(n), "look", at, AccountPatrolled())]


def batches(seconds: int) -> int:
    return int(seconds / STEP_S)


def moment(begin: datetime, n: int) -> datetime:
    """Return when the n-th batch is due."""
    return begin + timedelta(seconds=n * STEP_S)


def _silent(n: int) -> str:
    return f"wechat:silent_{n:06d}"


def _lively(n: int) -> str:
    return f"wechat:lively_{n:06d}"


def _fact(name: str, key: str, at: datetime, data: Payload) -> Event[Payload]:
    return Event(fact_id("bench", name, key), "bench", name, at, data)
