"""A channel of people on Kafka: the alerts of a unit lie in several partitions, and are one message."""

import asyncio

import pytest

from connectors.kafka.one_owner import OneOwner
from events.alert import AlertComposed
from events.ids import partition_of
from pipeline.voice.desk import Desk, Manner
from pipeline.voice.outlet import Outlet
from projections.rules.ladder import Ladder
from projections.voice.hours import Hours
from tests.pipeline.kafka.partition import Partition
from tests.pipeline.voice.test_personal import LINES, MORNING, UNIT, People, alert, end, staff
from tests.projections.rulebooks import KUNSHAN

ACCOUNTS = [next(f"{p}{n}" for n in range(99) if partition_of(f"{p}{n}", 2) == p) for p in range(2)]
"""One of each of two partitions."""


class Process:
    """A process that holds both partitions, with what is committed."""

    def __init__(self, channel: People, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.partitions = [
            Partition(alert(account), number=p, partitions=2) for p, account in enumerate(ACCOUNTS)
        ]
        outlet = Outlet(channel, retry_s=0.0)
        self.desk = Desk(outlet, Manner(LINES, Hours(), 2, pilot=False), Ladder(KUNSHAN), lambda _: staff())
        self.outlet = outlet
        self.at = MORNING
        self.restart()

    def restart(self) -> None:
        """Begin anew from what is committed, as after a rebalance."""
        self.desk.clear()
        self.tasks = [p.task(self.outlet, desk=self.desk, clock=lambda: self.at) for p in self.partitions]

    def work(self) -> None:
        """Take what there is in all partitions, then end a batch of each side by side, and commit."""
        for _ in range(4):
            for partition, task in zip(self.partitions, self.tasks, strict=True):
                for record in partition.waiting(task):
                    task.take(record)
            for partition, flush in zip(self.partitions, self.batches(), strict=True):
                partition.commit(flush)

    def batches(self):
        async def all_of_them():
            return await asyncio.gather(*(task.finish() for task in self.tasks))

        return self.runner.run(all_of_them())


@pytest.fixture
def channel():
    return People(renews=True)


@pytest.fixture
def process(channel):
    with asyncio.Runner() as runner:
        process = Process(channel, runner)
        yield process
        process.outlet.close()


def test_alerts_of_two_partitions_are_one_message_and_each_keeps_its_outcomes(process, channel):
    """Whichever partition's turn sent it; after a restart nothing is told again."""
    process.work()
    assert ["staff_1@" + UNIT, "staff_2@" + UNIT] == [to for _, to in channel.sent]
    told = [[e.data for e in batch] for p in process.partitions for batch in p.told]
    composed = [data for batch in told for data in batch if isinstance(data, AlertComposed)]
    assert [2, 2] == [len(data.tells) for data in composed]
    process.restart()
    process.work()
    assert 2 == len(channel.sent)


def test_cards_outlive_a_restart_whichever_partition_keeps_them(process, channel):
    """The end of an alert renews the card that another partition's turn had sent."""
    process.work()
    for account, partition in zip(ACCOUNTS, process.partitions, strict=True):
        process.restart()
        partition.add(end(account))
        process.work()
    assert 4 == len(channel.renewed)
    assert 2 == len(channel.sent)
    assert "已恢复更新" in channel.messages[-1].text


def test_what_was_sent_and_not_stored_is_sent_again(process, channel):
    """A process that dies between the two: doubles are among what was in flight, and nothing is missed."""
    for partition, task in zip(process.partitions, process.tasks, strict=True):
        for record in partition.waiting(task):
            task.take(record)
    process.batches()
    process.restart()
    process.work()
    assert 4 == len(channel.sent)
    assert 1 == len({m.text for m in channel.messages})


def test_one_process_holds_all_partitions():
    """Else what belongs together would be told by two processes, in two messages."""

    class Cluster:
        def partitions_for_topic(self, topic):
            return {topic: {0, 1, 2}}[topic]

    members = {name: OneOwner.metadata(["derived"]) for name in ("b", "a", "c")}
    given = OneOwner.assign(Cluster(), members)
    assert {"a": [("derived", [0, 1, 2])], "b": [], "c": []} == {
        name: list(found.assignment) for name, found in given.items()
    }
