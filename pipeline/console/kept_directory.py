"""The directory as it was a moment ago: strangers in any number cost one reading of the registry, now and then."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import msgspec

from pipeline.office.publicity.directory import Directory

FRESH_S = 15.0
"""For so long nobody reads it again, and longer where reading takes long: a twentieth of the time at most."""

_SHARE = 20


class _Kept(msgspec.Struct, frozen=True):
    directory: Directory
    at: float
    fresh_s: float


class KeptDirectories:
    """The directory of each home that was asked for; safe for threads.

    While somebody reads it anew the others get the one before; only the first of all is waited for.
    """

    def __init__(self) -> None:
        self._kept: dict[Path, _Kept] = {}
        self._reading = Lock()

    def get(self, home: Path, read: Callable[[], Directory]) -> Directory:
        """Return the directory of a home; `read` makes it anew."""
        kept = self._kept.get(home)
        if kept is not None and (_is_fresh(kept) or not self._reading.acquire(blocking=False)):
            return kept.directory
        if kept is None:
            self._reading.acquire()
        try:
            kept = self._kept.get(home)
            if kept is None or not _is_fresh(kept):
                kept = self._kept[home] = _read(read)
            return kept.directory
        finally:
            self._reading.release()

    def forget(self, home: Path) -> None:
        """Read it anew at the next question."""
        self._kept.pop(home, None)


def _is_fresh(kept: _Kept) -> bool:
    return time.monotonic() < kept.at + kept.fresh_s


def _read(read: Callable[[], Directory]) -> _Kept:
    begun = time.monotonic()
    directory = read()
    now = time.monotonic()
    return _Kept(directory, now, max(FRESH_S, _SHARE * (now - begun)))


KEPT = KeptDirectories()
"""Those of this process."""
