"""A partition of derived events with its changelog, as transactions leave them, and a loop that can be cut off."""

import asyncio
from collections.abc import Collection, Sequence

from connectors.notify.channel import Channel
from events.base import Payload
from events.codec import Event
from events.envelope import Record
from pipeline.runtime.kafka.notify_task import NotifierTask
from pipeline.voice.desk import Desk
from pipeline.voice.notifier import Clock, Pace
from pipeline.voice.outlet import Outlet
from projections.accounts.shard import Flush
from tests.pipeline.derived import NOW, record

LIMIT_DAYS = 14
STEPS = 1_000


class Partition:
    """What is committed; a task that is thrown away before `commit` leaves nothing behind."""

    def __init__(self, *events: Event[Payload], number: int = 0, partitions: int = 1) -> None:
        self.number = number
        self.partitions = partitions
        self.records: list[Record] = []
        self.states: dict[str, bytes] = {}
        self.told: list[
            list[Event[Payload]]
        ] = []  # outcome events, a list for each transaction that had some
        self.end = 0
        self.add(*events)

    def add(self, *events: Event[Payload]) -> None:
        """Append events in a transaction; its mark takes an offset."""
        self.records += [record(self.end + n, event, partition=self.number) for n, event in enumerate(events)]
        self.end += len(events) + 1

    def task(
        self,
        channel: Channel | Outlet,
        *,
        begin: int = 0,
        turn_s: float = 2.0,
        quiet_s: float = 0.0,
        remade: Collection[str] = (),
        desk: Desk | None = None,
        clock: Clock = lambda: NOW,
    ) -> NotifierTask:
        """Make a task of what is committed, as an owner of the partition does that just came.

        Of a channel that is new here the position is committed, which comes before anything is told.
        """
        task = NotifierTask(
            channel if isinstance(channel, Outlet) else Outlet(channel, retry_s=0.0),
            self.number,
            self.partitions,
            self.states,
            limit_days=LIMIT_DAYS,
            clock=clock,
            desk=desk,
            begin=begin,
            pace=Pace(turn_s, quiet_s),
            remade=remade,
        )
        if not any(key.endswith("\x00") for key in self.states):
            self.commit(asyncio.run(task.finish()))
        return task

    def waiting(self, task: NotifierTask) -> Sequence[Record]:
        return [r for r in self.records if r.offset >= task.next_offset]

    def batch(self, task: NotifierTask, limit: int = STEPS) -> Flush:
        """Give a task its next records, unless it can take none, and end the batch."""
        for each in [] if task.full else self.waiting(task)[:limit]:
            task.take(each)
        return asyncio.run(task.finish())

    def commit(self, flush: Flush) -> None:
        """Do what the transaction of a batch does."""
        if not flush.states:
            assert not flush.derived
            return  # there is nothing to write
        assert flush.states[-1][0].endswith("\x00"), "the position stands last"
        self.states.update(flush.states)
        if flush.derived:
            self.told.append(flush.derived)
            self.add(*flush.derived)

    def serve(self, task: NotifierTask, limit: int = STEPS) -> None:
        """Work until nothing is left to do."""
        for _ in range(STEPS):
            if task.retry_at is None and not self.waiting(task):
                return
            self.commit(self.batch(task, limit))
        raise AssertionError("the task never came to an end")
