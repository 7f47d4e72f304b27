"""Identity: an id is a fact (design promise 2), a subject lives in one partition."""

import re
from functools import lru_cache
from hashlib import sha1, sha256
from uuid import UUID

from events.platforms import platform_family, platform_slug

NAMESPACE = UUID("5f0c8a52-3d0b-5c7e-9a43-7b1f6c1e2d90")
"""Root of every id; changing it would make every old fact a new one."""

SEPARATOR = "\x1f"

_ROOT = sha1(NAMESPACE.bytes, usedforsecurity=False)  # of a UUID of version 5, which says so
_OF_VERSION, _VERSION = ~((0xC000 << 48) | (0xF000 << 64)), (0x8000 << 48) | (5 << 76)


def fact_id(source: str, subject: str, natural_key: str) -> UUID:
    """Return the id of a fact: the same source, subject and natural key are the same fact for ever."""
    return _named(SEPARATOR.join((source, subject, natural_key)))


def derived_id(*parts: str) -> UUID:
    """Return the id of a derived event from what it follows from, so that raising it again is a duplicate."""
    return _named(SEPARATOR.join(("derived", *parts)))


def _named(name: str) -> UUID:
    """Return what `uuid5` of the namespace returns, in less than half of its time: each fact is named so."""
    digest = _ROOT.copy()
    digest.update(name.encode())
    return UUID(int=int.from_bytes(digest.digest()[:16]) & _OF_VERSION | _VERSION)


def account_id(platform: str, native_id: str) -> str:
    """Return the id of an account: `platform:native-id`."""
    return f"{platform}:{native_id}"


def account_of(native_id: str, platform: str) -> str:
    """Return the id of an account by its platform as people name it; an id given in full stands as it is."""
    slug = platform_slug(platform)
    return native_id if native_id.startswith(f"{slug}:") else account_id(slug, native_id)


def derived_native(platform: str, name: str, owner: str) -> str:
    """Return an id for an account that comes without one: the same platform, name and owner give the same id."""
    key = SEPARATOR.join((platform, name, owner))
    return "derived-" + sha256(key.encode()).hexdigest()[:16]


def mint_subject(
    platform: str,
    native_id: str | None,
    intake_digest: str,
    attempt: int,
    page: str,
    row: int,
    part: int = 0,
) -> str:
    """Return the subject of a new account for ever: by its id on the platform, else by the row that told it first.

    Without an id it is `x-` and 16 hex of digest of the intake, attempt, page and row: the same row taken in again
    after a crash is the same account, that of another attempt another one. Where one cell of the row names several
    accounts, the later ones count in as `part`, from 1. All spellings of a platform give one subject. Whoever mints
    one has looked for the account by all its handles before.
    """
    slug = platform_slug(platform_family(platform))
    if native_id:
        return native_id if native_id.startswith(f"{slug}:") else account_id(slug, native_id)
    place = f"{row}.{part}" if part else str(row)
    key = SEPARATOR.join((intake_digest, str(attempt), page, place))
    return account_id(slug, f"x-{sha256(key.encode()).hexdigest()[:_MADE_UP_HEX]}")


_MADE_UP_HEX = 16
_MADE_UP = re.compile(f"(?:derived|x)-[0-9a-f]{{{_MADE_UP_HEX}}}")


def is_made_up(native_id: str) -> bool:
    """Tell an id that was made here, as no platform gave one; it is never shown to people."""
    return _MADE_UP.fullmatch(native_id) is not None


def database_order(event_id: UUID) -> tuple[int, int]:
    """Order ids as ClickHouse orders its UUID type (second half first), for ties that both sides must break alike."""
    return event_id.int & 0xFFFF_FFFF_FFFF_FFFF, event_id.int >> 64


@lru_cache(maxsize=1 << 18)  # a nation's accounts; computing it costs more than all else of an append
def partition_of(key: str, partitions: int) -> int:
    """Return the partition of a record key: murmur2 as Kafka's own producers compute it."""
    return (_murmur2(key.encode()) & 0x7FFF_FFFF) % partitions


def _murmur2(data: bytes) -> int:
    mask, m = 0xFFFF_FFFF, 0x5BD1E995
    length = len(data)
    h = (0x9747B28C ^ length) & mask
    whole = length & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ (k >> 24)) * m & mask
        h = (h * m & mask) ^ k
    if tail := data[whole:]:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ (h >> 13)) * m & mask
    return h ^ (h >> 15)
