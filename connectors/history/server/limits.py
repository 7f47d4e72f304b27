"""What one client may take of the server, and all of them together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import msgspec

from connectors.history.server.auth import User
from connectors.history.server.errors import (
    QUOTA_EXCEEDED,
    SOCKET_TIMEOUT,
    TOO_MANY_SIMULTANEOUS_QUERIES,
    QueryError,
)

_HOUR_S = 3600.0


class Limits(msgspec.Struct, frozen=True):
    """Bounds of a server; each user has slots of its own, so that no reader stands before the sink."""

    sink_slots: int = 4
    writer_slots: int = 4
    reader_slots: int = 4
    bi_slots: int = 2
    bi_queries_an_hour: int = 2000
    bi_seconds_an_hour: int = 900  # of all its questions together
    waiting: int = 32  # requests of one user that wait for a slot; the next one is refused
    wait_s: float = 30.0  # for a slot
    silent_s: float = 30.0  # of a connection before a request is whole up to its body
    body_s: float = 30.0  # for a body, either way, and one second more for every `bytes_per_s` of it
    bytes_per_s: int = 1024 * 1024
    reader_body_bytes: int = 4 * 1024 * 1024
    connections: int = 256

    @property
    def slots(self) -> dict[User, int]:
        return {
            User.SINK: self.sink_slots,
            User.WRITER: self.writer_slots,
            User.READER: self.reader_slots,
            User.BI: self.bi_slots,
        }


class Slots:
    """Who holds a body, a query or an answer: at most so many requests of each user at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._free = {user: asyncio.Semaphore(number) for user, number in limits.slots.items()}
        self._waiting = dict.fromkeys(limits.slots, 0)

    @asynccontextmanager
    async def held(self, user: User) -> AsyncIterator[None]:
        """Hold a slot; QueryError 202 where too many wait already, or none becomes free in time."""
        free = self._free[user]
        if free.locked() and self._waiting[user] >= self._limits.waiting:
            raise self._refused(user)
        self._waiting[user] += 1
        try:
            async with asyncio.timeout(self._limits.wait_s):
                await free.acquire()
        except TimeoutError:
            raise self._refused(user) from None
        finally:
            self._waiting[user] -= 1
        try:
            yield
        finally:
            free.release()

    def _refused(self, user: User) -> QueryError:
        return QueryError.refused(
            TOO_MANY_SIMULTANEOUS_QUERIES,
            f"{self._limits.slots[user]} queries of {user.value} run and others wait; ask again later.",
        )


class Quota:
    """What BI tools may ask within an hour, all of them together; an hour begins with its first question."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._began = float("-inf")
        self._asked = 0
        self._worked_s = 0.0

    @contextmanager
    def counted(self, now: Callable[[], float]) -> Iterator[None]:
        """Count a question and the time that it takes; QueryError 201 where the hour has had enough of either."""
        begun = now()
        if begun >= self._began + _HOUR_S:
            self._began, self._asked, self._worked_s = begun, 0, 0.0
        if (
            self._asked >= self._limits.bi_queries_an_hour
            or self._worked_s >= self._limits.bi_seconds_an_hour
        ):
            left_s = round(self._began + _HOUR_S - begun)
            raise QueryError.refused(
                QUOTA_EXCEEDED,
                f"Quota for user bi has been exceeded: {self._asked} queries, {self._worked_s:.0f} s of execution;"
                f" it begins anew in {left_s} s.",
            )
        self._asked += 1
        try:
            yield
        finally:
            self._worked_s += now() - begun


class Pace:
    """The time that a body may take: some seconds, and more with every byte that has passed.

    Within `running()` a body that comes to a halt, or drips, ends with TimeoutError.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._began = asyncio.get_running_loop().time()
        self._timeout = asyncio.timeout_at(self._began + limits.body_s)

    def running(self) -> asyncio.Timeout:
        return self._timeout

    def passed(self, size: int) -> None:
        """Say how many bytes have passed so far."""
        self._timeout.reschedule(self._began + self._limits.body_s + size / self._limits.bytes_per_s)


def too_slow(size: int) -> QueryError:
    return QueryError.refused(
        SOCKET_TIMEOUT, f"The body stopped or came too slowly: {size} bytes had arrived; send it again."
    )
