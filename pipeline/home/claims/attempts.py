"""An attempt of this home at what can be done once: kept before it is sent, and by one command at a time."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec

from connectors.log.port import Log
from events import fact_ids
from events.claim import ClaimMade, Thing
from events.codec import Event
from events.instants import UtcDatetime
from events.messages import message
from events.sources import OFFICE
from pipeline.home.errors import BusyError
from pipeline.home.folder import Home

_KEPT = "claim:"
_POLL_S = 0.02


class Attempt(msgspec.Struct, frozen=True):
    """One attempt; the same command done again after a kill goes on with it, whoever else tries makes another."""

    id: UUID
    purpose: str
    began_at: UtcDatetime

    def event(self, thing: Thing) -> Event[ClaimMade]:
        """Return the claim of this attempt; the same attempt is the same fact."""
        data = ClaimMade(what=thing.what, purpose=self.purpose)
        return Event(self.id, OFFICE, thing.subject, self.began_at, data)


def kept_attempt(log: Log, thing: Thing) -> Attempt | None:
    """Return the attempt at a thing that this home began and did not end, None where there is none."""
    kept = log.meta(_KEPT + thing.subject)
    return msgspec.json.decode(kept, type=Attempt) if kept else None


def new_attempt(log: Log, thing: Thing, purpose: str) -> Attempt:
    """Begin an attempt; it is kept, durable, on return."""
    attempt_id = fact_ids.claim_made(thing.subject, uuid4().hex)
    attempt = Attempt(attempt_id, purpose, datetime.now(UTC))
    with log.transaction():
        log.set_meta(_KEPT + thing.subject, msgspec.json.encode(attempt).decode())
    return attempt


def forget_attempt(log: Log, thing: Thing) -> None:
    """Forget an attempt that came to its end."""
    with log.transaction():
        log.drop_meta(_KEPT + thing.subject)


@contextmanager
def alone(home: Home, thing: Thing, *, wait_s: float) -> Iterator[None]:
    """Keep every other command of this home from the thing; raises `BusyError` where one is still at it.

    A kept attempt whose lock is free was cut off. The file goes with its last user, so a lock on one that is no
    longer in its place is worth nothing.
    """
    name = hashlib.sha256(thing.subject.encode()).hexdigest()[:32]
    path = home.path / "run" / "claims" / f"{name}.lock"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    deadline = time.monotonic() + wait_s
    while True:
        with path.open("a") as lock:
            if _locked(lock.fileno()) and _is_in_place(lock.fileno(), path):
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)
                return
        if time.monotonic() >= deadline:
            raise BusyError(
                message(
                    "{what}: another command of this home is at it; wait for its end, and look",
                    what=thing.what,
                )
            )
        time.sleep(_POLL_S)


def _locked(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _is_in_place(descriptor: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    return False
