"""A connection to a file of the home that tells errors of its files in words of their own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from connectors.log.port import LogError
from connectors.storage import of_sqlite

_ROWS = 256


class StorageError(LogError):
    """A file of the home could not be read or written; says why, and what to do."""


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite that its files are to blame for into `StorageError`."""
    try:
        yield
    except sqlite3.Error as e:
        if (text := of_sqlite(e, path)) is None:
            raise
        raise StorageError(text) from e


class HomeConnection(sqlite3.Connection):
    """A connection whose cursors tell; the library's shortcuts past them are made to take them."""

    path: Path

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or HomeCursor)

    def execute(self, *args: Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor().execute(*args)
        return cursor

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor().executemany(*args)
        return cursor


class HomeCursor(sqlite3.Cursor):
    """Errors come with a statement, and where pages are damaged, with any row."""

    connection: HomeConnection

    def execute(self, *args: Any) -> Self:
        with file_errors(self.connection.path):
            return super().execute(*args)

    def executemany(self, *args: Any) -> Self:
        with file_errors(self.connection.path):
            return super().executemany(*args)

    def fetchone(self) -> Any:
        with file_errors(self.connection.path):
            return super().fetchone()

    def fetchmany(self, *args: Any) -> list[Any]:
        with file_errors(self.connection.path):
            return super().fetchmany(*args)

    def fetchall(self) -> list[Any]:
        with file_errors(self.connection.path):
            return super().fetchall()

    def __iter__(self) -> Any:
        while rows := self.fetchmany(_ROWS):
            yield from rows
