"""The patrol store in a file of the home."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.patrolstore.port import PatrolStoreError
from connectors.patrolstore.sql import SCHEMA, Rows, SqlPatrolStore, Values
from connectors.storage import of_sqlite
from events.messages import message

_BUSY_TIMEOUT_S = 10.0
_PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


class SqlitePatrolStore(SqlPatrolStore):
    """The store in one file; leases run by the clock of the machine. Threads take turns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.RLock()
        with _told(path):
            self._db = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        try:
            with _told(path):
                path.chmod(0o600)
                for pragma in _PRAGMAS:
                    self._db.execute(pragma)
            if not self._is_current():
                with self.transaction():
                    SCHEMA.migrate(self.run, "sqlite")
        except PatrolStoreError:
            self._db.close()
            raise

    def close(self) -> None:
        """See `PatrolStore`."""
        self._db.close()

    def run(self, statement: str, values: Values) -> Rows:
        return self._db.execute(statement, values).fetchall()

    def run_many(self, statement: str, values: Sequence[Values]) -> None:
        self._db.executemany(statement, values)

    def now(self) -> int:
        return time.time_ns() // 1000

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        return self._within("BEGIN IMMEDIATE")

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        return self._within("BEGIN")

    @contextlib.contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with self._turn, _told(self._path):
            self._db.execute(begin)
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _is_current(self) -> bool:
        """Tell whether there is nothing to migrate, by reading alone."""
        with contextlib.suppress(sqlite3.OperationalError):
            return SCHEMA.is_current(self.run, "sqlite")
        return False


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise PatrolStoreError(
            of_sqlite(e, path)
            or message("{path}: {error}; try again when nobody else uses it", path=path, error=e)
        ) from None
    except OSError as e:
        raise PatrolStoreError(
            message(
                "{path} cannot be opened: {strerror}; check the folder and its owner",
                path=path,
                strerror=e.strerror or os.strerror(e.errno or 0),
            )
        ) from None
