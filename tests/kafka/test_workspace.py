"""Commands that wait for the history of a log on Kafka: they ask the history itself, not the note of its sinks."""

from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaProducer

from connectors.history.client import HistoryError
from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.log.port import FACTS
from events.codec import encode_event
from events.instants import EPOCH, MICROSECOND
from pipeline.home import workspace
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from tests.connectors.log.facts import a_post
from tests.kafka.contents import until
from tests.kafka.sink_bench import TOKEN, History, Running, is_done
from tests.reading import writing

COUNT = "SELECT count() FROM records WHERE topic = 'facts'"


@pytest.fixture
def home(cluster: Cluster, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setattr(workspace, "WAIT_S", 1.0)
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_question_is_answered_at_the_newest_moment_that_every_partition_closed(
    cluster, history, home, monkeypatch
):
    """Facts of a foreign producer wait for whoever closes next; a command that writes closes behind its own."""
    monkeypatch.setattr(workspace, "WAIT_S", 60.0)
    with closing(home.open_log()) as log, Running(cluster, history):
        log.append([a_post(n, subject="wechat:one") for n in range(20)])
        with open_workspace(home) as opened:
            assert (EPOCH, 20) == (opened.offered(), opened.behind(opened.offered()))
        told = []
        home.on_closed = told.append
        with open_workspace(home) as opened:
            opened.log.append([a_post(20)])
        ends = log.end_offsets(FACTS)
        with open_workspace(home) as opened:
            assert told == [opened.offered()]
        log.append([a_post(21)])
        with open_workspace(home) as opened:
            assert told[0] <= opened.offered(), "its partition may have been the one with the earliest marker"
            assert opened.behind(opened.offered()) == 1
            with pytest.raises(HistoryError, match="is not closed yet"):
                opened.known_at(opened.offered() + MICROSECOND)
        assert sum(ends) + 1 == sum(log.end_offsets(FACTS)), "what only asked wrote nothing"


@pytest.mark.slow
def test_what_a_command_wrote_stands_where_nobody_stores_it(home, monkeypatch):
    """Its facts are in the log; the moment behind them is closed by whoever comes next."""
    monkeypatch.setattr(workspace, "_CLOSES_WITHIN_S", 1.0)
    told = []
    home.on_closed = told.append
    with open_workspace(home) as opened:
        opened.log.append([a_post(1)])
    assert [None] == told
    with closing(home.open_log()) as log:
        assert sum(log.end_offsets(FACTS)) == 1 + log.partitions


@pytest.mark.slow
def test_no_reading_command_writes_to_a_log_on_kafka(cluster, history, home, tmp_path, monkeypatch):
    """Neither facts nor derived events nor dead letters, whether it finds what it is asked for or not."""
    monkeypatch.setattr(workspace, "WAIT_S", 60.0)
    with closing(home.open_log()) as log, Running(cluster, history):
        log.append([a_post(n) for n in range(20)])
        until(lambda: is_done(cluster, log))
        assert [] == list(writing(home.path, tmp_path))


def _is_whole(history: History) -> bool:
    with closing(history.direct()) as client:
        return int(client.command(COUNT)) == 20


@pytest.mark.slow
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
