"""The sink of a log on Kafka: facts and derived events into the history, in order, each record once."""

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from functools import partial
from itertools import islice
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
from pipeline import metrics
from pipeline.kafka.figures import Figures
from pipeline.kafka.lag import SINK
from pipeline.kafka.plans import Plan, read_plans
from pipeline.kafka.share import Share, Stretch
from pipeline.kafka.sink_settings import SinkSettings
from pipeline.kafka.storing import LostError, Stored, Storing

_BUSY_POLL_S = 0.02
_IDLE_POLL_S = 0.2
_POLL_RECORDS = 10_000
_BUFFERED_BATCHES = 4
_NOTE_EVERY_S = 1.0
_log = structlog.get_logger(__name__)


class KafkaSink:
    """Copies what the group gives to this process.

    1. Assigned: the database is asked where the history of the partition ends; reading begins there.
    2. Read: records wait, by partition, for others to come: longer while inserts are under way, so that batches grow
       with the backlog. Whoever has too many waiting is not read, but polling goes on, to stay in the group.
    3. Before a batch is stored, the topics' ids are compared with those of the start: what was read before the
       question is of the life that the answer names.
    4. The batch is planned: noted in the group, which takes notes of its members only (`Plan`).
    5. One batch of a partition is in flight at a time (`Storing`).
    6. Stored in every table: the position is committed, for `xuncha lag` and for commands that wait for the history.
       Nobody resumes from it.
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
        jobs = [share.job for share in shares if share.job is not None]
        _, unfinished = wait(jobs, self._settings.insert_timeout_s)
        _log.info("partitions revoked", partitions=len(places), unfinished=len(unfinished))

    def _drain(self) -> None:
        """Let what is in flight end; what waits for a database that does not answer is given up."""
        for share in self._shares.values():
            share.revoked.set()
        jobs = [share.job for share in self._shares.values() if share.job is not None]
        wait(jobs, self._settings.insert_timeout_s)

    def _poll(self) -> None:
        full = sum(map(len, self._shares.values())) >= _BUFFERED_BATCHES * self._settings.batch_records
        limits = self._settings.batch_records, self._settings.batch_bytes
        self._member.hold(
            [
                place
                for place, share in self._shares.items()
                if share.head is None or share.is_full(*limits) or (full and share.wanted_end is None)
            ]
        )
        busy = any(share.job is not None or len(share) for share in self._shares.values())
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
        new = [s for s in self._shares.values() if s.head is None and s.job is None and now >= s.ask_at]
        if new:
            places = {share.place for share in new}
            job = threads.submit(self._storing.resume, places, self._life, partial(self._holds, *new))
            for share in new:
                share.job = job
        due = self._due(now)
        if not due:
            return
        self._require_same_lives()
        plans = {
            s.place: Plan(stretch.begin, stretch.end, self._life[s.place[0]]) for s, stretch in due.items()
        }
        begins = {place: plan.begin for place, plan in plans.items()}
        if not self._member.note(begins, {place: plan.note() for place, plan in plans.items()}):
            return
        self._noted.update(begins)
        for share, stretch in due.items():
            life = plans[share.place].life
            share.job = threads.submit(self._storing.store, stretch, life, partial(self._holds, share))

    def _due(self, now: float) -> dict[Share, Stretch]:
        """Return what to store now, one stretch for each thread that is free."""
        s = self._settings
        free = s.threads - len({share.job for share in self._shares.values() if share.job is not None})
        stretches = (
            (share, share.next_stretch(s.batch_records, s.batch_bytes, now=now, linger_s=s.linger_s))
            for share in sorted(self._shares.values(), key=lambda share: share.since)
        )
        return dict(islice(((share, found) for share, found in stretches if found is not None), max(free, 0)))

    def _holds(self, *shares: Share) -> bool:
        """Whether partitions are surely ours: not revoked, and the group has heard of us within a session."""
        fresh = time.monotonic() - self._polled_at < self._settings.session_timeout_s
        return fresh and not any(share.revoked.is_set() for share in shares)

    def _require_same_lives(self) -> None:
        """Raise `ClusterError` where a topic was made again: what was read may be of either life."""
        if not self._unchecked:
            return
        if (life := self._lives.now()) != self._life:
            raise ClusterError(
                f"a topic was made again: {self._life} became {life}; start again to go on in it"
            )
        self._unchecked = False

    def _collect(self) -> None:
        """Take the answers that have come."""
        for place, share in list(self._shares.items()):
            job = share.job
            if job is None or not job.done():
                continue
            share.job = None
            try:
                result = job.result()
            except MovedError as e:
                _log.warning("somebody else stores this partition", reason=str(e))
                share.forget(time.monotonic() + self._settings.insert_timeout_s)
                continue
            except LostError:
                share.forget()
                continue
            if isinstance(result, Stored):
                share.stored(result.stretch, result.seconds)
                self._on_stored(result)
            else:
                share.begin_at(result[place].head, result[place].planned_end)
                self._member.seek(place, result[place].head.next_offset)

    def _note(self, *, at_once: bool = False) -> None:
        """Commit positions that have moved; marks of transactions move an idle one without a record."""
        now = time.monotonic()
        idle_too = at_once or now - self._noted_at >= _NOTE_EVERY_S
        if idle_too:
            self._noted_at = now
        moved: dict[Place, int] = {}
        for place, share in self._shares.items():
            if share.head is None:
                continue
            is_idle = share.job is None and not len(share) and not share.refuses
            position = self._member.position(place) if is_idle and idle_too else share.head.next_offset
            if position > self._noted.get(place, -1):
                moved[place] = position
        if moved:
            self._fail_point("sink.before_commit")
            if self._member.note(moved):
                self._noted.update(moved)
                for share in [s for place, s in self._shares.items() if place in moved]:
                    share.figures.committed(moved[share.place])
                    share.figures.ends_at(self._member.end(share.place))
