"""Items of a source that have become events already, so that only new ones do."""

import hashlib
import sqlite3
from collections.abc import Iterable

_LOOKED = b""
"""Stands for "this source has shown this account": no item hashes to it."""


def item_hash(native_key: str) -> bytes:
    """Return what is remembered of an item: 16 bytes of its hash, never its text."""
    return hashlib.blake2b(native_key.encode(), digest_size=16).digest()


def seen_items(db: sqlite3.Connection, source: str, account_id: str) -> set[bytes]:
    """Return the hashes of the items of an account that a source has shown."""
    rows = db.execute("SELECT item FROM seen_items WHERE source = ? AND account_id = ?", (source, account_id))
    return {item for (item,) in rows}


def was_shown(seen: set[bytes]) -> bool:
    """Tell whether a trusted look of the source came before."""
    return _LOOKED in seen


def shown_accounts(db: sqlite3.Connection, source: str) -> set[str]:
    """Return the accounts that a source has shown in a trusted look."""
    rows = db.execute("SELECT account_id FROM seen_items WHERE source = ? AND item = ?", (source, _LOOKED))
    return {account_id for (account_id,) in rows}


def has_looked(db: sqlite3.Connection, source: str) -> bool:
    """Tell whether a source has shown anything before."""
    return db.execute("SELECT 1 FROM seen_items WHERE source = ? LIMIT 1", (source,)).fetchone() is not None


def remember(
    db: sqlite3.Connection, source: str, account_id: str, items: Iterable[bytes], *, looked: bool
) -> None:
    """Remember items, inside a transaction of the caller; `looked` if the look was a trusted one.

    After a look that was not, the account counts as not shown: "unchanged" would prove nothing.
    """
    rows = [(source, account_id, item) for item in items]
    if looked:
        rows.append((source, account_id, _LOOKED))
    else:
        key = (source, account_id, _LOOKED)
        db.execute("DELETE FROM seen_items WHERE source = ? AND account_id = ? AND item = ?", key)
    db.executemany("INSERT OR IGNORE INTO seen_items VALUES (?, ?, ?)", rows)
