"""What a sink asks of the database: on threads with a connection each, again and again until it answers."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

import msgspec
import stamina
import structlog
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError
from connectors.history.heads import Head, Place, read_heads, repair_views
from connectors.history.writer import Batch, MovedError, Writer
from connectors.kafka.cluster import ClusterError
from pipeline.home import metrics
from pipeline.home.errors import UsageError
from pipeline.runtime.kafka.finishing import RemadeError
from pipeline.runtime.kafka.lag import SINK
from pipeline.runtime.kafka.plans import Plan, binding
from pipeline.runtime.kafka.share import Stretch

T = TypeVar("T")

_LONGEST_PAUSE_S = 2.0
_JITTER_S = 0.2
_log = structlog.get_logger(__name__)


class LostError(Exception):
    """A partition may belong to another sink by now; nothing more is stored of it."""


class Stored(msgspec.Struct, frozen=True):
    """A batch that the database has, in every table."""

    stretches: tuple[Stretch, ...]  # of one topic
    seconds: float  # from the first question to the last answer

    @property
    def topic(self) -> str:
        return self.stretches[0].place[0]


class Resumed(msgspec.Struct, frozen=True):
    """Where partitions go on."""

    heads: dict[Place, Head]
    finished: tuple[Stored, ...]  # batches of other sinks, or of this one before it lost a partition of them


class Storing:
    """Stores batches.

    1. A batch becomes one insert; see `Writer`, which asks where the history ends, and for what was stored. Its token
       says no more than which stretches it holds: all who store it are one.
    2. After an error everything is asked again: the insert may have been done, or may still be under way. Then tables
       that hang off the raw one catch up.
    3. Whoever takes over a partition finishes what was planned for it: the whole batch, or that of the other
       partitions would be another one than its maker may be storing still.
    """

    def __init__(
        self,
        open_client: Callable[[], Client],
        read_plans: Callable[[], Mapping[Place, Plan]],
        read_planned: Callable[[Plan, Mapping[Place, Head]], tuple[Stretch, ...]],
        *,
        insert_timeout_s: float,
        give_up_s: float,
        fail_point: Callable[[str], None],
    ) -> None:
        self._open = open_client
        self._read_plans = read_plans
        self._read_planned = read_planned
        self._settle_s = insert_timeout_s
        self._give_up_s = give_up_s
        self._fail_point = fail_point
        self._settings = {"max_execution_time": insert_timeout_s}
        self._own = threading.local()
        self._opened: list[Client] = []

    def resume(
        self, places: Collection[Place], lives: Mapping[str, str], is_ours: Callable[[], bool]
    ) -> Resumed:
        """Return where partitions go on, once their tables are whole and what was planned for them is stored.

        Tables are repaired up to an end that was known before: what somebody else stores of the same plan meanwhile
        moves the end, and then everything is looked at again.
        """
        finished: list[Stored] = []

        def work(client: Client, attempt: int) -> Resumed:
            del attempt
            heads = read_heads(client, lives)
            while True:
                plans = self._read_plans()
                repair_views(client, places, settled_after_s=self._settle_s)
                before, heads = heads, read_heads(client, lives)
                to_finish = [
                    plan for plan in binding(plans, places, heads, lives) if _can_be_finished(plan, heads)
                ]
                for plan in to_finish:
                    if not is_ours():
                        raise LostError
                    finished.extend(self._finish(client, plan, heads))
                if not to_finish and all(before.get(place) == heads.get(place) for place in places):
                    return Resumed({place: heads.get(place, Head()) for place in places}, tuple(finished))

        begun = time.monotonic()
        resumed = self._until_done(work, is_ours)
        metrics.RECOVERY_SECONDS.labels(SINK).observe(time.monotonic() - begun)
        return resumed

    def store(self, plan: Plan, stretches: Sequence[Stretch], is_ours: Callable[[], bool]) -> Stored:
        """Store a batch that was planned."""
        begun = time.monotonic()
        batch = _batch(plan, stretches)

        def work(client: Client, attempt: int) -> Stored:
            self._writer(client).store(batch)
            if attempt > 1:
                repair_views(client, set(plan.begins()), settled_after_s=self._settle_s)
            return Stored(tuple(stretches), time.monotonic() - begun)

        return self._until_done(work, is_ours)

    def _finish(self, client: Client, plan: Plan, heads: Mapping[Place, Head]) -> list[Stored]:
        """Store a plan that was found in the group; returns nothing where somebody else was faster."""
        begun = time.monotonic()
        stretches = self._read_planned(plan, heads)
        metrics.RECORDS_TAKEN.labels(SINK, plan.topic).inc(sum(len(s.records) for s in stretches))
        if not self._writer(client).store(_batch(plan, stretches), others_go_on=True):
            return []
        _log.info("a planned batch was finished", topic=plan.topic, ranges=plan.spans)
        return [Stored(stretches, time.monotonic() - begun)]

    def _writer(self, client: Client) -> Writer:
        return Writer(client, settings=self._settings, fail_point=self._fail_point)

    def close(self) -> None:
        """Close the connections of all threads, which have ended."""
        for client in self._opened:
            client.close()

    def _until_done(self, work: Callable[[Client, int], T], is_ours: Callable[[], bool]) -> T:
        """Do work that may be done twice until it succeeds; raises `LostError` once the partition is not ours."""

        def is_worth_it(error: Exception) -> bool:
            if isinstance(error, MovedError | RemadeError) or not is_ours():
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


def _can_be_finished(plan: Plan, heads: Mapping[Place, Head]) -> bool:
    """Tell whether no partition of a plan went on without it.

    All of a batch stands or nothing of it, and a partition goes on behind its plan alone. Another program than this
    one, or a person who moved the offsets of the group, may have taken a plan away.
    """
    if plan.is_open(heads):
        return True
    _log.warning("a plan is void: a partition of it went on without it", topic=plan.topic, ranges=plan.spans)
    return False


def _batch(plan: Plan, stretches: Sequence[Stretch]) -> Batch:
    records = [record for stretch in stretches for record in stretch.records]
    return Batch(plan.topic, plan.life, plan.ranges, records, plan.token)
