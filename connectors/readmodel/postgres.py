"""The read model in PostgreSQL, beside a log on Kafka: a schema of its own in the database of the people."""

import contextlib
import re
from collections.abc import Iterable, Iterator

import psycopg

from connectors.readmodel.port import ReadModelError
from connectors.readmodel.sql import Rows, SqlReadModel, Values
from connectors.readmodel.tables import TABLES, statements
from events.messages import message

_CONNECT_TIMEOUT_S = 10
_LOCK_TIMEOUT_MS = 60_000
_WRITER = 0x72656164  # "read": whoever changes the model holds it
_PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")
_TYPES = {"BLOB": "BYTEA", "INTEGER": "BIGINT", ") WITHOUT ROWID": ")"}
_SAID = "CREATE INDEX accounts_said ON accounts (said)"  # a B-tree takes no long texts; a scan answers


class PostgresReadModel(SqlReadModel):
    """The model in the database that a connection string names; one process at a time changes it, any may read."""

    contains = "strpos"
    texts = "json_array_elements_text(CAST(:but AS json))"

    def __init__(self, url: str, life: str) -> None:
        with _told():
            self._db = psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S)
        try:
            with _told():
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
        with _told():
            cursor = self._db.execute(_named(statement) if values else statement, values or None)
            return cursor.fetchall() if cursor.description is not None else []

    def run_many(self, statement: str, values: Iterable[Values]) -> None:
        """See `SqlReadModel`."""
        with _told(), self._db.cursor() as cursor:
            cursor.executemany(_named(statement), values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """See `ReadModelStore`."""
        with _told(), self._db.transaction():
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
    return text.replace(f"{_SAID};\n", "")


def _named(statement: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", statement)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn errors of the database into one that names no password: of what the server says only the first line."""
    try:
        yield
    except psycopg.Error as e:
        said = " ".join((e.diag.message_primary or str(e)).split())
        code = message(" (SQLSTATE {sqlstate})", sqlstate=e.sqlstate) if e.sqlstate else ""
        raise ReadModelError(
            message(
                "the read model on PostgreSQL: {said}{code}; check the server and [readmodel] url_from, or"
                " [people] url_from",
                said=said,
                code=code,
            )
        ) from None
