"""Passwords: hashed with argon2id, as many at a time as memory allows."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from events.fields import field
from events.messages import message
from pipeline.home.errors import BusyError, UsageError

SHORTEST, LONGEST = 10, 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""19 MiB a hash (OWASP's least for argon2id): a console has 120 MB in all."""

_AT_ONCE = 2
_WAIT_S = 10.0
_turns = threading.BoundedSemaphore(_AT_ONCE)
_WELL_KNOWN = ("password", "qwerty", "123456", "abc123", "admin", "xuncha", "111111", "000000")


def require_good(password: str, login: str, name: str = "password") -> None:
    """Refuse a password that is guessed first; raises `UsageError` that never repeats it."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise UsageError(
            message("{field}: take {shortest} characters or more", field=field(name), shortest=SHORTEST)
        )
    if len(password) > LONGEST:
        raise UsageError(
            message("{field}: take {longest} characters at most", field=field(name), longest=LONGEST)
        )
    rest = plain
    for known in (login.casefold(), *_WELL_KNOWN):
        rest = rest.replace(known, "") if known else rest
    if len(set(plain)) < 5 or len(rest) < SHORTEST // 2:
        raise UsageError(
            message(
                "{field} is guessed at once; take several words that go well together for you alone",
                field=field(name),
            )
        )


def hash_password(password: str) -> str:
    """Return the hash of a password, which says how it was made."""
    with _turn():
        return _HASHER.hash(_normal(password))


def fits(stored: str, password: str) -> bool:
    """Tell whether a password is the one that was stored; takes as long where none was stored."""
    with _turn():
        try:
            return _HASHER.verify(stored or _dummy(), _normal(password)[:LONGEST]) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made more cheaply than hashes are today."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _dummy() -> str:
    return _HASHER.hash("nobody has this one")


def _normal(password: str) -> str:
    """Return a password as every keyboard gives it."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=_WAIT_S):
        raise BusyError(message("too many people sign in at this moment; try again in a minute"))
    try:
        yield
    finally:
        _turns.release()
