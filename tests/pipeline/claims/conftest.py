"""Offices on each runtime, with two clerks that are processes."""

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from connectors.log.port import FACTS
from pipeline.home.folder import WRITER, Door
from tests.kafka_plugin import PARTITIONS
from tests.pipeline.claims.clerk import Clerk
from tests.pipeline.claims.office import Office, build
from tests.pipeline.program import WITHIN_S
from tests.pipeline.runtime.test_owner import running

if TYPE_CHECKING:  # kafka-python warns when it is imported, which is let pass only in tests
    from connectors.kafka.cluster import Cluster
    from tests.kafka_broker import Broker

_READY_WITHIN_S = 120
_TOKEN = "XUNCHA_TEST_TOKEN"  # noqa: S105 (a variable's name)


@contextmanager
def office_at(home: Path, *desks: Path, apart: bool = False, **env: str) -> Iterator[Office]:
    """Let two clerks work in homes until the end."""
    with ExitStack() as opened:
        first, second = (Clerk(desk, apart=apart, **env) for desk in desks or (home, home))
        opened.callback(first.end)
        opened.callback(second.end)
        yield Office(home, (first, second))


@pytest.fixture
def lone_office(city: Path) -> Iterator[Office]:
    """An embedded home that nobody runs: its commands take turns."""
    with office_at(city, apart=True) as office:
        yield office


@pytest.fixture
def running_office(city: Path) -> Iterator[Office]:
    """An embedded home with `xuncha run`: its commands go through the door, at once."""
    with running(city), office_at(city) as office:
        yield office


@pytest.fixture(scope="module")
def kafka_office(broker: "Broker", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A log on Kafka, and two homes beside that of its history: clerks on two machines."""
    from connectors.kafka.cluster import Cluster
    from connectors.kafka.topics import apply_topics

    cluster = Cluster(broker.bootstrap, prefix=f"test-{uuid.uuid4().hex[:8]}")
    apply_topics(cluster, partitions=PARTITIONS)
    folder = tmp_path_factory.mktemp("office")
    log = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
    home, *desks = (_home(folder / name, log) for name in ("home", "desk-1", "desk-2"))
    with running(home) as owner:
        _await_coordinator(cluster)
        door = msgspec.json.decode((home / "run" / "door.json").read_bytes(), type=Door)
        build(home, folder)
        history = f'[clickhouse]\nurl = "http://127.0.0.1:{door.port}"\nuser = "{WRITER}"\npassword_from = "{_TOKEN}"\n'
        for desk in desks:
            _home(desk, log + history)
        with office_at(home, *desks, **{_TOKEN: door.token}) as office:
            yield office
        # Who owns the home waits for its processes; killed, it would leave them to end, and to write, on their own.
        owner.terminate()
        _, err = owner.communicate(timeout=WITHIN_S)
        assert 0 == owner.returncode, err
    shutil.rmtree(folder)


def _await_coordinator(cluster: "Cluster") -> None:
    """Wait until the brokers of a log that was just made know who keeps the positions of its sink."""
    from connectors.kafka.cluster import ClusterError
    from connectors.kafka.offsets import committed_offsets

    deadline = time.monotonic() + _READY_WITHIN_S
    while True:
        try:
            committed_offsets(cluster, "sink", FACTS)
        except ClusterError:
            assert time.monotonic() < deadline
        else:
            return


def _home(path: Path, settings: str) -> Path:
    path.mkdir(exist_ok=True)
    (path / "xuncha.toml").write_text(settings, "utf-8")
    return path
