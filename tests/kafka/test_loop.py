"""The partition loop on a real broker, run in this process: what it writes, takes, waits for and refuses."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from connectors.kafka.changelog import lives_header
from connectors.kafka.cluster import FOLD_STATES, Cluster, ClusterError
from connectors.kafka.topics import incarnations
from connectors.log.port import DERIVED, FACTS, LogError
from events.envelope import Record
from pipeline.home.dead_letter_limit import BURST
from pipeline.home.rulesets import find_ruleset
from pipeline.runtime.kafka import loop as loop_module
from pipeline.runtime.kafka.app import _run_to_end
from pipeline.runtime.kafka.exits import TRY_AGAIN
from pipeline.runtime.kafka.fold import fold_loop
from pipeline.runtime.kafka.loop import PartitionLoop
from pipeline.runtime.kafka.role import Role
from projections.accounts.shard import META_KEY, Flush
from tests.kafka.city import city
from tests.kafka.contents import WITHIN_S
from tests.kafka.worker_process import RULESET
from tests.kafka_plugin import PARTITIONS

OTHER_RULESET = find_ruleset("national-2019-19").ruleset
GOOD = 1_000
BAD = 8


def run(loop: PartitionLoop, until: Callable[[], bool]) -> None:
    """Run a loop in this process until something is so; raises what the loop raises."""

    async def main() -> None:
        running = asyncio.create_task(loop.run())
        deadline = time.monotonic() + WITHIN_S
        while not running.done() and not await asyncio.to_thread(until):
            assert time.monotonic() < deadline, "waited in vain"
            await asyncio.sleep(0.05)
        loop.stop()
        await running

    asyncio.run(main())


def folds(cluster: Cluster, ruleset: Any = RULESET) -> PartitionLoop:
    return fold_loop(cluster, ruleset, session_timeout_s=6)


def never() -> bool:
    return False


@pytest.mark.slow
def test_facts_become_derived_events_states_and_offsets(contents):
    """What a reader of committed records sees is what the pure folds make, and the group stands at the end."""
    contents.append(city(60, 100))
    run(folds(contents.cluster), contents.is_worked_off)
    contents.check(RULESET)


@pytest.mark.slow
def test_another_run_goes_on_where_the_last_one_stopped(contents):
    """A second owner takes the states over and folds only what came since."""
    facts = list(city(60, 100))
    for begin in range(0, len(facts), 3_000):
        contents.append(facts[begin : begin + 3_000])
        run(folds(contents.cluster), contents.is_worked_off)
    contents.check(RULESET)


@pytest.mark.slow
def test_states_of_another_ruleset_are_folded_anew(contents):
    """Nothing of the old ruleset is left, also where the first run under the new one stops before it is through."""
    contents.append(city(60, 100))
    run(folds(contents.cluster, OTHER_RULESET), contents.is_worked_off)
    before = contents.states()
    run(folds(contents.cluster), lambda: contents.states() != before)
    run(folds(contents.cluster), contents.is_worked_off)
    assert contents.folded(RULESET)[1] == contents.states()


@pytest.mark.slow
def test_a_few_bad_records_become_dead_letters(contents):
    """1,000 good and 8 bad records go through; each letter keeps its place, reason and key, and a hash of its bytes."""
    good = list(city(40, 23))[:GOOD]
    for n in range(BAD):
        contents.append(good[n * 125 : (n + 1) * 125])
        contents.append_raw(n % PARTITIONS, [(b"key %d" % n, b"no event %d" % n)])
    run(folds(contents.cluster), contents.is_worked_off)
    contents.check(RULESET)
    letters = contents.letters()
    headers = [dict(m.headers) for m in letters]
    hashes = {(b"key %d" % n, hashlib.sha256(b"no event %d" % n).hexdigest().encode()) for n in range(BAD)}
    assert hashes == {(m.key, h["sha256"]) for m, h in zip(letters, headers, strict=True)}
    assert {b""} == {m.value for m in letters}
    assert {b"facts"} == {h["origin"] for h in headers}
    assert all(h["place"].startswith(b"partition ") and h["reason"].startswith(b"no event") for h in headers)


def test_a_burst_of_bad_records_is_refused_and_nothing_of_it_is_committed(contents):
    """The batch with the burst leaves no letter, no state and no offset behind."""
    contents.append_raw(1, [(b"k", b"no event %d" % n) for n in range(BURST + 1)])
    with pytest.raises(LogError, match="101 of 101 records of partition 1 cannot be read"):
        run(folds(contents.cluster), never)
    assert [] == contents.letters()
    assert [{}] * PARTITIONS == contents.states()
    assert 0 == contents.committed()


def test_a_position_before_the_start_of_the_log_is_refused(contents):
    """Facts that were deleted before they were folded can't be passed over."""
    contents.append_raw(2, [(b"k", b"no event")] * 3)
    admin = KafkaAdminClient(bootstrap_servers=contents.cluster.bootstrap)
    admin.delete_records({TopicPartition(contents.cluster.topic(FACTS), 2): 2})
    admin.close()
    with pytest.raises(LogError, match=r"facts/2 holds offsets 2 to 3, and the states in .* go on at 0"):
        run(folds(contents.cluster), never)


def test_a_position_behind_the_end_of_the_log_is_refused(contents):
    """States of a log that is gone must not swallow the first facts of the new one."""
    shard_of_another_log = dict(contents_of_a_fold(50))
    lives = incarnations(contents.cluster)
    note = lives_header({topic: str(lives[topic]) for topic in (FACTS, DERIVED, FOLD_STATES)})
    contents.append_raw(0, [(b"", shard_of_another_log[META_KEY])], FOLD_STATES, [note])
    with pytest.raises(LogError, match=r"facts/0 holds offsets 0 to 0, and the states in .* go on at 50"):
        run(folds(contents.cluster), never)


def contents_of_a_fold(records: int) -> list[tuple[str, bytes]]:
    from projections.accounts.shard import Shard

    shard = Shard(0, RULESET, {})
    for offset in range(records):
        shard.apply(Record(0, offset, 0, b"no event"))
    return shard.flush().states


def test_missing_topics_are_named(bare_cluster):
    """Without them the library would wait in silence."""
    with pytest.raises(ClusterError, match=r"no topic .*dead-letters.*make it with `xuncha topics apply`"):
        run(folds(bare_cluster), never)


def _nothing(task: "Script") -> None:
    del task


class Script:
    """A task that notes what it is given and asks for what the test wants."""

    take_all = None
    held = 0

    def __init__(self, stored: Mapping[str, bytes]) -> None:
        self.stored = dict(stored)
        self.taken: list[int] = []
        self.finished = 0
        self.next_offset = int(stored.get("position", b"0"))
        self.retry_at: float | None = None
        self.full = False
        self.urgent = True
        self.after_finish: Callable[[Script], None] = _nothing

    def take(self, record: Record) -> None:
        assert not self.full
        self.taken.append(record.offset)
        self.next_offset = record.offset + 1

    async def finish(self) -> Flush:
        self.finished += 1
        self.after_finish(self)
        return Flush([], [("position", b"%d" % self.next_offset)], [], self.next_offset)


class Scripts:
    """Makes the tasks of a loop, and keeps them for the test to look at."""

    def __init__(self, prepare: Callable[[Script], None] = _nothing) -> None:
        self.tasks: dict[int, Script] = {}
        self._prepare = prepare

    def __call__(self, partition: int, stored: Mapping[str, bytes], remade: Collection[str] | None) -> Script:
        del remade
        task = self.tasks[partition] = Script(stored)
        self._prepare(task)
        return task

    def loop(self, cluster: Cluster, **role: Any) -> PartitionLoop:
        given = {"source": FACTS, "changelog": FOLD_STATES, "transactional": False} | role
        return PartitionLoop(cluster, Role("scripted", **given), self)


def numbered(count: int) -> Iterable[tuple[bytes, bytes]]:
    return [(b"k", b"%d" % n) for n in range(count)]


@pytest.mark.slow
def test_a_task_is_finished_at_the_time_it_asks_for(contents):
    """No record has to come for it, and it is not asked again once it asks no more."""
    began = time.monotonic()

    def prepare(task: Script) -> None:
        def ended(task: Script) -> None:
            ended_at.append(time.monotonic())
            task.retry_at = None if task.finished == 2 else time.monotonic()

        task.retry_at = began + 2
        task.after_finish = ended

    ended_at: list[float] = []
    scripts = Scripts(prepare)
    run(scripts.loop(contents.cluster), lambda: time.monotonic() > began + 4)
    assert [2] * PARTITIONS == [task.finished for task in scripts.tasks.values()]
    assert all(began + 2 <= at < began + 4 for at in ended_at)


def test_what_lingers_is_written_before_the_loop_ends(contents):
    """Who is asked to stop finishes what it has in hand, though nobody waits for it."""

    def prepare(task: Script) -> None:
        task.urgent = False

    scripts = Scripts(prepare)
    contents.append_raw(0, numbered(5))
    run(scripts.loop(contents.cluster), lambda: 0 in scripts.tasks and scripts.tasks[0].next_offset == 5)
    again = Scripts()
    run(again.loop(contents.cluster), lambda: len(again.tasks) == PARTITIONS)
    assert {"position": b"5"} == again.tasks[0].stored


@pytest.mark.slow
def test_a_full_task_is_given_nothing_until_it_has_room(contents):
    """Its partition is paused and the others go on; then it gets every record, each once."""
    release_at = time.monotonic() + 4

    def prepare(task: Script) -> None:
        if len(scripts.tasks) == 1:
            task.full, task.retry_at = True, release_at
            task.after_finish = lambda t: setattr(t, "full", False) or setattr(t, "retry_at", None)

    scripts = Scripts(prepare)
    for partition in range(PARTITIONS):
        contents.append_raw(partition, numbered(50))
    all_taken = lambda: all(len(task.taken) == 50 for task in scripts.tasks.values()) and scripts.tasks  # noqa: E731
    run(scripts.loop(contents.cluster), lambda: bool(all_taken()))
    assert time.monotonic() > release_at
    assert all(list(range(50)) == task.taken for task in scripts.tasks.values())


def test_the_net_gets_a_look_between_two_partitions(contents):
    """Sixteen midnights of many accounts in one go would cost the group its member, and transactions their time."""
    passes = 0

    def passed() -> None:
        nonlocal passes
        passes += 1
        asyncio.get_running_loop().call_soon(passed)

    def prepare(task: Script) -> None:
        def take(record: Record) -> None:
            Script.take(task, record)
            taken_at.append((passes, id(task)))

        if not passes:
            passed()
        task.take = take

    taken_at: list[tuple[int, int]] = []
    scripts = Scripts(prepare)
    for partition in range(PARTITIONS):
        contents.append_raw(partition, numbered(50))
    run(scripts.loop(contents.cluster), lambda: len(taken_at) == 50 * PARTITIONS)
    tasks_of = {at: {task for pass_, task in taken_at if pass_ == at} for at, _ in taken_at}
    assert max(map(len, tasks_of.values())) == 1


def test_transactions_end_behind_records_that_took_long(contents, monkeypatch):
    """No more than the one that was just begun is under way while a partition keeps the process busy."""
    monkeypatch.setattr("pipeline.runtime.kafka.loop.LONG_S", 0.1)

    def prepare(task: Script) -> None:
        def take(record: Record) -> None:
            if not task.taken:
                under_way.append(sum(p.writing is not None for p in loop._owned.values()))
                time.sleep(0.2)
            Script.take(task, record)

        task.take = take

    under_way: list[int] = []
    for partition in range(PARTITIONS):
        contents.append_raw(partition, numbered(5))
    scripts = Scripts(prepare)
    loop = scripts.loop(contents.cluster)
    run(loop, lambda: len(under_way) == PARTITIONS == len([t for t in scripts.tasks.values() if t.finished]))
    assert max(under_way) <= 1


def test_only_the_states_of_its_own_keys_are_read(contents):
    """Groups may share a changelog; a state without value is gone."""
    rows = [(b"a\0x", b"1"), (b"b\0x", b"2"), (b"a\0y", b"3"), (b"a\0y", None), (b"a\0x", b"4")]
    contents.append_raw(0, rows, FOLD_STATES)
    scripts = Scripts()
    run(scripts.loop(contents.cluster, key_prefix="a\0"), lambda: len(scripts.tasks) == PARTITIONS)
    assert {"a\0x": b"4"} == scripts.tasks[0].stored


def test_an_error_in_a_rebalance_ends_the_loop(contents):
    """The library only logs what a listener raises, and would go on without the partitions."""

    def prepare(task: Script) -> None:
        raise ZeroDivisionError(task)

    with pytest.raises(ZeroDivisionError):
        run(Scripts(prepare).loop(contents.cluster), never)


class Overtaken(PartitionLoop):
    """A loop whose second take-over goes on once the work waits for it."""

    async def _take_over(self, places: list[Any]) -> None:
        self.fetched = asyncio.Event()
        if self._takeovers:
            await self.fetched.wait()
        await super()._take_over(places)

    async def _fetch(self) -> Any:
        fetched = await super()._fetch()
        self.fetched.set()
        return fetched


def test_nothing_is_worked_off_after_a_take_over_that_failed(contents):
    """Work that waited for it finds tasks half made: the error is raised, and none of them is finished."""

    def prepare(task: Script) -> None:
        task.retry_at = time.monotonic() if len(made) == PARTITIONS else None
        made.append(task)
        if len(made) > PARTITIONS + 1:
            raise ZeroDivisionError(task)

    async def main() -> None:
        running = asyncio.create_task(loop.run())
        deadline = time.monotonic() + WITHIN_S
        while not loop._takeovers:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        await loop.on_partitions_assigned(list(loop._owned))
        await running

    made: list[Script] = []
    role = Role("scripted", source=FACTS, changelog=FOLD_STATES, transactional=False)
    loop = Overtaken(contents.cluster, role, Scripts(prepare))
    with pytest.raises(ZeroDivisionError):
        asyncio.run(main())
    assert [0] * len(made) == [task.finished for task in made]


@pytest.mark.slow
def test_offsets_that_transactions_take_are_no_gap(contents):
    """Derived events are read past the marks of the transactions that wrote them."""
    facts = list(city(60, 100))
    for half in (facts[:3_000], facts[3_000:]):
        contents.append(half)
        run(folds(contents.cluster), contents.is_worked_off)
    wanted = sum(map(len, contents.derived()))
    scripts = Scripts()
    told = lambda: sum(len(task.taken) for task in scripts.tasks.values())  # noqa: E731
    run(
        scripts.loop(contents.cluster, source="derived", changelog="notified", transactional=True),
        lambda: told() == wanted,
    )
    assert any(task.next_offset > len(task.taken) for task in scripts.tasks.values())


@pytest.mark.slow
def test_facts_that_are_missing_are_asked_for_and_then_refused(contents, monkeypatch):
    """In a topic written without transactions an offset that does not come is a lost fact."""

    async def nothing(*_: Any) -> set[Any]:
        return set()  # as the log says where records are gone; here it is a mark that stands between

    monkeypatch.setattr(loop_module, "left_by_transactions", nothing)
    asyncio.run(write_in_transactions(contents.cluster))
    scripts = Scripts()
    with pytest.raises(
        LogError, match="facts/0: the record at offset 1 does not come, 10 times 2 came instead"
    ):
        run(scripts.loop(contents.cluster), never)
    assert [0] == scripts.tasks[0].taken


async def write_in_transactions(cluster: Cluster) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=cluster.bootstrap, transactional_id=cluster.prefix
    ) as producer:
        for n in range(2):
            async with producer.transaction():  # its mark takes offset 1
                await producer.send_and_wait(cluster.topic(FACTS), b"%d" % n, b"k", partition=0)


def test_marks_of_a_foreign_producer_among_the_facts_are_no_gap(contents):
    """The log itself tells that a mark stands there, and the consumer is not set back."""
    asyncio.run(write_in_transactions(contents.cluster))
    contents.append_raw(0, numbered(2))
    scripts = Scripts()
    run(scripts.loop(contents.cluster), lambda: bool(scripts.tasks) and len(scripts.tasks[0].taken) == 4)
    assert [0, 2, 4, 5] == scripts.tasks[0].taken


def test_a_loop_whose_tasks_are_cut_off_ends_the_process(contents):
    """The library cancels what it waits for when brokers fail it: that is no wish to stop."""

    def prepare(task: Script) -> None:
        def cut_off(task: Script) -> None:
            raise asyncio.CancelledError(task)

        task.after_finish = cut_off

    contents.append_raw(0, numbered(5))
    loop = Scripts(prepare).loop(contents.cluster)
    assert TRY_AGAIN == asyncio.run(_run_to_end(loop))


def test_a_rebalance_that_is_cut_off_ends_the_process(contents):
    """The library's own task would end, and the loop would wait for partitions for ever."""

    def prepare(task: Script) -> None:
        raise asyncio.CancelledError(task)

    assert TRY_AGAIN == asyncio.run(_run_to_end(Scripts(prepare).loop(contents.cluster)))
