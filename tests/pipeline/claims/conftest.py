"""Offices on each runtime, with two clerks that are processes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from pipeline.home import WRITER, Door
from tests.pipeline.claims.clerk import Clerk
from tests.pipeline.claims.office import Office, build
from tests.pipeline.test_owner import running

if TYPE_CHECKING:  # kafka-python warns when it is imported, which is let pass only in tests
    from connectors.kafka.cluster import Cluster

_TOKEN = "XUNCHA_TEST_TOKEN"  # noqa: S105 (a variable's name)


@pytest.fixture
def open_office() -> Iterator[Callable[..., Office]]:
    """Let two clerks work in homes; they end with the test."""
    clerks: list[Clerk] = []

    def at(home: Path, *desks: Path, **env: str) -> Office:
        first, second = (Clerk(desk, **env) for desk in desks or (home, home))
        clerks.extend((first, second))
        return Office(home, (first, second))

    yield at
    for clerk in clerks:
        clerk.end()


@pytest.fixture
def lone_office(city: Path, open_office: Callable[..., Office]) -> Office:
    """An embedded home that nobody runs: its commands take turns."""
    return open_office(city)


@pytest.fixture
def running_office(city: Path, open_office: Callable[..., Office]) -> Iterator[Office]:
    """An embedded home with `xuncha run`: its commands go through the door, at once."""
    with running(city):
        yield open_office(city)


@pytest.fixture
def kafka_office(cluster: "Cluster", tmp_path: Path, open_office: Callable[..., Office]) -> Iterator[Office]:
    """A log on Kafka, and two homes beside that of its history: clerks on two machines."""
    home = tmp_path / "home"
    settings = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
    home.mkdir()
    (home / "xuncha.toml").write_text(settings, "utf-8")
    with running(home):
        door = msgspec.json.decode((home / "run" / "door.json").read_bytes(), type=Door)
        build(home, tmp_path)
        desks = tmp_path / "desk-1", tmp_path / "desk-2"
        for desk in desks:
            desk.mkdir()
            url = f'[clickhouse]\nurl = "http://127.0.0.1:{door.port}"\nuser = "{WRITER}"\npassword_from = "{_TOKEN}"\n'
            (desk / "xuncha.toml").write_text(settings + url, "utf-8")
        yield open_office(home, *desks, **{_TOKEN: door.token})
