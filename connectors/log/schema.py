"""Tables of the file in a home: what connectors remember, and in an embedded home the log itself."""

import sqlite3
from pathlib import Path

from connectors.log.connection import HomeConnection, file_errors
from connectors.log.port import LogError
from events.messages import message

BUSY_TIMEOUT_S = 60.0
SCHEMA = 3
"""Number of these tables, as the file's `user_version`; 0: of before they were numbered. 2: `seen_items.told`.
3: `deliveries.destination`."""

_MEMORY = """
CREATE TABLE IF NOT EXISTS meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen_items (  -- what sources have shown, so that a look says what is new
    source TEXT NOT NULL,
    account_id TEXT NOT NULL,
    item BLOB NOT NULL,                  -- hash of its key
    told BLOB,                           -- see connectors.log.seen_items; NULL: of an earlier release
    PRIMARY KEY (source, account_id, item)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,                -- file or topic
    place TEXT NOT NULL,                 -- row, item, or partition and offset
    reason TEXT NOT NULL,
    raw BLOB NOT NULL,
    context TEXT NOT NULL,               -- JSON: what a replay needs
    noted_at INTEGER NOT NULL,
    replayed_at INTEGER,
    UNIQUE (origin, place, reason, raw, context)
);
"""
_LOG = """
CREATE TABLE IF NOT EXISTS heads (       -- where each partition ends
    topic TEXT NOT NULL,
    part INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (topic, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    topic TEXT NOT NULL,
    part INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,        -- microseconds since the epoch
    value BLOB NOT NULL,
    PRIMARY KEY (topic, part, offset)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fold_states ( -- state of the folds, with the position it has applied
    part INTEGER NOT NULL,
    key TEXT NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (part, key)
) WITHOUT ROWID;
"""
_DELIVERIES = """
CREATE TABLE IF NOT EXISTS deliveries (  -- what each channel took, or refused for good
    message_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    destination TEXT NOT NULL,           -- see connectors.log.deliveries
    outcome TEXT NOT NULL,
    PRIMARY KEY (message_id, channel, destination)
) WITHOUT ROWID;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file with the durability that every writer of a home needs: WAL, synchronous FULL.

    Raises `LogError` for one that a newer release wrote, and here and later `StorageError` where its files fail.
    """
    with file_errors(path):
        db = sqlite3.connect(
            path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            factory=HomeConnection,
        )
        db.path = path
    try:
        _require_known(db, path)
        db.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        db.close()
        raise
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA cache_size = -65536")
    _lift(db)
    return db


def create_memory(db: sqlite3.Connection) -> None:
    """Make the tables of a new memory; an existing one is left as it is."""
    db.execute("BEGIN IMMEDIATE")
    _run(db, _MEMORY)
    db.execute(f"PRAGMA user_version = {SCHEMA}")
    db.execute("COMMIT")


def create_log(db: sqlite3.Connection, *, partitions: int, incarnation: str) -> None:
    """Make the tables of a new log and its memory; an existing one is left as it is."""
    db.execute("BEGIN IMMEDIATE")
    _run(db, _MEMORY + _LOG + _DELIVERIES)
    db.execute(f"PRAGMA user_version = {SCHEMA}")
    db.execute("INSERT OR IGNORE INTO meta VALUES ('partitions', ?)", (str(partitions),))
    db.execute("INSERT OR IGNORE INTO meta VALUES ('incarnation', ?)", (incarnation,))
    db.execute("INSERT OR IGNORE INTO meta VALUES ('last_recorded_at', '0')")
    db.execute("COMMIT")


def _require_known(db: sqlite3.Connection, path: Path) -> None:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found > SCHEMA:
        raise LogError(
            message(
                "{path} was written by a newer xuncha: schema {found}, this program knows"
                " {schema}; use that release",
                path=path,
                found=found,
                schema=SCHEMA,
            )
        )


def _lift(db: sqlite3.Connection) -> None:
    """Give tables of an earlier release the columns that they lack."""
    if not _lacking(db):
        return
    db.execute("BEGIN IMMEDIATE")
    for table, _ in _lacking(db):  # unless somebody was faster
        _run(db, _LIFTS[table])
    db.execute(f"PRAGMA user_version = {SCHEMA}")
    db.execute("COMMIT")


_SINCE = (("seen_items", "told"), ("deliveries", "destination"))
"""Columns that tables of an earlier release lack."""

_LIFTS = {
    "seen_items": "ALTER TABLE seen_items ADD COLUMN told BLOB",
    # Each channel had one destination, which is called as the channel is.
    "deliveries": f"""
ALTER TABLE deliveries RENAME TO deliveries_2;
{_DELIVERIES}
INSERT INTO deliveries SELECT message_id, channel, channel, outcome FROM deliveries_2;
DROP TABLE deliveries_2;
""",  # noqa: S608 (statements of our own)
}


def _lacking(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return which of these columns are missing in tables that are there."""
    return [
        (table, column)
        for table, column in _SINCE
        if (names := {name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")})
        and column not in names
    ]


def _run(db: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)
