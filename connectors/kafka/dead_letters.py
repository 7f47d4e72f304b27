"""Dead letters as a topic: each a record with its bytes and, in its headers, where they stood and why they are bad."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from connectors.log.dead_letters import RAW_LIMIT, DeadLetter
from events.instants import from_micros, to_micros

Headers = list[tuple[str, bytes]]
_REPLAYS = "replays"


def letter_headers(letter: DeadLetter) -> Headers:
    """Return the headers of a letter's record; its value is `letter_value`."""
    return [
        ("origin", letter.origin.encode()),
        ("place", letter.place.encode()),
        ("reason", letter.reason.encode()),
        ("context", msgspec.json.encode(letter.context, order="sorted")),
        ("noted_at", str(to_micros(letter.noted_at or datetime.now(UTC))).encode()),
    ]


def letter_value(letter: DeadLetter) -> bytes:
    """Return the bytes that are kept of a letter."""
    return letter.raw[:RAW_LIMIT]


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
        number = numbers.setdefault((origin, place, reason, value, headers["context"]), offset + 1)
        known = letters.get(number)
        letters[number] = DeadLetter(
            origin,
            place,
            reason,
            value,
            msgspec.json.decode(headers["context"], type=dict[str, str]),
            number,
            known.noted_at if known else noted_at,
        )
    return list(letters.values())
