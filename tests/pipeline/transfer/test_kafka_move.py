"""A home that moves from a folder to Kafka and back, with the real processes: the same digests, nobody told twice."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.history.server.spawn import start_server
from connectors.log.port import DERIVED, FACTS, Log
from events.codec import CODEC
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.upkeep.transfer.bystanders import refuse_sinks
from tests.fork_server import Process
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, polls
from tests.pipeline.program import asked, command, done, environment, rows, xuncha
from tests.pipeline.transfer.moving import exported, facts, scored, told

if TYPE_CHECKING:
    from connectors.kafka.cluster import Cluster  # imports kafka-python, whose warning is let pass in tests

TOKEN = "moving-" + "t" * 20
VARIABLE = "XUNCHA_TEST_PASSWORD"
WITHIN_S = 120.0
SILENT = f"wechat:{c.SILENT}"


@pytest.fixture
def kafka_home(cluster: "Cluster", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home on Kafka, with a history of its own behind HTTP."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    home = tmp_path / "kafka-home"
    home.mkdir()
    with start_server(tmp_path / "kafka-history", token=TOKEN, state_dir=tmp_path / "server") as server:
        (home / "xuncha.toml").write_text(
            f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
            f'[clickhouse]\nurl = "http://127.0.0.1:{server.port}"\nuser = "xuncha"\npassword_from = "{VARIABLE}"\n',
            "utf-8",
        )
        done(home, "migrate")
        yield home


@contextmanager
def running(home: Path, *words: str) -> Iterator[None]:
    """Run a process of the home; it has to end when it is asked to."""
    with (home / f"{words[0]}.log").open("w") as log:
        process = Process(command(home, *words), env=environment(), stdout=log, stderr=log)
    try:
        yield
        process.terminate()
        assert 0 == process.wait(30), (home / f"{words[0]}.log").read_text()
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def reached(cluster: "Cluster", group: str, topic: str) -> Callable[[], bool]:
    """Return what tells whether a group has come to the end of a topic."""
    from connectors.kafka.offsets import committed_offsets
    from connectors.kafka.reader import Reader

    def condition() -> bool:
        with closing(Reader(cluster)) as reader:
            committed = committed_offsets(cluster, group, topic)
            positions = {p: committed.get(p, 0) for p in range(reader.partitions(topic))}
            return not reader.first_waiting(topic, positions)

    return condition


def by_subject(values: list[bytes]) -> dict[str, list[bytes]]:
    """Return what the fold of each account reads: its own facts, and the broadcasts between them."""
    broadcasts: list[bytes] = []
    found: dict[str, list[bytes]] = defaultdict(list)
    for value in values:
        event = CODEC.decode(value)
        if event.data.broadcast:
            broadcasts.append(value)
            for read in found.values():
                read.append(value)
        else:
            found.setdefault(event.subject, list(broadcasts)).append(value)
    return found


def summed(lines: list[str]) -> int:
    """Return how many alerts some summaries are about."""
    messages = [json.loads(line) for line in lines]
    assert all(message["kind"] == "summary" for message in messages)
    return sum(int(message["details"]["count"]) for message in messages)


def reading(log: Log) -> dict[str, list[bytes]]:
    """Return what the fold of each account reads of a log."""
    found: dict[str, list[bytes]] = {}
    for partition, end in enumerate(log.end_offsets(FACTS)):
        found |= by_subject([r.value for r in log.read(FACTS, partition, 0, end)])
    return found


@pytest.mark.slow
def test_a_home_moves_to_kafka_and_back(city, cluster, kafka_home, tmp_path):
    """Old rounds verify on both sides, new ones agree, and only what is new is told."""
    from connectors.kafka.log import KafkaLog
    from connectors.log.embedded import EmbeddedLog

    run, alerts = scored(city), rows(city, "alerts")
    export = exported(city, tmp_path / "export")
    answer = asked(kafka_home, "import", export)
    assert 1 == answer["rounds"]
    assert {"records": 0, "rounds": 0, "facts": 0, "told": 0} == asked(kafka_home, "import", export)

    with (
        closing(KafkaLog(cluster, tmp_path / "memory.sqlite", fail_point=lambda _: None)) as log,
        closing(EmbeddedLog(city / "log.sqlite")) as old,
    ):
        read, wanted = reading(log), reading(old)
    assert any(b"log.marked" in value for value in wanted[SILENT]), "the round left a marker"
    assert wanted == read

    with running(kafka_home, "sink"), running(kafka_home, "worker"):
        until(reached(cluster, "worker", FACTS))
        with running(kafka_home, "notifier"):
            assert "a notifier is running" not in xuncha(kafka_home, "import", export).err, (
                "all is here already"
            )
            until(reached(cluster, "notifier-file", DERIVED))
            until(reached(cluster, "notifier-console", DERIVED))
            assert [] == told(kafka_home)
            later = polls(
                tmp_path / "later", [(at("2021-06-30 08:00"), {c.POSTING: [at("2021-06-16 08:30")]})]
            )
            done(kafka_home, "polls", "replay", later)
            until(reached(cluster, "worker", FACTS))
            until(reached(cluster, "notifier-file", DERIVED))
            until(reached(cluster, "sink", DERIVED))
        before = {row["alert_id"] for row in alerts}
        raised = {row["alert_id"] for row in rows(kafka_home, "alerts") if row["type"] == "alert.raised"}
        assert len(raised - before) == summed(told(kafka_home)) > 0, "what is new is told, and nothing else"
        assert asked(kafka_home, "verify", run["run_id"])["holds"]
        again = scored(kafka_home)
        assert run["digest"] == again["digest"]
        until(reached(cluster, "sink", DERIVED))
        now = rows(kafka_home, "alerts")
        assert alerts == [row for row in now if row["alert_id"] in {a["alert_id"] for a in alerts}]
        back = exported(kafka_home, tmp_path / "export-back")
        known = facts(kafka_home)

    done(tmp_path / "back", "init", "--partitions", 3)
    done(tmp_path / "back", "import", back)
    assert 0 == asked(tmp_path / "back", "run", "--until-idle")["delivered"]
    for old_run in (run, again):
        assert asked(tmp_path / "back", "verify", old_run["run_id"])["holds"]
    assert run["digest"] == scored(tmp_path / "back")["digest"]
    assert known == facts(tmp_path / "back")
    assert now == rows(tmp_path / "back", "alerts")


@pytest.mark.slow
def test_nobody_works_on_the_home_meanwhile(city, cluster, kafka_home, tmp_path):
    """A notifier would tell the past again, for it has read what was told; a sink would store rows beside ours."""
    from connectors.kafka.offsets import read_group

    export = exported(city, tmp_path / "export")
    with running(kafka_home, "notifier", "--channel", "file"), running(kafka_home, "sink"):
        until(lambda: all(read_group(cluster, name).holders for name in ("notifier-file", "sink")))
        answer = xuncha(kafka_home, "import", export)
        assert (2, True) == (answer.status, "notifier-file is running" in answer.err)
        with pytest.raises(UsageError, match="sink is running"):
            refuse_sinks(Home(kafka_home), owned=False)
    refuse_sinks(Home(kafka_home), owned=False)
    done(kafka_home, "import", export)
