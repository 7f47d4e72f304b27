"""Broken bytes: whatever arrives is an event or a dead letter, and never another error."""

import os
import random

import msgspec
import pytest

from events.codec import CODEC, UnknownTypeError, UnreadableEventError, encode_event
from tests.events.golden_files import GOLDEN

pytestmark = pytest.mark.larger

COUNT = int(os.environ.get("XUNCHA_FUZZ", "25000"))
SEEDS = list(GOLDEN.values())
SPLICES = [
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"\\", b"\\ud800", b"{", b"[" * 3000, b"}", b"null", b"-0", b"1e999",
    b"9" * 400, b"9" * 5000, b":1", b":99", b"NaN", b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59",
    "１".encode(), "\u2028".encode(), b"true", b"{}", b"urn:xuncha:", b"",
]  # fmt: skip


def mutate(rng: random.Random, value: bytes) -> bytes:
    at, end = sorted((rng.randrange(len(value) + 1), rng.randrange(len(value) + 1)))
    other = rng.choice(SEEDS)
    return rng.choice(
        [
            value[:at],
            value[:at] + bytes([rng.randrange(256)]) + value[at + 1 :],
            value[:at] + rng.choice(SPLICES) + value[at:],
            value[:at] + rng.choice(SPLICES) + value[end:],
            value[:at] + value[end:],
            value[:at] + other[rng.randrange(len(other)) :],
            value[end:] + value[:at],
        ]
    )


def swap_a_value(rng: random.Random, value: bytes) -> bytes:
    """Put a well-formed value of another kind where a field of envelope or data stands."""
    event = msgspec.json.decode(value)
    place = rng.choice([event, event["data"]]) or event
    place[rng.choice(list(place))] = rng.choice([None, True, -1, 2**63, 1.5, "", "x", [], {}, [{}], {"1": 1}])
    return msgspec.json.encode(event)


def test_mutated_bytes_are_an_event_or_a_dead_letter():
    """Only `UnreadableEventError` may come out of the codec, and what it reads it can write and read again."""
    rng = random.Random(20210617)
    read = unknown = unreadable = 0
    for _ in range(COUNT):
        value = rng.choice(SEEDS)
        if rng.random() < 0.3:
            value = swap_a_value(rng, value)
        else:
            for _ in range(rng.choice([1, 1, 2, 4])):
                value = mutate(rng, value)
        try:
            event = CODEC.decode(value)
        except UnknownTypeError:
            unknown += 1
        except UnreadableEventError:
            unreadable += 1
        else:
            assert event == CODEC.decode(encode_event(event))
            read += 1
    assert min(read, unknown, unreadable) > COUNT // 200, (read, unknown, unreadable)


@pytest.mark.parametrize("name", GOLDEN)
def test_an_error_stays_short_enough_for_a_list_of_dead_letters(name):
    """A dead letter's reason names what is wrong without repeating megabytes of it."""
    for value in (
        GOLDEN[name][:-2],
        GOLDEN[name] + b"x" * 100_000,
        GOLDEN[name].replace(b"1.0", b"1" * 100_000),
    ):
        with pytest.raises(UnreadableEventError, match="no event envelope") as raised:
            CODEC.decode(value)
        assert len(str(raised.value)) <= 300
