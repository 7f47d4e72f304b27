"""A store on PostgreSQL: how it is reached and brought up to date, and what is said where its server is to blame."""

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg

from connectors.databases.migrations import Rows, Schema
from connectors.databases.statements import PARAMETER
from events.fields import FieldsError
from events.messages import Message, message

CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_MS = 10_000


class PostgresDatabase:
    """The statements of a store over the database that a connection string names. Threads take turns.

    A connection that broke is made anew by whoever asks next, for a process outlives a restart of its database. Errors
    are told as the store's own (`Schema.refused`).
    """

    def __init__(self, url: str, schema: Schema, *, lock: int, setting: str) -> None:
        """Apply the migrations that the database lacks, one process at a time.

        `lock` is the number of that lock, of this store alone; `setting` names what errors tell people to look at.
        """
        self._url, self._schema, self._setting = url, schema, setting
        self._turn = threading.RLock()
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        try:
            with self.transaction():
                self.run("SELECT pg_advisory_xact_lock(:lock)", {"lock": lock})
                schema.migrate(self.run, "postgres")
        except schema.refused:
            self.close()
            raise

    def close(self) -> None:
        """Let the server go."""
        if self._connection is not None:
            self._connection.close()

    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        """Run a statement with values by name, written `:name`, and return its rows."""
        with self._turn, self._errors():
            cursor = self._db().execute(named(statement) if values else statement, values or None)
            return cursor.fetchall() if cursor.description is not None else []

    def run_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement that answers nothing once for each of some values."""
        with self._turn, self._errors(), self._db().cursor() as cursor:
            cursor.executemany(named(statement), values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold a transaction that may write: commit at the end, roll back on any exception."""
        with self._turn, self._errors(), self._db().transaction():
            yield

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Hold a transaction that only reads, and sees one moment."""
        with self._turn, self._errors(), self._db().transaction():
            self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", {})
            yield

    def _db(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
            self._connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
        return self._connection

    def _errors(self) -> contextlib.AbstractContextManager[None]:
        return server_errors(self._schema.title, self._setting, self._schema.refused, LOCK_TIMEOUT_MS)


def named(statement: str) -> str:
    """Return a statement with its `:name` as the driver writes them."""
    return PARAMETER.sub(r"%(\1)s", statement)


@contextlib.contextmanager
def server_errors(
    store: Message, setting: str, refused: type[FieldsError], lock_timeout_ms: int
) -> Iterator[None]:
    """Turn errors of a server into a store's own, which name no password and nobody.

    Of what the server says only the first line is told: its detail may hold a row. The driver's own text, where no
    server answered, holds neither.
    """
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise refused(
            message(
                "{store} on PostgreSQL: another session has had it locked for {seconds} s; let it end"
                " (pg_stat_activity shows who it is), then try again",
                store=store,
                seconds=lock_timeout_ms // 1000,
            )
        ) from None
    except psycopg.Error as e:
        text = " ".join((e.diag.message_primary or str(e)).split())
        code = message(" (SQLSTATE {sqlstate})", sqlstate=e.sqlstate) if e.sqlstate else ""
        raise refused(
            message(
                "{store} on PostgreSQL: {said}{code}; check the server and {setting}",
                store=store,
                said=text,
                code=code,
                setting=setting,
            )
        ) from None
