"""The people store in PostgreSQL, beside a log on Kafka.

After an erasure the tables and their indexes are written anew (`VACUUM FULL`), and statistics of these columns are off,
so the data files and every later dump are free of it. What this cannot reach: the write-ahead log until the server has
recycled its segments, its archive, replicas that lag, base backups, older dumps, and a server log of statements
with their parameters.

That writing anew needs the table alone, and every reader would queue behind it while it waits; so it waits shortly, one
session at a time, and counts only if no version of a row had to be kept for a transaction that is open elsewhere.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg

from connectors.people.migrations import migrate
from connectors.people.person import PeopleError
from connectors.people.sql import Rows, SqlPeople
from events.messages import message

_CONNECT_TIMEOUT_S = 10
_LOCK_TIMEOUT_MS = 10_000
_WIPE_TIMEOUT_MS = 1000
_MIGRATION_LOCK = 0x70656F706C65  # "people"
_WIPE_LOCK = 0x77697065  # "wipe"
_KEPT = re.compile(r"\d+")
"""First number in the detail of `VACUUM (VERBOSE)`, in whatever language: dead versions that cannot be removed yet."""
_PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")


class PostgresPeople(SqlPeople):
    """The store in the database that a connection string names."""

    def __init__(self, url: str) -> None:
        super().__init__()
        with _told():
            self._db = psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S)
        try:
            with _told():
                self._db.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}")
            with self.transaction():
                self.run("SELECT pg_advisory_xact_lock(:lock)", {"lock": _MIGRATION_LOCK})
                migrate(self.run, "postgres")
            self.wipe_erased()
        except PeopleError:
            self._db.close()
            raise

    def close(self) -> None:
        """See `PeopleStore`."""
        self._db.close()

    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        named = _PARAMETER.sub(r"%(\1)s", statement) if values else statement
        cursor = self._db.execute(named, values or None)
        return cursor.fetchall() if cursor.description is not None else []

    def run_many(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
        with self._db.cursor() as cursor:
            cursor.executemany(_PARAMETER.sub(r"%(\1)s", statement), rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with _told(), self._db.transaction():
            yield

    def snapshot(self) -> contextlib.AbstractContextManager[None]:
        return self.transaction()

    def _wipe(self) -> bool:
        kept: list[int] = []

        def _count(notice: psycopg.errors.Diagnostic) -> None:
            found = _KEPT.search(notice.message_detail or "")
            if found is not None:
                kept.append(int(found[0]))

        with _told():
            mine = self._db.execute("SELECT pg_try_advisory_lock(%s)", (_WIPE_LOCK,)).fetchone()
            if mine != (True,):
                return False
            self._db.add_notice_handler(_count)
            try:
                self._db.execute(f"SET lock_timeout = {_WIPE_TIMEOUT_MS}")
                self._db.execute("VACUUM (FULL, VERBOSE) people, people_changes, texts, public_reports")
            except psycopg.errors.LockNotAvailable:
                return False
            finally:
                self._db.remove_notice_handler(_count)
                if not self._db.closed:
                    self._db.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}")
                    self._db.execute("SELECT pg_advisory_unlock(%s)", (_WIPE_LOCK,))
        return not any(kept)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn errors of the database into one that names no password and nobody.

    Of what the server says only the first line is told: its detail may hold a row. The driver's own text, where no
    server answered, holds neither.
    """
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise PeopleError(
            message(
                "the people store on PostgreSQL: another session has had it locked for"
                " {lock_timeout_ms} s; let it end (pg_stat_activity shows who it is), then try"
                " again",
                lock_timeout_ms=_LOCK_TIMEOUT_MS // 1000,
            )
        ) from None
    except psycopg.Error as e:
        said = " ".join((e.diag.message_primary or str(e)).split())
        code = message(" (SQLSTATE {sqlstate})", sqlstate=e.sqlstate) if e.sqlstate else ""
        raise PeopleError(
            message(
                "the people store on PostgreSQL: {said}{code}; check the server and [people] url_from",
                said=said,
                code=code,
            )
        ) from None
