"""Batches that a sink planned and others finish, each of whom holds a part of their partitions."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from kafka import KafkaProducer

from connectors.history.copies import RECORDS
from connectors.history.heads import Head, Place, read_heads
from connectors.history.writer import Range, Writer
from connectors.kafka.client import admin
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.log import KafkaLog
from connectors.kafka.reader import Reader
from connectors.kafka.topics import apply_topics, incarnations
from connectors.log.placement import Placed
from connectors.log.port import DERIVED, FACTS
from events.codec import Event, encode_event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished
from pipeline.runtime.kafka.figures import Figures
from pipeline.runtime.kafka.finishing import RemadeError, read_planned
from pipeline.runtime.kafka.plans import Plan
from pipeline.runtime.kafka.share import Share, Stretch
from pipeline.runtime.kafka.storing import Storing, _batch
from tests.kafka.sink_bench import SETTINGS, TABLES, check_views, until
from tests.kafka_plugin import PARTITIONS

T0 = datetime(2021, 6, 1, tzinfo=UTC)
REPEATS = RECORDS.names.index("repeats")
PLACES = [(FACTS, 0), (FACTS, 1), (FACTS, 3)]


@pytest.fixture
def log(cluster: Cluster, tmp_path: Path) -> Iterator[KafkaLog]:
    with closing(KafkaLog(cluster, tmp_path / "memory.sqlite", fail_point=lambda _: None)) as log:
        yield log


def values(partition: int, *numbers: int) -> list[Placed]:
    """Posts and looks, of which some come twice."""
    subject = f"wechat:{partition}"
    placed = []
    for n in numbers:
        at = T0 + timedelta(hours=n)
        post = Event(fact_id("t", subject, str(n)), "t", subject, at, PostPublished())
        look = Event(fact_id("t", subject, f"l{n}"), "t", subject, at, AccountPatrolled())
        placed += [Placed(subject, encode_event(e)) for e in (post, look, post)]
    return placed


def append(log: KafkaLog, *numbers: int) -> None:
    for p in range(PARTITIONS):
        log.append_placed({p: values(p, *numbers)})


def append_in_transactions(cluster: Cluster, topic: str) -> None:
    """Append what commits and what aborts, so that marks and aborted records take offsets."""
    producer = KafkaProducer(
        bootstrap_servers=cluster.bootstrap, transactional_id=f"{cluster.prefix}-{topic}"
    )
    with closing(producer):
        producer.init_transactions()
        for n, keep in enumerate((True, False, True)):
            producer.begin_transaction()
            for p in range(PARTITIONS):
                for placed in values(p, 100 + n):
                    producer.send(cluster.topic(topic), placed.value, partition=p).get(30)
            producer.commit_transaction() if keep else producer.abort_transaction()


class Office:
    """What several sinks do with one database, each step by hand."""

    def __init__(self, cluster: Cluster, history, lives: Mapping[str, str]) -> None:
        self.cluster, self.history, self.lives = cluster, history, lives
        self.plans: dict[Place, Plan] = {}
        self.read_planned: Callable[..., tuple[Stretch, ...]] = partial(read_planned, cluster)

    def _read_planned(self, plan, heads):
        return self.read_planned(plan, heads)

    def storing(self) -> Storing:
        return Storing(
            self.history.direct,
            lambda: self.plans,
            self._read_planned,
            insert_timeout_s=SETTINGS.insert_timeout_s,
            give_up_s=1.0,
            fail_point=lambda _: None,
        )

    def taken(self, place: Place, heads: Mapping[Place, Head], end: int | None = None):
        """Return what the owner of a partition takes of it."""
        share = Share(place, Figures("sink", *place))
        share.begin_at(heads.get(place, Head()))
        with closing(Reader(self.cluster)) as reader:
            messages = list(reader.messages(*place, heads.get(place, Head()).next_offset, end))
        missed = share.gaps(messages)
        share.take(messages, missed)
        found = share.next_stretch(1 << 30, 1 << 30)
        assert found is not None
        return found

    def planned(self, places, heads=None) -> tuple[Plan, tuple]:
        """Plan all that the log holds of these partitions; returns the plan and what its maker has in hand."""
        stretches = tuple(self.taken(place, heads or {}) for place in places)
        topic = places[0][0]
        plan = Plan(topic, self.lives[topic], tuple(s.range for s in stretches))
        self.plans |= dict.fromkeys(places, plan)
        return plan, stretches

    def store(self, plan, stretches):
        with closing(self.storing()) as storing:
            return storing.store(plan, stretches, lambda: True)

    def resume(self, *places):
        with closing(self.storing()) as storing:
            return storing.resume(set(places), self.lives, lambda: True)

    def insert_without_asking(self, plan, stretches) -> None:
        """Insert as a sink does that slept between its question and its insert."""
        with closing(self.history.direct()) as client:
            writer = Writer(client)
            begins = {r.partition: r.begin for r in plan.ranges}
            standing = writer._standing
            writer._standing = lambda batch, ids: (begins, standing(batch, ids)[1])  # type: ignore[method-assign]
            writer.store(_batch(plan, stretches))

    def rows(self):
        with closing(self.history.direct()) as client:
            check_views(client)
            tables = ("records", *TABLES)
            return {t: client.query(f"SELECT * FROM {t} ORDER BY ALL").result_rows for t in tables}

    def heads(self):
        with closing(self.history.direct()) as client:
            return read_heads(client, self.lives)


@pytest.fixture
def office(cluster: Cluster, history) -> Office:
    return Office(cluster, history, {topic: str(life) for topic, life in incarnations(cluster).items()})


@pytest.mark.slow
@pytest.mark.parametrize("topic", [FACTS, DERIVED])
def test_a_plan_is_read_as_its_maker_read_it(cluster, log, office, topic):
    """Also the times, which go on from the end of the history, and the gaps that transactions left."""
    append(log, *range(5))
    append_in_transactions(cluster, topic)
    append(log, 5)
    late = 1 + max(r.recorded_at for r in log.read(FACTS, 0, 0, 1 << 30))
    heads = {(topic, 0): Head(0, late), (topic, 1): Head(3, 7)}
    plan, stretches = office.planned([(topic, p) for p in range(PARTITIONS)], heads)
    assert read_planned(cluster, plan, heads) == stretches
    assert {r.recorded_at for r in stretches[0].records} == {late}
    assert any(s.end - s.begin > len(s.records) for s in stretches)


@pytest.mark.slow
def test_who_has_a_part_of_a_plan_stores_all_of_it(log, office):
    """Nothing of it stood before; its maker, who slept between question and insert, adds nothing to any table."""
    append(log, *range(5))
    plan, stretches = office.planned(PLACES)
    append(log, *range(3, 9))
    resumed = office.resume((FACTS, 1), (FACTS, 2))
    assert {(FACTS, 1): stretches[1].end, (FACTS, 2): 0} == {
        p: h.next_offset for p, h in resumed.heads.items()
    }
    assert [s.stretches for s in resumed.finished] == [stretches]
    before = office.rows()
    recorded = sum(len(s.records) for s in stretches)
    assert len(before["records"]) == recorded
    assert len(before["posts"]) == recorded // 3
    office.insert_without_asking(plan, stretches)
    assert office.rows() == before
    assert office.resume((FACTS, 0)).finished == ()


@pytest.mark.slow
def test_what_its_maker_stored_and_what_others_finish_are_the_same_rows(log, office):
    """Byte for byte, marks of repeats and times among them."""
    append(log, *range(5))
    first, some = office.planned(PLACES)
    office.store(first, some)
    append(log, *range(3, 9))
    plan, more = office.planned(PLACES, office.heads())
    office.store(plan, more)
    by_maker = office.rows()
    assert any(row[REPEATS] for row in by_maker["records"])
    office.history.empty()
    office.store(first, some)
    office.resume((FACTS, 3))
    assert office.rows() == by_maker


@pytest.mark.slow
def test_a_plan_that_stands_already_is_left_alone(log, office):
    """Its maker died before it could say so; others go on behind it, and nobody reads it again."""
    append(log, *range(5))
    office.store(*office.planned(PLACES))
    before = office.rows()
    office.read_planned = lambda *_: pytest.fail("nothing is to be read")
    resumed = office.resume(*PLACES)
    assert resumed.finished == ()
    assert {place: h.next_offset for place, h in resumed.heads.items()} == dict.fromkeys(PLACES, 15)
    assert office.rows() == before


@pytest.mark.slow
def test_another_who_finished_a_plan_may_have_gone_on_behind_it(log, office):
    """While this one was still reading: the plan is done, and nobody has moved anything away."""
    append(log, *range(5))
    office.planned(PLACES)
    append(log, *range(5, 9))

    def while_reading(plan, heads):
        found = read_planned(office.cluster, plan, heads)
        office.read_planned = partial(read_planned, office.cluster)
        assert [s.stretches for s in office.resume((FACTS, 1)).finished] == [found]
        office.store(*office.planned([(FACTS, 1)], office.heads()))
        return found

    office.read_planned = while_reading
    resumed = office.resume((FACTS, 0))
    assert resumed.finished == ()
    assert resumed.heads[FACTS, 0].next_offset == 15
    with closing(office.history.direct()) as client:
        stored = client.query("SELECT partition, count() FROM records GROUP BY 1 ORDER BY 1").result_rows
    assert stored == [(0, 15), (1, 27), (3, 15)]
    office.rows()


@pytest.mark.slow
def test_tables_are_whole_behind_what_another_finished_meanwhile(log, office):
    """The server died within that insert, and the tables behind the raw one lack it."""
    append(log, *range(5))
    plan, stretches = office.planned(PLACES)

    def while_reading(*_):
        office.store(plan, stretches)
        with closing(office.history.direct()) as client:
            client.command("TRUNCATE TABLE posts")
        return stretches

    office.read_planned = while_reading
    office.resume((FACTS, 0))
    with closing(office.history.direct()) as client:
        assert client.query("SELECT partition, count() FROM posts GROUP BY 1").result_rows == [(0, 5)]
    office.resume((FACTS, 1), (FACTS, 3))
    office.rows()


def test_a_plan_from_which_a_partition_was_taken_away_binds_nobody(log, office):
    """Somebody moved the group's offsets by hand, and a partition went on without it: the others go on, too."""
    append(log, *range(5))
    office.planned(PLACES)
    alone = Office(office.cluster, office.history, office.lives)
    alone.store(*alone.planned([(FACTS, 0)]))
    resumed = office.resume((FACTS, 1))
    assert (resumed.finished, resumed.heads) == ((), {(FACTS, 1): Head()})
    assert {row[2] for row in office.rows()["records"]} == {0}


def test_a_plan_of_more_than_the_log_holds_is_an_error(log, office):
    """The log lost what somebody read of it; nothing is stored in its place."""
    append(log, *range(5))
    plan = Plan(FACTS, office.lives[FACTS], (Range(0, 0, 16),))
    with pytest.raises(ClusterError, match=r"facts/0 can be read up to 15; offset 16 was due"):
        read_planned(office.cluster, plan, {})


@pytest.mark.slow
def test_a_plan_that_ends_where_no_record_stands_is_an_error(cluster, log, office):
    """What was read is not what its maker read."""
    append(log, *range(5))
    append_in_transactions(cluster, FACTS)
    end = log.end_offsets(FACTS)[0]
    plan = Plan(FACTS, office.lives[FACTS], (Range(0, 0, end),))
    with pytest.raises(ClusterError, match=rf"up to offset {end}, and the log has no record there"):
        read_planned(office.cluster, plan, {})


@pytest.mark.slow
def test_a_plan_is_not_finished_in_another_life_of_its_topic(cluster, log, office):
    """The topic was made again while somebody read: the process ends, and the next one finds the new life."""
    append(log, *range(5))
    office.planned(PLACES)
    with admin(cluster) as client:
        client.delete_topics([cluster.topic(FACTS)])
        until(lambda: cluster.topic(FACTS) not in client.list_topics())
    apply_topics(cluster, partitions=PARTITIONS)
    append(log, *range(5, 11))
    with pytest.raises(RemadeError, match="a topic was made again"):
        office.resume((FACTS, 0))
    assert office.rows()["records"] == []
