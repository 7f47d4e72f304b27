"""A history on both kinds of client: chDB in this process, and ClickHouse's HTTP interface.

With CLICKHOUSE_URL=http://USER:PASSWORD@HOST:8123 what runs over HTTP runs on that server, too. Its database `xuncha`
is dropped again and again: name a server for tests, and do not run tests in parallel.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from clickhouse_connect.driver.client import Client

import tests.engine  # noqa: F401 (it sets how engines are opened)
from connectors.history.client import DATABASE, open_embedded, open_http
from connectors.history.migrate import migrate
from connectors.history.server.spawn import Server, start_server
from connectors.log.embedded import EmbeddedLog
from tests.cleared_history import Made, is_cleared, shape_of
from tests.copied import copied
from tests.made_once import made_once

TOKEN = "history-" + "t" * 20
PARTITIONS = 4


@pytest.fixture(scope="session")
def http_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("history-server")
    with start_server(folder / "chdb", token=TOKEN, state_dir=folder / "state") as server:
        yield server


@pytest.fixture(scope="session")
def real_server() -> Iterator[dict[str, Any]]:
    """Return how to connect to the server of CLICKHOUSE_URL; one that holds a history is refused."""
    url = urlsplit(os.environ["CLICKHOUSE_URL"])
    how = {
        "host": url.hostname or "",
        "port": url.port or 8123,
        "username": unquote(url.username or "default"),
        "password": unquote(url.password or ""),
    }
    client = open_http(**how)
    if client.command("EXISTS TABLE records") and client.command("SELECT count() FROM records"):
        pytest.fail(
            "CLICKHOUSE_URL names a server that holds a history; tests would destroy it", pytrace=False
        )
    client.close()
    yield how
    client = open_http(**how)
    client.command(f"DROP DATABASE {DATABASE} SYNC")
    client.close()


SERVER = ["server"] if os.environ.get("CLICKHOUSE_URL") else []
KINDS = ["embedded", pytest.param("http", marks=pytest.mark.slow), *SERVER]
"""A quick run asks over HTTP only what `both_clients` marks: one test of each thing that a client does."""


@pytest.fixture(params=KINDS)
def empty_history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """Open a history without tables; chDB takes one folder at a time, so each test closes its own."""
    client = open_embedded(tmp_path / "history") if request.param == "embedded" else _emptied(request)
    yield client
    client.close()


def _emptied(request: pytest.FixtureRequest) -> Client:
    with closing(open_http(**_server(request))) as cleaner:
        cleaner.command(f"DROP DATABASE {DATABASE} SYNC")
    return open_http(**_server(request))


def _server(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return how to connect to the server of a test over HTTP."""
    if request.param == "server":
        how: dict[str, Any] = request.getfixturevalue("real_server")
        return how
    server: Server = request.getfixturevalue("http_server")
    return {"host": "127.0.0.1", "port": server.port, "username": "xuncha", "password": TOKEN}


@pytest.fixture(scope="session")
def migrated_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every table, which takes longer to make than most tests take."""
    return made_once(tmp_path_factory, "migrated", _migrate) / "history"


def _migrate(folder: Path) -> None:
    with closing(open_embedded(folder / "history")) as client:
        migrate(client)


@pytest.fixture
def embedded_history(migrated_model: Path, tmp_path: Path) -> Iterator[Client]:
    """Open a migrated history in this process, for what the client makes no difference to."""
    copied(migrated_model, tmp_path / "history")
    with closing(open_embedded(tmp_path / "history")) as client:
        yield client


@pytest.fixture(params=KINDS)
def history(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Open a migrated history on both kinds of client."""
    if request.param == "embedded":
        yield request.getfixturevalue("embedded_history")
        return
    with closing(_cleared(request)) as client:
        yield client


def _cleared(request: pytest.FixtureRequest) -> Client:
    """Return a server's history without rows: the tables of the test before, where they are as migrations make them."""
    client = open_http(**_server(request))
    if is_cleared(client, _shapes.get(request.param)):
        return client
    client.close()
    client = _emptied(request)
    migrate(client)
    _shapes[request.param] = shape_of(client)
    return client


_shapes: dict[str, list[Made]] = {}


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
