"""The people store in a file of the home.

Erased bytes are overwritten and the file is written anew, and there is no write-ahead log that could keep them. What
this cannot reach: blocks that the file system gave back, and copies that somebody made of the file.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connectors.people.migrations import migrate
from connectors.people.person import PeopleError
from connectors.people.sql import Rows, SqlPeople
from connectors.storage import of_sqlite

_BUSY_TIMEOUT_S = 60.0
_PRAGMAS = (
    "PRAGMA journal_mode = DELETE",  # a write-ahead log would keep what was erased until its next turn
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",  # or the file would pass through the folder for temporary files
    "PRAGMA synchronous = FULL",
)


class SqlitePeople(SqlPeople):
    """The store in one file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
        except OSError as e:
            raise PeopleError(
                f"{path} cannot be opened: {e.strerror}; check the folder and its owner"
            ) from None
        self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            with _told(path):
                for pragma in _PRAGMAS:
                    self._db.execute(pragma)
            with self.transaction():
                migrate(self.run, "sqlite")
            self.wipe_erased()
        except PeopleError:
            self._db.close()
            raise

    def close(self) -> None:
        """See `PeopleStore`."""
        self._db.close()

    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        return self._db.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with _told(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _wipe(self) -> None:
        with _told(self._path):
            self._db.execute("VACUUM")


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise PeopleError(of_sqlite(e, path) or f"{path}: {e}; try again when nobody else uses it") from None
