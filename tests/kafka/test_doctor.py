"""`xuncha doctor` on a log on Kafka: each thing is broken for real, and found."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.kafka.client import admin
from connectors.kafka.cluster import DEAD_LETTERS, FOLD_STATES, Cluster
from connectors.kafka.offsets import note_offsets
from connectors.log.dead_letters import DeadLetter
from connectors.log.placement import Placed
from connectors.log.port import DERIVED, FACTS
from events.instants import from_micros
from pipeline.home.folder import Home
from pipeline.home.settings import FILE_NAME, NO_OVERRIDES
from pipeline.home.ticks import tick_at
from pipeline.runtime.kafka.lag import TICKER
from pipeline.upkeep.doctor import in_cluster
from pipeline.upkeep.doctor.examination import examine
from pipeline.upkeep.doctor.finding import Finding
from tests.connectors.kafka.test_topics import make_in_kafka, set_in_kafka
from tests.kafka.contents import until
from tests.kafka_plugin import PARTITIONS
from tests.pipeline.program import xuncha

HOUR = timedelta(hours=1)
LOG = ("brokers", "topics", "partitions", "topic settings", "last tick", "dead letters", "broker clock")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def home_on(tmp_path: Path) -> Callable[[Cluster], Path]:
    """Make a home whose log is on a cluster; nobody answers for its history."""

    def make(cluster: Cluster) -> Path:
        settings = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
        (tmp_path / FILE_NAME).write_text(settings)
        return tmp_path

    return make


def of_the_log(home: Path) -> dict[str, Finding]:
    """Return what was found of the log, by check."""
    found = {f.name: f for f in examine(home, NO_OVERRIDES, now)}
    assert all(f.advice for f in found.values() if f.state != "ok")
    return {name: found[name] for name in LOG if name in found}


def test_a_log_in_order_has_no_complaint(cluster, home_on):
    """Whatever number of partitions it was made with; nothing is appended by the examination."""
    home = Home(home_on(cluster))
    with closing(home.open_log()) as log:
        log.append([tick_at(now())])
        note_offsets(cluster, TICKER, log.end_offsets(FACTS), now().isoformat())
        before = log.end_offsets(FACTS)
        found = of_the_log(home.path)
        assert log.end_offsets(FACTS) == before
    assert {name: f.state for name, f in found.items()} == dict.fromkeys(LOG, "ok")
    assert found["partitions"].found.startswith(str(PARTITIONS))
    assert "later than now" in found["broker clock"].found


def test_a_node_that_does_not_run_is_wrong_and_the_rest_of_the_log_left_out(own_broker, home_on):
    """In seconds, once, with the address; the command ends with 1 and shows no traceback."""
    home = home_on(Cluster(own_broker.bootstrap))
    told = xuncha(home, "doctor", "--json")
    found = {row["name"]: row for row in told.rows}
    assert (told.status, told.err) == (1, "")
    assert found["brokers"]["state"] == "wrong"
    assert own_broker.bootstrap in found["brokers"]["found"]
    assert not found.keys() & set(LOG[1:])
    assert found["database"]["state"] == "wrong"  # nobody answers for it, and that is told, too


def test_a_missing_topic_is_wrong(cluster, home_on):
    """By its full name, with the command that makes it; what needs topics is left out."""
    with admin(cluster) as client:
        client.delete_topics([cluster.topic(FOLD_STATES)])
        until(lambda: cluster.topic(FOLD_STATES) not in client.list_topics())
    found = of_the_log(home_on(cluster))
    assert list(found) == ["brokers", "topics"]
    assert found["topics"].state == "wrong"
    assert found["topics"].found == f"missing: {cluster.topic(FOLD_STATES)}"
    assert "xuncha topics apply" in found["topics"].advice


def test_a_retention_that_would_delete_facts_is_wrong(cluster, home_on):
    """What is set, and what must be; the number of partitions has nothing to do with it."""
    set_in_kafka(cluster, FACTS, retention_ms="86400000")
    found = of_the_log(home_on(cluster))
    assert found["topic settings"].state == "wrong"
    assert f"{cluster.topic(FACTS)} has retention.ms 86400000, not -1" in found["topic settings"].found
    assert (found["topics"].state, found["partitions"].state) == ("ok", "ok")


def test_a_topic_with_another_number_of_partitions_than_the_facts_is_wrong(bare_cluster, home_on):
    """An account would stand in another partition there. Dead letters have one row, which is right."""
    make_in_kafka(bare_cluster, DERIVED, 3)
    for name in ("facts", "fold-states", "notified"):
        make_in_kafka(bare_cluster, name, 2)
    make_in_kafka(bare_cluster, DEAD_LETTERS, 1)
    found = of_the_log(home_on(bare_cluster))["partitions"]
    assert found.state == "wrong"
    assert found.found == f"{bare_cluster.topic(DERIVED)} has partitions 3, not 2"


def test_dead_letters_and_ticks_of_a_log_on_kafka(cluster, home_on):
    """Letters are counted; no tick yet is a warning, one of long ago is wrong: no alert comes any more."""
    home = Home(home_on(cluster))
    assert of_the_log(home.path)["last tick"].state == "warning"
    with closing(home.open_log()) as log:
        with log.transaction():
            log.note_letter(DeadLetter(FACTS, "partition 1 offset 2", "no event", b"{"))
        note_offsets(cluster, TICKER, log.end_offsets(FACTS), (now() - 3 * HOUR).isoformat())
    found = of_the_log(home.path)
    assert found["dead letters"].state == "warning"
    assert found["dead letters"].found.startswith("1 pending")
    assert found["last tick"].state == "wrong"


def test_clocks_of_brokers_and_machines_may_differ_by_two_seconds(cluster, home_on):
    """Ahead: appended after now. Behind: a tick from after its append time. Without recent records: not compared."""
    with closing(Home(home_on(cluster)).open_log()) as log:
        nothing = in_cluster.broker_clock(cluster, now, HOUR)
        log.append([tick_at(now())])
        at = from_micros(max(log.read(FACTS, p, 0, 1)[0].recorded_at for p in range(PARTITIONS)))

        def seen_at(later: timedelta) -> Finding:
            return in_cluster.broker_clock(cluster, lambda: at + later, HOUR)

        ahead = seen_at(timedelta(seconds=-10))
        assert [seen_at(timedelta(seconds=s)).state for s in (-1, 0, 10)] == ["ok", "ok", "ok"]
        late = seen_at(2 * HOUR)
        log.append([tick_at(now() + timedelta(seconds=10))])
        log.append_placed({1: [Placed("k", b"{")]})  # which is no reason to say that a clock is wrong
        behind = in_cluster.broker_clock(cluster, now, HOUR)
    assert ahead.state == behind.state == "warning"
    assert "10.0 s ahead of this machine" in ahead.found
    assert "behind the machine of the ticker" in behind.found
    for found in (nothing, late):
        assert found.state == "ok"
        assert "not compared" in found.found
