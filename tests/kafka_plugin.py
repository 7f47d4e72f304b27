"""Tests on a real Kafka: their fixtures and marker, and what a run without Java says and does.

A test belongs to Kafka by using a fixture that needs the jars. Where these cannot be had, such tests are skipped and
the summary says so; with CI=true or XUNCHA_REQUIRE_KAFKA=1 they fail, and so does a run in which none of them passed.
"""

import os
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.kafka.cluster import Cluster
from tests.kafka_broker import Broker, MissingError, fetch_jars

PARTITIONS = 4
_PROPERTY = "kafka"  # on reports: keywords of a report hold folder names, too
_NEVER_CONNECTED = r"unclosed <socket.socket .*laddr=\('0.0.0.0', \d+\)>"


def is_required() -> bool:
    """Whether this run must not do without Kafka."""
    return os.environ.get("CI") == "true" or os.environ.get("XUNCHA_REQUIRE_KAFKA") == "1"


@pytest.fixture(scope="session")
def kafka_jars() -> None:
    """Kafka's jars, or a skip that says what is missing."""
    try:
        fetch_jars()
    except MissingError as e:
        if is_required():
            pytest.fail(f"Kafka tests are required here, but {e}", pytrace=False)
        pytest.skip(str(e))


@pytest.fixture(scope="session")
def broker(kafka_jars: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:  # noqa: ARG001 (asked for its effect)
    """The node that tests share: not to be killed."""
    node = Broker(tmp_path_factory.mktemp("kafka"))
    node.start()
    yield node
    node.remove()


@pytest.fixture
def own_broker(kafka_jars: None, tmp_path: Path) -> Iterator[Broker]:  # noqa: ARG001 (asked for its effect)
    """A node of the test's own, not started yet: to be killed and started again."""
    node = Broker(tmp_path / "kafka")
    yield node
    node.remove()


@pytest.fixture
def bare_cluster(broker: Broker) -> Cluster:
    """The shared node under a prefix of the test's own, without topics."""
    return Cluster(broker.bootstrap, prefix=f"test-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def cluster(bare_cluster: Cluster) -> Cluster:
    """The shared node under a prefix of the test's own, with its topics of four partitions."""
    from connectors.kafka.topics import apply_topics  # not above: its warnings are let pass only below

    apply_topics(bare_cluster, partitions=PARTITIONS)
    return bare_cluster


class Tally:
    """Counts what became of the tests on Kafka, where the reports of all workers meet."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.passed: set[str] = set()
        self.left_out: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if _PROPERTY not in dict(report.user_properties):
            return
        self.seen.add(report.nodeid)
        if report.skipped and isinstance(report.longrepr, tuple):
            self.left_out[report.nodeid] = report.longrepr[2].removeprefix("Skipped: ")
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._is_hollow() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.left_out:
            reasons = "; ".join(sorted(set(self.left_out.values())))
            terminalreporter.write_line(
                f"left out: {len(self.left_out)} tests on a real Kafka ({reasons})", yellow=True
            )
        if self._is_hollow():
            terminalreporter.write_line(
                "no test on a real Kafka passed, and this run requires them", red=True
            )

    def _is_hollow(self) -> bool:
        return is_required() and bool(self.seen) and not self.passed


def pytest_configure(config: pytest.Config) -> None:
    # kafka-python loads its message schemas by functions that Python 3.11 calls deprecated (3.13 no longer does).
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning")
    # It also leaves sockets to the garbage collector whose connection was refused: they have no address yet. Once
    # for the tests, and once for the collection behind the last of them.
    config.addinivalue_line("filterwarnings", f"ignore:{_NEVER_CONNECTED}:ResourceWarning")
    warnings.filterwarnings("ignore", _NEVER_CONNECTED, ResourceWarning)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a node, before `-m` selects, and put their files first.

    They wait more than they reckon. Standing together, one worker takes them, with one node, while the others reckon;
    whoever has nothing left to do takes some of them over.
    """
    files = set()
    for item in items:
        if kafka_jars.__name__ in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)
            item.user_properties.append((_PROPERTY, True))
            files.add(item.path)
    items.sort(key=lambda item: item.path not in files)
