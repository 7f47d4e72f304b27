"""What a source has shown of an account, item by item, and its last trusted look: the next one tells what is new."""

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

import msgspec

_LOOKED = b""
"""Stands for the last trusted look of a source at an account: no item hashes to it."""


class SeenItem(msgspec.Struct, frozen=True, array_like=True):
    """An item as a source showed it; times in microseconds."""

    stated: int  # when it says that it was published, before any cut
    by_day: bool = False
    content: bytes = b""  # hash of title and text
    first_at: int = 0  # first look that showed it under this time
    last_at: int = 0  # last look that did
    post: bytes = b""  # id of its fact
    near: bool = False  # stated within ten minutes of the look that showed it first
    dateless: bool = False  # its time moves with every look, so it has none of its own
    told: tuple[int, ...] = ()  # other times that it stated: told once, or those of posts before this one
    shown: bytes = b""  # hash of title and text as last shown, where it is watched what becomes of posts
    title: bytes = b""  # hash of the title, likewise
    edits: int = 0  # told while the title stayed
    pinned: bool = False
    missing_at: int = 0  # first look whose list lacked it though it stood inside; 0: none
    gone_at: int = 0  # look that told its deletion


class SeenList(msgspec.Struct, frozen=True, array_like=True):
    """What the last trusted look showed; times in microseconds."""

    at: int
    read_at: int = 0  # the look that read the list; nothing has changed since
    newest: int | None = None
    shows_from: int | None = None  # None: an earlier release did not say
    shows_all: bool = False
    lowest: int | None = None  # the earliest `shows_from` of all
    stands: bool = True  # False: a look has failed since, and "unchanged" would prove nothing


class Seen(msgspec.Struct):
    """What a source has shown of one account."""

    items: dict[
        bytes, SeenItem | None
    ] = {}  # by hash of the key; None: an earlier release kept the key alone
    bad: set[bytes] = set()  # hashes of items that could not be read, told already
    last: SeenList | None = None  # None: no trusted look, or an earlier release did not say what it showed

    @property
    def had_items(self) -> bool:
        return bool(self.items)

    def last_seen_at(self, item: SeenItem) -> int:
        """Return the last look that showed an item: those since the list was read showed the same."""
        last = self.last
        return item.last_at if last is None or item.last_at != last.read_at else max(last.at, item.last_at)


class Learnt(msgspec.Struct, frozen=True):
    """What a look adds to it."""

    items: Mapping[bytes, SeenItem] = {}
    bad: frozenset[bytes] = frozenset()
    last: SeenList | None = None  # None: nothing is known of a trusted look


_BAD = b"bad"
_encode = msgspec.msgpack.Encoder().encode
_item = msgspec.msgpack.Decoder(SeenItem).decode
_list = msgspec.msgpack.Decoder(SeenList).decode


@lru_cache(maxsize=4096)  # of a look each is asked for several times
def item_hash(native_key: str) -> bytes:
    """Return what is remembered of the key of an item: 16 bytes of its hash, never its text."""
    return hashlib.blake2b(native_key.encode(), digest_size=16).digest()


def seen_items(db: sqlite3.Connection, source: str, account_id: str) -> Seen:
    """Return what a source has shown of an account."""
    return seen_of(db, source, (account_id,))[account_id]


def seen_of(db: sqlite3.Connection, source: str, accounts: Collection[str]) -> dict[str, Seen]:
    """Return what a source has shown of each of some accounts, a few hundred at most."""
    found = {account: Seen() for account in accounts}
    marks = ", ".join("?" * len(found))
    rows = db.execute(
        f"SELECT account_id, item, told FROM seen_items WHERE source = ? AND account_id IN ({marks})",  # noqa: S608 (marks alone)
        (source, *found),
    )
    for account, item, stored in rows:
        seen = found[account]
        if item == _LOOKED:
            seen.last = None if stored is None else _list(stored)
        elif stored == _BAD:
            seen.bad.add(item)
        else:
            seen.items[item] = None if stored is None else _item(stored)
    return found


def last_looks(db: sqlite3.Connection, source: str) -> dict[str, SeenList | None]:
    """Return the last look at each account that a source has shown and where none has failed since.

    None stands for one of an earlier release, which did not keep what it showed.
    """
    rows = db.execute(
        "SELECT account_id, told FROM seen_items WHERE source = ? AND item = ?", (source, _LOOKED)
    )
    looks = {account_id: None if stored is None else _list(stored) for account_id, stored in rows}
    return {account_id: last for account_id, last in looks.items() if last is None or last.stands}


def has_looked(db: sqlite3.Connection, source: str) -> bool:
    """Tell whether a source has shown anything before."""
    return db.execute("SELECT 1 FROM seen_items WHERE source = ? LIMIT 1", (source,)).fetchone() is not None


def remember(db: sqlite3.Connection, source: str, account_id: str, learnt: Learnt) -> None:
    """Remember what a look showed, inside a transaction of the caller."""
    remember_all(db, source, ((account_id, learnt),))


def remember_all(db: sqlite3.Connection, source: str, looks: Iterable[tuple[str, Learnt]]) -> None:
    """Remember what looks at different accounts showed, inside a transaction of the caller."""
    rows: list[tuple[str, str, bytes, bytes]] = []
    untrusted: list[tuple[str, str, bytes]] = []
    for account_id, learnt in looks:
        rows += [(source, account_id, item, _encode(seen)) for item, seen in learnt.items.items()]
        rows += [(source, account_id, item, _BAD) for item in sorted(learnt.bad)]
        if learnt.last is not None:
            rows.append((source, account_id, _LOOKED, _encode(learnt.last)))
        else:
            untrusted.append((source, account_id, _LOOKED))
    db.executemany("DELETE FROM seen_items WHERE source = ? AND account_id = ? AND item = ?", untrusted)
    db.executemany("INSERT OR REPLACE INTO seen_items VALUES (?, ?, ?, ?)", rows)
