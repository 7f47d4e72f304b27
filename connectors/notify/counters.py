"""Our own count of what was sent: above its rates a vendor drops messages without a word, so none is sent there."""

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import structlog

from connectors.notify.outcome import AttemptError
from events.messages import message

_log = structlog.get_logger(__name__)
_LONGEST_S = 86_400.0
_MICROS = 1_000_000


class Rate(msgspec.Struct, frozen=True):
    """At most so many messages in any stretch of so many seconds."""

    most: int
    within_s: float


class Counters:
    """What was sent on a channel lately, in a file that all processes of a home share and that outlives them.

    A file that cannot be used holds up no message: the count then begins anew, in memory.
    """

    def __init__(self, path: Path | None, channel: str) -> None:
        self._path = path
        self._channel = channel
        self._memory: sqlite3.Connection | None = None

    def take(self, key: str, rates: Sequence[Rate], *, alone: bool) -> None:
        """Count one message to `key`; raises `AttemptError` with the wait where one more would pass a rate.

        `alone`: the rate is that of this destination, not of the channel. What is counted and then not sent stays
        counted: too few are sent rather than too many.
        """
        if not rates:
            return
        hidden = hashlib.sha256(f"{self._channel}:{key}".encode()).hexdigest()[:16]
        wait_s = self._wait_s(hidden, rates)
        if wait_s > 0:
            reason = message("our own count says that the vendor would drop it; it waits")
            raise AttemptError(reason, wait_s=wait_s, alone=alone)

    def _wait_s(self, key: str, rates: Sequence[Rate]) -> float:
        try:
            if self._memory is None and self._path is not None:
                with closing(_opened(str(self._path))) as db:
                    return _counted(db, key, rates)
        except sqlite3.Error as e:
            _log.warning("the count of messages begins anew", channel=self._channel, error=type(e).__name__)
        self._memory = self._memory or _opened(":memory:")
        return _counted(self._memory, key, rates)


def _opened(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA synchronous = OFF")  # a count that the machine loses in a crash begins anew
    db.execute("CREATE TABLE IF NOT EXISTS sent (key TEXT, at INTEGER)")
    db.execute("CREATE INDEX IF NOT EXISTS sent_key ON sent (key, at)")
    return db


def _counted(db: sqlite3.Connection, key: str, rates: Sequence[Rate]) -> float:
    """Count one message unless a rate is used up; returns the seconds until it no longer is, 0 where it was counted."""
    now = time.time_ns() // 1000
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute(
            "DELETE FROM sent WHERE at < ? OR at > ?",
            (now - int(_LONGEST_S * _MICROS), now + 60 * _MICROS),  # of a clock that was ahead
        )
        wait_s = max((_wait_for(db, key, rate, now) for rate in rates), default=0.0)
        if wait_s <= 0:
            db.execute("INSERT INTO sent VALUES (?, ?)", (key, now))
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    return wait_s


def _wait_for(db: sqlite3.Connection, key: str, rate: Rate, now: int) -> float:
    since = now - int(rate.within_s * _MICROS)
    row = db.execute(
        "SELECT at FROM sent WHERE key = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?",
        (key, since, rate.most - 1),
    ).fetchone()
    return 0.0 if row is None else max((row[0] - since) / _MICROS, 0.001)
