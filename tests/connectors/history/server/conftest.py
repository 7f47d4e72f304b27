import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import clickhouse_connect
import pytest

from connectors.history.server.limits import Limits
from connectors.history.server.spawn import Server, start_server

WRITER_TOKEN = "writer-" + "w" * 20
READER_TOKEN = "reader-" + "r" * 20
SINK_TOKEN = "sink-" + "s" * 20
TOKENS = {"xuncha": WRITER_TOKEN, "reader": READER_TOKEN, "sink": SINK_TOKEN}


class Door:
    """A running server and ways to it."""

    def __init__(self, server: Server, folder: Path = Path()) -> None:
        self.server = server
        self.folder = folder
        self.port = server.port

    def client(self, user: str = "xuncha", **options: Any) -> Any:
        return clickhouse_connect.get_client(
            host="127.0.0.1", port=self.port, username=user, password=TOKENS[user], **options
        )

    def ask(
        self,
        method: str,
        params: dict[str, str],
        body: bytes = b"",
        *,
        path: str = "/",
        user: str = "xuncha",
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one plain request; status, headers and body."""
        known = {"X-ClickHouse-User": user, "X-ClickHouse-Key": TOKENS[user] if token is None else token}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, f"{path}?{urlencode(params)}", body, known | (headers or {}))
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()


@pytest.fixture(scope="session")
def start() -> Callable[..., Server]:
    def _start(path: Path, state_dir: Path, limits: Limits | None = None) -> Server:
        return start_server(
            path,
            token=WRITER_TOKEN,
            reader_token=READER_TOKEN,
            sink_token=SINK_TOKEN,
            state_dir=state_dir,
            limits=limits,
        )

    return _start


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, start: Callable[..., Server]) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    with start(folder / "chdb", folder / "state") as server:
        door = Door(server, folder / "chdb")
        door.ask("POST", {}, b"CREATE DATABASE h")
        door.ask("POST", {}, b"CREATE TABLE h.facts (id UInt64, url String) ENGINE = MergeTree ORDER BY id")
        door.ask("POST", {}, b"INSERT INTO h.facts VALUES (1, 'a'), (2, 'b')")
        yield door
