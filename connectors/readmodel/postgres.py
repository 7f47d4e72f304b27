"""The read model in PostgreSQL, beside a log on Kafka: a schema of its own in the database of the people."""

import contextlib
from collections.abc import Iterable, Iterator

import psycopg

from connectors.databases.migrations import Rows
from connectors.databases.postgres import CONNECT_TIMEOUT_S, named, server_errors
from connectors.readmodel.port import ReadModelError
from connectors.readmodel.sql import SqlReadModel, Values
from connectors.readmodel.tables import TABLES, statements
from events.messages import message

_LOCK_TIMEOUT_MS = 60_000
_WRITER = 0x72656164  # "read": whoever changes the model holds it
_TYPES = {"BLOB": "BYTEA", "INTEGER": "BIGINT", ") WITHOUT ROWID": ")"}
_INDEX = "CREATE INDEX accounts_said ON accounts (said)"  # a B-tree takes no long texts; a scan answers


class PostgresReadModel(SqlReadModel):
    """The model in the database that a connection string names; one process at a time changes it, any may read."""

    contains = "strpos"
    texts = "json_array_elements_text(CAST(:but AS json))"

    def __init__(self, url: str, life: str) -> None:
        with _errors():
            self._db = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
        try:
            with _errors():
                self._db.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}")
                self._db.execute("SET search_path TO readmodel")
            self.prepare(life)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """See `ReadModelStore`."""
        self._db.close()

    def run_sql(self, statement: str, values: Values) -> Rows:
        """See `SqlReadModel`."""
        with _errors():
            cursor = self._db.execute(named(statement) if values else statement, values or None)
            return cursor.fetchall() if cursor.description is not None else []

    def run_many(self, statement: str, values: Iterable[Values]) -> None:
        """See `SqlReadModel`."""
        with _errors(), self._db.cursor() as cursor:
            cursor.executemany(named(statement), values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """See `ReadModelStore`."""
        with _errors(), self._db.transaction():
            self._db.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITER,))
            yield

    def _make(self) -> None:
        self.run_sql("DROP SCHEMA IF EXISTS readmodel CASCADE", {})
        self.run_sql("CREATE SCHEMA readmodel", {})
        for statement in statements(_translated(TABLES)):
            self.run_sql(statement, {})

    def _is_made(self) -> bool:
        return self.run_sql("SELECT to_regclass('readmodel.making') IS NOT NULL", {}) == [(True,)]


def _translated(text: str) -> str:
    for word, own in _TYPES.items():
        text = text.replace(word, own)
    return text.replace(f"{_INDEX};\n", "")


def _errors() -> contextlib.AbstractContextManager[None]:
    return server_errors(
        message("the read model"),
        "[readmodel] url_from, [people] url_from",
        ReadModelError,
        _LOCK_TIMEOUT_MS,
    )
