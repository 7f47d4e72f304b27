"""The read model in SQLite: states and lines of accounts, open alerts, occasional facts, position in the log."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from connectors.log.connection import HomeConnection, StorageError, told

SCHEMA = 2
"""Number of these tables and of what stands in them; a file of another number is made anew."""

_TIMEOUT_S = 60.0
_AT_A_TIME = 500
_TABLES = """
CREATE TABLE life (
    log TEXT NOT NULL    -- which log all of this follows from
);
CREATE TABLE positions (topic TEXT, part INTEGER, next_offset INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    sources BLOB, PRIMARY KEY (topic, part));
CREATE TABLE accounts (subject TEXT PRIMARY KEY, state BLOB NOT NULL, line BLOB) WITHOUT ROWID;
CREATE TABLE alerts (id BLOB PRIMARY KEY, subject TEXT NOT NULL, opener BLOB NOT NULL, level TEXT NOT NULL,
    audience TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX alerts_of ON alerts (subject, opener);
CREATE TABLE facts (type TEXT, part INTEGER, offset INTEGER, recorded_at INTEGER NOT NULL, subject TEXT NOT NULL,
    value BLOB NOT NULL, PRIMARY KEY (type, part, offset)) WITHOUT ROWID;
CREATE INDEX facts_of ON facts (subject, type);
"""
_NAMES = ("life", "positions", "accounts", "alerts", "facts")


class KeptFact(NamedTuple):
    """A fact as the log holds it, with its place."""

    type: str
    partition: int
    offset: int
    recorded_at: int  # microseconds
    subject: str
    value: bytes


class OpenAlert(NamedTuple):
    """An alert that was raised and neither cleared nor withdrawn."""

    id: bytes
    subject: str
    opener: bytes
    level: str
    audience: str
    at: int  # microseconds


class ReadModelStore:
    """The file; whatever is wrong with it is put right by making it anew, for all of it follows from the log.

    `life` names the log: a model of another one is emptied. Changes happen inside `transaction`, which one process
    holds at a time; readers do not wait.
    """

    def __init__(self, path: Path, life: str) -> None:
        self._path = path
        try:
            self._db = _connect(path)
            self._prepare(life)
        except StorageError:
            _remove(path)
            self._db = _connect(path)
            self._prepare(life)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Take turns with other processes; commit at the end, roll back on any exception."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def clear(self, life: str) -> None:
        """Empty the model, to be made anew."""
        with self.transaction():
            self._make(life)

    def position(self, topic: str, partition: int) -> int:
        """Return the offset of the next record to take."""
        row = self._db.execute(
            "SELECT next_offset FROM positions WHERE topic = ? AND part = ?", (topic, partition)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def last_recorded_at(self, topic: str, partition: int) -> int | None:
        """Return when the record before the position was taken by the log, None where there is none."""
        row = self._db.execute(
            "SELECT recorded_at FROM positions WHERE topic = ? AND part = ?", (topic, partition)
        ).fetchone()
        return None if row is None else int(row[0])

    def sources(self, topic: str, partition: int) -> bytes | None:
        """Return what is kept of the sources of a partition, as bytes."""
        row = self._db.execute(
            "SELECT sources FROM positions WHERE topic = ? AND part = ?", (topic, partition)
        ).fetchone()
        return None if row is None else row[0]

    def move(
        self, topic: str, partition: int, next_offset: int, recorded_at: int, sources: bytes | None = None
    ) -> None:
        """Note the position, when the record before it was taken, and what is known of the sources there."""
        row = (topic, partition, next_offset, recorded_at, sources)
        self._db.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)", row)

    def states(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """Return the states of accounts that have one."""
        found: dict[str, bytes] = {}
        for begin in range(0, len(subjects), _AT_A_TIME):
            some = subjects[begin : begin + _AT_A_TIME]
            marks = ", ".join("?" * len(some))
            query = f"SELECT subject, state FROM accounts WHERE subject IN ({marks})"  # noqa: S608 (marks alone)
            found.update(self._db.execute(query, some))
        return found

    def put_accounts(self, rows: Iterable[tuple[str, bytes, bytes | None]]) -> None:
        """Keep subject, state and line of accounts; a line of None: it is not in the registry."""
        self._db.executemany("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)", rows)

    def lines(self) -> list[bytes]:
        """Return the lines of all accounts of the registry."""
        rows = self._db.execute("SELECT line FROM accounts WHERE line IS NOT NULL ORDER BY subject")
        return [line for (line,) in rows.fetchall()]

    def keep(self, facts: Iterable[KeptFact]) -> None:
        """Keep facts as the log holds them."""
        self._db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?, ?)", facts)

    def facts(self, types: Sequence[str], subject: str | None = None) -> list[KeptFact]:
        """Return the facts of these types, of one subject or of all."""
        marks = ", ".join("?" * len(types))
        query = f"SELECT * FROM facts WHERE type IN ({marks})"  # noqa: S608 (marks alone)
        values: tuple[str, ...] = tuple(types)
        if subject is not None:
            query, values = f"{query} AND subject = ?", (*values, subject)
        return [KeptFact(*row) for row in self._db.execute(query, values).fetchall()]

    def raise_alert(self, alert: OpenAlert) -> None:
        """Keep an open alert."""
        self._db.execute("INSERT OR IGNORE INTO alerts VALUES (?, ?, ?, ?, ?, ?)", alert)

    def clear_alerts(self, subject: str, opener: bytes) -> None:
        """Forget the alerts of a silence that ended."""
        self._db.execute("DELETE FROM alerts WHERE subject = ? AND opener = ?", (subject, opener))

    def withdraw_alert(self, alert_id: bytes) -> None:
        """Forget one alert."""
        self._db.execute("DELETE FROM alerts WHERE id = ?", (alert_id,))

    def alerts(self) -> Mapping[str, OpenAlert]:
        """Return the newest open alert of each account."""
        rows = self._db.execute("SELECT * FROM alerts ORDER BY at, id").fetchall()
        return {row[1]: OpenAlert(*row) for row in rows}

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table, in order: two models of one log are equal."""
        return {
            name: sorted(self._db.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608 (ours)
            for name in _NAMES
        }

    def _prepare(self, life: str) -> None:
        if self._fits(life):
            return
        with self.transaction():
            if not self._fits(life):  # unless somebody was faster
                self._make(life)

    def _fits(self, life: str) -> bool:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return bool(version == SCHEMA and self._db.execute("SELECT log FROM life").fetchone() == (life,))

    def _make(self, life: str) -> None:
        for (name,) in self._db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            self._db.execute(f"DROP TABLE {name}")
        for statement in _TABLES.split(";\n"):
            if statement.strip():
                self._db.execute(statement)
        self._db.execute("INSERT INTO life VALUES (?)", (life,))
        self._db.execute(f"PRAGMA user_version = {SCHEMA}")


def _connect(path: Path) -> HomeConnection:
    """Open the file; what a crash of the machine takes of it is made again, so that nothing waits for the disk."""
    with told(path):
        db = sqlite3.connect(
            path, timeout=_TIMEOUT_S, isolation_level=None, check_same_thread=False, factory=HomeConnection
        )
    db.path = path
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        db.close()
        raise
    return db


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
