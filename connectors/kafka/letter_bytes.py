"""The bytes of dead letters that a topic only tells of: in the memory of a home, or records of the log."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from connectors.kafka.dead_letters import topic_reason
from connectors.log.dead_letters import (
    ERASED,
    RAW_LIMIT,
    DeadLetter,
    LettersErased,
    bytes_hash,
    erase_letters,
    list_letters,
)
from connectors.log.port import FACTS
from events.envelope import Record

_RECORD = re.compile(r"partition (\d+) offset (\d+)")
_ELSEWHERE = "原文在登记它的目录中 its bytes lie in the home that noted it"

Read = Callable[[str, int, int, int], Sequence[Record]]
_Key = tuple[str, str, str, str]


def with_bytes(letters: Iterable[DeadLetter], db: sqlite3.Connection, read: Read) -> list[DeadLetter]:
    """Return letters of the topic with their bytes and whole reasons, as far as this home can have them."""
    kept = {_key(letter): letter for letter in list_letters(db)}
    return [_with_bytes(letter, kept, read) if letter.sha256 else letter for letter in letters]


def erase_bytes(db: sqlite3.Connection, letters: Iterable[DeadLetter]) -> LettersErased:
    """Erase the bytes that the memory of this home has of letters of the topic."""
    kept = {_key(letter): letter for letter in list_letters(db)}
    held = {letter.id: _known(letter, kept) for letter in letters}
    wiped = erase_letters(db, {local.id for local in held.values() if local is not None})
    return LettersErased(wiped, tuple(number for number, local in held.items() if local is None))


def _with_bytes(letter: DeadLetter, kept: dict[_Key, DeadLetter], read: Read) -> DeadLetter:
    known = _known(letter, kept)
    if known is not None:
        return replace(letter, raw=known.raw, reason=known.reason)
    found = _RECORD.fullmatch(letter.place) if letter.origin == FACTS else None
    if found is None:
        return replace(letter, reason=f"{letter.reason} ({_ELSEWHERE})")
    offset = int(found[2])
    for record in read(FACTS, int(found[1]), offset, 1):
        raw = record.value[:RAW_LIMIT]
        if record.offset == offset and hashlib.sha256(raw).hexdigest() == letter.sha256:
            return replace(letter, raw=raw)
    return letter


def _known(letter: DeadLetter, kept: dict[_Key, DeadLetter]) -> DeadLetter | None:
    """Return a letter of the topic as the memory has it; an erased one has lost its reason."""
    return kept.get((letter.origin, letter.place, letter.reason, letter.sha256)) or kept.get(
        (letter.origin, letter.place, "", letter.sha256)
    )


def _key(letter: DeadLetter) -> _Key:
    reason = "" if ERASED in letter.context else topic_reason(letter)
    return letter.origin, letter.place, reason, bytes_hash(letter)
