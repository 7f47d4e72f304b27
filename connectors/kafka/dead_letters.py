"""Dead letters as a topic: each a record that says where it stood and why it is bad, with a hash of its bytes.

The bytes may tell of people, and no single record can be taken out of a topic. Those of a connector lie in the memory
of the home that noted them, where they can be erased, and so does what of the reason repeats them; those of a record of
the log are that record. Records of older releases hold the bytes as their value.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from connectors.log.dead_letters import DeadLetter, bytes_hash
from connectors.log.port import FACTS
from events.instants import from_micros, to_micros

Headers = list[tuple[str, bytes]]
_REPLAYS, _HASH = "replays", "sha256"


def letter_headers(letter: DeadLetter) -> Headers:
    """Return the headers of a letter's record, which has no value."""
    return [
        ("origin", letter.origin.encode()),
        ("place", letter.place.encode()),
        ("reason", topic_reason(letter).encode()),
        (_HASH, bytes_hash(letter).encode()),
        ("context", msgspec.json.encode(letter.context, order="sorted")),
        ("noted_at", str(to_micros(letter.noted_at or datetime.now(UTC))).encode()),
    ]


def topic_reason(letter: DeadLetter) -> str:
    """Return the reason without what it repeats of the bytes, which stands behind its first colon."""
    return letter.reason if letter.origin == FACTS else letter.reason.partition(":")[0]


def replay_headers(letter_id: int, replayed_at: datetime) -> Headers:
    """Return the headers of a record without value, which says that a letter has become a fact."""
    return [(_REPLAYS, str(letter_id).encode()), ("noted_at", str(to_micros(replayed_at)).encode())]


def letters_of(records: Iterable[tuple[int, bytes, Sequence[tuple[str, bytes]]]]) -> list[DeadLetter]:
    """Return the letters that offset, value and headers of all records make up, oldest first.

    The number of a letter is its offset + 1. The same letter again is pending again, not doubled.
    """
    letters: dict[int, DeadLetter] = {}
    numbers: dict[tuple[str, str, str, bytes, bytes], int] = {}
    for offset, value, pairs in records:
        headers = dict(pairs)
        noted_at = from_micros(int(headers["noted_at"]))
        if _REPLAYS in headers:
            number = int(headers[_REPLAYS])
            if number in letters:
                letters[number] = msgspec.structs.replace(letters[number], replayed_at=noted_at)
            continue
        origin, place, reason = (headers[name].decode() for name in ("origin", "place", "reason"))
        hashed = headers.get(_HASH, b"")
        number = numbers.setdefault((origin, place, reason, value or hashed, headers["context"]), offset + 1)
        known = letters.get(number)
        letters[number] = DeadLetter(
            origin,
            place,
            reason,
            value,
            msgspec.json.decode(headers["context"], type=dict[str, str]),
            number,
            known.noted_at if known else noted_at,
            sha256=hashed.decode(),
        )
    return list(letters.values())
