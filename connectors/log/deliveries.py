"""What each channel took, and how far into the derived events it has been told."""

import sqlite3
from typing import Literal

Outcome = Literal["delivered", "summary", "failed", "past"]
"""`past`: raised in an earlier life of the log, before the channel began; it is no news there."""


def outcome_of(db: sqlite3.Connection, message_id: str, channel: str) -> Outcome | None:
    """Return what became of a message on a channel, None while it is pending."""
    row = db.execute(
        "SELECT outcome FROM deliveries WHERE message_id = ? AND channel = ?", (message_id, channel)
    ).fetchone()
    return row[0] if row else None


def note_outcome(db: sqlite3.Connection, message_id: str, channel: str, outcome: Outcome) -> None:
    """Keep an outcome, inside a transaction of the caller."""
    db.execute("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?)", (message_id, channel, outcome))
