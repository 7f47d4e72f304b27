"""Facts to append, made from numbers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.log.port import FACTS, Log
from events.base import Payload
from events.clock import LogMarked
from events.codec import CODEC, Event
from events.ids import fact_id
from events.post import PostPublished

START = datetime(2021, 6, 1, tzinfo=UTC)


def a_post(number: int, *, subject: str | None = None) -> Event[Payload]:
    """Make a post; every number has an account of its own unless a subject is given."""
    account = subject or f"wechat:account-{number}"
    time = START + timedelta(minutes=number)
    return Event(fact_id("test", account, str(number)), "test", account, time, PostPublished())


def a_marker(number: int = 0) -> Event[Payload]:
    return Event(fact_id("log", "log", str(number)), "log", "log", START, LogMarked())


def everything(log: Log, topic: str = FACTS) -> list[Any]:
    """Read all records of a topic, partition by partition."""
    return [r for p in range(log.partitions) for r in log.read(topic, p, 0, 1_000_000)]


def ids_in(log: Log, topic: str = FACTS) -> list[str]:
    return [str(CODEC.envelope(r.value).id) for r in everything(log, topic)]


class BrokenOffError(Exception):
    """What stops the work inside a transaction."""


def broken_off(log: Log, work: Callable[[], object]) -> None:
    """Do some work in a transaction, and fail before its end."""
    with log.transaction():
        work()
        raise BrokenOffError
