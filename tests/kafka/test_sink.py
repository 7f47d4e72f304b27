"""The sink between a real Kafka and a real history server that is killed, slow, full, or loses its answers."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from connectors.kafka.client import admin
from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.kafka.member import Member
from connectors.kafka.offsets import read_group
from connectors.kafka.topics import apply_topics, incarnations
from connectors.log.port import DERIVED, FACTS
from events.clock import ClockTicked
from events.codec import Event, encode_event
from events.ids import fact_id
from events.instants import to_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished, PostWithdrawn
from pipeline.runtime.kafka.plans import read_plans
from pipeline.runtime.kafka.sink_settings import SinkSettings
from tests.http_proxy import NOT_ENOUGH_SPACE, Forward, LoseAnswer, Refuse
from tests.kafka.sink_bench import (
    SETTINGS,
    Running,
    SinkProcess,
    check_views,
    check_whole,
    is_done,
    noted,
    until,
)
from tests.kafka_plugin import PARTITIONS

T0 = datetime(2021, 6, 1, tzinfo=UTC)
numbers = count()


@pytest.fixture
def log(cluster: Cluster, tmp_path: Path) -> Iterator[KafkaLog]:
    with closing(KafkaLog(cluster, tmp_path / "memory.sqlite", fail_point=lambda _: None)) as log:
        yield log


def facts(n):
    """Make posts, looks, withdrawals, ticks, and some of them again."""
    start = next(numbers) * 1_000_000
    made = []
    for i in range(start, start + n):
        subject = f"wechat:{i % 50}"
        post = Event(fact_id("t", subject, str(i)), "t", subject, T0 + timedelta(seconds=i), PostPublished())
        wrong = PostWithdrawn(corrects=post.id, reason="wrong")
        made += [post, Event(fact_id("t", subject, f"l{i}"), "t", subject, post.time, AccountPatrolled())]
        if i % 7 == 0:
            made += [Event(fact_id("t", subject, f"w{i}"), "t", subject, post.time, wrong), post]
        if i % 20 == 0:
            made.append(Event(fact_id("clock", "clock", str(i)), "clock", "clock", post.time, ClockTicked()))
    return made


@pytest.mark.slow
def test_facts_and_derived_events_arrive_once(cluster, log, history):
    """Both topics, in every table, with the log's times; marks of transactions hold up no position."""
    log.append(facts(300))
    producer = KafkaProducer(bootstrap_servers=cluster.bootstrap, transactional_id=cluster.prefix)
    producer.init_transactions()
    for keep in (True, False, True):
        producer.begin_transaction()
        for event in facts(10):
            producer.send(cluster.topic(DERIVED), encode_event(event), partition=1)
        producer.commit_transaction() if keep else producer.abort_transaction()
    producer.close()
    with Running(cluster, history):
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
        log.append(facts(50))
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
    with closing(history.direct()) as client:
        assert check_whole(client, log) > 700
        check_times(client, log)


def check_times(client, log):
    """Compare the times of the facts with those of the log."""
    found = client.query(
        "SELECT partition, recorded_at FROM records WHERE topic = 'facts' ORDER BY partition, offset"
    )
    wanted = [(p, r.recorded_at) for p in range(PARTITIONS) for r in log.read(FACTS, p, 0, 1 << 30)]
    assert wanted == [(p, to_micros(at)) for p, at in found.result_rows]


@pytest.mark.slow
def test_a_new_sink_goes_on_where_the_database_stopped(cluster, log, history):
    """Also where the group's own positions say something else; a table that is behind catches up first."""
    log.append(facts(200))
    with Running(cluster, history):
        until(lambda: is_done(cluster, log))
    with closing(history.direct()) as client:
        client.command("DELETE FROM looks WHERE offset > 20", settings={"mutations_sync": 2})
        log.append(facts(200))
        with Running(cluster, history):
            until(lambda: is_done(cluster, log))
        check_whole(client, log)


@pytest.mark.slow
def test_an_insert_whose_answer_is_lost_stands_once(cluster, log, history):
    """It was done; the same batch is asked for again and not stored again."""
    history.proxy.next_inserts("records", *[LoseAnswer() for _ in range(3)])
    with Running(cluster, history):
        for _ in range(3):
            log.append(facts(70))
            until(lambda: is_done(cluster, log))
    assert sum(isinstance(f, LoseAnswer) for f in history.proxy.fates) == 3
    with closing(history.direct()) as client:
        check_whole(client, log)


@pytest.mark.slow
def test_an_answer_slower_than_an_insert_may_take_is_asked_for_again(cluster, log, history):
    """The sink gives up waiting while the batch stands already, and stays in its group meanwhile."""
    slow = Forward(answer_after_s=SETTINGS.insert_timeout_s + 1)
    history.proxy.next_inserts("records", slow, slow)
    with Running(cluster, history):
        for _ in range(2):
            log.append(facts(50))
            until(lambda: is_done(cluster, log))
    assert history.proxy.fates.count(slow) == 2
    with closing(history.direct()) as client:
        check_whole(client, log)


@pytest.mark.slow
def test_a_full_disk_is_waited_out(cluster, log, history):
    """Error 243 of the server: nothing is lost, nothing is skipped, and it goes on by itself."""
    history.proxy.next_inserts("records", *[Refuse(243, NOT_ENOUGH_SPACE) for _ in range(6)])
    log.append(facts(100))
    with Running(cluster, history) as sink:
        until(lambda: is_done(cluster, log))
        assert not sink.ended()
    assert sum(isinstance(f, Refuse) for f in history.proxy.fates) == 6
    with closing(history.direct()) as client:
        check_whole(client, log)


@pytest.mark.slow
def test_a_server_that_is_killed_and_started_again_is_waited_for(cluster, log, history):
    """During inserts, and away for longer than a session lasts; the sink keeps its partitions and loses nothing."""
    with Running(cluster, history) as sink:
        log.append(facts(50))
        until(lambda: is_done(cluster, log))
        log.append(facts(2000))
        history.kill()
        log.append(facts(50))
        away = len(history.proxy.fates)
        until(lambda: len(history.proxy.fates) >= away + 4)
        history.start_again()
        until(lambda: is_done(cluster, log))
        assert not sink.ended()
    with closing(history.direct()) as client:
        check_whole(client, log)


@pytest.mark.slow
def test_a_sink_gives_up_in_the_end(cluster, log, history):
    """A database that stays away ends the process, which a supervisor starts again."""
    history.proxy.rule = lambda _: Refuse(243, NOT_ENOUGH_SPACE)
    log.append(facts(10))
    settings = SinkSettings(session_timeout_s=4.0, give_up_s=1.0)
    with Running(cluster, history, settings) as sink:
        until(sink.ended)
    assert "NOT_ENOUGH_SPACE" in str(sink.error)


@pytest.mark.slow
def test_a_topic_made_again_begins_a_new_life(cluster, log, history, tmp_path):
    """The sink notices and ends; the next one stores the new life beside the old, later in time, repeats marked."""
    old = facts(100)
    log.append(old)
    before = str(incarnations(cluster)[FACTS])
    with Running(cluster, history) as sink:
        until(lambda: is_done(cluster, log))
        with admin(cluster) as client:
            client.delete_topics([cluster.topic(FACTS)])
            until(lambda: cluster.topic(FACTS) not in client.list_topics())
        apply_topics(cluster, partitions=PARTITIONS)
        with closing(KafkaLog(cluster, tmp_path / "new.sqlite", fail_point=lambda _: None)) as new:
            new.append([*old[:40], *facts(100)])
            until(sink.ended)
            assert sink.error is not None
            with Running(cluster, history):
                until(lambda: is_done(cluster, new))
            with closing(history.direct()) as db:
                check_whole(db, new, life=str(incarnations(cluster)[FACTS]))
                check_views(db)
                lives = db.query(
                    "SELECT incarnation, countIf(repeats), min(recorded_at), max(recorded_at) FROM records"
                    " WHERE type != 'clock.ticked' GROUP BY incarnation ORDER BY min(recorded_at)"
                ).result_rows
    assert [life for life, *_ in lives] == [before, str(incarnations(cluster)[FACTS])]
    assert lives[1][1] >= lives[0][1] + 30
    assert lives[0][3] < lives[1][2]


@pytest.mark.slow
@pytest.mark.parametrize("point", ["sink.before_commit:3", "sink.before_insert:3", "sink.after_insert:3"])
def test_what_a_sleeper_does_after_it_lost_its_partitions_stands_once(cluster, log, history, tmp_path, point):
    """It falls asleep between question and insert, others store more behind the same offset, and it wakes."""
    sleeper = SinkProcess(cluster, history, tmp_path / "sleeper", stop_at=point)
    try:
        until(lambda: sleeper.is_asleep() or grown(cluster, log))
        log.append(facts(300))
        with Running(cluster, history):
            until(lambda: is_done(cluster, log), lambda: noted(cluster))
            held = sleeper.assignments()
            sleeper.send(signal.SIGCONT)
            until(lambda: sleeper.assignments() > held)
            log.append(facts(50))
            until(lambda: is_done(cluster, log), lambda: noted(cluster))
        until(lambda: sleeper.assignments() > held + 1)
        sleeper.send(signal.SIGTERM)
        assert sleeper.code() == 0
    finally:
        sleeper.end()
    with closing(history.direct()) as client:
        check_whole(client, log)


def grown(cluster, log):
    """Append more once all is stored: a sink that always has more to do says where it is in its plans alone."""
    if is_done(cluster, log):
        log.append(facts(20))
    return False


@pytest.mark.slow
def test_the_next_owner_stores_the_stretch_that_a_former_program_planned(cluster, log, history):
    """Neither more nor less of it, though it has more at hand: the sleeper's insert and its own are then one."""
    log.append(facts(100))
    life = str(incarnations(cluster)[FACTS])
    name = TopicPartition(cluster.topic(FACTS), 2)
    with admin(cluster) as client:
        client.alter_group_offsets(cluster.group("sink"), {name: OffsetAndMetadata(0, f"7 {life}", -1)})
    stored = []
    with Running(cluster, history, on_stored=stored.append):
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
    ends = [st.end for s in stored for st in s.stretches if st.place == (FACTS, 2)]
    assert ends[0] == 7
    assert [(FACTS, 2)] == [st.place for st in stored[0].stretches]
    assert ends[-1] == log.end_offsets(FACTS)[2]
    with closing(history.direct()) as client:
        check_whole(client, log)


@pytest.mark.slow
def test_many_partitions_are_one_insert(cluster, log, history):
    """As many records in each as came together; each batch is told of once."""
    log.append(facts(100))
    stored = []
    with Running(cluster, history, on_stored=stored.append):
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
    assert len(stored[0].stretches) > 1
    with closing(history.direct()) as client:
        told = [(*st.place, r.offset) for s in stored for st in s.stretches for r in st.records]
        assert len(told) == check_whole(client, log)
        assert len(set(told)) == len(told)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["sink.before_insert", "sink.after_insert"])
@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "asleep"])
def test_two_sinks_that_take_half_of_a_batch_each_finish_it_together(
    cluster, log, history, tmp_path, point, is_killed
):
    """The first owner is killed before or after its insert, or sleeps there and wakes when they have gone on."""
    log.append(facts(200))
    how = {"XUNCHA_FAIL_POINT": f"{point}:1"} if is_killed else {"stop_at": f"{point}:1"}
    first = SinkProcess(cluster, history, tmp_path / "first", **how)
    heirs = []
    try:
        until(lambda: first.process.poll() is not None if is_killed else first.is_asleep())
        (plan,) = {plan for place, plan in read_plans(cluster).items() if place[0] == FACTS}
        assert len(plan.ranges) == PARTITIONS
        log.append(facts(100))
        heirs = [SinkProcess(cluster, history, tmp_path / f"heir{n}") for n in range(2)]
        until(lambda: len(holders(cluster) - {first.process.pid}) == 2, lambda: holders(cluster))
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
        assert holders(cluster) == {heir.process.pid for heir in heirs}
        if not is_killed:
            first.send(signal.SIGCONT)
            until(lambda: first.process.pid in holders(cluster))
        log.append(facts(50))
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
    finally:
        for process in [first, *heirs]:
            process.end()
    with closing(history.direct()) as client:
        check_whole(client, log)
        check_times(client, log)


class Deaf:
    """Lets the first member note its plans, and loses the answer until it is told to go on."""

    def __init__(self, monkeypatch):
        self.member = None
        self.plans = []
        self.positions = []
        self.go_on = threading.Event()
        self._note = Member.note

        def note(member, positions, notes=None):
            return self.note(member, positions, notes)

        monkeypatch.setattr(Member, "note", note)

    def note(self, member, positions, notes):
        done = self._note(member, positions, notes)
        self.member = self.member or member
        if member is not self.member or self.go_on.is_set():
            return done
        if notes:
            self.plans.append(notes)
        elif self.plans:
            self.positions.append(positions)
        return done and not notes


@pytest.mark.slow
@pytest.mark.parametrize("moves", [False, True], ids=["stays", "moves"])
def test_a_plan_that_the_group_may_have_is_never_replaced_by_another(
    cluster, log, history, monkeypatch, moves
):
    """The answer to a note was lost, and more records came: the same batch is noted, or finished by its next owner."""
    deaf = Deaf(monkeypatch)
    stored = []
    log.append(facts(50))
    with ExitStack() as sinks:
        sinks.enter_context(Running(cluster, history, on_stored=stored.append))
        until(lambda: len(deaf.plans) > 3)
        log.append(facts(50))
        if moves:
            sinks.enter_context(Running(cluster, history, on_stored=stored.append))
            until(lambda: stored)
        else:
            seen = len(deaf.plans)
            until(lambda: len(deaf.plans) > seen + 10)
            assert stored == []
        deaf.go_on.set()
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
    first = deaf.plans[0]
    assert len(first) == PARTITIONS
    assert [first] * 4 == deaf.plans[:4]
    if not moves:
        assert all(plan == first for plan in deaf.plans)
        assert not any(place in first for positions in deaf.positions for place in positions)
    planned = set(next(iter(first.values())).rpartition(" ")[2].split(","))
    for batch in stored:  # who finished the plan may have lost it again before it could tell of it
        ranges = {str(st.range) for st in batch.stretches}
        assert ranges == planned or not any(st.begin == 0 for st in batch.stretches)
    assert moves or {str(st.range) for st in stored[0].stretches} == planned
    with closing(history.direct()) as client:
        check_whole(client, log)


def holders(cluster):
    """Return the processes that hold partitions of the facts."""
    found = read_group(cluster, "sink").holders
    return {
        int(who.partition("@")[0].rpartition("-")[2]) for (topic, _), who in found.items() if topic == FACTS
    }


@pytest.mark.slow
def test_sinks_share_the_work_and_take_over_from_the_dead_and_the_sleeping(cluster, log, history, tmp_path):
    """One is killed within an insert, one stopped for longer than a session and woken: every record stands once."""
    processes = []

    def start(**env):
        processes.append(SinkProcess(cluster, history, tmp_path / f"home{len(processes)}", **env))
        return processes[-1]

    def busy(done):
        log.append(facts(20))
        return done()

    try:
        killed = start(XUNCHA_FAIL_POINT="sink.after_insert:3")
        sleeper = start(XUNCHA_THROTTLE_MS="200")
        until(lambda: busy(lambda: killed.process.poll() is not None))
        assert killed.code() == -signal.SIGKILL
        held = sleeper.assignments()
        until(lambda: busy(lambda: sleeper.assignments() > held))
        sleeper.send(signal.SIGSTOP)
        last = start()
        until(lambda: busy(lambda: last.assignments() > 0))
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
        sleeper.send(signal.SIGCONT)
        log.append(facts(100))
        until(lambda: is_done(cluster, log), lambda: noted(cluster))
        last.send(signal.SIGTERM)
        assert last.code() == 0
    finally:
        for process in processes:
            process.end()
    with closing(history.direct()) as client:
        check_whole(client, log)
