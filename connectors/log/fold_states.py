"""States of the folds in the embedded log's file, so that they commit with the derived events."""

import sqlite3
from collections.abc import Iterable


def load_states(db: sqlite3.Connection, partition: int) -> dict[str, bytes]:
    """Return the stored states of a partition by key."""
    return dict(db.execute("SELECT key, state FROM fold_states WHERE part = ?", (partition,)).fetchall())


def load_state(db: sqlite3.Connection, partition: int, key: str) -> dict[str, bytes]:
    """Return one stored state of a partition by its key, nothing where there is none."""
    return dict(
        db.execute(
            "SELECT key, state FROM fold_states WHERE part = ? AND key = ?", (partition, key)
        ).fetchall()
    )


def clear_states(db: sqlite3.Connection, partition: int) -> None:
    """Forget the states of a partition, inside a transaction of the caller."""
    db.execute("DELETE FROM fold_states WHERE part = ?", (partition,))


def store_states(db: sqlite3.Connection, partition: int, states: Iterable[tuple[str, bytes]]) -> None:
    """Store states, inside a transaction of the caller."""
    db.executemany(
        "INSERT OR REPLACE INTO fold_states VALUES (?, ?, ?)",
        [(partition, key, state) for key, state in states],
    )
