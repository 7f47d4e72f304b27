"""Commands that wait for the history of a log on Kafka: they ask the history itself, not the note of its sinks."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaProducer

from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.log.port import FACTS
from events.codec import encode_event
from pipeline.home import workspace
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from tests.connectors.log.facts import a_post
from tests.kafka.contents import until
from tests.kafka.sink_bench import TOKEN, History, Running, is_done

COUNT = "SELECT count() FROM records WHERE topic = 'facts'"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "history")
    history.empty()
    with history.proxy.running():
        yield history
    history.server.stop()


@pytest.fixture
def home(cluster: Cluster, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setattr(workspace, "_WAIT_S", 1.0)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "xuncha.toml").write_text(
        f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
        f'[clickhouse]\nurl = "http://127.0.0.1:{history.proxy.port}"\nuser = "xuncha"\npassword_from = "TOKEN"\n',
        "utf-8",
    )
    return Home(tmp_path / "home")


def shown(home: Home) -> int:
    """Return what a command shows of the facts."""
    with open_workspace(home) as opened:
        return int(opened.client.command(COUNT))


def test_a_history_that_was_lost_is_not_taken_for_current(cluster, history, home):
    """The sinks have noted that it is whole; it is empty now, and a command says so. Filled again, it is current."""
    with closing(home.open_log()) as log:
        assert isinstance(log, KafkaLog)
        log.append([a_post(n) for n in range(20)])
        with Running(cluster, history):
            until(lambda: is_done(cluster, log))
        assert 20 == shown(home)
        history.empty()
        with pytest.raises(UsageError, match="20 records behind"):
            shown(home)
        with Running(cluster, history):
            until(lambda: is_done(cluster, log))
            until(lambda: _is_whole(history))
        assert 20 == shown(home)


def _is_whole(history: History) -> bool:
    with closing(history.direct()) as client:
        return int(client.command(COUNT)) == 20


def test_an_open_transaction_keeps_a_history_from_being_current_and_its_marks_do_not(cluster, history, home):
    """What was acknowledged behind it is not in the history yet; an aborted one leaves nothing that could be."""
    post = a_post(1)
    with closing(home.open_log()) as log, Running(cluster, history):
        assert isinstance(log, KafkaLog)
        log.append([post])
        until(lambda: is_done(cluster, log))
        assert 1 == shown(home)
        with closing(
            KafkaProducer(bootstrap_servers=cluster.bootstrap, transactional_id=f"{cluster.prefix}-foreign")
        ) as producer:
            producer.init_transactions()
            producer.begin_transaction()
            sent = producer.send(cluster.topic(FACTS), encode_event(post), post.subject.encode(), partition=0)
            sent.get(30)
            with pytest.raises(UsageError, match="1 records behind"):
                shown(home)
            producer.abort_transaction()
        until(lambda: is_done(cluster, log))
        assert 1 == shown(home)
