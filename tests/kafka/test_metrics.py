"""Metrics of processes on a real Kafka: what a scrape reads is what they did."""

import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.history.migrate import migrate
from connectors.history.server.spawn import start_server
from connectors.kafka.cluster import Cluster
from connectors.log.port import DERIVED, FACTS
from events.account import AccountOpened
from events.base import Payload
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished
from pipeline.home.folder import Home
from tests.fork_server import Process
from tests.kafka.contents import Contents, until
from tests.kafka_broker import free_port
from tests.kafka_plugin import PARTITIONS
from tests.pipeline.program import command, environment

TOKEN = "metrics-" + "t" * 20
ACCOUNTS = 8

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Processes:
    """Processes of one home, each with a port for its metrics."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._ports: dict[str, int] = {}
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *words: object) -> None:
        self._ports[name] = free_port()
        with (self._home / f"{name}.log").open("wb") as log:
            line = command(self._home, name, *words, "--metrics-port", self._ports[name])
            self._started.append(Process(line, env=environment(TOKEN=TOKEN), stderr=log))

    def value(self, process: str, metric: str, /, **labels: str) -> float:
        """Return the sum of the series of a metric that have some labels; 0 before the process answers."""
        wanted = labels.items()
        return sum(
            (v for (name, have), v in self._scrape(process).items() if name == metric and wanted <= have), 0.0
        )

    def kill(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()

    def _scrape(self, process: str) -> Series:
        url = f"http://127.0.0.1:{self._ports[process]}/metrics"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                text = answer.read().decode()
        except OSError:  # not yet
            return {}
        families = text_string_to_metric_families(text)
        return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


@pytest.fixture
def processes(cluster: Cluster, tmp_path: Path) -> Iterator[Processes]:
    """Nothing started yet; the history is there and migrated."""
    home = tmp_path / "home"
    home.mkdir()
    with start_server(tmp_path / "history", token=TOKEN, state_dir=tmp_path / "state") as server:
        (home / "xuncha.toml").write_text(
            f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
            f'[clickhouse]\nurl = "http://127.0.0.1:{server.port}"\nuser = "xuncha"\npassword_from = "TOKEN"\n'
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TOKEN", TOKEN)
            client = Home(home).history_client()
        migrate(client)
        client.close()
        made = Processes(home)
        yield made
        made.kill()


def silent_accounts(now: datetime) -> Iterator[Event[Payload]]:
    """Yield accounts whose last post is past the limit, which a look of a minute ago proves."""
    opened_at = now - timedelta(days=300)
    for i in range(ACCOUNTS):
        name = f"wechat:gh_{i}"
        opened = AccountOpened(given_id=name[7:], name=name, platform="微信订阅号", opened_at=opened_at)
        posted_at, looked_at = now - timedelta(days=20), now - timedelta(minutes=1)
        yield Event(fact_id("t", name, "opened"), "t", name, opened_at, opened)
        yield Event(fact_id("t", name, "post"), "t", name, posted_at, PostPublished(observed_at=posted_at))
        yield Event(fact_id("t", name, "look"), "t", name, looked_at, AccountPatrolled(newest_post_at=None))


@pytest.mark.slow
def test_a_scrape_reads_what_the_processes_did(contents: Contents, processes: Processes):
    """Records, transactions, dead letters, rows, latencies, messages and ticks, each where it happened."""
    processes.start("worker")
    processes.start("sink")
    processes.start("notifier", "--channel", "file")
    now = datetime.now(UTC)
    contents.append(silent_accounts(now))
    contents.append_raw(2, [(b"k", b"{")])
    read = processes.value
    until(lambda: read("notifier", "xuncha_messages_total") == ACCOUNTS)
    processes.start("ticker")
    until(lambda: read("ticker", "xuncha_ticks_total") > 0)
    ticks = read("ticker", "xuncha_ticks_total")
    facts = 3 * ACCOUNTS + 1 + PARTITIONS * ticks
    until(lambda: read("worker", "xuncha_records_taken_total") == facts)
    until(lambda: read("sink", "xuncha_committed_offset", topic=FACTS) == facts)

    taken = read("worker", "xuncha_records_taken_total", group="worker", topic=FACTS)
    derived = sum(map(len, contents.derived()))
    until(lambda: read("sink", "xuncha_rows_inserted_total", topic=DERIVED) == derived)
    assert taken == facts == contents.appended() == read("sink", "xuncha_rows_inserted_total", topic=FACTS)
    told = read("notifier", "xuncha_messages_total", channel="file", outcome="sent")
    assert told == read("notifier", "xuncha_send_seconds_count", channel="file") == ACCOUNTS

    until(lambda: read("worker", "xuncha_committed_offset") == facts)
    assert read("worker", "xuncha_end_offset") == facts
    assert read("worker", "xuncha_dead_letters_total") == len(contents.letters()) == 1
    by_worker = read("worker", "xuncha_derived_events_total", group="worker")
    by_notifier = read("notifier", "xuncha_derived_events_total", group="notifier-file")
    assert (by_notifier, by_worker) == (ACCOUNTS, derived - ACCOUNTS)
    transactions = read("worker", "xuncha_transaction_seconds_count")
    assert transactions == read("worker", "xuncha_transaction_records_count") > 0
    written = sum(len(contents.messages("fold-states", p)) for p in range(PARTITIONS))
    assert read("worker", "xuncha_transaction_records_sum") == written + by_worker + 1

    inserts = read("sink", "xuncha_insert_seconds_count")
    assert inserts == read("sink", "xuncha_broker_to_history_seconds_count") > 0
    assert 0 < read("sink", "xuncha_broker_to_history_seconds_sum") < 600 * inserts
    live = read("sink", "xuncha_origin_to_history_seconds_count")
    assert 0 < live <= inserts
    assert 60 * live <= read("sink", "xuncha_origin_to_history_seconds_sum") < 660 * live
    assert read("sink", "xuncha_insert_retries_total") == 0

    for process in ("worker", "sink", "notifier"):
        assert read(process, "xuncha_rebalances_total") >= 1
        assert read(process, "xuncha_recovery_seconds_count") >= 1
        assert read(process, "xuncha_info", process=process, version="0.1.0") == 1
        assert read(process, "process_resident_memory_bytes") > 1e6
    age_s = now.timestamp() - read("ticker", "xuncha_last_tick_timestamp_seconds")
    assert abs(age_s) < 3600
