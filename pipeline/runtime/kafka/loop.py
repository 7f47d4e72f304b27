"""The partition loop: records of a topic through one task a partition, each batch one transaction of Kafka.

What must hold: every record has one effect, whatever dies and whenever. Memory is a copy of the log that may be thrown
away at any moment; a partition has one owner who can commit; and nothing is visible that was not committed.

1. Assigned, under the lock: for every partition a producer is started with the transactional id `<group>-<partition>`.
   This fences: a former owner that is still alive, or wakes up later, cannot commit any more, and what it left open is
   aborted. Only then are the states read from the changelog, to its end and only what is committed. The task is made
   from them, and the consumer is set to the task's own position: the group's offset is a hint for people. With each
   position the ids of the topics are noted, so that a task knows whether one of them was made again since.
2. A position that the log does not reach, or no longer reaches back to, ends the process with a clear error.
3. Records are fetched, and handed to the task of their partition. One that was taken before is passed over. In a topic
   written without transactions the next record must be the very next offset; else the consumer is set back, a bounded
   number of times. Where a foreign producer wrote there in transactions, the log itself is asked whether their marks,
   or what they aborted, took the offsets that are missing. In a topic written with transactions gaps say nothing.
4. The task finishes its batch once its last transaction is committed. The next transaction holds derived events, dead
   letters, states with the position last, and the group's offset; while it is under way, records of the batch that
   follows are fetched and taken, up to a limit, and its end wakes the loop. Partitions work side by side. A batch that
   holds nothing but states lingers, so that alerts do not wait for the transactions of others; every batch grows with
   the load.
5. Revoked, under the lock and after the transactions under way: all tasks and producers are dropped. The library tells
   of every partition at every rebalance; whoever keeps one gets it back by step 1.
6. A task asks by `retry_at` to be finished without a record, and by `full` to be given none: its partition is paused.
7. Any exception ends the loop, and with it the process. The library repeats by itself what can be repeated; after
   all else memory may be ahead of the log. What is raised in a rebalance is only logged by the library, so it is kept
   and raised here. Nothing waits for a broker without a limit on the way out.
8. Beside all this the ids of the topics are asked for again and again. A topic that was made again ends the loop.
"""

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError

from connectors.kafka.changelog import TopicIds, read_states
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.lives import Lives
from connectors.kafka.marks import Gap, gaps, left_by_transactions
from connectors.kafka.transaction import PartitionWriter
from connectors.log.port import DERIVED, LogError
from events.envelope import Entry
from events.messages import message
from pipeline.home import metrics
from pipeline.home.failpoints import fail_point
from pipeline.runtime.kafka.awaiting import all_done, stopped
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.partition import Partition
from pipeline.runtime.kafka.role import Role, new_consumer, require_topics
from pipeline.runtime.kafka.task import MakeTask

BATCH_RECORDS = 8_000
POLL_S = 0.2
LIVES_EVERY_S = 1.0
LONG_S = 0.25
"""Records that kept the loop busy for so long let the transactions under way end before others are taken."""

LET_END_S = 5.0

Fetched = dict[TopicPartition, list[Entry]]

_log = structlog.get_logger(__name__)


class PartitionLoop(ConsumerRebalanceListener):  # type: ignore[misc] # the library has no types
    """Runs the tasks of one role on the partitions that the group gives to this process."""

    def __init__(
        self,
        cluster: Cluster,
        role: Role,
        make_task: MakeTask,
        *,
        on_drop: Callable[[], None] = lambda: None,
    ) -> None:
        self.role = role
        self._cluster = cluster
        self._make_task = make_task
        self._on_drop = on_drop  # forgets what the tasks keep in common
        self._group = cluster.group(role.name)
        self._source = cluster.topic(role.source)
        self._writers: dict[TopicPartition, PartitionWriter] = {}
        self._owned: dict[TopicPartition, Partition] = {}
        self._lock = asyncio.Lock()
        self._turn = asyncio.Lock()  # to take records: one partition at a time
        self._settled = asyncio.Event()  # partitions are assigned, and the consumer is set to their positions
        self._stopping = asyncio.Event()
        self._error: Exception | None = None
        self._lives: Lives | None = None
        self._life: TopicIds = {}  # at the last take-over
        self._asking = asyncio.Lock()
        self._starts: dict[TopicPartition, int] = {}  # where the consumer was set to at the last take-over
        self._takeovers = 0

    def stop(self) -> None:
        """Ask the loop to end after the batch in hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`; raises what ended it otherwise."""
        self._consumer = new_consumer(self._cluster, self.role)
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._consumer.start()
            await require_topics(self._cluster, self.role, self._consumer)
            topics = sorted({self.role.source, self.role.changelog, DERIVED})
            self._lives = await asyncio.to_thread(Lives, self._cluster, topics)
            self._consumer.subscribe([self._source], listener=self)
            # Side by side: a transaction on a topic that is gone would keep the work waiting for long.
            tasks = [asyncio.create_task(self._work_on()), asyncio.create_task(self._watch_lives())]
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await stopped("work", asyncio.gather(*tasks, return_exceptions=True))
            await stopped("transactions", self._written())
            await stopped("consumer", self._consumer.stop())
            await self._drop()
            if self._lives is not None:
                await stopped("topic ids", asyncio.to_thread(self._lives.close))

    async def _work_on(self) -> None:
        """Fetch, and work off what was fetched and what falls due meanwhile, until `stop`."""
        stopping = asyncio.create_task(self._stopping.wait())
        fetching: asyncio.Task[Fetched] | None = None
        try:
            while not self._stopping.is_set():
                if fetching is None:
                    takeovers = self._takeovers
                    fetching = asyncio.create_task(self._fetch())
                await self._until_due(fetching, stopping)
                if self._stopping.is_set():
                    break
                fetched: Fetched = {}
                if fetching.done():
                    fetched, fetching = fetching.result(), None
                async with self._taken_over():
                    if fetching is None and takeovers != self._takeovers:
                        # Fetched from the group's offset, perhaps: without the record whose time is the first measure.
                        self._set_back()
                        fetched = {}
                    await self._work(fetched)
        finally:
            stopping.cancel()
            if fetching is not None:  # without brokers it would never end
                fetching.cancel()
                await asyncio.gather(fetching, return_exceptions=True)
        async with self._taken_over():
            await all_done(p.finish() for p in self._owned.values() if p.lingers)
            await self._written()

    async def _until_due(self, *tasks: "asyncio.Task[Any]") -> None:
        """Wait for the first of some tasks, for the end of a transaction that others wait for, or for a time."""
        owned = self._owned.values()
        due = min((at for p in owned if (at := p.due_at) is not None), default=None)
        wait_s = None if due is None else max(0.0, due - time.monotonic())
        awaited = [writing for p in owned if (writing := p.awaited) is not None]
        await asyncio.wait((*tasks, *awaited), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)

    @contextlib.asynccontextmanager
    async def _taken_over(self) -> AsyncIterator[None]:
        """Hold the lock for work on what was taken over; raises what a take-over that was waited for failed with."""
        async with self._lock:
            if self._error is not None:
                raise self._error
            yield

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Give everything up, once the batch in hand is committed."""
        del revoked  # the library gives up all at once
        self._settled.clear()
        with self._kept():
            async with self._lock:
                await self._written()
                await self._drop()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Take partitions over."""
        with self._kept():
            async with self._lock:
                await self._take_over(sorted(assigned))
        self._settled.set()

    @contextlib.contextmanager
    def _kept(self) -> Iterator[None]:
        """Keep an error for the loop to raise; the library would log it and go on.

        It runs this in a task of its own, which it may cancel: then it is over with the group, too.
        """
        try:
            yield
        except asyncio.CancelledError:
            self._error = ClusterError(message("a rebalance was cut off"))
            raise
        except Exception as e:  # noqa: BLE001 # whatever it is
            self._error = e

    async def _fetch(self) -> Fetched:
        """Fetch what there is; waits a moment for it."""
        try:
            fetched: Fetched = await self._consumer.getmany(
                timeout_ms=int(POLL_S * 1000), max_records=BATCH_RECORDS
            )
        except (NoOffsetForPartitionError, OffsetOutOfRangeError):
            if self._settled.is_set() and self._error is None:
                raise
            # The consumer looked for a position of its own before it was told ours.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._settled.wait(), POLL_S)
            return {}
        return fetched

    async def _work(self, fetched: Fetched) -> None:
        """Work off what was fetched and what is due; what belongs to partitions that were given up is dropped."""
        for partition in self._owned.values():
            partition.check()
        await all_done(
            self._batch(partition, fetched.get(place, ()))
            for place, partition in self._owned.items()
            if place in fetched or partition.is_due()
        )

    async def _written(self) -> None:
        """Wait for the transactions under way."""
        await all_done(partition.written() for partition in self._owned.values())

    async def _batch(self, partition: Partition, messages: Sequence[Entry]) -> None:
        if messages and partition.full:
            self._consumer.seek(partition.place, partition.next_offset)
            messages = ()
        contiguous = not self.role.transactional
        passed: set[Gap] = set()
        if contiguous and (missed := gaps(partition.next_offset, [m.offset for m in messages])):
            place = partition.place
            passed = await left_by_transactions(self._cluster, self.role.source, place.partition, missed)
        # Between two partitions heartbeats and transactions go on, which brokers give up while sixteen take a midnight
        # of many accounts in one go.
        async with self._turn:
            await asyncio.sleep(0)
            began = time.monotonic()
            missing = partition.take(messages, contiguous=contiguous, passed=passed)
            if time.monotonic() - began > LONG_S:
                await self._let_end()
        if partition.place in self._consumer.assignment():
            partition.figures.ends_at(self._consumer.highwater(partition.place))
        if missing:
            self._consumer.seek(partition.place, partition.next_offset)
        if partition.is_due():
            await partition.finish()
            self._pause_or_resume(partition)

    async def _let_end(self) -> None:
        """Wait a while for the transactions under way, each of which needs the loop some six times."""
        writing = [task for p in self._owned.values() if (task := p.writing) is not None]
        if writing:
            await asyncio.wait(writing, timeout=LET_END_S)

    async def _take_over(self, places: list[TopicPartition]) -> None:
        """Fence, recover, seek."""
        await self._drop()
        began = time.monotonic()
        self._writers = {place: self._new_writer(place) for place in places}
        await asyncio.gather(*(writer.open() for writer in self._writers.values()))
        await self._recover()
        await self._seek()
        seconds = time.monotonic() - began
        metrics.REBALANCES.labels(self.role.name).inc()
        metrics.RECOVERY_SECONDS.labels(self.role.name).observe(seconds)
        _log.info(
            "partitions taken over",
            group=self._group,
            positions={place.partition: partition.next_offset for place, partition in self._owned.items()},
            seconds=round(seconds, 3),
        )

    async def _recover(self) -> None:
        """Make the tasks from their states, which no collector of garbage has to look through now or later."""
        gc.disable()
        try:
            numbers = [place.partition for place in self._writers]
            role = self.role
            life = await self._lives_now()
            stored = await read_states(
                self._cluster, role.changelog, numbers, prefix=role.key_prefix, new_states=role.new_states
            )
            self._life = await self._lives_now()
            if self._life != life:
                raise ClusterError(
                    message(
                        "a topic was made again while states were read: {life}, {self_life}",
                        life=life,
                        self_life=self._life,
                    )
                )
            for place, writer in self._writers.items():
                writer.speaks_of(life)
                found = stored.pop(place.partition)
                task = self._make_task(place.partition, found.states, found.remade(life))
                figures = Figures(role.name, role.source, place.partition)
                self._owned[place] = Partition(
                    place, role.source, task, writer, figures, max_clock_gap=role.max_clock_gap
                )
        finally:
            gc.enable()
        gc.freeze()

    async def _lives_now(self) -> TopicIds:
        """Ask for the ids of the topics, in a thread: the library that tells them waits for its answers."""
        if self._lives is None:
            raise RuntimeError("the loop does not run")
        async with self._asking:
            return await asyncio.to_thread(self._lives.now)

    async def _watch_lives(self) -> None:
        """Raise `ClusterError` once a topic was made again; who cannot be asked now is asked again."""
        while True:
            await asyncio.sleep(LIVES_EVERY_S)
            known = life = self._life
            with contextlib.suppress(ClusterError):
                life = await self._lives_now()
            if known and life != known == self._life:
                raise ClusterError(
                    message("a topic was made again: {known} became {life}", known=known, life=life)
                )

    async def _seek(self) -> None:
        """Set the consumer to the positions of the tasks; raises `LogError` for one that the log does not hold."""
        starts = await self._consumer.beginning_offsets(list(self._owned))
        ends = await self._consumer.end_offsets(list(self._owned))
        for place, partition in self._owned.items():
            position = partition.next_offset
            if not starts[place] <= position <= ends[place]:
                raise LogError(
                    message(
                        "{topic}/{partition} holds offsets {starts} to {ends}, and the states in"
                        " {role_topic} go on at {position}: records were deleted, or the states belong to"
                        " another log; restore the log, or let the states be made anew from an empty"
                        " changelog",
                        topic=place.topic,
                        partition=place.partition,
                        starts=starts[place],
                        ends=ends[place],
                        role_topic=self._cluster.topic(self.role.changelog),
                        position=position,
                    )
                )
            # One earlier where there is one: its time is the measure of the next one's.
            self._starts[place] = max(position - 1, starts[place])
            partition.figures.committed(position)
            partition.figures.ends_at(ends[place])
            self._pause_or_resume(partition)
        self._set_back()
        self._takeovers += 1

    def _set_back(self) -> None:
        """Set the consumer to where the work on the partitions begins."""
        for place in self._owned:
            self._consumer.seek(place, self._starts[place])

    def _pause_or_resume(self, partition: Partition) -> None:
        if partition.full:
            self._consumer.pause(partition.place)
        elif partition.place in self._consumer.paused():
            self._consumer.resume(partition.place)

    async def _drop(self) -> None:
        """Give up all partitions with what they hold in memory."""
        self._on_drop()
        for partition in self._owned.values():
            partition.abandon()
        writers, self._owned, self._writers = self._writers.values(), {}, {}
        await stopped("producers", asyncio.gather(*(writer.close() for writer in writers)))

    def _new_writer(self, place: TopicPartition) -> PartitionWriter:
        return PartitionWriter(self._cluster, self._group, place, self.role.changelog, fail_point=fail_point)
