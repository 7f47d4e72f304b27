"""A history on both kinds of client: chDB in this process, and ClickHouse's HTTP interface."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from connectors.history.client import DATABASE, open_embedded, open_http
from connectors.history.migrate import migrate
from connectors.history.server.spawn import Server, start_server
from connectors.log.embedded import EmbeddedLog

TOKEN = "history-" + "t" * 20
PARTITIONS = 4


@pytest.fixture(scope="session")
def http_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("history-server")
    with start_server(folder / "chdb", token=TOKEN, state_dir=folder / "state") as server:
        yield server


@pytest.fixture(params=["embedded", "http"])
def empty_history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """Open a history without tables; chDB takes one folder at a time, so each test closes its own."""
    if request.param == "embedded":
        client = open_embedded(tmp_path / "history")
    else:
        server: Server = request.getfixturevalue("http_server")
        how: dict[str, Any] = {"username": "xuncha", "password": TOKEN}
        cleaner = open_http("127.0.0.1", server.port, **how)
        cleaner.command(f"DROP DATABASE {DATABASE} SYNC")
        cleaner.close()
        client = open_http("127.0.0.1", server.port, **how)
    yield client
    client.close()


@pytest.fixture
def history(empty_history: Client) -> Client:
    """Open a migrated history on both kinds of client."""
    migrate(empty_history)
    return empty_history


@pytest.fixture
def embedded_history(tmp_path: Path) -> Iterator[Client]:
    """Open a migrated history in this process, for what the client makes no difference to."""
    client = open_embedded(tmp_path / "history")
    migrate(client)
    yield client
    client.close()


@pytest.fixture
def make_log(tmp_path: Path) -> Iterator[Callable[..., EmbeddedLog]]:
    """Make logs that are closed after the test."""
    logs: list[EmbeddedLog] = []

    def make(name: str = "log", **options: Any) -> EmbeddedLog:
        path = tmp_path / f"{name}.sqlite"
        EmbeddedLog.make(path, partitions=PARTITIONS)
        logs.append(EmbeddedLog(path, **options))
        return logs[-1]

    yield make
    for log in logs:
        log.close()


@pytest.fixture
def log(make_log: Callable[..., EmbeddedLog]) -> EmbeddedLog:
    return make_log()
