"""The sign-in store in PostgreSQL: several consoles share it."""

import contextlib
import re
import threading
from collections.abc import Iterator

import psycopg

from connectors.signin.port import SigninStoreError
from connectors.signin.sql import SCHEMA, Rows, SqlSigninStore, Values
from events.messages import message

_CONNECT_TIMEOUT_S = 10
_LOCK_TIMEOUT_MS = 10_000
_WRITING = 0x7369676E696E  # "signin"
_PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")


class PostgresSigninStore(SqlSigninStore):
    """The store in the database that a connection string names. Threads take turns; writers of all consoles, too.

    A connection that broke is made anew by whoever asks next, for a console outlives a restart of its database.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._turn = threading.RLock()
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        try:
            with self.transaction():
                SCHEMA.migrate(self.run, "postgres")
        except SigninStoreError:
            self.close()
            raise

    def close(self) -> None:
        """See `SigninStore`."""
        if self._connection is not None:
            self._connection.close()

    def run(self, statement: str, values: Values) -> Rows:
        with self._turn, _told():
            cursor = self._db().execute(_named(statement) if values else statement, values or None)
            return cursor.fetchall() if cursor.description is not None else []

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with self._turn, _told(), self._db().transaction():
            self.run("SELECT pg_advisory_xact_lock(:lock)", {"lock": _WRITING})
            yield

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        with self._turn, _told(), self._db().transaction():
            self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", {})
            yield

    def _db(self) -> "psycopg.Connection[tuple[object, ...]]":
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S)
            self._connection.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}")
        return self._connection


def _named(statement: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", statement)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn errors of the database into one that names no password: of what the server says only the first line."""
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise SigninStoreError(
            message(
                "the sign-in store on PostgreSQL: another session has had it locked for {seconds} s; let it end"
                " (pg_stat_activity shows who it is), then try again",
                seconds=_LOCK_TIMEOUT_MS // 1000,
            )
        ) from None
    except psycopg.Error as e:
        said = " ".join((e.diag.message_primary or str(e)).split())
        code = message(" (SQLSTATE {sqlstate})", sqlstate=e.sqlstate) if e.sqlstate else ""
        raise SigninStoreError(
            message(
                "the sign-in store on PostgreSQL: {said}{code}; check the server and [signin] url_from",
                said=said,
                code=code,
            )
        ) from None
