"""The people store in PostgreSQL, beside a log on Kafka.

After an erasure the tables and their indexes are written anew (`VACUUM FULL`), and statistics of these columns are off,
so the data files and every later dump are free of it. What this cannot reach: the write-ahead log until the server has
recycled its segments, its archive, replicas that lag, base backups, older dumps, and a server log of statements
with their parameters.

That writing anew needs the table alone, and every reader would queue behind it while it waits; so it waits shortly, one
session at a time, and counts only if no version of a row had to be kept for a transaction that is open elsewhere.
"""

import re

import psycopg

from connectors.databases.postgres import LOCK_TIMEOUT_MS, PostgresDatabase
from connectors.people.sql import SCHEMA, SqlPeople

_WIPE_TIMEOUT_MS = 1000
_MIGRATION_LOCK = 0x70656F706C65  # "people"
_WIPE_LOCK = 0x77697065  # "wipe"
_KEPT = re.compile(r"\d+")
"""First number in the detail of `VACUUM (VERBOSE)`, in whatever language: dead versions that cannot be removed yet."""


class PostgresPeople(PostgresDatabase, SqlPeople):
    """The store in the database that a connection string names."""

    def __init__(self, url: str) -> None:
        SqlPeople.__init__(self)
        PostgresDatabase.__init__(self, url, SCHEMA, lock=_MIGRATION_LOCK, setting="[people] url_from")
        try:
            self.wipe_erased()
        except SCHEMA.refused:
            self.close()
            raise

    def _wipe(self) -> bool:
        kept: list[int] = []

        def _count(notice: psycopg.errors.Diagnostic) -> None:
            found = _KEPT.search(notice.message_detail or "")
            if found is not None:
                kept.append(int(found[0]))

        with self._turn, self._errors():
            db = self._db()
            mine = db.execute("SELECT pg_try_advisory_lock(%s)", (_WIPE_LOCK,)).fetchone()
            if mine != (True,):
                return False
            db.add_notice_handler(_count)
            try:
                db.execute(f"SET lock_timeout = {_WIPE_TIMEOUT_MS}")
                db.execute("VACUUM (FULL, VERBOSE) people, people_changes, texts, public_reports")
            except psycopg.errors.LockNotAvailable:
                return False
            finally:
                db.remove_notice_handler(_count)
                if not db.closed:
                    db.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
                    db.execute("SELECT pg_advisory_unlock(%s)", (_WIPE_LOCK,))
        return not any(kept)
