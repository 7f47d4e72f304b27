"""The read model in a file of the home."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.databases.migrations import Rows
from connectors.log.connection import HomeConnection, StorageError, file_errors
from connectors.readmodel.sql import SqlReadModel, Values
from connectors.readmodel.tables import statements

_TIMEOUT_S = 60.0


class SqliteReadModel(SqlReadModel):
    """The file; one that is damaged, of another release or no database at all is removed and made anew."""

    def __init__(self, path: Path, life: str) -> None:
        self._path = path
        try:
            self._db = _connect(path)
            self.prepare(life)
        except StorageError:
            _remove(path)
            self._db = _connect(path)
            self.prepare(life)

    def close(self) -> None:
        """See `ReadModelStore`."""
        self._db.close()

    def run_sql(self, statement: str, values: Values) -> Rows:
        """See `SqlReadModel`."""
        return self._db.execute(statement, values).fetchall()

    def run_many(self, statement: str, values: Iterable[Values]) -> None:
        """See `SqlReadModel`."""
        self._db.executemany(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `ReadModelStore`."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _make(self) -> None:
        for (name,) in self.run_sql("SELECT name FROM sqlite_schema WHERE type = 'table'", {}):
            self.run_sql(f"DROP TABLE {name}", {})
        for statement in statements():
            self.run_sql(statement, {})

    def _is_made(self) -> bool:
        return bool(self.run_sql("SELECT name FROM sqlite_schema WHERE name = 'making'", {}))


def _connect(path: Path) -> HomeConnection:
    """Open the file; what a crash of the machine takes of it is made again, so that nothing waits for the disk."""
    with file_errors(path):
        db = sqlite3.connect(
            path, timeout=_TIMEOUT_S, isolation_level=None, check_same_thread=False, factory=HomeConnection
        )
    db.path = path
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -512")  # KB; a console has many of these over one file
    except BaseException:
        db.close()
        raise
    return db


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
