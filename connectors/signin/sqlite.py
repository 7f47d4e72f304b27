"""The sign-in store in a file of the home."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from connectors.signin.port import SigninStoreError
from connectors.signin.sql import SCHEMA, Rows, SqlSigninStore, Values
from connectors.storage import of_sqlite
from events.messages import message

_BUSY_TIMEOUT_S = 10.0
_PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON")


class SqliteSigninStore(SqlSigninStore):
    """The store in one file that only its owner can read. Threads take turns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.RLock()
        with _told(path):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
            self._db = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        try:
            with _told(path):
                for pragma in _PRAGMAS:
                    self._db.execute(pragma)
            if not self._is_current():
                with self.transaction():
                    SCHEMA.migrate(self.run, "sqlite")
        except SigninStoreError:
            self._db.close()
            raise

    def close(self) -> None:
        """See `SigninStore`."""
        self._db.close()

    def run(self, statement: str, values: Values) -> Rows:
        with self._turn, _told(self._path):
            return self._db.execute(statement, values).fetchall()

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        return self._within("BEGIN IMMEDIATE")

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        return self._within("BEGIN")

    @contextlib.contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with self._turn:
            self.run(begin, {})
            try:
                yield
                self.run("COMMIT", {})
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _is_current(self) -> bool:
        """Tell whether there is nothing to migrate, by reading alone."""
        try:
            return SCHEMA.is_current(lambda statement, _: self._db.execute(statement).fetchall(), "sqlite")
        except sqlite3.OperationalError:
            return False


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise SigninStoreError(
            of_sqlite(e, path)
            or message("{path}: {error}; try again when nobody else uses it", path=path, error=e)
        ) from None
    except OSError as e:
        raise SigninStoreError(
            message(
                "{path} cannot be opened: {strerror}; check the folder and its owner",
                path=path,
                strerror=e.strerror or os.strerror(e.errno or 0),
            )
        ) from None
