"""The people store in a file of the home.

Erased bytes are overwritten and the file is written anew, and there is no write-ahead log that could keep them. What
this cannot reach: blocks that the file system gave back, and copies that somebody made of the file.
"""

import sqlite3
from pathlib import Path

from connectors.databases.sqlite import BUSY_TIMEOUT_S, SqliteDatabase
from connectors.people.sql import SCHEMA, SqlPeople

_WIPE_TIMEOUT_MS = 1000
_MANY_TEXTS_KIB = 16_384  # of pages in memory: the indexes of a hundred thousand texts
_PRAGMAS = (
    "journal_mode = DELETE",  # a write-ahead log would keep what was erased until its next turn
    "secure_delete = ON",
    "temp_store = MEMORY",  # or the file would pass through the folder for temporary files
    "synchronous = FULL",
)


class SqlitePeople(SqliteDatabase, SqlPeople):
    """The store in one file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        SqlPeople.__init__(self)
        SqliteDatabase.__init__(self, path, SCHEMA, _PRAGMAS)
        try:
            self.wipe_erased()
        except SCHEMA.refused:
            self.close()
            raise

    def expect_many_texts(self) -> None:
        """See `SqlPeople`."""
        self.run(f"PRAGMA cache_size = -{_MANY_TEXTS_KIB}", {})

    def _wipe(self) -> bool:
        with self._turn, self._errors():
            self._db.execute(f"PRAGMA busy_timeout = {_WIPE_TIMEOUT_MS}")
            try:
                self._db.execute("VACUUM")
            except sqlite3.OperationalError as e:
                if e.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                return False
            finally:
                self._db.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        return True
