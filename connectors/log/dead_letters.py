"""Dead letters: what could not be read, with where it stood, why, and its bytes (design promise 7)."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from events.instants import from_micros, to_micros

RAW_LIMIT = 1 << 20
"""Longer raw bytes are cut; the whole file is where the origin says."""


class DeadLetter(msgspec.Struct, frozen=True):
    """Something that could not become a fact."""

    origin: str  # file or topic
    place: str  # row, item, or partition and offset
    reason: str
    raw: bytes
    context: dict[str, str] = {}  # what a replay needs: how the origin was read
    id: int = 0
    noted_at: datetime | None = None
    replayed_at: datetime | None = None


def note(db: sqlite3.Connection, letter: DeadLetter) -> None:
    """Keep a dead letter, inside a transaction of the caller; the same one again is pending again, not doubled."""
    db.execute(
        "INSERT INTO dead_letters (origin, place, reason, raw, context, noted_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (origin, place, reason, raw, context) DO UPDATE SET replayed_at = NULL",
        (
            letter.origin,
            letter.place,
            letter.reason,
            letter.raw[:RAW_LIMIT],
            msgspec.json.encode(letter.context, order="sorted").decode(),
            to_micros(datetime.now(UTC)),
        ),
    )


def list_letters(db: sqlite3.Connection) -> list[DeadLetter]:
    """Return the dead letters, oldest first."""
    rows = db.execute(
        "SELECT origin, place, reason, raw, context, id, noted_at, replayed_at FROM dead_letters ORDER BY id"
    )
    return [_letter(row) for row in rows]


def mark_replayed(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Note that dead letters became facts."""
    now = to_micros(datetime.now(UTC))
    db.executemany("UPDATE dead_letters SET replayed_at = ? WHERE id = ?", [(now, i) for i in ids])


def _letter(row: tuple[str, str, str, bytes, str, int, int, int | None]) -> DeadLetter:
    origin, place, reason, raw, context, letter_id, noted_at, replayed_at = row
    return DeadLetter(
        origin,
        place,
        reason,
        raw,
        msgspec.json.decode(context, type=dict[str, str]),
        letter_id,
        from_micros(noted_at),
        from_micros(replayed_at) if replayed_at is not None else None,
    )
