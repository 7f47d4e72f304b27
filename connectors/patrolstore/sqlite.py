"""The patrol store in a file of the home."""

import time
from pathlib import Path

from connectors.databases.sqlite import SqliteDatabase
from connectors.patrolstore.sql import SCHEMA, SqlPatrolStore


class SqlitePatrolStore(SqliteDatabase, SqlPatrolStore):
    """The store in one file; leases run by the clock of the machine."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA, ("journal_mode = WAL", "synchronous = FULL"))

    def now(self) -> int:
        return time.time_ns() // 1000
