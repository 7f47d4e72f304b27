"""What the connectors of a home remember, out of one home and into another."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

_PAGE_ROWS = 50_000

SeenRow = tuple[str, str, bytes, bytes | None]
"""Source, account, hash of an item, and what is remembered of it."""


def seen_pages(db: sqlite3.Connection) -> Iterator[Sequence[SeenRow]]:
    """Yield every item that was seen, in pages, as of the moment of the first."""
    cursor = db.execute("SELECT source, account_id, item, told FROM seen_items")
    while page := cursor.fetchmany(_PAGE_ROWS):
        yield page


def add_seen(db: sqlite3.Connection, items: Iterable[SeenRow]) -> None:
    """Remember items, inside a transaction of the caller; those that are known stay."""
    db.executemany("INSERT OR IGNORE INTO seen_items VALUES (?, ?, ?, ?)", items)


def count_seen(db: sqlite3.Connection) -> int:
    """Return the number of items that were seen."""
    (count,) = db.execute("SELECT count(*) FROM seen_items").fetchone()
    return int(count)


def values_of(db: sqlite3.Connection, prefixes: Sequence[str]) -> list[tuple[str, str]]:
    """Return the values whose names begin with one of these, by name."""
    rows = db.execute("SELECT key, value FROM meta ORDER BY key")
    return [(key, value) for key, value in rows if key.startswith(tuple(prefixes))]
