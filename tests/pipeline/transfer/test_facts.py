"""The facts of an export into a new log, in one go and in pieces, on both logs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.log.embedded import EmbeddedLog
from connectors.log.placement import Placed
from connectors.log.port import FACTS, Log
from connectors.transfer.folder import Folder
from events.clock import ClockTicked
from events.codec import CODEC, Event
from events.ids import fact_id
from events.instants import EPOCH
from pipeline.home.errors import UsageError
from pipeline.upkeep.transfer import facts
from pipeline.upkeep.transfer.facts import append_facts
from tests.pipeline.transfer.moving import exported

if TYPE_CHECKING:
    pass  # imports kafka-python, whose warning is let pass in tests

NewLog = Callable[[], Log]


@pytest.fixture(scope="module")
def folder(shared_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(exported(shared_city, tmp_path_factory.mktemp("facts") / "export"))


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def new_log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewLog]:
    """Make logs without facts, of four partitions."""
    with ExitStack() as opened:

        def embedded() -> Log:
            path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
            EmbeddedLog.make(path, partitions=4)
            return opened.enter_context(closing(EmbeddedLog(path)))

        def on_kafka() -> Log:
            from connectors.kafka.cluster import Cluster
            from connectors.kafka.log import KafkaLog
            from connectors.kafka.topics import apply_topics

            base: Cluster = request.getfixturevalue("bare_cluster")
            number = len(list(tmp_path.iterdir()))
            cluster = Cluster(base.bootstrap, f"{base.prefix}-{number}")
            apply_topics(cluster, partitions=4)
            memory = tmp_path / f"{number}.sqlite"
            return opened.enter_context(closing(KafkaLog(cluster, memory, fail_point=lambda _: None)))

        yield embedded if request.param == "embedded" else on_kafka


def values(log: Log) -> list[list[bytes]]:
    return [[r.value for r in log.read(FACTS, p, 0, end)] for p, end in enumerate(log.end_offsets(FACTS))]


def placed(part: list[bytes]) -> list[Placed]:
    return [Placed(CODEC.envelope(value).subject, value) for value in part]


@pytest.mark.slow
def test_an_import_that_died_anywhere_goes_on_there(folder, new_log, monkeypatch):
    """Partitions stand where they were left, each at another place; what comes then is not doubled."""
    whole = new_log()
    appended, unreadable = append_facts(whole, folder, EPOCH)
    assert (sum(map(len, values(whole))), []) == (appended, unreadable)
    monkeypatch.setattr(facts, "CHUNK_RECORDS", 25)
    cut_off = new_log()
    left = [values(whole)[0], values(whole)[1][:7], [], values(whole)[3][:31]]
    cut_off.append_placed({p: placed(part) for p, part in enumerate(left) if part})
    rest, _ = append_facts(cut_off, folder, EPOCH)
    assert appended - sum(map(len, left)) == rest > 25
    assert values(whole) == values(cut_off)
    assert (0, []) == append_facts(cut_off, folder, EPOCH)


@pytest.mark.slow
def test_a_log_with_other_facts_is_not_added_to(folder, new_log):
    """Somebody wrote a tick before; the message says where, and nothing is appended."""
    log = new_log()
    now = datetime.now(UTC)
    log.append([Event(fact_id("clock", "clock", "now"), "clock", "clock", now, ClockTicked())])
    before = values(log)
    with pytest.raises(UsageError, match="partition 0 offset 0 of the log holds another fact"):
        append_facts(log, folder, EPOCH)
    assert before == values(log)


def test_a_log_that_tells_an_earlier_time_than_the_old_one_is_refused(folder, new_log, monkeypatch):
    """Moments of knowledge that were closed would open again; the first records tell, and no more follow."""
    monkeypatch.setattr(facts, "CHUNK_RECORDS", 25)
    log = new_log()
    with pytest.raises(UsageError, match="set the brokers' clocks right"):
        append_facts(log, folder, datetime(2199, 1, 1, tzinfo=UTC))
    assert 25 <= sum(map(len, values(log))) < 50
