"""A log on a real Kafka, and workers on it as processes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # kafka-python warns when it is imported, which is let pass only in tests
    from connectors.kafka.cluster import Cluster
    from tests.kafka.contents import Contents
    from tests.kafka.sink_bench import History
    from tests.kafka.worker_process import Worker


@pytest.fixture
def open_contents() -> "Iterator[Callable[[Cluster], Contents]]":
    """Look into the topics of a log."""
    from tests.kafka.contents import Contents

    with ExitStack() as opened:

        def contents_of(cluster: "Cluster") -> Contents:
            return opened.enter_context(closing(Contents(cluster)))

        yield contents_of


@pytest.fixture
def contents(open_contents: "Callable[[Cluster], Contents]", cluster: "Cluster") -> "Contents":
    """The topics of the test's own log."""
    return open_contents(cluster)


@pytest.fixture
def start_worker(tmp_path: Path) -> "Iterator[Callable[..., Worker]]":
    """Start workers; those that still run at the end are killed."""
    from tests.kafka.worker_process import Worker

    started: list[Worker] = []

    def start(cluster: "Cluster", *words: object, **env: str) -> Worker:
        started.append(Worker(cluster, tmp_path / f"home-{len(started)}", *words, **env))
        return started[-1]

    yield start
    for worker in started:
        worker.end()


@pytest.fixture(scope="module")
def shared_history(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[History]":
    """A history server behind a proxy, for the tests of a module."""
    from tests.kafka.sink_bench import History

    history = History(tmp_path_factory.mktemp("history"))
    with history.proxy.running():
        yield history
    history.server.stop()


@pytest.fixture
def history(shared_history: "History") -> "History":
    """The history of the module, emptied."""
    shared_history.empty()
    return shared_history
