"""The sink of a log on Kafka: facts and derived events into the history, in order, each record once."""

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from functools import partial
from typing import Any

import structlog
from clickhouse_connect.driver.client import Client

from connectors.history.heads import Place
from connectors.history.sink import TOPICS
from connectors.history.writer import MovedError
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.lives import Lives
from connectors.kafka.marks import Gap, left_by_transactions
from connectors.kafka.member import Member
from events.messages import message
from pipeline.home import metrics
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.finishing import read_planned
from pipeline.runtime.kafka.lag import SINK
from pipeline.runtime.kafka.packing import pack
from pipeline.runtime.kafka.plans import Plan, read_plans
from pipeline.runtime.kafka.share import Share
from pipeline.runtime.kafka.sink_settings import SinkSettings
from pipeline.runtime.kafka.storing import LostError, Resumed, Stored, Storing
from pipeline.runtime.kafka.work import Batched, Work

_BUSY_POLL_S = 0.02
_IDLE_POLL_S = 0.2
_POLL_RECORDS = 10_000
_BUFFERED_BATCHES = 4
_NOTE_EVERY_S = 1.0
_log = structlog.get_logger(__name__)


class KafkaSink:
    """Copies what the group gives to this process.

    1. Assigned: the database is asked where the history of the partition ends, and what was planned for it before is
       finished; reading begins there.
    2. Read: what comes after a pause is stored at once; in a stream records wait, by partition, for others to come, and
       longer while inserts are under way, so that batches grow with the backlog. Whoever has too many waiting is not
       read, but polling goes on, to stay in the group.
    3. What is due in the partitions of a topic is packed into one batch, for an insert costs the same for all of them
       (`pack`). Before it is stored, the topics' ids are compared with those of the start: what was read before the
       question is of the life that the answer names.
    4. The batch is planned: noted in the group, which takes notes of its members only (`Plan`). While it is not known
       whether the group has a plan, the batch is noted again, and never another one in its place.
    5. One batch of a partition is in flight at a time (`Storing`).
    6. Stored in every table: the positions are committed, for `xuncha lag` and for commands that wait for the history.
       Nobody resumes from them.
    7. Revoked, or asked to stop: what is in flight ends, the rest is forgotten.
    """

    def __init__(
        self,
        cluster: Cluster,
        open_client: Callable[[], Client],
        settings: SinkSettings,
        *,
        fail_point: Callable[[str], None] = lambda _: None,
        on_stored: Callable[[Stored], None] = lambda _: None,
    ) -> None:
        self._cluster = cluster
        self._settings = settings
        self._fail_point = fail_point
        self._on_stored = on_stored
        self._shares: dict[Place, Share] = {}
        self._storing = Storing(
            open_client,
            partial(read_plans, cluster),
            partial(read_planned, cluster),
            insert_timeout_s=settings.insert_timeout_s,
            give_up_s=settings.give_up_s,
            fail_point=fail_point,
        )
        self._lives = Lives(cluster, TOPICS)
        self._life = self._lives.now()
        self._member = Member(
            cluster,
            SINK,
            TOPICS,
            session_timeout_s=settings.session_timeout_s,
            on_assigned=self._assigned,
            on_revoked=self._revoked,
        )
        self._unnoted: list[Batched] = []
        self._begun: dict[
            str, float
        ] = {}  # when the last batch of each topic began, as `time.monotonic` tells time
        self._noted: dict[Place, int] = {}
        self._noted_at = 0.0
        self._unchecked = False  # something was read since the topics' ids were compared
        self._polled_at = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Copy until asked to stop; any error is one that a new start mends."""
        with (
            closing(self._lives),
            closing(self._storing),
            closing(self._member),
            ThreadPoolExecutor(self._settings.threads, thread_name_prefix="storing") as threads,
        ):
            try:
                while not stop.is_set():
                    self._collect()
                    for share in self._shares.values():
                        share.check()
                    self._start(threads)
                    self._poll()
                    self._note()
            finally:
                self._drain()
            self._collect()
            self._note(at_once=True)

    def _assigned(self, places: Collection[Place]) -> None:
        gap = self._settings.max_clock_gap
        self._shares.update(
            {place: Share(place, Figures(SINK, *place), max_clock_gap=gap) for place in places}
        )
        metrics.REBALANCES.labels(SINK).inc()
        _log.info("partitions assigned", partitions=len(places))

    def _revoked(self, places: Collection[Place]) -> None:
        """Let what is in flight end, which takes an insert's time at most, and forget the rest."""
        shares = [self._shares.pop(place) for place in places if place in self._shares]
        for share in shares:
            share.revoked.set()
            share.figures.drop()
            self._noted.pop(share.place, None)
        unnoted = [batch for batch in self._unnoted if batch.is_revoked]
        for share in (s for batch in unnoted for s in batch.shares):
            share.forget()  # whoever has it then finds in the group whether this was planned
        self._unnoted = [batch for batch in self._unnoted if batch not in unnoted]
        unfinished = self._await(shares)
        _log.info("partitions revoked", partitions=len(places), unfinished=unfinished)

    def _drain(self) -> None:
        """Let what is in flight end; what waits for a database that does not answer is given up."""
        for share in self._shares.values():
            share.revoked.set()
        self._await(self._shares.values())

    def _await(self, shares: Iterable[Share]) -> int:
        """Wait for what is in flight of these shares, for an insert's time; returns how much of it has not ended."""
        jobs = {s.work.future for s in shares if s.work is not None and s.work.future is not None}
        return len(wait(jobs, self._settings.insert_timeout_s).not_done)

    def _poll(self) -> None:
        full = sum(map(len, self._shares.values())) >= _BUFFERED_BATCHES * self._settings.batch_records
        limits = self._settings.batch_records, self._settings.batch_bytes
        shares = self._shares.items()
        self._member.hold([place for place, s in shares if full or s.head is None or s.is_full(*limits)])
        busy = any(share.work is not None or len(share) for share in self._shares.values())
        found = self._member.poll(_BUSY_POLL_S if busy else _IDLE_POLL_S, _POLL_RECORDS)
        self._polled_at = time.monotonic()
        for place, messages in found.items():
            share = self._shares.get(place)
            if share is not None and share.head is not None:
                share.take(messages, self._passed(share, messages))
                self._unchecked = True

    def _passed(self, share: Share, messages: Sequence[Any]) -> set[Gap]:
        """Return the gaps among facts that transactions of a foreign producer left."""
        missed = share.gaps(messages)
        return asyncio.run(left_by_transactions(self._cluster, *share.place, missed)) if missed else set()

    def _start(self, threads: ThreadPoolExecutor) -> None:
        """Begin what can be begun: questions where to go on, then the batches that have waited longest."""
        now = time.monotonic()
        if new := [s for s in self._shares.values() if s.head is None and s.work is None and now >= s.ask_at]:
            places, work = {share.place for share in new}, Work(new)
            work.future = threads.submit(self._storing.resume, places, self._life, partial(self._holds, work))
        self._plan(now)
        while self._unnoted and self._note_plan(self._unnoted[0].plan):
            batch = self._unnoted.pop(0)
            holds = partial(self._holds, batch)
            batch.future = threads.submit(self._storing.store, batch.plan, batch.stretches, holds)

    def _plan(self, now: float) -> None:
        """Make batches of what is due, one for each thread that is free."""
        under_way = {share.work for share in self._shares.values() if share.work is not None}
        packs = pack(
            self._shares.values(),
            self._settings,
            now=now,
            most=self._settings.threads - len(under_way),
            begun=self._begun,
        )
        if packs:
            self._require_same_lives()
        for found in packs:
            ranges = tuple(stretch.range for stretch in found.stretches)
            plan = Plan(found.topic, self._life[found.topic], ranges)
            self._begun[found.topic] = now
            shares = [self._shares[stretch.place] for stretch in found.stretches]
            self._unnoted.append(Batched(shares, plan, found.stretches))

    def _note_plan(self, plan: Plan) -> bool:
        begins = plan.begins()
        if not self._member.note(begins, dict.fromkeys(begins, plan.note())):
            return False
        self._show_noted(begins)
        return True

    def _holds(self, work: Work) -> bool:
        """Whether partitions are surely ours: not revoked, and the group has heard of us within a session."""
        fresh = time.monotonic() - self._polled_at < self._settings.session_timeout_s
        return fresh and not work.is_revoked

    def _require_same_lives(self) -> None:
        """Raise `ClusterError` where a topic was made again: what was read may be of either life."""
        if not self._unchecked:
            return
        if (life := self._lives.now()) != self._life:
            raise ClusterError(
                message(
                    "a topic was made again: {life} became {life_2}; start again to go on in it",
                    life=self._life,
                    life_2=life,
                )
            )
        self._unchecked = False

    def _collect(self) -> None:
        """Take the answers that have come."""
        for work in {share.work: None for share in self._shares.values() if share.work is not None}:
            if work.future is None or not work.future.done():
                continue
            shares = [share for share in work.shares if self._shares.get(share.place) is share]
            for share in shares:
                share.work = None
            try:
                result = work.future.result()
            except MovedError as e:
                _log.warning("somebody else stores these partitions", reason=str(e))
                for share in shares:
                    share.forget(time.monotonic() + self._settings.insert_timeout_s)
                continue
            except LostError:
                for share in shares:
                    share.forget()
                continue
            self._take(result, shares)

    def _take(self, result: Stored | Resumed, shares: Sequence[Share]) -> None:
        """Go on behind a batch that was stored, or where the database says."""
        if isinstance(result, Stored):
            stretches = {stretch.place: stretch for stretch in result.stretches}
            for share in shares:
                share.stored(stretches[share.place], result.seconds)
            self._on_stored(result)
            return
        for share in shares:
            share.begin_at(result.heads[share.place])
            self._member.seek(share.place, result.heads[share.place].next_offset)
        for finished in result.finished:
            self._on_stored(finished)

    def _note(self, *, at_once: bool = False) -> None:
        """Commit positions that have moved; marks of transactions move an idle one without a record."""
        now = time.monotonic()
        idle_too = at_once or now - self._noted_at >= _NOTE_EVERY_S
        if idle_too:
            self._noted_at = now
        moved: dict[Place, int] = {}
        for place, share in self._shares.items():
            if share.head is None or share.work is not None:
                continue
            is_idle = not len(share) and not share.refuses
            position = self._member.position(place) if is_idle and idle_too else share.head.next_offset
            if position > self._noted.get(place, -1):
                moved[place] = position
        if moved:
            self._fail_point("sink.before_commit")
            if self._member.note(moved):
                self._show_noted(moved)

    def _show_noted(self, positions: Mapping[Place, int]) -> None:
        self._noted.update(positions)
        for place, position in positions.items():
            figures = self._shares[place].figures
            figures.committed(position)
            figures.ends_at(self._member.end(place))
