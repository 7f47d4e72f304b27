"""A store in one file: how it is opened and brought up to date, and what is said where its file is to blame."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from connectors.databases.migrations import Rows, Schema
from connectors.databases.statements import PARAMETER
from connectors.storage import of_sqlite
from events.messages import message

BUSY_TIMEOUT_S = 10.0


class SqliteDatabase:
    """The statements of a store over one file, which only its owner can read. Threads take turns.

    Errors of the database and of the file are told as the store's own (`Schema.refused`).
    """

    def __init__(self, path: Path, schema: Schema, pragmas: Sequence[str]) -> None:
        """Open the file, make it where it is missing, and apply the migrations that it lacks."""
        self._path, self._schema = path, schema
        self._turn = threading.RLock()
        with self._errors():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
            self._db = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        try:
            for pragma in pragmas:
                self.run(f"PRAGMA {pragma}", {})
            if not self._is_current():
                with self.transaction():
                    schema.migrate(self.run, "sqlite")
        except schema.refused:
            self._db.close()
            raise

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        """Run a statement with values by name, written `:name`, and return its rows."""
        with self._turn, self._errors():
            return self._db.execute(statement, values).fetchall()

    def run_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement that answers nothing once for each of some values."""
        by_place, row_of = _by_place(statement)
        with self._turn, self._errors():
            self._db.executemany(by_place, map(row_of, values))

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """Hold a transaction that may write: commit at the end, roll back on any exception."""
        return self._within("BEGIN IMMEDIATE")

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        """Hold a transaction that only reads, and waits for nobody."""
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
        """Tell whether there is nothing to migrate, by reading alone: to migrate is to write, and to wait."""
        with contextlib.suppress(sqlite3.OperationalError):
            return self._schema.is_current(lambda sql, _: self._db.execute(sql).fetchall(), "sqlite")
        return False

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as e:
            raise self._schema.refused(
                of_sqlite(e, self._path)
                or message("{path}: {error}; try again when nobody else uses it", path=self._path, error=e)
            ) from None
        except OSError as e:
            raise self._schema.refused(
                message(
                    "{path} cannot be opened: {strerror}; check the folder and its owner",
                    path=self._path,
                    strerror=e.strerror or os.strerror(e.errno or 0),
                )
            ) from None


@cache
def _by_place(statement: str) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
    """Return a statement with its values by place, and what puts them in order: names are sought in each row."""
    names = PARAMETER.findall(statement)
    in_order = itemgetter(*names) if len(names) > 1 else lambda values: [values[name] for name in names]
    return PARAMETER.sub("?", statement), in_order
