"""What a sink asks of the database: on threads with a connection each, again and again until it answers."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import msgspec
import stamina
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError
from connectors.history.heads import Head, Place, read_heads, repair_views
from connectors.history.writer import Batch, MovedError, Range, Writer
from connectors.kafka.cluster import ClusterError
from pipeline import metrics
from pipeline.errors import UsageError
from pipeline.kafka.lag import SINK
from pipeline.kafka.plans import Plan, planned_end
from pipeline.kafka.share import Stretch

T = TypeVar("T")

_LONGEST_PAUSE_S = 2.0
_JITTER_S = 0.2


class LostError(Exception):
    """The partition may belong to another sink by now; nothing more is stored of it."""


class Stored(msgspec.Struct, frozen=True):
    """A stretch that the database has, in every table."""

    stretch: Stretch
    seconds: float  # from the first question to the last answer


class Resumed(msgspec.Struct, frozen=True):
    """Where a partition goes on."""

    head: Head
    planned_end: int | None  # the next stretch has to end here, for another sink may be storing it


class Storing:
    """Stores stretches of partitions.

    1. A stretch becomes one insert; see `Writer`, which asks where the history ends, and for what was stored. Its token
       says no more than which stretch it is: all who store it are one.
    2. After an error everything is asked again: the insert may have been done, or may still be under way. Then tables
       that hang off the raw one catch up.
    """

    def __init__(
        self,
        open_client: Callable[[], Client],
        read_plans: Callable[[], Mapping[Place, Plan]],
        *,
        insert_timeout_s: float,
        give_up_s: float,
        fail_point: Callable[[str], None],
    ) -> None:
        self._open = open_client
        self._read_plans = read_plans
        self._settle_s = insert_timeout_s
        self._give_up_s = give_up_s
        self._fail_point = fail_point
        self._settings = {"max_execution_time": insert_timeout_s}
        self._own = threading.local()
        self._opened: list[Client] = []

    def resume(
        self, places: Collection[Place], lives: Mapping[str, str], is_ours: Callable[[], bool]
    ) -> dict[Place, Resumed]:
        """Return where each partition goes on, once its tables are whole."""

        def work(client: Client, attempt: int) -> dict[Place, Resumed]:
            del attempt
            plans = self._read_plans()
            repair_views(client, places, settled_after_s=self._settle_s)
            heads = read_heads(client, lives)
            resumed = {}
            for place in places:
                head = heads.get(place, Head())
                end = planned_end(plans, place, head.next_offset, lives[place[0]])
                resumed[place] = Resumed(head, end)
            return resumed

        begun = time.monotonic()
        resumed = self._until_done(work, is_ours)
        metrics.RECOVERY_SECONDS.labels(SINK).observe(time.monotonic() - begun)
        return resumed

    def store(self, stretch: Stretch, life: str, is_ours: Callable[[], bool]) -> Stored:
        """Store a stretch that was planned."""
        begun = time.monotonic()

        def work(client: Client, attempt: int) -> Stored:
            Writer(client, settings=self._settings, fail_point=self._fail_point).store(_batch(stretch, life))
            if attempt > 1:
                repair_views(client, {stretch.place}, settled_after_s=self._settle_s)
            return Stored(stretch, time.monotonic() - begun)

        return self._until_done(work, is_ours)

    def close(self) -> None:
        """Close the connections of all threads, which have ended."""
        for client in self._opened:
            client.close()

    def _until_done(self, work: Callable[[Client, int], T], is_ours: Callable[[], bool]) -> T:
        """Do work that may be done twice until it succeeds; raises `LostError` once the partition is not ours."""

        def is_worth_it(error: Exception) -> bool:
            if isinstance(error, MovedError) or not is_ours():
                return False
            return isinstance(error, ClickHouseError | HistoryError | ClusterError | UsageError | OSError)

        for attempt in stamina.retry_context(
            on=is_worth_it,
            attempts=None,
            timeout=self._give_up_s,
            wait_max=_LONGEST_PAUSE_S,
            wait_jitter=_JITTER_S,
        ):
            with attempt:
                if not is_ours():
                    raise LostError
                if attempt.num > 1:
                    metrics.INSERT_RETRIES.inc()
                try:
                    return work(self._client(), attempt.num)
                except Exception:
                    self._disconnect()
                    raise
        raise AssertionError("a retry ends in a value or an error")

    def _client(self) -> Client:
        """Return the connection of this thread."""
        client: Client | None = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = self._open()
            self._opened.append(client)
        return client

    def _disconnect(self) -> None:
        """Let go of the connection of this thread: a server that was started again may stand at another port."""
        client: Client | None = getattr(self._own, "client", None)
        if client is not None:
            self._own.client = None
            self._opened.remove(client)
            client.close()


def _batch(stretch: Stretch, life: str) -> Batch:
    topic, partition = stretch.place
    span = Range(partition, stretch.begin, stretch.end)
    return Batch(topic, life, (span,), stretch.records, f"{life}/{topic}/{span}")
