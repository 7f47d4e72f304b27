"""What each channel took, by message and destination."""

import sqlite3
from typing import Literal, NamedTuple
from uuid import UUID

Outcome = Literal["delivered", "summary", "failed", "past", "pilot"]
"""`past`: raised in an earlier life of the log, before the channel began; it is no news there. `pilot`: composed by a
home that rehearses, and not sent."""


class Delivery(NamedTuple):
    """One message to one destination on one channel.

    What stands under the channel's own name counts for each of its destinations: what is past on a channel is so for
    everybody, and a channel that had one destination may get more.
    """

    message_id: UUID
    channel: str
    destination: str  # id of a person, or the channel's own name


def outcome_of(db: sqlite3.Connection, delivery: Delivery) -> Outcome | None:
    """Return what became of a delivery, None while it is pending."""
    row = db.execute(
        "SELECT outcome FROM deliveries WHERE message_id = ? AND channel = ? AND destination = ?",
        _key(delivery),
    ).fetchone()
    return row[0] if row else None


def note_outcome(db: sqlite3.Connection, delivery: Delivery, outcome: Outcome) -> None:
    """Keep an outcome, inside a transaction of the caller."""
    db.execute("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?)", (*_key(delivery), outcome))


def _key(delivery: Delivery) -> tuple[str, str, str]:
    return str(delivery.message_id), delivery.channel, delivery.destination
