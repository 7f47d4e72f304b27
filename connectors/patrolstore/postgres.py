"""The patrol store in PostgreSQL, beside a log on Kafka; leases run by the clock of the server."""

import contextlib
import re
import threading
from collections.abc import Iterator, Sequence

import psycopg

from connectors.patrolstore.port import PatrolStoreError
from connectors.patrolstore.sql import SCHEMA, Rows, SqlPatrolStore, Values
from events.messages import message

_CONNECT_TIMEOUT_S = 10
_LOCK_TIMEOUT_MS = 10_000
_MIGRATION_LOCK = 0x706174726F6C  # "patrol"
_PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")


class PostgresPatrolStore(SqlPatrolStore):
    """The store in the database that a connection string names. Threads take turns."""

    locking = " FOR UPDATE"

    def __init__(self, url: str) -> None:
        self._turn = threading.RLock()
        with _told():
            self._db = psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S)
        try:
            with _told():
                self._db.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}")
            with self.transaction():
                self.run("SELECT pg_advisory_xact_lock(:lock)", {"lock": _MIGRATION_LOCK})
                SCHEMA.migrate(self.run, "postgres")
        except PatrolStoreError:
            self._db.close()
            raise

    def close(self) -> None:
        """See `PatrolStore`."""
        self._db.close()

    def run(self, statement: str, values: Values) -> Rows:
        cursor = self._db.execute(_named(statement) if values else statement, values or None)
        return cursor.fetchall() if cursor.description is not None else []

    def run_many(self, statement: str, values: Sequence[Values]) -> None:
        with self._db.cursor() as cursor:
            cursor.executemany(_named(statement), values)

    def now(self) -> int:
        ((now,),) = self.run("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", {})
        return int(now)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with self._turn, _told(), self._db.transaction():
            yield

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        return self.transaction()


def _named(statement: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", statement)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn errors of the database into one that names no password: of what the server says only the first line."""
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise PatrolStoreError(
            message(
                "the patrol store on PostgreSQL: another session has had it locked for {seconds} s; let it end"
                " (pg_stat_activity shows who it is), then try again",
                seconds=_LOCK_TIMEOUT_MS // 1000,
            )
        ) from None
    except psycopg.Error as e:
        said = " ".join((e.diag.message_primary or str(e)).split())
        code = message(" (SQLSTATE {sqlstate})", sqlstate=e.sqlstate) if e.sqlstate else ""
        raise PatrolStoreError(
            message(
                "the patrol store on PostgreSQL: {said}{code}; check the server and [people] url_from",
                said=said,
                code=code,
            )
        ) from None
