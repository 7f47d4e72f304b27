"""The people store in a file of the home.

Erased bytes are overwritten and the file is written anew, and there is no write-ahead log that could keep them. What
this cannot reach: blocks that the file system gave back, and copies that somebody made of the file.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.people.migrations import is_current, migrate
from connectors.people.person import PeopleError
from connectors.people.sql import Rows, SqlPeople
from connectors.storage import of_sqlite
from events.messages import message

_BUSY_TIMEOUT_S = 10.0
_WIPE_TIMEOUT_MS = 1000
_PRAGMAS = (
    "PRAGMA journal_mode = DELETE",  # a write-ahead log would keep what was erased until its next turn
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",  # or the file would pass through the folder for temporary files
    "PRAGMA synchronous = FULL",
)


class SqlitePeople(SqlPeople):
    """The store in one file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
        except OSError as e:
            raise PeopleError(
                message(
                    "{path} cannot be opened: {strerror}; check the folder and its owner",
                    path=path,
                    strerror=e.strerror,
                )
            ) from None
        self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            with _told(path):
                for pragma in _PRAGMAS:
                    self._db.execute(pragma)
            if not self._is_current():
                with self.transaction():
                    migrate(self.run, "sqlite")
            self.wipe_erased()
        except PeopleError:
            self._db.close()
            raise

    def _is_current(self) -> bool:
        """Tell whether there is nothing to migrate: looking for it writes, and would wait for whoever reads."""
        with contextlib.suppress(sqlite3.OperationalError):
            return is_current(self.run, "sqlite")
        return False

    def close(self) -> None:
        """See `PeopleStore`."""
        self._db.close()

    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        return self._db.execute(statement, values).fetchall()

    def run_many(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._db.executemany(statement, rows)

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        return self._within("BEGIN IMMEDIATE")

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        return self._within("BEGIN")

    @contextlib.contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with _told(self._path):
            self._db.execute(begin)
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _wipe(self) -> bool:
        with _told(self._path):
            self._db.execute(f"PRAGMA busy_timeout = {_WIPE_TIMEOUT_MS}")
            try:
                self._db.execute("VACUUM")
            except sqlite3.OperationalError as e:
                if e.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                return False
            finally:
                self._db.execute(f"PRAGMA busy_timeout = {int(_BUSY_TIMEOUT_S * 1000)}")
        return True


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise PeopleError(
            of_sqlite(e, path)
            or message("{path}: {error}; try again when nobody else uses it", path=path, error=e)
        ) from None
