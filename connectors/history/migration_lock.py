"""One migrator at a time: the lock is a table, for making one is what a server does for one of two askers only."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError
from events.fields import field
from events.instants import local_iso
from events.messages import message

_TABLE = "migration_lock"
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]")


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock, as its comment tells: holder and table come into being in one statement."""

    host: str
    pid: int
    since: datetime

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} since {local_iso(self.since)}"


@contextmanager
def migration_lock(client: Client) -> Iterator[None]:
    """Hold the lock of a history; raises `HistoryError` that tells who holds it, since when, and how to clear it."""
    me = Holder(_NO_NAME.sub("-", socket.gethostname()), os.getpid(), datetime.now(UTC))
    comment = msgspec.json.encode(me).decode()
    try:
        # a comment cannot be bound; it holds a cleaned name, a number and a time
        client.command(f"CREATE TABLE {_TABLE} (held UInt8) ENGINE = Memory COMMENT '{comment}'")
    except ClickHouseError:
        holder = lock_holder(client)
        if holder is None:
            raise
        raise HistoryError(
            message(
                "another migration of this history is under way: {holder}; let it end, or, where"
                " that process is gone, take its lock away with `xuncha migrate {force_unlock}`",
                holder=holder,
                force_unlock=field("force_unlock"),
            )
        ) from None
    try:
        yield
    finally:
        if lock_holder(client) == me:
            force_unlock(client)


def lock_holder(client: Client) -> Holder | None:
    """Return who holds the lock of a history, None while nobody does."""
    rows = client.query(
        "SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = {t:String}",
        parameters={"t": _TABLE},
    ).result_rows
    return msgspec.json.decode(rows[0][0], type=Holder) if rows else None


def force_unlock(client: Client) -> Holder | None:
    """Take the lock away, whoever holds it; returns who held it."""
    holder = lock_holder(client)
    client.command(f"DROP TABLE IF EXISTS {_TABLE} SYNC")
    return holder
