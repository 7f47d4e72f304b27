"""The history's client: clickhouse-connect, over chDB in this process or over HTTP, with the same settings."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver import options
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.storage import of_history
from events.fields import FieldsError
from events.messages import message

DATABASE = "xuncha"
_ARROW = "pyarrow"

INSERT_SETTINGS = {
    "async_insert": 0,  # an insert is answered once it is stored
    "deduplicate_blocks_in_dependent_materialized_views": 1,
}


class HistoryError(FieldsError):
    """The history cannot do what was asked; says why and what to do."""


@contextmanager
def told(where: object) -> Iterator[None]:
    """Turn errors of the engine that its files are to blame for into `HistoryError`; `where` they are is said."""
    try:
        yield
    except (ClickHouseError, RuntimeError) as e:
        if (text := of_history(e, where)) is None:
            raise
        raise HistoryError(text) from e


def open_embedded(path: Path) -> Client:
    """Open the chDB folder of a home in this process; one process a folder.

    Raises `HistoryError` where another process holds it.
    """
    _import_engine()
    try:
        client = clickhouse_connect.get_client(interface="chdb", path=str(path), tz_mode="aware")
        client.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
        client.command(f"USE {DATABASE}")
    except (ClickHouseError, RuntimeError) as e:
        text = of_history(e, path) or message(
            "the history in {path} cannot be opened: {first_line}", path=path, first_line=_first_line(e)
        )
        raise HistoryError(text) from e
    return client


def _import_engine() -> None:
    """Import chDB without pyarrow where nobody has imported that: it takes as long as the engine takes to open.

    chDB needs it for Arrow tables of its own alone, which nothing here asks for; others may import it later.
    """
    if _ARROW not in sys.modules:
        sys.modules[_ARROW] = None  # type: ignore[assignment]  # what the import system takes for "not installed"
        try:
            import chdb.state  # noqa: F401, PLC0415 (it is the import that is meant)
        finally:
            del sys.modules[_ARROW]


def insert_rows(client: Client, table: str, data: Sequence[Sequence[Any]], **how: Any) -> None:
    """Insert plain rows or columns, as `Client.insert` does.

    It would import pandas and NumPy, for a third of a second, to see whether the rows are theirs.
    """
    known = vars(options)
    unseen = [name for name in ("np", "pd") if name not in known]
    known.update(dict.fromkeys(unseen))
    try:
        client.insert(table, data, **how)
    finally:
        for name in unseen:
            known.pop(name, None)


def open_http(
    host: str, port: int, *, username: str, password: str, create: bool = True, **options: Any
) -> Client:
    """Connect to a ClickHouse server, or to the small one that owns a home.

    Without `create` nothing changes there, and the database, which may be missing, is not the client's own.
    """
    try:
        client = clickhouse_connect.get_client(
            host=host,
            port=port,
            username=username,
            password=password,
            tz_mode="aware",
            form_encode_query_params=True,  # parameters may be larger than a URL
            **options,
        )
        if create:
            client.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
            client.database = DATABASE
    except ClickHouseError as e:
        raise HistoryError(
            message(
                "no history at {host}:{port}: {first_line}", host=host, port=port, first_line=_first_line(e)
            )
        ) from e
    return client


def open_url(url: str, *, username: str, password: str, **options: Any) -> Client:
    """Connect to the ClickHouse server at a URL; raises `HistoryError` where it is none, or nobody answers."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.path.strip("/"):
        raise HistoryError(
            message("{url!r} is no URL of a ClickHouse server; write it like http://HOST:8123", url=url)
        )
    secure = parts.scheme == "https"
    port = parts.port or (8443 if secure else 8123)
    return open_http(parts.hostname, port, username=username, password=password, secure=secure, **options)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
