"""Dead letters: what could not be read, with where it stood, why, and its bytes (design promise 7)."""

import hashlib
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from events.instants import from_micros, to_micros

RAW_LIMIT = 1 << 20
"""Longer raw bytes are cut; the whole file is where the origin says."""

ERASED = "erased_sha256"
"""In the context of an erased letter: the hash of its bytes, by which the same thing noted again stays erased."""
ERASED_REASON = "已删除 erased"
_WIPE_TIMEOUT_MS = 2000
_FILLER_BYTES = 64 << 20
_COLUMNS = "origin, place, reason, raw, context, id, noted_at, replayed_at"


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
    sha256: str = ""  # of the bytes, where they lie apart from the rest; "": they are in `raw`

    @property
    def waits(self) -> bool:
        """Tell one that somebody still has to see to: neither replayed nor erased."""
        return self.replayed_at is None and ERASED not in self.context


class LettersErased(msgspec.Struct, frozen=True):
    """What came of erasing letters."""

    wiped: bool = True  # False: bytes still lie in a file, because somebody reads it
    kept: tuple[int, ...] = ()  # letters whose bytes stand in a topic, out of which no record can be taken


def bytes_hash(letter: DeadLetter) -> str:
    """Return the hash of what is kept of a letter's bytes; that of an erased one is the hash of what it had."""
    return letter.context.get(ERASED) or hashlib.sha256(letter.raw[:RAW_LIMIT]).hexdigest()


def note(db: sqlite3.Connection, letter: DeadLetter) -> None:
    """Keep a dead letter, inside a transaction of the caller; the same one again is pending again, not doubled.

    One that was erased stays so.
    """
    raw = letter.raw[:RAW_LIMIT]
    if _was_erased(db, letter, raw):
        return
    db.execute(
        "INSERT INTO dead_letters (origin, place, reason, raw, context, noted_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (origin, place, reason, raw, context) DO UPDATE SET replayed_at = NULL",
        (
            letter.origin,
            letter.place,
            letter.reason,
            raw,
            msgspec.json.encode(letter.context, order="sorted").decode(),
            to_micros(datetime.now(UTC)),
        ),
    )


def list_letters(db: sqlite3.Connection) -> list[DeadLetter]:
    """Return the dead letters, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM dead_letters ORDER BY id"  # noqa: S608 (our own names)
    )
    return [_letter(row) for row in rows]


def mark_replayed(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Note that dead letters became facts."""
    now = to_micros(datetime.now(UTC))
    db.executemany("UPDATE dead_letters SET replayed_at = ? WHERE id = ?", [(now, i) for i in ids])


def erase_letters(db: sqlite3.Connection, ids: Iterable[int]) -> bool:
    """Erase bytes and reason of letters for good; coordinates, context and a hash stay.

    1. The table is written anew without them and the old one is dropped, with every freed page overwritten, those that
       were free before as well: an earlier change of a letter may have left its bytes there.
    2. The write-ahead log, which holds pages as they were, is emptied.
    False where somebody who reads the file keeps that from being done; calling it again, with no ids, completes it.
    """
    gone = set(ids)
    db.execute("PRAGMA secure_delete = ON")
    db.execute("BEGIN IMMEDIATE")
    try:
        if gone:
            _rewrite(db, gone)
        _overwrite_free_pages(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    (before,) = db.execute("PRAGMA busy_timeout").fetchone()
    db.execute(f"PRAGMA busy_timeout = {_WIPE_TIMEOUT_MS}")
    try:
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        db.execute(f"PRAGMA busy_timeout = {before}")
    return not busy


def _rewrite(db: sqlite3.Connection, gone: set[int]) -> None:
    (made,) = db.execute(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'dead_letters'"
    ).fetchone()
    db.execute("ALTER TABLE dead_letters RENAME TO dead_letters_before")
    db.execute(made)
    insert = f"INSERT INTO dead_letters ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (our own names)
    for row in db.execute(f"SELECT {_COLUMNS} FROM dead_letters_before ORDER BY id"):  # noqa: S608
        origin, place, _, raw, context, letter_id, noted_at, replayed_at = row
        fields = msgspec.json.decode(context, type=dict[str, str])
        if letter_id not in gone or ERASED in fields:
            db.execute(insert, row)
            continue
        fields[ERASED] = hashlib.sha256(raw).hexdigest()
        kept = msgspec.json.encode(fields, order="sorted").decode()
        db.execute(insert, (origin, place, ERASED_REASON, b"", kept, letter_id, noted_at, replayed_at))
    db.execute("DROP TABLE dead_letters_before")


def _overwrite_free_pages(db: sqlite3.Connection) -> None:
    """Fill every free page and free it again: it is overwritten when it is freed."""
    (pages,) = db.execute("PRAGMA freelist_count").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    db.execute("CREATE TABLE filler (bytes BLOB)")
    left = pages * size
    while left > 0:
        db.execute("INSERT INTO filler VALUES (zeroblob(?))", (min(left, _FILLER_BYTES),))
        left -= _FILLER_BYTES
    db.execute("DROP TABLE filler")


def _was_erased(db: sqlite3.Connection, letter: DeadLetter, raw: bytes) -> bool:
    hashed = hashlib.sha256(raw).hexdigest()
    rows = db.execute(
        "SELECT context FROM dead_letters WHERE origin = ? AND place = ? AND reason = ? AND raw = x''",
        (letter.origin, letter.place, ERASED_REASON),
    )
    return any(msgspec.json.decode(context, type=dict[str, str]).get(ERASED) == hashed for (context,) in rows)


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
